"""What stands in bank and cash, as booked."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from dinero_mcp.accounting.deposits import DepositPosition, deposit_positions
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.dinero.models import AccountingYear, DepositAccount
from dinero_mcp.errors import InputError
from dinero_mcp.ledger import Opening, last_begun
from dinero_mcp.tools import inputs
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import AccountNumber, Day
from dinero_mcp.tools.third_party import OptionalText, Text


class DepositRow(Record):
    account_number: int
    name: OptionalText
    is_tax_account: bool = Field(description="Mirrors the account at the tax agency; not in the total")
    opening: Amount = Field(description="When the accounting year began")
    money_in: Amount = Field(description="Since then, positive")
    money_out: Amount = Field(description="Since then, positive")
    booked_balance: Amount = Field(description="At the end of as_of")
    last_posting: datetime.date | None = Field(
        description="Last day with a posting in that year, up to as_of"
    )


class BankBalances(BooksAnswer):
    convention = (
        "DKK as booked, positive is money in the account. The bank's own balance is not in Dinero's API."
    )
    as_of: datetime.date
    accounting_year: OptionalText = Field(description="The year whose postings were counted")
    total: Amount = Field(description="Bank and cash together, tax accounts apart")
    tax_accounts_total: Amount
    statement_balance: Amount | None = Field(description="The bank's figure as it was given")
    difference_bank_less_books: Amount | None = Field(
        description="The bank's figure less booked_balance: 0.00 when they agree"
    )
    accounts: list[DepositRow]
    notes: list[Text]
    basis: Basis


@tool(name="get-bank-reconciliation-balance-tool", title="Bank balances as booked")
async def get_bank_reconciliation_balance(
    books: Books,
    as_of: Annotated[Day | None, Field(description="End of this day; today unless said")] = None,
    account_number: AccountNumber = None,
    statement_balance: Annotated[
        inputs.Amount | None,
        Field(description="The bank's own balance of account_number on that day"),
    ] = None,
) -> BankBalances:
    """Booked balance (bogført saldo) of each bank, cash and tax account (skattekonto) at a date: opening, in,
    out and balance, and the difference to the bank's own balance when you pass it (bankafstemning).

    Use it for what is in the bank and whether the books agree with it. To match a statement line by line use
    reconcile-bank-statement-tool; for the postings list-entries-tool with the account number.
    """
    day = as_of or books.today
    deposits = await _deposits(books, account_number, statement_balance)
    year = last_begun(await books.ledger.years(), day)
    postings, opening = await books.ledger.year(year), await books.ledger.opening(year)
    positions = deposit_positions(postings.movements, deposits.keys(), day, opening.balances)
    tax = vat_roles(await books.chart(deposits), deposits).tax
    rows = [_row(deposits[each.account_number], each, each.account_number in tax) for each in positions]
    difference = None if statement_balance is None else to_ore(statement_balance) - rows[0].booked_balance
    return BankBalances(
        organization=books.name,
        as_of=day,
        accounting_year=year.name,
        total=total(row.booked_balance for row in rows if not row.is_tax_account),
        tax_accounts_total=total(row.booked_balance for row in rows if row.is_tax_account),
        statement_balance=statement_balance,
        difference_bank_less_books=difference,
        accounts=rows,
        notes=_notes(year, day, books.today, opening),
        basis=books.years_basis(*opening.worked_out_from, postings, period=Period(year.from_date, day)),
    )


async def _deposits(
    books: Books, account_number: int | None, statement_balance: Decimal | None
) -> Mapping[int, DepositAccount]:
    """The deposit accounts asked about, by number."""
    if account_number is not None:
        return {account_number: await deposit_account(books, account_number)}
    deposits = await _all_deposits(books)
    if statement_balance is not None and len(deposits) != 1:
        raise InputError(
            f"Say which account the bank's balance belongs to: account_number, one of {_named(deposits)}."
        )
    return deposits


async def deposit_account(books: Books, account_number: int) -> DepositAccount:
    """The deposit account with that number; `InputError` names those there are."""
    deposits = await _all_deposits(books)
    if account_number not in deposits:
        raise InputError(f"Account {account_number} is not a deposit account; those are {_named(deposits)}.")
    return deposits[account_number]


async def _all_deposits(books: Books) -> Mapping[int, DepositAccount]:
    return {each.account_number: each for each in await books.api.deposit_accounts()}


def _named(deposits: Mapping[int, DepositAccount]) -> str:
    return ", ".join(str(number) for number in deposits) or "none"


def _row(deposit: DepositAccount, position: DepositPosition, is_tax_account: bool) -> DepositRow:
    return DepositRow(
        account_number=position.account_number,
        name=deposit.name,
        is_tax_account=is_tax_account,
        opening=position.opening,
        money_in=position.money_in,
        money_out=position.money_out,
        booked_balance=position.booked_balance,
        last_posting=position.last_posting,
    )


def _notes(year: AccountingYear, day: datetime.date, today: datetime.date, opening: Opening) -> list[str]:
    notes: list[str] = []
    if day > today:
        notes.append(f"{day} lies ahead of {today}: this is what is posted by now.")
    if opening.worked_out_from:
        carried_from = opening.worked_out_from[-1].year.name
        notes.append(
            f"Dinero has no opening balances for {year.name} yet: carried forward from {carried_from}."
        )
    if day > year.to_date:
        notes.append(f"No accounting year holds {day}; the balance is that at the end of {year.name}.")
    return notes
