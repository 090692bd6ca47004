"""Profit and loss, balance sheet and trial balance of any span."""

import datetime
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from dinero_mcp.accounting.columns import By
from dinero_mcp.accounting.periods import Period, previous_period, same_part, year_before
from dinero_mcp.dinero.models import AccountingYear
from dinero_mcp.errors import InputError
from dinero_mcp.ledger import last_begun
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Percent, Record
from dinero_mcp.tools.books import Books, uncovered
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import FromDate, ToDate
from dinero_mcp.tools.period_figures import Asked, Figures, balance_figures, result_figures, trial_figures
from dinero_mcp.tools.spans import balance_notes, check_held, holding, not_over
from dinero_mcp.tools.third_party import OptionalText, Text
from dinero_mcp.tools.ties import Ties, carried_forward, in_order, saldo_ties, successions

MOST_COLUMNS = 120
MOST_AMOUNTS = 3000
"""Some 25,000 tokens of text: as much as a model can make use of."""

Kind = Literal["result", "balance", "trial_balance"]
Compare = Literal["none", "previous_period", "last_year"]


class PeriodLine(Record):
    row: Literal["group", "account", "sum"] = Field(
        validation_alias="kind", description="A group's total stands above its accounts"
    )
    account_number: int | None
    name: OptionalText
    amounts: list[Amount | None] = Field(
        description="One for each of columns; null where no accounting year holds it"
    )
    before: Amount | None = Field(
        description="What the last of amounts was in compared_with: in a trial_balance the movement"
    )
    difference: Amount | None = Field(description="The last of amounts less before")
    percent: Percent | None = Field(
        description="Difference in percent; null from 0.00 and where the sign changed, as from loss to profit"
    )


class PeriodReport(BooksAnswer):
    convention = (
        "DKK. In result and balance revenue, costs, assets, equity and debts are positive, a loss negative; "
        "in trial_balance debit is positive, credit negative."
    )
    kind: Kind
    from_date: datetime.date
    to_date: datetime.date
    compared_with: str | None = Field(
        description="What before is: the span, for a balance the day; only as much of it as is over of the "
        "span asked for; null without comparison"
    )
    columns: list[str] = Field(
        description="Months and quarters by name when whole, else by their days; for a balance days"
    )
    rows: list[PeriodLine] = Field(description="In the order of the statement")
    notes: list[Text]
    basis: Basis


@tool(name="get-period-report-tool", title="Report of any period")
async def get_period_report(
    books: Books,
    from_date: FromDate,
    to_date: ToDate,
    kind: Annotated[Kind, Field(description="Profit and loss, balance sheet or trial balance")],
    columns: Annotated[By, Field(description="One for each; a balance is that at its end")] = "total",
    compare: Annotated[
        Compare, Field(description="The span right before, or the same a year earlier, beside the total")
    ] = "none",
    accounts: Annotated[
        StrictBool, Field(description="Also each group's accounts; a trial_balance always has them")
    ] = False,
) -> PeriodReport:
    """Profit and loss (resultatopgørelse), balance sheet (balance) or trial balance (saldobalance) of any
    span of days, across accounting years, with a column per month or quarter and the previous period or last
    year beside it.

    Use it for quarters, spans and trends; a balance is that on to_date, any day. The postings of one account
    are in get-account-ledger-tool, Dinero's own yearly reports in get-result-report-tool and its siblings.
    """
    span = Period(from_date, to_date)
    _check_told(await books.ledger.years(), span, kind)
    asked = Asked(books, span, columns, _compared(span, compare, kind, books.today), accounts)
    _check_columns(asked)
    figures, ties = await _tied(asked, kind)
    if not ties.hold and not books.call.passes_kept:  # something may have been posted between two readings
        books.call.read_anew()
        figures, ties = await _tied(asked, kind)
    return PeriodReport(
        organization=books.name,
        kind=kind,
        from_date=from_date,
        to_date=to_date,
        compared_with=asked.compared and _label(asked.compared, kind),
        columns=list(figures.labels),
        rows=[PeriodLine.model_validate(line) for line in figures.lines],
        notes=await _notes(asked, kind, figures),
        basis=books.years_basis(
            *figures.years.values(),
            period=span,
            identities=[*figures.identities, *ties.identities],
            remarks=[
                *carried_forward((each.name, each.opening) for each in figures.opened),
                *ties.remarks,
            ],
        ),
    )


