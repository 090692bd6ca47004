"""A small company that sells and buys on credit, in the sandbox's own ledgers: all of it is posted."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from mcp import Client

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books, Contact, DepositAccount, Product, SalesDocument
from dinero_mcp.sandbox.chart import BANK, standard_chart, vat_types
from dinero_mcp.sandbox.journal import MANUAL, Journal, Line
from dinero_mcp.sandbox.pricing import KRONER, Currency, Item
from dinero_mcp.sandbox.purchases import Cost, PurchaseLedger
from dinero_mcp.sandbox.sales import SalesLedger
from dinero_mcp.sandbox.vat import ore
from tests.tools.asking import connected
from tests.tools.companies import SMALL, calendar_years

LONG_AGO = datetime(2023, 1, 1, 8, tzinfo=UTC)
EURO = Currency("EUR", Decimal("745.80"))


def contact(number: int, name: str, **more: Any) -> Contact:  # Any: field values
    """A contact that pays, and is paid, within 14 days."""
    guid = f"00000000-0000-4000-a000-{number:012d}"
    return Contact(guid, name, LONG_AGO, LONG_AGO, payment_condition_days=14, **more)


KAFFEBAR, KROEN = contact(1, "Kaffebar Skumring ApS"), contact(2, "Nordby Kro I/S")
MOLLE, LAGER = contact(11, "Vestmølle A/S"), contact(12, "Lagerhotel Øst ApS")
STRANGER = contact(21, "Hverken eller")
_HOUR = Product(
    guid="00000000-0000-4000-b000-000000000001",
    name="Time",
    product_number=None,
    account_number=1000,
    unit="hours",
    price_excl_vat=Decimal(1),
    price_incl_vat=Decimal("1.25"),
    created_at=LONG_AGO,
    updated_at=LONG_AGO,
)


@dataclass
class Shop:
    """Amounts are without VAT, which comes on top: 1000 is an invoice, or a bill, over 1250."""

    years: tuple[int, ...] = (2025, 2026)
    contacts: list[Contact] = field(default_factory=lambda: [KAFFEBAR, KROEN, MOLLE, LAGER, STRANGER])

    def __post_init__(self) -> None:
        self.accounts = standard_chart()
        years = calendar_years(*self.years)
        self.journal = Journal(SMALL, years, self.accounts, 60020, guids_since=years[0].from_date)
        self.sales = SalesLedger(self.journal, self.accounts)
        self.purchases = PurchaseLedger(self.journal)

    def sell(
        self, day: str, amount: str, customer: Contact = KAFFEBAR, *, currency: Currency = KRONER
    ) -> SalesDocument:
        """An invoice, due a fortnight later."""
        item = Item(_HOUR, Decimal(amount) / ore(100 / currency.rate))  # of an hour that costs one krone
        draft = self.sales.draft(date.fromisoformat(day), customer, [item], currency=currency)
        return self.sales.book(draft)

    def receive(self, day: str, invoice: SalesDocument, amount: str) -> None:
        """A payment in the invoice's currency."""
        self.sales.pay(invoice.guid, date.fromisoformat(day), Decimal(amount))

    def credit(self, day: str, invoice: SalesDocument) -> SalesDocument:
        """Take back all of an invoice; what is unpaid of it is settled at once."""
        return self.sales.credit(invoice.guid, date.fromisoformat(day), invoice.lines)

    def buy(self, day: str, amount: str, supplier: Contact = MOLLE) -> str:
        """A bill, due a fortnight later."""
        cost = Cost(2000, Decimal(amount), "I25")
        return self.purchases.bill(date.fromisoformat(day), supplier, [cost], "Varer").guid

    def pay(self, day: str, bill: str) -> None:
        """Pay all that is left of a bill."""
        self.purchases.pay(bill, date.fromisoformat(day))

    def post(self, day: str, text: str, who: Contact | None = None, **amounts: str) -> None:
        """A journal voucher: `_53000="-33", _55000="33"`, debit positive."""
        lines = [Line(int(name.removeprefix("_")), Decimal(amount)) for name, amount in amounts.items()]
        guid = who.guid if who else None
        self.journal.post(MANUAL, date.fromisoformat(day), text, lines, contact_guid=guid)

    def books(self) -> Books:
        return Books(
            organization_id=SMALL,
            name="Lille Bageri ApS",
            is_pro=True,
            company_type="PrivateLimitedCompany",
            vat_number="99000001",
            accounts=self.accounts,
            deposit_accounts=[DepositAccount(BANK, is_default=True)],
            vat_types=vat_types(),
            years=list(self.journal.years),
            entries=self.journal.entries(),
            contacts=self.contacts,
            sales=self.sales.documents(),
            purchases=self.purchases.documents(),
        )


@asynccontextmanager
async def open_shop(
    shop: Shop,
    today: str,
    **behaviour: Any,  # Any: switches
) -> AsyncGenerator[tuple[Client, Sandbox]]:
    """A client that asks about the shop, and the sandbox it asks."""
    sandbox = Sandbox(date.fromisoformat(today), [shop.books()], behaviour=Behaviour(**behaviour))
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        yield client, sandbox
