"""Replicas share what one connection read: once asked, for as long as it is fresh, and nobody else's."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime

import httpx2
import pytest

from dinero_mcp.auth.sealing import ValueCipher, new_key
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.models import AccountingYear, SentEntry
from dinero_mcp.dinero.redis_answers import RedisAnswers
from dinero_mcp.dinero.shared import SharedReads
from dinero_mcp.errors import NotAtHandError
from tests.dinero.redis_server import Hand, Shared, a_redis

Connect = Callable[..., Dinero]
YEAR = AccountingYear(name="2026", from_date=date(2026, 1, 1), to_date=date(2026, 12, 31))
SECRET = new_key()
CONTACTS = 1001


class Api:
    """Answers each request with rows that tell how many requests there were before."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.paths.append(request.url.path.split("/", 3)[3])
        if request.url.path.endswith("contacts"):
            return httpx2.Response(200, json=self._page(int(request.url.params["page"])))
        return httpx2.Response(200, json=[{"AccountNumber": 1000, "Amount": len(self.paths)}])

    def _page(self, number: int) -> object:
        guids = [f"{place}" for place in range(CONTACTS)][1000 * number : 1000 * (number + 1)]
        listed = {"Page": number, "PageSize": 1000, "ResultWithoutFilter": CONTACTS}
        return {"Collection": [{"ContactGuid": guid} for guid in guids], "Pagination": listed}


class Rows:
    """Gathers rows, and when they were asked for."""

    def __init__(self, asked_at: datetime) -> None:
        self.asked_at = asked_at
        self.rows: list[SentEntry] = []

    def add(self, rows: Sequence[SentEntry]) -> None:
        self.rows += rows

    def whole(self) -> "Rows":
        return self


class Replicas:
    """Any number of replicas of one server, on one Redis."""

    def __init__(self, connect: Connect, shared: Shared) -> None:
        self.api = Api()
        self.hand: Hand = shared.hand
        self._answers = shared.answers
        self._connect = connect

    def shared(self, connection_id: str = "c1", *secrets: str) -> SharedReads:
        return SharedReads(connection_id, self._answers, ValueCipher.of(secrets or [SECRET]))

    def one(self, connection_id: str = "c1", *secrets: str, freshness: float = 60) -> Dinero:
        shared = self.shared(connection_id, *secrets)
        return self._connect(self.api, shared=shared, freshness=freshness)

    async def report(self, dinero: Dinero, organization_id: int = 1001) -> int:
        """What a report says: the number of the request that brought it."""
        [row] = await dinero.organization(organization_id, Call()).report("2026", "saldo")
        return int(row.amount)


@pytest.fixture
async def replicas(connect: Connect) -> AsyncIterator[Replicas]:
    async with a_redis() as shared:
        yield Replicas(connect, shared)


async def test_what_one_replica_read_costs_the_other_nothing_and_tells_when_it_was_read(
    replicas: Replicas,
) -> None:
    first, second = Call(), Call()
    read = await replicas.one().organization(1001, first).report("2026", "saldo")
    found = await replicas.one().organization(1001, second).report("2026", "saldo")
    assert found == read
    assert (first.requests, second.requests) == (1, 0)
    assert first.read_at == second.read_at
    assert second.read_at is not None
    assert (first.fresh_until, len(replicas.api.paths)) == (0, 1)
    assert second.read_at.timestamp() + 59 < second.fresh_until <= second.read_at.timestamp() + 60


async def test_references_and_lists_in_pages_are_shared_whole(replicas: Replicas) -> None:
    books, others = (replicas.one().organization(1001, Call()) for _ in range(2))
    read = await books.accounts(), await books.contacts()
    assert (await others.accounts(), await others.contacts()) == read
    assert len(read[1]) == CONTACTS
    assert replicas.api.paths == ["accounts/entry", "contacts", "contacts"]
    assert others.call.read_at == books.call.read_at


async def test_postings_of_a_year_are_gathered_again_as_of_when_they_were_read(replicas: Replicas) -> None:
    read = await replicas.one().organization(1001, Call()).entries(YEAR, Rows)
    call = Call()
    found = await replicas.one().organization(1001, call).entries(YEAR, Rows, shared_for=60)
    assert (found.rows, found.asked_at) == (read.rows, read.asked_at)
    assert (call.requests, replicas.api.paths) == (0, ["entries"])
    anew = await replicas.one().organization(1001, Call()).entries(YEAR, Rows, shared_for=0)
    assert anew.rows != read.rows


async def test_what_was_added_since_is_never_shared(replicas: Replicas) -> None:
    since, until = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
    for _ in range(2):
        await replicas.one().organization(1001, Call()).entry_changes(since, until, Rows)
    assert replicas.api.paths == ["entries/changes", "entries/changes"]
    assert await replicas.hand.names() == []


