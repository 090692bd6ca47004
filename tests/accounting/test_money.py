from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.money import percent_change, share, to_ore, total, whole_kroner


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("1.0049999", "1.00"),
        ("2", "2.00"),
        ("-0.004", "0.00"),
        ("123456789012345678.67", "123456789012345678.67"),
        ("1234567890123456789012345678901234.565", "1234567890123456789012345678901234.57"),
    ],
)
def test_half_an_ore_is_rounded_away_from_zero_at_any_magnitude(amount: str, rounded: str) -> None:
    assert str(to_ore(Decimal(amount))) == rounded


def test_a_total_is_exact_and_in_ore() -> None:
    assert str(total([Decimal("0.1")] * 3)) == "0.30"
    assert str(total([])) == "0.00"


@given(st.lists(st.decimals(min_value=-(10**12), max_value=10**12, places=2)))
def test_a_total_does_not_depend_on_the_order(amounts: list[Decimal]) -> None:
    assert total(amounts) == total(reversed(amounts)) == total(sorted(amounts))


def test_vat_returns_drop_the_ore_on_either_side_of_zero() -> None:
    assert whole_kroner(Decimal("1249.99")) == 1249
    assert whole_kroner(Decimal("-1249.99")) == -1249


@pytest.mark.parametrize(
    ("now", "before", "percent"),
    [
        ("110", "100", "10.0"),
        ("-50", "-100", "50.0"),
        ("-150", "-100", "-50.0"),
        ("100.05", "100", "0.1"),
        ("0", "3", "-100.0"),
    ],
)
def test_a_change_is_positive_when_the_figure_grew_even_of_a_loss(
    now: str, before: str, percent: str
) -> None:
    assert str(percent_change(Decimal(now), Decimal(before))) == percent


@pytest.mark.parametrize(("now", "before"), [("50", "-100"), ("-100", "50")])
def test_from_a_loss_to_a_profit_or_back_there_is_no_percentage(now: str, before: str) -> None:
    assert percent_change(Decimal(now), Decimal(before)) is None


def test_nothing_can_be_a_percentage_of_zero() -> None:
    assert percent_change(Decimal(5), Decimal(0)) is None
    assert share(Decimal(5), Decimal("0.00")) is None


def test_a_share_has_one_decimal() -> None:
    assert str(share(Decimal(1), Decimal(3))) == "33.3"
