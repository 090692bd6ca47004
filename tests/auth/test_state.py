"""What an office keeps beside its connections, on both databases."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta

import anyio
import msgspec
import pytest
from sqlalchemy import text

from dinero_mcp.auth.audit import AuditLine
from dinero_mcp.auth.bearers import ACCESS_LASTS, REFRESH_LASTS, Grant, Pair
from dinero_mcp.auth.clients import UNUSED_LASTS, Client
from dinero_mcp.auth.consents import Consent
from dinero_mcp.auth.state import State, open_state
from dinero_mcp.auth.tickets import TicketKind
from tests.auth.clock import Clock
from tests.auth.conftest import Place
from tests.auth.test_store import ASTRID, IDA, connection

MINUTE = timedelta(minutes=1)
RESOURCE = "https://mcp.example.com/mcp/dinero"


class Note(msgspec.Struct, frozen=True):
    text: str


@pytest.fixture
async def state(place: Place) -> AsyncGenerator[State]:
    opened = await open_state(place.directory, place.database_address, most_connections=3)
    yield opened
    await opened.close()


def grant(connection_id: str = "a", client_id: str = "client") -> Grant:
    return Grant(
        connection_id=connection_id,
        client_id=client_id,
        client_name="Claude",
        resource=RESOURCE,
        scope="dinero:read",
    )


async def test_a_ticket_is_taken_once_however_many_try(state: State, clock: Clock) -> None:
    key = await state.tickets.issue(TicketKind.CODE, Note("hej"), clock.now, MINUTE)
    taken: list[Note | None] = []

    async def take() -> None:
        taken.append(await state.tickets.take(TicketKind.CODE, key, Note, clock.now))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(take)
    assert sorted(map(str, taken)) == sorted(["Note(text='hej')", *["None"] * 7])


async def test_a_ticket_is_good_for_its_kind_and_its_time_only(state: State, clock: Clock) -> None:
    key = await state.tickets.issue(TicketKind.SESSION, Note("hej"), clock.now, MINUTE)
    assert await state.tickets.look(TicketKind.CODE, key, Note, clock.now) is None
    assert await state.tickets.look(TicketKind.SESSION, key + "x", Note, clock.now) is None
    assert await state.tickets.change(TicketKind.SESSION, key, Note("davs"), clock.now)
    assert await state.tickets.look(TicketKind.SESSION, key, Note, clock.now) == Note("davs")
    later = clock.now + MINUTE
    assert await state.tickets.look(TicketKind.SESSION, key, Note, later) is None
    assert await state.tickets.take(TicketKind.SESSION, key, Note, later) is None
    assert not await state.tickets.change(TicketKind.SESSION, key, Note("hej"), later)


async def test_neither_keys_nor_contents_of_tickets_are_readable_in_the_database(
    state: State, clock: Clock
) -> None:
    key = await state.tickets.issue(TicketKind.SIGN_IN, Note("a verifier"), clock.now, MINUTE)
    _, secret = await state.bearers.create_named("a", "laptop", "dinero:read", clock.now, None)
    async with state.database.reading() as database:
        for table in ("tickets", "bearers"):
            rows = str((await database.execute(text(f"SELECT * FROM dinero_mcp_{table}"))).all())
            assert rows != "[]"
            assert not any(each in rows for each in (key, "verifier", secret, secret[4:]))


async def test_a_token_is_found_until_it_expires_or_is_revoked(state: State, clock: Clock) -> None:
    expires = clock.now + MINUTE
    made, secret = await state.bearers.create_named("a", "laptop", "dinero:read", clock.now, expires)
    other, _ = await state.bearers.create_named("a", "other", "dinero:read", clock.now, None)
    assert await state.bearers.found(secret, clock.now) == made
    assert await state.bearers.found(secret + "x", clock.now) is None
    assert await state.bearers.found(secret, expires) is None
    assert not await state.bearers.revoke(made.id, "b")
    assert await state.bearers.revoke(made.id, "a")
    assert await state.bearers.found(secret, clock.now) is None
    assert await state.bearers.of("a") == [other]


async def test_a_refresh_token_brings_the_next_and_ends_the_access_token_before(
    state: State, clock: Clock
) -> None:
    first = await state.bearers.issue(grant(), clock.now)
    second = await state.bearers.rotated(first.refresh_token, "client", clock.now)
    assert second
    assert await state.bearers.found(first.access_token, clock.now) is None
    found = await state.bearers.found(second.access_token, clock.now)
    assert found
    assert (found.connection_id, found.resource, found.name) == ("a", RESOURCE, "Claude")
    assert await state.bearers.found(second.access_token, clock.now + ACCESS_LASTS) is None
    assert await state.bearers.rotated(second.refresh_token, "client", clock.now + REFRESH_LASTS) is None


async def test_a_refresh_token_used_twice_ends_its_family(state: State, clock: Clock) -> None:
    first = await state.bearers.issue(grant(), clock.now)
    bystander = await state.bearers.issue(grant(), clock.now)
    second = await state.bearers.rotated(first.refresh_token, "client", clock.now)
    assert second
    assert await state.bearers.rotated(first.refresh_token, "client", clock.now) is None
    assert await state.bearers.found(second.access_token, clock.now) is None
    assert await state.bearers.rotated(second.refresh_token, "client", clock.now) is None
    assert await state.bearers.found(bystander.access_token, clock.now)


async def test_anothers_refresh_token_is_of_no_use_and_unharmed(state: State, clock: Clock) -> None:
    pair = await state.bearers.issue(grant(), clock.now)
    assert await state.bearers.rotated(pair.refresh_token, "another", clock.now) is None
    assert await state.bearers.rotated(pair.access_token, "client", clock.now) is None
    assert await state.bearers.rotated(pair.refresh_token, "client", clock.now)


async def test_of_two_refreshes_at_once_one_is_reuse(state: State, clock: Clock) -> None:
    pair = await state.bearers.issue(grant(), clock.now)
    came: list[Pair | None] = []

    async def refresh() -> None:
        came.append(await state.bearers.rotated(pair.refresh_token, "client", clock.now))

    async with anyio.create_task_group() as group:
        group.start_soon(refresh)
        group.start_soon(refresh)
    assert sum(each is not None for each in came) == 1
    assert await state.bearers.of("a") == []


async def test_revoking_a_clients_token_ends_its_family_and_no_other(state: State, clock: Clock) -> None:
    pair = await state.bearers.issue(grant(), clock.now)
    kept = await state.bearers.issue(grant(), clock.now)
    named, _ = await state.bearers.create_named("a", "laptop", "dinero:read", clock.now, None)
    found = await state.bearers.found(pair.refresh_token, clock.now)
    assert found
    assert await state.bearers.revoke(found.id, "a")
    assert await state.bearers.found(pair.access_token, clock.now) is None
    assert await state.bearers.found(kept.access_token, clock.now)
    assert named in await state.bearers.of("a")


async def test_disconnecting_deletes_all_of_a_connection_but_its_audit_lines(
    state: State, clock: Clock
) -> None:
    astrid, ida = connection(clock), connection(clock, IDA)
    secrets: dict[str, str] = {}
    for each in (astrid, ida):
        await state.connections.connect(each)
        _, secrets[each.id] = await state.bearers.create_named(each.id, "t", "s", clock.now, None)
        await state.audit.write([line(clock, each.id)])
        await state.consents.give(each.id, CONSENT, clock.now)
    session = await state.tickets.issue(
        TicketKind.SESSION, Note("hej"), clock.now, MINUTE, connection_id=astrid.id
    )
    await state.forget(astrid.id)
    assert [each.user for each in await state.connections.all()] == [IDA]
    assert await state.bearers.found(secrets[astrid.id], clock.now) is None
    assert await state.bearers.found(secrets[ida.id], clock.now)
    assert not await state.consents.is_given(astrid.id, CONSENT)
    assert await state.consents.is_given(ida.id, CONSENT)
    assert await state.tickets.look(TicketKind.SESSION, session, Note, clock.now) is None
    assert await state.audit.latest(astrid.id) == [replace(line(clock, astrid.id), client="")]
    assert await state.audit.latest(ida.id) == [line(clock, ida.id)]
    assert ASTRID.subject not in str(await state.audit.latest(astrid.id))


CONSENT = Consent("client", "https://claude.ai/api/mcp/auth_callback", RESOURCE, "dinero:read")


def line(clock: Clock, connection_id: str, **its: object) -> AuditLine:
    fields: dict[str, object] = {
        "at": clock.now,
        "connection_id": connection_id,
        "client": "Claude",
        "tool": "list-organizations-tool",
        "organization_id": None,
        "outcome": "ok",
        "milliseconds": 12,
        "request_id": "0" * 32,
    }
    return AuditLine(**fields | its)  # pyright: ignore[reportArgumentType] - the fields as given


async def test_the_audit_trail_shows_ones_own_calls_and_forgets_old_ones(state: State, clock: Clock) -> None:
    old, new = line(clock, "a", at=clock.now - timedelta(days=91)), line(clock, "a")
    await state.audit.write([old, new, line(clock, "b")])
    assert await state.audit.latest("a") == [new, old]
    assert await state.audit.latest("a", most=1) == [new]
    await state.audit.forget_before(clock.now - timedelta(days=90))
    assert await state.audit.latest("a") == [new]


async def test_a_consent_holds_for_the_same_client_address_endpoint_and_scope(
    state: State, clock: Clock
) -> None:
    await state.consents.give("a", CONSENT, clock.now)
    await state.consents.give("a", CONSENT, clock.now)
    assert await state.consents.is_given("a", CONSENT)
    for change in ({"redirect_address": "https://evil.example"}, {"resource": "x"}, {"scope": "y"}):
        other = Consent(**{**{f: getattr(CONSENT, f) for f in CONSENT.__slots__}, **change})
        assert not await state.consents.is_given("a", other)
    await state.consents.withdraw("a", "client")
    assert not await state.consents.is_given("a", CONSENT)


async def test_clients_that_came_to_nothing_are_forgotten(state: State, clock: Clock) -> None:
    for name in ("used", "unused"):
        await state.clients.add(Client(name, "{}", clock.now))
    await state.clients.note_used("used", clock.now)
    await state.clients.add(Client("later", "{}", clock.now + UNUSED_LASTS))
    assert await state.clients.found("used") == Client("used", "{}", clock.now)
    assert await state.clients.found("unused") is None
    assert await state.clients.count() == 2


async def test_whoever_gives_up_waiting_leaves_no_lock_behind(state: State, clock: Clock) -> None:
    async def impatient(seconds: float) -> None:
        with anyio.move_on_after(seconds):
            key = await state.tickets.issue(TicketKind.CODE, Note("hej"), clock.now, MINUTE)
            await state.tickets.take(TicketKind.CODE, key, Note, clock.now)

    async with anyio.create_task_group() as group:
        for each in range(60):
            group.start_soon(impatient, each / 2000)
    with anyio.fail_after(4):
        assert await state.tickets.issue(TicketKind.CODE, Note("hej"), clock.now, MINUTE)
