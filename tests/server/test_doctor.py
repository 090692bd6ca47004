"""`dinero-mcp doctor`: how far it comes, and what it says where it stops."""

import re
from pathlib import Path

import pytest

from tests.commands import TODAY, Settings, printed, run


def test_doctor_finds_nothing_wrong_with_the_demo_company(tmp_path: Path):
    done = printed("doctor", "--demo", cwd=tmp_path, settings=TODAY)
    assert (done.exit_code, done.stderr) == (0, "")
    assert [line[:5] for line in done.stdout.splitlines()] == ["ok   "] * 5
    assert re.search(r"a report: the trial balance of 2026 has \d\d accounts\n$", done.stdout)


def test_doctor_goes_all_the_way_to_a_report(sandbox_settings: Settings, tmp_path: Path):
    done = printed("doctor", cwd=tmp_path, settings=sandbox_settings)
    assert (done.exit_code, done.stderr) == (0, "")
    steps = [line.split(":")[0] for line in done.stdout.splitlines()]
    assert steps == [
        "ok   settings",
        "ok   reachability",
        "ok   sign-in and organizations",
        "ok   default organization",
        "ok   Pro plan",
        "ok   a report",
    ]


@pytest.mark.parametrize(
    ("changed", "step", "cure"),
    [
        (
            {"DINERO_API_KEY": ""},
            "settings",
            "DINERO_API_KEY is not set. Either make an API key in Dinero (Integrationer",
        ),
        (
            {"DINERO_API_URL": "http://127.0.0.1:1"},
            "reachability",
            "Look at the network, a firewall or proxy",
        ),
        ({"DINERO_API_KEY": "demo-nobody"}, "sign-in and organizations", "Check DINERO_API_KEY"),
        ({"DINERO_CLIENT_SECRET": "x"}, "sign-in and organizations", "Check DINERO_CLIENT_ID"),
        ({"DINERO_ORGANIZATION_ID": ""}, "default organization", "set DINERO_ORGANIZATION_ID"),
        ({"DINERO_ORGANIZATION_ID": "77"}, "default organization", "Organization 77 is not one"),
        ({"DINERO_ORGANIZATION_ID": "1003"}, "Pro plan", "(1003) has no Dinero Pro plan"),
    ],
    ids=["no key", "API down", "wrong key", "wrong secret", "none chosen", "not reached", "no Pro"],
)
def test_doctor_names_the_first_step_that_fails_and_its_cure(
    changed: Settings, step: str, cure: str, sandbox_settings: Settings, tmp_path: Path
):
    done = printed("doctor", cwd=tmp_path, settings={**sandbox_settings, **changed})
    assert (done.exit_code, done.stderr) == (1, "")
    *fine, last = done.stdout.splitlines()
    assert all(line.startswith("ok   ") for line in fine)
    assert last.startswith(f"FAIL {step}: ")
    assert cure in last


def test_doctor_leaves_no_traceback_of_what_it_broke_off(sandbox_settings: Settings, tmp_path: Path):
    done = run("doctor", cwd=tmp_path, settings={**sandbox_settings, "DINERO_API_KEY": "demo-nobody"})
    assert (done.returncode, done.stderr) == (1, "")
