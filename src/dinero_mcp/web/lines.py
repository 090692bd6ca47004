"""What to paste where, for each program that can ask: the address alone, or with a token."""

import json
from dataclasses import dataclass

NAME = "dinero"
"""What the server is called in the configuration of a client."""

_HOSTS = {
    "claude": "Claude",
    "chatgpt": "ChatGPT",
    "claude_code": "Claude Code",
    "cursor": "Cursor",
    "vs_code": "VS Code",
    "inspector": "MCP Inspector",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Something to paste; `key` is what the words call its host."""

    key: str
    text: str

    @property
    def host(self) -> str:
        return _HOSTS[self.key]


def lines_by_sign_in(address: str) -> list[Line]:
    """For programs that let their user sign in here: they need nothing but the address."""
    return [
        Line("claude", address),
        Line("chatgpt", address),
        Line("claude_code", _claude_code(address)),
        Line("cursor", _cursor({"url": address})),
        Line("vs_code", _vs_code({"type": "http", "url": address})),
    ]


def lines_by_token(address: str, token: str) -> list[Line]:
    """For programs that are handed a token, and scripts."""
    headers = {"headers": {"Authorization": f"Bearer {token}"}}
    return [
        Line("claude_code", f"{_claude_code(address)} {_header(token)}"),
        Line("cursor", _cursor({"url": address, **headers})),
        Line("vs_code", _vs_code({"type": "http", "url": address, **headers})),
        Line("inspector", _inspector(address, token)),
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
        f"npx -y @modelcontextprotocol/inspector --cli --transport http --server-url {address} "
        f"{_header(token)} --method tools/call --tool-name get-vat-period-countdown-tool"
    )
