"""A thousand people whose one-time tokens are due, all at once through two replicas: each refreshed once."""

import anyio

from benchmarks.office.asking import caller
from benchmarks.office.calls import Outcome, Reply
from benchmarks.office.companies import ROASTERY
from benchmarks.office.house import House, Plan, house
from benchmarks.office.people import Person, moved_in, state_of
from benchmarks.office.right_answers import ORGANIZATIONS, right_answers
from benchmarks.office.running import run
from benchmarks.office.tally import Tally, exactly
from benchmarks.table import Row, ms
from dinero_mcp.auth.visma_connection import VismaConnection

PEOPLE = 1000


def one_time_tokens() -> list[Row]:
    """Using a dead token would revoke all that its user granted, so one refresh too many is a user lost."""
    with house(Plan()) as built:
        return run(_measured(built))


async def _measured(built: House) -> list[Row]:
    right = await right_answers([ROASTERY], [ORGANIZATIONS])
    people = await moved_in(built, PEOPLE, [ROASTERY])
    replies: list[Reply] = []
    async with caller(built, right) as asking, anyio.create_task_group() as group:

        async def one(replica: str, person: Person) -> None:
            replies.append(await asking.ask(replica, person, ORGANIZATIONS))

        for person in people:
            for replica in built.replicas:
                group.start_soon(one, replica.address, person)
    return await _rows(built, people, Tally(replies))


async def _rows(built: House, people: list[Person], tally: Tally) -> list[Row]:
    tally.explain(Outcome.RIGHT)
    counts = built.sandbox.counts()
    each = [counts["refreshes"].get(person.user.subject, 0) for person in people]
    async with state_of(built) as state:
        kept = await state.connections.all()
    slowest = max(reply.seconds for reply in tally.replies)
    what = (
        f"{PEOPLE:,} people with one-time tokens that are due, at once through {len(built.replicas)} replicas"
    )
    return [
        Row(what, str(tally), peer=f"slowest {ms(slowest)}"),
        exactly("... refreshes", sum(each), PEOPLE),
        exactly("... refreshed once", each.count(1), PEOPLE),
        exactly("... answers that are not right", tally.but(lambda reply: reply.outcome is Outcome.RIGHT), 0),
        exactly("... dead tokens used", counts["reuses"], 0),
        exactly("... connections lost", sum(map(_is_lost, kept)), 0),
        exactly("... tracebacks in the logs", built.tracebacks, 0),
    ]


def _is_lost(connection: VismaConnection) -> bool:
    """Whether its user must sign in again: Visma refused it, or nobody knows whether its token was used."""
    return connection.is_ended or connection.refresh_started_at is not None
