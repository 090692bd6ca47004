from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.candidates import candidates
from dinero_mcp.accounting.control_account import VoucherKey
from dinero_mcp.accounting.control_tie import Tie, tie, unallocated_items
from dinero_mcp.accounting.open_items import Ageing, OpenItem, ageing
from dinero_mcp.accounting.receivables import document_keys, receivables
from tests.accounting.owed import Document, Paid, PaymentsOf, credit_note, invoice, item, payments, posted
from tests.accounting.rows import Row, opening

DAY = date(2026, 3, 1)


def on_debtors(
    amount: str, guid: str | None, contact: str | None = "c-1", day: date = DAY, number: int = 9
) -> Row:
    return posted(53000, amount, day, guid, contact, number)


KEYS: dict[VoucherKey, str] = {"v-1": "v-1", "v-2": "v-2"}


def unallocated(rows: Sequence[Row], remaining: str = "100") -> tuple[list[str], Decimal]:
    """What is found beside an open v-1 of c-1 and a settled v-2, and what stays unexplained."""
    found = tie("receivable", [item(remaining)], rows, KEYS)
    return [str(row.amount) for row in found.unallocated], found.unexplained


SETTLED = [on_debtors("100", "v-1"), on_debtors("70", "v-2"), on_debtors("-70", "p-2")]


def test_open_items_that_are_the_balance_need_no_explanation() -> None:
    found = tie("receivable", [item("100")], SETTLED, KEYS)
    assert (found.control_balance, found.open_items, found.difference) == (100, 100, 0)
    assert (found.unallocated, found.unexplained) == ((), 0)


def test_bills_tie_to_an_account_in_credit() -> None:
    found = tie("payable", [item("100")], [posted(63000, "-100", DAY, "v-1", "s-1")], KEYS)
    assert (found.control_balance, found.difference) == (100, 0)


@pytest.mark.parametrize(
    ("strays", "amounts"),
    [
        ([on_debtors("-33", "m-1", None)], ["-33"]),
        ([on_debtors("-33", "m-1")], ["-33"]),
        ([on_debtors("-33", "m-1", "c-2"), on_debtors("5", "m-2", None)], ["-33", "5"]),
        ([on_debtors("-33", None, None, number=3), *opening(DAY, {53000: "20"})], ["20", "-33"]),
        ([on_debtors("-8", "m-1"), on_debtors("8", "m-1"), on_debtors("-5", "m-2")], ["-5"]),
        ([on_debtors("-8", "m-1", number=1), on_debtors("-8", "m-2", number=2)], ["-8", "-8"]),
    ],
    ids=["no contact", "one of its own", "several", "opening row", "beside a reversal", "two alike"],
)
def test_a_difference_is_explained_by_postings_that_settle_nothing(
    strays: list[Row], amounts: list[str]
) -> None:
    assert unallocated([*SETTLED, *strays]) == (amounts, 0)
    assert unallocated([*strays, *reversed(SETTLED)]) == (amounts, 0)


def test_a_payment_in_halves_does_not_hide_the_one_that_is_unallocated() -> None:
    halves = [on_debtors("70", "v-2"), on_debtors("-35", "p-1"), on_debtors("-35", "p-2")]
    assert unallocated([on_debtors("100", "v-1"), *halves, on_debtors("-12", "m-1")]) == (["-12"], 0)


def test_payments_without_a_contact_are_known_by_their_amount() -> None:
    rows = [on_debtors("100", "v-1"), on_debtors("70", "v-2"), on_debtors("-70", "p-2", None)]
    assert unallocated([*rows, on_debtors("-12", "m-1", None)]) == (["-12"], 0)


def test_two_strays_of_one_contact_are_found_beside_payments_in_parts() -> None:
    parts = [on_debtors("70", "v-2"), on_debtors("-30", "p-1"), on_debtors("-40", "p-2")]
    strays = [on_debtors("-12", "m-1"), on_debtors("-7.50", "m-2", day=date(2026, 4, 1))]
    assert unallocated([on_debtors("100", "v-1"), *parts, *strays]) == (["-12", "-7.50"], 0)


