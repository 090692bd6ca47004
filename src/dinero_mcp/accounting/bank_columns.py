"""Which column of a bank statement is the date, the amount and the balance.

Headings are compared by their letters a-z only, without those that a wrong decoding loses: `Beløb` is `belb`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dinero_mcp.accounting.bank_cells import is_amount, is_date, shown
from dinero_mcp.accounting.bank_text import letters
from dinero_mcp.errors import InputError

Row = Sequence[str]
Moved = Literal["amount", "in", "out"]

_O = "o?"  # what may be left of ø
_DKK = "(i|in)?(dkk|kr)"
_DATES = (
    rf"bogf{_O}ringsdato|(booking|posting)date",
    r"(transaktions|posterings)dato|(transaction|completed)date|date(completed|finished)(on|utc)?",
    r"dato|date",
    rf"bogf{_O}rt(dato)?|booked",
    rf"(rente|val{_O}r)dato|val{_O}r|(value|interest)date",
)
_AMOUNTS = (rf"(bel{_O}b|amount){_DKK}", rf"bel{_O}b|amount", rf"posteringsbel{_O}b|transactionamount")
_BALANCES = (
    rf"(saldo|balance)({_DKK})?",
    rf"(bogf{_O}rt|ny)saldo({_DKK})?|saldoefter|(running|booked|new)balance({_DKK})?|balanceafter",
)
_PAID_IN = (
    rf"(bel{_O}b)?ind|indbetal(t|ing|inger)|indsat|indpa?konto|kredit|credit(amount)?|(money|paid)in|deposits?",
)
_PAID_OUT = (
    rf"(bel{_O}b)?ud|udbetal(t|ing|inger)|ha?vet|ud(fra|af)konto|debet|debit(amount)?|(money|paid)out"
    r"|withdrawals?",
)
_TEXTS = (
    r"((posterings|supplerende)?tekst|text|beskrivelse|description|details|title|meddelelse|reference|memo|note"
    r"|(modtager|afsender)?navn|name|payee|counterparty|modpart|message|besked|advis(ering)?)"
)
_CURRENCIES = (r"valuta(kode)?|currency(code)?",)
_ACCOUNTS = (r"kontonummer|kontonr|accountn(umber|o)", r"(export)?konto|account")
_STATES = r"status|state|tilstand|afstemt|reconciled"  # Sydbank wrote the status under Afstemt
_NAMES_SHOWN = 20
_SAID = {"in": "money in", "out": "money out"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands, counted from 0; the columns of money moved are *amount*, or *in* and *out*."""

    names: tuple[str, ...]
    date: int
    moved: Mapping[Moved, int]
    balance: int | None = None
    currency: int | None = None
    account: int | None = None
    states: tuple[int, ...] = ()
    texts: tuple[int, ...] = ()

    @property
    def amounts(self) -> tuple[int, ...]:
        """The columns that hold amounts, the balance included."""
        return (*self.moved.values(), *(() if self.balance is None else (self.balance,)))

    @property
    def is_one_amount(self) -> bool:
        """Whether one column holds what came in and what went out."""
        return "amount" in self.moved

    @property
    def convention(self) -> str:
        """What is taken from which column."""
        single = {"date": self.date, **self.moved, "balance": self.balance}
        used = [
            f"{_SAID.get(what, what)} from {self.names[at]}" for what, at in single.items() if at is not None
        ]
        text = " + ".join(self.names[at] for at in self.texts)
        return f"Read: {', '.join(used)}{f', text from {text}' if text else ''}."


def columns_of_headings(cells: Row) -> Columns | None:
    """What the headings say, or None when they do not name a date and an amount."""
    if any(is_date(cell) or is_amount(cell) for cell in cells):
        return None
    names = [re.sub("[0-9]", "", letters(cell)) for cell in cells]
    date, moved = _find(_DATES, names, cells), _moved(names, cells)
    if date is None or not moved:
        return None
    return Columns(
        names=tuple(map(shown, cells)),
        date=date,
        moved=moved,
        balance=_find(_BALANCES, names, cells),
        currency=_find(_CURRENCIES, names, cells),
        account=_find(_ACCOUNTS, names, cells),
        states=_all(_STATES, names),
        texts=_all(_TEXTS, names),
    )


def columns_by_content(rows: Sequence[Row]) -> Columns | None:
    """What the cells of a statement without headings say, or None when that is not certain.

    One column of amounts is the amount; of two, the later is taken for the balance, for the caller to prove.
    """
    width = min(map(len, rows))
    filled = [at for at in range(width) if any(row[at] for row in rows)]
    dates = [at for at in filled if all(is_date(row[at]) for row in rows)]
    money = [at for at in filled if all(is_amount(row[at]) for row in rows)]
    if not dates or len(money) not in (1, 2):
        return None
    return Columns(
        names=tuple(f"column {at + 1}" for at in range(width)),
        date=dates[0],
        moved={"amount": money[0]},
        balance=money[1] if len(money) == 2 else None,
        texts=tuple(at for at in filled if at not in dates and at not in money),
    )


def not_understood(cells: Row) -> InputError:
    """What to say of a statement whose columns are not understood, given its likeliest row of headings."""
    seen = [name for name in map(shown, cells) if name]
    more = f" and {len(seen) - _NAMES_SHOWN} more" if len(seen) > _NAMES_SHOWN else ""
    return InputError(
        f"The statement's columns are not understood. Seen: {'; '.join(seen[:_NAMES_SHOWN])}{more}. Needed: "
        "a heading for the date (such as Dato) and one for the amount (Beløb), or one for money in (Ind) and "
        "one for money out (Ud). Tekst and Saldo are read if they are there. Rename the headings, or give "
        "a list of rows [date, amount, text]."
    )


def _moved(names: Sequence[str], cells: Row) -> dict[Moved, int]:
    amount = _find(_AMOUNTS, names, cells)
    if amount is not None:
        return {"amount": amount}
    ways: list[tuple[Moved, int | None]] = [
        ("in", _find(_PAID_IN, names, cells)),
        ("out", _find(_PAID_OUT, names, cells)),
    ]
    return {way: at for way, at in ways if at is not None}


def _all(pattern: str, names: Sequence[str]) -> tuple[int, ...]:
    return tuple(at for at, name in enumerate(names) if re.fullmatch(pattern, name))


def _find(patterns: Sequence[str], names: Sequence[str], cells: Row) -> int | None:
    """The column that the first matching pattern names; `InputError` when it names several."""
    for pattern in patterns:
        found = _all(pattern, names)
        if len(found) > 1:
            several = ", ".join(shown(cells[at]) for at in found)
            raise InputError(
                f"These columns cannot be told apart: {several}. Leave only the one that counts, or rename "
                "it."
            )
        if found:
            return found[0]
    return None
