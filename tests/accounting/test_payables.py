from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from dinero_mcp.accounting.control_tie import tie
from dinero_mcp.accounting.payables import Payables, Sign, payables, sign_that_ties
from tests.accounting.owed import Entry, Statement, posted
from tests.accounting.rows import Row

BOUGHT, DUE, PAID, TODAY = date(2026, 3, 1), date(2026, 3, 15), date(2026, 4, 20), date(2026, 5, 1)
NO_GUID = "00000000-0000-0000-0000-000000000000"
Booking = tuple[str, date, str]
"""A voucher's GUID, its day, and what it adds to what is owed."""


def entry(guid: str, day: date, amount: str, **more: str) -> Entry:
    """A line of a statement that is positive for what we owe; documents are due a fortnight on."""
    due = date(day.year, day.month, day.day + 14) if day.day < 15 else day
    return Entry(guid, day, Decimal(amount), decay_date=due, **more)


def rows(*bookings: Booking, contact: str | None = "s-1") -> list[Row]:
    """The postings on 63000, credit negative."""
    return [posted(63000, -Decimal(amount), day, guid, contact) for guid, day, amount in bookings]


def owed_on(as_of: date, entries: list[Entry], *bookings: Booking) -> list[tuple[str, str, Decimal]]:
    """Kind, voucher and remaining amount of one supplier's items."""
    found = payables([Statement("s-1", entries)], rows(*bookings), as_of)
    return [(item.kind, item.voucher_guid, item.remaining_dkk) for item in found.items]


def of_one_bill(*, debit_positive: bool) -> Payables:
    sign = -1 if debit_positive else 1
    bill = Entry("b-1", BOUGHT, Decimal(500) * sign, related_voucher_number="7", decay_date=DUE)
    part = Entry("b-1", PAID, Decimal(-200) * sign, decay_date=PAID)
    return payables(
        [Statement("s-1", [part, bill])], rows(("b-1", BOUGHT, "500"), ("p-1", PAID, "-200")), TODAY
    )


@pytest.mark.parametrize("debit_positive", [False, True])
def test_a_bill_is_owed_whichever_sign_statements_have(debit_positive: bool) -> None:
    found = of_one_bill(debit_positive=debit_positive)
    assert found.sign == (-1 if debit_positive else 1, True)
    [item] = found.items
    assert (item.kind, item.number, item.total_dkk, item.remaining_dkk) == ("open", "7", 500, 300)
    assert (item.date, item.due_date, item.days_overdue, item.bucket) == (BOUGHT, DUE, 47, "31-60")
    assert (item.currency, item.remaining) == ("DKK", 300)


def test_a_bill_in_euro_is_known_in_kroner_only() -> None:
    found = payables([Statement("s-1", [entry("b-1", BOUGHT, "746", currency="EUR")])], [], TODAY)
    [item] = found.items
    assert (item.currency, item.remaining, item.remaining_dkk) == ("EUR", None, 746)


def test_a_payment_may_stand_under_its_own_voucher() -> None:
    bill = entry("b-1", BOUGHT, "500", status="closed")
    payment = entry("p-1", PAID, "-500", status="closed", related_voucher_category="manual")
    bookings = [("b-1", BOUGHT, "500"), ("p-1", PAID, "-500")]
    assert owed_on(TODAY, [bill, payment], *bookings) == []
    assert owed_on(DUE, [bill, payment], *bookings) == [("open", "b-1", 500)]


def test_closed_vouchers_that_do_not_cancel_on_a_past_day_settle_their_like() -> None:
    entries = [
        entry("b-1", BOUGHT, "500", status="closed"),
        entry("p-1", DUE, "-500", status="closed", related_voucher_category="manual"),
        entry("b-2", BOUGHT, "800", status="closed"),
        entry("p-2", PAID, "-800", status="closed", related_voucher_category="manual"),
    ]
    bookings = [("b-1", BOUGHT, "500"), ("p-1", DUE, "-500"), ("b-2", BOUGHT, "800"), ("p-2", PAID, "-800")]
    assert owed_on(DUE, entries, *bookings) == [("open", "b-2", 800)]


def test_credits_overpaid_bills_and_unallocated_payments_stand_apart() -> None:
    entries = [
        entry("b-1", BOUGHT, "500"),
        entry("k-1", BOUGHT, "-80", related_voucher_class="creditnote"),
        entry("b-2", BOUGHT, "100"),
        entry("b-2", PAID, "-130"),
        entry("m-1", PAID, "-60", related_voucher_category="manual", related_voucher_class="voucher"),
    ]
    bookings = [(each.related_voucher_guid, each.date, str(each.amount)) for each in entries]
    assert sorted(owed_on(TODAY, entries, *bookings)) == [
        ("credit", "k-1", -80),
        ("open", "b-1", 500),
        ("overpaid", "b-2", -30),
        ("unallocated", "m-1", -60),
    ]


