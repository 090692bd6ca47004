"""Calls of tools over HTTP as raw JSON-RPC, each answer held against the right one."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

import httpx2

from benchmarks.office.people import Person

Json = Mapping[str, Any]  # Any: JSON

NEWER, OLDER = "2026-07-28", "2025-11-25"
ERAS = (NEWER, OLDER)
PATH = "/mcp/dinero"
_WAITS = re.compile(r"in (?:(\d+) seconds?|a minute|a few minutes)")
_SAYS_NOTHING = ("Internal server error", "Internal Server Error", "Error executing tool")


class Outcome(StrEnum):
    """What became of a call."""

    RIGHT = "right"
    WRONG = "wrong"
    TOLD_WHEN = "told when to ask again"
    TOLD_WHY = "told what is wrong"
    SIGN_IN = "told to sign in again"
    UNCLEAR = "an error that says nothing"
    NO_ANSWER = "no answer"


@dataclass(frozen=True)
class Question:
    """A call of a tool."""

    tool: str
    arguments: Json

    @property
    def key(self) -> str:
        return f"{self.tool} {json.dumps(self.arguments, sort_keys=True)}"


@dataclass(frozen=True)
class Reply:
    """What came back, and how long it took."""

    outcome: Outcome
    seconds: float
    detail: str = ""
    ask_again_in: float = 0.0


@dataclass(frozen=True)
class Message:
    """A request as it goes over the wire."""

    headers: Mapping[str, str]
    body: bytes


def message(question: Question, bearer: str | None, era: str, host: str) -> Message:
    """A call in either era of the protocol; its id is always the same, so that the same answer is."""
    params: dict[str, Any] = {"name": question.tool, "arguments": question.arguments}  # Any: JSON
    headers = {
        "Host": host,
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": era,
    }
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    if era == NEWER:
        headers |= {"Mcp-Method": "tools/call", "Mcp-Name": question.tool}
        params["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": era,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
    whole = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return Message(headers, json.dumps(whole).encode())


class Caller:
    """Asks replicas in people's names, and judges what comes back."""

    def __init__(self, http: httpx2.AsyncClient, public: str, right: Mapping[tuple[int, str], Json]) -> None:
        self._http = http
        self._host = public.removeprefix("http://")
        self._right = right

    async def ask(self, replica: str, person: Person, question: Question, era: str = NEWER) -> Reply:
        """One call of one replica, and no second try."""
        sent = message(question, person.bearer, era, self._host)
        began = time.perf_counter()
        try:
            response = await self._http.post(replica + PATH, content=sent.body, headers=sent.headers)
        except httpx2.TransportError as error:
            return Reply(Outcome.NO_ANSWER, time.perf_counter() - began, f"{type(error).__name__}: {error}")
        right = self._right.get((person.organization_id, question.key))
        return _judged(response, right, time.perf_counter() - began)


def _judged(response: httpx2.Response, right: Json | None, seconds: float) -> Reply:
    result = _result(response.content)
    if response.status_code == 200 and result and not result.get("isError"):
        given = without_clock(result["structuredContent"])
        return Reply(Outcome.RIGHT if given == right else Outcome.WRONG, seconds, str(given)[:2000])
    text = result["content"][0]["text"] if result else response.text
    return _refused(response, str(text), seconds)


def _result(body: bytes) -> dict[str, Any]:  # Any: JSON
    """The result in a JSON-RPC answer; empty where there is none."""
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return cast(dict[str, Any], answer).get("result", {}) if isinstance(answer, dict) else {}


def _refused(response: httpx2.Response, text: str, seconds: float) -> Reply:
    status, told = response.status_code, f"{response.status_code} {text[:300]}"
    waits = response.headers.get("Retry-After") or _named_wait(text)
    if status == 401 or "ign in again" in text:
        return Reply(Outcome.SIGN_IN, seconds, told)
    if status == 500 or any(nothing in text for nothing in _SAYS_NOTHING) or len(text) < 20:
        return Reply(Outcome.UNCLEAR, seconds, told)
    if waits:
        return Reply(Outcome.TOLD_WHEN, seconds, told, float(waits))
    return Reply(Outcome.TOLD_WHY, seconds, told)


def _named_wait(text: str) -> str:
    """The seconds to wait that a text names; a minute where it says a minute or a few."""
    found = _WAITS.search(text)
    return (found[1] or "60") if found else ""


def without_clock(structured: Json) -> Json:
    """An answer without what depends on when it was read, and by whom else before."""
    basis = structured.get("basis")
    if not isinstance(basis, dict):
        return structured
    kept = {name: value for name, value in basis.items() if name not in ("requests", "read_at")}  # pyright: ignore[reportUnknownVariableType] - JSON
    return {**structured, "basis": kept}