def test_many_strays_are_all_of_them_when_no_payment_was_in_parts() -> None:
    many = [on_debtors(str(amount), f"m-{amount}") for amount in (-1, -2, -4, -8, -16)]
    assert unallocated([*SETTLED, *many])[1] == 0
    assert len(unallocated([*SETTLED, *many])[0]) == 5


def test_one_payment_without_a_contact_is_not_blamed_for_anothers_stray() -> None:
    rows = [on_debtors("100", "v-1"), on_debtors("70", "v-2", "c-2"), on_debtors("-70", "p-2", None)]
    assert unallocated([*rows, on_debtors("-33", "m-1", "c-3")]) == (["-33"], 0)


def test_an_opening_balance_and_what_was_paid_of_it_are_no_strays_beside_another() -> None:
    brought = opening(DAY, {53000: "20"})
    old = [*brought, on_debtors("-20", "p-0", "c-9"), on_debtors("-5", "m-1", "c-3")]
    assert unallocated([*SETTLED, *old]) == (["-5"], 0)
    assert unallocated([*SETTLED, on_debtors("-5", "m-1", "c-2"), on_debtors("5", "m-2", "c-3"),
                        on_debtors("1", "m-3", None)]) == (["-5", "5", "1"], 0)  # fmt: skip


def test_a_sales_posting_under_a_guid_of_its_own_is_known_by_number_and_day() -> None:
    """Dinero's voucher GUIDs are documented for purchases and journal vouchers only."""
    sale = replace(on_debtors("125", "voucher-4", number=4), voucher_type="Sales")
    paid = on_debtors("-125", "p-4")
    keys = document_keys([invoice("i-4", "125", DAY, number=4)])
    found = tie("receivable", [], [sale, paid, on_debtors("3", "m-1")], keys)
    assert ([row.amount for row in found.unallocated], found.unexplained) == ([3], 0)


def test_unallocated_postings_are_items_of_their_contact_that_do_not_age() -> None:
    found = tie("receivable", [item("100")], [*SETTLED, on_debtors("-33", "m-1", "c-2")], KEYS)
    [stray] = unallocated_items(found, "receivable", {"c-2": "Kafé"})
    assert (stray.kind, stray.bucket, stray.remaining_dkk) == ("unallocated", None, -33)
    assert (stray.contact_guid, stray.contact_name, stray.number) == ("c-2", "Kafé", "9")
    assert ageing([item("100"), stray]).total == found.control_balance


def test_a_payment_that_is_an_ore_off_is_no_stray() -> None:
    rows = [on_debtors("100", "v-1"), on_debtors("70", "v-2"), on_debtors("-70.01", "p-2")]
    assert unallocated(rows) == ([], Decimal("-0.01"))
    assert unallocated([*rows, on_debtors("-33", "m-1", "c-2")]) == (["-33"], Decimal("-0.01"))


def test_two_items_of_one_voucher_both_count() -> None:
    rows = [posted(63000, "-60", DAY, "v-1", "s-1"), posted(63000, "-40", DAY, "v-1", "s-2")]
    items = [item("60", contact="s-1"), item("40", contact="s-2")]
    assert tie("payable", items, rows, KEYS).difference == 0


def test_a_document_that_was_never_posted_stays_unexplained() -> None:
    assert unallocated(SETTLED[1:]) == ([], -100)


def test_documents_from_before_guids_are_known_by_type_number_and_day() -> None:
    old = replace(on_debtors("125", None, number=4), voucher_type="Sales")
    keys = document_keys([invoice("i-4", "125", DAY, number=4), invoice("i-5", "1", DAY, status="Draft")])
    assert keys == {"i-4": "i-4", ("sales", 4, DAY): "i-4"}
    found = tie("receivable", [], [old, on_debtors("-125", None), on_debtors("3", None)], keys)
    assert [row.amount for row in found.unallocated] == [3]


