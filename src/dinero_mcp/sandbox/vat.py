"""VAT on a line, and its settlement per period as Dinero's "Bogfør moms" books it.

VAT is 25 % rounded half up to øre; a return drops the øre of each box, and what is paid is what it comes to.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import partial

from dinero_mcp.sandbox.chart import (
    BANK,
    GOODS_FROM_ABROAD_VAT,
    PURCHASE_VAT,
    SALES_VAT,
    SERVICES_FROM_ABROAD_VAT,
    TAX_ACCOUNT,
    VAT_SETTLEMENT,
)
from dinero_mcp.sandbox.diary import Diary, month_end, weekday
from dinero_mcp.sandbox.journal import MANUAL, Journal, Line

RATE = Decimal("0.25")
_ROUNDING_ACCOUNT = 7480

VAT_ACCOUNTS = (SALES_VAT, GOODS_FROM_ABROAD_VAT, SERVICES_FROM_ABROAD_VAT, PURCHASE_VAT)
_DEDUCTIBLE = {"I25": Decimal(1), "HREP": Decimal("0.75"), "REP": Decimal("0.25")}
_REVERSE_CHARGE = {
    "IEUV": GOODS_FROM_ABROAD_VAT,
    "IVV": GOODS_FROM_ABROAD_VAT,
    "IEUY": SERVICES_FROM_ABROAD_VAT,
    "IVY": SERVICES_FROM_ABROAD_VAT,
    "OBPK": SALES_VAT,
}


def ore(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def purchase_lines(account: int, net: Decimal, code: str | None) -> list[Line]:
    """The cost and its VAT; they add up to what the supplier is to have."""
    vat = ore(net * RATE)
    if code in _REVERSE_CHARGE:
        return [Line(account, net, code), Line(_REVERSE_CHARGE[code], -vat), Line(PURCHASE_VAT, vat)]
    if code in _DEDUCTIBLE:
        deducted = ore(vat * _DEDUCTIBLE[code])
        return [Line(account, net + vat - deducted, code), Line(PURCHASE_VAT, deducted)]
    return [Line(account, net, code)]


def due_date(period_end: date) -> date:
    """The first of the third month after the period, a weekend moved to Monday."""
    months = period_end.month + 2
    return weekday(date(period_end.year + months // 12, months % 12 + 1, 1))


@dataclass(frozen=True, slots=True)
class SettlementHabit:
    """How a company settles: how many months at a time, dated when, and paid from where."""

    months: int
    dated_at_period_end: bool
    tax_account_months: frozenset[int] = frozenset()
    """The last months of the periods that are paid through the tax account, not straight from the bank."""
    unsettled: frozenset[date] = frozenset()
    """The last days of periods that are never settled."""


def plan_settlements(journal: Journal, diary: Diary, habit: SettlementHabit) -> None:
    """Settle every period on its deadline, and one with VAT to come back as early as can be."""
    first, last = journal.years[0].from_date, journal.years[-1].to_date
    for year in range(first.year, last.year + 1):
        for end in (month_end(year, month) for month in range(habit.months, 13, habit.months)):
            if end >= first and end not in habit.unsettled:
                diary.at(weekday(end + timedelta(days=40)), partial(_look_at, journal, diary, habit, end))


def _look_at(journal: Journal, diary: Diary, habit: SettlementHabit, end: date, day: date) -> None:
    if sum(_balances(journal, habit, end).values()) > 0:
        payable = _close(journal, habit, end, day)
        diary.at(weekday(day + timedelta(days=14)), partial(_pay, journal, habit, end, payable))
    else:
        diary.at(due_date(end), partial(_close_and_pay, journal, habit, end))


def _close_and_pay(journal: Journal, habit: SettlementHabit, end: date, day: date) -> None:
    _pay(journal, habit, end, _close(journal, habit, end, day), day)


def _close(journal: Journal, habit: SettlementHabit, end: date, day: date) -> Decimal:
    """Zero the VAT accounts as they stood at the period's end; gives what is to be paid."""
    balances = _balances(journal, habit, end)
    owed = -sum(balances.values(), Decimal(0))
    payable = -sum((balance.to_integral_value(ROUND_DOWN) for balance in balances.values()), Decimal(0))
    lines = [Line(account, -balance) for account, balance in balances.items()]
    lines += [
        Line(VAT_SETTLEMENT, -payable),
        Line(_ROUNDING_ACCOUNT, payable - owed, text="Øreafrunding af moms"),
    ]
    dated = end if habit.dated_at_period_end else day
    journal.post(MANUAL, dated, f"Momsafregning {_label(habit, end)}", lines, booked_on=day)
    return payable


def _balances(journal: Journal, habit: SettlementHabit, end: date) -> dict[int, Decimal]:
    """The VAT accounts at the period's end, without what periods that were never settled left on them."""
    left = max((unsettled for unsettled in habit.unsettled if unsettled < end), default=date.min)
    return {
        account: journal.balance(account, end) - journal.balance(account, left) for account in VAT_ACCOUNTS
    }


def _pay(journal: Journal, habit: SettlementHabit, end: date, payable: Decimal, day: date) -> None:
    label = _label(habit, end)
    source = TAX_ACCOUNT if end.month in habit.tax_account_months else BANK
    if source == TAX_ACCOUNT:
        transfer_to_tax_account(journal, payable, f"moms {label}", day)
    text = f"Betaling af moms {label}" if payable > 0 else f"Udbetaling af negativ moms {label}"
    journal.post(MANUAL, day, text, [Line(VAT_SETTLEMENT, payable), Line(source, -payable)])


def transfer_to_tax_account(journal: Journal, amount: Decimal, purpose: str, day: date) -> None:
    lines = [Line(TAX_ACCOUNT, amount), Line(BANK, -amount)]
    journal.post(MANUAL, day, f"Overførsel til skattekontoen, {purpose}", lines)


def _label(habit: SettlementHabit, end: date) -> str:
    kind = "kvartal" if habit.months == 3 else "halvår"
    return f"{end.month // habit.months}. {kind} {end.year}"
