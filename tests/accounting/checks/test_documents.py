"""Invoice numbers, drafts left lying, and payments on the wrong invoice."""

from dataclasses import replace
from datetime import date

from dinero_mcp.accounting.checks.documents import invoice_number_gap, old_draft
from dinero_mcp.accounting.periods import month
from tests.accounting.checks.books_checked import found, material, posted
from tests.accounting.owed import Document, credit_note, invoice


def numbered(*days: tuple[int, str]) -> list[Document]:
    return [invoice(f"i-{n}", "100", date.fromisoformat(day), number=n) for n, day in days]


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