@dataclass(frozen=True, slots=True)
class SalesBooks:
    """Documents, what Dinero tells of their payments, the postings, and the journal lines among them."""

    documents: list[Document]
    payments: dict[str, PaymentsOf]
    postings: list[Row]
    as_of: date

    def items(self) -> tuple[OpenItem, ...]:
        needed = candidates(self.documents, self.as_of, self.postings).all
        told = {document.guid: self.payments[document.guid] for document in needed}
        return receivables(self.documents, told, self.as_of)

    def tie(self) -> Tie[Row]:
        items = self.items()
        rows = [row for row in self.postings if row.date <= self.as_of]
        found = tie("receivable", items, rows, document_keys(self.documents))
        assert ageing(items).total == found.open_items
        return found


_days = st.integers(0, 300).map(lambda days: DAY + timedelta(days))
_amounts = st.integers(1, 10_000).map(lambda quarters: Decimal(4 * quarters) / 100)
_contacts = st.sampled_from(["c-1", "c-2", "c-3"])


@st.composite
def sales_books(draw: st.DrawFn) -> SalesBooks:
    """Invoices and credit notes paid in full, in parts, too much or not at all; journal lines in between."""
    documents: list[Document] = []
    told: dict[str, PaymentsOf] = {}
    postings: list[Row] = []
    for number in range(draw(st.integers(0, 8))):
        amount, day, contact = draw(_amounts), draw(_days), draw(_contacts)
        is_invoice, guid = draw(st.booleans()), f"d-{number}"
        write = invoice if is_invoice else credit_note
        sign = 1 if is_invoice else -1
        parts = draw(st.sampled_from([[], [amount], [amount / 2, amount / 2], [amount + 1], [amount / 4]]))
        received = [Paid(part, day + timedelta(draw(st.integers(0, 90)))) for part in parts]
        status = "Paid" if sum(parts, Decimal(0)) == amount else "Booked"
        document = write(guid, str(amount), day, contact=contact, status=status)
        documents.append(document)
        told[guid] = payments(document, *received)
        postings.append(on_debtors(str(sign * amount), guid, contact, day))
        postings += [
            on_debtors(str(-sign * each.amount), f"p-{number}-{place}", contact, each.payment_date or day)
            for place, each in enumerate(received)
        ]
    lines = st.lists(st.tuples(_amounts, _days, st.one_of(st.none(), _contacts)), max_size=3)
    for place, (amount, day, contact) in enumerate(draw(lines)):
        postings.append(on_debtors(str(amount), f"m-{place}", contact, day))
    return SalesBooks(documents, told, postings, draw(_days))


def parts_of(found: Ageing) -> Decimal:
    return sum(found.buckets.values()) + found.credits + found.overpaid + found.unallocated


@given(sales_books())
def test_items_unallocated_postings_and_what_is_unexplained_are_the_control_account(
    books: SalesBooks,
) -> None:
    found = books.tie()
    apart = sum((row.amount for row in found.unallocated), Decimal(0)) + found.unexplained
    assert found.open_items + apart == found.control_balance
    whole = [*books.items(), *unallocated_items(found, "receivable", {})]
    assert parts_of(ageing(whole)) == found.control_balance - found.unexplained
    lines = [
        row.amount
        for row in books.postings
        if (row.voucher_guid or "").startswith("m-") and row.date <= books.as_of
    ]
    assert found.difference == sum(lines)


@given(sales_books(), st.randoms(use_true_random=False))
def test_the_order_of_documents_and_postings_does_not_matter(books: SalesBooks, chance: Random) -> None:
    first = books.tie()
    chance.shuffle(books.documents)
    chance.shuffle(books.postings)
    assert books.tie() == first
