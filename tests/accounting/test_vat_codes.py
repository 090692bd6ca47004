from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.vat_boxes import Box
from dinero_mcp.accounting.vat_codes import Side, VatCode, account_codes, code_of, vat_codes
from tests.accounting.rows import ChartAccount, chart_of
from tests.accounting.vat_books import VAT_CHART, VAT_TYPES, CodeType, VatRow, booked

DAY = date(2026, 1, 15)


def the_code(code: str, *accounts: int, told: list[CodeType] = VAT_TYPES) -> VatCode:
    rows = booked(DAY, *((account, "1.00", code) for account in accounts or (7320,)))
    return vat_codes(rows, VAT_CHART, told)[code]


@pytest.mark.parametrize(
    ("code", "line", "vat"),
    [
        ("I25", "400.00", "100.00"),
        ("REP", "118.75", "6.25"),
        ("HREP", "106.25", "18.75"),
        ("HALV", "112.50", "12.50"),
    ],
)
def test_a_purchase_line_holds_the_vat_that_is_not_deducted(code: str, line: str, vat: str) -> None:
    assert the_code(code).expected(Decimal(line)) == {Box.INPUT: Decimal(vat)}


def test_a_sale_owes_its_rate_of_the_base() -> None:
    assert the_code("U25").expected(Decimal(-1000)) == {Box.OUTPUT: Decimal(-250)}
    assert the_code("KUNS").expected(Decimal(-1000)) == {Box.OUTPUT: Decimal(-50)}


@pytest.mark.parametrize(
    ("code", "owed_in", "value_box"),
    [
        ("IEUV", Box.GOODS_ABROAD, Box.A_GOODS),
        ("IEUY", Box.SERVICES_ABROAD, Box.A_SERVICES),
        ("IVV", Box.GOODS_ABROAD, None),
        ("IVY", Box.SERVICES_ABROAD, None),
        ("OBPK", Box.OUTPUT, None),
    ],
)
def test_reverse_charge_is_owed_and_deducted_though_its_rate_is_nought(
    code: str, owed_in: Box, value_box: Box | None
) -> None:
    found = the_code(code)
    assert found.expected(Decimal(400)) == {owed_in: Decimal(-100), Box.INPUT: Decimal(100)}
    assert found.value_box is value_box


def test_sales_without_vat_have_a_box_for_their_base_only() -> None:
    boxes = {
        code: the_code(code).value_box for code in ("UEUV", "UEUV2", "UEUY", "UVC", "UVV", "UVY", "OBPS")
    }
    assert list(boxes.values()) == [
        Box.B_GOODS_REPORTED,
        Box.B_GOODS_NOT_REPORTED,
        Box.B_SERVICES,
        Box.C,
        Box.C,
        Box.C,
        Box.C,
    ]
    assert not any(the_code(code).expected(Decimal(-100)) for code in boxes)


def test_dineros_own_codes_are_known_though_the_organization_does_not_list_them() -> None:
    assert the_code("U25", told=[]).rate == Decimal("0.25")
    assert the_code("UVC", told=[]).value_box is Box.C


def test_a_code_of_the_users_own_counts_by_its_rate_and_its_accounts() -> None:
    own = [CodeType("MIN", Decimal("0.10"), "Delvis fradrag")]
    assert the_code("MIN", 7320, 51020, told=own).side is Side.PURCHASE
    assert the_code("MIN", 1000, told=own).expected(Decimal(-100)) == {Box.OUTPUT: Decimal(-10)}


def test_used_on_both_it_is_the_partial_deduction_that_users_can_add() -> None:
    assert the_code("MIN", 1000, 7320, told=[CodeType("MIN", Decimal("0.10"))]).side is Side.PURCHASE


@pytest.mark.parametrize("told", [[], [CodeType("MIN", Decimal(0))], [CodeType("MIN", Decimal("0.5"))]])
def test_a_code_whose_rate_says_too_little_is_not_classified(told: list[CodeType]) -> None:
    found = the_code("MIN", told=told)
    assert (found.side, found.expected(Decimal(100))) == (None, {})


@pytest.mark.parametrize(("written", "code"), [("I25", "I25"), (" i25 ", "I25"), ("none", None), ("", None)])
def test_a_row_says_its_code_in_any_case_and_none_in_two_ways(written: str, code: str | None) -> None:
    assert code_of(VatRow(7320, Decimal(1), DAY, vat_code=written)) == code


def test_each_account_has_the_code_that_dinero_proposes_for_it() -> None:
    own = account_codes(
        VAT_CHART | chart_of(ChartAccount(4010, "Messer", "Sales Expenses", "none")), VAT_TYPES
    )
    assert (own[1000].code, own[1000].side) == ("U25", Side.SALE)
    assert (own[4140].code, own[4140].rate) == ("REP", Decimal("0.0625"))
    assert not own.keys() & {3000, 4010, 55000}
