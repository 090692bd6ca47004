from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.open_items import OpenItem
from dinero_mcp.accounting.receivables import likely_open, possibly_open, receivables
from tests.accounting.owed import Document, Paid, PaymentsOf, credit_note, invoice, paid, payments, posted
from tests.accounting.rows import Row, opening

SOLD, DUE, PAID, TODAY = date(2026, 3, 1), date(2026, 3, 15), date(2026, 4, 20), date(2026, 5, 1)


def left(document: Document, *received: Paid, as_of: date = TODAY) -> OpenItem | None:
    """What is left of a document that was paid like this."""
    found = receivables([document], {document.guid: payments(document, *received)}, as_of)
    return found[0] if found else None


def left_of(document: Document, told: PaymentsOf, as_of: date = TODAY) -> list[tuple[str, Decimal, Decimal]]:
    """Kind, remaining amount and reminder fees, from what Dinero tells."""
    found = receivables([document], {document.guid: told}, as_of)
    return [(item.kind, item.remaining_dkk, item.reminder_fees) for item in found]


def test_an_unpaid_invoice_ages_from_its_due_date() -> None:
    item = left(invoice("i-1", "1250.55", SOLD, DUE))
    assert item is not None
    assert (item.kind, item.remaining_dkk, item.total) == ("open", Decimal("1250.55"), Decimal("1250.55"))
    assert (item.days_overdue, item.bucket, item.due_date) == (47, "31-60", DUE)


def test_an_invoice_without_a_due_date_is_not_due() -> None:
    item = left(invoice("i-1", "100", SOLD))
    assert item is not None
    assert item.bucket == "not_due"


def test_what_is_paid_is_not_owed() -> None:
    part = left(invoice("i-1", "100", SOLD, DUE), paid("40", PAID))
    assert part is not None
    assert part.remaining_dkk == 60
    assert left(invoice("i-1", "100", SOLD, DUE), paid("40", PAID), paid("60", TODAY)) is None


def test_a_payment_after_the_day_was_not_made_yet() -> None:
    document, received = invoice("i-1", "100", SOLD, DUE), paid("100", PAID)
    before, on_the_day = (
        left(document, received, as_of=date(2026, 4, 19)),
        left(document, received, as_of=PAID),
    )
    assert before is not None
    assert (before.remaining_dkk, before.days_overdue) == (100, 35)
    assert on_the_day is None


def test_an_invoice_was_not_there_before_its_date() -> None:
    assert left(invoice("i-1", "100", SOLD, DUE), as_of=date(2026, 2, 28)) is None


def test_a_payment_without_a_day_has_always_been() -> None:
    assert left(invoice("i-1", "100", SOLD, DUE), paid("100", None), as_of=SOLD) is None


def test_a_part_of_an_invoice_in_euro_is_worth_its_share_of_the_invoices_kroner() -> None:
    document = invoice("i-1", "300", SOLD, DUE, dkk="2237.01")
    whole, part = left(document), left(document, paid("100", PAID))
    assert whole is not None
    assert part is not None
    assert (whole.remaining, whole.remaining_dkk, whole.currency) == (300, Decimal("2237.01"), "EUR")
    assert (part.remaining, part.remaining_dkk) == (200, Decimal("1491.34"))


def test_kroner_paid_for_euro_count_at_their_rate_and_the_invoices() -> None:
    document = invoice("i-1", "300", SOLD, DUE, dkk="2238")
    kroner = Paid(Decimal(746), PAID, exchange_rate=Decimal(100))
    told = PaymentsOf(Decimal(200), Decimal(100), [kroner])
    assert left_of(document, told) == [("open", 1492, 0)]
    assert left_of(document, told, as_of=SOLD) == [("open", 2238, 0)]


@pytest.mark.parametrize("sent", ["80", "-80"])
def test_a_credit_note_counts_negative_whatever_its_sign(sent: str) -> None:
    document = credit_note("k-1", sent, SOLD)
    assert left_of(document, payments(document, paid(str(Decimal(sent) / 4), PAID))) == [("credit", -60, 0)]
    assert left_of(credit_note("k-1", sent, SOLD), payments(credit_note("k-1", "80", SOLD))) == [
        ("credit", -80, 0)
    ]


def test_what_was_paid_too_much_stands_apart() -> None:
    invoiced, credited = invoice("i-1", "100", SOLD, DUE), credit_note("k-1", "80", SOLD)
    assert left_of(invoiced, payments(invoiced, paid("130", PAID))) == [("overpaid", -30, 0)]
    assert left_of(credited, payments(credited, paid("90", PAID))) == [("overpaid", 10, 0)]


