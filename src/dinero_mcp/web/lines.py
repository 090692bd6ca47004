"""What to paste where, for each program that can ask: the address alone, or with a token."""

import json
from dataclasses import dataclass

from dinero_mcp.web.addresses import Addresses

NAME = "dinero"
"""What the server is called in the configuration of a client."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to paste, with `key` for what is said of it; nothing where nothing would work."""

    host: str
    key: str
    text: str = ""


def lines_by_sign_in(addresses: Addresses) -> list[Line]:
    """For programs that let their user sign in here: they need nothing but the address.

    Claude and ChatGPT ask from the internet, from where this machine's own address leads nowhere.
    """
    address = addresses.dedicated
    return [
        Line("Claude", "too_far") if addresses.is_local else Line("Claude", "claude", address),
        Line("ChatGPT", "too_far") if addresses.is_local else Line("ChatGPT", "chatgpt", address),
        Line("Claude Code", "claude_code", _claude_code(address)),
        Line("Cursor", "cursor", _cursor({"url": address})),
        Line("VS Code", "vs_code", _vs_code({"type": "http", "url": address})),
    ]


def lines_by_token(address: str, token: str) -> list[Line]:
    """For programs that are handed a token, and scripts."""
    headers = {"headers": {"Authorization": f"Bearer {token}"}}
    return [
        Line("Claude Code", "claude_code_token", f"{_claude_code(address)} {_header(token)}"),
        Line("Cursor", "cursor", _cursor({"url": address, **headers})),
        Line("VS Code", "vs_code_token", _vs_code({"type": "http", "url": address, **headers})),
        Line("MCP Inspector", "inspector", _inspector(address, token)),
    ]


def _claude_code(address: str) -> str:
    return f"claude mcp add --transport http {NAME} {address}"


def _header(token: str) -> str:
    return f'--header "Authorization: Bearer {token}"'


def _cursor(server: dict[str, object]) -> str:
    return json.dumps({"mcpServers": {NAME: server}}, indent=2)


def _vs_code(server: dict[str, object]) -> str:
    return json.dumps({"servers": {NAME: server}}, indent=2)


def _inspector(address: str, token: str) -> str:
    return (
        f"npx -y @modelcontextprotocol/inspector@2 --cli --transport http --server-url {address} "
        f"{_header(token)} --method tools/call --tool-name get-vat-period-countdown-tool"
    )
