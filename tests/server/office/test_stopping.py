"""A server that is told to stop answers first what it was asked, and sends what is left of its traces, as one
process and as two.
"""

import signal
import subprocess
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import anyio
import httpx2
import pytest
import uvicorn
from anyio.to_thread import run_sync
from starlette.types import ASGIApp

from dinero_mcp.auth.sealing import new_key
from dinero_mcp.auth.state import open_state
from dinero_mcp.auth.visma_connection import RefreshMode, VismaConnection, VismaUser
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Fault
from dinero_mcp.server.office.telemetry import ENDPOINTS
from tests.auth.postgresql import a_database
from tests.commands import COMMAND, environment, free_port, wait_for
from tests.demo import demo_sandbox
from tests.server.listening import until
from tests.server.office.collector import Collector
from tests.server.office.running import call, result

pytestmark = pytest.mark.once
CALLS = 12


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Generator[str]:
    if request.param == "sqlite":
        yield ""
        return
    with a_database() as address:
        yield address


@pytest.mark.parametrize("workers", [1, 2])
async def test_calls_on_their_way_are_answered_when_it_is_told_to_stop(
    tmp_path: Path, database: str, workers: int
) -> None:
    sandbox, collector, port = demo_sandbox(control=True), Collector(), free_port()
    key = new_key()
    with _listening(sandbox.app) as visma, _listening(collector.app) as collecting:
        settings = {
            "DINERO_VISMA_CLIENT_ID": DEMO_VISMA_CLIENT_ID,
            "DINERO_VISMA_CLIENT_SECRET": DEMO_VISMA_CLIENT_SECRET,
            "DINERO_CONNECT_URL": visma,
            "DINERO_API_URL": visma,
            "DINERO_DATABASE_URL": database,
            "DINERO_SECRET_KEY": key,
            "DINERO_DATA_DIRECTORY": str(tmp_path / "data"),
            "DINERO_TODAY": "2026-10-09",
            ENDPOINTS[1]: collecting,
        }
        secret = await _moved_in(tmp_path / "data", database, key, visma)
        with _serving(tmp_path, settings, port, workers) as process:
            await run_sync(wait_for, process, port)
            await _all_are_counted(secret, port)
            sandbox.faults.extend([Fault(path="contacts", delay=2.0)] * CALLS)
            answers = await _asked_while_it_stops(secret, port, process)
            assert await run_sync(process.wait, 20) in (0, -signal.SIGTERM)
    assert len(answers) == CALLS
    assert [answer.text for answer in answers if "structuredContent" not in result(answer)] == []
    assert sum(sandbox.counts.refreshes.values()) == 1
    spans = Counter(span.name for span in collector.spans)
    assert spans["tools/call list-organizations-tool"] == spans["tools/call list-contacts-tool"] == CALLS


async def _all_are_counted(secret: str, port: int) -> None:
    """Whichever process answers, it knows the bearer, and tells of what all of them did."""

    async def ask() -> None:
        async with _client(secret, port) as http:
            result(await call(http, "list-organizations-tool"))

    async with anyio.create_task_group() as group:
        for _ in range(CALLS):
            group.start_soon(ask)
    async with _client(secret, port) as http:
        told = (await http.get("/metrics")).text
    counted = [line for line in told.splitlines() if line.startswith("dinero_mcp_calls_total{")]
    assert sum(float(line.rpartition(" ")[2]) for line in counted) == CALLS, told


async def _asked_while_it_stops(
    secret: str, port: int, process: subprocess.Popen[str]
) -> list[httpx2.Response]:
    answers: list[httpx2.Response] = []
    connected: list[int] = []

    async def ask(number: int) -> None:
        async with _client(secret, port) as http:
            await http.get("/healthz")
            connected.append(number)
            await until(lambda: len(connected) == CALLS)
            answers.append(await call(http, "list-contacts-tool", given={"search": f"a{number}"}))

    async with anyio.create_task_group() as group:
        for number in range(CALLS):
            group.start_soon(ask, number)
        await until(lambda: len(connected) == CALLS)
        await anyio.sleep(1)
        process.send_signal(signal.SIGTERM)
    return answers


def _client(secret: str, port: int) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {secret}"}, timeout=30
    )


async def _moved_in(folder: Path, database: str, key: str, visma: str) -> str:
    """A token for somebody whose access token at Visma is due."""
    async with httpx2.AsyncClient() as http:
        answer = await http.post(f"{visma}/_sandbox/grants", json={"users": 1, "organization_ids": [1001]})
    row = answer.raise_for_status().json()[0]
    now = datetime.now(UTC)
    connection = VismaConnection(
        user=VismaUser(visma, row["subject"]),
        access_token=row["access_token"],
        expires_at=datetime.fromtimestamp(row["expires_at"], UTC),
        refresh_token=row["refresh_token"],
        scope=row["scope"],
        connected_at=now,
        mode=RefreshMode.ONE_TIME,
        organization_id=1001,
    )
    state = await open_state(folder, database or None, [key])
    try:
        await state.connections.connect(connection)
        return (await state.bearers.create_named(connection.id, "test", "dinero:read", now, None))[1]
    finally:
        await state.close()


@contextmanager
def _serving(
    folder: Path, settings: dict[str, str], port: int, workers: int
) -> Generator[subprocess.Popen[str]]:
    command = [*COMMAND, "serve", "--http", "--port", str(port), "--workers", str(workers)]
    with subprocess.Popen(command, cwd=folder, env=environment(settings), text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def _listening(app: ASGIApp) -> Generator[str]:
    """An app on a port of this process."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off", ws="none"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
