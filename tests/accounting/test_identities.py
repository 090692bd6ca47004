"""Identities hold to the øre, and each side is rounded before they are compared."""

from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.identities import Identity, equal, result_moves_equity
from tests.accounting.rows import voucher


@pytest.mark.parametrize(
    ("difference", "holds"), [("0", True), ("0.004", True), ("0.005", False), ("-0.01", False)]
)
def test_an_identity_holds_to_the_øre(difference: str, holds: bool) -> None:
    assert Identity("postings cancel", Decimal(difference)).holds is holds


def test_both_sides_are_rounded_before_they_are_compared() -> None:
    assert equal("sides", Decimal("10.005"), Decimal("10.014")).holds
    assert equal("sides", Decimal("10.004"), Decimal("10.005")).difference == Decimal("-0.01")


def test_a_voucher_moves_the_balance_sheet_by_as_much_as_the_result() -> None:
    day = date(2026, 3, 2)
    sale = voucher(day, {1000: "-800", 64000: "-200", 55000: "1000"})
    assert result_moves_equity(row.amount for row in sale).holds
    assert result_moves_equity(row.amount for row in sale[1:]).difference == 800
