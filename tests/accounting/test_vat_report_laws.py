"""What must hold of a VAT return whatever was posted."""

from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.periods import Period, month
from dinero_mcp.accounting.vat_boxes import DEDUCTED, VAT_BOXES, Box
from dinero_mcp.accounting.vat_postings import vat_postings
from dinero_mcp.accounting.vat_report import VatReport, vat_report
from tests.accounting.vat_books import VAT_CHART, VAT_ROLES, VAT_TYPES, VatRow
from tests.accounting.vat_ledgers import FIRST, LAST, apart_from_trade, trades

QUARTER = Period(FIRST, LAST)


def report(rows: list[VatRow], period: Period = QUARTER) -> VatReport[VatRow]:
    return vat_report(vat_postings(rows, VAT_ROLES), VAT_CHART, VAT_TYPES, period)


def movement(rows: list[VatRow], period: Period = QUARTER) -> Decimal:
    return vat_postings(rows, VAT_ROLES).movement(period).payable


@given(trades, apart_from_trade)
def test_a_quarter_is_the_sum_of_its_months(trade: list[VatRow], apart: list[VatRow]) -> None:
    rows, months = [*trade, *apart], [month(2026, number) for number in (1, 2, 3)]
    quarter, parts = report(rows), [report(rows, each) for each in months]
    assert quarter.boxes == {box: sum(each.boxes[box] for each in parts) for box in Box}
    assert quarter.payable == sum(each.payable for each in parts)
    assert movement(rows) == sum(movement(rows, each) for each in months)
    assert len(quarter.vouchers) == sum(len(each.vouchers) for each in parts)


@given(trades, apart_from_trade)
def test_settlements_and_openings_change_nothing(trade: list[VatRow], apart: list[VatRow]) -> None:
    assert report([*apart, *trade]) == report(trade)
    assert movement([*apart, *trade]) == movement(trade)


@given(trades, apart_from_trade)
def test_the_boxes_are_what_the_vat_accounts_moved_by(trade: list[VatRow], apart: list[VatRow]) -> None:
    rows = [*apart, *trade]
    found = report(rows)
    boxless = sum((each.amount for each in found.unexplained), Decimal(0))
    assert found.payable + boxless == movement(rows)


@given(trades, apart_from_trade, st.randoms())
def test_the_order_of_postings_does_not_matter(
    trade: list[VatRow], apart: list[VatRow], chance: Random
) -> None:
    rows = [*trade, *apart]
    chance.shuffle(shuffled := list(rows))
    one, other = report(rows), report(shuffled)
    assert (one.boxes, one.codes, one.uncoded) == (other.boxes, other.codes, other.uncoded)
    assert [each.amount for each in one.unexplained] == [each.amount for each in other.unexplained]
    assert movement(rows) == movement(shuffled)


@given(trades)
def test_every_code_in_use_is_either_in_a_box_or_not_classified(trade: list[VatRow]) -> None:
    found = report(trade)
    in_boxes = sum(each.base for each in found.codes if each.code.value_box)
    assert in_boxes == sum(amount for box, amount in found.boxes.items() if box not in VAT_BOXES)
    assert {each.code.code for each in found.unclassified} <= {"MIN"}


@given(trades)
def test_codes_and_what_has_none_make_up_the_boxes(trade: list[VatRow]) -> None:
    found = report(trade)
    owed = sum(each.owed for each in found.codes) + sum(
        vat for box, vat in found.uncoded.items() if box not in DEDUCTED
    )
    deducted = sum(each.deducted for each in found.codes) + sum(found.uncoded[box] for box in DEDUCTED)
    assert owed - deducted == found.payable
