"""What one question may use, how long it may take, and what is told meanwhile."""

import time
from collections.abc import Callable

import httpx2
import pytest

from dinero_mcp.dinero.call import TURNS_IN_ALL, Call
from dinero_mcp.dinero.client import Dinero

Connect = Callable[..., Dinero]


class Contacts:
    """Answers one contact, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        return httpx2.Response(200, json={"ContactGuid": "c-1", "Name": "Havblik"})


async def test_what_was_read_lately_is_at_hand_and_nothing_else_is(connect: Connect) -> None:
    contacts, call = Contacts(), Call()
    dinero = connect(contacts)
    first, second = dinero.organization(1001, Call()), dinero.organization(1001, call)
    assert await call.at_hand(second.contact("c-1")) is None
    await first.contact("c-1")
    found = await call.at_hand(second.contact("c-1"))
    assert found is not None
    assert (found.name, contacts.asked, call.requests) == ("Havblik", 1, 0)
    assert await call.at_hand(second.contact("c-2")) is None
    await second.contact("c-2")
    assert contacts.asked == 2


async def test_within_what_must_be_at_hand_so_must_all_that_it_takes(connect: Connect) -> None:
    contacts, call = Contacts(), Call()
    books = connect(contacts).organization(1001, call)

    async def both() -> None:
        assert await call.at_hand(books.contact("c-1")) is None
        await books.contact("c-1")

    assert await call.at_hand(both()) is None
    assert contacts.asked == 0


async def test_a_question_that_passes_over_what_is_kept_has_nothing_at_hand(connect: Connect) -> None:
    dinero, call = connect(Contacts()), Call()
    books = dinero.organization(1001, call)
    await books.contact("c-1")
    call.read_anew()
    assert await call.at_hand(books.contact("c-1")) is None


@pytest.mark.parametrize(("seconds", "allowed"), [(60, TURNS_IN_ALL), (900, 900)])
def test_turns_that_are_known_to_come_late_are_waited_for(seconds: float, allowed: float) -> None:
    async def listen(_: str) -> None: ...

    call = Call(listen)
    call.will_wait(seconds)
    assert call.turn_deadline(0) - time.monotonic() == pytest.approx(allowed, abs=1)  # pyright: ignore[reportUnknownMemberType] - pytest leaves it untyped
