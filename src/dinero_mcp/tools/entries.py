"""Posted entries."""

import datetime
from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool

from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.dinero.models import Entry
from dinero_mcp.errors import InputError
from dinero_mcp.ledger import Postings
from dinero_mcp.tools.accounts import no_account
from dinero_mcp.tools.answers import Amount, Basis, Listing, Record
from dinero_mcp.tools.books import Books, uncovered
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import (
    AccountNumbers,
    FromDate,
    Guid,
    Page,
    PageSize,
    Search,
    ToDate,
    as_text,
)
from dinero_mcp.tools.paging import found, page_of
from dinero_mcp.tools.third_party import OptionalText, Text, cleaned


def _unless_normal(kind: object) -> object:
    return None if kind == "Normal" else kind


VoucherNumber = Annotated[Annotated[str, Field(min_length=1, max_length=20)], BeforeValidator(as_text)] | None


class EntryRow(Record):
    date: datetime.date
    voucher_number: Annotated[str | None, BeforeValidator(as_text)]
    voucher_type: OptionalText
    account_number: int
    account_name: OptionalText
    text: OptionalText = Field(validation_alias="description")
    vat_code: OptionalText
    amount: Amount
    type: Annotated[OptionalText, BeforeValidator(_unless_normal)] = Field(
        description="Primo for an opening balance, null for an ordinary entry"
    )


class AccountSum(Record):
    account_number: int
    account_name: OptionalText
    amount: Amount
    entries: int


class Entries(Listing):
    convention = "Amounts in DKK, debit positive, credit negative."
    sum: Amount = Field(description="Of all matches, on all pages together")
    per_account: list[AccountSum] = Field(description="Of all matches")
    entries: list[EntryRow] = Field(description="By date and voucher")
    notes: list[Text]
    basis: Basis


@tool(name="list-entries-tool", title="Entries")
async def list_entries(
    books: Books,
    from_date: FromDate,
    to_date: ToDate,
    account_number: AccountNumbers = None,
    voucher_number: Annotated[
        VoucherNumber, Field(description="Exact; series of different types overlap")
    ] = None,
    contact_guid: Annotated[
        Guid | None, Field(description="Only this contact's, where Dinero notes it")
    ] = None,
    vat_code: Annotated[Search, Field(description="Exact, such as U25: the lines are bases, not VAT")] = None,
    search: Annotated[Search, Field(description="Part of a text, account name or voucher number")] = None,
    include_opening: Annotated[StrictBool, Field(description="Also opening balances (primo)")] = False,
    page: Page = 1,
    page_size: PageSize = 50,
) -> Entries:
    """Posted entries (posteringer) of any period, with the exact sum of all matches and per account.

    Use it to see what a figure is made of: by account, voucher, contact, VAT code or text; sum and
    per_account cover all pages, not only the one shown. For one account with running balances use
    get-account-ledger-tool, for profit by month get-monthly-results-tool. Drafts and unposted journal lines
    are not in it.
    """
    postings = await books.ledger.postings(Period(from_date, to_date))
    rows = [*(postings.opening if include_opening else ()), *postings.rows]
    accounts = frozenset(account_number or ())
    matches = [
        row
        for row in rows
        if (not accounts or row.account_number in accounts)
        and (voucher_number is None or voucher_number == as_text(row.voucher_number))
        and (contact_guid is None or (row.contact_guid or "").lower() == contact_guid)
        and (vat_code is None or (row.vat_code or "").casefold() == vat_code.casefold())
        and found(search, row.description, row.account_name, row.voucher_number)
    ]
    await _check_accounts(books, accounts - {row.account_number for row in matches})
    if not matches:
        await _check_filters(books, contact_guid, vat_code)
    matches.sort(key=by_date_and_voucher)
    shown = page_of(matches, page, page_size)
    return Entries(
        organization=books.name,
        total=shown.total,
        page=page,
        has_more=shown.has_more,
        sum=total(row.amount for row in matches),
        per_account=_per_account(matches),
        entries=[EntryRow.model_validate(row) for row in shown.rows],
        notes=[*uncovered(postings), *(_repeating(postings) if include_opening else ())],
        basis=books.postings_basis(postings),
    )


async def _check_accounts(books: Books, accounts: frozenset[int]) -> None:
    """An account that does not exist and has no postings is a slip, and 0.00 would hide it."""
    if unknown := sorted(accounts - (await books.chart(accounts)).keys()):
        raise no_account(unknown[0])


async def _check_filters(books: Books, contact_guid: str | None, vat_code: str | None) -> None:
    """Neither may a code or a contact that nothing can ever match pass for no postings."""
    codes = [each.vat_code for each in await books.api.vat_types() if each.vat_code]
    if vat_code and vat_code.casefold() not in map(str.casefold, codes):
        raise InputError(f"There is no VAT code {cleaned(vat_code)!r}; there are {', '.join(codes)}.")
    if contact_guid:
        await books.api.contact(contact_guid)


def _repeating(postings: Postings) -> Sequence[str]:
    """Says so when opening balances hold what the entries before them add up to."""
    names = ", ".join(year.year.name for year in postings.years[1:] if year.opening)
    if not names:
        return ()
    return (f"Opening balances of {names} repeat the entries before them: sums over both are no balances.",)


def by_date_and_voucher(row: Entry) -> tuple[datetime.date, str, int]:
    """The order in which postings are shown."""
    return row.date, row.voucher_type or "", row.voucher_number or 0


def _per_account(rows: Sequence[Entry]) -> list[AccountSum]:
    by_account: dict[int, list[Entry]] = {}
    for row in rows:
        by_account.setdefault(row.account_number, []).append(row)
    return [
        AccountSum(
            account_number=number,
            account_name=own[0].account_name,
            amount=total(row.amount for row in own),
            entries=len(own),
        )
        for number, own in sorted(by_account.items())
    ]