async def test_what_another_replica_read_is_at_hand_and_nothing_else_is(replicas: Replicas) -> None:
    await replicas.report(replicas.one())
    books = replicas.one().organization(1001, Call())
    books.call.asks_nothing = True
    assert await books.report("2026", "saldo")
    with pytest.raises(NotAtHandError):
        await books.report("2025", "saldo")
    assert len(replicas.api.paths) == 1


async def test_who_reads_anew_passes_what_is_shared_and_hands_on_what_is_read(replicas: Replicas) -> None:
    await replicas.report(replicas.one())
    passing = Call()
    passing.read_anew()
    [row] = await replicas.one().organization(1001, passing).report("2026", "saldo")
    [again] = await replicas.one().organization(1001, Call()).report("2026", "saldo", anew=True)
    assert (row.amount, again.amount) == (2, 3)
    assert await replicas.report(replicas.one()) == 3


async def test_two_connections_of_one_organization_never_see_each_others_reads(replicas: Replicas) -> None:
    assert await replicas.report(replicas.one("c1")) == 1
    assert await replicas.report(replicas.one("c2")) == 2
    assert [await replicas.report(replicas.one(name)) for name in ("c1", "c2")] == [1, 2]
    assert await replicas.report(replicas.one("c1"), 1002) == 3


@pytest.mark.parametrize("other", [("c2", 1001), ("c1", 1002)], ids=["connection", "organization"])
async def test_a_value_moved_to_another_key_opens_for_nobody(
    replicas: Replicas, other: tuple[str, int]
) -> None:
    connection_id, organization_id = other
    await replicas.report(replicas.one("c1"))
    [own] = await replicas.hand.names()
    await replicas.report(replicas.one(connection_id), organization_id)
    [foreign] = {*await replicas.hand.names()} - {own}
    await replicas.hand.put(foreign, await replicas.hand.value(own))
    assert await replicas.report(replicas.one(connection_id), organization_id) == 3


async def test_a_value_that_is_cut_short_or_not_ours_is_read_anew(replicas: Replicas) -> None:
    await replicas.report(replicas.one())
    for number, end in enumerate((-1, 5, 0), 2):
        [name] = await replicas.hand.names()
        await replicas.hand.put(name, (await replicas.hand.value(name))[:end])
        assert await replicas.report(replicas.one()) == number


async def test_with_another_secret_key_nothing_is_found(replicas: Replicas) -> None:
    await replicas.report(replicas.one())
    assert await replicas.report(replicas.one("c1", new_key())) == 2


async def test_while_the_secret_key_is_changed_what_the_old_one_wrote_is_read(replicas: Replicas) -> None:
    old, new = new_key(), new_key()
    assert await replicas.report(replicas.one("c1", old)) == 1
    assert await replicas.report(replicas.one("c1", new, old)) == 1
    assert await replicas.report(replicas.one("c1", new)) == 2
    assert await replicas.report(replicas.one("c1", new, old)) == 2


async def test_redis_is_told_no_organization_no_path_no_connection_and_no_amount(replicas: Replicas) -> None:
    await replicas.report(replicas.one("connection-1"))
    [name] = await replicas.hand.names()
    lying = name.removeprefix(replicas.hand.prefix).encode() + await replicas.hand.value(name)
    for clear in (b"connection-1", b"1001", b"saldo", b"2026", b"Amount"):
        assert clear not in lying


async def test_forgetting_a_connection_leaves_nothing_of_it_and_all_of_others(replicas: Replicas) -> None:
    old, new = new_key(), new_key()
    await replicas.report(replicas.one("c1", old))
    await replicas.one("c1", new).organization(1002, Call()).accounts()
    await replicas.report(replicas.one("c2", new))
    assert await replicas.shared("c1", new, old).forget()
    assert len(await replicas.hand.names()) == 1
    assert await replicas.report(replicas.one("c2", new)) == 2 + 1


async def test_nothing_is_shared_that_is_not_fresh(replicas: Replicas) -> None:
    assert await replicas.report(replicas.one(freshness=0)) == 1
    assert await replicas.hand.names() == []
    await replicas.report(replicas.one(freshness=60))
    [name] = await replicas.hand.names()
    assert 59 < await replicas.hand.seconds(name) <= 60
    assert await replicas.report(replicas.one(freshness=0)) == 3


async def test_a_lost_redis_costs_a_request_and_nothing_else(connect: Connect) -> None:
    api, calls = Api(), [Call(), Call()]
    for call in calls:
        lost = SharedReads("c1", RedisAnswers("redis://127.0.0.1:1/0"), ValueCipher.of([SECRET]))
        assert await connect(api, shared=lost).organization(1001, call).report("2026", "saldo")
    assert [call.requests for call in calls] == [1, 1]
