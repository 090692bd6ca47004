"""The statements with one column beside the other: a line for each group, account and sum.

Signs are those of the statements: natural ones in profit and loss and in the balance sheet, debit positive in
the trial balance. A column that is None is one nothing is known of: its amounts are None, not nought.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from dinero_mcp.accounting.chart import ASSETS, LIABILITIES, PROFIT_AND_LOSS, Group
from dinero_mcp.accounting.money import percent_change, to_ore, total
from dinero_mcp.accounting.standing import Amounts, Chart, Standing
from dinero_mcp.accounting.statements import AccountAmount, GroupAmounts, balance_sheet, profit_and_loss

_NOTHING = total(())


class Sum(StrEnum):
    """A line that is the sum of others."""

    GROSS_PROFIT = "Gross profit (dækningsbidrag)"
    RESULT_BEFORE_TAX = "Result before tax (resultat før skat)"
    RESULT = "Result after tax (resultat)"
    TOTAL_ASSETS = "Total assets (aktiver i alt)"
    EARLIER_RESULTS = "Results of earlier years in no equity account yet"
    RESULT_SO_FAR = "Result since the accounting year began (periodens resultat)"
    TOTAL_EQUITY = "Total equity (egenkapital i alt)"
    TOTAL_LIABILITIES = "Total liabilities (gæld i alt)"
    EQUITY_AND_LIABILITIES = "Equity and liabilities (passiver i alt)"
    DIFFERENCE = "Difference: assets less equity and liabilities"


Key = Group | Sum


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its amount in each column, and what it is compared with."""

    kind: Literal["group", "account", "sum"]
    name: str | None
    amounts: tuple[Decimal | None, ...]
    account_number: int | None = None
    before: Decimal | None = None
    difference: Decimal | None = None
    percent: Decimal | None = None

    def compared(self, before: Decimal | None, now: Decimal | None) -> "Line":
        """The line with what it was before, and the change in kroner and percent."""
        if before is None or now is None:
            return replace(self, before=before)
        return replace(
            self, before=before, difference=to_ore(now - before), percent=percent_change(now, before)
        )

    def last_compared(self) -> "Line":
        """The line with its last column taken as what the one before it is compared with."""
        *amounts, now, before = self.amounts
        return replace(self, amounts=(*amounts, now)).compared(before, now)


@dataclass(frozen=True, slots=True)
class _Column:
    groups: Mapping[Group, GroupAmounts]
    sums: Mapping[Sum, Decimal]


_RESULT: tuple[Key, ...] = (
    *PROFIT_AND_LOSS[:2],
    Sum.GROSS_PROFIT,
    *PROFIT_AND_LOSS[2:-1],
    Sum.RESULT_BEFORE_TAX,
    *PROFIT_AND_LOSS[-1:],
    Sum.RESULT,
)
_BALANCE: tuple[Key, ...] = (
    *ASSETS,
    Sum.TOTAL_ASSETS,
    Group.EQUITY,
    Sum.EARLIER_RESULTS,
    Sum.RESULT_SO_FAR,
    Sum.TOTAL_EQUITY,
    *LIABILITIES,
    Sum.TOTAL_LIABILITIES,
    Sum.EQUITY_AND_LIABILITIES,
    Sum.DIFFERENCE,
)
_UNLESS_NOTHING = (Sum.EARLIER_RESULTS, Sum.DIFFERENCE)


def result_lines_of(movements: Sequence[Amounts | None], chart: Chart, with_accounts: bool) -> list[Line]:
    """The profit and loss statement of each column's movements."""
    columns = [None if each is None else _result_column(each, chart) for each in movements]
    return _lines(_RESULT, columns, with_accounts)


def balance_lines_of(balances: Sequence[Standing | None], chart: Chart, with_accounts: bool) -> list[Line]:
    """The balance sheet of each column's day; the result since its accounting year began stands apart."""
    columns = [None if each is None else _balance_column(each, chart) for each in balances]
    return _lines(_BALANCE, columns, with_accounts)


def _result_column(movements: Amounts, chart: Chart) -> _Column:
    statement = profit_and_loss(movements, chart, include_zero_accounts=False)
    sums = {
        Sum.GROSS_PROFIT: statement.gross_profit,
        Sum.RESULT_BEFORE_TAX: statement.result_before_tax,
        Sum.RESULT: statement.result,
    }
    return _Column({each.group: each for each in statement.groups}, sums)


def _balance_column(balances: Standing, chart: Chart) -> _Column:
    sheet = balance_sheet(balances.accounts, chart, include_zero_accounts=False)
    earlier = to_ore(-balances.earlier_results)
    equity = sheet.total_equity + earlier + sheet.result_of_year
    owed = equity + sheet.total_liabilities
    sums = {
        Sum.TOTAL_ASSETS: sheet.total_assets,
        Sum.EARLIER_RESULTS: earlier,
        Sum.RESULT_SO_FAR: sheet.result_of_year,
        Sum.TOTAL_EQUITY: equity,
        Sum.TOTAL_LIABILITIES: sheet.total_liabilities,
        Sum.EQUITY_AND_LIABILITIES: owed,
        Sum.DIFFERENCE: to_ore(sheet.total_assets - owed),
    }
    groups = (*sheet.assets, sheet.equity, *sheet.liabilities)
    return _Column({each.group: each for each in groups if each.accounts}, sums)


def _lines(order: Iterable[Key], columns: Sequence[_Column | None], with_accounts: bool) -> list[Line]:
    lines: list[Line] = []
    for key in order:
        if isinstance(key, Sum):
            amounts = tuple(each and each.sums[key] for each in columns)
            if any(amounts) or key not in _UNLESS_NOTHING:
                lines.append(Line("sum", key.value, amounts))
        else:
            groups = [each and each.groups.get(key, GroupAmounts(key, (), _NOTHING)) for each in columns]
            lines += _group_lines(key, groups)[: None if with_accounts else 1]
    return lines


def _group_lines(group: Group, columns: Sequence[GroupAmounts | None]) -> list[Line]:
    """The group's line and those of its accounts; nothing when no column has any."""
    held = [each and {line.account_number: line for line in each.accounts} for each in columns]
    names = {number: line.name for lines in held if lines for number, line in lines.items()}
    if not names:
        return []
    heading = f"{group.english} ({group.danish})"
    return [
        Line("group", heading, tuple(each and each.total for each in columns)),
        *(Line("account", names[number], _amounts(number, held), number) for number in sorted(names)),
    ]


def _amounts(
    number: int, columns: Sequence[Mapping[int, AccountAmount] | None]
) -> tuple[Decimal | None, ...]:
    return tuple(
        None if each is None else each[number].amount if number in each else _NOTHING for each in columns
    )
