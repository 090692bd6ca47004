from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.account_ledger import ledger_part
from dinero_mcp.accounting.periods import Period
from tests.accounting.generated_books import DAY, GeneratedBooks, generated_books, periods_within
from tests.accounting.rows import Row, all_rows, voucher

MAY = Period(date(2026, 5, 1), date(2026, 5, 31))
ROWS = all_rows(
    [
        voucher(date(2026, 5, 4), {55000: "100.00", 1000: "-100.00"}),
        voucher(date(2026, 5, 5), {7320: "40.25", 55000: "-40.25"}),
        voucher(date(2026, 5, 6), {55000: "5.00", 9000: "-5.00"}),
    ]
)


def test_each_row_has_what_stood_on_the_account_after_it() -> None:
    part = ledger_part(MAY, Decimal("10.00"), 55000, ROWS)
    assert [row.amount for row in part.rows] == [Decimal("100.00"), Decimal("-40.25"), Decimal("5.00")]
    assert [str(each) for each in part.balances] == ["110.00", "69.75", "74.75"]
    assert (str(part.debit), str(part.credit), str(part.movement)) == ("105.00", "40.25", "64.75")
    assert part.closing == Decimal("74.75")


def test_an_account_nothing_was_posted_on_closes_as_it_opened() -> None:
    part = ledger_part(MAY, Decimal("10.00"), 63000, ROWS)
    assert (part.rows, part.balances, part.movement) == ([], [], 0)
    assert part.closing == part.opening == 10


@given(generated_books(), st.data())
def test_opening_and_movement_are_the_balance_on_the_last_day(
    books: GeneratedBooks, data: st.DataObject
) -> None:
    year = data.draw(st.sampled_from(books.years))
    span = data.draw(periods_within(year.period))
    stood = books.opening(year)
    if span.from_date > year.period.from_date:
        stood = books.standing(span.from_date - DAY)
    for number in {row.account_number for row in books.movements}:
        opened = stood.accounts.get(number, Decimal(0))
        part = ledger_part(span, opened, number, year.within(span))
        assert part.opening + part.movement == part.closing
        assert part.closing == books.standing(span.to_date).accounts.get(number, Decimal(0))


@given(generated_books(), st.data())
def test_the_order_of_a_days_rows_does_not_change_what_the_day_closed_with(
    books: GeneratedBooks, data: st.DataObject
) -> None:
    rows: list[Row] = data.draw(st.permutations(books.movements))
    for number in {row.account_number for row in rows}:
        one = ledger_part(books.period, Decimal(0), number, books.movements)
        other = ledger_part(books.period, Decimal(0), number, rows)
        assert (one.closing, one.debit, one.credit) == (other.closing, other.debit, other.credit)
