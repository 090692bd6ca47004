"""Reports on a large accounting year, as get-period-report-tool works them out once it is read."""

from datetime import timedelta

from benchmarks.large_answer import YEAR
from dinero_mcp.accounting.columns import By, columns, shared_out, turnovers
from dinero_mcp.accounting.period_report import Line, result_lines_of
from dinero_mcp.accounting.periods import Period, month
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.standing import Amounts, Standing, standings
from dinero_mcp.accounting.trial_columns import Trial, trial_lines
from dinero_mcp.ledger import YearPostings

_SPAN = Period(YEAR.from_date, YEAR.to_date)


def months_result(year: YearPostings) -> list[Line]:
    """The result of September, account by account."""
    return _result(year, month(YEAR.from_date.year, 9), "total")


def months(year: YearPostings) -> tuple[list[Line], Amounts]:
    """The results of all months, account by account, and the sums that are held against Dinero's saldo."""
    return _result(year, _SPAN, "month"), _tied(year)


def trial_balance_of(year: YearPostings) -> tuple[list[Line], Amounts]:
    """Every account's opening, debit, credit and closing, and the sums held against Dinero's saldo."""
    opened = Standing(sums_by_account(year.opening))
    before, after = standings(
        YEAR.from_date, opened, year.movements, [YEAR.from_date - timedelta(days=1), YEAR.to_date]
    )
    return trial_lines(Trial(before, turnovers(year.movements), after), {}), _tied(year)


def _result(year: YearPostings, span: Period, by: By) -> list[Line]:
    rows, parts = year.within(span), columns(span, by)
    moved = [sums_by_account(part) for part in shared_out(rows, parts)]
    return result_lines_of([*moved, sums_by_account(rows)], {}, with_accounts=True)


def _tied(year: YearPostings) -> Amounts:
    return sums_by_account((*year.opening, *year.movements))
