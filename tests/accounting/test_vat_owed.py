from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.periods import Period, quarter_of
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.accounting.vat_owed import SettledState, period_settlements, vat_by_month, vat_movement
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.accounting.vat_settlements import settlements
from tests.accounting.rows import CHART, Row, all_rows, opening, voucher

ROLES = vat_roles(CHART, [55000, 63300])
Q1, Q2, Q3 = (quarter_of(date(2026, month, 1)) for month in (1, 4, 7))

TRADE = all_rows(
    [
        opening(date(2026, 1, 1), {64000: "-999.00", 64060: "99.00", 64100: "900.00"}),
        voucher(date(2026, 1, 1), {53000: "5000.00", 1000: "-4000.00", 64000: "-1000.00"}, number=1),
        voucher(date(2026, 3, 31), {7320: "1601.00", 64060: "400.25", 55000: "-2001.25"}, number=2),
        voucher(date(2026, 4, 1), {53000: "2500.00", 1000: "-2000.00", 64000: "-500.00"}, number=3),
    ]
)


def closing(day: date, amount: str = "599.75") -> list[Row]:
    output = str(Decimal(amount) + Decimal("400.25"))
    return voucher(day, {64000: output, 64060: "-400.25", 64100: f"-{amount}"}, number=50)


def payment(day: date, amount: str = "599.00") -> list[Row]:
    return voucher(day, {64100: amount, 55000: f"-{amount}"}, number=51)


def states(*settling: list[Row], periods: tuple[Period, ...] = (Q1,)) -> list[tuple[SettledState, bool]]:
    rows = [*TRADE, *all_rows(settling)]
    movements = [vat_movement(rows, ROLES, period) for period in periods]
    answers = period_settlements(movements, Frequency.QUARTERLY, settlements(rows, ROLES))
    return [(answer.state, answer.is_paid) for answer in answers]


def test_the_vat_of_a_period_is_without_openings_and_settlements() -> None:
    rows = [*TRADE, *closing(date(2026, 3, 31)), *payment(date(2026, 2, 27), "900.00")]
    movement = vat_movement(rows, ROLES, Q1)
    assert movement.accounts == {64000: Decimal("1000.00"), 64060: Decimal("-400.25")}
    assert movement.payable == Decimal("599.75")


def test_a_period_settled_straight_from_the_bank_keeps_its_vat() -> None:
    paid = voucher(date(2026, 3, 31), {64000: "1000.00", 64060: "-400.25", 55000: "-599.75"}, number=50)
    assert vat_movement([*TRADE, *paid], ROLES, Q1).payable == Decimal("599.75")


def test_vat_by_month_leaves_out_months_without_any() -> None:
    owed = {
        date(2026, 1, 1): Decimal(1000),
        date(2026, 3, 1): Decimal("-400.25"),
        date(2026, 4, 1): Decimal(500),
    }
    assert vat_by_month([*TRADE, *closing(date(2026, 3, 31))], ROLES) == owed


def test_a_period_without_a_voucher_after_it_is_not_settled() -> None:
    assert states() == [(SettledState.NOT_SETTLED, False)]


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 4, 20), date(2026, 10, 5)])
def test_a_closing_settles_the_period_without_paying_it(day: date) -> None:
    assert states(closing(day)) == [(SettledState.SETTLED, False)]


def test_a_payment_settles_the_period_though_the_ore_were_dropped() -> None:
    assert states(payment(date(2026, 6, 1))) == [(SettledState.SETTLED, True)]
    assert states(closing(date(2026, 3, 31)), payment(date(2026, 6, 1))) == [(SettledState.SETTLED, True)]


def test_a_closing_of_another_amount_leaves_the_answer_open() -> None:
    assert states(closing(date(2026, 3, 31), "700.00")) == [(SettledState.UNKNOWN, False)]


def test_a_payment_before_the_period_ended_belongs_to_an_earlier_one() -> None:
    assert states(payment(date(2026, 3, 2))) == [(SettledState.NOT_SETTLED, False)]


def test_a_voucher_settles_one_period_only() -> None:
    same_again = voucher(date(2026, 8, 1), {53000: "500.00", 1000: "-400.00", 64000: "-100.00"}, number=4)
    first = voucher(date(2026, 6, 30), {64000: "500.00", 64100: "-500.00"}, number=60)
    assert states(first, same_again, periods=(Q1, Q2, Q3)) == [
        (SettledState.NOT_SETTLED, False),
        (SettledState.SETTLED, False),
        (SettledState.NOT_SETTLED, False),
    ]


def test_a_period_without_vat_cannot_be_told_from_the_books() -> None:
    assert states(periods=(Q3,)) == [(SettledState.UNKNOWN, False)]
