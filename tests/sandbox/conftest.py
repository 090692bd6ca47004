"""A bakery with few postings, and a client that is signed in to it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2
import pytest

from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.books import (
    Account,
    AccountingYear,
    Books,
    Contact,
    DepositAccount,
    Entry,
    Payment,
    Product,
    SalesDocument,
    SalesLine,
    VatType,
)

TODAY = date(2025, 6, 15)

ACCOUNTS = (
    Account(1000, "Salg af brød", "Turnover", "Omsætning", "U25", is_default_sales=True),
    Account(7300, "Internet", "Administration Expenses", "Administration", "I25"),
    Account(7995, "Øvrig administration", "Administration Expenses", "Administration"),
    Account(8000, "Småanskaffelser", "Depreciation", "Afskrivninger", "I25", is_hidden=True),
    Account(53000, "Debitorer", "Receivables", "Tilgodehavender", public_standard_number=6100),
    Account(55000, "Bank", "Liquid Assets", "Likvide beholdninger", public_standard_number=6480),
    Account(60020, "Overført resultat", "Equity", "Egenkapital"),
    Account(64000, "Salgsmoms", "Vat Due", "Skyldig moms"),
    Account(64060, "Købsmoms", "Vat Due", "Skyldig moms"),
    Account(99999, "Analysekonto", "Analysis", "Analyse"),
)


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def at(month: int, day: int, year: int = 2025) -> datetime:
    return datetime(year, month, day, 9, 30, tzinfo=UTC)


def entry(number: int, account: int, day: date, amount: str, text: str, vat_code: str | None = None) -> Entry:
    """A posting of voucher `number // 10`, from the time before vouchers had GUIDs."""
    added_at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Entry(
        account,
        day,
        Decimal(amount),
        text,
        guid(number),
        added_at,
        voucher_number=number // 10,
        voucher_type="Sales" if account < 7000 else "manuel",
        vat_code=vat_code,
    )


def primo(number: int, account: int, amount: str) -> Entry:
    day, added_at = date(2025, 1, 1), at(1, 2)
    return Entry(account, day, Decimal(amount), "Primobeholdning", guid(number), added_at, type="Primo")


def entries() -> list[Entry]:
    """A sale, a purchase and a fee in 2024; the opening of 2025 and a purchase with its bill."""
    bill = Entry(
        7300,
        date(2025, 2, 3),
        Decimal("100.50"),
        'Webhotel «æøå» "A/S"',
        guid(61),
        at(2, 4),
        voucher_number=6,
        voucher_guid=guid(6000),
        voucher_type="Purchases",
        file_guid="web0crmck5v0ndcx3313g6zn61tc7wgc",
        vat_code="I25",
        contact_guid=guid(901),
    )
    return [
        entry(11, 53000, date(2024, 3, 1), "1250", "Faktura 1"),
        entry(12, 1000, date(2024, 3, 1), "-1000", "Faktura 1", "U25"),
        entry(13, 64000, date(2024, 3, 1), "-250", "Faktura 1"),
        entry(21, 7300, date(2024, 5, 2), "400", "Internet", "I25"),
        entry(22, 64060, date(2024, 5, 2), "100", "Internet"),
        entry(23, 55000, date(2024, 5, 2), "-500", "Internet"),
        entry(31, 7995, date(2024, 12, 31), "10.10", "Gebyr"),
        entry(32, 55000, date(2024, 12, 31), "-10.10", "Gebyr"),
        primo(41, 53000, "1250"),
        primo(42, 55000, "-510.10"),
        primo(43, 60020, "-589.90"),
        primo(44, 64000, "-250"),
        primo(45, 64060, "100"),
        bill,
        entry(62, 64060, date(2025, 2, 3), "25.13", "Webhotel"),
        entry(63, 55000, date(2025, 2, 3), "-125.63", "Webhotel"),
    ]


def contacts() -> list[Contact]:
    return [
        Contact(guid(901), "Café L'Étoile", at(3, 1, 2024), at(3, 5), email="a@b.dk", is_debitor=True),
        Contact(guid(902), "Åse Østergård", at(3, 2, 2024), at(1, 5), is_person=True, street="Havnegade 1"),
        Contact(guid(903), "Gammel Kunde", at(3, 3, 2024), at(1, 4), deleted_at=at(4, 4)),
    ]


def products() -> list[Product]:
    return [
        Product(guid(801), "Rugbrød", "R1", 1000, "parts", Decimal("28"), Decimal("35"), at(1, 1), at(2, 1)),
        Product(
            guid(802), "Bolle", None, 1000, "parts", Decimal("5.20"), Decimal("6.50"), at(1, 1), at(1, 20)
        ),
        Product(
            guid(803), "Kage", "K1", 1000, "box", Decimal("80"), Decimal("100"), at(1, 1), at(1, 1), at(5, 5)
        ),
    ]


def document(
    number: int | None,
    key: int,
    net: str,
    day: date,
    *paid: str,
    type: str = "Invoice",
    deleted: bool = False,
) -> SalesDocument:
    """A document of one line with 25 % VAT, due after eight days, created on its date."""
    excl, created = Decimal(net), at(day.month, day.day, day.year)
    incl = excl * Decimal("1.25")
    return SalesDocument(
        guid(key),
        type,
        number,
        guid(901),
        "Café L'Étoile",
        day,
        date(day.year, day.month, day.day + 8) if type == "Invoice" else None,
        "Brød",
        (SalesLine("Rugbrød", 1000, Decimal(1), "parts", excl, incl, excl, incl),),
        excl,
        incl,
        excl,
        incl,
        created,
        created,
        deleted_at=created if deleted else None,
        mail_out_status="NotSent" if number is None else "Sent",
        payments=tuple(payment(key * 10, day, amount) for amount in paid),
    )


def payment(key: int, day: date, amount: str) -> Payment:
    paid = Decimal(amount)
    return Payment(guid(key), day, paid, paid, "Betaling", deposit_account_number=55000)


def sales() -> list[SalesDocument]:
    return [
        document(1, 101, "1000", date(2024, 3, 1), "1250"),
        document(2, 102, "80.04", date(2025, 5, 2), "50.05"),
        document(3, 103, "200", date(2025, 6, 10)),
        document(4, 104, "20", date(2025, 4, 1), "30"),
        document(None, 105, "40", date(2025, 6, 11)),
        document(None, 106, "44", date(2025, 6, 12), deleted=True),
        document(1, 107, "40", date(2025, 5, 20), "50", type="CreditNote"),
    ]


@pytest.fixture
def books() -> Books:
    return Books(
        501,
        "Prøvebageriet ApS",
        is_pro=True,
        company_type="PrivateLimitedCompany",
        vat_number="12345678",
        city="Ærø",
        accounts={account.number: account for account in ACCOUNTS},
        deposit_accounts=[DepositAccount(55000, is_default=True, registration_number="0001")],
        vat_types=[
            VatType("U25", "Dansk salgsmoms", Decimal("0.25")),
            VatType("I25", "Dansk købsmoms", Decimal("0.25")),
        ],
        years=[
            AccountingYear("2024", date(2024, 1, 1), date(2024, 12, 31)),
            AccountingYear("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ],
        entries=entries(),
        contacts=contacts(),
        products=products(),
        sales=sales(),
    )


@pytest.fixture
def sandbox(books: Books) -> Sandbox:
    return Sandbox(TODAY, [books])


@pytest.fixture
def sign_in() -> Callable[..., Awaitable[httpx2.AsyncClient]]:
    """`await sign_in(sandbox)` is a client that holds a token for an API key."""

    async def signed_in(sandbox: Sandbox, key: str = DEMO_API_KEY) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(sandbox.app)
        client = httpx2.AsyncClient(transport=transport, base_url="https://api.dinero.dk")
        answer = await client.post(
            "https://authz.dinero.dk/dineroapi/oauth/token",
            auth=(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET),
            data={"grant_type": "password", "scope": "read", "username": key, "password": key},
        )
        client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    return signed_in


@pytest.fixture
async def api(sandbox: Sandbox, sign_in: Callable[..., Awaitable[httpx2.AsyncClient]]) -> httpx2.AsyncClient:
    """A client signed in to the bakery."""
    return await sign_in(sandbox)
