from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.deposits import deposit_positions
from tests.accounting.rows import all_rows, amounts, opening, voucher

BOOKS = all_rows(
    [
        opening(date(2026, 1, 1), {55000: "1000.00", 60000: "-1000.00"}),
        voucher(date(2026, 2, 3), {55000: "250.50", 53000: "-250.50"}, number=1),
        voucher(date(2026, 2, 4), {55000: "-1300.00", 63000: "1300.00"}, number=2),
        voucher(date(2026, 5, 6), {55000: "75.00", 55040: "-75.00"}, number=3),
    ]
)


def test_a_position_is_what_came_in_and_went_out_since_the_opening() -> None:
    bank, cash = deposit_positions(BOOKS, {55040, 55000}, as_of=date(2026, 12, 31))
    assert (bank.account_number, cash.account_number) == (55000, 55040)
    assert (bank.opening, bank.money_in, bank.money_out) == (1000, Decimal("325.50"), 1300)
    assert bank.booked_balance == Decimal("25.50")
    assert (cash.booked_balance, cash.last_posting) == (-75, date(2026, 5, 6))


def test_what_is_posted_after_the_day_is_not_in_the_position() -> None:
    (bank,) = deposit_positions(BOOKS, [55000], as_of=date(2026, 2, 4))
    assert bank.booked_balance == Decimal("-49.50")
    assert bank.last_posting == date(2026, 2, 4)


def test_an_opening_carried_forward_stands_in_for_the_opening_rows() -> None:
    (bank,) = deposit_positions(BOOKS, [55000], date(2026, 1, 31), opening=amounts({55000: "1200"}))
    assert (bank.opening, bank.booked_balance, bank.last_posting) == (1200, 1200, None)


def test_an_account_without_postings_stands_at_zero() -> None:
    (clearing,) = deposit_positions(BOOKS, [55020], date(2026, 12, 31))
    assert (str(clearing.booked_balance), clearing.last_posting) == ("0.00", None)
