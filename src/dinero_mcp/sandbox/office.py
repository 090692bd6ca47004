"""One company's office: its journal, ledgers, diary, contacts and products, at hand for every event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from dinero_mcp.sandbox.books import Account, AccountingYear, Contact, Product
from dinero_mcp.sandbox.chart import rows
from dinero_mcp.sandbox.diary import Diary, moment
from dinero_mcp.sandbox.journal import Journal
from dinero_mcp.sandbox.purchases import PurchaseLedger
from dinero_mcp.sandbox.sales import SalesLedger
from dinero_mcp.sandbox.vat import RATE, ore


@dataclass(frozen=True, slots=True)
class Office:
    today: date
    journal: Journal
    diary: Diary
    sales: SalesLedger
    purchases: PurchaseLedger
    chance: Random
    """Seeded: what varies from day to day varies the same way in every run."""
    contacts: dict[str, Contact]
    products: dict[str, Product]

    @property
    def first_day(self) -> date:
        return self.journal.years[0].from_date

    def amount(self, low: int, high: int) -> Decimal:
        """Some kroner and øre between two whole amounts."""
        return Decimal(self.chance.randint(low * 100, high * 100)) / 100

    def days(self, step: int = 1) -> Iterable[date]:
        """Every so many days from the first to today."""
        first = self.first_day
        return (first + timedelta(n) for n in range(0, (self.today - first).days + 1, step))

    def monthly(self, day_of_month: int) -> Iterable[date]:
        """That day of every month from the first day on."""
        return (day for day in self.days() if day.day == day_of_month)


def open_office(
    name: str,
    organization_id: int,
    today: date,
    years: Sequence[AccountingYear],
    accounts: dict[int, Account],
    equity_account: int,
) -> Office:
    journal = Journal(organization_id, years, accounts, equity_account, guids_since=years[1].from_date)
    first_day = years[0].from_date
    return Office(
        today=today,
        journal=journal,
        diary=Diary(),
        sales=SalesLedger(journal, accounts),
        purchases=PurchaseLedger(journal),
        chance=Random(f"{organization_id}/{first_day}"),
        contacts={
            row["key"]: _contact(journal, row, first_day - timedelta(days=place))
            for place, row in enumerate(rows(f"{name}_contacts"))
        },
        products={
            row["key"]: _product(journal, row, first_day - timedelta(days=place))
            for place, row in enumerate(rows(f"{name}_products"))
        },
    )


def _contact(journal: Journal, row: dict[str, str], day: date) -> Contact:
    return Contact(
        guid=journal.guid("contact", row["key"]),
        name=row["name"],
        created_at=moment(day),
        updated_at=moment(day),
        is_person=row["is_person"] == "1",
        is_debitor=row["role"] == "customer",
        is_creditor=row["role"] == "supplier",
        street=row["street"] or None,
        zip_code=row["zip_code"] or None,
        city=row["city"] or None,
        country_key=row["country_key"],
        phone=row["phone"] or None,
        email=row["email"] or None,
        att_person=row["att_person"] or None,
        vat_number=row["vat_number"] or None,
        ean_number=row["ean_number"] or None,
        payment_condition_days=int(row["days"]),
        vat_region=row["vat_region"],
    )


def _product(journal: Journal, row: dict[str, str], day: date) -> Product:
    price = Decimal(row["price"])
    return Product(
        guid=journal.guid("product", row["key"]),
        name=row["name"],
        product_number=row["number"],
        account_number=int(row["account"]),
        unit=row["unit"],
        price_excl_vat=price,
        price_incl_vat=ore(price * (1 + RATE)),
        created_at=moment(day),
        updated_at=moment(day),
    )
