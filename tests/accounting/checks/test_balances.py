"""Accounts that stand on the wrong side."""

from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.checks import is_limited_company
from dinero_mcp.accounting.checks.balances import (
    money_below_zero,
    owner_loan,
    revenue_in_debit,
    tax_account_grows,
)
from dinero_mcp.accounting.periods import Period
from tests.accounting.checks.books_checked import found, material, posted, summary, untold, years
from tests.accounting.vat_books import VatRow


def moved(day: str, debit: int, credit: int, amount: str, number: int = 1) -> list[VatRow]:
    return posted(day, (debit, amount), (credit, f"-{amount}"), number=number, kind="manuel")


def test_a_revenue_account_in_debit_is_found():
    (finding,) = found(revenue_in_debit, material(moved("2026-09-03", 1300, 55000, "400")))
    assert (finding.amount, finding.account_number, finding.date) == (400, 1300, date(2026, 9, 30))
    assert finding.see == (
        "get-account-ledger-tool account_number=1300 from_date=2026-01-01 to_date=2026-09-30"
    )


def test_revenue_in_credit_credit_notes_and_exchange_differences_are_clean():
    sold = moved("2026-03-03", 55000, 1300, "500")
    back = posted("2026-09-03", (1000, "400"), (53000, "-400"), kind="Sales")
    exchange = moved("2026-09-04", 1445, 55000, "12", 2)
    assert not found(
        revenue_in_debit, material(sold, moved("2026-09-03", 1300, 55000, "400"), back, exchange)
    )


def test_a_cash_box_below_zero_is_an_error_and_a_bank_a_warning():
    opening = years(2026, opening={55000: "100", 55040: "50"})
    rows = [*moved("2026-09-03", 7160, 55000, "300"), *moved("2026-09-10", 55000, 1300, "900", 2)]
    cash = [*moved("2026-08-28", 7160, 55040, "80", 3), *moved("2026-09-29", 55040, 55000, "100", 4)]
    findings = found(money_below_zero, material(rows, cash, years=opening))
    assert summary(findings) == [("warning", "-200.00", None), ("error", "-30.00", None)]
    assert [each.date for each in findings] == [date(2026, 9, 3), date(2026, 9, 1)]


def test_money_that_is_below_zero_within_a_day_only_or_outside_the_period_is_clean():
    within = [*moved("2026-09-03", 7160, 55000, "300"), *moved("2026-09-03", 55000, 1300, "300", 2)]
    before = [*moved("2026-08-03", 7160, 55000, "300", 3), *moved("2026-08-31", 55000, 1300, "300", 4)]
    assert not found(money_below_zero, material(within, before))


def test_an_overdraft_by_its_name_is_not_checked():
    checked = material(moved("2026-09-03", 7160, 55090, "300"))
    assert not found(money_below_zero, checked)
    assert [each.count for each in untold(money_below_zero, checked)] == [1]


def test_a_balance_runs_on_over_the_end_of_an_accounting_year():
    both = years(2025, 2026, opening={55000: "100"})
    rows = [*moved("2025-12-30", 7160, 55000, "300"), *moved("2026-01-03", 55000, 1300, "900", 2)]
    period = Period(date(2025, 12, 1), date(2026, 1, 31))
    (finding,) = found(money_below_zero, material(rows, years=both, period=period))
    assert (finding.amount, finding.date) == (-200, date(2025, 12, 30))


@pytest.mark.parametrize(("account", "severity"), [(63100, "warning"), (63110, "error")])
def test_an_owners_account_in_debit_in_an_aps_may_be_a_loan(account: int, severity: str):
    lent = moved("2026-09-03", account, 55000, "20000")
    repaid = moved("2026-09-28", 55000, account, "20000", 2)
    (finding,) = found(owner_loan, material(lent, repaid))
    assert (finding.severity, finding.amount, finding.account_number) == (severity, 20000, account)
    assert "possibly a loan" in finding.what


def test_an_owner_who_is_owed_is_clean_and_a_sole_trader_is_not_checked():
    rows = [*moved("2026-08-03", 7160, 63100, "500"), *moved("2026-09-03", 63100, 55000, "500", 2)]
    assert not found(owner_loan, material(rows))
    lent = moved("2026-09-03", 63110, 55000, "20000")
    for limited in (False, None):
        assert not found(owner_loan, material(lent, is_limited_company=limited))
        assert untold(owner_loan, material(lent, is_limited_company=limited))


def test_a_tax_account_that_only_grows_is_found():
    paid_in = [moved(f"2026-0{month}-10", 63300, 55000, "1000", month) for month in (6, 7, 8)]
    (finding,) = found(tax_account_grows, material(*paid_in))
    assert (finding.amount, finding.account_number) == (3000, 63300)
    drawn = moved("2026-09-10", 65020, 63300, "2500", 9)
    assert not found(tax_account_grows, material(*paid_in, drawn))
    assert not found(tax_account_grows, material(*paid_in[:2]))


@pytest.mark.parametrize(
    ("company_type", "name", "limited"),
    [
        ("PrivateLimitedCompany", "Havblik", True),
        ("PublicLimitedCompany", None, True),
        ("SoleProprietorship", "Bergmann ApS", False),
        (None, "Havblik ApS", True),
        ("EmptyCompanyType", "Stordrift A/S", True),
        (None, "Bergmann v/Ida", None),
    ],
)
def test_the_kind_of_company_is_told_by_its_type_else_its_name(
    company_type: str | None, name: str | None, limited: bool | None
):
    assert is_limited_company(company_type, name) is limited


def test_a_balance_of_a_day_in_no_accounting_year_is_nothing():
    assert material().balance(55000, date(2031, 1, 1)) == Decimal(0)
