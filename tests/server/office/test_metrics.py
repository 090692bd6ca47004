"""What Prometheus is told, by one process and by several, and who may ask for it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.routing import Route

from dinero_mcp import __version__
from dinero_mcp.sandbox import Sandbox
from dinero_mcp.server.office.addresses import Addresses
from dinero_mcp.server.office.metrics import CONTENT_TYPE, Metrics, call_outcomes
from dinero_mcp.server.office.pages import known_as
from dinero_mcp.server.office.scraping import scraping
from dinero_mcp.server.office.upstream import count_requests
from tests.commands import ran
from tests.server.listening import listening

TOOLS = ("list-organizations-tool", "get-balance-report-tool")
Told = Mapping[str, float]


def metrics() -> Metrics:
    return Metrics(TOOLS, call_outcomes())


def told(exposition: bytes) -> Told:
    """Every sample by its name and labels, as Prometheus' own parser reads them."""
    families = text_string_to_metric_families(exposition.decode())
    return {
        sample.name.removeprefix("dinero_mcp_") + str(sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_call_is_counted_by_tool_outcome_and_kind_of_client_and_timed():
    counted = metrics()
    for seconds in (0.2, 40.0):
        counted.call_done("get-balance-report-tool", "ok", seconds, "access")
    counted.call_done("get-balance-report-tool", "RateLimitedError", 0.1, "named")
    now = told(counted.exposition())
    assert now["calls_total['access', 'get-balance-report-tool', 'ok']"] == 2
    assert now["calls_total['RateLimitedError', 'get-balance-report-tool', 'named']"] == 1
    assert now["call_seconds_sum['get-balance-report-tool']"] == pytest.approx(40.3)
    assert now["call_seconds_bucket['0.25', 'get-balance-report-tool']"] == 2
    assert now[f"build_info['{__version__}']"] == 1


def test_nothing_that_somebody_sent_becomes_a_label():
    counted = metrics()
    before = len(told(counted.exposition()))
    for number in range(500):
        name = f"Kaffe & Co {number} dmt_{number}"
        counted.call_done(name, name, 0.1, name)
        counted.refreshed(name)
        counted.sent(name)
        counted.answered(name, 200 + number, 0.1)
    exposition = counted.exposition()
    assert b"Kaffe" not in exposition
    assert b"dmt_" not in exposition
    assert len(told(exposition)) - before < 60


def test_turns_waits_refusals_refreshes_and_connections_are_counted():
    counted = metrics()
    for seconds in (0.0, 3.0, 4.0):
        counted.turn_taken(seconds)
    counted.turned_away()
    counted.refreshed("refused")
    counted.open_connections(17)
    now = told(counted.exposition())
    assert (now["rate_wait_seconds_count[]"], now["rate_wait_seconds_sum[]"]) == (2, 7)
    assert (now["rate_turns_total[]"], now["rate_refusals_total[]"]) == (3, 1)
    assert now["refreshes_total['refused']"] == 1
    assert now["open_connections[]"] == 17


def test_two_servers_of_one_process_count_apart():
    one, other = metrics(), metrics()
    one.turned_away()
    assert [told(each.exposition())["rate_refusals_total[]"] for each in (one, other)] == [1, 0]


async def test_what_is_asked_of_dinero_is_counted_by_endpoint_and_status(sandbox: Sandbox):
    counted = metrics()
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app), base_url="https://api.dinero.dk"
    ) as http:
        count_requests(http, counted)
        for path in (
            "/v1/organizations",
            "/v1/1001/2026/reports/saldo",
            "/v1/1001/invoices/0a1b",
            "/robots.txt",
        ):
            await http.get(path)
    now = told(counted.exposition())
    assert {name: value for name, value in now.items() if name.startswith("upstream_requests_total")} == {
        "upstream_requests_total['organizations']": 1,
        "upstream_requests_total['reports']": 1,
        "upstream_requests_total['invoices']": 1,
        "upstream_requests_total['unknown']": 1,
    }
    assert now["upstream_answers_total['4xx', 'reports']"] == 1
    assert now["upstream_seconds_count['invoices']"] == 1


