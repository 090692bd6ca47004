"""Bills booked twice, and those that only look like it."""

from datetime import date, timedelta

from dinero_mcp.accounting.checks.duplicates import suspected_duplicate
from tests.accounting.checks.books_checked import OTHER, SUPPLIER, bill, found, material, posted, summary
from tests.accounting.vat_books import VatRow


def weekly(count: int, days: int = 7, until: str = "2026-09-30") -> list[list[VatRow]]:
    """Deliveries of a fixed price, the last on a day."""
    last = date.fromisoformat(until)
    dates = [last - timedelta(days=days * place) for place in reversed(range(count))]
    return [bill(str(day), "400", number=place) for place, day in enumerate(dates, 10)]


def test_the_same_supplier_and_amount_within_ten_days_is_found_once():
    twice = [bill("2026-09-03", "400", number=7), bill("2026-09-13", "400", number=9)]
    (finding,) = found(suspected_duplicate, material(*twice))
    assert summary([finding]) == [("warning", "500.00", 9)]
    assert finding.what == "The same supplier, amount and text as voucher 7 of 2026-09-03."
    assert finding.see == (
        f"list-entries-tool from_date=2026-09-03 to_date=2026-09-13 contact_guid={SUPPLIER}"
    )


def test_another_supplier_another_amount_or_eleven_days_are_no_duplicate():
    rows = [
        bill("2026-09-03", "400", number=1),
        bill("2026-09-04", "400", number=2, contact=OTHER),
        bill("2026-09-05", "404", number=3),
        bill("2026-09-14", "400", number=4),
    ]
    assert not found(suspected_duplicate, material(*rows))


def test_the_later_of_two_belongs_to_its_month():
    rows = [bill("2026-08-28", "400", number=1), bill("2026-09-02", "400", number=2)]
    assert summary(found(suspected_duplicate, material(*rows))) == [("warning", "500.00", 2)]
    october = [bill("2026-09-28", "400", number=1), bill("2026-10-02", "400", number=2)]
    assert not found(suspected_duplicate, material(*october))


def test_the_same_document_on_two_vouchers_is_found_however_far_apart():
    rows = [
        bill("2026-06-03", "400", number=1, file="scan-1"),
        bill("2026-09-03", "400", number=2, file="scan-1", contact=OTHER),
        bill("2026-09-04", "90", number=3, file="scan-2"),
        bill("2026-09-05", "70", number=4, file="scan-2"),
    ]
    assert summary(found(suspected_duplicate, material(*rows))) == [
        ("error", "500.00", 2),
        ("notice", "87.50", 4),
    ]


def test_a_bill_and_its_payment_are_no_duplicate():
    credit = posted(
        "2026-09-03", (7320, "400", "I25"), (64060, "100"), (63000, "-500"), contact=SUPPLIER, text="Køb"
    )
    payment = posted("2026-09-08", (63000, "500"), (55000, "-500"), kind="manuel", contact=SUPPLIER)
    loss = posted(
        "2026-09-09", (63000, "500"), (2000, "3"), (55000, "-503"), kind="manuel", contact=SUPPLIER, number=2
    )
    assert not found(suspected_duplicate, material(credit, payment, loss))


def test_a_duplicate_that_was_reversed_or_credited_is_clean():
    once, again = bill("2026-09-03", "400", number=7), bill("2026-09-04", "400", number=8)
    reversed_same_day = bill("2026-09-04", "-400", number=8, text="Modpostering af: Software")
    reversed_later = bill("2026-09-08", "-400", number=8, text="Modpostering af: Software")
    credited = bill("2026-09-20", "-400", number=12, text="Kreditnota")
    assert found(suspected_duplicate, material(once, again))
    for undone in (reversed_same_day, reversed_later, credited):
        assert not found(suspected_duplicate, material(once, again, undone))


def test_deliveries_of_a_fixed_price_every_week_or_day_are_clean():
    assert not found(suspected_duplicate, material(*weekly(6)))
    assert not found(suspected_duplicate, material(*weekly(20, days=1)))
    assert not found(suspected_duplicate, material(*weekly(6, days=31)))


def test_one_delivery_booked_twice_among_weekly_ones_is_found():
    again = bill("2026-09-23", "400", number=40)
    assert summary(found(suspected_duplicate, material(*weekly(8), again))) == [("warning", "500.00", 40)]


def test_without_a_supplier_the_same_text_is_a_notice():
    rows = [bill(f"2026-09-0{day}", "400", number=day, contact=None, text="Printer") for day in (3, 4)]
    assert summary(found(suspected_duplicate, material(*rows))) == [("notice", "500.00", 4)]
    others = [bill("2026-09-05", "400", number=5, contact=None, text="Toner")]
    assert not found(suspected_duplicate, material(rows[0], *others))
