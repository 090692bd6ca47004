"""What Kafferisteriet Havblik books once a year: closing entries, tax, and a machine bought on a loan."""

from datetime import date
from decimal import Decimal
from functools import partial

from dinero_mcp.sandbox.chart import BANK, TAX_ACCOUNT
from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.journal import MANUAL, Line
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.purchases import Cost
from dinero_mcp.sandbox.vat import ore, transfer_to_tax_account

LOAN, MACHINE_LOAN, OWNER = 62000, 62010, 63120

_MACHINES, _BOUGHT, _DEPRECIATED = 51000, 51020, 51060
_STOCK, _STOCK_CHANGE = 52000, 2450
_COMPANY_TAX, _TAX_OF_YEAR = 63060, 9400
_TAX_RATE = Decimal("0.22")
_ADVANCE_TAX = Decimal("9000.00")

_OPENING = (
    Line(BANK, Decimal("684215.37")),
    Line(55040, Decimal("2140.50")),
    Line(_STOCK, Decimal("312480.25")),
    Line(_MACHINES, Decimal("418900.00")),
    Line(54000, Decimal("55350.00")),
    Line(LOAN, Decimal("-465000.00")),
    Line(60000, Decimal("-40000.00")),
    Line(60020, Decimal("-955586.12")),
    Line(OWNER, Decimal("-12500.00")),
)


def plan_years(office: Office) -> None:
    office.journal.post(MANUAL, office.first_day, "Åbningsbalance fra tidligere system", _OPENING)
    office.diary.at(weekday(date(office.today.year - 1, 2, 3)), partial(_buy_a_roasting_machine, office))
    for year in office.journal.years:
        for month in (3, 11):
            office.diary.at(weekday(date(year.from_date.year, month, 20)), partial(_pay_tax, office))
        office.diary.at(year.to_date, partial(_close_year, office))
        if year is not office.journal.years[0]:
            office.diary.at(
                weekday(date(year.from_date.year, 1, 2)), partial(_carry_machines_forward, office)
            )


def _buy_a_roasting_machine(office: Office, day: date) -> None:
    """So large a purchase that the quarter's VAT comes back."""
    loan = [Line(BANK, Decimal(620000)), Line(MACHINE_LOAN, Decimal(-620000))]
    office.journal.post(MANUAL, day, "Udbetaling af lån til ny rister", loan)
    costs = [Cost(_BOUGHT, Decimal("784500.00"), "I25")]
    bill = office.purchases.bill(day, office.contacts["maskiner"], costs, "Ny kafferister, 30 kg")
    office.diary.at(weekday(bill.due_date), partial(office.purchases.pay, bill.guid))


def _close_year(office: Office, day: date) -> None:
    _depreciate(office, day)
    _count_stock(office, day)
    profit = -office.journal.result(office.journal.year_of(day))
    tax = (profit * _TAX_RATE).quantize(Decimal(1))
    if tax > 0:
        lines = [Line(_TAX_OF_YEAR, tax), Line(_COMPANY_TAX, -tax)]
        office.journal.post(MANUAL, day, f"Skat af årets resultat {day.year}", lines)


def _depreciate(office: Office, day: date) -> None:
    """A sixth of what stood at the start of the year, half of that of what was bought in it."""
    amount = ore(office.journal.balance(_MACHINES) / 6 + office.journal.balance(_BOUGHT) / 12)
    lines = [Line(8020, amount), Line(_DEPRECIATED, -amount)]
    office.journal.post(MANUAL, day, f"Årets afskrivninger på driftsmidler {day.year}", lines)


def _carry_machines_forward(office: Office, day: date) -> None:
    bought, depreciated = office.journal.balance(_BOUGHT), office.journal.balance(_DEPRECIATED)
    lines = [Line(_MACHINES, bought + depreciated), Line(_BOUGHT, -bought), Line(_DEPRECIATED, -depreciated)]
    office.journal.post(MANUAL, day, "Driftsmidler overført til primo", lines)


def _count_stock(office: Office, day: date) -> None:
    change = office.amount(-6000, 14000)
    lines = [Line(_STOCK, change), Line(_STOCK_CHANGE, -change)]
    office.journal.post(MANUAL, day, f"Regulering af varelager {day.year}", lines)


def _pay_tax(office: Office, day: date) -> None:
    """In advance in March and November; in November also what the year before owes or has paid too much."""
    rest = Decimal(0)
    if day.month == 11 and day.year > office.first_day.year:
        rest = -office.journal.balance(_COMPANY_TAX, date(day.year - 1, 12, 31))
    amount = _ADVANCE_TAX + rest
    settled = " og restskat" if rest > 0 else " og overskydende skat" if rest else ""
    label = f"acontoskat{settled} {day.year}"
    transfer_to_tax_account(office.journal, amount, label, day)
    lines = [Line(_COMPANY_TAX, amount), Line(TAX_ACCOUNT, -amount)]
    office.journal.post(MANUAL, day, f"Betaling af {label}", lines)
