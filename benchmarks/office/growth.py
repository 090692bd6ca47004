"""An hour's worth of mixed calls, as fast as they come: the memory of a replica stays what it was."""

from collections.abc import Iterator
from itertools import cycle, islice, product

import anyio

from benchmarks.office.asking import caller
from benchmarks.office.calls import ERAS, Caller, Outcome, Question, Reply
from benchmarks.office.companies import FIRST_COPY
from benchmarks.office.house import House, Plan, Visma, house
from benchmarks.office.people import Person, moved_in
from benchmarks.office.right_answers import ORGANIZATIONS, QUESTIONS, right_answers
from benchmarks.office.running import run
from benchmarks.office.tally import Tally, exactly
from benchmarks.table import Row, at_most

PEOPLE = 60
CALLS = 60 * 60
"""What sixty people ask in an hour who ask once a minute each."""
WARM_UP = (len(QUESTIONS) + 1) * len(ERAS) * PEOPLE * 2
"""Every question in each era by each person to each replica, once."""
AT_ONCE = 16
MOST_GROWTH = 1.1
_FINE = (Outcome.RIGHT, Outcome.TOLD_WHEN)
_MB = 1024 * 1024


def growth() -> list[Row]:
    """Reads are stale after two seconds and tokens after twenty, so that what an hour brings happens."""
    visma = Visma(delay=0.0, jitter=0.005, copies=PEOPLE, token_seconds=20)
    with house(Plan(visma=visma, settings={"DINERO_FRESHNESS_SECONDS": "2"})) as built:
        return run(_measured(built))


async def _measured(built: House) -> list[Row]:
    organizations = range(FIRST_COPY, FIRST_COPY + PEOPLE)
    right = await right_answers(organizations, (*QUESTIONS, ORGANIZATIONS))
    people = await moved_in(built, PEOPLE, organizations)
    calls = _calls(built, people)
    async with caller(built, right) as asking:
        warm = await _asked(asking, islice(calls, WARM_UP))
        before = [replica.process.memory for replica in built.replicas]
        later = await _asked(asking, islice(calls, CALLS))
    after = [replica.process.memory for replica in built.replicas]
    return _rows(built, Tally(warm + later), before, after)


def _calls(built: House, people: list[Person]) -> Iterator[tuple[str, Person, Question, str]]:
    replicas = [replica.address for replica in built.replicas]
    mixed = product((*QUESTIONS, ORGANIZATIONS), ERAS, people, replicas)
    return ((replica, person, question, era) for question, era, person, replica in cycle(mixed))


async def _asked(asking: Caller, calls: Iterator[tuple[str, Person, Question, str]]) -> list[Reply]:
    """The calls one after the other, sixteen under way at any time."""
    replies: list[Reply] = []

    async def some() -> None:
        for call in calls:
            replies.append(await asking.ask(*call))  # noqa: PERF401 - the calls are shared by all sixteen

    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(some)
    return replies


def _rows(built: House, tally: Tally, before: list[int], after: list[int]) -> list[Row]:
    tally.explain(*_FINE)
    what = f"memory of a replica after {CALLS:,} mixed calls of {PEOPLE} people, against after {WARM_UP:,}"
    grown = max(zip(before, after, strict=True), key=lambda each: each[1] / each[0])
    return [
        at_most(
            what, f"{grown[1] / _MB:.0f} MB", f"{grown[0] / _MB:.0f} MB", grown[1] / grown[0], MOST_GROWTH
        ),
        Row("... the calls", str(tally)),
        exactly("... neither right nor told when", tally.but(lambda reply: reply.outcome in _FINE), 0),
        exactly("... dead tokens used", built.sandbox.counts()["reuses"], 0),
        exactly("... tracebacks in the logs", built.tracebacks, 0),
    ]