_FIGURES = {"result": result_figures, "balance": balance_figures, "trial_balance": trial_figures}


async def _tied(asked: Asked, kind: Kind) -> tuple[Figures, Ties]:
    """The figures, and what they were held against; more than an answer can hold is refused before."""
    figures = await _FIGURES[kind](asked)
    _check_amounts(figures)
    years = in_order(figures.years.values())
    ties = await saldo_ties(asked.books, years, asked.spans)
    openings = await successions(asked.books, years) if figures.opened else Ties([])
    return figures, ties.and_(openings)


def _compared(span: Period, compare: Compare, kind: Kind, today: datetime.date) -> Period | None:
    """The span beside it; while the one asked for is running, as much of the other as is over of it."""
    if compare == "none":
        return None
    so_far = Period(span.from_date, today) if _is_running(span, kind, today) else span
    if compare == "last_year":
        return year_before(so_far)
    return same_part(previous_period(span), span, so_far.to_date)


def _is_running(span: Period, kind: Kind, today: datetime.date) -> bool:
    """Whether its days are not over; a balance is of one day and has no length."""
    return kind != "balance" and span.from_date <= today < span.to_date


def _label(span: Period, kind: Kind) -> str:
    return span.to_date.isoformat() if kind == "balance" else span.label


def _check_told(years: Sequence[AccountingYear], span: Period, kind: Kind) -> None:
    """Refuse a span of which nothing is known; a balance stands on any day since the first year began."""
    if years and kind == "balance":
        last_begun(years, span.to_date)
    else:
        check_held(years, span)


def _check_columns(asked: Asked) -> None:
    if len(asked.parts) > MOST_COLUMNS:
        raise InputError(
            f"That would be {len(asked.parts)} columns, and an answer holds {MOST_COLUMNS}. Take "
            "columns=quarter or total, or ask for a shorter span."
        )


def _check_amounts(figures: Figures) -> None:
    rows, columns = len(figures.lines), len(figures.labels)
    if rows * columns > MOST_AMOUNTS:
        raise InputError(
            f"That would be {rows * columns} amounts ({rows} rows in {columns} columns), and an answer holds "
            f"{MOST_AMOUNTS}. Take columns=quarter or total, leave accounts out, or ask for a shorter span."
        )


async def _notes(asked: Asked, kind: Kind, figures: Figures) -> list[str]:
    years, today = await asked.books.ledger.years(), asked.books.today
    held = [each for each in figures.read if each.years]
    about = (
        balance_notes(_days(asked, years), years, today) if kind == "balance" else not_over(asked.span, today)
    )
    return [*about, *figures.notes, *uncovered(*held), *_compared_notes(asked, years, kind, figures)]


def _days(asked: Asked, years: Sequence[AccountingYear]) -> list[datetime.date]:
    """The days whose balances are told, that of to_date last."""
    beside = [asked.compared.to_date] if asked.compared else []
    days = [*beside, *(part.to_date for part in asked.parts)]
    return [day for day in days if day >= years[0].from_date]


def _compared_notes(asked: Asked, years: Sequence[AccountingYear], kind: Kind, figures: Figures) -> list[str]:
    span = asked.compared
    if span is None:
        return []
    day = span.to_date
    if day < years[0].from_date or (kind != "balance" and not holding(years, span)):
        return [f"No accounting year holds {_label(span, kind)}, so there is nothing to compare with."]
    told = _like_with_like(asked, span, figures) if _is_running(asked.span, kind, asked.books.today) else []
    if kind != "balance" and asked.span.intersection(span):
        told.append("The two spans share days.")
    return told


def _like_with_like(asked: Asked, before: Period, figures: Figures) -> list[str]:
    """Says how a running span is compared, and what of it lies ahead."""
    ahead = sum(1 for row in figures.read[0].rows if row.date > asked.books.today)
    also = f" {asked.span.label} also holds {ahead} postings ahead." if ahead else ""
    days = f"{before.from_date}..{before.to_date}"
    return [f"before is as much of the other span as is over of {asked.span.label}: {days}.{also}"]
