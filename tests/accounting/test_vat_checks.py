from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.periods import Period, quarter_of
from dinero_mcp.accounting.vat_checks import (
    Checked,
    added_after_settlement,
    deducted_without_document,
    input_vat,
    output_vat,
    reverse_charge,
)
from dinero_mcp.accounting.vat_owed import PeriodSettlement, late_periods, period_settlements
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.accounting.vat_postings import vat_postings
from dinero_mcp.accounting.vat_report import vat_report
from dinero_mcp.accounting.vat_vouchers import VatVoucher
from dinero_mcp.sandbox.consultant import CONSULTANT
from dinero_mcp.sandbox.roastery import ROASTERY
from tests.accounting.vat_books import (
    UNKNOWN_FILE,
    VAT_CHART,
    VAT_ROLES,
    VAT_TYPES,
    CodeType,
    VatRow,
    booked,
    demo_books,
)

Check = Callable[[Sequence[VatVoucher[VatRow]]], Checked[VatRow]]
OF_VOUCHERS: tuple[Check, ...] = (output_vat, input_vat, reverse_charge, deducted_without_document)

DAY = date(2026, 2, 10)
Q1 = quarter_of(DAY)
YEARS = [Period(date(2026, 1, 1), date(2026, 12, 31))]

SALE = booked(DAY, (53000, "1250.00"), (1000, "-1000.00", "U25"), (64000, "-250.00"), number=1, kind="Sales")
BILL = booked(DAY, (7320, "400.00", "I25"), (64060, "100.00"), (63000, "-500.00"), number=1)
MEAL = booked(DAY, (4140, "118.75", "REP"), (64060, "6.25"), (55000, "-125.00"), number=2)
ABROAD = booked(
    DAY, (7320, "400.00", "IEUY"), (64040, "-100.00"), (64060, "100.00"), (55000, "-400.00"), number=3
)
CLEAN = [*SALE, *BILL, *MEAL, *ABROAD]


def vouchers(rows: Sequence[VatRow], told: Sequence[CodeType] = VAT_TYPES) -> Sequence[VatVoucher[VatRow]]:
    return vat_report(vat_postings([*CLEAN, *rows], VAT_ROLES), VAT_CHART, told, Q1).vouchers


def found(check: Check, rows: list[VatRow]) -> list[tuple[Decimal, Decimal]]:
    """Booked and expected of each finding; every one of them is about the voucher that was planted."""
    findings = check(vouchers(rows)).findings
    assert all(set(finding.postings) <= set(rows) for finding in findings)
    return [(finding.booked, finding.expected) for finding in findings]


def planted(*lines: tuple[int, str] | tuple[int, str, str], kind: str = "Purchases") -> list[VatRow]:
    return booked(DAY, *lines, number=50, kind=kind)


@pytest.mark.parametrize("check", OF_VOUCHERS)
def test_ordinary_trade_raises_no_finding(check: Check) -> None:
    assert found(check, []) == []


def test_output_vat_that_is_not_a_quarter_of_the_sale() -> None:
    too_little = planted((53000, "1200.00"), (1000, "-1000.00", "U25"), (64000, "-200.00"), kind="Sales")
    assert found(output_vat, too_little) == [(200, 250)]


def test_output_vat_on_a_sale_that_has_none() -> None:
    assert found(output_vat, planted((53000, "125.00"), (1100, "-100.00", "UEUV"), (64000, "-25.00"))) == [
        (25, 0)
    ]


@pytest.mark.parametrize("vat", ["249.91", "249.94", "250.06", "250.09"])
def test_a_few_ore_are_rounding_and_more_are_not(vat: str) -> None:
    gross = str(1000 + Decimal(vat))
    rows = planted((53000, gross), (1000, "-1000.00", "U25"), (64000, f"-{vat}"))
    is_rounding = vat in ("249.94", "250.06")
    assert found(output_vat, rows) == ([] if is_rounding else [(Decimal(vat), 250)])


