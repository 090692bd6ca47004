"""How a company is doing: a month, and a year, each beside the ones before."""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from pydantic import Field

from dinero_mcp.accounting.identities import result_moves_equity
from dinero_mcp.accounting.periods import Period, parse_month, previous_month, year_before
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.results import ResultLines, compare, margins, result_lines
from dinero_mcp.dinero.models import AccountingYear
from dinero_mcp.errors import InputError
from dinero_mcp.ledger import Postings, YearPostings
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Percent, Record
from dinero_mcp.tools.books import Books, cancelling, uncovered
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import AccountingYearName, Month
from dinero_mcp.tools.reports import YearSpan, span_of
from dinero_mcp.tools.third_party import Text
from dinero_mcp.tools.year_figures import Results, results_of


class ResultColumn(Record):
    from_date: datetime.date
    to_date: datetime.date
    revenue: Amount
    cost_of_goods: Amount
    gross_profit: Amount = Field(description="Revenue less cost of goods")
    staff: Amount
    other_costs: Amount = Field(description="Sales, premises, transport, administration and the like")
    depreciation: Amount
    net_financials: Amount = Field(description="Financial income less expenses")
    result_before_tax: Amount
    tax: Amount
    result: Amount = Field(description="After tax")
    expenses: Amount = Field(description="All costs and tax, net of financial income: revenue less result")


class ChangeRow(Record):
    line: str
    now: Amount
    before: Amount | None = Field(default=None, description="Null when there is nothing to compare with")
    difference: Amount | None = None
    change_percent: Percent | None = Field(
        default=None,
        validation_alias="percent",
        description="Null when there was nothing before, and where the sign changed, as from loss to profit",
    )


class MarginsColumn(Record):
    gross_percent: Percent | None = Field(
        validation_alias="gross", description="Gross profit in percent of revenue; null without revenue"
    )
    result_percent: Percent | None = Field(
        validation_alias="result", description="Result after tax in percent of revenue; null without revenue"
    )


_CONVENTION = "DKK; revenue and costs are both positive, a loss is negative; result = revenue - expenses."


class MonthlyResults(BooksAnswer):
    convention = _CONVENTION
    month: ResultColumn
    previous_month: ResultColumn | None = Field(description="Null when no accounting year holds it")
    same_month_last_year: ResultColumn | None = Field(description="Null when no accounting year holds it")
    notes: list[Text]
    basis: Basis


class YearlyPerformance(BooksAnswer):
    convention = _CONVENTION
    accounting_year: YearSpan
    previous_year: YearSpan | None
    this_year_margins: MarginsColumn
    previous_year_margins: MarginsColumn | None
    lines: list[ChangeRow] = Field(description="This accounting year (now) and the previous one (before)")
    same_span_from: datetime.date | None = Field(
        description="Begin of the span below; null when the year is over"
    )
    same_span_to: datetime.date | None
    same_span_lines: list[ChangeRow] = Field(
        description="Like with like: the running year up to today, and the same span a year before"
    )
    notes: list[Text]
    basis: Basis


@tool(name="get-monthly-results-tool", title="Results of a month")
async def get_monthly_results(books: Books, month: Month) -> MonthlyResults:
    """Revenue, costs by kind and result (resultat) of one calendar month, with the previous month and the
    same month last year beside it, computed from posted entries.

    Use it for a single month; for a whole accounting year use get-yearly-performance-tool, for any other
    span or account by account get-period-report-tool. Drafts and unposted journal lines are not in it.
    """
    chosen = parse_month(month)
    spans = (chosen, previous_month(chosen), year_before(chosen))
    read = [await books.ledger.postings(span) for span in spans]
    sums = [sums_by_account(postings.rows) for postings in read]
    chart = await books.chart({number for each in sums for number in each})
    this, previous, last_year = (
        _column(postings.period, result_lines(each, chart)) if postings.years else None
        for postings, each in zip(read, sums, strict=True)
    )
    if this is None:
        raise InputError(f"No accounting year holds {month}; list-accounting-years-tool shows the years.")
    return MonthlyResults(
        organization=books.name,
        month=this,
        previous_month=previous,
        same_month_last_year=last_year,
        notes=_month_notes(books.today, read),
        basis=books.postings_basis(*read, identities=[result_moves_equity(sums[0].values())]),
    )


