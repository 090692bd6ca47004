"""Wages at Kafferisteriet Havblik: paid on the last weekday of the month, tax and pension in the next.

A-skat and AM-bidrag pass the tax account; ATP is paid once a quarter.
"""

from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import partial
from typing import NamedTuple

from dinero_mcp.sandbox.chart import BANK, TAX_ACCOUNT
from dinero_mcp.sandbox.diary import weekday, weekday_before
from dinero_mcp.sandbox.journal import MANUAL, Line
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.texts import month_of
from dinero_mcp.sandbox.vat import ore, transfer_to_tax_account

_AM, _A_SKAT, _ATP, _PENSION, _WAGES = 65000, 65020, 65040, 65080, 65100

_STAFF = 3
_GROSS = Decimal("84650.00")
_RAISE = Decimal("1.025")
_OWN_ATP, _EMPLOYER_ATP = Decimal("99.00"), Decimal("198.00")
_OWN_PENSION, _EMPLOYER_PENSION = Decimal("0.04"), Decimal("0.08")
_TAX_FREE = Decimal("14400.00")
_TAX_RATE = Decimal("0.38")


class Payslips(NamedTuple):
    """A month's wages for all employees together."""

    gross: Decimal
    own_atp: Decimal
    employer_atp: Decimal
    own_pension: Decimal
    employer_pension: Decimal
    am: Decimal
    a_skat: Decimal

    @property
    def net(self) -> Decimal:
        return self.gross - self.own_atp - self.own_pension - self.am - self.a_skat


def _payslips(gross: Decimal) -> Payslips:
    own_atp, own_pension = _STAFF * _OWN_ATP, ore(gross * _OWN_PENSION)
    am = _kroner((gross - own_atp - own_pension) * Decimal("0.08"))
    a_skat = _kroner((gross - own_atp - own_pension - am - _TAX_FREE) * _TAX_RATE)
    return Payslips(
        gross, own_atp, _STAFF * _EMPLOYER_ATP, own_pension, ore(gross * _EMPLOYER_PENSION), am, a_skat
    )


def plan_wages(office: Office) -> None:
    for first in office.monthly(1):
        payday = weekday_before((first + timedelta(days=32)).replace(day=1))
        office.diary.at(payday, partial(_pay_wages, office))
    for day in office.monthly(10):
        office.diary.at(weekday(day), partial(_pay_what_was_withheld, office))
        if day.month in (1, 4, 7, 10):
            office.diary.at(weekday(day), partial(_pay_atp, office))


def _pay_wages(office: Office, day: date) -> None:
    years = day.year - office.first_day.year
    slips = _payslips(ore(_GROSS * _RAISE**years + office.amount(0, 2900)))
    month = month_of(day)
    lines = [
        Line(3000, slips.gross - slips.own_atp, text=f"Løn {month}{_cpr_note(office, day)}"),
        Line(3040, slips.own_atp),
        Line(3020, slips.employer_atp),
        Line(3120, slips.employer_pension),
        Line(_AM, -slips.am),
        Line(_A_SKAT, -slips.a_skat),
        Line(_ATP, -slips.own_atp - slips.employer_atp),
        Line(_PENSION, -slips.own_pension - slips.employer_pension),
        Line(_WAGES, -slips.net),
    ]
    office.journal.post(MANUAL, day, f"Løn {month}", lines)
    paid = [Line(_WAGES, slips.net), Line(BANK, -slips.net)]
    office.journal.post(MANUAL, day, f"Udbetaling af løn {month}", paid)


def _cpr_note(office: Office, day: date) -> str:
    """Twice somebody has typed a civil registration number: invented, as they fail modulus 11."""
    years = day.year - office.first_day.year
    return {(0, 3): ", Freja 070785-0125", (1, 11): ", timeløn Aksel 311299-4321"}.get((years, day.month), "")


def _pay_what_was_withheld(office: Office, day: date) -> None:
    am, a_skat = -office.journal.balance(_AM), -office.journal.balance(_A_SKAT)
    pension = -office.journal.balance(_PENSION)
    if not am:
        return
    month = month_of(day.replace(day=1) - timedelta(days=1))
    transfer_to_tax_account(office.journal, am + a_skat, f"løn {month}", day)
    lines = [Line(_AM, am), Line(_A_SKAT, a_skat), Line(TAX_ACCOUNT, -am - a_skat)]
    office.journal.post(MANUAL, day, f"Betaling af A-skat og AM-bidrag {month}", lines)
    paid = [Line(_PENSION, pension), Line(BANK, -pension)]
    office.journal.post(MANUAL, day, f"Betaling af pension {month}", paid)


def _pay_atp(office: Office, day: date) -> None:
    owed = -office.journal.balance(_ATP)
    if owed:
        lines = [Line(_ATP, owed), Line(BANK, -owed)]
        office.journal.post(MANUAL, day, "Samlet betaling (inklusiv ATP)", lines)


def _kroner(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_DOWN)
