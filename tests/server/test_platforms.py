"""Nothing that only POSIX has may be needed: desktops run Windows and macOS too."""

import ast
from pathlib import Path

import pytest

import dinero_mcp

SOURCE = Path(dinero_mcp.__file__).parent
POSIX_ONLY = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty", "uvloop"}
EVERYWHERE = {"signal.SIGINT", "signal.SIGTERM"}
POSIX_ONLY_CALLS = ("os.fork", "os.geteuid", "os.getuid", "os.mkfifo", "os.openpty", ".add_signal_handler")


@pytest.fixture(scope="module")
def nodes() -> list[tuple[str, ast.AST]]:
    """Every piece of our source, with the file it is in."""
    return [
        (str(path.relative_to(SOURCE)), node)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]


def imported(node: ast.AST) -> set[str]:
    """The top-level modules that a statement imports."""
    match node:
        case ast.Import():
            return {alias.name.partition(".")[0] for alias in node.names}
        case ast.ImportFrom(module=str(module)):
            return {module.partition(".")[0]}
        case _:
            return set()


def test_no_module_is_imported_that_only_posix_has(nodes: list[tuple[str, ast.AST]]):
    assert [(path, found) for path, node in nodes if (found := imported(node) & POSIX_ONLY)] == []


def test_nothing_is_called_that_only_posix_has(nodes: list[tuple[str, ast.AST]]):
    names = [(path, ast.unparse(node)) for path, node in nodes if isinstance(node, ast.Attribute)]
    assert (str(Path("cli", "commands.py")), "sys.stdin.isatty") in names
    assert [each for each in names if each[1].startswith("signal.SIG") and each[1] not in EVERYWHERE] == []
    assert [each for each in names if each[1].endswith(POSIX_ONLY_CALLS)] == []


def test_every_file_is_read_in_utf_8_whatever_the_machine_prefers(nodes: list[tuple[str, ast.AST]]):
    reads = [
        (path, ast.unparse(node))
        for path, node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("read_text", "write_text")
    ]
    assert reads
    assert [each for each in reads if "encoding='utf-8'" not in each[1]] == []
