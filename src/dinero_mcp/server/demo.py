"""The walk through the demo company: the questions a bookkeeper asks, and where to go from there."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dinero_mcp.accounting.periods import month_of, previous_month
from dinero_mcp.sandbox.chart import BANK
from dinero_mcp.sandbox.companies import demo_statement


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question as a person asks it, and the call that answers it."""

    words: str
    tool: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])  # Any: JSON

    @property
    def call(self) -> str:
        """The call in one line; a statement only by its first words."""
        given = {name: _in_short(value) for name, value in self.arguments.items()}
        return f"{self.tool} {json.dumps(given, ensure_ascii=False)}"


def _in_short(value: object) -> object:
    if not isinstance(value, str) or "\n" not in value:
        return value
    first, *others = value.splitlines()
    return f"{first} and {len(others)} lines more"


def questions_on(today: date) -> list[DemoQuestion]:
    """The questions about the demo company; the month they ask about is the last whole one.

    What is wrong in the demo company lies in the year before: that is the year to be closed, and the bank's
    statement is that of its December.
    """
    last, last_year = previous_month(month_of(today)), today.year - 1
    month, first_day, last_day = last.label, last.from_date.isoformat(), last.to_date.isoformat()
    return [
        DemoQuestion("Which companies can I ask about?", "list-organizations-tool"),
        DemoQuestion(f"What did we earn in {month}?", "get-monthly-results-tool", {"month": month}),
        DemoQuestion("How is the year going, like with like?", "get-yearly-performance-tool"),
        DemoQuestion("When is VAT due, and how much is it so far?", "get-vat-period-countdown-tool"),
        DemoQuestion("What is in the bank?", "get-bank-reconciliation-balance-tool"),
        DemoQuestion("Who owes us money, and since when?", "get-open-items-tool", {"side": "receivable"}),
        DemoQuestion(
            f"What did we pay in rent in {month}?",
            "list-entries-tool",
            {"from_date": first_day, "to_date": last_day, "account_number": [5000]},
        ),
        DemoQuestion("What do we own and owe?", "get-balance-report-tool"),
        DemoQuestion(
            f"Is {last_year} ready to be closed?",
            "check-books-tool",
            {"from_date": f"{last_year}-01-01", "to_date": f"{last_year}-12-31"},
        ),
        DemoQuestion(
            f"Here is the bank's statement for {last_year}-12. What do the books lack?",
            "reconcile-bank-statement-tool",
            {
                "account_number": BANK,
                "statement": demo_statement(today),
                "to_date": f"{last_year}-12-31",
            },
        ),
    ]


def host_lines() -> list[tuple[str, str]]:
    """How to add the server to each host, ready to copy; with --demo it needs no account."""
    server = {"command": "uvx", "args": ["dinero-mcp", "serve", "--demo"]}
    config = json.dumps({"mcpServers": {"dinero": server}})
    vs_code = json.dumps({"name": "dinero", **server})
    return [
        ("Claude Desktop (claude_desktop_config.json)", config),
        ("Claude Code", "claude mcp add dinero -- uvx dinero-mcp serve --demo"),
        ("Cursor (~/.cursor/mcp.json)", config),
        ("VS Code", f"code --add-mcp '{vs_code}'"),
    ]
