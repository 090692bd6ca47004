from dataclasses import fields
from decimal import Decimal

from hypothesis import given

from dinero_mcp.accounting.chart import is_profit_and_loss
from dinero_mcp.accounting.periods import month
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.results import ResultLines, compare, margins, result_lines
from tests.accounting.ledgers import YEAR, ledgers
from tests.accounting.rows import CHART, Row, amounts

BOOKS = amounts(
    {
        1000: "-2000.00",
        2000: "500.00",
        3000: "400.00",
        4140: "50.00",
        5000: "100.00",
        6140: "25.50",
        7320: "74.50",
        8020: "200.00",
        9000: "-10.00",
        9200: "60.00",
        9400: "132.00",
        55000: "468.00",
    }
)


def test_every_line_has_its_natural_sign() -> None:
    lines = result_lines(BOOKS, CHART)
    assert {field.name: str(getattr(lines, field.name)) for field in fields(lines)} == {
        "revenue": "2000.00",
        "cost_of_goods": "500.00",
        "gross_profit": "1500.00",
        "staff": "400.00",
        "other_costs": "250.00",
        "depreciation": "200.00",
        "net_financials": "-50.00",
        "result_before_tax": "600.00",
        "tax": "132.00",
        "result": "468.00",
        "expenses": "1532.00",
    }


def test_margins_are_percent_of_revenue() -> None:
    measured = margins(result_lines(BOOKS, CHART))
    assert (measured.gross, measured.result) == (Decimal("75.0"), Decimal("23.4"))


def test_there_is_no_margin_without_revenue() -> None:
    for revenue in ("0", "100"):
        measured = margins(result_lines(amounts({1000: revenue, 5000: "10"}), CHART))
        assert (measured.gross, measured.result) == (None, None)


def test_a_comparison_shows_every_line_in_kroner_and_percent() -> None:
    before = result_lines({**BOOKS, 1000: Decimal("-1600.00")}, CHART)
    changes = {change.line: change for change in compare(result_lines(BOOKS, CHART), before)}
    assert len(changes) == len(fields(ResultLines))
    assert (changes["revenue"].difference, changes["revenue"].percent) == (Decimal(400), Decimal("25.0"))
    assert (changes["result"].before, changes["result"].percent) == (Decimal(68), Decimal("588.2"))


@given(ledgers)
def test_the_months_of_a_year_add_up_to_the_year(rows: list[Row]) -> None:
    months = [month(YEAR, number) for number in range(1, 13)]
    parts = [result_lines(sums_by_account(r for r in rows if r.date in span), CHART) for span in months]
    year = result_lines(sums_by_account(rows), CHART)
    for field in fields(ResultLines):
        assert getattr(year, field.name) == sum(getattr(part, field.name) for part in parts)


@given(ledgers)
def test_the_result_is_minus_the_sum_of_the_profit_and_loss_accounts(rows: list[Row]) -> None:
    lines = result_lines(sums := sums_by_account(rows), CHART)
    debit = [
        amount
        for number, amount in sums.items()
        if is_profit_and_loss(number, CHART[number].category if number in CHART else None)
    ]
    assert lines.result == -sum(debit)
    costs = lines.cost_of_goods + lines.staff + lines.other_costs + lines.depreciation + lines.tax
    assert lines.result == lines.revenue - lines.expenses == lines.revenue - costs + lines.net_financials
