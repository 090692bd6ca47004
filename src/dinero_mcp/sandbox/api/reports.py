"""Dinero's four reports on an accounting year, added up from its entries.

Debit is positive and credit negative. Accounts below 50000 are profit and loss, the others balance.
A sum row carries a number that ends in 999 and adds up the accounts of its thousand.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import groupby

from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.refusals import UNKNOWN_YEAR, RefusedError
from dinero_mcp.sandbox.api.wire import Json, Row
from dinero_mcp.sandbox.books import Account, Entry

FIRST_BALANCE_ACCOUNT = 50_000

Amounts = dict[int, Decimal]


def result(question: Question) -> Json:
    """The year's profit and loss accounts."""
    amounts = _amounts(question, _entries(question), lambda number: number < FIRST_BALANCE_ACCOUNT)
    sign = question.behaviour.result_sign
    return _report(question, {number: sign * amount for number, amount in amounts.items()})


def balance(question: Question) -> Json:
    """The balance accounts at the end of the year."""
    return _report(question, _amounts(question, _entries(question), _is_balance))


def saldo(question: Question) -> Json:
    """The trial balance: result and balance accounts together."""
    return _report(question, _amounts(question, _entries(question), lambda _: True))


def primo(question: Question) -> Json:
    """The opening balances."""
    opening = [entry for entry in _entries(question) if entry.type == "Primo"]
    return _report(question, _amounts(question, opening, _is_balance))


def _is_balance(number: int) -> bool:
    return number >= FIRST_BALANCE_ACCOUNT


def _entries(question: Question) -> Iterable[Entry]:
    year = question.books.year(question.path["year"])
    if year is None:
        raise RefusedError(UNKNOWN_YEAR, "There is no such accounting year.", "accountingYear")
    return question.books.entries_of(year)


def _amounts(question: Question, entries: Iterable[Entry], belongs: Callable[[int], bool]) -> Amounts:
    """What each account comes to; accounts that come to nothing only with `showZeroAccount`."""
    sums = defaultdict[int, Decimal](Decimal)
    for entry in entries:
        sums[entry.account_number] += entry.amount
    if question.query.flag("showZeroAccount", default=False):
        sums = dict.fromkeys(question.books.accounts, Decimal(0)) | sums
    else:
        sums = {number: amount for number, amount in sums.items() if amount}
    return {number: sums[number] for number in sorted(sums) if belongs(number)}


def _report(question: Question, amounts: Amounts) -> Json:
    accounts = question.books.accounts
    asked_for = question.query.flag("includeSummaryAccount", default=True)
    with_sums = asked_for or question.behaviour.sum_rows_always
    rows: list[Row] = []
    for thousand, numbers in groupby(amounts, key=lambda number: number // 1000 * 1000):
        group = {number: amounts[number] for number in numbers}
        rows += [_row(number, _name(accounts.get(number)), amount) for number, amount in group.items()]
        if with_sums and thousand + 999 not in accounts:
            name = f"I alt {thousand}-{thousand + 999}"
            rows.append(_row(thousand + 999, name, sum(group.values(), Decimal(0))))
    return rows


def _name(account: Account | None) -> str | None:
    return account.name if account else None


def _row(number: int, name: str | None, amount: Decimal) -> Row:
    return {"AccountName": name, "AccountNumber": number, "Amount": amount}
