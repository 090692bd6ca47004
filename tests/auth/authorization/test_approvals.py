"""What a person's answer does, and what of it is remembered."""

import anyio

from dinero_mcp.auth.authorization.redirects import redirect
from tests.auth.authorization.desk import ASTRID, CALLBACK, GATEWAY, ISSUER, Desk, answer_in

IDA = "ida"


async def test_the_client_gets_a_code_its_state_and_who_gave_it(any_desk: Desk) -> None:
    address = await any_desk.approvals.approve(await any_desk.pending(await any_desk.registered()), ASTRID)
    assert address
    assert address.startswith(f"{CALLBACK}?code=")
    told = answer_in(address)
    assert told.keys() == {"code", "state", "iss"}
    assert (told["state"], told["iss"]) == ("a state", ISSUER)


async def test_the_client_of_who_does_not_agree_is_told_so(desk: Desk) -> None:
    address = await desk.approvals.deny(await desk.pending(await desk.registered()))
    assert address
    told = answer_in(address)
    assert (told["error"], told["state"], told["iss"]) == ("access_denied", "a state", ISSUER)
    assert "code" not in told


async def test_a_request_is_answered_once_however_often_the_button_is_pressed(any_desk: Desk) -> None:
    key = await any_desk.pending(await any_desk.registered())
    answers: list[str | None] = []

    async def press() -> None:
        answers.append(await any_desk.approvals.approve(key, ASTRID))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(press)
    assert sum(each is not None for each in answers) == 1
    assert await any_desk.approvals.pending(key) is None
    assert await any_desk.approvals.deny(key) is None


async def test_what_an_address_already_carries_stays(desk: Desk) -> None:
    client = await desk.registered("https://app.example.com/cb?tenant=7&empty=")
    key = await desk.pending(client, redirect_uri="https://app.example.com/cb?tenant=7&empty=", state=None)
    address = await desk.approvals.approve(key, ASTRID)
    assert address
    assert address.startswith("https://app.example.com/cb?tenant=7&empty=&code=")
    assert "state" not in answer_in(address)


async def test_a_consent_is_remembered_for_the_same_person_client_address_and_endpoint(desk: Desk) -> None:
    client = await desk.registered(CALLBACK, "https://claude.com/cb")
    first = await desk.approvals.pending(await desk.pending(client))
    assert first
    assert not await desk.approvals.is_remembered(first, ASTRID)
    await desk.approvals.remember(first, ASTRID)
    again = await desk.approvals.pending(await desk.pending(client, state="another"))
    assert again
    assert await desk.approvals.is_remembered(again, ASTRID)
    assert not await desk.approvals.is_remembered(again, IDA)
    for other in ({"redirect_uri": "https://claude.com/cb"}, {"resource": GATEWAY}):
        pending = await desk.approvals.pending(await desk.pending(client, **other))
        assert pending
        assert not await desk.approvals.is_remembered(pending, ASTRID)
    namesake = await desk.approvals.pending(await desk.pending(await desk.registered()))
    assert namesake
    assert not await desk.approvals.is_remembered(namesake, ASTRID)


async def test_a_program_on_the_persons_machine_has_to_ask_each_time(desk: Desk) -> None:
    client = await desk.registered(
        "http://127.0.0.1/cb", "http://localhost/cb", "cursor://a/cb", "com.a.b:/cb"
    )
    for address in ("http://127.0.0.1:1/cb", "http://localhost/cb", "cursor://a/cb", "com.a.b:/cb"):
        pending = await desk.approvals.pending(await desk.pending(client, redirect_uri=address))
        assert pending
        assert pending.redirect == redirect(address)
        await desk.approvals.remember(pending, ASTRID)
        assert not await desk.approvals.is_remembered(pending, ASTRID)


async def test_nothing_of_a_request_is_readable_where_it_is_kept(desk: Desk) -> None:
    key = await desk.pending(await desk.registered(), state="a-secret-state")
    async with desk.state.database.reading() as database:
        kept = str((await database.exec_driver_sql("SELECT * FROM dinero_mcp_tickets")).all())
    assert kept != "[]"
    assert key not in kept
    assert "a-secret-state" not in kept
