"""The postings read, held against what else Dinero tells: its own saldo, and how one year follows another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import reduce
from itertools import pairwise

from dinero_mcp.accounting.identities import Identity
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.reports import differences, known_rows
from dinero_mcp.accounting.standing import Standing, added, not_carried
from dinero_mcp.dinero.models import Account, AccountingYear
from dinero_mcp.ledger import Opening, YearPostings
from dinero_mcp.tools.books import Books

_AT_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Ties:
    """What was held against each other, and words for what differs."""

    identities: Sequence[Identity]
    remarks: Sequence[str] = ()

    @property
    def hold(self) -> bool:
        return all(each.holds for each in self.identities)

    def and_(self, other: "Ties") -> "Ties":
        return Ties([*self.identities, *other.identities], [*self.remarks, *other.remarks])


async def saldo_ties(books: Books, years: Iterable[YearPostings], spans: Sequence[Period]) -> Ties:
    """Each year that one of the spans holds all of, against Dinero's own yearly report to the øre."""
    whole = [year for year in years if any(_holds(span, year.year) for span in spans)]
    return reduce(Ties.and_, [await _saldo_tie(books, year) for year in whole], Ties([]))


async def _saldo_tie(books: Books, year: YearPostings) -> Ties:
    name, entries = year.year.name, added(sums_by_account(year.opening), sums_by_account(year.movements))
    rows = await books.api.report(name, "saldo")
    chart = await books.chart([*entries, *(row.account_number for row in rows)])
    reported, others = known_rows(rows, {*chart, *entries})
    off = differences(entries, reported)
    sum_rows = sum(1 for row in others if row.amount)
    return Ties(
        [Identity(f"ties to Dinero's saldo for {name}", largest(off.values()))],
        [
            *([f"{sum_rows} sum rows left out of Dinero's saldo for {name}"] if sum_rows else []),
            *([f"the entries of {name} are more than Dinero's saldo on {_named(off)}"] if off else []),
        ],
    )


def _follows(
    before: YearPostings, opening: Standing, year: YearPostings, chart: Mapping[int, Account]
) -> Ties:
    closing = opening.plus(sums_by_account(before.movements))
    off = not_carried(closing, Standing(sums_by_account(year.opening)), chart)
    name = opens_as_closed(year.year.name, before.year.name)
    told = f"{year.year.name} opens with more than {before.year.name} closed with on {_named(off)}"
    return Ties([Identity(name, largest(off.values()))], [told] if off else [])


def _named(off: Mapping[int, Decimal] | Mapping[int | None, Decimal]) -> str:
    """The first accounts that are off, None being equity as a whole."""
    first = [f"{number or 'equity'} by {to_ore(amount)}" for number, amount in off.items()][:_AT_MOST_NAMED]
    more = len(off) - len(first)
    return ", ".join([*first, *([f"{more} more"] if more else [])])


def in_order(years: Iterable[YearPostings]) -> list[YearPostings]:
    """Each of them once, the oldest first."""
    return sorted({year.year.name: year for year in years}.values(), key=lambda each: each.year.from_date)


async def successions(books: Books, years: Sequence[YearPostings]) -> Ties:
    """That each of the years, in order, opens with what the one before it closed with."""
    ties: list[Ties] = []
    first = (await books.ledger.years())[0]
    for before, year in pairwise(years):
        begins_right_after = before.year.to_date + timedelta(days=1) == year.year.from_date
        if begins_right_after and year.opening and (before.opening or before.year == first):
            opening, chart = Standing(sums_by_account(before.opening)), await books.chart()
            ties.append(_follows(before, opening, year, chart))
    held = openings_held(identity for tie in ties for identity in tie.identities)
    return Ties(held, [remark for tie in ties for remark in tie.remarks])


def openings_held(each: Iterable[Identity]) -> list[Identity]:
    """Those that do not hold; of the others, that there are some."""
    known = list(each)
    failing = [identity for identity in known if not identity.holds]
    held = Identity("openings = closings before", Decimal(0))
    return [*([held] if len(known) > len(failing) else []), *failing]


def opens_as_closed(name: str, before: str) -> str:
    return f"{name} opens as {before} closed"


def carried_forward(openings: Iterable[tuple[str, Opening]]) -> list[str]:
    """Which years, by name, have no opening balances in Dinero yet, and where theirs were taken from."""
    carried = {name: each.worked_out_from[-1].year.name for name, each in openings if each.worked_out_from}
    return [
        f"{name} has no opening balances yet: carried forward from {before}"
        for name, before in carried.items()
    ]


def standing_of(opening: Opening) -> Standing:
    """What a year opened with, as the arithmetic takes it."""
    return Standing(opening.balances, opening.earlier_result)


def largest(differences: Iterable[Decimal]) -> Decimal:
    """The one furthest from nothing: they may cancel each other."""
    return max(differences, key=abs, default=Decimal(0))


def _holds(span: Period, year: AccountingYear) -> bool:
    return span.from_date <= year.from_date and year.to_date <= span.to_date
