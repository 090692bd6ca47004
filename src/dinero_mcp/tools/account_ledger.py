"""One account's postings with its running balance."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from dinero_mcp.accounting.account_ledger import LedgerPart, ledger_part
from dinero_mcp.accounting.chart import Group, category_name, group_of, is_profit_and_loss
from dinero_mcp.accounting.identities import Identity
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.dinero.models import Account, Entry
from dinero_mcp.ledger import Opening, Postings, YearPostings
from dinero_mcp.tools.accounts import no_account
from dinero_mcp.tools.answers import Amount, Basis, Listing, Record
from dinero_mcp.tools.books import Books, uncovered
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.entries import by_date_and_voucher
from dinero_mcp.tools.inputs import AccountNo, FromDate, Page, PageSize, ToDate
from dinero_mcp.tools.paging import page_of
from dinero_mcp.tools.spans import check_held, not_over
from dinero_mcp.tools.third_party import OptionalText, Text
from dinero_mcp.tools.ties import carried_forward, largest, openings_held, opens_as_closed

_ZERO = Decimal(0)


class LedgerRow(Record):
    date: datetime.date
    voucher_number: str | None
    voucher_type: OptionalText
    text: OptionalText
    vat_code: OptionalText
    amount: Amount
    balance: Amount = Field(description="After this posting")


class LedgerYear(Record):
    accounting_year: Text
    from_date: datetime.date
    to_date: datetime.date
    opening: Amount
    debit: Amount
    credit: Amount
    movement: Amount
    closing: Amount


class AccountLedger(Listing):
    convention = "DKK, debit positive, credit negative; debit and credit totals are both positive."
    account_number: int
    account_name: OptionalText
    category: OptionalText
    from_date: datetime.date
    to_date: datetime.date
    opening: Amount = Field(
        description="Before from_date; of a profit and loss account in its accounting year"
    )
    debit: Amount = Field(description="Of all postings, on all pages together")
    credit: Amount
    movement: Amount = Field(description="Debit less credit")
    year_change: Amount | None = Field(
        description="What new accounting years moved: opening + movement + year_change = closing; else null"
    )
    closing: Amount = Field(description="At the end of to_date")
    years: list[LedgerYear] | None = Field(description="Year by year when the span crosses years, else null")
    entries: list[LedgerRow] = Field(description="By date and voucher")
    notes: list[Text]
    basis: Basis


@tool(name="get-account-ledger-tool", title="Ledger of an account")
async def get_account_ledger(
    books: Books,
    account_number: Annotated[AccountNo, Field(description="From list-accounts-tool")],
    from_date: FromDate,
    to_date: ToDate,
    page: Page = 1,
    page_size: PageSize = 50,
) -> AccountLedger:
    """One account's postings (kontospecifikation, kontokort) in any span: opening balance, each posting with
    the balance after it, totals of debit and credit, closing balance. A profit and loss account begins each
    accounting year at 0.00.

    Use it to see how a balance came about; for several accounts or a search in texts use list-entries-tool,
    for all accounts' balances get-period-report-tool.
    """
    span = Period(from_date, to_date)
    check_held(await books.ledger.years(), span)
    postings = await books.ledger.postings(span)
    account = await _account(books, account_number, postings)
    parts = [await _part(books, account, span, year) for year in postings.years]
    rows = [pair for part in parts for pair in zip(part.ledger.rows, part.ledger.balances, strict=True)]
    shown = page_of(rows, page, page_size)
    opening, closing = parts[0].ledger.opening, parts[-1].ledger.closing
    debit, credit = total(each.ledger.debit for each in parts), total(each.ledger.credit for each in parts)
    crosses = len(parts) > 1
    return AccountLedger(
        organization=books.name,
        total=shown.total,
        page=page,
        has_more=shown.has_more,
        account_number=account_number,
        account_name=account.name,
        category=category_name(account.category),
        from_date=from_date,
        to_date=to_date,
        opening=opening,
        debit=debit,
        credit=credit,
        movement=debit - credit,
        year_change=closing - opening - debit + credit if crosses else None,
        closing=closing,
        years=[_year_row(each) for each in parts] if crosses else None,
        entries=[_row(entry, balance) for entry, balance in shown.rows],
        notes=[*_notes(account, parts), *not_over(span, books.today), *uncovered(postings)],
        basis=_basis(books, account, span, parts),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What the span holds of one accounting year."""

    year: YearPostings
    opening: Opening
    ledger: LedgerPart[Entry]
    balance: Decimal
    """On the part's last day, added up from the year's beginning."""

    @property
    def name(self) -> str:
        return self.year.year.name


