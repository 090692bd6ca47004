"""Invoice numbers, drafts left lying, and payments on the wrong invoice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.checks import OpenDocuments
from dinero_mcp.accounting.checks.documents import invoice_number_gap, old_draft, payment_on_wrong_invoice
from dinero_mcp.accounting.periods import month
from tests.accounting.checks.books_checked import TODAY, found, material, posted, summary, untold, years
from tests.accounting.owed import Document, credit_note, invoice, item
from tests.accounting.vat_books import VatRow


def numbered(*days: tuple[int, str]) -> list[Document]:
    return [invoice(f"i-{n}", "100", date.fromisoformat(day), number=n) for n, day in days]


def booked(document: Document, number: int) -> list[VatRow]:
    lines = ((53000, str(document.total_incl_vat)), (1300, str(-document.total_incl_vat)))
    return posted(
        str(document.date),
        *lines,
        number=number,
        kind="Sales",
        contact=document.contact_guid,
        guid=document.guid,
    )


def payment(day: str, amount: str, contact: str, number: int = 50) -> list[VatRow]:
    lines = ((55000, amount), (53000, f"-{amount}"))
    return posted(day, *lines, number=number, kind="manuel", contact=contact)


def test_a_gap_in_the_numbers_is_found_in_the_month_of_the_next():
    documents = numbered((6, "2026-08-30"), (7, "2026-09-02"), (10, "2026-09-20"))
    (finding,) = found(invoice_number_gap, material(documents=documents))
    assert finding.what == "Invoice numbers 8 to 9 are missing, between 7 of 2026-09-02 and 10 of 2026-09-20."
    assert not found(invoice_number_gap, material(documents=documents, period=month(2026, 8)))


def test_credit_notes_and_posted_sales_fill_the_series_and_drafts_have_no_number():
    documents = [*numbered((7, "2026-09-02"), (10, "2026-09-20")), credit_note("c", "10", date(2026, 9, 3))]
    documents[2] = replace(documents[2], number=8)
    draft = invoice("d", "100", date(2026, 9, 25), status="Draft", number=2**63 - 1)
    rows = posted("2026-09-04", (53000, "100"), (1300, "-100"), number=9, kind="Sales")
    assert not found(invoice_number_gap, material(rows, documents=[*documents, draft]))


def test_a_draft_that_has_lain_for_more_than_two_weeks_is_a_notice():
    old = invoice("d-1", "250", date(2026, 9, 24), status="Draft")
    young = invoice("d-2", "250", date(2026, 9, 25), status="Draft")
    later = invoice("d-3", "250", date(2026, 9, 20), status="Draft")
    checked = material(documents=[old, young])
    (finding,) = found(old_draft, checked)
    assert (finding.severity, finding.amount, finding.date) == ("notice", 250, date(2026, 9, 24))
    assert finding.see == "get-invoice-tool invoice_guid=d-1"
    assert not found(old_draft, material(documents=[later], period=month(2026, 8)))


PAID_TWICE = invoice("i-1", "800", date(2026, 8, 1), contact="a", status="OverPaid", number=1)
UNPAID = invoice("i-2", "500", date(2026, 8, 5), contact="b", number=2)
POSTINGS = [*booked(PAID_TWICE, 1), *booked(UNPAID, 2), *payment("2026-08-20", "800", "a")]


def test_an_invoice_overpaid_by_what_another_lacks_is_found_by_the_postings():
    rows = [*POSTINGS, *payment("2026-09-10", "500", "a", 51)]
    findings = found(payment_on_wrong_invoice, material(rows, documents=[PAID_TWICE, UNPAID]))
    assert summary(findings) == [("warning", "500.00", 1)]
    assert findings[0].what == "Invoice 1 is overpaid by 500.00, just what is unpaid on invoice 2."


def test_an_invoice_overpaid_by_any_other_amount_is_clean():
    rows = [*POSTINGS, *payment("2026-09-10", "100", "a", 51)]
    assert not found(payment_on_wrong_invoice, material(rows, documents=[PAID_TWICE, UNPAID]))


def test_both_invoices_may_be_the_same_customers():
    other = replace(UNPAID, contact_guid="a")
    rows = [*booked(PAID_TWICE, 1), *booked(other, 2), *payment("2026-08-20", "1300", "a")]
    assert len(found(payment_on_wrong_invoice, material(rows, documents=[PAID_TWICE, other]))) == 1


def test_with_payments_read_what_is_left_of_each_decides():
    items = [item("-300", kind="overpaid", guid="i-1"), item("300", guid="i-2")]
    read = OpenDocuments(TODAY, 53000, Decimal(0), items, 0)
    findings = found(payment_on_wrong_invoice, material(documents=[PAID_TWICE, UNPAID], receivables=read))
    assert summary(findings) == [("warning", "300", 1)]


def test_where_the_postings_do_not_reach_back_it_is_not_checked():
    old = replace(PAID_TWICE, date=date(2025, 8, 1))
    checked = material(POSTINGS, documents=[old, UNPAID], is_whole=False, years=years(2026))
    assert [each.count for each in untold(payment_on_wrong_invoice, checked)] == [1]
    assert not found(payment_on_wrong_invoice, checked)
