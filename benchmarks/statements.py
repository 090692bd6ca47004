"""Reading and matching a long bank statement, against parts of a fifth: it must grow in proportion."""

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from benchmarks.table import Row, at_most, fastest, ms
from dinero_mcp.accounting.bank_matching import match
from dinero_mcp.accounting.bank_statement import read_statement
from dinero_mcp.dinero.models import Entry

LINES, PARTS = 50_000, 5
_REPETITIONS = 3
_YEAR = date(2025, 1, 1)


def statements() -> Iterator[Row]:
    """A year's statement and as many postings, of which a tenth have another amount or none."""
    part = LINES // PARTS
    read, read_part = fastest(_REPETITIONS, _reading(LINES), _reading(part))
    what = f"a bank statement of {LINES:,} lines, {PARTS} of {part:,}"
    yield at_most(f"reading {what}", ms(read), ms(PARTS * read_part), read / read_part / PARTS, 1.5)
    matched, matched_part = fastest(_REPETITIONS, _matching(LINES), _matching(part))
    ratio = matched / matched_part / PARTS
    yield at_most(f"matching {what}", ms(matched), ms(PARTS * matched_part), ratio, 2.5)


def _reading(lines: int) -> Callable[[], float]:
    text = _text(lines)
    return _timed(lambda: read_statement(text))


def _matching(lines: int) -> Callable[[], float]:
    statement = read_statement(_text(lines))
    postings = [
        Entry(
            account_number=55000,
            amount=line.amount,
            date=line.date,
            voucher_number=line.row,
            description="Kort",
        )
        for line in statement.lines
        if line.row % 10
    ]
    return _timed(lambda: match(statement.lines, postings, statement.period))


def _text(lines: int) -> str:
    """Amounts that recur some times a year, as a shop's do."""
    days = (_YEAR + timedelta(days=at * 365 // lines) for at in range(lines))
    amounts = (-Decimal(at * 7919 % (lines // 5) + 100) / 4 for at in range(lines))
    rows = (
        f"{day:%d-%m-%Y};Kort {at};{amount:.2f}"
        for at, (day, amount) in enumerate(zip(days, amounts, strict=True))
    )
    return "\n".join(["Dato;Tekst;Beløb", *rows])


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def seconds() -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    return seconds
