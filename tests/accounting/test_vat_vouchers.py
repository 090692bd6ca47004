from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_boxes import Box, own_boxes
from dinero_mcp.accounting.vat_codes import vat_codes
from dinero_mcp.accounting.vat_postings import vat_postings
from dinero_mcp.accounting.vat_vouchers import VatVoucher, box_evidence, vouchers_with_vat
from tests.accounting.rows import opening, voucher
from tests.accounting.vat_books import VAT_CHART, VAT_ROLES, VAT_TYPES, VatRow, booked

DAY = date(2026, 3, 2)
MEAL_AND_BOOKS = booked(
    DAY, (4140, "118.75", "REP"), (7320, "400.00", "I25"), (64060, "106.25"), (63000, "-625.00")
)


EVER = Period(date(2026, 1, 1), date(2026, 12, 31))


def read(rows: list[VatRow]) -> list[VatVoucher[VatRow]]:
    codes, boxes = vat_codes(rows, VAT_CHART, VAT_TYPES), own_boxes(VAT_ROLES.vat, VAT_CHART)
    return vouchers_with_vat(vat_postings(rows, VAT_ROLES), EVER, codes, boxes)


def evidence(rows: list[VatRow]) -> set[tuple[int, Box]]:
    codes = vat_codes(rows, VAT_CHART, VAT_TYPES)
    return set(box_evidence(vat_postings(rows, VAT_ROLES), VAT_ROLES.vat, codes))


def test_codes_that_share_a_box_each_have_their_own_vat() -> None:
    shares = read(MEAL_AND_BOOKS)[0].booked_by_code()
    assert {code.code: vat for (code, _), vat in shares.items()} == {
        "REP": Decimal("6.25"),
        "I25": Decimal("100.00"),
    }


def test_what_is_booked_beyond_it_goes_to_the_code_with_most() -> None:
    too_much = [*MEAL_AND_BOOKS, *booked(DAY, (64060, "3.00"), (63000, "-3.00"))]
    shares = read(too_much)[0].booked_by_code()
    assert {code.code: vat for (code, _), vat in shares.items()} == {
        "REP": Decimal("6.25"),
        "I25": Decimal("103.00"),
    }


def test_reverse_charge_has_its_vat_on_both_sides() -> None:
    (abroad,) = read(
        booked(DAY, (7320, "400.00", "IEUY"), (64040, "-100.00"), (64060, "100.00"), (55000, "-400.00"))
    )
    assert {(code.code, box): vat for (code, box), vat in abroad.booked_by_code().items()} == {
        ("IEUY", Box.SERVICES_ABROAD): Decimal(-100),
        ("IEUY", Box.INPUT): Decimal(100),
    }


def test_vat_without_a_code_belongs_to_none() -> None:
    (by_hand,) = read(booked(DAY, (64060, "100.00"), (63000, "-100.00")))
    assert by_hand.booked == {Box.INPUT: Decimal("100.00")}
    assert by_hand.booked_by_code() == {}


def test_settlements_openings_and_vouchers_without_vat_are_left_out() -> None:
    plain = [*opening(DAY, {64000: "-500.00"}), *voucher(DAY, {64000: "500.00", 64100: "-500.00"}, number=2)]
    rows = [
        VatRow(r.account_number, r.amount, r.date, r.voucher_number, r.voucher_type, type=r.type)
        for r in plain
    ]
    assert read([*rows, *booked(DAY, (53000, "-80.00"), (55000, "80.00"), number=3)]) == []


def test_a_reversal_on_another_day_is_a_voucher_of_that_day() -> None:
    guid = "3f4cb4a0-6b86-4c1c-8a3e-000000000001"
    bought = [
        VatRow(7320, Decimal(400), DAY, 1, "Purchases", guid, vat_code="I25"),
        VatRow(64060, Decimal(100), DAY, 1, "Purchases", guid),
    ]
    later = date(2026, 4, 2)
    undone = [
        VatRow(r.account_number, -r.amount, later, 1, "Purchases", guid, vat_code=r.vat_code) for r in bought
    ]
    assert [(v.rows[0].date, v.payable) for v in read([*bought, *undone])] == [(DAY, -100), (later, 100)]


def test_accounts_tell_their_box_by_the_vat_they_hold_to_the_ore() -> None:
    assert evidence(booked(DAY, (1000, "-80.00", "U25"), (64000, "-20.00"))) == {(64000, Box.OUTPUT)}
    abroad = booked(DAY, (7320, "400.00", "IEUY"), (64040, "-100.00"), (64060, "100.00"), (55000, "-400.00"))
    assert evidence(abroad) == {(64040, Box.SERVICES_ABROAD), (64060, Box.INPUT)}


def test_a_duty_booked_with_a_bill_tells_nothing_of_its_account() -> None:
    electricity = booked(
        DAY, (5000, "1000.00", "I25"), (64060, "250.00"), (64080, "310.40"), (63000, "-1560.40")
    )
    assert evidence(electricity) == {(64060, Box.INPUT)}
