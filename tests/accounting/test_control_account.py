from dataclasses import replace
from datetime import date

import pytest

from dinero_mcp.accounting.control_account import Side, control_account
from tests.accounting.rows import CHART, ChartAccount, Row, all_rows, chart_of, voucher

DAY = date(2026, 3, 1)


def booked(kind: str, *vouchers: dict[int, str]) -> list[Row]:
    rows = [voucher(DAY, lines, number) for number, lines in enumerate(vouchers)]
    return [replace(row, voucher_type=kind) for row in all_rows(rows)]


SALE = {53000: "125", 1000: "-100", 64000: "-25"}
BILL = {7320: "400", 64060: "100", 63000: "-500"}
CASH = {7320: "40", 64060: "10", 55000: "-50"}


@pytest.mark.parametrize(
    ("side", "rows", "number"),
    [
        ("receivable", booked("Sales", SALE, SALE), 53000),
        ("payable", booked("Purchases", CASH, BILL, CASH), 63000),
    ],
)
def test_the_control_account_is_where_vouchers_balance(side: Side, rows: list[Row], number: int) -> None:
    found = control_account(rows, CHART, side)
    assert found is not None
    assert (found.account_number, found.rivals) == (number, ())
    assert found.vouchers == sum(row.account_number == number for row in rows)


def test_a_renumbered_account_is_known_by_its_category_and_its_vouchers() -> None:
    chart = chart_of(ChartAccount(5600, "Kunder", "Receivables"), *CHART.values())
    rows = booked("Sales", {5600: "125", 1000: "-100", 64000: "-25"})
    found = control_account(rows, chart, "receivable")
    assert found is not None
    assert found.account_number == 5600


def test_outlays_now_and_then_are_no_rival_and_half_of_all_bills_are() -> None:
    outlay = {7320: "400", 64060: "100", 63100: "-500"}
    now_and_then = control_account(booked("Purchases", *[BILL] * 5, outlay), CHART, "payable")
    half = control_account(booked("Purchases", BILL, BILL, outlay, BILL, outlay), CHART, "payable")
    assert now_and_then is not None
    assert half is not None
    assert (now_and_then.account_number, now_and_then.vouchers, now_and_then.rivals) == (63000, 5, ())
    assert (half.account_number, half.rivals) == (63000, (63100,))


def test_the_number_is_the_last_resort() -> None:
    found = control_account(booked("manuel", SALE), CHART, "receivable")
    assert found is not None
    assert (found.account_number, found.vouchers) == (53000, 0)
    assert control_account([], {}, "receivable") is None