def test_what_a_supplier_buys_from_us_or_is_paid_in_cash_is_not_owed() -> None:
    entries = [
        entry("b-1", BOUGHT, "500"),
        entry("c-1", BOUGHT, "90", related_voucher_class="cash"),
        entry("i-1", BOUGHT, "-700", related_voucher_category="sales"),
        entry("r-1", PAID, "700", related_voucher_category="manual"),
    ]
    assert owed_on(TODAY, entries, ("b-1", BOUGHT, "500")) == [("open", "b-1", 500)]


def test_a_journal_line_from_the_time_before_guids_is_known_by_number_and_day() -> None:
    line = entry("m-1", PAID, "-60", related_voucher_category="manual", related_voucher_number="4")
    old = posted(63000, "60", PAID, None, "s-1", number=4)
    found = payables([Statement("s-1", [line])], [old], TODAY)
    assert [item.voucher_guid for item in found.items] == ["m-1"]
    assert found.keys["manuel", 4, PAID] == found.keys["m-1"] == "m-1"


@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_set_off_against_the_suppliers_own_purchases_counts_on_our_side_only(sign: int) -> None:
    """One journal voucher takes 300 off what we owe and off what the contact owes us."""
    off = {"related_voucher_category": "manual", "related_voucher_class": "voucher"}
    entries = [
        entry("b-1", BOUGHT, str(500 * sign)),
        entry("i-1", BOUGHT, str(-700 * sign), related_voucher_category="sales"),
        entry("m-1", PAID, str(-300 * sign), **off),
        entry("m-1", PAID, str(300 * sign), **off),
    ]
    found = payables([Statement("s-1", entries)], rows(("b-1", BOUGHT, "500"), ("m-1", PAID, "-300")), TODAY)
    assert found.sign == (sign, True)
    assert [(each.kind, each.voucher_guid, each.remaining_dkk) for each in found.items] == [
        ("open", "b-1", 500),
        ("unallocated", "m-1", -300),
    ]


def test_journal_lines_of_vouchers_without_a_guid_stay_apart() -> None:
    lines = [
        entry(NO_GUID, day, amount, related_voucher_category="manual", related_voucher_number=number)
        for day, amount, number in ((BOUGHT, "-60", "4"), (PAID, "-40", "9"))
    ]
    old = [posted(63000, "60", BOUGHT, None, "s-1", 4), posted(63000, "40", PAID, None, "s-1", 9)]
    found = payables([Statement("s-1", lines)], old, TODAY)
    assert sorted(item.remaining_dkk for item in found.items) == [-60, -40]
    assert tie("payable", found.items, old, found.keys).difference == 0


def test_a_supplier_without_entries_is_owed_nothing() -> None:
    assert payables([Statement("s-1", None)], [], TODAY).items == ()


def test_the_order_of_a_statement_does_not_matter() -> None:
    entries = [
        entry(f"b-{n % 7}", BOUGHT, str(100 * n - 900), status="closed" if n % 7 < 5 else "open")
        for n in range(20)
    ]
    first = payables([Statement("s-1", entries)], [], TODAY).items
    Random(1).shuffle(entries)
    assert payables([Statement("s-1", entries)], [], TODAY).items == first


STATED = {"s-1": Decimal(500), "s-2": Decimal(-120)}


def both_ways(stated: Mapping[str, Decimal]) -> dict[Sign, Mapping[str, Decimal]]:
    return {1: stated, -1: {contact: -amount for contact, amount in stated.items()}}


@pytest.mark.parametrize(
    ("booked", "sign", "ties"),
    [
        ({"s-1": "500", "s-2": "-120"}, 1, True),
        ({"s-1": "-500", "s-2": "120"}, -1, True),
        ({None: "-380"}, -1, True),
        ({"s-1": "-500", "s-2": "120", None: "33"}, -1, True),
        ({"s-1": "-500", "s-2": "90"}, -1, False),
    ],
    ids=["as stated", "the other way", "all together", "apart from postings of no contact", "not quite"],
)
def test_the_sign_is_the_one_that_ties(booked: dict[str | None, str], sign: int, ties: bool) -> None:
    amounts = {contact: Decimal(amount) for contact, amount in booked.items()}
    assert sign_that_ties(both_ways(STATED), amounts) == (sign, ties)


def test_contacts_that_cancel_tie_by_each_of_them() -> None:
    stated = {"s-1": Decimal(500), "s-2": Decimal(-500)}
    booked: dict[str | None, Decimal] = {contact: -amount for contact, amount in stated.items()}
    assert sign_that_ties(both_ways(stated), booked) == (-1, True)
