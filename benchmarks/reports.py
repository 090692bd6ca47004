"""Reports on a large accounting year, as the tools work them out once it is read."""

from benchmarks.large_answer import YEAR
from dinero_mcp.accounting.periods import month
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.results import ResultLines, result_lines
from dinero_mcp.accounting.statements import TrialBalance, trial_balance
from dinero_mcp.ledger import YearPostings


def months_result(year: YearPostings) -> ResultLines:
    """The result of September."""
    return _result(year, 9)


def months(year: YearPostings) -> list[ResultLines]:
    """The results of all months beside each other."""
    return [_result(year, number) for number in range(1, 13)]


def trial_balance_of(year: YearPostings) -> TrialBalance:
    """Every account at the end of the year."""
    return trial_balance(sums_by_account((*year.opening, *year.movements)), {}, include_zero_accounts=False)


def _result(year: YearPostings, number: int) -> ResultLines:
    return result_lines(sums_by_account(year.within(month(YEAR.from_date.year, number))), {})
