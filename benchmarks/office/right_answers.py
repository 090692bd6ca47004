"""The right answers, from a server in this process on the same books, which nobody else asks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from benchmarks.office.calls import Json, Question, without_clock
from benchmarks.office.companies import ROASTERY, TODAY, companies
from dinero_mcp.sandbox import Sandbox
from tests.tools.asking import answered, connected

QUESTIONS = (
    Question("get-monthly-results-tool", {"month": "2026-09"}),
    Question("get-saldo-balance-report-tool", {"accounting_year": "2025"}),
    Question("get-vat-report-tool", {"from_date": "2026-04-01", "to_date": "2026-06-30"}),
    Question("list-invoices-tool", {"from_date": "2026-07-01", "to_date": "2026-09-30", "sort": "date"}),
    Question("get-open-items-tool", {"side": "receivable"}),
    Question("list-entries-tool", {"from_date": "2026-09-01", "to_date": "2026-09-30"}),
    Question("list-accounts-tool", {"category": "Liquid Assets"}),
    Question(
        "get-account-ledger-tool",
        {"account_number": 5000, "from_date": "2025-11-01", "to_date": "2026-02-28"},
    ),
)
ORGANIZATIONS = Question("list-organizations-tool", {})


async def right_answers(
    organization_ids: Iterable[int], questions: Sequence[Question] = QUESTIONS
) -> Mapping[tuple[int, str], Json]:
    """By organization and question, for the roastery and its copies."""
    books = [each for each in companies(0) if each.organization_id == ROASTERY]
    async with connected(Sandbox(TODAY, books)) as client:
        right = {each.key: await answered(client, each.tool, **each.arguments) for each in questions}
    return {
        (organization_id, key): without_clock(_renumbered(answer, organization_id))
        for organization_id in organization_ids
        for key, answer in right.items()
    }


def _renumbered(answer: Any, organization_id: int) -> Any:  # Any: JSON
    """The same of a copy, which differs in nothing but its number."""
    if isinstance(answer, list):
        return [_renumbered(each, organization_id) for each in cast(list[object], answer)]
    if not isinstance(answer, dict):
        return answer
    return {
        name: organization_id
        if name in ("id", "organization_id") and value == ROASTERY
        else _renumbered(value, organization_id)
        for name, value in cast(dict[str, object], answer).items()
    }
