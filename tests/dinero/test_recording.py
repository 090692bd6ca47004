"""Bodies are recorded word for word, unless they are too large to be worth it."""

import os
import zlib

import pytest

from dinero_mcp.dinero.recording import Recording, pieces, recorded
from dinero_mcp.dinero.wire import Whole

BODY = b'[{"Amount": -1.50}, {"Amount": 2.00}]' * 50_000


def again(recording: Recording, number: int = 0) -> bytes:
    assert recording.bodies is not None
    return b"".join(pieces(recording.bodies[number]))


def test_what_is_taken_in_piece_by_piece_comes_out_as_it_was() -> None:
    recording = Recording()
    taker = recorded(Whole(), recording)
    for begin in range(0, len(BODY), 65_536):
        taker.feed(BODY[begin : begin + 65_536])
    assert taker.end() == again(recording) == BODY


def test_an_attempt_that_broke_off_leaves_no_trace() -> None:
    recording = Recording()
    recorded(Whole(), recording).feed(b"[{")
    assert recording.bodies == {}
    taker = recorded(Whole(), recording)
    taker.feed(b"[]")
    taker.end()
    assert again(recording) == b"[]"


def test_a_page_read_once_more_takes_the_place_it_had() -> None:
    recording = Recording()
    for number, body in ((0, b"a"), (1, b"b"), (0, b"c"), (1, b"d")):
        recording.note(number, body)
    assert (again(recording, 0), again(recording, 1)) == (b"c", b"d")


def test_what_is_too_large_is_not_recorded() -> None:
    noise = os.urandom(1000)
    whole, pages = Recording(most_bytes=1500), Recording(most_bytes=1500)
    taker = recorded(Whole(), whole)
    for _ in range(2):
        taker.feed(os.urandom(100_000))
    taker.end()
    pages.note(0, noise)
    assert pages.bodies is not None
    pages.note(1, noise)
    assert (whole.bodies, pages.bodies) == (None, None)


def test_a_damaged_body_is_an_error_and_none_is_empty() -> None:
    assert b"".join(pieces(b"")) == b""
    with pytest.raises(zlib.error):
        b"".join(pieces(b"no such body"))
