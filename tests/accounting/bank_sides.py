"""Lines of a bank statement and postings on an account, in March 2026."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from dinero_mcp.accounting.bank_balance import StatementLine
from dinero_mcp.accounting.periods import Period
from tests.accounting.rows import Row

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def bank(*moves: tuple[int, str, str]) -> list[StatementLine]:
    """Lines in March 2026, from day, amount and text."""
    return [
        StatementLine(row, date(2026, 3, day), Decimal(amount), text)
        for row, (day, amount, text) in enumerate(moves, start=1)
    ]


def booked(day: int, amount: str, text: str = "", number: int = 1, month: int = 3) -> Row:
    return Row(55000, Decimal(amount), date(2026, month, day), number, "manuel", description=text)


AMOUNTS = st.sampled_from([-300, -200, -103, -101, -100, -50, 0, 50, 100, 150, 250]).map(Decimal)
TEXTS = st.sampled_from(["Netto", "Netto Aarhus", "Rema 1000", "Faktura 10427", ""])
LINES = st.lists(st.tuples(st.integers(1, 31), AMOUNTS.map(str), TEXTS), max_size=14).map(
    lambda moves: bank(*moves)
)
POSTINGS = st.lists(
    st.builds(
        Row,
        account_number=st.just(55000),
        amount=AMOUNTS,
        date=st.dates(date(2026, 2, 24), date(2026, 4, 5)),
        voucher_number=st.sampled_from([1, 2, 3, 10427]),
        description=TEXTS,
    ),
    max_size=14,
)
