"""A bank statement beside a deposit account, line by line."""

from decimal import Decimal
from functools import partial
from typing import Annotated

from pydantic import Field, StrictBool

from dinero_mcp.accounting.bank_matching import Reconciliation, match
from dinero_mcp.accounting.bank_statement import Statement
from dinero_mcp.accounting.bank_tie import Balances, Tie, bank_balances, tie
from dinero_mcp.accounting.identities import Identity
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.dinero.models import Entry
from dinero_mcp.errors import InputError
from dinero_mcp.tools import inputs
from dinero_mcp.tools.bank import deposit_account
from dinero_mcp.tools.booked_side import BookedSide, booked_side
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.handed_statement import HandedStatement, PositiveIs, read_handed
from dinero_mcp.tools.inputs import AccountNo, Day
from dinero_mcp.tools.reconciled import (
    BalanceAt,
    BankReconciliation,
    booked_rows,
    cut_short,
    line_rows,
    member_rows,
    open_groups,
    outcomes,
    pair_rows,
    shown_of_matched,
)
from dinero_mcp.tools.reconciliation_notes import Told, notes


@tool(name="reconcile-bank-statement-tool", title="Bank reconciliation", keeps=False)
async def reconcile_bank_statement(
    books: Books,
    account_number: Annotated[AccountNo, Field(description="The deposit account, such as 55000")],
    statement: HandedStatement,
    opening_balance: Annotated[
        inputs.Amount | None, Field(description="The bank's, before the first line, if no Saldo shows it")
    ] = None,
    closing_balance: Annotated[
        inputs.Amount | None, Field(description="The bank's, after the last line")
    ] = None,
    from_date: Annotated[Day | None, Field(description="First day covered")] = None,
    to_date: Annotated[Day | None, Field(description="Last day covered, such as the month's last")] = None,
    positive_is: PositiveIs = None,
    show_matched: Annotated[StrictBool, Field(description="Also list what is matched")] = False,
) -> BankReconciliation:
    """The two-way difference (bankafstemning) between a bank statement (kontoudtog) you hand over and a
    deposit account: matched, in the bank or the books only, other amounts, ambiguous; balances tied.

    Use it when you have the statement's lines; for the booked balance alone use
    get-bank-reconciliation-balance-tool. The statement is not kept.
    """
    deposit = await deposit_account(books, account_number)
    handed = await books.apart(partial(read_handed, statement, positive_is))
    period = _covered(handed, from_date, to_date)
    bank = _bank(handed, opening_balance, closing_balance)
    side = await booked_side(books, account_number, period, bank)
    result = await books.apart(partial(match, handed.lines, [*side.within, *side.near], period, side.abroad))
    proof = tie(result, side.balances, bank or side.balances)
    shown = shown_of_matched(result, all_of_them=show_matched)
    told = Told(account_number, positive_is, to_date)
    return BankReconciliation(
        organization=books.name,
        account_number=account_number,
        account_name=deposit.name,
        from_date=period.from_date,
        to_date=period.to_date,
        agrees=_agrees(result, side.balances, bank),
        opening=_balance_at(side.balances.opening, bank and bank.opening),
        closing=_balance_at(side.balances.closing, bank and bank.closing),
        booked_before=proof.booked_before,
        booked_after=proof.booked_after,
        missing_lines=None if bank is None or bank.is_derived else proof.missing_lines,
        outcomes=outcomes(result),
        in_bank_only=line_rows(result.in_bank_only),
        in_books_only=booked_rows(result.in_books_only),
        suggested=pair_rows(result.suggested),
        differing=pair_rows(result.differing),
        ambiguous=member_rows(result.ambiguous),
        matched_shown=member_rows(shown),
        statement_read=" ".join(handed.conventions),
        notes=[*notes(told, books.today, handed, side, bank, result), *cut_short(result, shown)],
        basis=books.years_basis(*side.years, period=period, identities=_identities(side, bank, proof)),
    )


def _covered(handed: Statement, first: Day | None, last: Day | None) -> Period:
    """The days the statement covers: those of its lines, unless they are told to be more."""
    lines = handed.period
    first, last = first or lines.from_date, last or lines.to_date
    if lines.from_date < first or last < lines.to_date:
        raise InputError(
            f"The statement has lines from {lines.from_date} to {lines.to_date}, and is said to cover "
            f"{first} to {last}. Leave from_date and to_date out, or correct them."
        )
    return Period(first, last)


def _bank(handed: Statement, opening: Decimal | None, closing: Decimal | None) -> Balances | None:
    """The bank's balances, as told or as the statement shows them, which must be the same."""
    told = _told("opening_balance", opening, handed.opening_balance)
    return bank_balances(handed.lines, told, _told("closing_balance", closing, handed.closing_balance))


def _told(name: str, given: Decimal | None, shown: Decimal | None) -> Decimal | None:
    if given is not None and shown is not None and to_ore(given) != to_ore(shown):
        raise InputError(
            f"{name} is given as {to_ore(given)}, and the statement's own balance column makes it "
            f"{to_ore(shown)}. Leave it out, or correct it."
        )
    return shown if given is None else given


def _balance_at(booked: Decimal, bank: Decimal | None) -> BalanceAt:
    return BalanceAt(
        booked=booked, bank=bank, difference_bank_less_books=None if bank is None else bank - booked
    )


def _agrees(result: Reconciliation[Entry], booked: Balances, bank: Balances | None) -> bool | None:
    is_open = bool(result.in_bank_only or result.in_books_only or open_groups(result))
    if bank is None:
        return False if is_open else None
    return not is_open and booked.closing == bank.closing


def _identities(side: BookedSide, bank: Balances | None, proof: Tie) -> list[Identity]:
    moved = side.balances.closing - side.balances.opening - total(row.amount for row in side.within)
    identities = [Identity("booked balance moves by the postings", moved)]
    if bank and not bank.is_derived:
        identities.append(Identity("bank balance moves by the statement's lines", proof.missing_lines))
    return identities
