from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.periods import Period, quarter_of
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.accounting.vat_boxes import Box
from dinero_mcp.accounting.vat_owed import SettledState
from dinero_mcp.accounting.vat_periods import Frequency, deadline
from dinero_mcp.accounting.vat_postings import vat_postings
from dinero_mcp.accounting.vat_report import VatReport, vat_report
from dinero_mcp.sandbox.consultant import CONSULTANT
from dinero_mcp.sandbox.roastery import ROASTERY
from tests.accounting.rows import ChartAccount, chart_of
from tests.accounting.vat_books import (
    VAT_CHART,
    VAT_ROLES,
    VAT_TYPES,
    CodeType,
    VatRow,
    booked,
    demo_books,
)

DAY = date(2026, 2, 10)
Q1 = quarter_of(DAY)

QUARTER = [
    *booked(DAY, (53000, "1250.99"), (1000, "-1000.79", "U25"), (64000, "-250.20"), number=1, kind="Sales"),
    *booked(DAY, (53000, "700.60"), (1100, "-700.60", "UEUV"), number=2, kind="Sales"),
    *booked(DAY, (53000, "-99.00"), (1000, "99.00", "UVY"), number=3, kind="Sales"),
    *booked(DAY, (7320, "100.00", "I25"), (64060, "25.00"), (63000, "-125.00"), number=1),
    *booked(DAY, (51020, "800.00", "I25"), (64060, "200.00"), (63000, "-1000.00"), number=2),
    *booked(
        DAY, (2050, "400.00", "IEUV"), (64020, "-100.00"), (64060, "100.00"), (55000, "-400.00"), number=3
    ),
    *booked(DAY, (7320, "42.00", "IVY"), (64040, "-10.50"), (64060, "10.50"), (55000, "-42.00"), number=4),
    *booked(DAY, (64080, "12.75"), (5000, "-12.75"), number=1, kind="manuel"),
]


def report(
    rows: Sequence[VatRow], period: Period = Q1, told: list[CodeType] = VAT_TYPES
) -> VatReport[VatRow]:
    return vat_report(vat_postings(rows, VAT_ROLES), VAT_CHART, told, period)


def test_a_quarter_box_by_box_to_the_ore() -> None:
    boxes = {box: amount for box, amount in report(QUARTER).boxes.items() if amount}
    assert boxes == {
        Box.OUTPUT: Decimal("250.20"),
        Box.GOODS_ABROAD: Decimal("100.00"),
        Box.SERVICES_ABROAD: Decimal("10.50"),
        Box.INPUT: Decimal("335.50"),
        Box.ELECTRICITY: Decimal("12.75"),
        Box.A_GOODS: Decimal("400.00"),
        Box.B_GOODS_REPORTED: Decimal("700.60"),
        Box.C: Decimal("-99.00"),
    }


def test_each_box_drops_its_ore_and_what_is_to_pay_is_made_of_those() -> None:
    found = report(QUARTER)
    assert [found.to_file[box] for box in (Box.OUTPUT, Box.SERVICES_ABROAD, Box.INPUT, Box.C)] == [
        250,
        10,
        335,
        -99,
    ]
    assert (found.payable, found.payable_to_file) == (Decimal("12.45"), 250 + 100 + 10 - 335 - 12)


def test_every_code_has_its_base_and_its_vat() -> None:
    found = {
        each.code.code: tuple(map(str, (each.base, each.expected, each.owed, each.deducted)))
        for each in report(QUARTER).codes
    }
    assert found == {
        "I25": ("900.00", "225.00", "0.00", "225.00"),
        "IEUV": ("400.00", "100.00", "100.00", "100.00"),
        "IVY": ("42.00", "10.50", "10.50", "10.50"),
        "U25": ("1000.79", "250.20", "250.20", "0.00"),
        "UEUV": ("700.60", "0.00", "0.00", "0.00"),
        "UVY": ("-99.00", "0.00", "0.00", "0.00"),
    }


def test_what_no_code_explains_is_told_by_box() -> None:
    found = report(QUARTER)
    assert {box: vat for box, vat in found.uncoded.items() if vat} == {Box.ELECTRICITY: Decimal("12.75")}
    assert (found.base(Box.OUTPUT), found.base(Box.INPUT), found.base(Box.WATER)) == (
        Decimal("1000.79"),
        Decimal("1342.00"),
        0,
    )


def test_credit_notes_that_outweigh_the_rest_make_a_box_negative() -> None:
    rows = [
        *booked(DAY, (53000, "-124.94"), (1000, "99.95", "U25"), (64000, "24.99"), kind="Sales"),
        *booked(DAY, (2050, "-40.90", "IEUV"), (64020, "10.23"), (64060, "-10.23"), (63000, "40.90")),
    ]
    filed = {box: kroner for box, kroner in report(rows).to_file.items() if kroner}
    assert filed == {Box.OUTPUT: -24, Box.GOODS_ABROAD: -10, Box.INPUT: -10, Box.A_GOODS: -40}
    assert report(rows).payable_to_file == -24


def test_domestic_reverse_charge_is_output_vat() -> None:
    boxes = report(booked(DAY, (8020, "400.00", "OBPK"), (64000, "-100.00"), (64060, "100.00"))).boxes
    assert (boxes[Box.OUTPUT], boxes[Box.INPUT], boxes[Box.A_GOODS]) == (100, 100, 0)


