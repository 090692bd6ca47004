"""The commands: what is printed where, how they end, and what they say when something is wrong."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dinero_mcp.server.client import ask, in_process
from dinero_mcp.server.http import HOST
from dinero_mcp.settings import Settings
from dinero_mcp.tools.catalogue import CATALOGUE
from tests.commands import (
    COMMAND,
    SECONDS,
    TODAY,
    answers,
    environment,
    free_port,
    printed,
    run,
    started,
    wait_for,
)

DISCOVER: dict[str, Any] = {  # Any: JSON
    "jsonrpc": "2.0",
    "id": 1,
    "method": "server/discover",
    "params": {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }
    },
}


def test_it_says_its_version(tmp_path: Path):
    assert run("--version", cwd=tmp_path).stdout == "dinero-mcp, version 0.1.0\n"


def test_an_answer_is_a_table_for_people(tmp_path: Path):
    question = ("get-monthly-results-tool", "month=2026-09")
    done = printed("call", *question, "--demo", cwd=tmp_path, settings=TODAY)
    assert (done.exit_code, done.stderr) == (0, "")
    answer = asyncio.run(answered("get-monthly-results-tool", month="2026-09"))
    rows = [line.split() for line in done.stdout.splitlines()]
    assert " ".join(rows[0]) == answer["notice"]
    assert rows[3] == ["month", "previous", "month", "same", "month", "last", "year"]
    spans = ("month", "previous_month", "same_month_last_year")
    assert ["revenue", *(answer[span]["revenue"] for span in spans)] in rows


def test_json_is_the_structured_content(tmp_path: Path):
    done = printed("call", "get-balance-report-tool", "--json", "--demo", cwd=tmp_path, settings=TODAY)
    structured = asyncio.run(answered("get-balance-report-tool"))
    answer = json.loads(done.stdout)
    assert answer["basis"].pop("read_at") <= structured["basis"].pop("read_at")
    assert answer == structured


async def answered(tool: str, **arguments: str) -> dict[str, Any]:  # Any: JSON
    """The structured content, from the server itself."""
    settings = Settings.model_construct(today=date(2026, 10, 9), freshness_seconds=60)
    async with in_process(settings, demo=True) as client:
        reply = await ask(client, tool, arguments)
    assert reply.structured
    return reply.structured


def test_lists_numbers_and_booleans_are_given_as_name_and_value(tmp_path: Path):
    done = printed(
        *("call", "list-entries-tool", "from_date=2026-09-01", "to_date=2026-09-30"),
        *("account_number=55020,5000", "page_size=2", "include_opening=TRUE", "--json", "--demo"),
        cwd=tmp_path,
        settings=TODAY,
    )
    answer = json.loads(done.stdout)
    assert len(answer["entries"]) == 2
    assert {sum_["account_number"] for sum_ in answer["per_account"]} <= {55020, 5000}


def test_what_is_no_name_and_value_is_refused_before_anything_starts(tmp_path: Path):
    done = printed("call", "list-invoices-tool", "overdue", "--demo", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.endswith("Error: 'overdue' is not NAME=VALUE, such as month=2026-10\n")


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (["get-monthly-results-tool", "month=2026-13"], "month "),
        (
            ["get-monthly-results-tool", "month=2026-10", "maand=1"],
            "'maand' is not an argument of this tool; it takes month",
        ),
    ],
    ids=["wrong value", "unknown argument"],
)
def test_a_question_that_cannot_be_answered_ends_with_an_error(
    question: list[str], error: str, tmp_path: Path
):
    done = printed("call", *question, "--demo", cwd=tmp_path, settings=TODAY)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(error)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("tool", "meant"),
    [
        ("list-entry-tool", " Did you mean list-entries-tool?"),
        ("get-contact", " Did you mean get-contact-tool?"),
        ("weather", ""),
    ],
)
def test_an_unknown_tool_is_refused_before_credentials_are_asked_for(tool: str, meant: str, tmp_path: Path):
    done = printed("call", tool, cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"There is no tool {tool!r}; `dinero-mcp tools` lists them.{meant}\n"


def test_a_list_may_be_given_by_naming_it_several_times(tmp_path: Path):
    question = ("call", "list-entries-tool", "from_date=2026-09-01", "to_date=2026-09-30", "--json", "--demo")
    several = ("account_number=5000", "account_number=55020,7220")
    done = printed(*question, *several, cwd=tmp_path, settings=TODAY)
    sums = json.loads(done.stdout)["per_account"]
    assert [row["account_number"] for row in sums] == [5000, 7220, 55020]


def test_what_takes_one_value_is_given_once(tmp_path: Path):
    months = ("month=2026-08", "month=2026-09")
    done = printed("call", "get-monthly-results-tool", *months, "--demo", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "month takes one value, and 2 were given.\n"


STATEMENT = "Dato;Tekst;Beløb\n14-01-2026;Smørrebrød;-1,00\n"
RECONCILE = ("call", "reconcile-bank-statement-tool", "account_number=55000", "--demo")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_a_bank_statement_is_taken_from_a_file(encoding: str, tmp_path: Path):
    (tmp_path / "kontoudtog.csv").write_bytes(STATEMENT.encode(encoding))
    done = printed(*RECONCILE, "statement=@kontoudtog.csv", cwd=tmp_path, settings=TODAY)
    assert done.exit_code == 0, done.stderr
    assert "Smørrebrød" in done.stdout


def test_a_bank_statement_is_taken_from_stdin(tmp_path: Path):
    program = [*COMMAND, *RECONCILE, "statement=@-"]
    done = subprocess.run(
        program, cwd=tmp_path, env=environment(TODAY), input=STATEMENT.encode("cp1252"), capture_output=True
    )
    assert "Smørrebrød" in done.stdout.decode()


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    done = printed(*RECONCILE, "statement=@nowhere.csv", cwd=tmp_path, settings=TODAY)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nowhere.csv cannot be read" in done.stderr


def test_a_forgotten_at_sign_before_a_file_is_noticed(tmp_path: Path):
    (tmp_path / "k.csv").write_text(STATEMENT, encoding="utf-8")
    done = printed(*RECONCILE, "statement=k.csv", cwd=tmp_path, settings=TODAY)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "statement=k.csv is the name of a file. Say statement=@k.csv to hand over what is in it.\n"
    )


@pytest.mark.parametrize("columns", ["20", "80"])
def test_a_table_is_never_cut_however_narrow_the_terminal(columns: str, tmp_path: Path):
    settings = {**TODAY, "COLUMNS": columns}
    done = printed("call", "list-contacts-tool", "--demo", cwd=tmp_path, settings=settings)
    rows = asyncio.run(answered("list-contacts-tool"))["contacts"]
    words = {word for row in rows for cell in row.values() if isinstance(cell, str) for word in cell.split()}
    assert len(rows) > 10
    assert words <= set(done.stdout.split())


CHECK = ("call", "check-books-tool", "from_date=2025-01-01", "to_date=2025-12-31", "--demo")


@pytest.mark.parametrize("columns", [80, 100, 140])
def test_long_texts_are_blocks_that_fit_the_terminal(columns: int, tmp_path: Path):
    done = printed(*CHECK, cwd=tmp_path, settings={**TODAY, "COLUMNS": str(columns)})
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert len(lines) < 150
    start = lines.index("findings:")
    assert lines[start + 1] == "error  check: vat-period-unsettled  amount: 134225.52  date: 2025-12-01"
    what, see, *_ = lines[start + 2 : start + 4]
    assert what == "  what: VAT of Q3 2025 was due on 2025-12-01 and is not settled in the books."
    assert see.startswith("  see: get-vat-report-tool from_date=2025-07-01 to_date=2025-09-30")


def test_a_block_tells_all_that_the_answer_does(tmp_path: Path):
    done = printed(*CHECK, cwd=tmp_path, settings={**TODAY, "COLUMNS": "80"})
    structured = asyncio.run(answered("check-books-tool", from_date="2025-01-01", to_date="2025-12-31"))
    told = " ".join(done.stdout.split())
    for row in [*structured["findings"], *structured["by_check"], *structured["not_checked"]]:
        assert [text for text in row.values() if text is not None and str(text) not in told] == []


def test_what_is_long_outside_of_tables_is_wrapped_too(tmp_path: Path):
    question = ("call", "get-monthly-results-tool", "month=2026-09", "--demo")
    done = printed(*question, cwd=tmp_path, settings={**TODAY, "COLUMNS": "60"})
    assert max(map(len, done.stdout.splitlines())) <= 60
    assert "\n  " in done.stdout.partition("\nbasis: ")[2]


def test_one_record_is_headed_by_what_it_is(tmp_path: Path):
    done = printed("call", "get-open-items-tool", "side=receivable", "--demo", cwd=tmp_path, settings=TODAY)
    lines = done.stdout.splitlines()
    place = next(number for number, line in enumerate(lines) if line.strip() == "totals")
    assert set(lines[place + 1]) == {"─"}
    assert lines[place + 2].split()[0] == "not_due"


def test_a_variable_that_is_no_setting_is_told_of(tmp_path: Path):
    misspelt = {"DINERO_ORGANISATION_ID": "1001", "DINERO_PLAYGROUND": "1", **TODAY}
    done = printed("call", "list-organizations-tool", "--demo", cwd=tmp_path, settings=misspelt)
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "DINERO_ORGANISATION_ID is not a setting, so it does nothing. Is DINERO_ORGANIZATION_ID meant?",
        "DINERO_PLAYGROUND is not a setting, so it does nothing.",
    ]


def test_without_credentials_a_question_says_what_is_missing(tmp_path: Path):
    done = printed("call", "list-organizations-tool", cwd=tmp_path, settings={"DINERO_CLIENT_ID": "isv"})
    assert (done.exit_code, done.stdout) == (1, "")
    missing = "There are no credentials for Dinero: DINERO_CLIENT_SECRET, DINERO_API_KEY are not set."
    assert done.stderr.startswith(missing)


def test_every_tool_is_listed_without_credentials(tmp_path: Path):
    done = printed("tools", cwd=tmp_path)
    assert done.stderr == ""
    names = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert names == [tool.name for tool in CATALOGUE]
    assert "  takes month, organization_id" in done.stdout.splitlines()


@pytest.mark.parametrize("command", ["tools", "demo"])
def test_a_reader_that_leaves_early_gets_no_traceback(command: str, tmp_path: Path):
    with started(command, cwd=tmp_path) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""


def test_a_letter_that_the_machine_does_not_have_stops_nothing(tmp_path: Path):
    settings = {**TODAY, "PYTHONIOENCODING": "ascii"}
    done = run("call", "list-organizations-tool", "--demo", cwd=tmp_path, settings=settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Cykelsmeden p\\xe5 Hj\\xf8rnet" in done.stdout


def test_bare_it_serves_over_stdio_until_ctrl_c(tmp_path: Path):
    with started(cwd=tmp_path) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(DISCOVER) + "\n")
        process.stdin.flush()
        assert '"name":"dinero-mcp"' in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=SECONDS) == ("", "")
    assert process.returncode == 130


def test_over_http_it_listens_on_this_machine_only_until_ctrl_c(tmp_path: Path):
    port = free_port()
    with started("serve", "--demo", "--http", "--port", str(port), cwd=tmp_path) as process:
        assert process.stderr
        assert [process.stderr.readline() for _ in range(2)] == [
            f"Open http://{HOST}:{port} in a browser to connect as Astrid, who is invented.\n",
            f"MCP clients: http://{HOST}:{port}/mcp/dinero. Ctrl-C stops it.\n",
        ]
        wait_for(process, port)
        assert not answers("127.0.0.2", port)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=SECONDS) == ("", "")
    assert process.returncode == 130


def test_a_port_that_cannot_be_is_refused(tmp_path: Path):
    done = printed("serve", "--http", "--port", "99999", cwd=tmp_path)
    assert done.exit_code == 2
    assert "99999 is not in the range 1<=x<=65535" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_it_says_that_it_waits_for_a_client(tmp_path: Path):
    terminal, end = os.openpty()
    with started(cwd=tmp_path, stdin=end) as process:
        assert process.stderr
        told = process.stderr.readline()
    os.close(terminal)
    os.close(end)
    assert told.startswith("Serving MCP over stdio and waiting for a client; Ctrl-C stops it.")
