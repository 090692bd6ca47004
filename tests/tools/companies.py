"""Companies as small as a test allows, kept in the sandbox's own journal so that every voucher cancels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import (
    AccountingYear,
    Books,
    DepositAccount,
    Payment,
    SalesDocument,
    SalesLine,
)
from dinero_mcp.sandbox.chart import BANK, standard_chart, vat_types
from dinero_mcp.sandbox.journal import MANUAL, Journal, Line

SMALL = 2001
CUSTOMER = "00000000-0000-4000-a000-000000000001"
Voucher = tuple[str, str, Mapping[int, str]]
"""Day, text, and amounts by account, debit positive."""


def calendar_years(*years: int) -> list[AccountingYear]:
    return [AccountingYear(str(year), date(year, 1, 1), date(year, 12, 31)) for year in years]


def accounting_year(name: str, first: str, last: str) -> AccountingYear:
    return AccountingYear(name, date.fromisoformat(first), date.fromisoformat(last))


def company(
    vouchers: Iterable[Voucher], years: Sequence[AccountingYear], organization_id: int = SMALL
) -> Books:
    """An organization with these vouchers, in order of booking."""
    accounts = standard_chart()
    journal = Journal(organization_id, years, accounts, 60020, guids_since=years[0].from_date)
    for day, text, amounts in vouchers:
        lines = [Line(account, Decimal(amount)) for account, amount in amounts.items()]
        journal.post(MANUAL, date.fromisoformat(day), text, lines)
    return Books(
        organization_id=organization_id,
        name="Lille Bageri ApS",
        is_pro=True,
        company_type="PrivateLimitedCompany",
        vat_number="99000001",
        accounts=accounts,
        deposit_accounts=[DepositAccount(BANK, is_default=True)],
        vat_types=vat_types(),
        years=list(years),
        entries=journal.entries(),
    )


def sandbox_with(books: Books, today: str) -> Sandbox:
    return Sandbox(date.fromisoformat(today), [books])


def document(number: int | None, amount: str, **changes: Any) -> SalesDocument:  # Any: field values
    """An invoice for `amount` kroner and 25 % VAT, dated 1 March and due 15 March 2026, of one line."""
    excl = Decimal(amount)
    incl = excl * 5 / 4
    line = SalesLine("Rugbrød", 1000, Decimal(1), "parts", excl, incl, excl, incl)
    made = SalesDocument(
        guid=f"00000000-0000-4000-8000-{number or 0:012d}",
        type="Invoice",
        number=number,
        contact_guid=CUSTOMER,
        contact_name="Kaffebar Skumring ApS",
        date=date(2026, 3, 1),
        due_date=date(2026, 3, 15),
        description="Faktura",
        lines=(line,),
        total_excl_vat=excl,
        total_incl_vat=incl,
        total_excl_vat_dkk=excl,
        total_incl_vat_dkk=incl,
        created_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
        updated_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
    )
    return replace(made, **changes)


def credit_note(number: int, amount: str, **changes: Any) -> SalesDocument:  # Any: field values
    """A credit note, which has no due date."""
    return document(number, amount, type="CreditNote", due_date=None, **changes)


def paid(amount: str, **changes: Any) -> tuple[Payment, ...]:  # Any: field values
    """One payment to the bank."""
    kroner = Decimal(amount)
    guid = "00000000-0000-4000-9000-000000000001"
    made = Payment(guid, date(2026, 3, 20), kroner, kroner, "Betaling", deposit_account_number=BANK)
    return (replace(made, **changes),)


def selling(*documents: SalesDocument) -> Books:
    """A company with these documents in its lists; nothing is posted for them."""
    books = company([], calendar_years(2026))
    books.sales = list(documents)
    return books
