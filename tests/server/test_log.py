"""What the log tells, at its most talkative."""

from pathlib import Path

import pytest
from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.sandbox import Sandbox
from tests.commands import TODAY, run
from tests.server.listening import listening

CREDENTIALS = {
    "DINERO_CLIENT_ID": "demo-client",
    "DINERO_CLIENT_SECRET": "demo-secret",
    "DINERO_API_KEY": "demo-office",
    "DINERO_ORGANIZATION_ID": "1001",
}


class Overhearing:
    """An app, and every `Authorization` that reached it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.heard: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.heard |= {value.decode() for name, value in scope["headers"] if name == b"authorization"}
        await self.app(scope, receive, send)


async def test_the_log_holds_no_secret_key_or_token(sandbox: Sandbox, tmp_path: Path):
    app = Overhearing(sandbox.app)
    async with listening(app) as address:
        addresses = {"DINERO_API_URL": address, "DINERO_API_TOKEN_URL": f"{address}/dineroapi/oauth/token"}
        settings = {**TODAY, **CREDENTIALS, **addresses, "DINERO_LOG_LEVEL": "DEBUG"}
        question = ("call", "get-balance-report-tool")
        done = await run_sync(lambda: run(*question, cwd=tmp_path, settings=settings))
    assert (done.returncode, "assets" in done.stdout) == (0, True)
    assert f"HTTP Request: GET {address}/v1/1001/2026/reports/balance" in done.stderr
    schemes, credentials = zip(*(one.split() for one in app.heard), strict=True)
    assert set(schemes) == {"Basic", "Bearer"}
    for secret in ("demo-secret", "demo-office", *credentials):
        assert secret not in done.stdout + done.stderr


@pytest.mark.parametrize("heading", ["Tekst", "Kendeordet"])
def test_the_log_holds_nothing_of_a_statement_that_is_handed_over(heading: str, tmp_path: Path):
    """Neither of one that is answered nor of one that is refused."""
    rows = "Dato;{};{}\n14-01-2026;Kendeordet;-4711,13\n"
    (tmp_path / "kontoudtog.csv").write_text(rows.format(heading, "Beløb" if heading == "Tekst" else "Pris"))
    question = ("call", "reconcile-bank-statement-tool", "account_number=55000", "statement=@kontoudtog.csv")
    settings = {**TODAY, "DINERO_LOG_LEVEL": "DEBUG"}
    done = run(*question, "--demo", cwd=tmp_path, settings=settings)
    assert done.returncode == (0 if heading == "Tekst" else 1)
    logged, _, said_to_the_person = done.stderr.partition("The statement's columns")
    assert " DEBUG " in logged
    assert "Kendeord" not in logged + said_to_the_person.partition("\n")[2]
    assert "4711" not in done.stderr
