"""Postings and accounts for the tests, as small as the arithmetic allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Row:
    account_number: int
    amount: Decimal
    date: date
    voucher_number: int | None = None
    voucher_type: str | None = None
    voucher_guid: str | None = None
    description: str | None = None
    vat_code: str | None = None
    contact_guid: str | None = None
    type: str | None = "Normal"


@dataclass(frozen=True, slots=True)
class ChartAccount:
    account_number: int
    name: str | None = None
    category: str | None = None
    vat_code: str | None = None


_STANDARD = (
    ChartAccount(1000, "Salg af varer/ydelser m/moms", "Turnover", "U25"),
    ChartAccount(2000, "Vareforbrug", "Variable Expenses", "I25"),
    ChartAccount(3000, "AM-indkomst", "Salary"),
    ChartAccount(4140, "Repræsentation", "Sales Expenses", "REP"),
    ChartAccount(5000, "Husleje", "Property Expenses", "I25"),
    ChartAccount(6140, "Tog", "Travel Expenses"),
    ChartAccount(7320, "Køb af software", "Administration Expenses", "I25"),
    ChartAccount(8020, "Afskrivninger", "Depreciation"),
    ChartAccount(9000, "Bankrenter", "Interest Income"),
    ChartAccount(9200, "Bankrenter", "Interest Expenses"),
    ChartAccount(9400, "Skat af årets resultat", "Tax"),
    ChartAccount(51020, "Driftsmiddel, tilgang i året", "Property", "I25"),
    ChartAccount(53000, "Debitorer, ubetalte fakturaer", "Receivables"),
    ChartAccount(55000, "Bank", "Liquid Assets"),
    ChartAccount(55040, "Kontanter (kasse)", "Liquid Assets"),
    ChartAccount(60000, "Registreret kapital mv.", "Equity"),
    ChartAccount(60020, "Overført resultat", "Equity"),
    ChartAccount(62000, "Banklån", "Long Term Debt"),
    ChartAccount(63000, "Kreditorer, ubetalte regninger", "Short Term Debt"),
    ChartAccount(63300, "Skattekonto", "Short Term Debt"),
    ChartAccount(64000, "Salgsmoms (udgående moms)", "Vat Due"),
    ChartAccount(64040, "Moms af ydelser fra udlandet", "Vat Due"),
    ChartAccount(64060, "Købsmoms (indgående moms)", "Vat Due"),
    ChartAccount(64100, "Momsafregning", "Vat Due"),
    ChartAccount(65020, "Skyldig A-skat", "Salary Due"),
)
CHART = {account.account_number: account for account in _STANDARD}


def voucher(
    day: date,
    lines: Mapping[int, str],
    number: int | None = 1,
    guid: str | None = None,
    text: str | None = None,
) -> list[Row]:
    """A voucher's rows; `lines` is the debit-positive amount by account number."""
    return [
        Row(account, Decimal(amount), day, number, "manuel", guid, description=text)
        for account, amount in lines.items()
    ]


def opening(day: date, balances: Mapping[int, str]) -> list[Row]:
    return [Row(account, Decimal(amount), day, type="Primo") for account, amount in balances.items()]


def amounts(sums: Mapping[int, str]) -> dict[int, Decimal]:
    return {account: Decimal(amount) for account, amount in sums.items()}


def chart_of(*accounts: ChartAccount) -> dict[int, ChartAccount]:
    return {account.account_number: account for account in accounts}


def all_rows(vouchers: Iterable[list[Row]]) -> list[Row]:
    return [row for rows in vouchers for row in rows]