@tool(name="get-yearly-performance-tool", title="Performance of a year")
async def get_yearly_performance(
    books: Books, accounting_year: AccountingYearName = None
) -> YearlyPerformance:
    """An accounting year beside the one before (årets resultat): revenue, costs by kind, result and
    margins, change in DKK and percent; while the year is running also the same span last year, like with
    like.

    Use it for how the year is going; for one month use get-monthly-results-tool, for single accounts
    get-result-report-tool.
    """
    year = await books.year(accounting_year)
    before = next((y for y in await books.ledger.years() if y.to_date == _day_before(year)), None)
    years = [year] if before is None else [year, before]
    spans = await _spans_so_far(books, year, before)
    read = {own.year.name: own for postings in spans for own in postings.years}
    entries = {name: sums_by_account(own.movements) for name, own in read.items()}
    results = await results_of(books, years, entries)
    lines = [result_lines(each, results.chart) for each in results.amounts]
    so_far = [result_lines(sums_by_account(postings.rows), results.chart) for postings in spans]
    return YearlyPerformance(
        organization=books.name,
        accounting_year=span_of(books, year),
        previous_year=span_of(books, before) if before else None,
        this_year_margins=MarginsColumn.model_validate(margins(lines[0])),
        previous_year_margins=MarginsColumn.model_validate(margins(lines[1])) if before else None,
        lines=_changes(lines),
        same_span_from=spans[0].period.from_date if spans else None,
        same_span_to=spans[0].period.to_date if spans else None,
        same_span_lines=_changes(so_far),
        notes=[*_year_notes(books.today, year, before, spans), *uncovered(*spans)],
        basis=_basis(books, year, results, read),
    )


def _basis(books: Books, year: AccountingYear, results: Results, read: Mapping[str, YearPostings]) -> Basis:
    """A year whose entries were read is tied to them; of another the saldo report must cancel."""
    return books.basis(
        "reports and entries" if read else "saldo reports",
        [*cancelling(*read.values()), *results.identities],
        period=Period(year.from_date, year.to_date),
        postings_read=sum(len(own.source) for own in read.values()) or None,
    )


def _column(period: Period, lines: ResultLines) -> ResultColumn:
    amounts = {line.name: getattr(lines, line.name) for line in dataclasses.fields(lines)}
    return ResultColumn(from_date=period.from_date, to_date=period.to_date, **amounts)


async def _spans_so_far(books: Books, year: AccountingYear, before: AccountingYear | None) -> list[Postings]:
    """The running year up to today and the same span a year before, unless the two overlap; nothing when
    the year is over.
    """
    if not year.from_date <= books.today <= year.to_date:
        return []
    span = Period(year.from_date, books.today)
    earlier = year_before(span)
    spans = [span] if before is None or span.intersection(earlier) else [span, earlier]
    return [await books.ledger.postings(each) for each in spans]


def _changes(lines: Sequence[ResultLines]) -> list[ChangeRow]:
    """This year and the one before, or this year alone."""
    if len(lines) == 1:
        alone = dataclasses.asdict(lines[0])
        return [ChangeRow(line=line, now=amount) for line, amount in alone.items()]
    return [ChangeRow.model_validate(change) for change in compare(*lines)] if lines else []


def _day_before(year: AccountingYear) -> datetime.date:
    return year.from_date - datetime.timedelta(days=1)


def _month_notes(today: datetime.date, read: Sequence[Postings]) -> list[str]:
    month = read[0].period
    notes = uncovered(*(each for each in read if each.years))
    beside = ", beside whole months" if any(each.years for each in read[1:]) else ""
    if today < month.from_date:
        notes.append(f"{month.label} has not begun on {today}: this is what is posted ahead.")
    elif today < month.to_date:
        notes.append(f"{month.label} is not over on {today}: these are its figures so far{beside}.")
    return notes


def _year_notes(
    today: datetime.date, year: AccountingYear, before: AccountingYear | None, spans: Sequence[Postings]
) -> list[str]:
    notes: list[str] = []
    if before is None:
        notes.append("There is no accounting year before this one to compare with.")
    elif _length(before) != _length(year):
        notes.append(f"{before.name} has {_length(before)} days and {year.name} {_length(year)}.")
    if spans:
        how = "compare like with like in same_span_lines" if len(spans) > 1 else "no earlier span is like it"
        notes.append(f"{year.name} is not over on {today}: {how}.")
    return notes


def _length(year: AccountingYear) -> int:
    return Period(year.from_date, year.to_date).days
