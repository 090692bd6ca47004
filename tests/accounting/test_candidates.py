from datetime import date

import pytest

from dinero_mcp.accounting.candidates import candidates
from tests.accounting.owed import credit_note, invoice, posted
from tests.accounting.rows import Row, opening

SOLD, DUE, PAID, TODAY = date(2026, 3, 1), date(2026, 3, 15), date(2026, 4, 20), date(2026, 5, 1)

DOCUMENTS = [
    invoice("i-draft", "100", SOLD, status="Draft"),
    invoice("i-late", "100", SOLD, status="Overdue"),
    invoice("i-over", "100", SOLD, status="OverPaid"),
    invoice("i-paid", "100", SOLD, status="Paid"),
    invoice("i-other", "100", SOLD, status="Paid", contact="c-2"),
    invoice("i-new", "100", TODAY, status="Booked"),
    credit_note("k-paid", "100", SOLD, status="Paid"),
]


def needed(as_of: date, *postings: Row) -> set[str]:
    return {document.guid for document in candidates(DOCUMENTS, as_of, postings).all}


def test_today_payments_are_read_for_what_dinero_does_not_call_paid() -> None:
    receipt = posted(53000, "-100", PAID, None, "c-1")
    assert needed(TODAY, receipt) == {"i-late", "i-over", "i-new"}


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
    assert needed(DUE, *later) == {"i-late", "i-over", *also}


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
    found = candidates(documents, DUE, later)
    assert {each.guid for each in found.likely} == set(also)
    assert [each.guid for each in found.unsettled] == ["i-5"]


def test_a_draft_of_the_amount_does_not_keep_a_posting_from_being_a_part() -> None:
    documents = [invoice("i-1", "700", SOLD, status="Paid"), invoice("d-1", "50", SOLD, status="Draft")]
    found = candidates(documents, DUE, [posted(53000, "-50", PAID, None, "c-1")])
    assert [each.guid for each in found.likely] == ["i-1"]


def test_the_newest_are_read_first_and_the_unsettled_before_all() -> None:
    documents = [
        invoice("i-1", "100", date(2026, 1, 5), status="Paid"),
        invoice("i-2", "100", date(2026, 2, 5), status="Paid"),
        invoice("i-3", "900", date(2026, 3, 5), status="Paid"),
        invoice("i-4", "60", date(2025, 3, 1)),
    ]
    found = candidates(documents, DUE, [posted(53000, "-100", PAID, None, "c-1")])
    assert [each.guid for each in found.all] == ["i-4", "i-2", "i-1", "i-3"]
