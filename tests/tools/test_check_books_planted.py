"""What is wrong on purpose in the demo company is found, all of it and no more; a clean one has nothing."""

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from dinero_mcp.accounting.checks import Review, review
from dinero_mcp.accounting.periods import Period
from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.companies import demo_organizations
from tests.accounting.checks.demo import material_of
from tests.tools.asking import CONSULTANT, ROASTERY, answered, connected

TOOL = "check-books-tool"
README_DAY = date(2026, 10, 9)
DAYS = [
    date(2024, 1, 1),
    date(2024, 2, 29),
    date(2024, 6, 3),
    date(2024, 9, 14),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2025, 1, 31),
    date(2025, 2, 28),
    date(2025, 3, 3),
    date(2025, 5, 11),
    date(2025, 12, 1),
    date(2026, 1, 1),
    date(2026, 4, 30),
    date(2026, 7, 26),
    date(2026, 9, 1),
    README_DAY,
    date(2026, 12, 24),
    date(2027, 3, 31),
    date(2027, 8, 8),
    date(2027, 12, 31),
    date(2028, 1, 1),
    date(2028, 2, 29),
    date(2029, 5, 5),
    date(2031, 6, 2),
]
SECRETS = [
    "vat-period-unsettled",
    "owner-loan",
    "suspected-duplicate",
    "vat-on-foreign-purchase",
    "vat-without-document",
    "payment-on-wrong-invoice",
    "invoice-number-gap",
    "recurring-missing",
]


def last_year(today: date) -> Period:
    return Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))


def since_last_year(today: date) -> Period:
    return Period(date(today.year - 1, 1, 1), today)


def periods(today: date) -> Iterator[Period]:
    yield from (last_year(today), since_last_year(today))


def reviewed(books: Books, period: Period, today: date) -> Review:
    return review(material_of(books, period, today))


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_each_secret_is_found_once_and_nothing_besides(today: date) -> None:
    roastery = demo_organizations(today)[0]
    for period in periods(today):
        assert [found.check for found in reviewed(roastery, period, today).findings] == SECRETS


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_a_clean_company_has_no_findings(today: date) -> None:
    for books in demo_organizations(today, planted=False)[:2]:
        for period in periods(today):
            assert reviewed(books, period, today).findings == ()


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), README_DAY], ids=str)
async def test_the_tool_says_so_too(today: date) -> None:
    period = since_last_year(today)
    for planted, expected in ((True, SECRETS), (False, [])):
        sandbox = Sandbox(today, demo_organizations(today, planted=planted))
        async with connected(sandbox, today=today) as client:
            answer = await answered(client, TOOL, **arguments(period), organization_id=ROASTERY)
            assert [row["check"] for row in answer["findings"]] == expected
            answer = await answered(client, TOOL, **arguments(period), organization_id=CONSULTANT)
            assert answer["findings"] == []


async def test_the_readme_tells_what_is_found_on_its_day() -> None:
    async with connected(Sandbox(README_DAY), today=README_DAY) as client:
        answer = await answered(client, TOOL, **arguments(since_last_year(README_DAY)))
    *told, fee = readme_rows()
    assert told == [
        (row["check"], row["date"], where(row), row["amount"] or "") for row in answer["findings"]
    ]
    unbooked = demo_organizations(README_DAY)[0].unbooked
    assert [fee[1:]] == [
        (str(one.date), f"account {one.account_number}", str(one.amount)) for one in unbooked
    ]


def arguments(period: Period) -> dict[str, str]:
    return {"from_date": str(period.from_date), "to_date": str(period.to_date)}


def readme_rows() -> list[tuple[str, ...]]:
    """What the table of secrets says each is found as, on what date, where, and of what amount."""
    readme = (files("dinero_mcp.sandbox") / "README.md").read_text(encoding="utf-8")
    _, _, table = readme.partition("### The secrets")[2].partition("|---|---|---|---|---|\n")
    lines = (line for line in table.partition("\n\n")[0].splitlines())
    return [tuple(cell.strip(" `") for cell in line.strip("|").split("|")[1:]) for line in lines]


def where(row: dict[str, Any]) -> str:  # Any: JSON
    """The voucher, else the account, else the VAT period of a finding."""
    if row["voucher_number"]:
        return f"{row['voucher_type']} {row['voucher_number']}"
    if row["account_number"]:
        return f"account {row['account_number']}"
    named = re.search(r"Q\d \d{4}", row["what"])
    return named[0] if named else ""
