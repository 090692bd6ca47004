"""What a body may look like, and what is refused."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.dinero.answers import decoded
from dinero_mcp.dinero.models import (
    NO_DATE,
    AccountingYear,
    Contact,
    Entry,
    Invoice,
    Organization,
    SalesDocument,
)
from dinero_mcp.dinero.pages import Listing
from dinero_mcp.errors import UnexpectedAnswerError

KINDS: list[type[msgspec.Struct]] = [Listing[Contact], Listing[SalesDocument], Invoice, Entry, AccountingYear]


def entry(fields: str) -> Entry:
    return decoded(b'{"AccountNumber":1000,%s}' % fields.encode(), Entry, "entries")


def test_keys_in_another_casing_are_read_all_the_same() -> None:
    body = b'{"collection":[{"contactGuid":"c-1","name":"Grethe","vatnumber":"","isPerson":true,"NEW":1}]}'
    [contact] = decoded(body, Listing[Contact], "contacts").rows
    assert (contact.contact_guid, contact.name, contact.is_person) == ("c-1", "Grethe", True)
    assert contact.vat_number is None


def test_amounts_stay_exact_in_another_casing() -> None:
    body = b'[{"accountNumber":55000,"amount":123456789012345678.67,"date":"2026-02-28"}]'
    [posting] = decoded(body, tuple[Entry, ...], "entries")
    assert (posting.amount, posting.date) == (Decimal("123456789012345678.67"), date(2026, 2, 28))


def test_a_null_collection_is_empty() -> None:
    assert decoded(b'{"Collection":null}', Listing[Contact], "contacts").rows == ()


def test_a_byte_order_mark_is_skipped() -> None:
    [organization] = decoded(b'\xef\xbb\xbf[{"Id":1001}]', tuple[Organization, ...], "organizations")
    assert organization.id == 1001


@pytest.mark.parametrize("sent", ["2026-03-01T00:00:00", "2026-03-01T00:00:00.0000000Z", "2026-03-01 00:00"])
def test_midnight_after_a_date_is_cut_off(sent: str) -> None:
    assert entry(f'"Amount":1,"Date":"{sent}"').date == date(2026, 3, 1)


@pytest.mark.parametrize("sent", ['""', "null"])
def test_an_entry_without_a_date_says_so(sent: str) -> None:
    assert entry(f'"Amount":1,"Date":{sent}').date == NO_DATE


def test_a_null_that_is_an_answer_stays_one() -> None:
    assert entry('"Amount":1,"Date":null,"FileGuid":null').file_guid is None


@pytest.mark.parametrize("sent", ["0", "false", "[]"])
def test_a_date_of_another_type_is_refused(sent: str) -> None:
    with pytest.raises(UnexpectedAnswerError, match=r"\.Date"):
        entry(f'"Amount":1,"Date":{sent}')


@pytest.mark.parametrize("sent", ["2026-02-28T23:00:00Z", "28-02-2026", "2026-02-30"])
def test_a_date_that_may_be_another_day_is_refused(sent: str) -> None:
    with pytest.raises(UnexpectedAnswerError, match=r"\.Date"):
        entry(f'"Amount":1,"Date":"{sent}"')


@pytest.mark.parametrize(
    "sent",
    ['"12.5"', '"NaN"', '"Infinity"', "1E+400", "1e99", "123456789012345678901", "NaN", "null", "true"],
)
def test_an_amount_that_is_no_plain_number_is_refused(sent: str) -> None:
    with pytest.raises(UnexpectedAnswerError):
        entry(f'"Amount":{sent}')
    with pytest.raises(UnexpectedAnswerError):
        decoded(b'{"accountnumber":1000,"amount":%s}' % sent.encode(), Entry, "entries")


@pytest.mark.parametrize(("sent", "amount"), [("-0.10", "-0.10"), ("1.5E-7", "1.5E-7"), ("1e3", "1000")])
def test_small_and_modest_exponents_are_plain_numbers(sent: str, amount: str) -> None:
    assert entry(f'"Amount":{sent}').amount == Decimal(amount)


def test_a_text_that_mentions_an_amount_is_no_amount() -> None:
    assert entry(r'"Amount":1,"Description":"\"Amount\":\"12\""').description == '"Amount":"12"'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sorry</body></html>",
        b'{"Collection":[',
        b"[" * 100_000,
        b'{"Collection":[{"ContactGuid":"\xff"}]}',
    ],
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswerError, match="contacts"):
        decoded(body, Listing[Contact], "contacts")


def test_the_error_names_the_field_and_never_a_value() -> None:
    body = b'{"Collection":[{"ContactGuid":"a"},{"ContactGuid":"b","Name":["hemmelig"]}]}'
    with pytest.raises(UnexpectedAnswerError) as caught:
        decoded(body, Listing[Contact], "contacts")
    assert "contacts" in str(caught.value)
    assert "$.Collection[1].Name" in str(caught.value)
    assert "hemmelig" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("2026-01-01"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["Collection", "Amount", "accountNumber", "AccountNumber", "date", "Date", "Guid", "x"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(body=st.binary() | JSON.map(msgspec.json.encode), kind=st.sampled_from(KINDS))
def test_any_body_is_an_answer_or_our_error(body: bytes, kind: type[msgspec.Struct]) -> None:
    with suppress(UnexpectedAnswerError):
        assert isinstance(decoded(body, kind, "anything"), msgspec.Struct)
