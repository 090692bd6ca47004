"""The server with a connection that is stored for Visma Connect."""

import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client

from dinero_mcp.auth.connecting import new_connection
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.errors import SettingsError
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from dinero_mcp.sandbox.connect.users import User
from dinero_mcp.server.app import create_server
from dinero_mcp.server.client import in_process
from dinero_mcp.server.services import SignIn, open_services, sign_in_of
from dinero_mcp.server.visma import (
    data_directory,
    demo_grants,
    demo_settings,
    open_connection_store,
    open_visma_services,
    visma_client,
)
from dinero_mcp.settings import Settings
from tests.commands import Settings as Variables
from tests.commands import printed, ran, run
from tests.sandbox.connect.browser import ASTRID, IDA, MADS, VERIFIER, code_for
from tests.server.listening import listening
from tests.tools.asking import TODAY, answered, refused

LISTED = "list-organizations-tool"
APPLICATION: Variables = {
    "DINERO_VISMA_CLIENT_ID": DEMO_VISMA_CLIENT_ID,
    "DINERO_VISMA_CLIENT_SECRET": DEMO_VISMA_CLIENT_SECRET,
    "DINERO_TODAY": TODAY.isoformat(),
}


def settings_in(folder: Path, **more: Any) -> Settings:  # Any: field values
    given = {name.removeprefix("DINERO_").lower(): value for name, value in APPLICATION.items()}
    return Settings.model_validate(given | {"data_directory": folder} | more)


async def sign_in(settings: Settings, sandbox: Sandbox, user: User, **changes: Any) -> VismaConnection:
    """What a user's consent in the browser comes to."""
    network = httpx2.ASGITransport(sandbox.app)
    async with httpx2.AsyncClient(transport=network) as http:
        code = await code_for(http, user)
    token = await visma_client(settings, network).tokens(code, VERIFIER, DEMO_REDIRECT_ADDRESS)
    connection = replace(new_connection(token, datetime.now(UTC)), **changes)
    await (await open_connection_store(settings)).connect(connection)
    return connection


@asynccontextmanager
async def client_of(settings: Settings, sandbox: Sandbox) -> AsyncGenerator[Client]:
    network = httpx2.ASGITransport(sandbox.app)
    async with Client(create_server(lambda: open_services(settings, network))) as client:
        yield client


async def ids(client: Client) -> list[int]:
    return [each["id"] for each in (await answered(client, LISTED))["organizations"]]


async def test_it_answers_with_what_the_user_reaches(sandbox: Sandbox, tmp_path: Path):
    settings = settings_in(tmp_path)
    await sign_in(settings, sandbox, IDA)
    async with client_of(settings, sandbox) as client:
        assert await ids(client) == [1002]
        assert "Bergmann" in str(await answered(client, "get-organization-tool"))
    assert {seen.client_id for seen in sandbox.requests if seen.path.startswith("/v1")} == {
        DEMO_VISMA_CLIENT_ID
    }


async def test_until_somebody_signs_in_the_way_to_do_so_is_told(sandbox: Sandbox, tmp_path: Path):
    settings = settings_in(tmp_path / "not" / "there")
    async with client_of(settings, sandbox) as client:
        told = await refused(client, LISTED)
        assert "`dinero-mcp login`" in told
        assert "DINERO_API_KEY" in told
        assert not (tmp_path / "not").exists()
        await sign_in(settings, sandbox, ASTRID)
        assert await ids(client) == [1001, 1002, 1003]


async def test_the_organization_is_the_calls_else_the_one_that_is_set_else_the_one_chosen(
    sandbox: Sandbox, tmp_path: Path
):
    chosen = settings_in(tmp_path)
    await sign_in(chosen, sandbox, ASTRID, organization_id=1002)
    for settings, default in ((chosen, 1002), (settings_in(tmp_path, organization_id=1001), 1001)):
        async with client_of(settings, sandbox) as client:
            answer = await answered(client, "list-accounting-years-tool")
            assert answer["organization"]["id"] == default
            other = 2003 - default
            answer = await answered(client, "list-accounting-years-tool", organization_id=other)
            assert answer["organization"]["id"] == other


