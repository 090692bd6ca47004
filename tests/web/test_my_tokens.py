"""Tokens and programs in My Dinero."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import httpx2
import pytest

from dinero_mcp.auth.bearers import REFRESH_LASTS, Grant, Pair
from dinero_mcp.auth.consents import Consent
from dinero_mcp.auth.named_tokens import MOST, create_token
from tests.sandbox.connect.browser import IDA
from tests.web.mine import Home, Person

RESOURCE = "http://127.0.0.1:8765/mcp/dinero"
EVIL = "<b>x</b>'\"><img src=x>"


def secret_in(answer: httpx2.Response) -> str:
    """The token that the page shows."""
    found = re.search(r"dmt_[\w-]{43}", answer.text)
    assert found, answer.text
    return found.group()


def pasted(page: str, host: str) -> list[str]:
    """What stands ready to copy for a host."""
    texts = re.findall(rf'aria-label="To copy, for {host}">(.*?)</pre>', page, re.DOTALL)
    return [unescape(text) for text in texts]


async def test_a_token_is_shown_once_and_then_by_its_name(my: Home) -> None:
    owner = await my.owner()
    answer = await owner.sends("/my/tokens", name=" my  laptop ", expires="30")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    secret = secret_in(answer)
    found = await my.state.bearers.found(secret, my.office.now())
    assert found
    assert (found.connection_id, found.name) == (owner.connection.id, "my laptop")
    assert found.expires_at == my.office.now() + timedelta(days=30)
    page = await owner.sees()
    assert secret not in page
    assert "<bdi>my laptop</bdi>" in page
    assert "8 Nov 2026" in page
    assert "not yet" in page


async def test_the_form_sent_again_by_a_reload_makes_no_second_token(my: Home) -> None:
    owner = await my.owner()
    await owner.sends("/my/tokens", name="laptop", expires="90")
    again = await owner.sends("/my/tokens", name="Laptop", expires="90")
    assert (again.status_code, "a token of that name already" in again.text) == (400, True)
    assert len(await my.state.bearers.of(owner.connection.id)) == 1
    assert (await owner.browser.get("/my/tokens")).headers["Location"] == "/my"


@pytest.mark.parametrize(
    ("name", "expires", "said"),
    [
        ("", "90", "1 to 60 characters"),
        ("   ", "90", "1 to 60 characters"),
        ("x" * 61, "90", "1 to 60 characters"),
        ("a\x00b", "90", "1 to 60 characters"),
        ("a\u202eb", "90", "1 to 60 characters"),
        ("laptop", "31", "Choose 30, 90 or 365 days"),
        ("laptop", "", "Choose 30, 90 or 365 days"),
        ("laptop", "-1", "Choose 30, 90 or 365 days"),
    ],
)
async def test_a_name_or_an_expiry_that_is_not_fit_makes_no_token(
    name: str, expires: str, said: str, my: Home
) -> None:
    owner = await my.owner()
    answer = await owner.sends("/my/tokens", name=name, expires=expires)
    assert (answer.status_code, said in answer.text) == (400, True)
    assert await my.state.bearers.of() == []


async def test_there_are_fifty_tokens_at_most(my: Home) -> None:
    owner = await my.owner()
    for number in range(MOST):
        await create_token(my.state, owner.connection.id, f"token {number}", my.office.now(), None)
    answer = await owner.sends("/my/tokens", name="one more", expires="never")
    assert (answer.status_code, "There are 50 tokens" in answer.text) == (400, True)
    assert len(await my.state.bearers.of()) == MOST


async def test_a_token_is_revoked_after_asking_and_only_by_its_owner(my: Home) -> None:
    owner, other = await my.owner(), await my.owner(IDA)
    secret = secret_in(await owner.sends("/my/tokens", name="laptop", expires="never"))
    found = await my.state.bearers.found(secret, my.office.now())
    assert found
    page = await owner.sees()
    assert "Revoke laptop for good?" in page
    stolen = await other.sends("/my/tokens/revoke", token=found.id)
    assert (stolen.status_code, "There is no such thing here" in stolen.text) == (404, True)
    assert await my.state.bearers.found(secret, my.office.now())
    answer = await owner.sends("/my/tokens/revoke", token=found.id)
    assert "The token has been revoked." in await owner.sees(answer.headers["Location"])
    assert await my.state.bearers.found(secret, my.office.now()) is None


async def test_a_token_that_has_expired_says_so_and_one_that_was_used_says_when(my: Home) -> None:
    owner = await my.owner()
    short, _ = await create_token(
        my.state, owner.connection.id, "short", my.office.now(), timedelta(minutes=1)
    )
    await my.state.bearers.note_used([short.id], my.office.now())
    my.office.clock.pass_by(60)
    page = await owner.sees()
    assert "expired</strong>" in page
    assert "9 Oct 2026, 14:00" in page


async def test_the_lines_to_paste_need_the_address_alone_or_hold_the_new_token(my: Home) -> None:
    owner = await my.owner()
    page = await owner.sees()
    assert pasted(page, "Claude") == pasted(page, "ChatGPT") == [RESOURCE]
    signing_in, with_token = pasted(page, "Claude Code")
    assert signing_in == f"claude mcp add --transport http dinero {RESOURCE}"
    assert with_token == f'{signing_in} --header "Authorization: Bearer YOUR_TOKEN"'
    assert json.loads(pasted(page, "Cursor")[0]) == {"mcpServers": {"dinero": {"url": RESOURCE}}}

    answer = await owner.sends("/my/tokens", name="laptop", expires="90")
    secret = secret_in(answer)
    headers = {"Authorization": f"Bearer {secret}"}
    assert pasted(answer.text, "Claude Code") == [with_token.replace("YOUR_TOKEN", secret)]
    server = {"type": "http", "url": RESOURCE, "headers": headers}
    assert json.loads(pasted(answer.text, "VS Code")[0]) == {"servers": {"dinero": server}}
    assert (
        f'--server-url {RESOURCE} --header "Authorization: Bearer {secret}" --method tools/call'
        in (pasted(answer.text, "MCP Inspector")[0])
    )


async def test_who_asks_from_the_internet_gets_no_address_that_leads_to_this_machine_alone(my: Home) -> None:
    my.office.addresses = replace(my.office.addresses, is_local=True)
    page = await (await my.owner()).sees()
    assert pasted(page, "Claude") == pasted(page, "ChatGPT") == []
    for host in ("Claude", "ChatGPT"):
        assert f"{host} asks from the internet" in page
    assert RESOURCE in pasted(page, "Claude Code")[0]


async def signed_in(my: Home, owner: Person, client_id: str = "c1", name: str = "Claude") -> Pair:
    """A program's tokens after its owner allowed it."""
    await my.state.consents.give(owner.connection.id, consent(client_id), my.office.now())
    grant = Grant(
        connection_id=owner.connection.id,
        client_id=client_id,
        client_name=name,
        resource=RESOURCE,
        scope="dinero:read",
    )
    return await my.state.bearers.issue(grant, my.office.now())


