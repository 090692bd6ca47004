"""Questions whose answers rest on very different readings: what their basis says must stay short."""

from typing import Any

from tests.tools.asking import CONSULTANT, ROASTERY

Question = tuple[str, dict[str, Any]]  # Any: JSON


def _report(kind: str, first: str, last: str, **more: Any) -> Question:  # Any: JSON
    return "get-period-report-tool", {"kind": kind, "from_date": first, "to_date": last, **more}


def _ledger(number: int, first: str, last: str) -> Question:
    return "get-account-ledger-tool", {"account_number": number, "from_date": first, "to_date": last}


def _open(side: str, **more: Any) -> Question:  # Any: JSON
    return "get-open-items-tool", {"side": side, **more}


def _yearly(name: str) -> list[Question]:
    tools = ("result-report", "saldo-balance-report", "balance-report", "yearly-performance")
    return [(f"get-{tool}-tool", {"accounting_year": name}) for tool in tools]


_REPORTS: list[Question] = [
    _report("result", "2026-07-01", "2026-09-30"),
    _report("result", "2025-01-01", "2025-12-31", columns="quarter"),
    _report("result", "2024-01-01", "2026-12-31", columns="quarter"),
    _report("result", "2024-01-01", "2026-12-31", compare="previous_period"),
    _report("result", "2025-01-01", "2025-12-31", compare="last_year"),
    _report("result", "2025-07-01", "2026-06-30", columns="month", compare="last_year"),
    _report("balance", "2026-10-01", "2026-10-09"),
    _report("balance", "2025-01-01", "2025-12-31", compare="last_year"),
    _report("balance", "2024-01-01", "2026-12-31", columns="quarter"),
    _report("balance", "2025-01-01", "2026-09-30", columns="month"),
    _report("trial_balance", "2026-09-01", "2026-09-30"),
    _report("trial_balance", "2025-01-01", "2025-12-31", compare="last_year"),
    _report("trial_balance", "2025-10-01", "2026-03-31", columns="month"),
    _report("trial_balance", "2024-01-01", "2026-12-31", columns="quarter", compare="last_year"),
]
_LEDGERS = [
    _ledger(5000, "2025-10-01", "2026-02-28"),
    _ledger(55000, "2024-01-01", "2026-12-31"),
    _ledger(63000, "2025-07-01", "2026-06-30"),
    _ledger(1000, "2026-01-01", "2026-09-30"),
]
_OTHERS: list[Question] = [
    ("get-monthly-results-tool", {"month": "2026-01"}),
    ("get-monthly-results-tool", {"month": "2025-12"}),
    ("list-entries-tool", {"from_date": "2024-01-01", "to_date": "2026-12-31"}),
    ("list-entries-tool", {"from_date": "2025-12-01", "to_date": "2026-01-31"}),
    ("get-bank-reconciliation-balance-tool", {"account_number": 55000}),
    ("get-bank-reconciliation-balance-tool", {"as_of": "2025-12-31"}),
    ("get-vat-report-tool", {}),
    ("get-vat-report-tool", {"from_date": "2025-10-01", "to_date": "2025-12-31"}),
    ("get-vat-report-tool", {"from_date": "2025-10-01", "to_date": "2026-03-31"}),
    ("get-vat-period-countdown-tool", {}),
    ("get-vat-settlement-frequency-tool", {}),
    ("check-books-tool", {"from_date": "2026-01-01", "to_date": "2026-09-30"}),
    ("check-books-tool", {"from_date": "2025-01-01", "to_date": "2025-12-31"}),
    _open("receivable"),
    _open("receivable", as_of="2025-12-31"),
    _open("receivable", as_of="2026-03-31"),
    _open("payable"),
    _open("payable", as_of="2025-12-31"),
    _open("payable", as_of="2024-12-31"),
]


BASIS_QUESTIONS: list[Question] = [
    (tool, {**arguments, "organization_id": organization})
    for organization, year in ((ROASTERY, "2025"), (CONSULTANT, "2024/25"))
    for tool, arguments in [*_REPORTS, *_LEDGERS, *_OTHERS, *_yearly(year), *_yearly("2026")]
]
"""Of both demo companies."""