async def _account(books: Books, number: int, postings: Postings) -> Account:
    """The account of the chart; one that is gone from it is known by its postings alone."""
    chart = await books.chart([number])
    if number in chart:
        return chart[number]
    posted = next((row for row in (*postings.opening, *postings.rows) if row.account_number == number), None)
    if posted is None:
        raise no_account(number)
    return Account(account_number=number, name=posted.account_name)


async def _part(books: Books, account: Account, span: Period, year: YearPostings) -> _Part:
    number, begun = account.account_number, year.year.from_date
    period = Period(max(span.from_date, begun), min(span.to_date, year.year.to_date))
    opening = Opening({}) if _is_result(account) else await books.ledger.opening(year.year)
    held = opening.balances.get(number, _ZERO)
    until = year.within(Period(begun, period.to_date))
    own = [row for row in until if row.account_number == number]
    before = sum((row.amount for row in own if row.date < period.from_date), held)
    rows = sorted((row for row in own if row.date in period), key=by_date_and_voucher)
    balance = held + sums_by_account(until).get(number, _ZERO)
    return _Part(year, opening, ledger_part(period, before, number, rows), balance)


def _is_result(account: Account) -> bool:
    return is_profit_and_loss(account.account_number, account.category)


def _year_row(part: _Part) -> LedgerYear:
    ledger = part.ledger
    return LedgerYear(
        accounting_year=part.name,
        from_date=ledger.period.from_date,
        to_date=ledger.period.to_date,
        opening=ledger.opening,
        debit=ledger.debit,
        credit=ledger.credit,
        movement=ledger.movement,
        closing=ledger.closing,
    )


def _row(entry: Entry, balance: Decimal) -> LedgerRow:
    return LedgerRow(
        date=entry.date,
        voucher_number=None if entry.voucher_number is None else str(entry.voucher_number),
        voucher_type=entry.voucher_type,
        text=entry.description,
        vat_code=entry.vat_code,
        amount=entry.amount,
        balance=balance,
    )


def _changes(parts: Sequence[_Part]) -> list[tuple[_Part, _Part, Decimal]]:
    """Two years that follow each other, and by how much the second opens with more than the first closed."""
    return [
        (before, part, to_ore(part.ledger.opening) - to_ore(before.ledger.closing))
        for before, part in pairwise(parts)
    ]


def _notes(account: Account, parts: Sequence[_Part]) -> list[str]:
    if _is_result(account):
        counted = ", ".join(str(part.year.year.from_date) for part in parts)
        return [f"A profit and loss account: its balance counts from the accounting year's start, {counted}."]
    return [
        f"The beginning of {part.name} moved it by {change}: results become equity."
        for _, part, change in _changes(parts)
        if change and _is_equity(account)
    ]


def _is_equity(account: Account) -> bool:
    return group_of(account.account_number, account.category) is Group.EQUITY


def _basis(books: Books, account: Account, span: Period, parts: Sequence[_Part]) -> Basis:
    off = largest(to_ore(each.ledger.closing) - to_ore(each.balance) for each in parts)
    change = " + year_change" if len(parts) > 1 else ""
    is_carried = not _is_result(account) and not _is_equity(account)
    read = {year.year.name: year for part in parts for year in (*part.opening.worked_out_from, part.year)}
    return books.years_basis(
        *read.values(),
        period=span,
        identities=[
            Identity(f"opening + movement{change} = closing", off),
            *openings_held(
                Identity(opens_as_closed(part.name, before.name), moved)
                for before, part, moved in _changes(parts)
                if is_carried and not part.opening.worked_out_from
            ),
        ],
        remarks=carried_forward((part.name, part.opening) for part in parts),
    )
