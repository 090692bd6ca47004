"""Postings with VAT codes and documents, what they are read by, and the demo companies' own."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_accounts import VatRoles, vat_roles
from dinero_mcp.accounting.vat_owed import PeriodSettlement, period_settlements
from dinero_mcp.accounting.vat_periods import Frequency, periods_between
from dinero_mcp.accounting.vat_postings import VatPostings, vat_postings
from dinero_mcp.accounting.vat_report import VatReport, vat_report
from dinero_mcp.sandbox.books import Entry
from tests.accounting.rows import CHART, ChartAccount, Row, chart_of
from tests.demo import demo_companies

UNKNOWN_FILE = object()
BILL = "1f6b7a52-3f0e-4c57-9f2d-2a1f3f3f0001"


@dataclass(frozen=True, slots=True)
class VatRow(Row):
    file_guid: object = UNKNOWN_FILE


@dataclass(frozen=True, slots=True)
class CodeType:
    vat_code: str | None
    vat_rate: Decimal
    name: str | None = None


VAT_CHART = CHART | chart_of(
    ChartAccount(1100, "EU-leverancer varer", "Turnover", "UEUV"),
    ChartAccount(2050, "EU-erhvervelser varer", "Variable Expenses", "IEUV"),
    ChartAccount(64020, "Moms af varer fra udlandet", "Vat Due"),
    ChartAccount(64080, "Elafgift", "Vat Due"),
    ChartAccount(64085, "Vandafgift", "Vat Due"),
    ChartAccount(64090, "Naturgas- og bygasafgift", "Vat Due"),
)
VAT_ROLES = vat_roles(VAT_CHART, [55000, 55040, 63300])
_RATES = {"U25": "0.25", "I25": "0.25", "KUNS": "0.05", "HREP": "0.1875", "REP": "0.0625", "HALV": "0.125"}
_ZERO_RATED = ("UEUV", "UEUV2", "UEUY", "UVC", "UVV", "UVY", "OBPS", "IEUV", "IEUY", "IVV", "IVY", "OBPK")
VAT_TYPES = [CodeType(code, Decimal(rate)) for code, rate in _RATES.items()] + [
    CodeType(code, Decimal(0)) for code in _ZERO_RATED
]


def booked(
    day: date,
    *lines: tuple[int, str] | tuple[int, str, str],
    number: int = 1,
    kind: str = "Purchases",
    file: object = BILL,
) -> list[VatRow]:
    """A voucher of lines with account, debit-positive amount and, where it has one, VAT code."""
    return [
        VatRow(
            account, Decimal(amount), day, number, kind, vat_code=code[0] if code else None, file_guid=file
        )
        for account, amount, *code in lines
    ]


@dataclass(frozen=True, slots=True)
class DemoBooks:
    """One demo company as the arithmetic reads it."""

    rows: tuple[VatRow, ...]
    chart: dict[int, ChartAccount]
    roles: VatRoles
    vat_types: list[CodeType]
    years: list[Period]

    @property
    def vat(self) -> VatPostings[VatRow]:
        return vat_postings(self.rows, self.roles)

    def states(self, frequency: Frequency, today: date) -> list[PeriodSettlement]:
        """Every VAT period so far, and whether it is settled."""
        first = min(row.date for row in self.rows)
        periods = periods_between(frequency, first, today)
        return period_settlements(self.vat, frequency, periods)

    def report(self, period: Period) -> VatReport[VatRow]:
        return vat_report(self.vat, self.chart, self.vat_types, period)


def demo_books(organization_id: int, today: date, *, planted: bool = False) -> DemoBooks:
    companies = demo_companies(today, planted=planted)
    books = next(each for each in companies if each.organization_id == organization_id)
    chart = chart_of(
        *(ChartAccount(a.number, a.name, a.category, a.vat_code) for a in books.accounts.values())
    )
    return DemoBooks(
        rows=tuple(map(vat_row, books.entries)),
        chart=chart,
        roles=vat_roles(chart, [each.number for each in books.deposit_accounts]),
        vat_types=[CodeType(each.code, each.rate, each.name) for each in books.vat_types],
        years=[Period(each.from_date, each.to_date) for each in books.years],
    )


def vat_row(entry: Entry) -> VatRow:
    """Where there is no voucher's GUID, Dinero did not yet tell of files either."""
    return VatRow(
        entry.account_number,
        entry.amount,
        entry.date,
        entry.voucher_number,
        entry.voucher_type,
        entry.voucher_guid,
        entry.description,
        entry.vat_code,
        entry.contact_guid,
        entry.type,
        entry.file_guid if entry.voucher_guid else UNKNOWN_FILE,
    )