def consent(client_id: str) -> Consent:
    return Consent(client_id, "https://claude.ai/api/mcp/auth_callback", RESOURCE, "dinero:read")


def app_in(page: str) -> str:
    return page.partition('name="app" value="')[2].partition('"')[0]


async def test_a_program_is_shown_since_it_signed_in_and_by_when_it_last_asked(my: Home) -> None:
    owner = await my.owner()
    pair = await signed_in(my, owner)
    assert "not yet" in (await owner.sees()).partition('id="apps"')[2]
    my.office.clock.pass_by(2 * 24 * 3600)
    assert await my.state.bearers.rotated(pair.refresh_token, "c1", my.office.now())
    my.office.clock.pass_by(REFRESH_LASTS.total_seconds() - 60)
    await my.state.bearers.sweep(my.office.now())
    shown = (await (await my.owner()).sees()).partition('id="apps"')[2]
    assert "<bdi>Claude</bdi>" in shown
    assert "9 Oct 2026" in shown
    assert "11 Oct 2026, 14:00" in shown
    my.office.clock.pass_by(60)
    assert "No program is connected yet." in await (await my.owner()).sees()


async def test_removing_a_program_ends_its_tokens_and_withdraws_the_consent(my: Home) -> None:
    owner, other = await my.owner(), await my.owner(IDA)
    first, kept = await signed_in(my, owner), await signed_in(my, owner, "c2", "Cursor")
    page = await owner.sees()
    family = app_in(page.partition("<bdi>Claude</bdi>")[2])
    assert (await other.sends("/my/apps/remove", app=family)).status_code == 404
    assert await my.state.bearers.found(first.access_token, my.office.now())
    answer = await owner.sends("/my/apps/remove", app=family)
    assert "The program has been removed." in await owner.sees(answer.headers["Location"])
    assert await my.state.bearers.found(first.access_token, my.office.now()) is None
    assert await my.state.bearers.rotated(first.refresh_token, "c1", my.office.now()) is None
    assert await my.state.bearers.found(kept.access_token, my.office.now())
    assert not await my.state.consents.is_given(owner.connection.id, consent("c1"))
    assert await my.state.consents.is_given(owner.connection.id, consent("c2"))


@pytest.mark.parametrize(
    "wrong", ["", "x", "' OR '1'='1", "../../etc/passwd", "%00", "a" * 5000, "\x00", "*"]
)
async def test_an_id_that_is_none_finds_nothing(wrong: str, my: Home) -> None:
    owner = await my.owner()
    await owner.sends("/my/tokens", name="laptop", expires="90")
    await signed_in(my, owner)
    assert (await owner.sends("/my/tokens/revoke", token=wrong)).status_code == 404
    assert (await owner.sends("/my/apps/remove", app=wrong)).status_code == 404
    assert len(await my.state.bearers.of()) == 2


async def test_a_programs_token_is_not_revoked_as_a_named_one(my: Home) -> None:
    owner = await my.owner()
    pair = await signed_in(my, owner)
    found = await my.state.bearers.found(pair.refresh_token, my.office.now())
    assert found
    assert (await owner.sends("/my/tokens/revoke", token=found.id)).status_code == 404


async def test_names_of_tokens_and_programs_are_text(my: Home) -> None:
    owner = await my.owner()
    created = await owner.sends("/my/tokens", name=EVIL, expires="90")
    await signed_in(my, owner, name=EVIL)
    for page in (created.text, await owner.sees()):
        assert "<b>" not in page
        assert "<img" not in page
        assert "&lt;b&gt;x" in page
