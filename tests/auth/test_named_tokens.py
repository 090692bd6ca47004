"""Named tokens and the programs that signed in, on both databases."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from dinero_mcp.auth.bearers import REFRESH_LASTS, Grant
from dinero_mcp.auth.families import families, remove
from dinero_mcp.auth.named_tokens import MOST, TokenRefusedError, create_token, named_tokens
from dinero_mcp.auth.state import State, open_state
from tests.auth.clock import Clock
from tests.auth.conftest import Place

DAY = timedelta(days=1)


@pytest.fixture
async def state(place: Place) -> AsyncGenerator[State]:
    opened = await open_state(place.directory, place.database_address, most_connections=3)
    yield opened
    await opened.close()


def grant(client_id: str, connection_id: str = "a") -> Grant:
    return Grant(
        connection_id=connection_id,
        client_id=client_id,
        client_name=client_id.title(),
        resource="https://mcp.example.com/mcp",
        scope="dinero:read",
    )


async def test_a_name_is_taken_once_by_each_connection(state: State, clock: Clock) -> None:
    made, _ = await create_token(state, "a", "Laptop", clock.now, 30 * DAY)
    assert made.expires_at == clock.now + 30 * DAY
    with pytest.raises(TokenRefusedError, match="of that name already"):
        await create_token(state, "a", " laptop", clock.now, None)
    await create_token(state, "b", "laptop", clock.now, None)
    await state.bearers.issue(grant("claude"), clock.now)
    assert await named_tokens(state, "a") == [made]
    assert len(await named_tokens(state)) == 2


async def test_there_are_no_more_tokens_than_can_be_kept_in_view(state: State, clock: Clock) -> None:
    for number in range(MOST):
        await create_token(state, "a", f"token {number}", clock.now, None)
    with pytest.raises(TokenRefusedError, match="no more are kept"):
        await create_token(state, "a", "one more", clock.now, None)


async def test_a_program_is_one_however_often_its_tokens_change(state: State, clock: Clock) -> None:
    began = clock.now
    pair = await state.bearers.issue(grant("claude"), began)
    await state.bearers.issue(grant("cursor"), began - DAY)
    for _ in range(3):
        clock.pass_by(DAY.total_seconds())
        pair = await state.bearers.rotated(pair.refresh_token, "claude", clock.now)
        assert pair
    claude, cursor = await families(state, clock.now, "a")
    assert (claude.client_name, claude.since, claude.used_at) == ("Claude", began, clock.now)
    assert (cursor.client_name, cursor.since, cursor.used_at) == ("Cursor", began - DAY, None)
    found = await state.bearers.found(pair.access_token, clock.now)
    assert found
    await state.bearers.note_used([found.id], clock.now + timedelta(minutes=1))
    assert (await families(state, clock.now, "a"))[0].used_at == clock.now + timedelta(minutes=1)


async def test_a_program_whose_tokens_are_over_or_that_was_removed_is_gone(
    state: State, clock: Clock
) -> None:
    await state.bearers.issue(grant("claude"), clock.now)
    await state.bearers.issue(grant("ida's", "b"), clock.now)
    assert await families(state, clock.now + REFRESH_LASTS) == []
    (claude,) = await families(state, clock.now, "a")
    await remove(state, claude)
    assert [each.connection_id for each in await families(state, clock.now)] == ["b"]