def test_a_code_nobody_can_place_is_said_with_its_base() -> None:
    found = report(booked(DAY, (7320, "80.00", "MIN"), (55000, "-80.00")), told=[CodeType("MIN", Decimal(0))])
    assert [(each.code.code, each.base, each.expected) for each in found.unclassified] == [("MIN", 80, None)]


def test_vat_on_an_account_that_fits_no_box_is_shown_and_not_in_the_boxes() -> None:
    chart = VAT_CHART | chart_of(ChartAccount(64200, "Chokoladeafgift", "Vat Due"))
    stray = booked(DAY, (64200, "30.00"), (5000, "-30.00"), number=9)
    vat = vat_postings([*QUARTER, *stray], vat_roles(chart, [55000]))
    found = vat_report(vat, chart, VAT_TYPES, Q1)
    assert (found.payable, vat.movement(Q1).payable) == (Decimal("12.45"), Decimal("-17.55"))
    assert [(each.account_number, each.amount, each.postings) for each in found.unexplained] == [
        (64200, Decimal(-30), (stray[0],))
    ]


def test_one_account_for_all_vat_is_divided_by_the_codes() -> None:
    chart = chart_of(
        *(account for number, account in VAT_CHART.items() if number not in VAT_ROLES.vat),
        ChartAccount(64000, "Skyldig moms", "Vat Due"),
    )
    rows = [
        *booked(DAY, (53000, "1250.00"), (1000, "-1000.00", "U25"), (64000, "-250.00"), kind="Sales"),
        *booked(DAY, (7320, "100.00", "I25"), (64000, "25.00"), (63000, "-125.00"), number=1),
        *booked(DAY, (4140, "118.75", "REP"), (64000, "6.24"), (63000, "-124.99"), number=2),
        *booked(
            DAY, (7320, "40.00", "IEUY"), (64000, "-10.00"), (64000, "10.00"), (55000, "-40.00"), number=3
        ),
        *booked(DAY, (64000, "7.00"), (63000, "-7.00"), number=4),
    ]
    found = vat_report(vat_postings(rows, vat_roles(chart, [55000])), chart, VAT_TYPES, Q1)
    assert {box: amount for box, amount in found.boxes.items() if amount} == {
        Box.OUTPUT: Decimal(250),
        Box.SERVICES_ABROAD: Decimal(10),
        Box.INPUT: Decimal("41.24"),
        Box.A_SERVICES: Decimal(40),
    }
    assert [(each.account_number, each.amount) for each in found.unexplained] == [(64000, Decimal(-7))]


def test_what_an_account_is_for_is_learnt_from_all_postings_but_only_the_period_counts() -> None:
    chart = VAT_CHART | chart_of(ChartAccount(64200, "SKAT 7", "Vat Due"))
    learnt = booked(date(2025, 6, 1), (1000, "-80.00", "U25"), (64200, "-20.00"), (53000, "100.00"))
    by_hand = booked(DAY, (64200, "-3.00"), (7320, "3.00"))
    vat = vat_postings([*learnt, *by_hand], vat_roles(chart, [55000]))
    found = vat_report(vat, chart, VAT_TYPES, Q1)
    assert (found.boxes[Box.OUTPUT], found.unexplained) == (3, ())


def test_a_purchase_paid_the_day_after_is_no_settlement_in_either_period() -> None:
    """By the lines of 1 April alone VAT would have been paid from the bank."""
    guid = "3f4cb4a0-6b86-4c1c-8a3e-000000000001"
    rows = [
        VatRow(7320, Decimal(400), date(2026, 3, 31), 1, "manuel", guid, vat_code="I25"),
        VatRow(63000, Decimal(-400), date(2026, 3, 31), 1, "manuel", guid),
        VatRow(64060, Decimal(100), date(2026, 4, 1), 1, "manuel", guid),
        VatRow(55000, Decimal(-100), date(2026, 4, 1), 1, "manuel", guid),
    ]
    q2 = quarter_of(date(2026, 4, 1))
    assert (report(rows).payable, report(rows, q2).payable) == (0, -100)
    assert vat_postings(rows, VAT_ROLES).movement(q2).payable == -100


_ROUNDED_TWICE = Decimal("0.05")  # of a meal with guests, first all of the VAT and then the part deducted


@pytest.mark.parametrize(
    ("company", "frequency"), [(ROASTERY, Frequency.QUARTERLY), (CONSULTANT, Frequency.HALF_YEARLY)]
)
def test_the_demo_companies_settled_what_their_returns_say(company: int, frequency: Frequency) -> None:
    today = date(2026, 11, 21)
    demo = demo_books(company, today)
    due = [
        state
        for state in demo.states(frequency, today)
        if deadline(frequency, state.movement.period) <= today
    ]
    assert due
    assert all(state.state is SettledState.SETTLED for state in due)
    for state in due:
        found = demo.report(state.movement.period)
        assert found.payable == state.evidence[0].amount
        assert found.payable == state.movement.payable
        assert (found.unexplained, found.unclassified, any(found.uncoded.values())) == ((), (), False)
        for each in found.codes:
            sides = [side for side in (each.owed, each.deducted) if side]
            assert all(abs((each.expected or 0) - side) <= _ROUNDED_TWICE for side in sides)
