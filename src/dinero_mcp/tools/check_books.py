"""The list to go through before a month is closed."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

from anyio.to_thread import run_sync
from pydantic import BeforeValidator, Field

from dinero_mcp.accounting.checks import CHECKS, Check, Finding, Review, Severity, review
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.dinero.call import Call
from dinero_mcp.errors import InputError
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Record
from dinero_mcp.tools.books import Books, Connection, uncovered
from dinero_mcp.tools.books_to_check import books_to_check, needs_company_type
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import SEVERAL, FromDate, ToDate, as_text
from dinero_mcp.tools.spans import not_over
from dinero_mcp.tools.third_party import OptionalText, Text, cleaned

_SHOWN = 10
"""Findings of one check that are told one by one."""


class FindingRow(Record):
    severity: Severity
    check: str
    what: Text
    amount: Amount | None = Field(description="DKK, as `what` says of what")
    date: datetime.date | None
    voucher_number: Annotated[str | None, BeforeValidator(as_text)]
    voucher_type: OptionalText
    account_number: int | None
    text: OptionalText = Field(description="What the voucher, account or customer is called in Dinero")
    see: Text = Field(description="The tool and arguments that show the postings")


class CheckRow(Record):
    check: str
    findings: int = Field(description="All of them, also those that are not shown")
    shown: int | None = Field(description="How many of them are shown; null when all are")
    amount: Amount | None = Field(description="Of all its findings together; null when they have none")
    why_it_matters: Text
    what_to_do: Text


class NotCheckedRow(Record):
    check: str
    count: int | None = Field(description="How many were not judged; null when the whole check was not made")
    why: Text


class BooksChecked(BooksAnswer):
    convention = "DKK; error: wrong; warning: probably wrong, costs or hides money; notice: look at it."
    from_date: datetime.date
    to_date: datetime.date
    errors: int
    warnings: int
    notices: int
    findings: list[FindingRow] = Field(description="Worst first; of one check the largest, at most ten")
    by_check: list[CheckRow] = Field(description="The checks that found something")
    clean: list[str] = Field(description="The checks that found nothing")
    clean_in_part: list[str] = Field(description="Those that found nothing in the part they could judge")
    not_checked: list[NotCheckedRow]
    notes: list[Text]
    basis: Basis


@tool(name="check-books-tool", title="Check of the books")
async def check_books(
    books: Books,
    connection: Connection,
    call: Call,
    from_date: FromDate,
    to_date: ToDate,
    checks: Annotated[
        Annotated[list[str], Field(min_length=1, max_length=50), SEVERAL] | None,
        Field(description="Only these, by the names in earlier answers; all unless said"),
    ] = None,
) -> BooksChecked:
    """The month-close list (månedsafslutning, bogføringskontrol) of a period, worst first: vouchers that do
    not cancel, duplicates, missing rent or wages, VAT that does not fit, lacks a document or is overdue, gaps
    in invoice numbers, payments on the wrong invoice, old drafts, owner loans, money below zero and more.
    Each finding has its amount, voucher, why it matters and what to do.

    Use it before a month is closed or VAT filed. For the VAT itself use get-vat-report-tool, for who owes
    what get-open-items-tool, for the bank reconcile-bank-statement-tool. It says what it could not check;
    the documents behind vouchers are not read.
    """
    chosen = _chosen(checks)
    period = Period(from_date, to_date)
    company_type = await _company_type(books, connection, call) if needs_company_type(chosen) else None
    read = await books_to_check(books, period, chosen, company_type)
    found = await run_sync(review, read.material, chosen)
    return BooksChecked(
        organization=books.name,
        from_date=from_date,
        to_date=to_date,
        errors=_count(found, Severity.ERROR),
        warnings=_count(found, Severity.WARNING),
        notices=_count(found, Severity.NOTICE),
        findings=[FindingRow.model_validate(each) for each in _shown(found.findings)],
        by_check=[_by_check(each, found.findings) for each in _with_findings(chosen, found.findings)],
        clean=list(found.clean),
        clean_in_part=list(found.clean_in_part),
        not_checked=[NotCheckedRow.model_validate(each) for each in found.not_checked],
        notes=[*uncovered(await books.ledger.postings(period)), *not_over(period, books.today)],
        basis=books.years_basis(
            *read.postings.years, period=period, identities=read.identities, remarks=read.remarks
        ),
    )


def _chosen(names: Sequence[str] | None) -> Sequence[Check]:
    """The checks asked for, in their own order."""
    if names is None:
        return CHECKS
    wanted = {name.strip().casefold() for name in names}
    if unknown := sorted(wanted - {each.name for each in CHECKS}):
        known = ", ".join(each.name for each in CHECKS)
        raise InputError(f"There is no check {cleaned(unknown[0])[:60]!r}; there are {known}.")
    return [each for each in CHECKS if each.name in wanted]


async def _company_type(books: Books, connection: Connection, call: Call) -> str | None:
    """What Dinero says the company is."""
    plans = await connection.dinero.organization_plans(call)
    return next((each.company_type_key for each in plans if each.id == books.organization.id), None)


def _count(found: Review, severity: Severity) -> int:
    return sum(each.severity is severity for each in found.findings)


def _shown(findings: Iterable[Finding]) -> list[Finding]:
    """The first of each check: the worst of it, and the largest."""
    told: Counter[str] = Counter()
    shown: list[Finding] = []
    for finding in findings:
        told[finding.check] += 1
        if told[finding.check] <= _SHOWN:
            shown.append(finding)
    return shown


def _with_findings(chosen: Iterable[Check], findings: Iterable[Finding]) -> list[Check]:
    """The checks that found something, the worst first."""
    order = list(dict.fromkeys(each.check for each in findings))
    return sorted((each for each in chosen if each.name in order), key=lambda each: order.index(each.name))


def _by_check(check: Check, findings: Iterable[Finding]) -> CheckRow:
    own = [each for each in findings if each.check == check.name]
    amounts = [each.amount for each in own if each.amount is not None]
    return CheckRow(
        check=check.name,
        findings=len(own),
        shown=_SHOWN if len(own) > _SHOWN else None,
        amount=total(amounts) if amounts else None,
        why_it_matters=check.why,
        what_to_do=check.what_to_do,
    )