_WORKER = """
import sys
from dinero_mcp.server.office.metrics import Metrics, shared_folder
counted = Metrics(("a-tool",), ("answered",), shared=shared_folder())
counted.call_done("a-tool", "answered", 0.5, "named")
counted.open_connections(3)
print(counted.exposition().decode() if "tell" in sys.argv else "ready", flush=True)
sys.stdin.readline()
"""

_PARENT = """
import subprocess, sys
from dinero_mcp.server.office.metrics import shared_by_workers
program = [sys.executable, "-c", sys.argv[1]]
def start(*told):
    return subprocess.Popen([*program, *told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
with shared_by_workers():
    gone, lives = start(), start()
    [one.stdout.readline() for one in (gone, lives)]
    gone.kill()
    gone.wait()
    last = start("tell")
    print(last.communicate("")[0])
    lives.communicate("")
"""


def test_each_worker_answers_for_all_of_them_and_for_one_that_was_killed(tmp_path: Path):
    """Three workers count one call each; the connections of the one that is gone are no longer open."""
    done = ran([sys.executable, "-c", _PARENT, _WORKER], tmp_path, {"TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    now = told(done.stdout.encode())
    assert now["calls_total['a-tool', 'answered', 'named']"] == 3
    assert now["call_seconds_bucket['0.5', 'a-tool']"] == 3
    assert now["open_connections[]"] == 6
    assert now[f"build_info['{__version__}']"] == 1
    assert list(tmp_path.iterdir()) == []


def app(public_host: str | None) -> Starlette:
    return Starlette(routes=[Route("/metrics", scraping(metrics(), public_host))])


async def scraped(peer: str, public_host: str | None = "mcp.example.com", **headers: str) -> int:
    """The status that a peer gets."""
    named = {name.replace("_", "-"): value for name, value in {"host": "server:8000", **headers}.items()}
    transport = httpx2.ASGITransport(app=app(public_host), client=(peer, 40000))
    async with httpx2.AsyncClient(transport=transport) as http:
        return (await http.get("http://server:8000/metrics", headers=named)).status_code


async def test_prometheus_reads_it_from_its_own_machine():
    async with listening(app(None)) as address, httpx2.AsyncClient() as http:
        answer = await http.get(f"{address}/metrics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, CONTENT_TYPE)
    assert told(answer.content)[f"build_info['{__version__}']"] == 1


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "10.0.3.4", "172.18.0.9", "fd00::7", "::ffff:10.0.3.4"])
async def test_whoever_is_near_may_read_it(peer: str):
    assert await scraped(peer) == 200


@pytest.mark.parametrize("peer", ["8.8.8.8", "2a00:1450::1", "::ffff:8.8.8.8", "a-socket", ""])
async def test_nobody_from_elsewhere_may(peer: str):
    assert await scraped(peer) == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"x_forwarded_for": "10.0.0.1"},
        {"forwarded": "for=10.0.0.1"},
        {"via": "1.1 proxy"},
        {"host": "mcp.example.com"},
        {"host": "MCP.example.com.:443"},
    ],
)
async def test_nobody_may_through_a_proxy_that_is_near(headers: dict[str, str]):
    assert await scraped("172.18.0.2", **headers) == 404


@pytest.mark.parametrize("public", ["https://mcp.example.com:8443", "https://[2001:db8::1]:8443"])
async def test_nobody_may_under_the_public_name_whatever_its_port(public: str):
    host = urlsplit(public).netloc
    assert await scraped("172.18.0.2", known_as(Addresses(public)), host=host) == 404
    assert await scraped("172.18.0.2", known_as(Addresses(public))) == 200


@pytest.mark.parametrize("host", ["localhost:8000", "[", "", "x" * 5000])
async def test_a_server_that_only_its_own_machine_knows_answers_it_by_any_name(host: str):
    assert await scraped("127.0.0.1", "localhost", host=host) == 200
