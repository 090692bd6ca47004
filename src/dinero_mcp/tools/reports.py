"""The reports of a whole accounting year, each taken from Dinero and held against another reading."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pydantic import Field

from dinero_mcp.accounting.identities import Identity
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.reports import balance_amounts, result_amounts
from dinero_mcp.accounting.statements import GroupAmounts, balance_sheet, profit_and_loss, trial_balance
from dinero_mcp.dinero.models import AccountingYear
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import AccountingYearName, ZeroAccounts
from dinero_mcp.tools.third_party import OptionalText, Text
from dinero_mcp.tools.year_figures import Saldo, saldo_of


class YearSpan(Record):
    name: Text
    from_date: datetime.date
    to_date: datetime.date
    is_over: bool = Field(description="False while the year is still running, so more will be posted")


class GroupRow(Record):
    group: str
    danish: str
    total: Amount


class AccountRow(Record):
    account_number: int
    name: OptionalText
    amount: Amount


class GroupedAccountRow(AccountRow):
    group: str


class YearReport(BooksAnswer):
    accounting_year: YearSpan


class ResultReport(YearReport):
    convention = "DKK; revenue, income and costs are all positive, a loss is negative."
    gross_profit: Amount = Field(description="Revenue less cost of goods")
    result_before_tax: Amount
    result: Amount = Field(description="After tax; a profit is positive")
    groups: list[GroupRow] = Field(description="Sums of the accounts below, in the order of the statement")
    accounts: list[GroupedAccountRow]
    basis: Basis


class TrialBalanceReport(YearReport):
    convention = "DKK, debit positive, credit negative."
    total_debit: Amount
    total_credit: Amount = Field(description="Positive")
    difference: Amount = Field(description="Debit less credit; 0.00 when the books cancel")
    accounts: list[AccountRow]
    basis: Basis


class BalanceReport(YearReport):
    convention = "DKK; assets, equity and liabilities are positive when they are what their group says."
    total_assets: Amount
    equity_without_result: Amount = Field(description="Equity accounts, the year's result not yet in them")
    result_of_year: Amount = Field(description="The year's result; part of equity from the year's close on")
    total_equity: Amount = Field(description="Both together")
    total_liabilities: Amount
    difference: Amount = Field(description="Assets less equity and liabilities; 0.00 when the books cancel")
    result_is_in_equity_accounts: bool = Field(description="Whether Dinero shows the year as closed")
    groups: list[GroupRow]
    accounts: list[GroupedAccountRow]
    basis: Basis


@tool(name="get-result-report-tool", title="Profit and loss of a year")
async def get_result_report(
    books: Books, accounting_year: AccountingYearName = None, include_zero_accounts: ZeroAccounts = False
) -> ResultReport:
    """Profit and loss statement (resultatopgørelse) of one accounting year: revenue, costs and result by
    group and account, with gross profit and result before and after tax.

    Use it for a whole year account by account; for any other span use get-period-report-tool, for a year
    beside the one before get-yearly-performance-tool. It holds what is posted, so the running year only so
    far.
    """
    year = await books.year(accounting_year)
    saldo = await saldo_of(books, year)
    rows = await books.api.report(year.name, "result")
    statement = profit_and_loss(
        result_amounts(rows, saldo.amounts, saldo.chart),
        saldo.shown(include_zero_accounts),
        include_zero_accounts,
    )
    return ResultReport(
        organization=books.name,
        accounting_year=span_of(books, year),
        gross_profit=statement.gross_profit,
        result_before_tax=statement.result_before_tax,
        result=statement.result,
        groups=_groups(statement.groups),
        accounts=_accounts(statement.groups),
        basis=_basis(books, year, "result and saldo reports", [_ties(year), saldo.cancels], saldo),
    )


@tool(name="get-saldo-balance-report-tool", title="Trial balance of a year")
async def get_saldo_balance_report(
    books: Books, accounting_year: AccountingYearName = None, include_zero_accounts: ZeroAccounts = False
) -> TrialBalanceReport:
    """Trial balance (saldobalance) of one accounting year: every account of profit and loss and of the
    balance sheet, debit positive, with debit and credit totals and that they cancel.

    Use it to check the books of a year; for any other span, with opening and movement, use
    get-period-report-tool, for the postings behind an account get-account-ledger-tool.
    """
    year = await books.year(accounting_year)
    saldo = await saldo_of(books, year)
    balance = trial_balance(saldo.amounts, saldo.shown(include_zero_accounts), include_zero_accounts)
    return TrialBalanceReport(
        organization=books.name,
        accounting_year=span_of(books, year),
        total_debit=balance.total_debit,
        total_credit=balance.total_credit,
        difference=balance.difference,
        accounts=[AccountRow.model_validate(account) for account in balance.accounts],
        basis=_basis(books, year, "saldo report", [saldo.cancels], saldo),
    )


@tool(name="get-balance-report-tool", title="Balance sheet of a year")
async def get_balance_report(
    books: Books, accounting_year: AccountingYearName = None, include_zero_accounts: ZeroAccounts = False
) -> BalanceReport:
    """Balance sheet (balance) at the end of an accounting year, or so far in the running one: assets,
    equity and liabilities by group and account, the year's result, and that assets = equity + liabilities.

    Use it for what a company owns and owes; on any other day use get-period-report-tool, for bank and cash
    alone get-bank-reconciliation-balance-tool.
    """
    year = await books.year(accounting_year)
    saldo = await saldo_of(books, year)
    rows = await books.api.report(year.name, "balance")
    _, closed = balance_amounts(rows, saldo.amounts, saldo.chart)
    sheet = balance_sheet(saldo.amounts, saldo.shown(include_zero_accounts), include_zero_accounts)
    groups = (*sheet.assets, sheet.equity, *sheet.liabilities)
    return BalanceReport(
        organization=books.name,
        accounting_year=span_of(books, year),
        total_assets=sheet.total_assets,
        equity_without_result=sheet.total_equity,
        result_of_year=sheet.result_of_year,
        total_equity=sheet.total_equity + sheet.result_of_year,
        total_liabilities=sheet.total_liabilities,
        difference=sheet.difference,
        result_is_in_equity_accounts=closed,
        groups=_groups(groups),
        accounts=_accounts(groups),
        basis=_basis(
            books,
            year,
            "balance and saldo reports",
            [_ties(year), Identity("assets = equity + liabilities", sheet.difference)],
            saldo,
        ),
    )


def span_of(books: Books, year: AccountingYear) -> YearSpan:
    return YearSpan(
        name=year.name, from_date=year.from_date, to_date=year.to_date, is_over=year.to_date < books.today
    )


def _basis(
    books: Books, year: AccountingYear, reports: str, identities: Sequence[Identity], saldo: Saldo
) -> Basis:
    span = Period(year.from_date, year.to_date)
    return books.basis(f"Dinero's {reports} of {year.name}", identities, period=span, remarks=saldo.remarks)


def _ties(year: AccountingYear) -> Identity:
    """Told only once it was seen: an account that does not tie gives no figure at all."""
    return Identity(f"accounts tie to Dinero's saldo for {year.name}", Decimal(0))


def _groups(groups: Iterable[GroupAmounts]) -> list[GroupRow]:
    return [
        GroupRow(group=each.group.english, danish=each.group.danish, total=each.total)
        for each in groups
        if each.accounts
    ]


def _accounts(groups: Iterable[GroupAmounts]) -> list[GroupedAccountRow]:
    return [
        GroupedAccountRow(
            account_number=account.account_number,
            name=account.name,
            amount=account.amount,
            group=each.group.english,
        )
        for each in groups
        for account in each.accounts
    ]
