"""What stands on every account at the end of a day, debit positive.

Profit and loss accounts begin each accounting year at nothing. What they came to is then part of equity: of
an equity account once the year has opening rows, and of none while it is carried forward without them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from dinero_mcp.accounting.chart import PROFIT_AND_LOSS, Group, group_of
from dinero_mcp.accounting.columns import shared_out
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import Account, Posting, sums_by_account
from dinero_mcp.accounting.reports import differences

Amounts = Mapping[int, Decimal]
Chart = Mapping[int, Account]

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """Balance accounts as they stand, profit and loss accounts since their accounting year began.

    `earlier_results` is what earlier years came to and no equity account holds: negative for a profit.
    """

    accounts: Amounts = field(default_factory=dict[int, Decimal])
    earlier_results: Decimal = _ZERO

    @property
    def total(self) -> Decimal:
        """Nothing, in books that agree."""
        return sum(self.accounts.values(), self.earlier_results)

    def plus(self, movements: Amounts) -> "Standing":
        """As it stands once this was posted in the same accounting year."""
        return Standing(added(self.accounts, movements), self.earlier_results)

    def less(self, other: "Standing") -> "Standing":
        """By how much it is more than the other."""
        negative = {number: -amount for number, amount in other.accounts.items()}
        return Standing(added(self.accounts, negative), self.earlier_results - other.earlier_results)


def standings(
    begun: date, opening: Standing, movements: Sequence[Posting], days: Sequence[date]
) -> list[Standing]:
    """As it stood at the end of each day, the days and the movements in order, both of one accounting year.

    `begun` is the year's first day; the day before it stands for the opening.
    """
    found: list[Standing] = []
    for day in days:
        if begun <= day:
            rows = shared_out(movements, (Period(begun, day),))[0]
            opening, begun = opening.plus(sums_by_account(rows)), day + timedelta(days=1)
        found.append(opening)
    return found


def not_carried(closing: Standing, opening: Standing, chart: Chart) -> dict[int | None, Decimal]:
    """By how much a year opens with something else than the year before closed with, by account.

    Equity and results are one sum, under None: the result of the year before has become equity.
    """
    opened, closed = (net_assets(each.accounts, chart) for each in (opening, closing))
    off: dict[int | None, Decimal] = {**differences(opened, closed)}
    equity = to_ore(_rest(opening, opened)) - to_ore(_rest(closing, closed))
    return {**off, None: equity} if equity else off


def net_assets(amounts: Amounts, chart: Chart) -> dict[int, Decimal]:
    """Those of assets and debt: neither results nor equity."""
    return {number: amount for number, amount in amounts.items() if _is_net_asset(number, chart)}


def _rest(standing: Standing, net: Amounts) -> Decimal:
    """Equity and results together."""
    return standing.total - sum(net.values(), _ZERO)


def added(amounts: Amounts, more: Amounts) -> dict[int, Decimal]:
    """Account by account, the two together."""
    return {number: amounts.get(number, _ZERO) + more.get(number, _ZERO) for number in {**amounts, **more}}


def _is_net_asset(number: int, chart: Chart) -> bool:
    group = group_of(number, chart[number].category if number in chart else None)
    return group not in PROFIT_AND_LOSS and group is not Group.EQUITY
