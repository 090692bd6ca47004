from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.periods import Period, quarter_of
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.accounting.vat_owed import (
    SettledState,
    late_periods,
    meant_settlement,
    period_settlements,
)
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.accounting.vat_postings import VatMovement, vat_postings
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
    answers = period_settlements(vat_postings(rows, ROLES), Frequency.QUARTERLY, periods)
    return [(answer.state, answer.is_paid) for answer in answers]


def test_the_vat_of_a_period_is_without_openings_and_settlements() -> None:
    rows = [*TRADE, *closing(date(2026, 3, 31)), *payment(date(2026, 2, 27), "900.00")]
    movement = vat_postings(rows, ROLES).movement(Q1)
    assert movement.accounts == {64000: Decimal("1000.00"), 64060: Decimal("-400.25")}
    assert movement.payable == Decimal("599.75")


def test_a_period_settled_straight_from_the_bank_keeps_its_vat() -> None:
    paid = voucher(date(2026, 3, 31), {64000: "1000.00", 64060: "-400.25", 55000: "-599.75"}, number=50)
    assert vat_postings([*TRADE, *paid], ROLES).movement(Q1).payable == Decimal("599.75")


def test_vat_by_month_leaves_out_months_without_any() -> None:
    owed = {
        date(2026, 1, 1): Decimal(1000),
        date(2026, 3, 1): Decimal("-400.25"),
        date(2026, 4, 1): Decimal(500),
    }
    assert vat_postings([*TRADE, *closing(date(2026, 3, 31))], ROLES).by_month() == owed


def test_a_period_without_a_voucher_after_it_is_not_settled() -> None:
    assert states() == [(SettledState.NOT_SETTLED, False)]


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 4, 20), date(2026, 10, 5)])
def test_a_closing_settles_the_period_without_paying_it(day: date) -> None:
    assert states(closing(day)) == [(SettledState.SETTLED, False)]


def test_a_payment_settles_the_period_though_the_ore_were_dropped() -> None:
    assert states(payment(date(2026, 6, 1))) == [(SettledState.SETTLED, True)]
    assert states(closing(date(2026, 3, 31)), payment(date(2026, 6, 1))) == [(SettledState.SETTLED, True)]


@pytest.mark.parametrize(
    ("settled", "apart"), [("62.35", 0), ("60", 0), ("63", 0), ("59", "3.35"), ("65", "-2.65")]
)
def test_each_box_may_drop_its_ore(settled: str, apart: str | int) -> None:
    accounts = {64000: "250.90", 64020: "100.80", 64040: "10.70", 64060: "-300.05"}
    movement = VatMovement(Q1, {n: Decimal(a) for n, a in accounts.items()}, Decimal("62.35"))
    assert movement.apart(Decimal(settled)) == Decimal(apart)


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


def late(today: date, *settling: list[Row]) -> list[Period]:
    vat = vat_postings([*TRADE, *all_rows(settling)], ROLES)
    return [state.period for state in late_periods(vat, Frequency.QUARTERLY, date(2026, 1, 1), today)]


def test_a_period_is_late_from_the_day_after_its_deadline() -> None:
    assert late(date(2026, 6, 1)) == []
    assert late(date(2026, 6, 2)) == [Q1]
    assert late(date(2026, 9, 2)) == [Q1, Q2]
    assert late(date(2026, 9, 2), payment(date(2026, 6, 5))) == [Q2]


def test_periods_that_were_settled_together_are_not_late() -> None:
    assert late(date(2026, 9, 2), payment(date(2026, 9, 1), "1099.00")) == []


def test_less_than_a_krone_is_never_late() -> None:
    little = voucher(date(2026, 8, 1), {53000: "4.95", 1000: "-3.96", 64000: "-0.99"}, number=4)
    assert late(date(2026, 12, 2), little) == [Q1, Q2]


def meant(period: Period, *settling: list[Row]) -> Decimal | None:
    vat = vat_postings([*TRADE, *all_rows(settling)], ROLES)
    found = meant_settlement(period_settlements(vat, Frequency.QUARTERLY, [Q1, Q2, Q3]), period)
    return found.amount if found else None


def test_the_settlement_meant_for_a_period_is_its_own_or_the_only_closing_after_it() -> None:
    own, another = closing(date(2026, 3, 31)), closing(date(2026, 3, 31), "700.00")
    assert (meant(Q1), meant(Q1, own), meant(Q1, another)) == (None, Decimal("599.75"), Decimal("700.00"))
    assert meant(Q1, payment(date(2026, 6, 1), "650.00")) is None


def test_a_closing_after_two_open_periods_may_be_for_either() -> None:
    late = closing(date(2026, 6, 30), "700.00")
    assert meant(Q2, late) is None
    assert meant(Q2, late, closing(date(2026, 3, 31))) == Decimal("700.00")
