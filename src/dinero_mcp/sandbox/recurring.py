"""What comes back every month, quarter or year: rent, telephone, insurance, software."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from dinero_mcp.sandbox.chart import BANK
from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.journal import MANUAL, Line
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.purchases import Cost
from dinero_mcp.sandbox.texts import month_of
from dinero_mcp.sandbox.vat import ore

EVERY_MONTH = tuple(range(1, 13))
EVERY_QUARTER = (1, 4, 7, 10)

Slip = Callable[[Cost], Cost | None]
"""What a purchase is booked as instead, None for not at all."""
Slips = Mapping[tuple[str, date], Slip]
"""By supplier and day."""
NO_SLIPS: Slips = {}


class Recurring(NamedTuple):
    """A purchase that comes back, of `net` kroner give or take `spread` percent."""

    supplier: str
    account: int
    vat_code: str | None
    net: Decimal
    text: str
    day: int
    months: tuple[int, ...] = EVERY_MONTH
    spread: int = 0
    on_credit: bool = True


def plan_recurring(office: Office, purchases: tuple[Recurring, ...], slips: Slips = NO_SLIPS) -> None:
    for purchase in purchases:
        for day in office.monthly(purchase.day):
            if day.month in purchase.months:
                slip = slips.get((purchase.supplier, day))
                office.diary.at(day, partial(_buy, office, purchase, slip))


def _buy(office: Office, purchase: Recurring, slip: Slip | None, day: date) -> None:
    contact = office.contacts[purchase.supplier]
    variation = Decimal(office.chance.randint(-100 * purchase.spread, 100 * purchase.spread)) / 10000
    cost = Cost(purchase.account, ore(purchase.net * (1 + variation)), purchase.vat_code)
    booked = slip(cost) if slip else cost
    text = f"{purchase.text}, {month_of(day)}"
    if booked and purchase.on_credit:
        bill = office.purchases.bill(day, contact, [booked], text)
        office.diary.at(weekday(bill.due_date), partial(office.purchases.pay, bill.guid))
    elif booked:
        office.purchases.buy(day, contact, [booked], text, BANK)


class Loan(NamedTuple):
    """A bank loan with a fixed monthly instalment and interest in percent a year."""

    account: int
    name: str
    instalment: Decimal
    rate: Decimal


def plan_bank(office: Office, loans: tuple[Loan, ...], fee: Decimal) -> None:
    """Instalments with interest on the last of every month, the bank's fee on the last of every quarter."""
    for day in office.days():
        if (day + timedelta(days=1)).day != 1:
            continue
        for loan in loans:
            office.diary.at(day, partial(_pay_instalment, office, loan))
        if day.month % 3 == 0:
            office.diary.at(day, partial(_pay_fee, office, fee))


def _pay_instalment(office: Office, loan: Loan, day: date) -> None:
    owed = -office.journal.balance(loan.account)
    if not owed:
        return
    interest = ore(owed * loan.rate / 1200)
    instalment = min(loan.instalment, owed)
    lines = [Line(loan.account, instalment), Line(9200, interest), Line(BANK, -instalment - interest)]
    office.journal.post(MANUAL, day, f"Ydelse {loan.name}, {month_of(day)}", lines)


def _pay_fee(office: Office, fee: Decimal, day: date) -> None:
    text = f"Bankgebyr, {day.month // 3}. kvartal {day.year}"
    office.journal.post(MANUAL, day, text, [Line(7220, fee), Line(BANK, -fee)])
