"""Debian's `hledger`: an independent ledger program that is given the same postings as a journal.

It knows accounts by name, so each is put under what its number says it is in Dinero's standard chart. Results
stay on their accounts for good there; what a year's beginning does to them is left to whoever compares.
"""

import csv
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Protocol

import pytest

PROGRAM = shutil.which("hledger")
DAY = timedelta(days=1)

needs_hledger = pytest.mark.skipif(
    PROGRAM is None,
    reason="hledger is not installed, so nothing is compared with it: apt-get install hledger",
)


class Posted(Protocol):
    """A posting, as far as a journal holds it."""

    @property
    def account_number(self) -> int: ...
    @property
    def date(self) -> date: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def voucher_number(self) -> int | None: ...
    @property
    def voucher_type(self) -> str | None: ...


class Hledger:
    """A journal, and hledger's reports of it: amounts by the account's number or the name of the line."""

    def __init__(self, postings: Iterable[Posted]) -> None:
        vouchers = groupby(sorted(postings, key=_voucher), key=_voucher)
        self._journal = "\n".join(
            ["decimal-mark .", *(_transaction(key[0], list(rows)) for key, rows in vouchers)]
        )

    def balances(self, *arguments: str) -> dict[int, list[Decimal]]:
        """`hledger balance`, debit positive: an amount for each account and period."""
        rows = self._run("balance", "--flat", "--no-total", *arguments)
        return {int(row[0].partition(":")[2]): _decimals(row) for row in rows[1:]}

    def statement(self, kind: str, *arguments: str) -> dict[str, list[Decimal]]:
        """`incomestatement` or `balancesheetequity`, natural signs; totals by section, such as `Assets`."""
        section, found = "", dict[str, list[Decimal]]()
        for row in self._run(kind, *arguments)[2:]:
            name = row[0].partition(":")[2] or row[0]
            if any(row[1:]):
                found[section if name == "total" else name] = _decimals(row)
            elif name != "total":
                section = name
        return found

    def _run(self, *arguments: str) -> list[list[str]]:
        assert PROGRAM
        done = subprocess.run(
            [PROGRAM, "-f", "-", *arguments, "-O", "csv"],
            input=self._journal,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return list(csv.reader(done.stdout.splitlines()))


def span(first: date, last: date) -> tuple[str, str, str, str]:
    """From the first to the last day, both included; hledger leaves out the end."""
    return "--begin", str(first), "--end", str(last + DAY)


def until(last: date) -> tuple[str, str]:
    return "--end", str(last + DAY)


def _voucher(posting: Posted) -> tuple[date, str, int]:
    return posting.date, posting.voucher_type or "", posting.voucher_number or 0


def _transaction(day: date, rows: Sequence[Posted]) -> str:
    lines = (f"    {_name(row.account_number)}  {row.amount}" for row in rows)
    return "\n".join([f"{day} voucher", *lines, ""])


def _name(number: int) -> str:
    return f"{_kind(number)}:{number}"


def _kind(number: int) -> str:
    if number < 50_000:
        return "revenues" if 1000 <= number < 2000 or 9000 <= number < 9200 else "expenses"
    if number < 56_000:
        return "assets"
    return "equity" if 60_000 <= number < 61_000 else "liabilities"


def _decimals(row: Sequence[str]) -> list[Decimal]:
    return [Decimal(cell) for cell in row[1:]]