async def test_what_was_read_for_one_user_is_never_given_to_the_next(sandbox: Sandbox, tmp_path: Path):
    settings = settings_in(tmp_path)
    await sign_in(settings, sandbox, ASTRID)
    network = httpx2.ASGITransport(sandbox.app)
    async with open_visma_services(settings, network, look_again=0) as services:
        first = await services.connection()
        assert await services.connection() is first
        await sign_in(settings, sandbox, MADS)
        second = await services.connection()
    assert second.dinero is not first.dinero
    assert second.kept is not first.kept
    assert second.said is not first.said


async def test_a_new_default_organization_is_noticed_and_nothing_is_read_anew_for_it(
    sandbox: Sandbox, tmp_path: Path
):
    settings = settings_in(tmp_path)
    user = (await sign_in(settings, sandbox, ASTRID)).user
    network = httpx2.ASGITransport(sandbox.app)
    async with open_visma_services(settings, network, look_again=0) as services:
        first = await services.connection()
        store = await open_connection_store(settings)
        await store.change(user, lambda found: replace(found, organization_id=1002))
        second = await services.connection()
    assert second.default_organization == 1002
    assert second.dinero is first.dinero
    assert second.said is not first.said


@pytest.mark.parametrize(
    ("given", "way"),
    [
        ({}, SignIn.NONE),
        ({"visma_client_id": "isv", "visma_client_secret": "s"}, SignIn.VISMA_CONNECT),
        ({"api_key": "k"}, SignIn.API_KEY),
        ({"visma_client_id": "isv", "visma_client_secret": "s", "api_key": "k"}, SignIn.API_KEY),
    ],
)
def test_an_api_key_goes_first(given: dict[str, str], way: SignIn):
    assert sign_in_of(Settings.model_validate(given)) is way


def test_without_an_application_there_is_no_visma_connect():
    with pytest.raises(SettingsError, match="DINERO_VISMA_CLIENT_ID"):
        visma_client(Settings.model_validate({}))


def test_connections_are_kept_in_the_users_data_directory():
    assert data_directory(Settings.model_validate({})).name == "dinero-mcp"


async def test_tokens_go_to_no_visma_connect_but_the_one_that_gave_them(sandbox: Sandbox, tmp_path: Path):
    settings = settings_in(tmp_path)
    await sign_in(settings, sandbox, ASTRID)
    elsewhere = settings_in(tmp_path, connect_url="https://connect.evil.example")
    async with client_of(elsewhere, sandbox) as client:
        assert "Nobody is signed in" in await refused(client, LISTED)


async def test_the_demo_answers_for_whoever_is_signed_in_to_it(companies: list[Books], tmp_path: Path):
    mine = Settings.model_validate({"data_directory": tmp_path, "today": TODAY})
    async with in_process(mine, demo=True) as client:
        assert await ids(client) == [1001, 1002, 1003]
        assert list_of(tmp_path) == []
        demo = demo_settings(mine)
        rehearsal = Sandbox(TODAY, companies, grants=demo_grants(demo))
        await sign_in(demo, rehearsal, IDA)
        assert list_of(tmp_path) == ["demo"]
        assert await ids(client) == [1002]
    async with in_process(mine, demo=True) as client:
        assert await ids(client) == [1002]
        assert (await answered(client, LISTED))["notice"].startswith("DEMO COMPANY")
    async with client_of(settings_in(tmp_path), Sandbox(TODAY, companies)) as client:
        assert "Nobody is signed in" in await refused(client, LISTED)


