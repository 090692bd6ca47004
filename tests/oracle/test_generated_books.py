"""Any books: the arithmetic of period reports and hledger come to the same figures, to the øre."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinero_mcp.accounting.columns import columns, shared_out, turnovers
from dinero_mcp.accounting.period_report import Line, balance_lines_of, result_lines_of
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.standing import standings
from tests.accounting.generated_books import GeneratedBooks, generated_books, is_result, periods_within
from tests.accounting.rows import CHART, Row
from tests.oracle.hledger import Hledger, needs_hledger, span, until

pytestmark = [pytest.mark.once, needs_hledger]
SOME = settings(max_examples=20)
ZERO = Decimal(0)


def all_rows(books: GeneratedBooks) -> list[Row]:
    return [*books.years[0].opening, *books.movements]


def by_name(lines: list[Line]) -> dict[str, list[Decimal]]:
    return {str(line.account_number or line.name): [each or ZERO for each in line.amounts] for line in lines}


def told(lines: dict[str, list[Decimal]]) -> dict[str, list[Decimal]]:
    """The accounts that have an amount."""
    return {name: amounts for name, amounts in lines.items() if name.isdigit() and any(amounts)}


@SOME
@given(generated_books())
def test_profit_and_loss_by_month(books: GeneratedBooks) -> None:
    months = columns(books.period, "month")
    moved = [sums_by_account(rows) for rows in shared_out(books.movements, months)]
    ours = by_name(result_lines_of(moved, CHART, True))
    theirs = Hledger(all_rows(books)).statement(
        "incomestatement", "--monthly", *span(books.period.from_date, books.period.to_date)
    )
    if theirs.get("Net:"):
        assert ours["Result after tax (resultat)"] == theirs["Net:"]
    assert told(ours) == told(theirs)


@SOME
@given(generated_books(), st.data())
def test_the_balance_sheet_on_any_day(books: GeneratedBooks, data: st.DataObject) -> None:
    day = data.draw(st.dates(books.period.from_date, books.period.to_date))
    year = books.year_of(day)
    stood = standings(year.period.from_date, books.opening(year), year.movements, [day])
    ours = by_name(balance_lines_of(stood, CHART, True))
    program = Hledger(all_rows(books))
    theirs = program.statement("balancesheetequity", *until(day))
    net = program.statement("incomestatement", *span(year.period.from_date, day)).get("Net:", [ZERO])
    assert ours["Result since the accounting year began (periodens resultat)"] == net
    assert ours["Total assets (aktiver i alt)"] == theirs.get("Assets", [ZERO])
    assert ours["Total liabilities (gæld i alt)"] == theirs.get("Liabilities", [ZERO])
    equity = theirs.get("Equity", [ZERO])[0] + theirs.get("Net:", [ZERO])[0]
    assert ours["Total equity (egenkapital i alt)"] == [equity]
    assert {name: each for name, each in told(ours).items() if not is_equity(name)} == {
        name: each for name, each in told(theirs).items() if not is_equity(name)
    }


def is_equity(name: str) -> bool:
    return 60_000 <= int(name) < 61_000


@SOME
@given(generated_books(), st.data())
def test_debit_and_credit_of_any_span(books: GeneratedBooks, data: st.DataObject) -> None:
    period: Period = data.draw(periods_within(books.period))
    turnover = turnovers(books.within(period))
    program = Hledger(books.movements)
    days = span(period.from_date, period.to_date)
    debit, credit = (program.balances(*days, query) for query in ("amt:>0", "amt:<0"))
    assert {number: [each.debit] for number, each in turnover.items() if each.debit} == debit
    assert {number: [-each.credit] for number, each in turnover.items() if each.credit} == credit


@SOME
@given(generated_books())
def test_what_each_account_closed_with(books: GeneratedBooks) -> None:
    last: date = books.period.to_date
    begun = books.years[-1].period.from_date
    stood = books.standing(last)
    program = Hledger(all_rows(books))
    theirs = {
        **{n: each for n, each in program.balances(*until(last)).items() if not is_result(n)},
        **{n: each for n, each in program.balances(*span(begun, last)).items() if is_result(n)},
    }
    kept = {
        number: [amount] for number, amount in stood.accounts.items() if amount and not is_equity(str(number))
    }
    assert kept == {number: each for number, each in theirs.items() if not is_equity(str(number))}