@pytest.mark.parametrize(
    ("line", "code", "vat", "expected"),
    [
        ("400.00", "I25", "120.00", 100),
        ("118.75", "REP", "25.00", "6.25"),
        ("100.00", "HREP", "25.00", "17.65"),
    ],
)
def test_input_vat_beyond_what_the_code_allows(line: str, code: str, vat: str, expected: str) -> None:
    gross = str(-Decimal(line) - Decimal(vat))
    rows = planted((4140, line, code), (64060, vat), (63000, gross))
    assert found(input_vat, rows) == [(Decimal(vat), Decimal(expected))]


def test_input_vat_without_a_coded_line() -> None:
    assert found(input_vat, planted((64060, "80.00"), (63000, "-80.00"))) == [(80, 0)]


@pytest.mark.parametrize(
    ("lines", "booked_and_expected"),
    [
        (((64040, "-100.00"), (63000, "-300.00")), (0, 100)),
        (((64060, "100.00"), (63000, "-500.00")), (0, 100)),
        (((63000, "-400.00"),), (0, 100)),
        (((64040, "-25.00"), (64060, "25.00"), (63000, "-400.00")), (25, 100)),
    ],
    ids=["not deducted", "not owed", "no VAT at all", "of a wrong base"],
)
def test_reverse_charge_that_is_not_a_quarter_on_both_sides(
    lines: tuple[tuple[int, str], ...], booked_and_expected: tuple[int, int]
) -> None:
    rows = planted((7320, "400.00", "IEUY"), *lines)
    assert found(reverse_charge, rows) == [booked_and_expected]
    assert found(output_vat, rows) == found(input_vat, rows) == []


def test_import_vat_typed_in_by_hand_needs_two_sides_only() -> None:
    assert found(reverse_charge, planted((64020, "-312.40"), (64060, "312.40"))) == []
    assert found(reverse_charge, planted((64020, "-312.40"), (7320, "312.40"))) == [(0, Decimal("312.40"))]


def test_a_bill_from_abroad_may_have_danish_lines_beside_it() -> None:
    rows = planted(
        (7320, "400.00", "IEUY"),
        (5000, "40.00", "I25"),
        (64040, "-100.00"),
        (64060, "110.00"),
        (63000, "-450.00"),
    )
    assert found(reverse_charge, rows) == []


def test_vouchers_with_a_code_nobody_can_place_are_counted_and_not_judged() -> None:
    rows = planted((7320, "400.00", "MIN"), (64060, "7.00"), (63000, "-407.00"))
    checked = input_vat(vouchers(rows))
    assert (checked.findings, checked.checked, checked.not_checked) == ((), 2, 1)


def test_vat_deducted_on_a_voucher_without_a_document() -> None:
    rows = booked(DAY, (7320, "80.00", "I25"), (64060, "20.00"), (55000, "-100.00"), number=50, file=None)
    assert found(deducted_without_document, rows) == [(20, 0)]


def test_where_dinero_did_not_tell_of_documents_nothing_is_concluded() -> None:
    rows = booked(
        DAY, (7320, "80.00", "I25"), (64060, "20.00"), (55000, "-100.00"), number=50, file=UNKNOWN_FILE
    )
    checked = deducted_without_document(vouchers(rows))
    assert (checked.findings, checked.checked, checked.not_checked) == ((), 3, 1)


@pytest.mark.parametrize(
    ("amount", "kind"), [("-80.00", "Purchases"), ("80.00", "Sales")], ids=["supplier's credit note", "sale"]
)
def test_only_vat_deducted_on_purchases_and_manual_vouchers_needs_a_document(amount: str, kind: str) -> None:
    net = Decimal(amount)
    lines = (7320, amount, "I25"), (64060, str(net / 4)), (63000, str(-net * 5 / 4))
    rows = booked(DAY, *lines, number=50, kind=kind, file=None)
    assert found(deducted_without_document, rows) == []


def state_of_q1(rows: Sequence[VatRow]) -> PeriodSettlement:
    return period_settlements(vat_postings(rows, VAT_ROLES), Frequency.QUARTERLY, [Q1])[0]


def added(closing: list[VatRow], late: list[VatRow]) -> Checked[VatRow]:
    rows = [*closing, *late]
    return added_after_settlement(vouchers(rows), state_of_q1([*CLEAN, *rows]), YEARS)


CLOSED = booked(
    date(2026, 3, 31),
    (64000, "250.00"),
    (64040, "100.00"),
    (64060, "-206.25"),
    (64100, "-143.75"),
    number=60,
    kind="manuel",
)
LATE_BILL = booked(DAY, (7320, "800.00", "I25"), (64060, "200.00"), (63000, "-1000.00"), number=9)


