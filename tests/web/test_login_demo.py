"""The rehearsal a newcomer makes: `login --demo` in a browser, then the demo answers for who signed in."""

import subprocess
import sys
from pathlib import Path
from stat import S_IMODE

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.commands import COMMAND, SECONDS, TODAY, environment, free_port, run
from tests.web.chromium import CHROMIUM, FLAGS, NEEDS_CHROMIUM

pytestmark = [pytest.mark.once, NEEDS_CHROMIUM]
CALL = ("call", "list-organizations-tool", "--demo")


def sign_in(page: Page, address: str, user: str) -> None:
    page.goto(address)
    page.get_by_label(user).check()
    page.get_by_role("button", name="Allow").click()


def addresses_printed_by(login: subprocess.Popen[str]) -> list[str]:
    """Those of this machine and of another, as far as the prompt for what is pasted."""
    assert login.stdout
    found: list[str] = []
    while len(found) < 2:
        line = login.stdout.readline()
        assert line, "it ended before it told where to go"
        found += [word for word in line.split() if word.startswith("http://127.0.0.1:")]
    return found


def test_who_signed_in_to_the_demo_is_still_signed_in_afterwards(tmp_path: Path) -> None:
    redirect = f"http://127.0.0.1:{free_port()}/oauth/dinero/callback"
    settings = {**TODAY, "DINERO_DATA_DIRECTORY": str(tmp_path / "data"), "DINERO_REDIRECT_URL": redirect}
    login = subprocess.Popen(
        [*COMMAND, "login", "--demo", "--no-browser"],
        cwd=tmp_path,
        env=environment({**settings, "PYTHONUNBUFFERED": "1"}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with login, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(locale="en-GB")
        sign_in(page, addresses_printed_by(login)[0], "Ida Bergmann")
        page.get_by_role("heading", name="Connected").wait_for()
        browser.close()
        assert login.wait(SECONDS) == 0

    said = run("status", "--demo", cwd=tmp_path, settings=settings).stdout
    assert "credentials: Visma Connect, application isv_demo" in said
    assert "default organization: 1002 (chosen with login or use)" in said
    assert "may: dineropublicapi:read offline_access" in said

    organizations = run(*CALL, cwd=tmp_path, settings=settings).stdout
    assert "Bergmann" in organizations
    assert "Havblik" not in organizations

    refused = run("use", "1001", "--demo", cwd=tmp_path, settings=settings)
    assert (refused.returncode, "Choose one of 1002" in refused.stderr) == (1, True)
    assert run("use", "1002", "--demo", cwd=tmp_path, settings=settings).returncode == 0

    assert "Signed out" in run("logout", "--demo", cwd=tmp_path, settings=settings).stdout
    again = run("logout", "--demo", cwd=tmp_path, settings=settings)
    assert (again.returncode, "Run `dinero-mcp login --demo`" in again.stderr) == (1, True)
    assert "Havblik" in run(*CALL, cwd=tmp_path, settings=settings).stdout


def test_nothing_that_is_secret_is_left_in_the_folder(tmp_path: Path) -> None:
    """Not even the demo's own files hold what the store encrypts."""
    settings = {**TODAY, "DINERO_DATA_DIRECTORY": str(tmp_path / "data")}
    assert "the demo's own API key" in run("status", "--demo", cwd=tmp_path, settings=settings).stdout
    assert not list((tmp_path / "data" / "demo").glob("connections*"))
    folders = (tmp_path / "data", tmp_path / "data" / "demo")
    assert sys.platform == "win32" or {S_IMODE(each.stat().st_mode) for each in folders} == {0o700}
