"""Does what comes every month come this month too, and cost what it usually does.

A cost comes back when the same payee was paid on the same account in three months in a row: once a month, on
about the same day, about the same amount. Wages are one payee; where no contact is noted, the text without
numbers and months stands for it.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from statistics import median

from dinero_mcp.accounting.chart import PROFIT_AND_LOSS, Group
from dinero_mcp.accounting.checks.findings import Finding, Severity, check, first_of, of_voucher, see_entries
from dinero_mcp.accounting.checks.material import Material, Voucher
from dinero_mcp.accounting.money import share, to_ore, total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import Posting

_IN_A_ROW = 3
_LOOKED_BACK = 6
_A_MONTH = range(25, 38)
"""Days from one month's posting to the next, weekends and short months among them."""
_GRACE = timedelta(days=7)
_A_LONG_MONTH = timedelta(days=45)
_ABOUT = Decimal("0.25")
"""How far amounts that come back may lie from their median."""
_FAR = Decimal("0.5")
_ZERO = Decimal(0)
_NOT_RECURRING = (
    Group.REVENUE,
    Group.DEPRECIATION,
    Group.FINANCIAL_INCOME,
    Group.FINANCIAL_EXPENSES,
    Group.TAX,
)
_NOT_A_NAME = re.compile(
    r"[\W\d_]+|\b(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)\w*|\b(?:kvartal|uge|nr)\b"
)


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """What one voucher cost on one account."""

    row: Posting
    amount: Decimal

    @property
    def day(self) -> date:
        return self.row.date


@dataclass(frozen=True)
class _Series:
    """The occurrences of one payee on one account, in order."""

    account_number: int
    occurrences: Sequence[_Occurrence]

    def usual_before(self, place: int) -> Decimal | None:
        """The usual amount, when the occurrences before a place come back every month; else None."""
        before = self.occurrences[max(0, place - _LOOKED_BACK) : place]
        last = before[-_IN_A_ROW:]
        if len(last) < _IN_A_ROW or not all(_is_a_month(*pair) for pair in pairwise(last)):
            return None
        usual = median(each.amount for each in before)
        is_steady = all(abs(each.amount - usual) <= _ABOUT * usual for each in last)
        return to_ore(usual) if is_steady else None

    @cached_property
    def contact_guid(self) -> str | None:
        return self.occurrences[-1].row.contact_guid or None


@check(
    name="recurring-missing",
    what_to_do="Find the bill or the payment and book it. If it has come to an end, there is nothing to do.",
)
def recurring_missing(material: Material) -> Iterator[Finding]:
    """Rent, wages and subscriptions come every month. A missing one makes the month look better than it was,
    and is as suspicious as a large new cost.
    """
    for series in material.once(_series):
        for place in range(_IN_A_ROW, len(series.occurrences) + 1):
            last = series.occurrences[place - 1]
            due = _a_month_later(last.day)
            if due not in material.period or due + _GRACE > material.today:
                continue
            following = series.occurrences[place] if place < len(series.occurrences) else None
            usual = series.usual_before(place)
            if usual and not (following and following.day <= due + _GRACE):
                yield _missing(series, last, following, due, usual)


@check(
    name="recurring-amount",
    what_to_do="Compare with the document: a digit may be wrong, two months may be in one bill, or VAT may "
    "be counted among the cost.",
)
def recurring_amount(material: Material) -> Iterator[Finding]:
    """A cost that comes every month, and is suddenly more than half as large again or less than half as
    large, is more often a slip than a new price.
    """
    for series in material.once(_series):
        for place, one in enumerate(series.occurrences):
            usual = series.usual_before(place) if one.day in material.period else None
            if usual and _is_a_month(series.occurrences[place - 1], one) and _is_far(one.amount, usual):
                percent = share(one.amount - usual, usual)
                what = f"{one.amount} on account {series.account_number}, usually {usual} ({percent:+} %)."
                see = _see(series, one.day - timedelta(days=100), one.day)
                yield of_voucher(Severity.WARNING, what, [one.row], one.amount - usual, see)


def _series(material: Material) -> list[_Series]:
    costs = {n for n in material.by_account if _is_cost(material.groups[n])}
    staff = {n for n in costs if material.groups[n] is Group.STAFF}
    near = Period(
        material.period.from_date - _LOOKED_BACK * _A_LONG_MONTH, material.period.to_date + _A_LONG_MONTH
    )
    found: dict[tuple[int, str], dict[date, list[_Occurrence]]] = {}
    for voucher in material.vouchers:
        if voucher[0].date in near:
            for key, one in _occurrences(voucher, costs, staff):
                found.setdefault(key, {}).setdefault(one.day, []).append(one)
    return [
        _Series(number, [_together(days[day]) for day in sorted(days)])
        for (number, _), days in found.items()
        if len(days) >= _IN_A_ROW
    ]


def _together(of_a_day: Sequence[_Occurrence]) -> _Occurrence:
    """The wages of several people, say, that are booked one by one."""
    return _Occurrence(first_of(one.row for one in of_a_day), total(one.amount for one in of_a_day))


def _is_cost(group: Group) -> bool:
    return group in PROFIT_AND_LOSS and group not in _NOT_RECURRING


def _occurrences(
    voucher: Voucher, costs: set[int], staff: set[int]
) -> Iterator[tuple[tuple[int, str], _Occurrence]]:
    """What the voucher cost by account and payee; nothing where its lines undo each other."""
    rows: dict[tuple[int, str], list[Posting]] = {}
    for row in voucher:
        number = row.account_number
        if number in costs:
            payee = "" if number in staff else row.contact_guid or _name_in(row.description or "")
            rows.setdefault((number, payee), []).append(row)
    for key, own in rows.items():
        amount = sum((row.amount for row in own), _ZERO)
        if amount > 0:
            yield key, _Occurrence(first_of(own), to_ore(amount))


def _name_in(text: str) -> str:
    return " ".join(_NOT_A_NAME.sub(" ", text.casefold()).split())


def _is_a_month(earlier: _Occurrence, later: _Occurrence) -> bool:
    return (later.day - earlier.day).days in _A_MONTH


def _a_month_later(day: date) -> date:
    year, month = day.year + day.month // 12, day.month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _is_far(amount: Decimal, usual: Decimal) -> bool:
    return abs(amount - usual) > _FAR * usual


def _missing(
    series: _Series, last: _Occurrence, following: _Occurrence | None, due: date, usual: Decimal
) -> Finding:
    after = f"the next is of {following.day}" if following else "there is none since"
    return Finding(
        severity=Severity.WARNING,
        what=f"Comes every month on account {series.account_number}, usually {usual}. It was due about "
        f"{due}; the last is of {last.day}, and {after}.",
        see=_see(series, last.day - timedelta(days=70), due + _GRACE),
        amount=usual,
        date=due,
        account_number=series.account_number,
        text=last.row.description or None,
    )


def _see(series: _Series, from_date: date, to_date: date) -> str:
    return see_entries(
        from_date, to_date, account_number=series.account_number, contact_guid=series.contact_guid
    )