def test_nothing_was_added_to_a_period_whose_settlement_still_fits() -> None:
    assert added(CLOSED, []) == Checked((), 4, 0, Decimal(0))


def test_nothing_can_be_added_to_a_period_that_is_not_settled() -> None:
    assert added([], LATE_BILL) == Checked((), 0, 0, Decimal(0))


def test_a_later_number_in_the_settlements_own_series_was_added() -> None:
    by_hand = booked(
        DAY, (7320, "80.00", "I25"), (64060, "20.00"), (55000, "-100.00"), number=61, kind="manuel"
    )
    (finding,) = added(CLOSED, by_hand).findings
    assert (finding.booked, finding.postings) == (-20, (by_hand[0], by_hand[1]))


def test_numbers_of_another_accounting_year_tell_nothing() -> None:
    """The year ends on 30 April, so the closing of May is number 1 of its series again."""
    closed = booked(
        date(2026, 5, 4),
        (64000, "250.00"),
        (64040, "100.00"),
        (64060, "-206.25"),
        (64100, "-143.75"),
        number=1,
        kind="manuel",
    )
    neutral = booked(
        DAY,
        (7320, "40.00", "IEUY"),
        (64040, "-10.00"),
        (64060, "10.00"),
        (55000, "-40.00"),
        number=61,
        kind="manuel",
    )
    years = [Period(date(2025, 5, 1), date(2026, 4, 30)), Period(date(2026, 5, 1), date(2027, 4, 30))]
    rows = [*closed, *neutral]
    state = state_of_q1([*CLEAN, *rows])
    assert added_after_settlement(vouchers(rows), state, years) == Checked((), 5, 0, Decimal(0))
    assert len(added_after_settlement(vouchers(rows), state, YEARS).findings) == 1


def test_so_was_the_one_bill_without_which_the_settlement_fits() -> None:
    assert [finding.booked for finding in added(CLOSED, LATE_BILL).findings] == [-200]


def test_when_several_may_have_been_added_nothing_is_concluded() -> None:
    same_again = booked(DAY, (7320, "800.00", "I25"), (64060, "200.00"), (63000, "-1000.00"), number=10)
    assert added(CLOSED, [*LATE_BILL, *same_again]) == Checked((), 0, 6, Decimal(0))


@pytest.mark.parametrize("today", [date(2026, 11, 21), date(2026, 1, 1), date(2024, 2, 29)])
@pytest.mark.parametrize(
    ("company", "frequency"), [(ROASTERY, Frequency.QUARTERLY), (CONSULTANT, Frequency.HALF_YEARLY)]
)
def test_the_demo_companies_are_clean(today: date, company: int, frequency: Frequency) -> None:
    demo = demo_books(company, today)
    states = demo.states(frequency, today)
    assert late_periods(demo.vat, frequency, min(row.date for row in demo.rows), today) == []
    for state in states:
        found = demo.report(state.movement.period).vouchers
        assert [check(found).findings for check in OF_VOUCHERS] == [()] * len(OF_VOUCHERS)
        assert added_after_settlement(found, state, demo.years).findings == ()


@pytest.mark.parametrize("today", [date(2026, 11, 21), date(2026, 1, 1), date(2024, 2, 29)])
def test_the_secrets_that_vat_tells_are_found_and_nothing_else(today: date) -> None:
    """A quarter is never settled and a receipt lacks; a foreign bill with Danish VAT looks right here."""
    demo, last_year = demo_books(ROASTERY, today, planted=True), today.year - 1
    first_day = min(row.date for row in demo.rows)
    (forgotten,) = late_periods(demo.vat, Frequency.QUARTERLY, first_day, today)
    assert forgotten.movement.period.to_date == date(last_year, 9, 30)
    findings = [
        finding
        for state in demo.states(Frequency.QUARTERLY, today)
        for check in OF_VOUCHERS
        for finding in check(demo.report(state.movement.period).vouchers).findings
    ]
    assert [(found.booked, found.postings[0].description) for found in findings] == [
        (Decimal("374.00"), "Hylder fra byggemarked")
    ]
