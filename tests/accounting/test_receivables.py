from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.accounting.open_items import OpenItem
from dinero_mcp.accounting.receivables import receivables
from dinero_mcp.errors import UnexpectedAnswerError
from tests.accounting.owed import Document, Paid, PaymentsOf, credit_note, invoice, paid, payments

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


def test_payments_in_other_currencies_together_are_what_dinero_says_was_paid() -> None:
    document = invoice("i-1", "100", SOLD, DUE, dkk="746")
    thirds = [Paid(Decimal(amount), PAID, exchange_rate=Decimal(100)) for amount in ("249", "249", "248.01")]
    told = PaymentsOf(Decimal(0), Decimal(100), thirds)
    assert left_of(document, told) == []
    assert left_of(document, told, as_of=SOLD) == [("open", 746, 0)]


def test_each_part_payment_takes_its_kroner_at_the_invoices_rate_to_the_ore() -> None:
    """1.26 EUR at 745.80 is 9.397 kr., and 67 such payments are 629.80 kr., not 629.61."""
    document = invoice("i-1", "1000", SOLD, DUE, dkk="7458")
    item = left(document, *[paid("1.26", PAID) for _ in range(67)])
    assert item is not None
    assert (item.remaining, item.remaining_dkk) == (Decimal("915.58"), Decimal("7458") - 67 * Decimal("9.40"))


def test_the_rate_is_the_one_that_was_quoted_although_the_kroner_are_rounded() -> None:
    """16.99 of 19.99 EUR are posted at 745.80 as 126.71 kr.; in proportion to 149.09 they were 126.72."""
    item = left(invoice("i-1", "19.99", SOLD, DUE, dkk="149.09"), paid("16.99", PAID))
    assert item is not None
    assert item.remaining_dkk == Decimal("149.09") - Decimal("126.71")


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


def test_a_payment_that_names_its_own_invoice_counts_on_its_day() -> None:
    assert left(invoice("i-1", "100", SOLD, DUE), paid("100", PAID, by="i-1"), as_of=DUE) is not None


def test_a_document_of_unknown_type_has_no_sign() -> None:
    order = invoice("o-1", "100", SOLD, type="Order")
    with pytest.raises(UnexpectedAnswerError, match="neither an invoice nor a credit note"):
        receivables([order], {"o-1": payments(order)}, TODAY)


def test_a_document_whose_payments_were_not_read_counts_as_settled() -> None:
    assert receivables([invoice("i-1", "100", SOLD, status="Paid")], {}, TODAY) == ()


def test_documents_come_the_longest_due_first() -> None:
    first, second = invoice("i-1", "1", SOLD, TODAY), invoice("i-2", "1", TODAY, DUE)
    third = replace(first, guid="i-3", payment_date=None)
    found = receivables([third, first, second], {d.guid: payments(d) for d in (first, second, third)}, TODAY)
    assert [item.voucher_guid for item in found] == ["i-2", "i-1", "i-3"]
