"""No span anywhere holds more than the limit, as whoever receives the requests counts them."""

import time

from dinero_mcp.dinero.quota import Quota
from dinero_mcp.dinero.windows import HeldTurn, Limit, MemoryWindow
from tests.auth.clock import Clock
from tests.dinero.receiver import ORGANIZATION, Receiver

FIVE = Limit(5, seconds=0.4, on_its_way=0.3)


def turn(number: int, organization_id: int = ORGANIZATION) -> HeldTurn:
    return HeldTurn(organization_id, number)


async def test_requests_that_are_long_on_their_way_are_never_too_many_where_they_arrive() -> None:
    receiver = Receiver(jitter=0.2)
    began = time.monotonic()
    await receiver.ask_often([Quota(MemoryWindow(FIVE))], 25)
    assert len(receiver.arrivals) == 25
    assert receiver.most_within(FIVE.seconds) <= 5
    assert time.monotonic() - began < 5 * (FIVE.held + 2 * receiver.jitter)


async def test_requests_that_are_never_answered_are_counted_as_if_they_arrived_late() -> None:
    receiver = Receiver(jitter=0.2, answers=0.5)
    await receiver.ask_often([Quota(MemoryWindow(FIVE))], 20)
    assert receiver.most_within(FIVE.seconds) <= 5


async def test_a_turn_is_held_until_a_minute_after_its_answer_began(clock: Clock) -> None:
    window = MemoryWindow(Limit(1), clock=clock.seconds)
    assert await window.take(turn(1)) == ()
    clock.pass_by(10)
    await window.arrived([turn(1)])
    clock.pass_by(60)
    assert [0 < seconds <= 1 for seconds in await window.take(turn(2))] == [True]
    clock.pass_by(1)
    assert await window.take(turn(2)) == ()


async def test_without_an_answer_it_is_held_longer_but_expected_as_if_there_were_one(clock: Clock) -> None:
    window = MemoryWindow(Limit(1), clock=clock.seconds)
    assert await window.take(turn(1)) == ()
    assert [60 <= seconds <= 61 for seconds in await window.take(turn(2))] == [True]
    clock.pass_by(84)
    assert await window.take(turn(2))
    clock.pass_by(2)
    assert await window.take(turn(2)) == ()


async def test_the_shortest_closing_does_not_open_what_is_closed_longer(clock: Clock) -> None:
    window = MemoryWindow(Limit(5), clock=clock.seconds)
    await window.close(ORGANIZATION, 30)
    await window.close(ORGANIZATION, 1)
    assert await window.take(turn(1)) == (30,)
    assert await window.take(turn(1, organization_id=1002)) == ()
    clock.pass_by(30)
    assert await window.take(turn(1)) == ()


async def test_organizations_nobody_asks_for_any_more_are_forgotten(clock: Clock) -> None:
    window = MemoryWindow(Limit(100), clock=clock.seconds)
    for organization in range(50):
        assert await window.take(turn(organization, organization)) == ()
    clock.pass_by(50)
    assert await window.take(turn(50, 7)) == ()
    clock.pass_by(40)
    assert await window.take(turn(51, 99)) == ()
    assert window.organizations == 2
