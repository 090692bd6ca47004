from decimal import Decimal

from hypothesis import given

from dinero_mcp.accounting.chart import Group
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.statements import balance_sheet, profit_and_loss, trial_balance
from tests.accounting.ledgers import ledgers
from tests.accounting.rows import CHART, Row, amounts

BOOKS = amounts(
    {
        1000: "-1000.00",
        2000: "300.10",
        7320: "99.90",
        9000: "-5.00",
        9400: "100.00",
        53000: "1250.00",
        55000: "-80.00",
        60000: "-400.00",
        64000: "-250.00",
        64060: "75.00",
        65020: "-90.00",
    }
)


def test_a_profit_and_loss_statement_has_natural_signs() -> None:
    statement = profit_and_loss(BOOKS, CHART, include_zero_accounts=False)
    assert [(group.group, str(group.total)) for group in statement.groups] == [
        (Group.REVENUE, "1000.00"),
        (Group.COST_OF_GOODS, "300.10"),
        (Group.ADMINISTRATION, "99.90"),
        (Group.FINANCIAL_INCOME, "5.00"),
        (Group.TAX, "100.00"),
    ]
    assert statement.gross_profit == Decimal("699.90")
    assert statement.result_before_tax == Decimal("605.00")
    assert statement.result == Decimal("505.00")


def test_a_balance_sheet_balances_with_the_years_result_apart() -> None:
    sheet = balance_sheet(BOOKS, CHART, include_zero_accounts=False)
    assert sheet.total_assets == Decimal("1170.00")
    assert sheet.total_equity == Decimal("400.00")
    assert sheet.result_of_year == Decimal("505.00")
    assert sheet.total_liabilities == Decimal("265.00")
    assert sheet.difference == 0


def test_an_overdrawn_bank_account_stays_a_negative_asset() -> None:
    sheet = balance_sheet(BOOKS, CHART, include_zero_accounts=False)
    assert {group.group: str(group.total) for group in sheet.assets}[Group.CASH_AND_BANK] == "-80.00"
    assert {group.group: str(group.total) for group in sheet.liabilities}[Group.VAT] == "175.00"


def test_a_balance_sheet_that_lacks_a_krone_shows_it() -> None:
    short = {**BOOKS, 55000: Decimal("-81.00")}
    assert balance_sheet(short, CHART, include_zero_accounts=False).difference == -1


def test_a_trial_balance_is_debit_positive_and_cancels() -> None:
    balance = trial_balance(BOOKS, CHART, include_zero_accounts=False)
    assert [(line.account_number, str(line.amount)) for line in balance.accounts][:2] == [
        (1000, "-1000.00"),
        (2000, "300.10"),
    ]
    assert balance.total_debit == balance.total_credit == Decimal("1825.00")
    assert balance.difference == 0


def test_accounts_without_a_balance_are_shown_when_asked_for() -> None:
    sums = {**BOOKS, 5000: Decimal("0.00")}
    shown = profit_and_loss(sums, CHART, include_zero_accounts=True)
    numbers = {line.account_number: str(line.amount) for group in shown.groups for line in group.accounts}
    assert numbers[5000] == numbers[3000] == "0.00"
    hidden = trial_balance(sums, CHART, include_zero_accounts=False)
    assert 5000 not in [line.account_number for line in hidden.accounts]


def test_an_account_missing_in_the_chart_is_counted_by_its_number() -> None:
    statement = profit_and_loss(amounts({1234: "-10"}), {}, include_zero_accounts=False)
    assert statement.groups[0].accounts[0].name is None
    assert statement.result == 10


@given(ledgers)
def test_any_balanced_ledger_gives_statements_that_tie(rows: list[Row]) -> None:
    sums = sums_by_account(rows)
    sheet = balance_sheet(sums, CHART, include_zero_accounts=False)
    assert sheet.difference == 0
    assert sheet.total_assets == sheet.total_equity + sheet.result_of_year + sheet.total_liabilities
    assert trial_balance(sums, CHART, include_zero_accounts=False).difference == 0
    assert profit_and_loss(sums, CHART, include_zero_accounts=False).result == sheet.result_of_year


@given(ledgers)
def test_the_groups_of_a_statement_add_up_to_its_result(rows: list[Row]) -> None:
    statement = profit_and_loss(sums_by_account(rows), CHART, include_zero_accounts=True)
    income = (Group.REVENUE, Group.FINANCIAL_INCOME)
    assert statement.result == sum(
        group.total if group.group in income else -group.total for group in statement.groups
    )
