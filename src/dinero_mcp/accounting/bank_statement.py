"""A bank statement, read from the CSV text a Danish bank exports or from rows.

Amounts are positive when money comes in, and lines stand oldest first. Every line is read or the statement is
refused; what is set aside and what had to be inferred is told in the conventions.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.bank_balance import Ordered, StatementLine, Way, ordered
from dinero_mcp.accounting.bank_cells import amounts, dates, rows_named, shown
from dinero_mcp.accounting.bank_columns import Columns, not_understood
from dinero_mcp.accounting.bank_table import Table, cell, columns_of, movements_of, table_of
from dinero_mcp.accounting.bank_text import as_meant
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.periods import Period
from dinero_mcp.errors import InputError

_ZERO = Decimal(0)
_NAMED = 5

Money = Mapping[str, Decimal]
"""What each cell means as an amount."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines oldest first; a balance at either end is None unless the balance column shows it.

    `is_signed` says that the balance column or columns for each way tell which amounts came in.
    """

    lines: tuple[StatementLine, ...]
    opening_balance: Decimal | None
    closing_balance: Decimal | None
    conventions: tuple[str, ...]
    is_signed: bool = False

    @property
    def period(self) -> Period:
        """From the earliest line to the latest."""
        days = [line.date for line in self.lines]
        return Period(min(days), max(days))


def statement_of(rows: Iterable[tuple[date, Decimal, str]], positive_is: Way | None = None) -> Statement:
    """A statement from rows of date, amount and text; positive amounts came in unless told otherwise."""
    lines = [
        StatementLine(row, day, _whole_ore(row, amount), _one_line(text))
        for row, (day, amount, text) in enumerate(rows, start=1)
    ]
    if not lines:
        raise InputError("The statement has no rows. Give at least one, with date, amount and text.")
    return _statement(ordered(lines, positive_is), is_signed=False)


def read_statement(text: str, positive_is: Way | None = None) -> Statement:
    """The statement in a bank's CSV text; `InputError` says which columns or rows are not understood.

    Semicolons, tabs, commas or bars; Danish or English headings, or none; one column of amounts or one for
    each way; decimal comma or point; a balance column is used where it holds row by row. `positive_is` tells
    the way of positive amounts where there is no balance column to tell.
    """
    plain, mended = as_meant(text)
    table, separated = table_of(plain)
    columns, heading = columns_of(table)
    movements, aside = movements_of(table, columns, heading)
    if not movements:
        raise InputError("The statement holds no movements. Export it for a period that has some.")
    lines, conventions = _lines(movements, columns)
    result = ordered(lines, _told(columns, positive_is), is_signed=not columns.is_one_amount)
    if heading is None and columns.balance is not None and not result.is_proven:
        raise not_understood(next(iter(table.values())))
    _check_one_account(movements, columns, result)
    currency = _currency(movements, columns, result)
    said = [*mended, separated, columns.convention, *conventions, *currency, *aside]
    is_signed = result.is_proven or not columns.is_one_amount
    return _statement(result, said, is_signed=is_signed)


def _statement(result: Ordered, conventions: Sequence[str] = (), *, is_signed: bool) -> Statement:
    said = (*conventions, *result.conventions)
    return Statement(result.lines, result.opening_balance, result.closing_balance, said, is_signed)


def _told(columns: Columns, positive_is: Way | None) -> Way | None:
    if positive_is and not columns.is_one_amount:
        raise InputError("The statement has a column for each way of the money. Leave positive_is out.")
    return positive_is


def _whole_ore(row: int, amount: Decimal) -> Decimal:
    if not amount.is_finite() or amount != to_ore(amount):
        raise InputError(f"The amount in row {row} is not in whole øre. Give it with two decimals at most.")
    return to_ore(amount)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(movements: Table, columns: Columns) -> tuple[list[StatementLine], list[str]]:
    days, written = dates(cell(cells, columns.date) for cells in movements.values())
    filled = (one for cells in movements.values() for at in columns.amounts if (one := cell(cells, at)))
    money, decimals = amounts(filled)
    _check_read(movements, columns, days, money)
    weights, signs = _weights(movements, columns, money)
    lines = [
        StatementLine(
            row=row,
            date=days[cell(cells, columns.date)],
            amount=sum((money.get(cell(cells, at), _ZERO) * weight for at, weight in weights), _ZERO),
            text=_text(cells, columns),
            balance=money.get(cell(cells, columns.balance)),
        )
        for row, cells in movements.items()
    ]
    return lines, [written, decimals, *signs]


def _check_read(movements: Table, columns: Columns, days: Collection[str], money: Collection[str]) -> None:
    """`InputError` that names the rows that could not be read, and what is wrong in the first of them."""
    found = ((row, _unread(cells, columns, days, money)) for row, cells in movements.items())
    wrong = {row: why for row, why in found if why}
    if wrong:
        first = min(wrong)
        raise InputError(
            f"The statement cannot be read at {rows_named(wrong)}; in row {first}, {wrong[first]}. Dates "
            "need day, month and a year of four digits, and all amounts the same decimal sign. Correct or "
            "remove what is no movement, so that nothing is left out unseen."
        )


def _unread(
    cells: Sequence[str], columns: Columns, days: Collection[str], money: Collection[str]
) -> str | None:
    """What is wrong with the row, or None."""
    if any(cells[len(columns.names) :]):
        return "there are more cells than columns"
    odd = [] if cell(cells, columns.date) in days else [columns.date]
    odd += [at for at in columns.amounts if (one := cell(cells, at)) and one not in money]
    if odd:
        return f'{columns.names[odd[0]]} is "{shown(cell(cells, odd[0]))}"'
    return None if any(cell(cells, at) for at in columns.moved.values()) else "there is no amount"


def _weights(movements: Table, columns: Columns, money: Money) -> tuple[list[tuple[int, int]], list[str]]:
    """What to multiply each column of money moved with, and the words for it."""
    out = columns.moved.get("out")
    paid = [money[one] for cells in movements.values() if (one := cell(cells, out))]
    is_signed = any(amount < 0 for amount in paid)
    if out is not None and is_signed and any(amount > 0 for amount in paid):
        raise InputError(
            f"The column {columns.names[out]} holds amounts with and without a minus. Write all one way."
        )
    weights = [(at, -1 if at == out and not is_signed else 1) for at in columns.moved.values()]
    return weights, ["Amounts of money out have a minus already."] if is_signed else []


def _text(cells: Sequence[str], columns: Columns) -> str:
    """The texts beside each other, each once."""
    return ", ".join(dict.fromkeys(filter(None, (_one_line(cell(cells, at)) for at in columns.texts))))


def _check_one_account(movements: Table, columns: Columns, result: Ordered) -> None:
    """`InputError` when lines of several accounts may have been mixed."""
    found = sorted({shown(cell(cells, columns.account)) for cells in movements.values()} - {""})
    if len(found) > 1 and not result.is_proven:
        raise InputError(
            f"The statement holds several accounts ({', '.join(found[:_NAMED])}), by its column "
            f"{columns.names[columns.account or 0]}. Export one account alone."
        )


def _currency(movements: Table, columns: Columns, result: Ordered) -> list[str]:
    """What the currency column says; `InputError` when amounts in several currencies may have been mixed."""
    found = {cell(cells, columns.currency).upper() for cells in movements.values()} - {""}
    names = ", ".join(sorted(map(shown, found))[:_NAMED])
    if len(found) <= 1:
        return [f"The currency is {names}."] if found - {"DKK"} else []
    if result.is_proven:
        return [f"The currencies {names} are named, but the balance column shows amounts in one."]
    raise InputError(
        f"The statement holds several currencies ({names}). Export one account in its own currency."
    )
