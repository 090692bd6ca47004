"""The wheel as a user installs it: elsewhere, without the source tree, with everything it needs inside."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from dinero_mcp.tools.catalogue import CATALOGUE

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; its dependencies are those of this one."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python")]
    run(*pip, "install", "--no-deps", "--no-index", str(wheel(tmp_path_factory.mktemp("dist"))), cwd=home)
    borrow_dependencies(home)
    return home


def wheel(directory: Path) -> Path:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(directory), cwd=ROOT)
    return next(directory.glob("*.whl"))


def borrow_dependencies(home: Path) -> None:
    """By a .pth file: what it points to is importable, but an editable install in there stays asleep."""
    site_packages = next(home.glob("lib/python*/site-packages"))
    (site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))


def run(*command: str, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DINERO_")}
    ran = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_package_is_the_one_from_the_wheel(home: Path):
    program = "import dinero_mcp; print(dinero_mcp.__file__, dinero_mcp.__version__)"
    where, version = run(str(home / "bin" / "python"), "-c", program, cwd=home).split()
    assert Path(where).is_relative_to(home)
    assert version == "0.1.0"


def test_the_command_lists_the_tools(home: Path):
    assert "get-monthly-results-tool" in run(str(home / "bin" / "dinero-mcp"), "tools", cwd=home)


def test_the_connection_store_is_made_by_the_migrations_in_the_wheel(home: Path, tmp_path: Path):
    program = (
        "import asyncio, pathlib, sys; from dinero_mcp.auth.store import open_store; "
        "print(asyncio.run(asyncio.run(open_store(pathlib.Path(sys.argv[1]))).newest('')))"
    )
    assert run(str(home / "bin" / "python"), "-c", program, str(tmp_path), cwd=home) == "None\n"


async def test_it_answers_from_the_demo_company_over_stdio(home: Path):
    server = StdioServerParameters(
        command=str(home / "bin" / "dinero-mcp"), args=["serve", "--demo"], cwd=home
    )
    async with Client(server) as client:
        assert len((await client.list_tools()).tools) == len(CATALOGUE)
        answer = await client.call_tool("list-organizations-tool", {})
    assert not answer.is_error
    assert "1001" in str(answer.content)
