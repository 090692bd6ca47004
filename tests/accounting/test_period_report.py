"""Reports of any span, on any books: their parts add up, and they agree with every row added up by itself."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.columns import By, columns, shared_out, turnovers
from dinero_mcp.accounting.money import percent_change
from dinero_mcp.accounting.period_report import Line, balance_lines_of, result_lines_of
from dinero_mcp.accounting.periods import Period, month, quarter_of
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.standing import Standing, not_carried, standings
from dinero_mcp.accounting.statements import profit_and_loss
from dinero_mcp.accounting.trial_columns import Trial, result_less_equity_moved, trial_labels, trial_lines
from tests.accounting.generated_books import (
    DAY,
    BookedYear,
    GeneratedBooks,
    generated_books,
    is_result,
    periods_within,
    sums,
)
from tests.accounting.rows import CHART, Row, amounts

ZERO = Decimal("0.00")


@st.composite
def books_and_span(draw: st.DrawFn) -> tuple[GeneratedBooks, Period]:
    books = draw(generated_books())
    return books, draw(periods_within(books.period))


def without_nothing(amounts: dict[int, Decimal]) -> dict[int, Decimal]:
    return {number: amount for number, amount in amounts.items() if amount}


def same(one: Standing, other: Standing) -> bool:
    return (
        without_nothing(dict(one.accounts)) == without_nothing(dict(other.accounts))
        and one.earlier_results == other.earlier_results
    )


def by_name(lines: list[Line]) -> dict[str | int | None, tuple[Decimal | None, ...]]:
    return {line.account_number or line.name: line.amounts for line in lines}


@given(books_and_span(), st.sampled_from(["total", "month", "quarter"]))
def test_any_partition_of_a_span_sums_to_the_span(drawn: tuple[GeneratedBooks, Period], by: By) -> None:
    books, span = drawn
    parts = columns(span, by)
    assert (parts[0].from_date, parts[-1].to_date) == (span.from_date, span.to_date)
    assert sum(part.days for part in parts) == span.days
    shared = shared_out(books.movements, parts)
    assert [row for rows in shared for row in rows] == books.within(span)
    whole = sums_by_account(books.within(span))
    each = [sums_by_account(rows) for rows in shared]
    for number, amount in whole.items():
        assert sum((one.get(number, ZERO) for one in each), ZERO) == amount
    for line in result_lines_of([*each, whole], CHART, True):
        *parts_of_it, all_of_it = (amount or ZERO for amount in line.amounts)
        assert sum(parts_of_it, ZERO) == all_of_it


@given(generated_books(), st.data())
def test_a_balance_is_the_opening_and_what_was_posted_since(
    books: GeneratedBooks, data: st.DataObject
) -> None:
    year = data.draw(st.sampled_from(books.years))
    days = sorted(data.draw(st.lists(st.dates(year.period.from_date, year.period.to_date), max_size=5)))
    stood = standings(year.period.from_date, books.opening(year), year.movements, days)
    assert all(same(one, books.standing(day)) for one, day in zip(stood, days, strict=True))


@given(books_and_span())
def test_a_balance_sheet_balances_on_any_day(drawn: tuple[GeneratedBooks, Period]) -> None:
    books, span = drawn
    year = books.year_of(span.to_date)
    stood = [books.standing(span.from_date), books.standing(span.to_date)]
    lines = by_name(balance_lines_of(stood, CHART, True))
    assert "Difference: assets less equity and liabilities" not in lines
    assert lines["Total assets (aktiver i alt)"] == lines["Equity and liabilities (passiver i alt)"]
    since = [row for row in year.movements if row.date <= span.to_date and is_result(row.account_number)]
    so_far = lines["Result since the accounting year began (periodens resultat)"][1]
    assert so_far == -sum((row.amount for row in since), ZERO)


def trial_of(books: GeneratedBooks, span: Period, by: By = "total", before: Period | None = None) -> Trial:
    first = books.year_of(span.from_date)
    opens = books.opening(first)
    if span.from_date > first.period.from_date:
        opens = books.standing(span.from_date - DAY)
    rows, parts = books.within(span), columns(span, by)
    return Trial(
        opening=opens,
        turnover=turnovers(rows),
        closing=books.standing(span.to_date),
        crosses_years=first is not books.year_of(span.to_date),
        parts=[] if by == "total" else [sums_by_account(each) for each in shared_out(rows, parts)],
        before=sums_by_account(books.within(before)) if before else None,
    )


@given(books_and_span())
def test_a_trial_balance_cancels_in_every_column(drawn: tuple[GeneratedBooks, Period]) -> None:
    books, span = drawn
    trial = trial_of(books, span)
    lines = trial_lines(trial, CHART)
    labels = trial_labels(trial, [])
    summed = dict(zip(labels, lines[-1].amounts, strict=True))
    assert summed["debit"] == summed["credit"]
    assert summed["opening"] == summed["closing"] == summed.get("year change", ZERO) == ZERO
    for line in lines:
        column = dict(zip(labels, (each or ZERO for each in line.amounts), strict=True))
        moved = column["debit"] - column["credit"] + column.get("year change", ZERO)
        assert column["opening"] + moved == column["closing"]
    assert result_less_equity_moved(trial, CHART) == 0


@given(books_and_span())
def test_the_year_change_of_a_trial_balance_moves_results_to_equity_and_nothing_else(
    drawn: tuple[GeneratedBooks, Period],
) -> None:
    books, span = drawn
    change = without_nothing(dict(trial_of(books, span).year_change.accounts))
    assert {number for number in change if not is_result(number)} <= {60020}
    earlier = [
        row
        for row in books.movements
        if row.date < books.year_of(span.to_date).period.from_date
        and row.date >= books.year_of(span.from_date).period.from_date
    ]
    left = without_nothing(sums(row for row in earlier if is_result(row.account_number)))
    assert {number: -amount for number, amount in change.items() if is_result(number)} == left


@given(books_and_span(), st.sampled_from(["month", "quarter"]))
def test_the_columns_of_a_trial_balance_are_movements(drawn: tuple[GeneratedBooks, Period], by: By) -> None:
    books, span = drawn
    trial = trial_of(books, span, by)
    parts = len(trial.parts)
    for line in trial_lines(trial, CHART):
        posted = [each or ZERO for each in line.amounts[1 : parts + 2]]
        assert sum(posted[:-1], ZERO) == posted[-1]


@given(generated_books(), st.data())
def test_a_quarter_is_the_sum_of_its_months(books: GeneratedBooks, data: st.DataObject) -> None:
    quarter = quarter_of(data.draw(st.dates(books.period.from_date, books.period.to_date)))
    months = [month(quarter.from_date.year, quarter.from_date.month + place) for place in range(3)]
    each = [profit_and_loss(sums_by_account(books.within(one)), CHART, False) for one in months]
    whole = profit_and_loss(sums_by_account(books.within(quarter)), CHART, False)
    assert sum((one.result for one in each), ZERO) == whole.result
    assert sum((one.gross_profit for one in each), ZERO) == whole.gross_profit
    lines = by_name(result_lines_of([sums_by_account(books.within(quarter))], CHART, True))
    assert lines["Result after tax (resultat)"] == (whole.result,)


@given(books_and_span(), st.data())
def test_what_is_compared_is_consistent(drawn: tuple[GeneratedBooks, Period], data: st.DataObject) -> None:
    books, span = drawn
    other = data.draw(periods_within(books.period))
    both = [sums_by_account(books.within(each)) for each in (span, other)]
    lines = [line.last_compared() for line in result_lines_of(both, CHART, True)]
    turned = [line.last_compared() for line in result_lines_of(both[::-1], CHART, True)]
    for line, back in zip(lines, turned, strict=True):
        (now,) = line.amounts
        assert now is not None
        assert line.before is not None
        assert line.difference == now - line.before == -(back.difference or ZERO)
        assert line.percent == percent_change(now, line.before)
        assert (back.amounts, back.before) == ((line.before,), now)


@given(generated_books())
def test_a_year_opens_with_what_the_one_before_closed_with(books: GeneratedBooks) -> None:
    for before, year in zip(books.years, books.years[1:], strict=False):
        assert not_carried(books.standing(before.period.to_date), books.opening(year), CHART) == {}


def test_an_opening_that_differs_from_the_closing_before_is_told_by_account() -> None:
    closing = Standing(amounts({1000: "-100.00", 55000: "150.00", 60020: "-50.00"}))
    carried = Standing(amounts({55000: "150.00", 60020: "-150.00"}))
    wrong = Standing(amounts({55000: "149.00", 53000: "1.00", 60020: "-149.00"}))
    assert not_carried(closing, carried, CHART) == {}
    assert not_carried(closing, wrong, CHART) == {55000: -1, 53000: 1, None: 1}


def test_a_column_nothing_is_known_of_has_no_amounts() -> None:
    lines = result_lines_of([None, amounts({1000: "-100"})], CHART, True)
    assert by_name(lines)[1000] == (None, Decimal("100.00"))
    (line, *_) = [
        line.last_compared() for line in result_lines_of([amounts({1000: "-1"}), None], CHART, False)
    ]
    assert (line.before, line.difference, line.percent) == (None, None, None)


def test_books_that_do_not_balance_show_by_how_much() -> None:
    lines = by_name(balance_lines_of([Standing(amounts({55000: "100", 1000: "-99"}))], CHART, False))
    assert lines["Difference: assets less equity and liabilities"] == (Decimal("1.00"),)


def test_results_that_are_in_no_equity_account_yet_are_part_of_equity() -> None:
    standing = Standing(amounts({55000: "175", 60020: "-50", 1000: "-25"}), Decimal(-100))
    lines = balance_lines_of([standing], CHART, False)
    assert [(line.name, str(line.amounts[0])) for line in lines] == [
        ("Cash and bank (Likvide beholdninger)", "175.00"),
        ("Total assets (aktiver i alt)", "175.00"),
        ("Equity (Egenkapital)", "50.00"),
        ("Results of earlier years in no equity account yet", "100.00"),
        ("Result since the accounting year began (periodens resultat)", "25.00"),
        ("Total equity (egenkapital i alt)", "175.00"),
        ("Total liabilities (gæld i alt)", "0.00"),
        ("Equity and liabilities (passiver i alt)", "175.00"),
    ]


def test_a_statement_reads_from_revenue_to_the_result() -> None:
    lines = result_lines_of([amounts({1000: "-100", 2000: "40", 5000: "10", 9400: "11"})], CHART, True)
    assert [(line.kind, line.account_number or line.name, str(line.amounts[0])) for line in lines] == [
        ("group", "Revenue (Omsætning)", "100.00"),
        ("account", 1000, "100.00"),
        ("group", "Cost of goods (Vareforbrug)", "40.00"),
        ("account", 2000, "40.00"),
        ("sum", "Gross profit (dækningsbidrag)", "60.00"),
        ("group", "Premises (Lokaleomkostninger)", "10.00"),
        ("account", 5000, "10.00"),
        ("sum", "Result before tax (resultat før skat)", "50.00"),
        ("group", "Tax (Skat)", "11.00"),
        ("account", 9400, "11.00"),
        ("sum", "Result after tax (resultat)", "39.00"),
    ]


def test_debit_and_credit_are_told_apart_by_the_sign_of_the_posting() -> None:
    day = date(2026, 5, 4)
    rows = [Row(55000, Decimal(each), day) for each in ("100.00", "-30.00", "5.00")]
    turnover = turnovers(rows)[55000]
    assert (turnover.debit, turnover.credit, turnover.movement) == (105, 30, 75)
    assert isinstance(BookedYear(Period(day, day), (), tuple(rows)).within(Period(day, day)), list)
