"""The sandbox on a port of this machine, for whoever wants to point something at it."""

from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.chart import BANK
from dinero_mcp.sandbox.companies import demo_statement
from dinero_mcp.server.connection import today_in
from dinero_mcp.server.http import HOST, listen
from dinero_mcp.server.services import DEMO_ORGANIZATION
from dinero_mcp.settings import Settings


def settings_for(port: int) -> list[str]:
    """The settings with which a server reads the sandbox, as `NAME=value`."""
    here = f"http://{HOST}:{port}"
    return [
        f"DINERO_API_URL={here}",
        f"DINERO_API_TOKEN_URL={here}/dineroapi/oauth/token",
        f"DINERO_CLIENT_ID={DEMO_CLIENT_ID}",
        f"DINERO_CLIENT_SECRET={DEMO_CLIENT_SECRET}",
        f"DINERO_API_KEY={DEMO_API_KEY}",
        f"DINERO_ORGANIZATION_ID={DEMO_ORGANIZATION}",
    ]


def bank_statement(settings: Settings) -> str:
    """The demo company's bank account in December last year, as CSV text."""
    return demo_statement(today_in(settings))


def reconciling(settings: Settings) -> str:
    """The command that puts that statement beside the books, for the days that it covers."""
    year = today_in(settings).year - 1
    return (
        f"dinero-mcp call reconcile-bank-statement-tool account_number={BANK} statement=@kontoudtog.csv "
        f"to_date={year}-12-31 --demo"
    )


def serve_sandbox(settings: Settings, port: int) -> None:
    """Answer until it is stopped."""
    listen(Sandbox(today_in(settings)).app, port, settings.log_level)
