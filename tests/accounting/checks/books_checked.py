"""Books as small as a check allows: vouchers, and the period of September 2026 seen on 9 October."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from dinero_mcp.accounting.checks import BookYear, Check, Finding, Material, NotChecked
from dinero_mcp.accounting.periods import Period, month
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.accounting.vat_periods import Frequency
from tests.accounting.rows import ChartAccount, chart_of
from tests.accounting.vat_books import BILL, VAT_CHART, VAT_TYPES, VatRow

TODAY = date(2026, 10, 9)
SEPTEMBER = month(2026, 9)
SUPPLIER, OTHER = "supplier-1", "supplier-2"
CHECKED_CHART = VAT_CHART | chart_of(
    ChartAccount(1300, "Salg af fragt - momsfrie", "Turnover"),
    ChartAccount(1445, "Valutakursdifferencer, eksport", "Turnover"),
    ChartAccount(7160, "Erhvervsforsikringer", "Administration Expenses"),
    ChartAccount(55090, "Kassekredit", "Liquid Assets"),
    ChartAccount(63100, "Udlæg ansatte og ejer", "Short Term Debt"),
    ChartAccount(63110, "Mellemregning, anpartshaver", "Short Term Debt"),
    ChartAccount(99999, "Analysekonto", "Analysis"),
)
Line = tuple[int, str] | tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class ContactRead:
    """A contact as it was read."""

    country_key: str | None
    name: str | None = None


def posted(
    day: str,
    *lines: Line,
    number: int = 1,
    kind: str = "Purchases",
    contact: str | None = None,
    file: object = BILL,
    text: str | None = None,
    guid: str | None = None,
) -> list[VatRow]:
    """A voucher of lines with account, debit-positive amount and, where it has one, VAT code."""
    return [
        VatRow(
            account,
            Decimal(amount),
            date.fromisoformat(day),
            number,
            kind,
            guid,
            text,
            code[0] if code else None,
            contact,
            file_guid=f"{file}/{kind}/{day}/{number}" if file is BILL else file,
        )
        for account, amount, *code in lines
    ]


def bill(day: str, net: str, *, account: int = 7320, code: str = "I25", **changes: Any) -> list[VatRow]:
    """A purchase with Danish VAT, paid from the bank."""
    cost = Decimal(net)
    vat = cost / 4
    lines = ((account, str(cost), code), (64060, str(vat)), (55000, str(-cost - vat)))
    known: dict[str, Any] = {"contact": SUPPLIER, "text": "Software"}
    return posted(day, *lines, **(known | changes))


def years(*numbers: int, opening: Mapping[int, str] | None = None) -> list[BookYear]:
    """Calendar years, the first with an opening."""
    balances = {number: Decimal(amount) for number, amount in (opening or {}).items()}
    found = [BookYear(Period(date(each, 1, 1), date(each, 12, 31))) for each in numbers]
    return [replace(found[0], opening=balances), *found[1:]]


def material(*vouchers: list[VatRow], **changes: Any) -> Material:
    """September 2026 of an ApS that files VAT every quarter, on 9 October."""
    known: dict[str, Any] = {
        "period": SEPTEMBER,
        "today": TODAY,
        "rows": [row for rows in vouchers for row in rows],
        "years": years(2026),
        "is_whole": True,
        "chart": CHECKED_CHART,
        "roles": vat_roles(CHECKED_CHART, [55000, 55040, 63300]),
        "vat_types": VAT_TYPES,
        "frequency": Frequency.QUARTERLY,
        "is_limited_company": True,
    }
    return Material(**(known | changes))


def found(check: Check, material: Material) -> list[Finding]:
    """What the check finds."""
    return [said for said in check.find(material) if isinstance(said, Finding)]


def untold(check: Check, material: Material) -> list[NotChecked]:
    """What it could not judge."""
    return [said for said in check.find(material) if isinstance(said, NotChecked)]


def summary(findings: list[Finding]) -> list[tuple[str, str | None, int | None]]:
    """Severity, amount and voucher number of each."""
    return [
        (each.severity.value, None if each.amount is None else str(each.amount), each.voucher_number)
        for each in findings
    ]
