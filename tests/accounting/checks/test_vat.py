"""VAT that is implausible, may not be deducted, or was never settled."""

from datetime import date

from dinero_mcp.accounting.checks.vat import (
    vat_against_base,
    vat_on_foreign_purchase,
    vat_period_unsettled,
    vat_without_document,
)
from dinero_mcp.accounting.checks.vat_code_choice import vat_code_of_account
from dinero_mcp.accounting.periods import month
from tests.accounting.checks.books_checked import (
    OTHER,
    SUPPLIER,
    ContactRead,
    bill,
    found,
    material,
    posted,
    summary,
    untold,
)
from tests.accounting.vat_books import UNKNOWN_FILE, VatRow


def from_abroad(day: str, number: int = 1, contact: str = SUPPLIER) -> list[VatRow]:
    lines = ((7320, "400.00", "IEUY"), (64040, "-100.00"), (64060, "100.00"), (55000, "-400.00"))
    return posted(day, *lines, number=number, contact=contact)


def sale(day: str, vat: int, number: int = 1) -> list[VatRow]:
    lines = ((1000, str(-4 * vat), "U25"), (64000, str(-vat)), (55000, str(5 * vat)))
    return posted(day, *lines, number=number, kind="Sales")


def settlement(day: str, vat: int, number: int = 90) -> list[VatRow]:
    return posted(day, (64000, str(vat)), (55000, str(-vat)), number=number, kind="manuel")


def test_vat_that_is_not_its_part_of_the_base_is_found():
    typed = posted("2026-09-03", (7320, "400.00", "I25"), (64060, "120.00"), (55000, "-520.00"))
    findings = found(vat_against_base, material(typed, bill("2026-09-04", "400", number=2)))
    assert summary(findings) == [("warning", "20.00", 1)]
    assert findings[0].what == "Input VAT is 120.00; by the VAT codes it is 100.00."


def test_vat_that_fits_is_clean_of_sales_purchases_and_reverse_charge():
    rows = [*sale("2026-09-01", 250), *bill("2026-09-04", "400", number=2), *from_abroad("2026-09-05", 3)]
    assert not found(vat_against_base, material(rows))


def test_reverse_charge_on_one_side_only_is_found():
    rows = posted("2026-09-03", (7320, "400.00", "IEUY"), (64060, "100.00"), (55000, "-500.00"))
    (finding,) = found(vat_against_base, material(rows))
    assert (finding.amount, finding.voucher_number) == (-100, 1)


def test_vat_deducted_without_a_document_is_found_and_where_dinero_is_silent_counted():
    rows = [
        *bill("2026-09-03", "400", number=1, file=None),
        *bill("2026-09-04", "400", number=2),
        *bill("2026-09-05", "400", number=3, file=UNKNOWN_FILE),
        *posted("2026-09-06", (7160, "400.00"), (55000, "-400.00"), number=4, file=None),
    ]
    assert summary(found(vat_without_document, material(rows))) == [("warning", "100.00", 1)]
    assert [each.count for each in untold(vat_without_document, material(rows))] == [1]


def test_danish_vat_on_a_supplier_that_is_else_abroad_is_found():
    before = from_abroad("2026-07-03", 1) + from_abroad("2026-08-03", 2)
    rows = [
        *before,
        *bill("2026-09-03", "400", number=3),
        *bill("2026-09-04", "400", number=4, contact=OTHER),
    ]
    assert summary(found(vat_on_foreign_purchase, material(rows))) == [("warning", "100.00", 3)]
    assert [each.count for each in untold(vat_on_foreign_purchase, material(rows))] == [1]
    nobody = bill("2026-09-05", "400", number=5, contact=None)
    assert [each.count for each in untold(vat_on_foreign_purchase, material(nobody))] == [1]


def test_the_country_of_a_contact_that_was_read_decides():
    rows = [*bill("2026-09-03", "400", number=3), *bill("2026-09-04", "400", number=4, contact=OTHER)]
    read = material(rows, contacts={SUPPLIER: ContactRead("IE", "Cloud Ltd"), OTHER: ContactRead("DK")})
    (finding,) = found(vat_on_foreign_purchase, read)
    assert finding.text == "Cloud Ltd: Software"
    assert finding.what == "100.00 deducted as Danish VAT, but the supplier's country is IE."
    assert not untold(vat_on_foreign_purchase, read)
    (gone,) = untold(vat_on_foreign_purchase, material(rows, contacts={}))
    assert (gone.count, "do not tell its country" in gone.why) == (2, True)
    abroad = material(from_abroad("2026-09-03"), contacts={SUPPLIER: ContactRead("IE")})
    assert not found(vat_on_foreign_purchase, abroad)


def test_a_danish_supplier_that_once_delivered_from_abroad_is_clean():
    rows = [*from_abroad("2026-07-03"), *bill("2026-08-03", "400"), *bill("2026-09-03", "400", number=3)]
    assert not found(vat_on_foreign_purchase, material(rows))


def test_a_vat_period_past_its_deadline_without_a_settlement_is_an_error():
    rows = [*sale("2026-03-03", 300), *sale("2026-05-03", 500, 2), *settlement("2026-06-01", 300)]
    (finding,) = found(vat_period_unsettled, material(rows))
    assert (finding.severity, finding.amount, finding.date) == ("error", 500, date(2026, 9, 1))
    assert finding.what == "VAT of Q2 2026 was due on 2026-09-01 and is not settled in the books."
    assert not found(vat_period_unsettled, material(rows, settlement("2026-09-01", 500, 91)))


def test_periods_that_end_after_the_one_checked_or_are_not_yet_due_are_not_found():
    rows = [*sale("2026-05-03", 500), *sale("2026-09-03", 700, 2)]
    assert not found(vat_period_unsettled, material(rows, period=month(2026, 5)))
    assert [each.amount for each in found(vat_period_unsettled, material(rows))] == [500]


def test_without_a_frequency_or_a_registration_vat_periods_are_not_checked():
    unknown = material(sale("2026-03-03", 300), frequency=None)
    (why,) = untold(vat_period_unsettled, unknown)
    assert why.why.startswith("Fewer than two VAT settlements were found")
    free = material(posted("2026-09-03", (1000, "-300"), (55000, "300"), kind="Sales"), is_vat_free=True)
    for check in (vat_period_unsettled, vat_code_of_account):
        assert [each.count for each in untold(check, free)] == [None]
        assert not found(check, free)


def test_a_company_that_posts_vat_files_it_whatever_dinero_says():
    assert found(vat_period_unsettled, material(sale("2026-03-03", 300), is_vat_free=True))
