import pytest

from dinero_mcp.accounting.chart import (
    ASSETS,
    LIABILITIES,
    PROFIT_AND_LOSS,
    Group,
    group_of,
    is_profit_and_loss,
)


@pytest.mark.parametrize("spelling", ["Vat Due", "VatDue", "vat due", "VATDUE"])
def test_a_category_is_known_however_it_is_spelled(spelling: str) -> None:
    assert group_of(58000, spelling) is Group.VAT


def test_the_category_counts_more_than_the_number() -> None:
    assert group_of(5510, "Liquid Assets") is Group.CASH_AND_BANK
    assert not is_profit_and_loss(5510, "Liquid Assets")
    assert is_profit_and_loss(70000, "Administration Expenses")


@pytest.mark.parametrize("category", [None, "", "Not Set", "Analysis", "Charge", "Something New"])
@pytest.mark.parametrize(
    ("number", "group"),
    [
        (1000, Group.REVENUE),
        (2999, Group.COST_OF_GOODS),
        (4140, Group.SALES),
        (7995, Group.ADMINISTRATION),
        (9000, Group.FINANCIAL_INCOME),
        (9200, Group.FINANCIAL_EXPENSES),
        (9420, Group.TAX),
        (9500, Group.UNCLASSIFIED_RESULT),
        (51500, Group.FINANCIAL_ASSETS),
        (54060, Group.PREPAYMENTS_AND_OTHER),
        (61020, Group.PROVISIONS),
        (64100, Group.VAT),
        (99999, Group.UNCLASSIFIED),
    ],
)
def test_the_number_decides_where_the_category_says_nothing(
    category: str | None, number: int, group: Group
) -> None:
    assert group_of(number, category) is group


@pytest.mark.parametrize(
    ("number", "category", "group"),
    [
        (52000, "Turnover Assets", Group.INVENTORY),
        (54020, "Turnover Assets", Group.PREPAYMENTS_AND_OTHER),
        (57000, "Turnover Assets", Group.INVENTORY),
        (53000, "Receivables", Group.RECEIVABLES),
        (54000, "Receivables", Group.PREPAYMENTS_AND_OTHER),
        (50020, "Property", Group.INTANGIBLE_ASSETS),
        (51020, "Property", Group.TANGIBLE_ASSETS),
        (9400, "Tax", Group.TAX),
        (63060, "Tax", Group.SHORT_TERM_DEBT),
        (4280, "Travel Expenses", Group.SALES),
        (6140, "Travel Expenses", Group.TRANSPORT),
    ],
)
def test_the_number_tells_apart_what_one_category_covers(number: int, category: str, group: Group) -> None:
    assert group_of(number, category) is group


def test_every_group_belongs_to_exactly_one_part_of_the_statements() -> None:
    parts = [*PROFIT_AND_LOSS, *ASSETS, Group.EQUITY, *LIABILITIES]
    assert sorted(parts) == sorted(Group)


def test_an_account_without_a_category_is_profit_and_loss_below_50000() -> None:
    assert is_profit_and_loss(49999, None)
    assert not is_profit_and_loss(50000, None)


def test_groups_have_danish_and_english_titles() -> None:
    assert (Group.REVENUE, Group.REVENUE.danish, Group.REVENUE.english) == ("revenue", "Omsætning", "Revenue")
