"""Companies whose vouchers have VAT codes and documents, kept in the sandbox's own journal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from dinero_mcp.sandbox.books import Account, AccountingYear, Books, VatType
from dinero_mcp.sandbox.chart import standard_chart
from dinero_mcp.sandbox.journal import MANUAL, PURCHASES, SALES, Journal, Line
from dinero_mcp.sandbox.vat import purchase_lines
from tests.tools.asking import answered, connected
from tests.tools.companies import SMALL, calendar_years, company, sandbox_with

REPORT = "get-vat-report-tool"
UNCLAIMED = 65120
"""A VAT account that the form has no box for."""

Posted = tuple[str, str, Sequence[Line], bool]
"""Series, day, lines and whether a document is kept with them."""


def sale(day: str, net: str, code: str = "U25", vat: str | None = None) -> Posted:
    """A sale on credit, with the VAT of its code unless another is given."""
    base = Decimal(net)
    owed = Decimal(vat) if vat else base / 4 if code == "U25" else Decimal(0)
    lines = [Line(1000, -base, code), Line(64000, -owed), Line(53000, base + owed)]
    return SALES, day, lines, False


def purchase(day: str, net: str, code: str | None = "I25", *, has_file: bool = True) -> Posted:
    lines = purchase_lines(7320, Decimal(net), code)
    total = sum((line.amount for line in lines), Decimal(0))
    return PURCHASES, day, [*lines, Line(63000, -total)], has_file


def by_hand(day: str, *lines: tuple[int, str] | tuple[int, str, str]) -> Posted:
    made = [Line(account, Decimal(amount), code[0] if code else None) for account, amount, *code in lines]
    return MANUAL, day, made, True


def closing(day: str, amount: str) -> Posted:
    return by_hand(day, (64000, amount), (64100, f"-{amount}"))


def payment(day: str, amount: str) -> Posted:
    return by_hand(day, (64100, amount), (55000, f"-{amount}"))


def vat_company(
    *posted: Posted, years: Sequence[AccountingYear] | None = None, guids_since: str = "2000-01-01"
) -> Books:
    """An organization with these vouchers, in order of booking; one VAT account and one code are its own."""
    years = years or calendar_years(2025, 2026)
    accounts = standard_chart()
    accounts[UNCLAIMED] = _unclaimed(accounts[64085])
    journal = Journal(SMALL, years, accounts, 60020, date.fromisoformat(guids_since))
    for series, day, lines, has_file in posted:
        journal.post(series, date.fromisoformat(day), "Bilag", lines, has_file=has_file)
    books = company([], years)
    books.accounts = accounts
    books.entries = journal.entries()
    books.vat_types = [*books.vat_types, VatType("HALV", "Halv fradragsret", Decimal("0.125"))]
    return books


def _unclaimed(like: Account) -> Account:
    return replace(like, number=UNCLAIMED, name="Chokoladeafgift")


async def asked(books: Books, today: str, **arguments: Any) -> dict[str, Any]:  # Any: JSON
    """What the VAT report tells of the company on a day."""
    sandbox = sandbox_with(books, today)
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        return await answered(client, REPORT, **arguments)


def identities(answer: dict[str, Any]) -> dict[str, str]:  # Any: JSON
    """What each identity is off by."""
    return {each["identity"]: each["difference"] for each in answer["basis"]["identities"]}
