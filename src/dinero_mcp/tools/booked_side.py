"""The books' side of a bank reconciliation: a deposit account's postings and balances around a statement."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dinero_mcp.accounting.bank_abroad import NOTHING_ABROAD, Abroad, abroad
from dinero_mcp.accounting.bank_matching import WINDOW_DAYS
from dinero_mcp.accounting.bank_tie import Balances
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.periods import Period
from dinero_mcp.dinero.models import AccountingYear, Entry
from dinero_mcp.errors import InputError
from dinero_mcp.ledger import YearPostings
from dinero_mcp.tools.books import Books, uncovered

_DAY = datetime.timedelta(days=1)
_WINDOW = datetime.timedelta(days=WINDOW_DAYS)
_MOST_YEARS = 2
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BookedSide:
    """The account's postings of a period, those near it that a line may take, and its balances."""

    period: Period
    balances: Balances
    within: Sequence[Entry]
    years: tuple[YearPostings, ...]
    near: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()
    abroad: Abroad = NOTHING_ABROAD


async def booked_side(books: Books, account: int, period: Period, bank: Balances | None) -> BookedSide:
    """The account in the books; postings from outside the period only at an end where the bank differs.

    Where the two agree at an end, nothing was outstanding there that a line could be waiting for.
    """
    side = await _within(books, account, period)
    if bank is None or bank.opening != side.balances.opening:
        before = Period(period.from_date - _WINDOW, period.from_date - _DAY)
        side = await _with_near(books, account, side, before)
    if bank is None or bank.closing != side.balances.closing:
        after = Period(period.to_date + _DAY, period.to_date + _WINDOW)
        side = await _with_near(books, account, side, after)
    return side


async def _within(books: Books, account: int, period: Period) -> BookedSide:
    _check_touched(_touched(await books.ledger.years(), period), period)
    postings = await books.ledger.postings(period)
    opening, read, carried = await _opening(books, account, period.from_date)
    closing = await books.ledger.balances(period.to_date)
    return BookedSide(
        period=period,
        balances=Balances(opening, to_ore(closing.balances.get(account, _ZERO))),
        within=_on(account, postings.rows),
        years=_distinct(read, carried, closing.years, postings.years),
        notes=(*uncovered(postings), *_carried(carried)),
        abroad=abroad(postings.rows),
    )


async def _opening(
    books: Books, account: int, first: datetime.date
) -> tuple[Decimal, tuple[YearPostings, ...], tuple[YearPostings, ...]]:
    """What stood on the account when the day began, the years read for it, and those it was carried through.

    A year's own opening rows say it best; no day before the first year holds anything.
    """
    years = await books.ledger.years()
    begun = next((year for year in years if year.from_date == first), None)
    if begun is None and first > years[0].from_date:
        before = await books.ledger.balances(first - _DAY)
        balance = before.balances.get(account, _ZERO)
        return to_ore(balance), before.years, before.opening.worked_out_from
    opening = await books.ledger.opening(begun or years[0])
    return to_ore(opening.balances.get(account, _ZERO)), (), opening.worked_out_from


async def _with_near(books: Books, account: int, side: BookedSide, near: Period) -> BookedSide:
    """The side with the postings of some days at one end of its period, unless that is one year too many."""
    touched = _touched(await books.ledger.years(), near)
    names = {each.year.name for each in side.years} | {year.name for year in touched}
    if len(names) > max(_MOST_YEARS, len(side.years)):
        note = f"Postings of {near.label} were not looked at: that would have been one more accounting year."
        return replace(side, notes=(*side.notes, note))
    postings = await books.ledger.postings(near)
    return replace(
        side,
        near=(*side.near, *_on(account, postings.rows)),
        abroad=side.abroad | abroad(postings.rows),
        years=_distinct(side.years, postings.years),
    )


def _check_touched(years: Sequence[AccountingYear], period: Period) -> None:
    if not years:
        raise InputError(
            f"No accounting year holds any day from {period.from_date} to {period.to_date}, so nothing can "
            "be booked there; list-accounting-years-tool shows the years."
        )
    if len(years) > _MOST_YEARS:
        names = ", ".join(year.name for year in years)
        raise InputError(
            f"The statement touches the accounting years {names}. Hand it over in parts that touch at most "
            f"{_MOST_YEARS}."
        )


def _touched(years: Iterable[AccountingYear], period: Period) -> list[AccountingYear]:
    return [year for year in years if year.from_date <= period.to_date and period.from_date <= year.to_date]


def _on(account: int, rows: Iterable[Entry]) -> list[Entry]:
    return [row for row in rows if row.account_number == account]


def _distinct(*several: Iterable[YearPostings]) -> tuple[YearPostings, ...]:
    return tuple({each.year.name: each for years in several for each in years}.values())


def _carried(years: Sequence[YearPostings]) -> list[str]:
    if not years:
        return []
    return [f"Opening balances are carried forward from {years[-1].year.name}: Dinero has none later yet."]
