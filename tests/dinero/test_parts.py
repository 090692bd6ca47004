"""A long array gives the same rows whichever way it arrives, and none when it is not whole."""

import json
from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.dinero.answers import decoded
from dinero_mcp.dinero.parts import Parts
from dinero_mcp.errors import UnexpectedAnswerError


class Row(msgspec.Struct, frozen=True, rename="pascal"):
    amount: Decimal
    text: str | None = None


class Gathered:
    """Gathers rows, and how many came at a time."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.parts: list[int] = []

    def add(self, rows: Sequence[Row]) -> None:
        self.rows += rows
        self.parts.append(len(rows))

    def whole(self) -> "Gathered":
        return self


def gathered(body: bytes, *, piece: int = 7, enough: int = 40) -> Gathered:
    parts = Parts(Row, "entries", Gathered(), enough=enough)
    for begin in range(0, len(body), piece):
        parts.feed(body[begin : begin + piece])
    return parts.end()


_texts = st.text(alphabet='a},{"\\[]:å ', max_size=12)


def _row(values: tuple[int, str | None, list[str] | None]) -> dict[str, object]:
    amount, text, lines = values
    row: dict[str, object] = {"Amount": amount}
    if text is not None:
        row["Text"] = text
    if lines is not None:
        row["Lines"] = [{"Text": line} for line in lines]
    return row


_optional_lines = st.none() | st.lists(_texts, max_size=3)
_rows = st.lists(
    st.tuples(st.integers(-999, 999), st.none() | _texts, _optional_lines).map(_row), max_size=12
)


@given(_rows, st.integers(1, 50), st.integers(1, 100), st.sampled_from([None, 0, 2]), st.booleans())
def test_however_it_is_cut_the_rows_are_the_same(
    rows: list[dict[str, object]], piece: int, enough: int, indent: int | None, is_ascii: bool
) -> None:
    separators = (",", ":") if indent is None else None
    text = json.dumps(rows, indent=indent, separators=separators, ensure_ascii=is_ascii)
    expected = decoded(text.encode(), tuple[Row, ...], "entries")
    assert tuple(gathered(text.encode(), piece=piece, enough=enough).rows) == expected


def test_rows_are_handed_on_before_the_last_has_come() -> None:
    parts = gathered(b"[%s]" % b",".join([b'{"Amount":1}'] * 100)).parts
    assert sum(parts) == 100
    assert max(parts) <= 4


def test_keys_in_another_case_and_a_byte_order_mark_are_read_as_well() -> None:
    body = b"\xef\xbb\xbf[%s]" % b" , ".join([b'{"amount":1,"text":"a"}'] * 9)
    assert [(row.amount, row.text) for row in gathered(body).rows] == [(1, "a")] * 9


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"Amount":1},{"Amount":1},{"Amount":1},{"Amount":1}',
        b'[{"Amount":1},{"Amount":1},{"Amount":1},{"Amount":1}',
        b'[{"Amount":1},{"Amount":1},{"Amount":1}],{"Amount":1}]',
        b'[{"Amount":1},{"Amount":1},{"Amount":1},{"Amount":1}]]',
        b'[{"Amount":1},{"Amount":1},{"Amount":1},',
        b'[{"Amount":1},{"Amount":1},{"Amount":1},]',
        b'[{"Amount":1},{"Amount":1},{"Amount":1},{"Text":"a"}]',
        b'[{"Amount":1},{"Text":"a"},{"Amount":1},{"Amount":1}]',
        b'[{"Amount":1},{"Amount":"1"},{"Amount":1},{"Amount":1}]',
        b'[{"Amount":1},{"Amount":1e99},{"Amount":1},{"Amount":1}]',
        b'[{"Amount":1},{"Amount":1,"Text":"\xff"},{"Amount":1},{"Amount":1}]',
    ],
)
def test_what_is_not_whole_or_does_not_fit_is_refused(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswerError, match="answer to entries"):
        gathered(body)
