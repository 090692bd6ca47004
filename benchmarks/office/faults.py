"""Calls go on while a replica is killed, PostgreSQL restarts and Redis stops: nothing wrong, nobody lost."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, product

import anyio
from anyio.to_thread import run_sync

from benchmarks.office.asking import caller, persistently
from benchmarks.office.calls import ERAS, Caller, Outcome, Question, Reply
from benchmarks.office.companies import FIRST_COPY
from benchmarks.office.house import House, Plan, Visma, house
from benchmarks.office.people import Person, moved_in, state_of
from benchmarks.office.right_answers import ORGANIZATIONS, QUESTIONS, right_answers
from benchmarks.office.running import run
from benchmarks.office.tally import Tally, exactly, no_more_than
from benchmarks.table import Row

PEOPLE, ORGANIZATION_COUNT = 20, 10
AT_ONCE = 24
TOKEN_SECONDS, GRACE_SECONDS = 15, 60
"""Tokens are renewed all the time, so some are when the faults come. After a kill in the middle of that
only a grace period at Visma saves the connection; without one the user must sign in again, by design."""
MOST_A_MINUTE = 100
CALM = 12.0
OUT, LONG_OUT = 6.0, 150.0
"""Seconds without; the long one outlasts the time in which nobody knows the last minute's turns."""
CLOSED = 100.0
"""Seconds after losing Redis by which PostgreSQL is to count: from then on calls are answered without it."""
RECOVERY = 5.0
"""Seconds after a fault within which there may still be errors of it."""
PATIENCE = 120.0
"""Seconds in which whoever is told when asks again, once all is over."""
REDIS = "Redis stopped and started"
_FINE_IN_CALM = (Outcome.RIGHT, Outcome.TOLD_WHEN)
_CLEAR = (Outcome.RIGHT, Outcome.TOLD_WHEN, Outcome.TOLD_WHY)


@dataclass(frozen=True)
class Fault:
    """What happens, what undoes it, and whether a call of the last replica may get no answer meanwhile."""

    name: str
    strike: Callable[[], None]
    mend: Callable[[], None]
    cuts_off: bool = False
    seconds: float = OUT


@dataclass(frozen=True)
class Made:
    """A call that was made: of which replica, what for, when it began, and what came."""

    replica: int
    question: Question
    began: float
    reply: Reply


def faults() -> list[Row]:
    """Each fault in turn, with calm between, under calls of both replicas without a pause."""
    visma = Visma(copies=ORGANIZATION_COUNT, token_seconds=TOKEN_SECONDS, grace_seconds=GRACE_SECONDS)
    settings = {"DINERO_FRESHNESS_SECONDS": "2", "DINERO_REFRESH_GRACE_SECONDS": str(GRACE_SECONDS)}
    with house(Plan(visma=visma, settings=settings)) as built:
        return run(_measured(built))


def _in_turn(built: House) -> list[Fault]:
    last, database, cache = built.replicas[-1], built.postgresql, built.redis
    if database is None or cache is None:
        raise ValueError("a small house has nothing to stop")
    return [
        Fault("kill -9 of a replica", last.kill, last.start, cuts_off=True),
        Fault("PostgreSQL restarted", database.stop, database.start),
        Fault(REDIS, cache.stop, cache.start, seconds=LONG_OUT),
    ]


async def _measured(built: House) -> list[Row]:
    organizations = range(FIRST_COPY, FIRST_COPY + ORGANIZATION_COUNT)
    right = await right_answers(organizations, (*QUESTIONS, ORGANIZATIONS))
    people = await moved_in(built, PEOPLE, organizations)
    made, spans = list[Made](), list[tuple[Fault, float, float]]()
    async with caller(built, right) as asking:
        async with anyio.create_task_group() as group:
            for start in range(AT_ONCE):
                group.start_soon(_asking_on, built, asking, people, start, made)
            for fault in _in_turn(built):
                spans.append((fault, *await _struck(fault)))
            await anyio.sleep(CALM)
            group.cancel_scope.cancel()
        after = await _everybody(built, asking, people)
    return [*_by_fault(made, spans), *await _rows(built, made, spans, after)]


async def _struck(fault: Fault) -> tuple[float, float]:
    """When the fault came, and when it was mended."""
    await anyio.sleep(CALM)
    began = time.monotonic()
    await run_sync(fault.strike)
    await anyio.sleep(fault.seconds)
    await run_sync(fault.mend)
    return began, time.monotonic()


