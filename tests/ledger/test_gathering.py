"""A year's rows made small while they arrive, without losing anything of them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec import UNSET

from dinero_mcp.dinero.models import AccountingYear, Entry, SentEntry
from dinero_mcp.errors import IncompleteError
from dinero_mcp.ledger.gathering import YearGathering, keys_of
from dinero_mcp.ledger.kept import NO_KEY, KeptYear

FIRST = date(2026, 1, 1)
YEAR = AccountingYear(name="2026", from_date=FIRST, to_date=date(2026, 12, 31))
GUID = "0f0f0f0f-aaaa-4bbb-8ccc-0123456789ab"


def sent(amount: str, guid: str | None, **changes: Any) -> SentEntry:  # Any: field values
    fields: dict[str, Any] = {"date": FIRST, "type": "Normal", "entry_guid": guid}
    return SentEntry(account_number=1000, amount=Decimal(amount), **fields | changes)


def gathered(*parts: tuple[SentEntry, ...]) -> KeptYear:
    kept: list[KeptYear] = []
    gathering = YearGathering(YEAR, datetime(2026, 5, 1, tzinfo=UTC), kept.append)
    for part in parts:
        gathering.add(part)
    assert gathering.whole() is kept[0]
    return kept[0]


def test_nothing_but_the_guid_is_lost() -> None:
    full = SentEntry(
        account_number=7320,
        amount=Decimal("10.50"),
        account_name="Internet",
        date=FIRST,
        voucher_number=7,
        voucher_guid="v-7",
        file_guid="f-7",
        voucher_type="Purchases",
        description="Webhotel",
        vat_code="I25",
        contact_guid="c-7",
        type="Normal",
        entry_guid=GUID,
    )
    [row] = gathered((full,)).postings.movements
    assert {name: getattr(row, name) for name in Entry.__struct_fields__} == {
        name: getattr(full, name) for name in Entry.__struct_fields__
    }


@pytest.mark.parametrize("file_guid", [UNSET, None, "", "web0crmck5v0"])
def test_what_is_known_of_a_document_stays_known(file_guid: object) -> None:
    [row] = gathered((sent("1", GUID, file_guid=file_guid),)).postings.movements
    assert row.file_guid is file_guid


def test_equal_texts_and_dates_are_held_once() -> None:
    texts = ["".join(["Kaffe", "bønner"]) for _ in range(2)]
    days = [date(2026, 5, day + 1) for day in (3, 3)]
    first, second = gathered(
        (sent("1", "a", description=texts[0], date=days[0]),),
        (sent("2", "b", description=texts[1], date=days[1]),),
    ).postings.movements
    assert first.description is second.description
    assert first.date is second.date


def test_a_posting_sent_twice_alike_is_one_posting() -> None:
    rows = (sent("1", GUID), sent("2", "b"), sent("1", GUID.upper()))
    kept = gathered(rows)
    assert [row.amount for row in kept.postings.movements] == [1, 2]
    assert kept.postings.rows_read == len(kept.keys) / 16 == 2


def test_a_posting_sent_twice_and_not_alike_is_refused() -> None:
    with pytest.raises(IncompleteError, match="of 2026 on account 1000 twice, and not alike"):
        gathered((sent("1", GUID), sent("2", GUID)))


def test_rows_without_a_guid_are_all_counted() -> None:
    kept = gathered((sent("1", None), sent("1", None), sent("1", GUID)))
    assert kept.postings.difference == 3
    assert not kept.has_keys


def test_a_key_is_the_guid_in_any_case_and_of_other_ids_a_digest() -> None:
    ids = [GUID, GUID.upper(), GUID.replace("-", ""), "web0crmck5v0", "web0crmck5v1", "", None]
    keys = keys_of([sent("1", each) for each in ids])
    one, upper, plain, web, other, empty, none = (keys[at : at + 16] for at in range(0, len(keys), 16))
    assert one == upper == plain == bytes.fromhex(GUID.replace("-", ""))
    assert web != other
    assert empty == none == NO_KEY
    assert keys_of([sent("1", GUID)] * 3) == one * 3
    assert keys_of([]) == b""
