from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.open_items import Bucket, Kind, OpenItem, ageing, by_contact, kind_of
from tests.accounting.owed import item

_kinds = st.sampled_from(["open", "credit", "overpaid", "unallocated"])
_amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(str)


@st.composite
def items(draw: st.DrawFn) -> list[OpenItem]:
    one = st.builds(
        item,
        _amounts,
        st.integers(0, 400),
        kind=_kinds,
        contact=st.sampled_from(["c-1", "c-2"]),
    )
    return draw(st.lists(one, max_size=20))


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, "not_due"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "over_90"),
        (1000, "over_90"),
    ],
)
def test_a_bucket_includes_both_of_its_days(days: int, bucket: str) -> None:
    assert item("1", days).bucket == bucket


@pytest.mark.parametrize(
    ("remaining", "total", "kind"),
    [
        ("40", "100", "open"),
        ("-40", "-100", "credit"),
        ("-40", "100", "overpaid"),
        ("40", "-100", "overpaid"),
        ("-40", "0", "overpaid"),
        ("0", "100", "open"),
    ],
)
def test_what_is_left_of_a_document_is_part_of_it_or_beyond_it(
    remaining: str, total: str, kind: Kind
) -> None:
    assert kind_of(Decimal(remaining), Decimal(total)) == kind


def test_only_open_items_age() -> None:
    found = ageing(
        [
            item("100.10", 5),
            item("50", 95),
            item("-20", 95, kind="credit"),
            item("-7.05", 95, kind="overpaid"),
            item("-3", kind="unallocated"),
        ]
    )
    assert {bucket: str(amount) for bucket, amount in found.buckets.items()} == {
        Bucket.NOT_DUE: "0.00",
        Bucket.TO_30: "100.10",
        Bucket.TO_60: "0.00",
        Bucket.TO_90: "0.00",
        Bucket.OVER_90: "50.00",
    }
    assert (found.credits, found.overpaid, found.unallocated) == (-20, Decimal("-7.05"), -3)
    assert found.total == Decimal("120.05")


def test_the_contact_that_owes_most_comes_first() -> None:
    contacts = by_contact(
        [item("10", contact="c-1"), item("30", contact="c-2"), item("15", contact="c-1", guid="v-0")]
    )
    assert [(each.contact_guid, each.ageing.total) for each in contacts] == [("c-2", 30), ("c-1", 25)]
    assert [each.voucher_guid for each in contacts[1].items] == ["v-0", "v-1"]


def test_contacts_without_a_guid_are_told_apart_by_their_names() -> None:
    one, other, again = (
        replace(item(amount), contact_guid=None, contact_name=name)
        for amount, name in (("10", "Hans"), ("30", "Grete"), ("5", "Hans"))
    )
    contacts = by_contact([one, other, again])
    assert [(each.contact_name, each.ageing.total) for each in contacts] == [("Grete", 30), ("Hans", 15)]


def test_a_contact_is_called_what_its_newest_item_says() -> None:
    old = replace(item("10"), contact_name="Havblik I/S", date=date(2025, 1, 1), due_date=date(2025, 1, 8))
    new = replace(item("10"), contact_name="Havblik ApS", date=date(2026, 1, 1), due_date=date(2026, 1, 8))
    later = replace(item("10"), contact_name=None, date=date(2026, 2, 1))
    assert [each.contact_name for each in by_contact([old, later, new])] == ["Havblik ApS"]


@given(items())
def test_the_parts_of_an_ageing_are_the_whole_of_it(found: list[OpenItem]) -> None:
    whole = ageing(found)
    parts = sum(whole.buckets.values()) + whole.credits + whole.overpaid + whole.unallocated
    assert parts == whole.total == sum(each.remaining_dkk for each in found)
    assert whole.total == sum(contact.ageing.total for contact in by_contact(found))