async def _asking_on(
    built: House, asking: Caller, people: list[Person], start: int, made: list[Made]
) -> None:
    for place, (person, question, era) in _calls(people, start):
        began, replica = time.monotonic(), place % len(built.replicas)
        reply = await asking.ask(built.replicas[replica].address, person, question, era)
        made.append(Made(replica, question, began, reply))
        await anyio.sleep(0.05)


def _calls(people: list[Person], start: int) -> Iterator[tuple[int, tuple[Person, Question, str]]]:
    mixed = list(product(people, (*QUESTIONS, ORGANIZATIONS), ERAS))
    first = start * len(mixed) // AT_ONCE
    return enumerate(cycle(mixed[first:] + mixed[:first]), start)


async def _everybody(built: House, asking: Caller, people: list[Person]) -> list[Reply]:
    """What each person gets from each replica in the end, once all is over."""
    await anyio.sleep(RECOVERY)
    until = time.monotonic() + PATIENCE
    return [
        (await persistently(asking, replica.address, person, ORGANIZATIONS, until))[-1]
        for person in people
        for replica in built.replicas
    ]


def _by_fault(made: list[Made], spans: list[tuple[Fault, float, float]]) -> list[Row]:
    rows = [Row("in calm", str(Tally(each.reply for each in made if not _is_struck(each, spans))))]
    for fault, began, ended in spans:
        during = Tally(each.reply for each in made if began <= each.began <= ended + RECOVERY)
        rows.append(Row(f"{fault.name}, {ended - began:.1f} s without", str(during)))
    return [*rows, _without_redis(made, spans)]


def _without_redis(made: list[Made], spans: list[tuple[Fault, float, float]]) -> Row:
    """That books are read while Redis is away: PostgreSQL counts turns then, and nothing kept is fresh."""
    [(since, until)] = [(began, ended) for fault, began, ended in spans if fault.name == REDIS]
    answered = Tally(
        each.reply
        for each in made
        if each.question in QUESTIONS and since + CLOSED < each.began + each.reply.seconds < until
    )
    what = f"... of books, in the last {until - since - CLOSED:.0f} s of these"
    return Row(what, str(answered), limit=">= 1 right", is_within=answered[Outcome.RIGHT] > 0)


def _is_struck(call: Made, spans: list[tuple[Fault, float, float]]) -> bool:
    ended = call.began + call.reply.seconds
    return any(ended >= since and call.began <= until + RECOVERY for _, since, until in spans)


def _may_be_cut_off(call: Made, built: House, spans: list[tuple[Fault, float, float]]) -> bool:
    """Whether it was on its way to the replica that was killed, or came while that was away."""
    cutting = [span for span in spans if span[0].cuts_off]
    return call.replica == len(built.replicas) - 1 and _is_struck(call, cutting)


async def _rows(
    built: House, made: list[Made], spans: list[tuple[Fault, float, float]], after: list[Reply]
) -> list[Row]:
    every, afterwards = Tally(each.reply for each in made), Tally(after)
    every.explain(Outcome.RIGHT, Outcome.TOLD_WHEN)
    afterwards.explain(Outcome.RIGHT)
    unclear = [
        each
        for each in made
        if each.reply.outcome not in _CLEAR
        and not (each.reply.outcome is Outcome.NO_ANSWER and _may_be_cut_off(each, built, spans))
    ]
    calm = Tally(each.reply for each in made if not _is_struck(each, spans))
    async with state_of(built) as state:
        kept = await state.connections.all()
    counts = built.sandbox.counts()
    busiest = max(each["most_in_a_minute"] for each in counts["organizations"].values())
    return [
        exactly("... wrong answers", every[Outcome.WRONG], 0),
        exactly("... errors that do not say what to do", len(unclear), 0),
        exactly("... errors in calm", calm.but(lambda reply: reply.outcome in _FINE_IN_CALM), 0),
        exactly("... people answered by both replicas afterwards", afterwards[Outcome.RIGHT], len(after)),
        exactly("... connections lost", PEOPLE - sum(not each.is_ended for each in kept), 0),
        exactly("... dead tokens used", counts["reuses"], 0),
        no_more_than("... requests of one organization in the busiest minute", busiest, MOST_A_MINUTE),
        Row("... refreshes meanwhile", f"{sum(counts['refreshes'].values()):,}"),
    ]
