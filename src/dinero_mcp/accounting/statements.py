"""The three statements, from each account's debit-positive sum.

The profit and loss statement and the balance sheet show natural signs: revenue, costs, assets, equity and
debt are all positive when they are what their group says. The trial balance stays debit positive.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dinero_mcp.accounting.chart import ASSETS, LIABILITIES, PROFIT_AND_LOSS, Group, group_of
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.postings import Account

Amounts = Mapping[int, Decimal]
Chart = Mapping[int, Account]

_ZERO = Decimal(0)
_CREDIT_BY_NATURE = frozenset({Group.REVENUE, Group.FINANCIAL_INCOME, Group.EQUITY, *LIABILITIES})


@dataclass(frozen=True, slots=True)
class AccountAmount:
    """One account's line; `name` is None when the chart does not hold the account."""

    account_number: int
    name: str | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class GroupAmounts:
    """A group's accounts by number, and their total, in natural signs."""

    group: Group
    accounts: tuple[AccountAmount, ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    """The groups that have accounts, in order. `result` is positive for a profit."""

    groups: tuple[GroupAmounts, ...]
    gross_profit: Decimal
    result_before_tax: Decimal
    result: Decimal


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """Assets against equity and debt. `difference` is 0.00 for whole books.

    `total_equity` is without the year's result, which stands apart until the year is closed. An account
    stays in its group whatever its sign: an overdrawn bank account is a negative asset.
    """

    assets: tuple[GroupAmounts, ...]
    equity: GroupAmounts
    liabilities: tuple[GroupAmounts, ...]
    total_assets: Decimal
    total_equity: Decimal
    result_of_year: Decimal
    total_liabilities: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account, debit positive. Both totals are positive, and `difference` is debit less credit."""

    accounts: tuple[AccountAmount, ...]
    total_debit: Decimal
    total_credit: Decimal
    difference: Decimal


def profit_and_loss(amounts: Amounts, chart: Chart, include_zero_accounts: bool) -> ProfitAndLoss:
    """The profit and loss statement (resultatopgørelse); balance accounts are passed over."""
    groups = _groups(_lines(amounts, chart, include_zero_accounts), chart)
    totals = {name: group.total for name, group in groups.items()}
    result = -_debit(groups, PROFIT_AND_LOSS)
    return ProfitAndLoss(
        groups=_shown(groups, PROFIT_AND_LOSS),
        gross_profit=total((totals.get(Group.REVENUE, _ZERO), -totals.get(Group.COST_OF_GOODS, _ZERO))),
        result_before_tax=total((result, totals.get(Group.TAX, _ZERO))),
        result=result,
    )


def balance_sheet(amounts: Amounts, chart: Chart, include_zero_accounts: bool) -> BalanceSheet:
    """The balance sheet; profit and loss accounts among the amounts make up the year's result."""
    groups = _groups(_lines(amounts, chart, include_zero_accounts), chart)
    equity = groups.get(Group.EQUITY, GroupAmounts(Group.EQUITY, (), total(())))
    return BalanceSheet(
        assets=_shown(groups, ASSETS),
        equity=equity,
        liabilities=_shown(groups, LIABILITIES),
        total_assets=_debit(groups, ASSETS),
        total_equity=equity.total,
        result_of_year=-_debit(groups, PROFIT_AND_LOSS),
        total_liabilities=-_debit(groups, LIABILITIES),
        difference=_debit(groups, Group),
    )


def trial_balance(amounts: Amounts, chart: Chart, include_zero_accounts: bool) -> TrialBalance:
    """The trial balance (saldobalance): every account, of both statements."""
    lines = _lines(amounts, chart, include_zero_accounts)
    return TrialBalance(
        accounts=lines,
        total_debit=total(line.amount for line in lines if line.amount > 0),
        total_credit=total(-line.amount for line in lines if line.amount < 0),
        difference=total(line.amount for line in lines),
    )


def _lines(amounts: Amounts, chart: Chart, include_zero_accounts: bool) -> tuple[AccountAmount, ...]:
    numbers = amounts.keys() | chart.keys() if include_zero_accounts else amounts.keys()
    lines = (_line(number, amounts, chart) for number in sorted(numbers))
    return tuple(line for line in lines if line.amount or include_zero_accounts)


def _line(number: int, amounts: Amounts, chart: Chart) -> AccountAmount:
    account = chart.get(number)
    return AccountAmount(number, account.name if account else None, to_ore(amounts.get(number, _ZERO)))


def _groups(lines: Iterable[AccountAmount], chart: Chart) -> dict[Group, GroupAmounts]:
    by_group: dict[Group, list[AccountAmount]] = {}
    for line in lines:
        account = chart.get(line.account_number)
        group = group_of(line.account_number, account.category if account else None)
        by_group.setdefault(group, []).append(line)
    return {group: _natural(group, members) for group, members in by_group.items()}


def _natural(group: Group, lines: Iterable[AccountAmount]) -> GroupAmounts:
    if group in _CREDIT_BY_NATURE:
        lines = [AccountAmount(line.account_number, line.name, -line.amount) for line in lines]
    return GroupAmounts(group, tuple(lines), total(line.amount for line in lines))


def _shown(groups: Mapping[Group, GroupAmounts], order: Iterable[Group]) -> tuple[GroupAmounts, ...]:
    return tuple(groups[group] for group in order if group in groups)


def _debit(groups: Mapping[Group, GroupAmounts], among: Iterable[Group]) -> Decimal:
    """The groups' sum, debit positive again."""
    shown = _shown(groups, among)
    return total(-group.total if group.group in _CREDIT_BY_NATURE else group.total for group in shown)
