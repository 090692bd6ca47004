"""`dinero-mcp login` as a process: how it ends at a terminal, and what its log holds."""

import hashlib
import os
import re
import signal
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import anyio.to_thread
import httpx2
import pytest

from dinero_mcp.auth.store import open_store
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Application
from tests.commands import COMMAND, SECONDS, environment, free_port, printed
from tests.commands import Settings as Variables
from tests.demo import demo_sandbox
from tests.sandbox.connect.browser import IDA
from tests.server.listening import listening

pytestmark = pytest.mark.once
PATH = "/oauth/dinero/callback"


@dataclass(frozen=True)
class World:
    """Visma Connect and Dinero on a port, and the settings that lead there."""

    address: str
    settings: Variables


@asynccontextmanager
async def world(folder: Path) -> AsyncGenerator[World]:
    redirect = f"http://127.0.0.1:{free_port()}{PATH}"
    sandbox = demo_sandbox(application=Application(redirect_addresses=(redirect,)))
    async with listening(sandbox.app) as address:
        yield World(
            address,
            {
                "DINERO_VISMA_CLIENT_ID": DEMO_VISMA_CLIENT_ID,
                "DINERO_VISMA_CLIENT_SECRET": DEMO_VISMA_CLIENT_SECRET,
                "DINERO_API_URL": address,
                "DINERO_CONNECT_URL": address,
                "DINERO_REDIRECT_URL": redirect,
                "DINERO_DATA_DIRECTORY": str(folder),
                "DINERO_LOG_LEVEL": "DEBUG",
                "PYTHONUNBUFFERED": "1",
            },
        )


def login(
    settings: Variables, folder: Path, stdin: int, stderr: int = subprocess.STDOUT
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "login", "--no-browser"],
        cwd=folder,
        env=environment(settings),
        stdin=stdin,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=stderr,
    )


@contextmanager
def a_terminal() -> Generator[int]:
    """The end of a terminal that a program has for its stdin; nobody types."""
    person, program = os.openpty()
    try:
        yield program
    finally:
        os.close(program)
        os.close(person)


def beginning_of(process: subprocess.Popen[str]) -> str:
    """The address to open, once all has been said."""
    assert process.stdout
    found: list[str] = []
    while len(found) < 2:
        line = process.stdout.readline()
        assert line, "it ended before it told where to go"
        found += [word for word in line.split() if word.startswith("http://127.0.0.1:")]
    return found[0]


def signed_in_as_ida(start: str) -> dict[str, str]:
    """The answer that a browser brought back from Visma."""
    with httpx2.Client(follow_redirects=True, timeout=SECONDS) as browser:
        consent = browser.get(start)
        done = browser.post(consent.url, data={"user": IDA.subject, "answer": "allow"})
        assert "Bergmann" in done.text
    answer = next(each.url for each in done.history if "code=" in str(each.url))
    asked = parse_qs(urlsplit(str(consent.url)).query)
    return {"challenge": asked["code_challenge"][0], "code": answer.params["code"]} | {
        "state": answer.params["state"]
    }


def quiet(settings: Variables) -> Variables:
    return {**settings, "DINERO_LOG_LEVEL": "WARNING"}


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
async def test_it_ends_by_itself_while_nothing_is_typed(tmp_path: Path) -> None:
    def at_the_terminal(settings: Variables) -> int:
        with a_terminal() as terminal, login(settings, tmp_path, terminal) as process:
            try:
                signed_in_as_ida(beginning_of(process))
                return process.wait(SECONDS)
            finally:
                process.kill()

    async with world(tmp_path) as here:
        assert await anyio.to_thread.run_sync(at_the_terminal, quiet(here.settings)) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
async def test_it_is_broken_off_by_ctrl_c_while_nothing_is_typed(tmp_path: Path) -> None:
    def at_the_terminal(settings: Variables) -> tuple[int, str]:
        with a_terminal() as terminal, login(settings, tmp_path, terminal) as process:
            try:
                beginning_of(process)
                process.send_signal(signal.SIGINT)
                code = process.wait(SECONDS)
                assert process.stdout
                return code, process.stdout.read().strip()
            finally:
                process.kill()

    async with world(tmp_path) as here:
        assert await anyio.to_thread.run_sync(at_the_terminal, quiet(here.settings)) == (130, "")


async def test_the_log_of_a_whole_sign_in_holds_no_secret(tmp_path: Path) -> None:
    def without_a_terminal(settings: Variables) -> tuple[dict[str, str], str]:
        log = tmp_path / "log"
        with (
            log.open("wb") as file,
            login(settings, tmp_path, subprocess.DEVNULL, file.fileno()) as process,
        ):
            answer = signed_in_as_ida(beginning_of(process))
            assert process.wait(SECONDS) == 0
        return answer, log.read_text(encoding="utf-8")

    async with world(tmp_path / "data") as here:
        answer, log = await anyio.to_thread.run_sync(without_a_terminal, here.settings)
        kept = await (await open_store(tmp_path / "data")).newest(here.address)
    assert kept
    assert "/connect/token" in log
    key = (tmp_path / "data" / "secret.key").read_text(encoding="utf-8").strip()
    secrets = [answer["code"], answer["state"], kept.access_token, kept.refresh_token, key]
    assert [each for each in [*secrets, DEMO_VISMA_CLIENT_SECRET] if each in log] == []
    assert answer["challenge"] not in {challenge_of(word) for word in re.findall(r"[\w-]{43,}", log)}


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@pytest.mark.parametrize("end", ["8765", "8765/connect", "8765/{x}", "8764/callback"])
def test_a_redirect_address_that_nobody_can_come_back_to_is_told(end: str, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{end}"
    settings = {"DINERO_REDIRECT_URL": address, "DINERO_DATA_DIRECTORY": str(tmp_path)}
    done = printed("login", "--demo", "--no-browser", cwd=tmp_path, settings=settings)
    assert (done.exit_code, f"DINERO_REDIRECT_URL {address}" in done.stderr) == (1, True)
