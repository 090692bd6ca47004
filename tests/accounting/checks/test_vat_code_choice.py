"""VAT codes against the codes that accounts have of their own."""

import pytest

from dinero_mcp.accounting.checks.vat_code_choice import vat_code_of_account
from tests.accounting.checks.books_checked import bill, found, material, posted, untold
from tests.accounting.vat_books import VatRow


def purchase(account: int, code: str | None, kind: str = "Purchases") -> list[VatRow]:
    line = (account, "400.00", code) if code else (account, "400.00")
    return posted("2026-09-03", line, (55000, "-400.00"), kind=kind)


def sale(account: int, code: str | None, kind: str = "Sales") -> list[VatRow]:
    line = (account, "-400.00", code) if code else (account, "-400.00")
    return posted("2026-09-03", line, (55000, "400.00"), kind=kind)


@pytest.mark.parametrize(
    ("rows", "severity", "what"),
    [
        (purchase(7320, "U25"), "error", "U25 is a code of sales, I25 of purchases"),
        (sale(1000, "I25"), "error", "I25 is a code of purchases, U25 of sales"),
        (purchase(4140, "I25"), "warning", "more VAT deducted than the account's code allows"),
        (purchase(2050, "I25"), "warning", "VAT deducted on an account for purchases with reverse charge"),
        (purchase(2050, "IVV"), "notice", "reported in another box than the account's"),
        (purchase(7160, "I25"), "notice", "VAT deducted on an account that has none"),
        (purchase(7320, None), "notice", "bought without deducting VAT"),
        (purchase(2050, None), "warning", "bought without the VAT of reverse charge"),
        (sale(1000, None), "warning", "sold without VAT"),
        (sale(1100, "U25"), "warning", "VAT charged on an account for sales without"),
        (sale(1300, "U25"), "warning", "VAT charged on an account that has none"),
    ],
)
def test_a_code_that_cannot_be_right_is_found(rows: list[VatRow], severity: str, what: str):
    (finding,) = found(vat_code_of_account, material(rows))
    assert finding.severity == severity
    assert what in finding.what
    assert abs(finding.amount or 0) == 400


@pytest.mark.parametrize(
    "rows",
    [
        purchase(7320, "I25"),
        purchase(7320, "IEUY"),
        purchase(7320, "REP"),
        purchase(7320, None, kind="manuel"),
        purchase(7160, None),
        purchase(51020, None),
        sale(1000, "U25"),
        sale(1000, "UEUV"),
        posted("2026-09-03", (1000, "-400.00"), (1300, "400.00"), kind="manuel"),
    ],
)
def test_a_code_that_may_be_right_is_not(rows: list[VatRow]):
    assert not found(vat_code_of_account, material(rows))


def test_one_account_and_code_is_one_finding_and_what_was_reversed_is_none():
    twice = [*purchase(4140, "I25"), *posted("2026-09-20", (4140, "100.00", "I25"), number=2)]
    (finding,) = found(vat_code_of_account, material(twice))
    assert (finding.amount, finding.voucher_number) == (500, None)
    assert finding.see == (
        "list-entries-tool from_date=2026-09-03 to_date=2026-09-20 account_number=4140 vat_code=I25"
    )
    back = posted("2026-09-03", (4140, "-400.00", "I25"), (55000, "400.00"))
    assert not found(vat_code_of_account, material(purchase(4140, "I25"), back))


def test_a_code_that_nothing_classifies_is_not_checked_and_counted():
    rows = [*purchase(7320, "X9"), *bill("2026-09-05", "400", number=2)]
    assert [each.count for each in untold(vat_code_of_account, material(rows))] == [1]
    assert not found(vat_code_of_account, material(rows))
