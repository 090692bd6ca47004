"""A period's result in a dozen lines, and two periods side by side.

Natural signs: revenue and costs are both positive, a profit is positive and a loss negative.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from dinero_mcp.accounting.chart import PROFIT_AND_LOSS, Group, group_of
from dinero_mcp.accounting.money import percent_change, share, to_ore
from dinero_mcp.accounting.postings import Account

_ZERO = Decimal(0)
_OTHER_COSTS = (
    Group.SALES,
    Group.PREMISES,
    Group.TRANSPORT,
    Group.ADMINISTRATION,
    Group.UNCLASSIFIED_RESULT,
)


@dataclass(frozen=True, slots=True)
class ResultLines:
    """`expenses` is all of the costs, net of financial income and with tax: `result = revenue - expenses`.

    `net_financials` is income less expenses, and `other_costs` is sales, premises, transport and
    administration, with costs on accounts outside the standard ranges.
    """

    revenue: Decimal
    cost_of_goods: Decimal
    gross_profit: Decimal
    staff: Decimal
    other_costs: Decimal
    depreciation: Decimal
    net_financials: Decimal
    result_before_tax: Decimal
    tax: Decimal
    result: Decimal
    expenses: Decimal


@dataclass(frozen=True, slots=True)
class Margins:
    """Percent of revenue with one decimal; None when there is no revenue to measure by."""

    gross: Decimal | None
    result: Decimal | None


@dataclass(frozen=True, slots=True)
class Change:
    """One line now and before; `percent` has one decimal and is None from zero."""

    line: str
    now: Decimal
    before: Decimal
    difference: Decimal
    percent: Decimal | None


def result_lines(amounts: Mapping[int, Decimal], chart: Mapping[int, Account]) -> ResultLines:
    """The result from each account's debit-positive sum; balance accounts are passed over."""
    debit = _debit_by_group(amounts, chart)
    revenue, cost_of_goods, tax = -debit[Group.REVENUE], debit[Group.COST_OF_GOODS], debit[Group.TAX]
    result = -sum(debit.values(), _ZERO)
    return ResultLines(
        revenue=to_ore(revenue),
        cost_of_goods=to_ore(cost_of_goods),
        gross_profit=to_ore(revenue - cost_of_goods),
        staff=to_ore(debit[Group.STAFF]),
        other_costs=to_ore(sum((debit[group] for group in _OTHER_COSTS), _ZERO)),
        depreciation=to_ore(debit[Group.DEPRECIATION]),
        net_financials=to_ore(-debit[Group.FINANCIAL_INCOME] - debit[Group.FINANCIAL_EXPENSES]),
        result_before_tax=to_ore(result + tax),
        tax=to_ore(tax),
        result=to_ore(result),
        expenses=to_ore(revenue - result),
    )


def margins(lines: ResultLines) -> Margins:
    """Gross margin and profit margin."""
    if lines.revenue <= 0:
        return Margins(None, None)
    return Margins(share(lines.gross_profit, lines.revenue), share(lines.result, lines.revenue))


def compare(now: ResultLines, before: ResultLines) -> tuple[Change, ...]:
    """Every line of the two results side by side, in their order."""
    return tuple(
        _change(line.name, getattr(now, line.name), getattr(before, line.name)) for line in fields(now)
    )


def _change(line: str, now: Decimal, before: Decimal) -> Change:
    return Change(line, now, before, now - before, percent_change(now, before))


def _debit_by_group(amounts: Mapping[int, Decimal], chart: Mapping[int, Account]) -> dict[Group, Decimal]:
    debit = dict.fromkeys(PROFIT_AND_LOSS, _ZERO)
    for number, amount in amounts.items():
        account = chart.get(number)
        group = group_of(number, account.category if account else None)
        if group in debit:
            debit[group] += amount
    return debit
