"""The demo companies on days when years, halves and quarters begin or end."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from mcp import Client

from dinero_mcp.sandbox import Sandbox
from tests.demo import demo_companies
from tests.tools.asking import CONSULTANT, ROASTERY, answered, connected

COUNTDOWN = "get-vat-period-countdown-tool"
DAYS = ["2024-02-29", "2026-01-01", "2026-12-31", "2027-03-01"]


def by_line(answer: dict[str, Any], rows: str) -> dict[str, str]:  # Any: JSON
    return {row["line"]: row["now"] for row in answer[rows]}


async def check(client: Client, organization_id: int, today: str) -> None:
    """What two tools say of the same thing is the same."""

    async def ask(tool: str, **arguments: Any) -> dict[str, Any]:  # Any: JSON
        return await answered(client, tool, organization_id=organization_id, **arguments)

    result, sheet = await ask("get-result-report-tool"), await ask("get-balance-report-tool")
    year, month = (
        await ask("get-yearly-performance-tool"),
        await ask("get-monthly-results-tool", month=today[:7]),
    )
    bank, vat = await ask("get-bank-reconciliation-balance-tool"), await ask(COUNTDOWN)
    lines = by_line(year, "lines")
    assert result["accounting_year"]["name"] == today[:4]
    assert result["result"] == sheet["result_of_year"] == lines["result"]
    assert by_line(year, "same_span_lines") == lines
    assert sheet["difference"] == "0.00"
    groups = {row["group"]: Decimal(row["total"]) for row in sheet["groups"]}
    assert Decimal(bank["total"]) == groups["Cash and bank"]
    assert vat["frequency"] == ("quarterly" if organization_id == ROASTERY else "half-yearly")
    assert (
        vat["days_remaining"] == (date.fromisoformat(vat["next_deadline"]) - date.fromisoformat(today)).days
    )
    assert vat["days_remaining"] >= 0
    assert month["month"]["from_date"] == today[:8] + "01"


@pytest.mark.parametrize("today", ["2026-06-01", "2026-06-02", "2026-09-02"])
async def test_nothing_is_late_in_clean_companies(today: str) -> None:
    day = date.fromisoformat(today)
    sandbox = Sandbox(day, demo_companies(day, planted=False))
    async with connected(sandbox, today=sandbox.today) as client:
        for organization_id, frequency in ((ROASTERY, "quarterly"), (CONSULTANT, "half-yearly")):
            for stated in ({}, {"frequency": frequency}):
                answer = await answered(client, COUNTDOWN, organization_id=organization_id, **stated)
                assert (answer["frequency"], answer["notes"]) == (frequency, [])
                assert answer["periods"][0]["days_remaining"] >= 0


@pytest.mark.parametrize("today", ["2024-02-29", "2026-01-01", "2026-10-09", "2027-03-01"])
async def test_the_quarter_that_the_roastery_never_settled_is_told(today: str) -> None:
    day = date.fromisoformat(today)
    sandbox = Sandbox(day, demo_companies(day))
    async with connected(sandbox, today=sandbox.today) as client:
        answer = await answered(client, COUNTDOWN, organization_id=ROASTERY)
    assert any(f"not settled in the books: Q3 {int(today[:4]) - 1}, " in note for note in answer["notes"])


@pytest.mark.parametrize("today", DAYS)
async def test_the_tools_agree_with_each_other(today: str) -> None:
    day = date.fromisoformat(today)
    sandbox = Sandbox(day, demo_companies(day))
    async with connected(sandbox, today=sandbox.today) as client:
        for organization_id in (ROASTERY, CONSULTANT):
            await check(client, organization_id, today)
