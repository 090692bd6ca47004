"""One organization asked by many people through two replicas: its 100 requests a minute, and nobody lost."""

import time
from collections.abc import Iterator
from itertools import cycle, islice

import anyio

from benchmarks.office.asking import caller, persistently
from benchmarks.office.calls import ERAS, Outcome, Question, Reply
from benchmarks.office.companies import ROASTERY
from benchmarks.office.house import House, Plan, house
from benchmarks.office.people import Person, moved_in
from benchmarks.office.right_answers import QUESTIONS, right_answers
from benchmarks.office.running import run
from benchmarks.office.tally import Tally, exactly, no_more_than
from benchmarks.table import Row

CALLS, PEOPLE = 500, 16
MOST_A_MINUTE = 100
LONGEST = 240.0
_FINE = (Outcome.RIGHT, Outcome.TOLD_WHEN)


def one_organization() -> list[Row]:
    """Nobody's reads are another's, so sixteen people need more than a minute's requests."""
    with house(Plan(settings={"DINERO_FRESHNESS_SECONDS": "3600"})) as built:
        return run(_measured(built))


async def _measured(built: House) -> list[Row]:
    right = await right_answers([ROASTERY])
    people = await moved_in(built, PEOPLE, [ROASTERY])
    replies: list[list[Reply]] = []
    async with caller(built, right) as asking, anyio.create_task_group() as group:
        until = time.monotonic() + LONGEST

        async def one(replica: str, person: Person, question: Question, era: str) -> None:
            replies.append(await persistently(asking, replica, person, question, until, era))

        for each in islice(_calls(built, people), CALLS):
            group.start_soon(one, *each)
    return _rows(built, replies)


def _calls(built: House, people: list[Person]) -> Iterator[tuple[str, Person, Question, str]]:
    """Every person asks every question of every replica, over and over; neighbours differ in all."""
    replicas = [replica.address for replica in built.replicas]
    for round_, person in enumerate(cycle(people)):
        place = round_ + round_ // len(people)
        question = QUESTIONS[place % len(QUESTIONS)]
        yield replicas[place % len(replicas)], person, question, ERAS[round_ // 2 % len(ERAS)]


def _rows(built: House, replies: list[list[Reply]]) -> list[Row]:
    first, last = Tally(each[0] for each in replies), Tally(each[-1] for each in replies)
    every = Tally(reply for each in replies for reply in each)
    every.explain(*_FINE)
    counts = built.sandbox.counts()
    asked = counts["organizations"][str(ROASTERY)]
    what = f"{CALLS} calls at once about one organization, {PEOPLE} people, {len(built.replicas)} replicas"
    return [
        Row(f"{what}: at first", str(first)),
        Row(f"{what}: asked again when told", str(last)),
        exactly("... neither right nor told when", every.but(lambda reply: reply.outcome in _FINE), 0),
        no_more_than("... upstream requests in the busiest minute", asked["most_in_a_minute"], MOST_A_MINUTE),
        Row("... upstream requests in all", f"{asked['requests']:,}"),
        exactly("... refreshes of one-time tokens", sum(counts["refreshes"].values()), PEOPLE),
        exactly("... tracebacks in the logs", built.tracebacks, 0),
    ]
