"""What is wrong on purpose in Kafferisteriet Havblik's books, for checks to find: all of it in last year.

The README lists each under "The secrets". Everything here can be left out, and the company is then clean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from dinero_mcp.sandbox.books import BankMovement
from dinero_mcp.sandbox.chart import BANK
from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.journal import MANUAL, SALES, Line
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.pricing import Item
from dinero_mcp.sandbox.purchases import Cost
from dinero_mcp.sandbox.recurring import Slip
from dinero_mcp.sandbox.roastery_year import OWNER
from dinero_mcp.sandbox.vat import RATE, ore


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is not done as it should be, apart from what `plan_secrets` adds; nothing by default."""

    slips: Mapping[tuple[str, date], Slip] = field(default_factory=dict[tuple[str, date], Slip])
    """What becomes of a supplier's recurring purchase on a day."""
    unsettled: frozenset[date] = frozenset()
    """The last days of VAT periods that are neither reported nor paid."""
    unbooked: tuple[BankMovement, ...] = ()


def secrets_of(year: int) -> Secrets:
    return Secrets(
        slips={
            ("udlejer", date(year, 12, 1)): _forget,
            ("annoncer", date(year, 11, 28)): _deduct_foreign_vat,
        },
        unsettled=frozenset({date(year, 9, 30)}),
        unbooked=(
            BankMovement(
                BANK, weekday(date(year, 12, 12)), Decimal("-485.00"), "Årsgebyr Mastercard Business"
            ),
        ),
    )


def plan_secrets(office: Office, year: int) -> None:
    diary = office.diary
    for day in (date(year, 10, 6), date(year, 10, 9)):
        diary.at(weekday(day), partial(_book_the_same_bill, office))
    diary.at(weekday(date(year, 10, 20)), partial(_sell_to_two_neighbours, office))
    diary.at(weekday(date(year, 10, 27)), partial(_lend_to_the_owner, office))
    diary.at(date(year, 11, 13), lambda _: office.journal.skip_number(SALES))
    diary.at(weekday(date(year, 11, 17)), partial(_buy_without_a_receipt, office))


def _forget(_: Cost) -> None:
    """Neither booked nor paid."""


def _deduct_foreign_vat(cost: Cost) -> Cost:
    """A fifth of what the foreign supplier asks for is deducted, as if it were Danish VAT."""
    return Cost(cost.account, ore(cost.net / (1 + RATE)), "I25")


def _book_the_same_bill(office: Office, day: date) -> None:
    """It came by mail and again with a reminder, is booked twice and paid twice."""
    costs = [Cost(5080, Decimal("6280.00"), "I25")]
    bill = office.purchases.bill(day, office.contacts["maskiner"], costs, "Reservedele til rister")
    office.diary.at(weekday(bill.due_date), partial(office.purchases.pay, bill.guid))


def _sell_to_two_neighbours(office: Office, day: date) -> None:
    """Both pay, and both payments are booked on the invoice of one of them."""
    one, other = (
        office.sales.book(
            office.sales.draft(
                day, office.contacts[neighbour], [Item(office.products[product], Decimal(amount))]
            )
        )
        for neighbour, product, amount in (("person1", "kvaern", 2), ("person2", "smagekasse", 3))
    )
    for days, paid in ((4, one), (7, other)):
        pay = partial(office.sales.pay, one.guid, amount=paid.total_incl_vat)
        office.diary.at(weekday(day + timedelta(days=days)), pay)


def _lend_to_the_owner(office: Office, day: date) -> None:
    """More than the company owes her, which makes it a loan that the law does not allow."""
    lines = [Line(OWNER, Decimal(40000)), Line(BANK, Decimal(-40000))]
    office.journal.post(MANUAL, day, "Overført til Signes private konto", lines)


def _buy_without_a_receipt(office: Office, day: date) -> None:
    costs = [Cost(5080, Decimal("1496.00"), "I25")]
    office.purchases.buy(day, None, costs, "Hylder fra byggemarked", BANK, has_file=False)
