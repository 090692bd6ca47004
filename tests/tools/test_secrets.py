"""The demo company's secrets, asked of the tools: each is told as the sandbox's README says, and no more."""

import re
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.companies import demo_statement
from tests.demo import demo_companies
from tests.tools.asking import CONSULTANT, ROASTERY, answered, connected

CHECK, RECONCILE = "check-books-tool", "reconcile-bank-statement-tool"
README_DAY = date(2026, 10, 9)
FOUND_BY_CHECKS = 8


def readme_rows() -> list[tuple[str, ...]]:
    """What each secret is found as, by the README's table: on what date, where, and of what amount."""
    readme = (files("dinero_mcp.sandbox") / "README.md").read_text(encoding="utf-8")
    _, _, table = readme.partition("### The secrets")[2].partition("|---|---|---|---|---|\n")
    lines = table.partition("\n\n")[0].splitlines()
    return [tuple(cell.strip(" `") for cell in line.strip("|").split("|")[1:]) for line in lines]


def where(row: dict[str, Any]) -> str:  # Any: JSON
    """The voucher, else the account, else the VAT period of a finding."""
    if row["voucher_number"]:
        return f"{row['voucher_type']} {row['voucher_number']}"
    if row["account_number"]:
        return f"account {row['account_number']}"
    named = re.search(r"Q\d \d{4}", row["what"])
    return named[0] if named else ""


def since_last_year(today: date) -> dict[str, str]:
    return {"from_date": f"{today.year - 1}-01-01", "to_date": today.isoformat()}


async def test_the_readme_tells_what_is_found_on_its_day() -> None:
    async with connected(Sandbox(README_DAY, demo_companies(README_DAY)), today=README_DAY) as client:
        checked = await answered(client, CHECK, **since_last_year(README_DAY))
        bank = await answered(client, RECONCILE, account_number=55000, statement=demo_statement(README_DAY))
    told = readme_rows()
    assert told[:FOUND_BY_CHECKS] == [
        (row["check"], row["date"], where(row), row["amount"] or "") for row in checked["findings"]
    ]
    assert told[FOUND_BY_CHECKS:] == [
        ("in the bank only", row["date"], f"account {bank['account_number']}", row["amount"])
        for row in bank["in_bank_only"]
    ]


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2027, 12, 31)], ids=str)
async def test_the_secrets_are_found_on_other_days_too_and_nothing_in_clean_companies(today: date) -> None:
    secrets = [found_as for found_as, *_ in readme_rows()[:FOUND_BY_CHECKS]]
    for planted, expected in ((True, secrets), (False, [])):
        sandbox = Sandbox(today, demo_companies(today, planted=planted))
        async with connected(sandbox, today=today) as client:
            for organization, findings in ((ROASTERY, expected), (CONSULTANT, [])):
                answer = await answered(client, CHECK, **since_last_year(today), organization_id=organization)
                assert [row["check"] for row in answer["findings"]] == findings
