"""When Dinero fails, the answer says how and holds no figure, and the next question is answered."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from mcp import Client

from dinero_mcp.sandbox import Fault, Sandbox
from tests.tools.asking import CONSULTANT, answered, ask, connected, essential, refused

Alter = Callable[[bytes], bytes]
QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {  # Any: JSON
    "entries": ("get-bank-reconciliation-balance-tool", {}),
    "reports/saldo": ("get-result-report-tool", {}),
    "sales": ("list-invoices-tool", {}),
    "contacts": ("list-contacts-tool", {}),
    "accounts/entry": ("get-balance-report-tool", {}),
    "accountingyears": ("get-yearly-performance-tool", {}),
}
FIGURE = re.compile(r"\d\.\d\d\b")


async def text_of(client: Client, path: str) -> str:
    tool, arguments = QUESTIONS[path]
    reply = await ask(client, tool, arguments)
    assert not reply.is_error, reply.text
    return essential(reply.text)


async def refusal_of(client: Client, path: str) -> str:
    tool, arguments = QUESTIONS[path]
    text = await refused(client, tool, **arguments)
    assert not FIGURE.search(text)
    return text


class Network(httpx2.AsyncBaseTransport):
    """The way to the sandbox, which may be broken."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.is_broken = True
        self._way = httpx2.ASGITransport(app=sandbox.app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.is_broken:
            raise httpx2.ConnectError("refused", request=request)
        return await self._way.handle_async_request(request)


async def test_dinero_cannot_be_reached(sandbox: Sandbox, reader: Client) -> None:
    network = Network(sandbox)
    async with connected(sandbox, network) as client:
        text = await refusal_of(client, "reports/saldo")
        assert "could not be reached (ConnectError)" in text
        assert "Check the network, a proxy or a firewall, and ask again." in text
        network.is_broken = False
        assert await text_of(client, "reports/saldo") == await text_of(reader, "reports/saldo")


@pytest.mark.parametrize(
    ("status", "path"), [(480, "entries"), (500, "sales"), (503, "accounts/entry"), (500, "accountingyears")]
)
async def test_a_failure_that_passes_is_not_noticed(
    status: int, path: str, sandbox: Sandbox, reader: Client
) -> None:
    sandbox.faults.append(Fault(path=path, status=status))
    async with connected(sandbox) as client:
        assert await text_of(client, path) == await text_of(reader, path)
    assert not sandbox.faults


@pytest.mark.parametrize(
    ("status", "why"), [(480, "is closing this part of its API down"), (500, "could not answer")]
)
async def test_a_failure_that_stays_is_told_and_can_be_asked_past(
    status: int, why: str, sandbox: Sandbox, reader: Client
) -> None:
    sandbox.faults.append(Fault(path="entries", status=status, body=b"<b>stack trace</b>", times=99))
    async with connected(sandbox) as client:
        text = await refusal_of(client, "entries")
        assert text == f"Dinero {why} (status {status}). Ask again in a few minutes."
        sandbox.faults.clear()
        assert await text_of(client, "entries") == await text_of(reader, "entries")


async def test_too_many_requests_are_waited_out(sandbox: Sandbox, reader: Client) -> None:
    sandbox.faults.append(
        Fault(path="sales", status=429, body=b"quota exceeded!", headers={"Retry-After": "0"})
    )
    async with connected(sandbox) as client:
        assert await text_of(client, "sales") == await text_of(reader, "sales")


async def test_too_many_requests_for_one_organization_leave_the_other_open(sandbox: Sandbox) -> None:
    sandbox.faults.append(
        Fault(path="1001/sales", status=429, body=b"API calls quota exceeded!", content_type="text/plain")
    )
    async with connected(sandbox) as client:
        text = await refusal_of(client, "sales")
        assert "requests for this minute are used up for organization 1001." in text
        assert re.search(r"Ask again in \d\d seconds\.$", text)
        other = await answered(client, "list-invoices-tool", organization_id=CONSULTANT)
        assert other["total"] > 0


async def test_a_token_that_was_revoked_is_renewed(sandbox: Sandbox, reader: Client) -> None:
    async with connected(sandbox) as client:
        await text_of(client, "contacts")
        sandbox.revoke_tokens()
        assert await text_of(client, "sales") == await text_of(reader, "sales")
    assert sum(seen.method == "POST" for seen in sandbox.requests) == 2


async def test_a_sign_in_that_is_refused_for_good(sandbox: Sandbox, reader: Client) -> None:
    sandbox.faults.append(Fault(path="1001", status=401, times=99))
    async with connected(sandbox) as client:
        text = await refusal_of(client, "entries")
        assert "accepted neither the sign-in nor a fresh one" in text
        assert "`dinero-mcp doctor`" in text
        assert sum(seen.method == "POST" for seen in sandbox.requests) == 2
        sandbox.faults.clear()
        assert await text_of(client, "entries") == await text_of(reader, "entries")


def without(field: str) -> Alter:
    """The body with the field gone from every object."""
    return lambda body: re.sub(rb'"%s":("[^"]*"|[^,}]*),?' % field.encode(), b"", body).replace(b",}", b"}")


def in_place_of(pattern: bytes, replacement: bytes) -> Alter:
    return lambda body: re.sub(pattern, replacement, body)


BROKEN: dict[str, tuple[str, Alter, str]] = {
    "HTML": ("entries", lambda _: b"<!DOCTYPE html><h1>Maintenance</h1>", "it is not whole JSON"),
    "half a JSON": ("entries", lambda body: body[: len(body) // 2], "it is not whole JSON"),
    "half a page": ("sales", lambda body: body[: len(body) // 2], "it is not whole JSON"),
    "nothing": ("reports/saldo", lambda _: b"", "it is not whole JSON"),
    "null": ("reports/saldo", lambda _: b"null", "it does not fit"),
    "an object for a list": ("entries", lambda _: b"{}", "it does not fit"),
    "an amount in quotes": (
        "entries",
        in_place_of(rb'"Amount":(-?[\d.]+)', rb'"Amount":"\1"'),
        "Amount is not a plain number",
    ),
    "an amount that is null": (
        "reports/saldo",
        in_place_of(rb'"Amount":-?[\d.]+', b'"Amount":null'),
        "does not fit",
    ),
    "an amount with an exponent": (
        "entries",
        in_place_of(rb'"Amount":-?[\d.]+', b'"Amount":1e30'),
        "Amount is not a plain number",
    ),
    "a day that is none": (
        "entries",
        in_place_of(rb'"Date":"2026-09', b'"Date":"2026-19'),
        "it does not fit",
    ),
    "a number in words": (
        "accounts/entry",
        in_place_of(rb'"AccountNumber":\d+', b'"AccountNumber":"x"'),
        "not fit",
    ),
    "no amounts": ("entries", without("Amount"), "missing required field `Amount`"),
    "no account numbers": ("entries", without("AccountNumber"), "missing required field `AccountNumber`"),
    "no dates": ("entries", without("Date"), "without a date among those of accounting year 2026"),
    "a day of another year": (
        "entries",
        in_place_of(rb'"Date":"2026-09-01', b'"Date":"2023-09-01'),
        "2023-09-01",
    ),
    "no totals": ("sales", without("TotalInclVatInDkk"), "missing required field `TotalInclVatInDkk`"),
    "no guids": ("contacts", without("ContactGuid"), "missing required field `ContactGuid`"),
    "endless pages": (
        "sales",
        in_place_of(rb'"ResultWithoutFilter":\d+', b'"ResultWithoutFilter":999999999'),
        "its Pagination makes no sense",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
async def test_an_answer_that_is_not_what_dinero_documents(
    broken: str, sandbox: Sandbox, reader: Client
) -> None:
    path, alter, why = BROKEN[broken]
    sandbox.faults.append(Fault(path=f"1001/.*{path}$", alter=alter, times=99))
    async with connected(sandbox) as client:
        text = await refusal_of(client, path)
        assert why in text
        assert "Maintenance" not in text
        sandbox.faults.clear()
        assert await text_of(client, path) == await text_of(reader, path)


async def test_a_page_that_comes_over_and_over_is_no_list(sandbox: Sandbox, reader: Client) -> None:
    """Every page is the first one, called by the number that was asked for."""
    numbers = iter(range(1000))

    def again(body: bytes) -> bytes:
        page = json.loads(body)
        page["Collection"] = (first := page["Collection"] or kept)[:]
        kept[:] = first
        page["Pagination"] |= {"Page": next(numbers), "ResultWithoutFilter": 100_000}
        return json.dumps(page).encode()

    kept: list[Any] = []  # Any: JSON
    sandbox.faults.append(Fault(path="1001/sales$", alter=again, times=99))
    async with connected(sandbox) as client:
        text = await refusal_of(client, "sales")
        assert "It could not be read in full, so there is no answer; ask again." in text
        sandbox.faults.clear()
        assert await text_of(client, "sales") == await text_of(reader, "sales")


async def test_reports_that_disagree_are_read_once_more(sandbox: Sandbox, reader: Client) -> None:
    """As when something is posted between the reading of the two."""
    newer = in_place_of(rb'"Amount":(-?\d+)', rb'"Amount":1\1')
    sandbox.faults.append(
        Fault(path="reports/result", alter=lambda body: newer(body).replace(b":1-", b":-1"))
    )
    async with connected(sandbox) as client:
        answer = await answered(client, "get-result-report-tool")
    assert answer["result"] == (await answered(reader, "get-result-report-tool"))["result"]
    assert sum("reports/result" in seen.path for seen in sandbox.requests) == 2


@pytest.mark.parametrize(
    ("tool", "path"),
    [
        ("get-result-report-tool", "reports/result"),
        ("get-balance-report-tool", "reports/balance"),
        ("get-saldo-balance-report-tool", "reports/saldo"),
        ("get-yearly-performance-tool", "reports/result"),
    ],
)
async def test_a_report_that_never_agrees_gives_no_figure(tool: str, path: str, sandbox: Sandbox) -> None:
    one_krone_more = in_place_of(rb'"Amount":(\d+)\.', rb'"Amount":1\1.')
    sandbox.faults.append(Fault(path=path, alter=one_krone_more, times=9))
    async with connected(sandbox) as client:
        text = await refused(client, tool)
    assert "do not add up" in text
    assert "So there is no total." in text
