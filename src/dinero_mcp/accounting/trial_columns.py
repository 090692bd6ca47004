"""The trial balance of a span: what each account opened with, what was posted on it, what it closed with.

Debit is positive; what was posted as debit and as credit is positive both. For every account
`opening + debit - credit + year change = closing`. The year change is what new accounting years within the
span move by themselves, results to equity; over all accounts it comes to nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from dinero_mcp.accounting.columns import Turnover
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.period_report import Line, Sum
from dinero_mcp.accounting.standing import Amounts, Chart, Standing, net_assets

T = TypeVar("T")

_ZERO = Decimal(0)
_NOTHING = Turnover()


@dataclass(frozen=True)
class Trial:
    """What a trial balance of a span is made of.

    `parts` are the movements of its months or quarters, where it has a column for each; `before` those of the
    span compared with, None when nothing is known of it.
    """

    opening: Standing
    turnover: Mapping[int, Turnover]
    closing: Standing
    crosses_years: bool = False
    parts: Sequence[Amounts] = ()
    before: Amounts | None = None

    @property
    def shows_movement(self) -> bool:
        """Whether debit less credit has a column of its own: the sum of the parts, or what is compared."""
        return bool(self.parts) or self.before is not None

    @property
    def movements(self) -> dict[int, Decimal]:
        """Debit less credit of each account."""
        return {number: each.movement for number, each in self.turnover.items()}

    @property
    def year_change(self) -> Standing:
        """What is neither opening nor movement."""
        return self.closing.less(self.opening.plus(self.movements))


def trial_labels(trial: Trial, parts: Sequence[str]) -> list[str]:
    """What stands above the amounts of each line."""
    posted = parts if trial.parts else ["debit", "credit"]
    movement = ["movement"] if trial.shows_movement else []
    change = ["year change"] if trial.crosses_years else []
    return _in_order(trial, ["opening", *posted], movement, [*change, "closing"])


def trial_lines(trial: Trial, chart: Chart) -> list[Line]:
    """Every account that was posted on or holds something, and the sum of all."""
    change = trial.year_change
    held = (trial.opening.accounts, trial.closing.accounts, change.accounts, trial.before or {})
    used = {number for amounts in held for number, amount in amounts.items() if amount}
    lines = [_account_line(number, trial, change, chart) for number in sorted({*used, *trial.turnover})]
    if trial.opening.earlier_results or trial.closing.earlier_results:
        lines.append(_earlier_results(trial, change))
    return [*lines, _sum_line(lines, width=len(trial_labels(trial, [""] * len(trial.parts))))]


def result_less_equity_moved(trial: Trial, chart: Chart) -> Decimal:
    """Nothing, when equity (net assets) moved by the span's result and what was posted on equity accounts."""
    net = net_assets(trial.movements, chart)
    posted = sum(trial.movements.values(), _ZERO) - sum(net.values(), _ZERO)
    moved = net_assets(trial.closing.less(trial.opening).accounts, chart)
    return posted + sum(moved.values(), _ZERO)


def _in_order(trial: Trial, opened: list[T], movement: list[T], closed: list[T]) -> list[T]:
    """The columns of a line; a movement that is compared stands last, beside what it is compared with."""
    return [*opened, *movement, *closed] if trial.before is None else [*opened, *closed, *movement]


def _account_line(number: int, trial: Trial, change: Standing, chart: Chart) -> Line:
    account = chart.get(number)
    turnover = trial.turnover.get(number, _NOTHING)
    parts = [each.get(number, _ZERO) for each in trial.parts]
    posted = parts or [turnover.debit, turnover.credit]
    movement = [turnover.movement] if trial.shows_movement else []
    opening, closing = (each.accounts.get(number, _ZERO) for each in (trial.opening, trial.closing))
    carried = [change.accounts.get(number, _ZERO)] if trial.crosses_years else []
    amounts = tuple(map(to_ore, _in_order(trial, [opening, *posted], movement, [*carried, closing])))
    line = Line("account", account.name if account else None, amounts, number)
    return line.compared(_before(number, trial), to_ore(turnover.movement))


def _before(number: int, trial: Trial) -> Decimal | None:
    return None if trial.before is None else to_ore(trial.before.get(number, _ZERO))


def _earlier_results(trial: Trial, change: Standing) -> Line:
    posted, movement = [_ZERO] * (len(trial.parts) or 2), [_ZERO] * trial.shows_movement
    carried = [change.earlier_results] if trial.crosses_years else []
    opened, closed = [trial.opening.earlier_results, *posted], [*carried, trial.closing.earlier_results]
    held = _in_order(trial, opened, movement, closed)
    return Line("sum", Sum.EARLIER_RESULTS.value, tuple(map(to_ore, held)))


def _sum_line(lines: Sequence[Line], width: int) -> Line:
    """The sum of every column; that of a movement is nothing in books that agree, whatever it was before."""
    columns = ((line.amounts[place] or _ZERO for line in lines) for place in range(width))
    return Line("sum", "Sum of all accounts", tuple(map(total, columns)))
