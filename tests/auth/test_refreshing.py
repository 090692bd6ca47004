"""The rule of the one refresh, on any order of events."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.auth.answers import Token
from dinero_mcp.auth.refreshing import Rules, claimed, ended, given_back, is_leased, refreshed
from dinero_mcp.auth.visma_connection import RefreshMode, VismaConnection, VismaUser
from dinero_mcp.errors import ConnectionExpiredError

NOON = datetime(2026, 10, 9, 12, tzinfo=UTC)
RUN_OUT = VismaConnection(
    user=VismaUser("https://connect.visma.com", "somebody"),
    access_token="access-0",
    expires_at=NOON,
    refresh_token="refresh-0",
    scope="",
    connected_at=NOON - timedelta(hours=1),
)


@dataclass
class Visma:
    """Refresh tokens as Visma counts them."""

    one_time: bool
    grace: timedelta
    used: dict[str, datetime] = field(default_factory=dict[str, datetime])
    given: int = 0
    is_revoked: bool = False

    def refresh(self, token: str, now: datetime) -> Token | None:
        """The answer; None is a refusal."""
        if self.one_time and token in self.used and now >= self.used[token] + self.grace:
            self.is_revoked = True
        if self.is_revoked:
            return None
        self.used.setdefault(token, now)
        self.given += 1
        following = f"refresh-{self.given}" if self.one_time else token
        return Token(f"access-{self.given}", 3600, following)


@dataclass
class Program:
    """One process: what it sent, and what it was answered."""

    name: int
    attempts: int = 0
    sent: VismaConnection | None = None
    answer: Token | None = None

    @property
    def holder(self) -> str:
        return f"{self.name}/{self.attempts}"


@dataclass
class World:
    """The row, Visma and some programs, which do one thing at a time."""

    visma: Visma
    rules: Rules
    row: VismaConnection = RUN_OUT
    now: datetime = NOON
    programs: list[Program] = field(default_factory=lambda: [Program(name) for name in range(3)])

    def ask(self, program: Program, *, reaches_visma: bool) -> None:
        """Take the lease if it is to be had, and send the request, which is lost or carried out."""
        if program.sent:
            return
        program.attempts += 1
        try:
            self.row = claimed(self.row, program.holder, self.now, self.rules, refused=self.row.access_token)
        except ConnectionExpiredError:
            return
        if self.row.lease and self.row.lease.holder == program.holder:
            program.sent = self.row
            program.answer = None
            if reaches_visma:
                program.answer = self.visma.refresh(self.row.refresh_token, self.now)

    def hear(self, program: Program) -> None:
        """Get what was answered, or learn that nobody knows."""
        if program.sent is None:
            return
        sent = program.sent.refresh_token
        if program.answer:
            expires_at = self.now + timedelta(hours=1)
            self.row = refreshed(self.row, sent, program.answer, expires_at, self.now)
        elif self.visma.is_revoked:
            self.row = ended(self.row, sent)
        else:
            self.row = given_back(self.row, program.holder, program.sent.refresh_started_at)
        program.sent = None

    def do(self, what: str, program: Program) -> None:
        match what:
            case "ask":
                self.ask(program, reaches_visma=True)
            case "ask in vain":
                self.ask(program, reaches_visma=False)
            case "hear":
                self.hear(program)
            case "die":
                program.sent = None
            case _:
                self.now += timedelta(seconds=int(what))


EVENTS = st.tuples(st.sampled_from(["ask", "ask in vain", "hear", "die", "1", "14", "40"]), st.integers(0, 2))
GRACES = st.sampled_from([0, 5, 30, 60])


@given(events=st.lists(EVENTS, max_size=30), grace=GRACES, one_time=st.booleans())
def test_visma_never_sees_a_token_that_it_would_take_for_stolen(
    events: list[tuple[str, int]], grace: int, one_time: bool
) -> None:
    seconds = timedelta(seconds=grace)
    world = World(Visma(one_time, seconds), Rules(grace=seconds))
    for what, who in events:
        world.do(what, world.programs[who])
        assert not world.visma.is_revoked


@given(events=st.lists(EVENTS, max_size=30), one_time=st.booleans())
def test_while_answers_come_the_connection_lives_on(events: list[tuple[str, int]], one_time: bool) -> None:
    world = World(Visma(one_time, timedelta(0)), Rules())
    for what, who in events:
        if what not in ("die", "ask in vain"):
            world.do(what, world.programs[who])
    for program in world.programs:
        world.hear(program)
    world.ask(world.programs[0], reaches_visma=True)
    assert world.programs[0].answer
    assert not world.visma.is_revoked


@given(events=st.lists(EVENTS, max_size=30))
def test_two_programs_never_ask_while_a_lease_lives(events: list[tuple[str, int]]) -> None:
    world = World(Visma(True, timedelta(0)), Rules())
    for what, who in events:
        before = world.row
        world.do(what, world.programs[who])
        if is_leased(before, world.now) and is_leased(world.row, world.now):
            assert world.row.lease == before.lease


@pytest.mark.parametrize(
    ("mode", "grace", "after", "may"),
    [
        (RefreshMode.UNKNOWN, 0, 31, False),
        (RefreshMode.ONE_TIME, 0, 31, False),
        (RefreshMode.RE_USE, 0, 31, True),
        (RefreshMode.RE_USE, 0, 90_000, True),
        (RefreshMode.ONE_TIME, 30, 15, True),
        (RefreshMode.ONE_TIME, 30, 29.9, True),
        (RefreshMode.ONE_TIME, 30, 30, False),
        (RefreshMode.UNKNOWN, 60, 59, True),
    ],
)
def test_a_token_that_may_have_been_used_is_sent_again_by_the_rule(
    mode: RefreshMode, grace: float, after: float, may: bool
) -> None:
    rules = Rules(grace=timedelta(seconds=grace))
    left = claimed(replace(RUN_OUT, mode=mode), "dead", NOON, rules)
    later = NOON + timedelta(seconds=after)
    if not may:
        with pytest.raises(ConnectionExpiredError):
            claimed(left, "next", later, rules)
        return
    taken = claimed(left, "next", later, rules)
    assert taken.lease
    assert (taken.lease.holder, taken.refresh_started_at) == ("next", NOON)


@pytest.mark.parametrize(("grace", "lease"), [(0, 30), (5, 2.5), (30, 15), (60, 30)])
def test_a_lease_leaves_half_of_the_grace_period_to_who_comes_next(grace: float, lease: float) -> None:
    assert Rules(grace=timedelta(seconds=grace)).lease == timedelta(seconds=lease)


def test_an_answer_without_a_refresh_token_leaves_the_one_there_is() -> None:
    after = refreshed(RUN_OUT, "refresh-0", Token("access-1", 3600), NOON + timedelta(hours=1), NOON)
    assert (after.refresh_token, after.mode) == ("refresh-0", RefreshMode.RE_USE)


def test_an_answer_to_an_older_token_changes_nothing() -> None:
    later = replace(RUN_OUT, refresh_token="refresh-7")
    assert refreshed(later, "refresh-0", Token("access-1"), NOON, NOON) is later
    assert ended(later, "refresh-0") is later
    assert given_back(later, "nobody", None) is later
