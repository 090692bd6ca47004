"""The chart of accounts, the deposit accounts, the VAT codes and the accounting years."""

from dinero_mcp.sandbox.api.fields import selected
from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.wire import Json, Row
from dinero_mcp.sandbox.books import Account, Books, DepositAccount


def entry_accounts(question: Question) -> Json:
    """Every account, or those of one category."""
    category = _blankless(question.query.text("categoryFilter")).lower()
    accounts = sorted(question.books.accounts.values(), key=lambda account: account.number)
    rows = [
        _entry_account(account, category_spaces=question.behaviour.category_spaces)
        for account in accounts
        if category in ("", _blankless(account.category).lower())
    ]
    return selected(rows, "AccountNumber,Name,IsHidden", question.query, question.behaviour)


def _entry_account(account: Account, *, category_spaces: bool) -> Row:
    return {
        "AccountNumber": account.number,
        "PublicStandardNumber": account.public_standard_number,
        "Name": account.name,
        "VatCode": account.vat_code,
        "Category": account.category if category_spaces else _blankless(account.category),
        "CategoryName": account.category_name,
        "IsHidden": account.is_hidden,
        "IsDefaultSalesAccount": account.is_default_sales,
    }


def _blankless(text: str) -> str:
    return text.replace(" ", "")


def deposit_accounts(question: Question) -> Json:
    rows = [_deposit_account(account, question.books) for account in question.books.deposit_accounts]
    return selected(rows, "AccountNumber,Name", question.query, question.behaviour)


def _deposit_account(deposit: DepositAccount, books: Books) -> Row:
    account = books.accounts.get(deposit.number)
    return {
        "AccountNumber": deposit.number,
        "PublicStandardNumber": account and account.public_standard_number,
        "Name": account and account.name,
        "IsDefault": deposit.is_default,
        "IsHidden": deposit.is_hidden,
        "BankRegistrationNumber": deposit.registration_number,
        "BankAccountNumber": deposit.account_number,
        "BankSwiftNumber": deposit.swift,
        "BankIbanNumber": deposit.iban,
    }


def vat_types(question: Question) -> Json:
    """The VAT codes; a rate is a fraction, 0.25."""
    return [{"VatCode": vat.code, "Name": vat.name, "VatRate": vat.rate} for vat in question.books.vat_types]


def accounting_years(question: Question) -> Json:
    return [
        {
            "Name": year.name,
            "FromDate": year.from_date.isoformat(),
            "ToDate": year.to_date.isoformat(),
            "SalarySumTaxStateEnum": "None",
        }
        for year in question.books.years
    ]
