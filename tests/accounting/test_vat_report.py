from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.periods import Period, month, quarter_of
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.accounting.vat_boxes import VAT_BOXES, Box
from dinero_mcp.accounting.vat_owed import SettledState
from dinero_mcp.accounting.vat_periods import Frequency, deadline
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
    return vat_report(rows, VAT_CHART, told, VAT_ROLES, period)


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
    assert [found.filed[box] for box in (Box.OUTPUT, Box.SERVICES_ABROAD, Box.INPUT, Box.C)] == [
        250,
        10,
        335,
        -99,
    ]
    assert (found.payable, found.filed_payable) == (Decimal("12.45"), 250 + 100 + 10 - 335 - 12)


def test_every_code_has_its_base_and_its_vat() -> None:
    found = {each.code.code: (each.base, each.expected, each.booked) for each in report(QUARTER).codes}
    assert found == {
        "I25": (Decimal("900.00"), Decimal("225.00"), Decimal("225.00")),
        "IEUV": (Decimal("400.00"), Decimal("100.00"), Decimal("100.00")),
        "IVY": (Decimal("42.00"), Decimal("10.50"), Decimal("10.50")),
        "U25": (Decimal("1000.79"), Decimal("250.20"), Decimal("250.20")),
        "UEUV": (Decimal("700.60"), Decimal(0), Decimal(0)),
        "UVY": (Decimal("-99.00"), Decimal(0), Decimal(0)),
    }


def test_domestic_reverse_charge_is_output_vat() -> None:
    boxes = report(booked(DAY, (8020, "400.00", "OBPK"), (64000, "-100.00"), (64060, "100.00"))).boxes
    assert (boxes[Box.OUTPUT], boxes[Box.INPUT], boxes[Box.A_GOODS]) == (100, 100, 0)


def test_a_code_nobody_can_place_is_said_with_its_base() -> None:
    found = report(booked(DAY, (7320, "80.00", "MIN"), (55000, "-80.00")), told=[CodeType("MIN", Decimal(0))])
    assert [(each.code.code, each.base, each.expected) for each in found.unclassified] == [("MIN", 80, None)]


def test_vat_on_an_account_that_fits_no_box_is_shown_and_does_not_tie() -> None:
    chart = VAT_CHART | chart_of(ChartAccount(64200, "Kuldioxidafgift", "Vat Due"))
    stray = booked(DAY, (64200, "30.00"), (5000, "-30.00"), number=9)
    found = vat_report([*QUARTER, *stray], chart, VAT_TYPES, vat_roles(chart, [55000]), Q1)
    assert (found.movement, found.payable, found.difference) == (
        Decimal("-17.55"),
        Decimal("12.45"),
        Decimal(-30),
    )
    assert [(each.account_number, each.amount, each.postings) for each in found.unexplained] == [
        (64200, Decimal(-30), (stray[0],))
    ]


def test_what_an_account_is_for_is_learnt_from_all_postings_but_only_the_period_counts() -> None:
    chart = VAT_CHART | chart_of(ChartAccount(64200, "SKAT 7", "Vat Due"))
    learnt = booked(date(2025, 6, 1), (1000, "-80.00", "U25"), (64200, "-20.00"), (53000, "100.00"))
    by_hand = booked(DAY, (64200, "-3.00"), (7320, "3.00"))
    found = vat_report([*learnt, *by_hand], chart, VAT_TYPES, vat_roles(chart, [55000]), Q1)
    assert (found.boxes[Box.OUTPUT], found.difference) == (3, 0)


_ROUNDED_TWICE = Decimal("0.05")  # of a meal with guests, first all of the VAT and then the part deducted

_days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
_kroner = st.decimals(min_value=-50_000, max_value=50_000, places=2).filter(lambda amount: abs(amount) >= 1)
_codes = st.sampled_from([*(each.vat_code for each in VAT_TYPES), "MIN", "none", "", None])
_vat_accounts = st.sampled_from(sorted(VAT_ROLES.vat))


@st.composite
def _trade(draw: st.DrawFn) -> list[VatRow]:
    """A voucher with any VAT on any code, right or wrong."""
    day, number = draw(_days), draw(st.integers(1, 40))
    account, base, code = draw(st.sampled_from([1000, 1100, 2050, 7320, 51020])), draw(_kroner), draw(_codes)
    vat = draw(st.lists(st.tuples(_vat_accounts, _kroner), max_size=3))
    rest = -base - sum((amount for _, amount in vat), Decimal(0))
    rows = [VatRow(account, base, day, number, "Purchases", vat_code=code)]
    return rows + [VatRow(a, amount, day, number, "Purchases") for a, amount in [*vat, (63000, rest)]]


@st.composite
def _settlement(draw: st.DrawFn) -> list[VatRow]:
    day, amount, account = draw(_days), draw(_kroner), draw(_vat_accounts)
    number = draw(st.integers(100, 140))
    return [VatRow(n, a, day, number, "manuel") for n, a in ((account, amount), (64100, -amount))]


@st.composite
def _opening(draw: st.DrawFn) -> list[VatRow]:
    return [VatRow(draw(_vat_accounts), draw(_kroner), date(2026, 1, 1), type="Primo")]


def _flat(vouchers: list[list[VatRow]]) -> list[VatRow]:
    return [row for rows in vouchers for row in rows]


_trades = st.lists(_trade(), max_size=12).map(_flat)
_apart_from_trade = st.lists(_settlement() | _opening(), max_size=4).map(_flat)


@given(_trades, _apart_from_trade)
def test_a_quarter_is_the_sum_of_its_months(trade: list[VatRow], apart: list[VatRow]) -> None:
    rows = [*trade, *apart]
    months = [report(rows, month(2026, number)) for number in (1, 2, 3)]
    quarter = report(rows)
    assert quarter.boxes == {box: sum(each.boxes[box] for each in months) for box in Box}
    assert quarter.payable == sum(each.payable for each in months)
    assert len(quarter.vouchers) == sum(len(each.vouchers) for each in months)


@given(_trades, _apart_from_trade)
def test_the_boxes_are_what_the_vat_accounts_moved_by(trade: list[VatRow], apart: list[VatRow]) -> None:
    found = report([*apart, *trade])
    moved = sum((row.amount for row in trade if row.account_number in VAT_ROLES.vat), Decimal(0))
    assert found.payable == found.movement == -moved
    assert found.unexplained == ()


@given(_trades)
def test_every_code_in_use_is_either_in_a_box_or_not_classified(trade: list[VatRow]) -> None:
    found = report(trade)
    in_boxes = sum(each.base for each in found.codes if each.code.value_box)
    assert in_boxes == sum(amount for box, amount in found.boxes.items() if box not in VAT_BOXES)
    used = {row.vat_code for row in trade} - {"none", "", None}
    assert {each.code.code for each in found.codes} == used
    assert used & {"MIN"} <= {each.code.code for each in found.unclassified} <= used & {"MIN", "HALV"}


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
        assert (found.difference, found.unexplained, found.unclassified) == (0, (), ())
        assert all(abs((each.expected or 0) - each.booked) <= _ROUNDED_TWICE for each in found.codes)
