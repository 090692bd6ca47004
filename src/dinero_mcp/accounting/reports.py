"""Dinero's yearly reports, made safe to calculate with.

Their rows come with sum rows among the accounts, and with a sign Dinero does not document. A row is a sum
row when its number is not in the chart of accounts. Nothing is taken on trust: a report must add up, and
agree with another source to the øre, or there is an `IncompleteError` and no figure. Amounts given back are
debit positive.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Protocol, TypeVar

from dinero_mcp.accounting.chart import Group, group_of, is_profit_and_loss
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.postings import Account
from dinero_mcp.errors import IncompleteError

Amounts = Mapping[int, Decimal]
Chart = Mapping[int, Account]

_ZERO = Decimal(0)
_SIGNS = (1, -1)
_AT_MOST_NAMED = 3


class ReportRow(Protocol):
    """One row of a report: an account, or the sum of some."""

    @property
    def account_number(self) -> int: ...
    @property
    def account_name(self) -> str | None: ...
    @property
    def amount(self) -> Decimal: ...


R = TypeVar("R", bound=ReportRow)


def known_rows(rows: Iterable[R], chart_numbers: Collection[int]) -> tuple[dict[int, Decimal], tuple[R, ...]]:
    """The amounts of the chart's accounts as reported, and the rows that are not in the chart."""
    amounts: dict[int, Decimal] = {}
    others: list[R] = []
    for row in rows:
        if row.account_number not in chart_numbers:
            others.append(row)
        elif row.account_number in amounts:
            raise _incomplete(f"account {row.account_number} is in the report more than once")
        else:
            amounts[row.account_number] = row.amount
    return amounts, tuple(others)


def trial_amounts(
    rows: Iterable[ReportRow], chart_numbers: Collection[int], entries: Amounts
) -> dict[int, Decimal]:
    """The accounts of a trial balance report without its sum rows, which must be the sums of the year's
    `entries`, opening rows included.
    """
    amounts, _ = known_rows(rows, chart_numbers)
    _must_agree(amounts, entries, "the trial balance report and the posted entries")
    return amounts


def result_amounts(rows: Iterable[ReportRow], saldo_amounts: Amounts, chart: Chart) -> dict[int, Decimal]:
    """The accounts of a profit and loss report, which must equal the trial balance's with one common sign."""
    amounts, _ = known_rows(rows, chart)
    expected = _half(saldo_amounts, chart, profit_and_loss=True)
    for sign in _SIGNS:
        if not differences(signed := _times(sign, amounts), expected):
            return signed
    raise _disagree(amounts, expected, "the profit and loss report and the trial balance report")


def balance_amounts(
    rows: Iterable[ReportRow], saldo_amounts: Amounts, chart: Chart
) -> tuple[dict[int, Decimal], bool]:
    """The accounts of a balance sheet report, and whether the year's result is already part of its equity.

    They must equal the trial balance's with one common sign, save that one equity account may hold the
    year's result as well: then Dinero shows the year as closed.
    """
    amounts, _ = known_rows(rows, chart)
    expected = _half(saldo_amounts, chart, profit_and_loss=False)
    result = sum(_half(saldo_amounts, chart, profit_and_loss=True).values(), _ZERO)
    for sign in _SIGNS:
        signed = _times(sign, amounts)
        differing = differences(signed, expected)
        if not differing:
            return signed, False
        if _is_closed_into_equity(differing, result, chart):
            return signed, True
    raise _disagree(amounts, expected, "the balance sheet report and the trial balance report")


def _half(amounts: Amounts, chart: Chart, *, profit_and_loss: bool) -> dict[int, Decimal]:
    return {
        number: amount
        for number, amount in amounts.items()
        if is_profit_and_loss(number, _category(number, chart)) is profit_and_loss
    }


def _category(number: int, chart: Chart) -> str | None:
    return chart[number].category if number in chart else None


def _times(sign: int, amounts: Amounts) -> dict[int, Decimal]:
    return {number: amount if sign > 0 else -amount for number, amount in amounts.items()}


def differences(amounts: Amounts, expected: Amounts) -> dict[int, Decimal]:
    """By how much each account is more than expected, for those that differ in øre."""
    numbers = sorted(amounts.keys() | expected.keys())
    by_account = {n: to_ore(amounts.get(n, _ZERO) - expected.get(n, _ZERO)) for n in numbers}
    return {number: difference for number, difference in by_account.items() if difference}


def _is_closed_into_equity(differing: Amounts, result: Decimal, chart: Chart) -> bool:
    if list(differing.values()) != [to_ore(result)]:
        return False
    (number,) = differing
    return group_of(number, _category(number, chart)) is Group.EQUITY


def _must_agree(amounts: Amounts, expected: Amounts, sources: str) -> None:
    if differences(amounts, expected):
        raise _disagree(amounts, expected, sources)


def _disagree(amounts: Amounts, expected: Amounts, sources: str) -> IncompleteError:
    first = list(differences(amounts, expected))[:_AT_MOST_NAMED]
    named = ", ".join(f"{n} ({amounts.get(n, _ZERO)} against {expected.get(n, _ZERO)})" for n in first)
    return _incomplete(f"{sources} do not agree on every account; the first to differ: {named}")


def _incomplete(what: str) -> IncompleteError:
    return IncompleteError(
        f"Dinero's figures do not add up: {what}. So there is no total. "
        "Try again in a minute; if it stays so, look the accounts up in Dinero."
    )