def list_of(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@asynccontextmanager
async def on_a_port(
    companies: list[Books], folder: Path
) -> AsyncGenerator[tuple[Variables, VismaConnection]]:
    """The variables of a program that has to refresh first, and what it has to refresh."""
    sandbox = Sandbox(TODAY, companies)
    async with listening(sandbox.app) as address:
        settings = settings_in(folder, connect_url=address, api_url=address)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(sandbox.app)) as http:
            code = await code_for(http)
        token = await visma_client(settings).tokens(code, VERIFIER, DEMO_REDIRECT_ADDRESS)
        stored = new_connection(token, datetime.now(UTC) - timedelta(hours=2))
        await (await open_connection_store(settings)).connect(stored)
        yield (
            {
                **APPLICATION,
                "DINERO_API_URL": address,
                "DINERO_CONNECT_URL": address,
                "DINERO_DATA_DIRECTORY": str(folder),
                "DINERO_ORGANIZATION_ID": "1001",
            },
            stored,
        )


async def test_the_log_holds_no_secret_however_much_it_tells(companies: list[Books], tmp_path: Path):
    async with on_a_port(companies, tmp_path) as (variables, stored):
        loud = {**variables, "DINERO_LOG_LEVEL": "DEBUG"}
        done = await anyio.to_thread.run_sync(lambda: run("call", LISTED, cwd=tmp_path, settings=loud))
        settings = settings_in(tmp_path)
        now = await (await open_connection_store(settings)).newest(variables["DINERO_CONNECT_URL"])
    assert done.returncode == 0, done.stderr
    assert "Havblik" in done.stdout
    assert "/connect/token" in done.stderr
    assert now
    assert now.refresh_token != stored.refresh_token
    secrets = [DEMO_VISMA_CLIENT_SECRET, (tmp_path / "secret.key").read_text(encoding="utf-8").strip()]
    for each in (stored, now):
        secrets += [each.access_token, each.refresh_token]
    assert [secret for secret in secrets if secret in done.stdout + done.stderr] == []


async def test_doctor_goes_all_the_way_to_a_report(companies: list[Books], tmp_path: Path):
    async with on_a_port(companies, tmp_path) as (variables, _):
        done = await anyio.to_thread.run_sync(lambda: run("doctor", cwd=tmp_path, settings=variables))
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        "ok   settings",
        "ok   stored connection",
        "ok   reachability",
        "ok   token",
        "ok   sign-in and organizations",
        "ok   default organization",
        "ok   Pro plan",
        "ok   a report",
    ]


def test_doctor_stops_where_nobody_is_signed_in(tmp_path: Path):
    settings = {**APPLICATION, "DINERO_DATA_DIRECTORY": str(tmp_path)}
    done = printed("doctor", cwd=tmp_path, settings=settings)
    assert (done.exit_code, done.stderr) == (1, "")
    assert "FAIL stored connection: Nobody is signed in" in done.stdout
    for cure in (
        "application type Web",
        "redirect address exactly http://127.0.0.1:8765/oauth/dinero/callback",
        "OpenID Connect off",
        "Offline Access on",
        "(dineropublicapi:read) approved",
        "team country Denmark",
        "Visma login that owns the organization",
        "More, Debugger",
    ):
        assert cure in done.stdout
    assert list_of(tmp_path) == []


LISTS_TOOLS = """
import asyncio, json, sys
from dinero_mcp.server.client import in_process, listed
from dinero_mcp.settings import read_settings

async def main():
    async with in_process(read_settings(), demo=sys.argv[1] == "demo") as client:
        assert await listed(client)
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))

asyncio.run(main())
"""
HEAVY = {"sqlalchemy", "alembic", "aiosqlite", "asyncpg", "greenlet", "mako"}


@pytest.mark.parametrize(
    ("settings", "demo"),
    [({}, "no"), ({}, "demo"), ({"DINERO_API_KEY": "k"}, "no"), (APPLICATION, "no")],
    ids=["nothing", "demo", "API key", "Visma Connect"],
)
def test_to_start_and_list_the_tools_loads_no_database(settings: Variables, demo: str, tmp_path: Path):
    done = ran([sys.executable, "-c", LISTS_TOOLS, demo], tmp_path, settings)
    assert done.stderr == ""
    assert HEAVY & set(json.loads(done.stdout)) == set()