def test_reminder_fees_are_asked_for_but_not_on_the_control_account() -> None:
    document = invoice("i-1", "1000", SOLD, DUE)
    unpaid = PaymentsOf(Decimal(1100), Decimal(0), (), Decimal(1100))
    assert left_of(document, unpaid) == [("open", 1000, 100)]
    received = paid("1030", PAID)
    fee_left = PaymentsOf(Decimal(70), Decimal(1030), [received], Decimal(1100))
    assert left_of(document, fee_left) == [("open", 0, 70)]
    assert left_of(document, fee_left, as_of=DUE) == [("open", 1000, 100)]
    fees_not_counted = PaymentsOf(Decimal(1000), Decimal(0), (), Decimal(1100))
    assert left_of(document, fees_not_counted) == [("open", 1000, 0)]


def test_a_set_off_counts_from_the_later_document_on_both_sides() -> None:
    invoiced, credited = invoice("i-1", "100", SOLD, DUE), credit_note("k-1", "100", DUE)
    told = {
        "i-1": payments(invoiced, paid("100", TODAY, by="k-1")),
        "k-1": payments(credited, paid("100", TODAY, by="i-1")),
    }
    assert receivables([invoiced, credited], told, DUE) == ()
    assert receivables([invoiced, credited], {"i-1": told["i-1"]}, PAID) == ()
    [before] = receivables([invoiced, credited], told, date(2026, 3, 14))
    assert before.remaining_dkk == 100


def test_a_document_whose_payments_were_not_read_counts_as_settled() -> None:
    assert receivables([invoice("i-1", "100", SOLD, status="Paid")], {}, TODAY) == ()


DOCUMENTS = [
    invoice("i-draft", "100", SOLD, status="Draft"),
    invoice("i-late", "100", SOLD, status="Overdue"),
    invoice("i-over", "100", SOLD, status="OverPaid"),
    invoice("i-paid", "100", SOLD, status="Paid"),
    invoice("i-other", "100", SOLD, status="Paid", contact="c-2"),
    invoice("i-new", "100", TODAY, status="Booked"),
    credit_note("k-paid", "100", SOLD, status="Paid"),
]


def needed(as_of: date, *postings: Row) -> list[str]:
    return [document.guid for document in possibly_open(DOCUMENTS, as_of, postings)]


def test_today_payments_are_read_for_what_dinero_does_not_call_paid() -> None:
    receipt = posted(53000, "-100", PAID, None, "c-1")
    assert needed(TODAY, receipt) == ["i-late", "i-over", "i-new"]


@pytest.mark.parametrize(
    ("later", "also"),
    [
        ([posted(53000, "-100", PAID, None, "c-1")], ["i-paid"]),
        ([posted(53000, "-1", PAID, None, "c-2")], ["i-other"]),
        ([posted(53000, "-1", PAID, None, None)], ["i-paid", "i-other"]),
        ([posted(53000, "100", PAID, None, "c-1")], ["k-paid"]),
        ([posted(53000, "-100", DUE, None, "c-1")], []),
        (opening(date(2027, 1, 1), {53000: "-100"}), []),
    ],
    ids=["same contact", "another contact", "no contact", "paid back", "on the day", "carried forward"],
)
def test_on_a_past_day_also_for_those_that_a_later_posting_may_have_paid(
    later: list[Row], also: list[str]
) -> None:
    assert needed(DUE, *later) == ["i-late", "i-over", *also]


@pytest.mark.parametrize(
    ("later", "also"),
    [
        ([posted(53000, "-100", PAID, None, "c-1")], ["i-1", "i-2"]),
        ([posted(53000, "-100", PAID, None, None)], ["i-1", "i-2"]),
        ([posted(53000, "-50", PAID, None, "c-1")], ["i-1", "i-2", "i-3"]),
        ([posted(53000, "-50", PAID, None, None)], []),
        ([posted(53000, "-100", PAID, None, "c-2")], []),
        ([posted(53000, "-900", PAID, None, "c-1")], []),
    ],
    ids=["its amount", "of no contact", "a part", "a part of no contact", "another's", "a newer one's"],
)
def test_on_a_past_day_what_a_later_posting_fits_is_read_first(later: list[Row], also: list[str]) -> None:
    documents = [
        invoice("i-1", "100", SOLD, status="Paid"),
        invoice("i-2", "100", SOLD, status="Paid"),
        invoice("i-3", "700", SOLD, status="Paid"),
        invoice("i-4", "900", TODAY, status="Paid"),
        invoice("i-5", "60", SOLD),
    ]
    assert [each.guid for each in likely_open(documents, DUE, later)] == [*also, "i-5"]


def test_documents_come_the_longest_due_first() -> None:
    first, second = invoice("i-1", "1", SOLD, TODAY), invoice("i-2", "1", TODAY, DUE)
    third = replace(first, guid="i-3", payment_date=None)
    found = receivables([third, first, second], {d.guid: payments(d) for d in (first, second, third)}, TODAY)
    assert [item.voucher_guid for item in found] == ["i-2", "i-1", "i-3"]
