import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.sandbox.api.wire import camel_keyed, encoded, number, row_version, timestamp

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(-(10**15), 10**15, places=2),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.sampled_from("abcÆ"), min_size=1), inner),
)


@given(values)
def test_what_is_encoded_reads_back_the_same(value: object) -> None:
    assert json.loads(encoded(value), parse_float=Decimal) == value  # pyright: ignore[reportArgumentType] - any JSON


@pytest.mark.parametrize(
    ("amount", "digits"),
    [
        ("250.00", "250"),
        ("1250.50", "1250.5"),
        ("-0.05", "-0.05"),
        ("0.00", "0"),
        ("-0.00", "0"),
        ("100", "100"),
        ("123456789012345678.67", "123456789012345678.67"),
        ("1E+3", "1000"),
    ],
)
def test_amounts_keep_all_their_digits_and_no_empty_decimals(amount: str, digits: str) -> None:
    assert number(Decimal(amount)) == digits


def test_timestamps_have_no_zone_and_zero_to_seven_digits_of_a_second() -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    written = [timestamp(start + timedelta(minutes=minute)) for minute in range(500)]
    assert {len(text.partition(".")[2]) for text in written} == set(range(8))
    assert all(
        datetime.fromisoformat(text[:19]) == (start + timedelta(minutes=minute)).replace(tzinfo=None)
        for minute, text in enumerate(written)
    )
    assert written[7] == timestamp(start + timedelta(minutes=7))


def test_a_row_version_changes_with_the_object() -> None:
    before = row_version("a", datetime(2025, 1, 1, tzinfo=UTC))
    assert len(before) == 16
    assert before != row_version("a", datetime(2025, 1, 2, tzinfo=UTC))


def test_camel_case_reaches_the_innermost_key() -> None:
    value = {"Collection": [{"ContactGuid": "A"}], "Pagination": {"PageSize": 1}}
    assert camel_keyed(value) == {"collection": [{"contactGuid": "A"}], "pagination": {"pageSize": 1}}
