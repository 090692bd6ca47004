"""Payments that were meant for another invoice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.checks import OpenDocuments
from dinero_mcp.accounting.checks.payments import payment_on_wrong_invoice
from tests.accounting.checks.books_checked import TODAY, found, material, posted, summary, untold, years
from tests.accounting.owed import Document, invoice, item
from tests.accounting.vat_books import VatRow


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


def test_what_is_left_of_an_invoice_paid_in_part_is_what_its_customer_owes():
    rows = [*POSTINGS, *payment("2026-08-25", "200", "b", 51), *payment("2026-09-10", "300", "a", 52)]
    findings = found(payment_on_wrong_invoice, material(rows, documents=[PAID_TWICE, UNPAID]))
    assert summary(findings) == [("warning", "300.00", 1)]


def test_of_two_overpaid_invoices_of_one_customer_nothing_is_known():
    again = replace(PAID_TWICE, guid="i-3", number=3)
    rows = [*POSTINGS, *booked(again, 3), *payment("2026-09-10", "1500", "a", 51)]
    checked = material(rows, documents=[PAID_TWICE, again, UNPAID])
    assert not found(payment_on_wrong_invoice, checked)
    assert [each.count for each in untold(payment_on_wrong_invoice, checked)] == [2]
