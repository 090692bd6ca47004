"""A server pointed at `dinero-mcp sandbox` by the lines it prints; API and sign-in share a host there."""

import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from mcp import Client

from dinero_mcp.dinero.wire import http_client
from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.companies import demo_statement
from dinero_mcp.server.client import ask, in_process
from dinero_mcp.server.sandbox import reconciling, settings_for
from dinero_mcp.settings import Settings
from tests.commands import Settings as Printed
from tests.commands import run
from tests.tools.asking import connected, settings_for_tests


@pytest.fixture
def settings(sandbox_settings: Printed) -> Settings:
    return Settings.model_validate(
        {name.removeprefix("DINERO_").lower(): value for name, value in sandbox_settings.items()}
    )


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[Client]:
    async with in_process(settings, demo=False) as client:
        yield client


def test_it_prints_the_settings_that_reach_it(sandbox_settings: Printed):
    port = int(sandbox_settings["DINERO_API_URL"].rpartition(":")[2])
    assert [f"{name}={value}" for name, value in sandbox_settings.items()][1:] == settings_for(port)


def test_the_bank_statement_is_printed_as_it_is(tmp_path: Path):
    printed = run("sandbox", "--statement", cwd=tmp_path, settings={"DINERO_TODAY": "2026-10-09"})
    assert printed.returncode == 0
    assert printed.stdout == demo_statement(date(2026, 10, 9))


def test_beside_the_bank_statement_stands_the_command_that_compares_it(tmp_path: Path):
    today = {"DINERO_TODAY": "2026-10-09"}
    printed = run("sandbox", "--statement", cwd=tmp_path, settings=today)
    (tmp_path / "kontoudtog.csv").write_text(printed.stdout, encoding="utf-8")
    program, *words = printed.stderr.splitlines()[-1].split()
    assert (program, words[-2]) == ("dinero-mcp", "to_date=2025-12-31")
    answer = run(*words, "--json", cwd=tmp_path, settings=today)
    closing = json.loads(answer.stdout)["closing"]
    assert closing["difference_bank_less_books"] == "-485.00"


def test_the_readme_has_that_command_for_its_year():
    readme = Path(__file__, "../../../README.md").resolve().read_text(encoding="utf-8")
    assert f"\n{reconciling(settings_for_tests())}\n" in readme


async def test_a_question_is_answered_as_by_a_sandbox_in_the_same_process(client: Client, sandbox: Sandbox):
    async with connected(sandbox) as inside:
        expected = await ask(inside, "get-monthly-results-tool", {"month": "2026-09"})
    reply = await ask(client, "get-monthly-results-tool", {"month": "2026-09"})
    assert reply.structured
    assert expected.structured
    assert reply.structured["organization"]["id"] == 1001
    assert reply.structured["month"] == expected.structured["month"]


async def test_nothing_says_that_it_is_the_demo_company(client: Client):
    assert "DEMO" not in (await ask(client, "list-organizations-tool", {})).text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_write_to_the_host_of_the_sign_in_is_stopped(method: str, settings: Settings):
    async with http_client(token_url=settings.api_token_url) as http:
        with pytest.raises(RuntimeError, match=f"{method} was about to be sent to 127.0.0.1: only read"):
            await http.request(method, f"{settings.api_url}/v1/1001/contacts")
        assert (await http.post(settings.api_token_url)).json() == {"error": "invalid_client"}
