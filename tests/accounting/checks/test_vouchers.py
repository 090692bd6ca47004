"""Vouchers that cancel, on accounts that exist, on days that can be."""

from datetime import date

from dinero_mcp.accounting.checks.vouchers import (
    analysis_account,
    misdated_posting,
    unbalanced_voucher,
    unknown_account,
)
from dinero_mcp.accounting.periods import Period
from tests.accounting.checks.books_checked import bill, found, material, posted, summary, years

ODD = posted("2026-09-03", (7320, "400.00"), (55000, "-399.00"), number=7)


def test_a_voucher_that_does_not_cancel_is_an_error_with_its_difference():
    findings = found(unbalanced_voucher, material(ODD, bill("2026-09-04", "400", number=8)))
    assert summary(findings) == [("error", "1.00", 7)]
    assert findings[0].see == ("list-entries-tool from_date=2026-09-03 to_date=2026-09-03 voucher_number=7")


def test_vouchers_that_cancel_are_clean_and_those_of_other_months_are_not_looked_at():
    assert not found(unbalanced_voucher, material(bill("2026-09-04", "400")))
    assert not found(unbalanced_voucher, material(posted("2026-08-03", (7320, "400.00"))))


def test_a_voucher_is_whole_although_only_some_of_its_rows_have_a_guid_or_the_same_day():
    rows = [
        *posted("2026-09-03", (7320, "400.00"), guid="g-1"),
        *posted("2026-09-03", (55000, "-300.00")),
        *posted("2026-09-04", (55000, "-100.00")),
    ]
    assert not found(unbalanced_voucher, material(rows))


def test_a_voucher_that_cancels_over_two_accounting_years_only_is_an_error_in_each():
    rows = [
        *posted("2025-12-31", (7320, "400.00"), number=7, guid="g-1"),
        *posted("2026-01-01", (55000, "-400.00"), number=7, guid="g-1"),
    ]
    both = material(rows, period=Period(date(2025, 12, 1), date(2026, 1, 31)), years=years(2025, 2026))
    assert summary(found(unbalanced_voucher, both)) == [("error", "400.00", 7), ("error", "-400.00", 7)]
    december = material(rows, period=Period(date(2025, 12, 1), date(2025, 12, 31)), years=years(2025, 2026))
    assert summary(found(unbalanced_voucher, december)) == [("error", "400.00", 7)]


def test_a_posting_on_an_account_outside_the_chart_is_an_error():
    rows = posted("2026-09-03", (7321, "400.00"), (55000, "-400.00"), number=7)
    (finding,) = found(unknown_account, material(rows))
    assert (finding.severity, finding.account_number, finding.amount) == ("error", 7321, 400)
    assert not found(unknown_account, material(bill("2026-09-03", "400")))


def test_what_stands_on_the_analysis_account_when_the_period_ends_is_a_warning():
    put = posted("2026-08-03", (99999, "400.00"), (55000, "-400.00"), kind="manuel")
    cleared = posted("2026-09-30", (7320, "400.00"), (99999, "-400.00"), kind="manuel")
    (finding,) = found(analysis_account, material(put))
    assert (finding.severity, finding.amount, finding.account_number) == ("warning", 400, 99999)
    assert not found(analysis_account, material(put, cleared))


def test_a_voucher_dated_after_today_or_in_no_accounting_year_is_a_warning():
    late = bill("2026-12-04", "400", number=9)
    lost = bill("2062-09-04", "400", number=10)
    findings = found(misdated_posting, material(late, lost))
    assert summary(findings) == [("warning", "500.00", 9), ("warning", "500.00", 10)]
    assert "in no accounting year" in findings[1].what
    accrual = posted("2026-12-31", (7160, "400"), (54000, "-400"), kind="manuel")
    assert [each.severity for each in found(misdated_posting, material(accrual))] == ["notice"]
    assert not found(misdated_posting, material(bill("2026-10-09", "400"), years=years(2026)))
