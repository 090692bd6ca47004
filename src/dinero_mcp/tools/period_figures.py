"""The figures of a period report: what is read for each kind, and what it is held against."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from dinero_mcp.accounting.columns import By, columns, shared_out, turnovers
from dinero_mcp.accounting.identities import Identity, result_moves_equity
from dinero_mcp.accounting.period_report import Line, balance_lines_of, result_lines_of
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.reports import differences
from dinero_mcp.accounting.standing import Amounts, Standing, added, standings
from dinero_mcp.accounting.trial_columns import Trial, result_less_equity_moved, trial_labels, trial_lines
from dinero_mcp.ledger import Opening, Postings, YearPostings, last_begun
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.spans import holding
from dinero_mcp.tools.ties import largest, standing_of

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A span in columns, and the span beside it."""

    books: Books
    span: Period
    by: By
    compared: Period | None
    with_accounts: bool

    @property
    def parts(self) -> tuple[Period, ...]:
        return columns(self.span, self.by)

    @property
    def spans(self) -> list[Period]:
        return [self.span, *([self.compared] if self.compared else [])]


@dataclass(frozen=True, slots=True)
class Figures:
    """The lines of a report under their labels, and what they were made of."""

    labels: Sequence[str]
    lines: Sequence[Line]
    identities: Sequence[Identity]
    read: Sequence[Postings] = ()
    """The movements of the span, and of the one compared with."""
    opened: Sequence["Opened"] = ()
    """The years whose opening a balance rests on."""
    notes: Sequence[str] = ()

    @property
    def years(self) -> dict[str, YearPostings]:
        """Every year that was read, by its name."""
        carried = (year for each in self.opened for year in each.opening.worked_out_from)
        posted = (year for each in self.read for year in each.years)
        return {
            year.year.name: year for year in (*carried, *(each.postings for each in self.opened), *posted)
        }


async def result_figures(asked: Asked) -> Figures:
    """Profit and loss: what was posted in each column."""
    parts, years = asked.parts, await asked.books.ledger.years()
    read = [await asked.books.ledger.postings(span) for span in asked.spans]
    moved = [sums_by_account(rows) for rows in shared_out(read[0].rows, parts)]
    whole = sums_by_account(read[0].rows) if len(parts) > 1 else moved[0]
    table: list[Amounts | None] = [
        each if holding(years, part) else None for each, part in zip(moved, parts, strict=True)
    ]
    before = _compared(read)
    table += [*([whole] if len(parts) > 1 else []), *([before] if asked.compared else [])]
    chart = await asked.books.chart({*whole, *(before or {})})
    lines = result_lines_of(table, chart, asked.with_accounts)
    return Figures(
        labels=[*(part.label for part in parts), *(["total"] if len(parts) > 1 else [])],
        lines=[line.last_compared() for line in lines] if asked.compared else lines,
        read=read,
        identities=[result_moves_equity(whole.values()), *_add_up(moved, whole)],
    )


async def balance_figures(asked: Asked) -> Figures:
    """The balance sheet at the end of each column's last day."""
    days = [part.to_date for part in asked.parts]
    wanted = [*days, *([asked.compared.to_date] if asked.compared else [])]
    read, stood = await _standings(asked.books, wanted)
    chart = await asked.books.chart({number for each in stood.values() for number in each.accounts})
    lines = balance_lines_of([stood.get(day) for day in wanted], chart, asked.with_accounts)
    off = largest(each.total for each in stood.values())
    return Figures(
        labels=[day.isoformat() for day in days],
        lines=[line.last_compared() for line in lines] if asked.compared else lines,
        identities=[Identity("assets = equity + liabilities", off)],
        opened=read,
    )


async def trial_figures(asked: Asked) -> Figures:
    """Every account's opening, what was posted on it, and its closing."""
    books, parts = asked.books, asked.parts
    read = [await books.ledger.postings(span) for span in asked.spans]
    first, last = [await _opened(books, read[0].years[place]) for place in (0, -1)]
    moved = [sums_by_account(rows) for rows in shared_out(read[0].rows, parts)] if len(parts) > 1 else []
    trial = Trial(
        opening=first.standings(asked.span.from_date - _DAY)[0],
        turnover=turnovers(read[0].rows),
        closing=last.standings(asked.span.to_date)[0],
        crosses_years=first.name != last.name,
        parts=moved,
        before=_compared(read),
    )
    used = {*trial.turnover, *trial.opening.accounts, *trial.closing.accounts, *(trial.before or {})}
    chart = await books.chart(used)
    return Figures(
        labels=trial_labels(trial, [part.label for part in parts]),
        lines=trial_lines(trial, chart),
        read=read,
        identities=[
            *_cancelling(trial),
            result_moves_equity([result_less_equity_moved(trial, chart)]),
            *_add_up(moved, trial.movements),
        ],
        opened=(first, last),
        notes=_trial_notes(asked.span, read[0].years),
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """A year's postings and what it opened with."""

    postings: YearPostings
    opening: Opening

    @property
    def name(self) -> str:
        return self.postings.year.name

    def standings(self, *days: datetime.date) -> list[Standing]:
        """What stood on the accounts at the end of each day; before the year's first day its opening."""
        opening, movements = standing_of(self.opening), self.postings.movements
        return standings(self.postings.year.from_date, opening, movements, days)


async def _opened(books: Books, postings: YearPostings) -> Opened:
    return Opened(postings, await books.ledger.opening(postings.year))


async def _standings(
    books: Books, days: Iterable[datetime.date]
) -> tuple[list[Opened], dict[datetime.date, Standing]]:
    """What stood at the end of the days, and the years that tells it; nothing of days before all years."""
    years = await books.ledger.years()
    told = sorted({day for day in days if day >= years[0].from_date})
    read: list[Opened] = []
    stood: dict[datetime.date, Standing] = {}
    for year, own in groupby(told, key=lambda day: last_begun(years, day)):
        opened, its_days = await _opened(books, await books.ledger.year(year)), list(own)
        stood |= zip(its_days, opened.standings(*its_days), strict=True)
        read.append(opened)
    return read, stood


def _compared(read: Sequence[Postings]) -> Amounts | None:
    """What was posted in the span compared with; None when no accounting year holds a day of it."""
    return sums_by_account(read[1].rows) if len(read) > 1 and read[1].years else None


def _add_up(moved: Sequence[Amounts], whole: Amounts) -> list[Identity]:
    """That the columns, where there are several, are the total account by account."""
    if len(moved) < 2:
        return []
    off = differences(reduce(added, moved), whole)
    return [Identity("columns add up", largest(off.values()))]


def _cancelling(trial: Trial) -> list[Identity]:
    """What the sum of all accounts is off by; that it is nothing the report itself shows."""
    each = (("opening balances cancel", trial.opening), ("closing balances cancel", trial.closing))
    identities = [Identity(name, standing.total) for name, standing in each]
    return [identity for identity in identities if not identity.holds]


def _trial_notes(span: Period, years: Sequence[YearPostings]) -> list[str]:
    """Since when profit and loss accounts are counted, and what a new year changed."""
    first, *later = [each.year for each in years]
    since = f"Profit and loss accounts open with what they held since {first.from_date}."
    change = ", ".join(f"{year.name} ({year.from_date})" for year in later)
    return [
        *([since] if span.from_date > first.from_date else []),
        *(
            [f"year change is what the beginning of {change} moved by itself: results to equity."]
            if later
            else []
        ),
    ]
