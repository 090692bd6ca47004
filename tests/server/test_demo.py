"""`dinero-mcp demo`, run once, where any use of the network ends the process that tries."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dinero_mcp.server.demo import questions_on
from tests.commands import ran, run

pytestmark = pytest.mark.once
SOMEBODYS = {
    "DINERO_CLIENT_ID": "isv_my_company",
    "DINERO_CLIENT_SECRET": "s3cr3t",
    "DINERO_API_KEY": "0a1b2c3d4e",
    "DINERO_ORGANIZATION_ID": "123456",
    "DINERO_PIN_ORGANIZATION": "true",
    "DINERO_API_URL": "https://api.example",
    "DINERO_TODAY": "2026-10-09",
}
NO_NETWORK = """
import os, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        os.write(2, f"{event} {arguments[:2]}".encode())
        os._exit(70)

sys.addaudithook(refuse)
"""


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that, on PYTHONPATH, stops every Python process that would use the network."""
    folder = tmp_path_factory.mktemp("offline")
    (folder / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def demo(offline: Path) -> subprocess.CompletedProcess[str]:
    return run("demo", cwd=offline, settings=SOMEBODYS | {"PYTHONPATH": str(offline)})


def test_the_network_would_have_been_noticed(offline: Path):
    program = [sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 1))"]
    assert ran(program, offline, {"PYTHONPATH": str(offline)}).returncode == 70


def test_it_needs_neither_the_network_nor_anybodys_credentials(demo: subprocess.CompletedProcess[str]):
    assert (demo.returncode, demo.stderr) == (0, "")
    assert "isv_my_company" not in demo.stdout
    assert "123456 " not in demo.stdout


def test_it_asks_its_questions_and_every_answer_says_that_it_is_the_demo_company(
    demo: subprocess.CompletedProcess[str],
):
    lines = demo.stdout.splitlines()
    numbers = [f"{number}." for number, _ in enumerate(questions_on(date(2026, 10, 9)), start=1)]
    questions = [index for index, line in enumerate(lines) if line.split(" ")[0] in numbers]
    assert [lines[index].split(" ")[0] for index in questions] == numbers
    assert {lines[index + 2] for index in questions} == {"DEMO COMPANY: invented books, no real company's."}


def test_before_that_it_tells_what_keeps_last_year_from_being_closed(demo: subprocess.CompletedProcess[str]):
    _, _, close = demo.stdout.partition("Is 2025 ready to be closed?\n")
    close, _, _ = close.partition("Here is the bank's statement")
    assert "errors: 2\nwarnings: 6\nnotices: 0\n" in close
    assert re.search(
        r"^error +check: vat-period-unsettled .*\n  what: VAT of Q3 2025 was ", close, re.MULTILINE
    )
    assert re.search(
        r"^warning +check: recurring-missing  amount: 18450\.00  date: 2025-12-01 ", close, re.MULTILINE
    )


def test_its_last_answer_is_the_banks_difference_to_the_ore(demo: subprocess.CompletedProcess[str]):
    _, _, last = demo.stdout.partition("Here is the bank's statement for 2025-12. What do the books lack?\n")
    assert '"statement": "Dato;Tekst;Beløb;Saldo and 34 lines more"' in last.splitlines()[0]
    assert re.search(r"^difference_bank_less_books  ( +0\.00)( +-485\.00) *$", last, re.MULTILINE)
    assert re.search(r"2025-12-12 +-485\.00 +Årsgebyr Mastercard Business", last)


def test_its_answers_are_tables(demo: subprocess.CompletedProcess[str]):
    assert "2. What did we earn in 2026-09?" in demo.stdout
    assert re.search(r"^result  ( +-?\d+\.\d\d){3} *$", demo.stdout, re.MULTILINE)
    assert demo.stdout.count("────") >= 8
    assert "\t" not in demo.stdout


def test_it_ends_with_a_line_for_each_host(demo: subprocess.CompletedProcess[str]):
    _, _, ending = demo.stdout.partition("Add it to your assistant")
    _, *hosts = ending.strip().split("\n\n")
    names, lines = zip(*(host.split("\n  ") for host in hosts), strict=True)
    assert [name.split(" (")[0] for name in names] == ["Claude Desktop", "Claude Code", "Cursor", "VS Code"]
    server = {"command": "uvx", "args": ["dinero-mcp", "serve", "--demo"]}
    assert json.loads(lines[0]) == json.loads(lines[2]) == {"mcpServers": {"dinero": server}}
    assert lines[1] == "claude mcp add dinero -- uvx dinero-mcp serve --demo"
    assert json.loads(lines[3].removeprefix("code --add-mcp ").strip("'")) == {"name": "dinero", **server}
