from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.accounting.vat_postings import vat_postings
from dinero_mcp.accounting.vat_settlements import Settlement, is_settlement
from tests.accounting.rows import CHART, Row, all_rows, opening, voucher

ROLES = vat_roles(CHART, [55000, 55040, 63300])
DAY = date(2026, 6, 1)

CLOSING = {64000: "1000.00", 64060: "-400.25", 64100: "-599.75"}
PAYMENT = {64100: "599.75", 55000: "-599.75"}


def settled(rows: list[Row]) -> list[Settlement]:
    return list(vat_postings(rows, ROLES).settlements)


@pytest.mark.parametrize(
    "lines",
    [
        CLOSING,
        PAYMENT,
        {64100: "599.00", 63300: "-599.00"},
        {64000: "1000.00", 64060: "-400.00", 55000: "-600.00"},
        {64000: "1000.00", 64060: "-400.25", 64100: "-599.00", 7320: "-0.75"},
        {64000: "100.90", 64040: "50.90", 64060: "-40.00", 64100: "-110.00", 7480: "-1.80"},
        {55000: "120.00", 64100: "-120.00"},
    ],
    ids=["closing", "payment", "from the tax account", "directly", "øre dropped", "of each box", "refund"],
)
def test_a_voucher_between_vat_settlement_and_money_is_a_settlement(lines: dict[int, str]) -> None:
    assert is_settlement(voucher(DAY, lines), ROLES)


@pytest.mark.parametrize(
    "lines",
    [
        {55040: "125.00", 1000: "-100.00", 64000: "-25.00"},
        {7320: "400.00", 64060: "100.00", 55000: "-500.00"},
        {51020: "8000.00", 64060: "2000.00", 55000: "-10000.00"},
        {7320: "0.80", 64060: "0.20", 55000: "-1.00"},
        {53000: "125.00", 1000: "-100.00", 64000: "-25.00"},
        {7320: "400.00", 55000: "-400.00", 64040: "-100.00", 64060: "100.00"},
        {63300: "9000.00", 55000: "-9000.00"},
        {64060: "-30.00", 64040: "30.00"},
        {64100: "600.00", 65020: "9000.00", 55000: "-9600.00"},
    ],
    ids=[
        "cash sale",
        "cash purchase",
        "asset bought by bank",
        "purchase below a krone",
        "sale on credit",
        "reverse charge",
        "lump sum to the tax account",
        "moved between VAT accounts",
        "paid together with payroll tax",
    ],
)
def test_anything_else_is_not_a_settlement(lines: dict[int, str]) -> None:
    assert not is_settlement(voucher(DAY, lines), ROLES)


def test_settlements_tell_closings_from_payments_and_what_was_paid() -> None:
    rows = all_rows(
        [
            voucher(DAY, PAYMENT, number=9, text="Momsafregning 1. kvartal 2026"),
            voucher(date(2026, 3, 31), CLOSING, number=5),
            voucher(date(2026, 9, 1), {64000: "10.00", 64060: "-60.00", 55000: "50.00"}, number=12),
        ]
    )
    found = settled(rows)
    assert [(one.voucher_number, one.kind, one.amount) for one in found] == [
        (5, "closing", Decimal("599.75")),
        (9, "payment", Decimal("599.75")),
        (12, "both", Decimal("-50.00")),
    ]
    assert (found[1].date, found[1].description) == (DAY, "Momsafregning 1. kvartal 2026")


@pytest.mark.parametrize("undone_on", [DAY, date(2026, 6, 20)])
def test_a_settlement_that_was_reversed_did_not_happen(undone_on: date) -> None:
    undone = {64100: "-599.75", 55000: "599.75"}
    rows = [*voucher(DAY, PAYMENT, number=9), *voucher(undone_on, undone, number=9)]
    assert settled(rows) == []
    again = voucher(date(2026, 6, 21), PAYMENT, number=10)
    assert [one.voucher_number for one in settled([*rows, *again])] == [10]


def test_opening_balances_are_no_settlement() -> None:
    assert settled(opening(date(2026, 1, 1), {64100: "-500", 55000: "500"})) == []
