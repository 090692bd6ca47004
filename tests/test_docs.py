"""The documentation says what is so."""

import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from types import ModuleType

import click
import pytest

from dinero_mcp.cli import main
from dinero_mcp.settings import Settings, variable

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
FOLDERS = ("docs", "src", "tests", "benchmarks")
CODE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$|`([^`\n]+)`", re.DOTALL | re.MULTILINE)


def pages() -> list[Path]:
    """Every page a person may read."""
    found = [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))]
    return [path for path in found if "node_modules" not in path.parts]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_lines(page: Path) -> Iterator[str]:
    """Each line of the page's code, in blocks and between backticks."""
    for _, block, span in CODE.findall(text(page)):
        yield from (line.strip() for line in (block or span).splitlines())


def commands(page: Path) -> Iterator[list[str]]:
    """The words after `dinero-mcp`, wherever the page tells to run it."""
    for line in code_lines(page):
        if told := re.search(r"^(?:.* )?dinero-mcp(?: (.*))?$", line):
            yield list(takewhile(lambda word: word != ">", shlex.split(told[1] or "", comments=True)))
        if told := re.search(r'"args": (\["dinero-mcp".*?\])', line):
            yield json.loads(told[1])[1:]


def make_targets(line: str) -> list[str]:
    """What `make` is told to make; variables apart."""
    program, *words = line.partition("#")[0].split() or [""]
    return [word for word in words if "=" not in word] if program == "make" else []


def refuse_what_is_unknown(words: list[str]) -> None:
    """Read the words as the command line does, without running anything."""
    with main.make_context("dinero-mcp", words[:1]) as context:
        if words:
            name, command, rest = main.resolve_command(context, words)
            assert command
            with suppress(click.MissingParameter):  # to name a command is not to run it
                command.make_context(name, rest, parent=context)


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """scripts/generate_docs.py."""
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "scripts" / "generate_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_parts_are_up_to_date(generator: ModuleType):
    stale = [path.relative_to(ROOT) for path, generated in generator.generated() if text(path) != generated]
    assert stale == [], "run `make fix`"


def test_every_command_that_is_told_of_exists():
    told = [words for page in pages() for words in commands(page)]
    assert ["demo"] in told
    assert [] in told
    for words in told:
        try:
            refuse_what_is_unknown(words)
        except click.UsageError as error:
            pytest.fail(f"dinero-mcp {shlex.join(words)}: {error.message}")


def test_every_command_is_told_of_in_the_readme():
    assert {words[0] for words in commands(README) if words} == set(main.commands)


def test_every_make_target_that_is_told_of_exists():
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.MULTILINE))
    told = {
        (page.name, target) for page in pages() for line in code_lines(page) for target in make_targets(line)
    }
    assert {target for _, target in told} >= {"demo", "test", "conformance"}
    assert [each for each in told if each[1] not in targets] == []


def test_every_setting_that_is_named_exists():
    known = {variable(name) for name in Settings.model_fields}
    named = {(page.name, name) for page in pages() for name in re.findall(r"\bDINERO_[A-Z_]+\b", text(page))}
    assert [each for each in named if each[1] not in known] == []


def test_every_tool_that_is_named_exists(generator: ModuleType):
    known = {tool.name for tool in generator.CATALOGUE}
    named = {(page.name, name) for page in pages() for name in re.findall(r"\b[a-z-]+-tool\b", text(page))}
    assert [each for each in named if each[1] not in known] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path):
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text(page))]
    near = [link for link in links if link and not re.match(r"https?:|mailto:", link)]
    assert [link for link in near if not (page.parent / link).exists()] == []


def test_the_json_in_the_readme_is_json():
    blocks = [block for kind, block, _ in CODE.findall(text(README)) if kind == "json"]
    assert [set(json.loads(block)) for block in blocks] == [{"mcpServers"}]
