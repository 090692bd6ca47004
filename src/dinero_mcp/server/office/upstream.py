"""What is asked of Dinero and Visma, counted where it leaves."""

from time import monotonic
from typing import Protocol

import httpx2

from dinero_mcp.server.office.metrics import ENDPOINTS

_SENT_AT = "dinero_mcp.sent_at"


class Counting(Protocol):
    """Hears of requests, and of answers after the seconds until they began; an endpoint is a plain word."""

    def sent(self, endpoint: str) -> None: ...
    def answered(self, endpoint: str, status: int, seconds: float) -> None: ...


def count_requests(http: httpx2.AsyncClient, counting: Counting) -> None:
    """Tell `counting` of everything that this client sends and gets, each attempt for itself."""

    async def sent(request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, _SENT_AT: monotonic()}
        counting.sent(_endpoint(request.url.path))

    async def answered(response: httpx2.Response) -> None:
        seconds = monotonic() - response.request.extensions[_SENT_AT]
        counting.answered(_endpoint(response.request.url.path), response.status_code, seconds)

    hooks = http.event_hooks
    http.event_hooks = {
        "request": [*hooks.get("request", ()), sent],
        "response": [*hooks.get("response", ()), answered],
    }


def _endpoint(path: str) -> str:
    """What a path is about: /v1/1001/2026/reports/saldo is about reports."""
    return next((part for part in path.split("/") if part in ENDPOINTS), "")
