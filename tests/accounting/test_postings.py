from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.postings import sums_by_account, vouchers
from tests.accounting.rows import Row, opening, voucher

MAY = date(2026, 5, 4)


def test_sums_are_debit_positive_and_include_the_opening_rows_given() -> None:
    rows = [*opening(date(2026, 1, 1), {55000: "100"}), *voucher(MAY, {55000: "-40.25", 7320: "40.25"})]
    assert sums_by_account(rows) == {55000: Decimal("59.75"), 7320: Decimal("40.25")}


def test_the_rows_of_a_voucher_stay_together_although_they_are_read_apart() -> None:
    first = voucher(MAY, {7320: "40", 55000: "-40"}, number=1, guid="a")
    second = voucher(MAY, {5000: "10", 55000: "-10"}, number=2, guid="b")
    grouped = vouchers([first[0], second[0], first[1], second[1]])
    assert grouped == [tuple(first), tuple(second)]


def test_rows_without_a_guid_go_by_type_number_and_date() -> None:
    this_year = voucher(MAY, {7320: "40", 55000: "-40"}, number=7)
    last_year = voucher(date(2025, 5, 4), {7320: "30", 55000: "-30"}, number=7)
    sale = [Row(1000, Decimal(-5), MAY, 7, "Sales"), Row(55000, Decimal(5), MAY, 7, "Sales")]
    assert vouchers([*this_year, *last_year, *sale]) == [tuple(this_year), tuple(last_year), tuple(sale)]


def test_a_reversal_with_the_same_number_and_day_joins_its_original() -> None:
    rows = [*voucher(MAY, {7320: "40", 55000: "-40"}), *voucher(MAY, {7320: "-40", 55000: "40"})]
    assert vouchers(rows) == [tuple(rows)]


def test_opening_rows_belong_to_no_voucher() -> None:
    assert vouchers(opening(date(2026, 1, 1), {55000: "100", 60000: "-100"})) == []
