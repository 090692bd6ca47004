"""The architecture, as import-linter reads it from .importlinter."""

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parent.parent


def contracts() -> list[str]:
    config = ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    prefix = "importlinter:contract:"
    return [section.removeprefix(prefix) for section in config.sections() if section.startswith(prefix)]


def test_every_contract_about_imports_is_kept():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout
    assert f"Contracts: {len(contracts())} kept, 0 broken." in linted.stdout


def test_no_contract_goes_away_unnoticed():
    assert contracts() == [
        "layers",
        "settings",
        "sandbox-alone",
        "sandbox-users",
        "accounting-pure",
        "mcp",
        "http",
        "store",
        "redis",
        "own-tokens",
        "measuring",
    ]
