from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.reports import (
    balance_amounts,
    known_rows,
    result_amounts,
    trial_amounts,
)
from dinero_mcp.errors import IncompleteError
from tests.accounting.ledgers import ledgers
from tests.accounting.rows import CHART, ChartAccount, Row, amounts

SALDO = amounts(
    {1000: "-1000.00", 7320: "400.00", 55000: "950.00", 60000: "-200.00", 64000: "-250.00", 64060: "100.00"}
)


@dataclass(frozen=True, slots=True)
class ReportLine:
    account_number: int
    amount: Decimal
    account_name: str | None = None


def report(sums: Mapping[int, Decimal | str]) -> list[ReportLine]:
    return [ReportLine(number, Decimal(amount)) for number, amount in sums.items()]


def part(*numbers: int, sign: int = 1) -> dict[int, Decimal]:
    return {number: sign * SALDO[number] for number in numbers}


def test_a_row_that_is_not_in_the_chart_is_no_account() -> None:
    chart_numbers = {*CHART, 7995, 99999}
    reported = report({7320: "10", 7995: "20", 7999: "30", 99999: "0"})
    known, others = known_rows(reported, chart_numbers)
    assert known == amounts({7320: "10", 7995: "20", 99999: "0"})
    assert [row.account_number for row in others] == [7999]


def test_the_same_account_twice_gives_no_figure() -> None:
    with pytest.raises(IncompleteError, match="7320 is in the report more than once"):
        known_rows([*report({7320: "10"}), *report({7320: "10"})], CHART)


def test_sum_rows_are_left_out_when_the_accounts_agree_with_the_entries() -> None:
    assert trial_amounts(report({**SALDO, 55999: "950.00"}), CHART, SALDO) == SALDO


def test_an_account_missing_in_the_chart_is_not_taken_for_a_sum_row() -> None:
    with pytest.raises(IncompleteError, match=r"55000 \(875\.00 against 950\.00\)"):
        trial_amounts(report({**SALDO, 55000: "875.00", 56000: "75.00"}), CHART, SALDO)


def test_books_that_do_not_cancel_are_told_as_they_are_when_report_and_entries_agree() -> None:
    lopsided = {**SALDO, 55000: SALDO[55000] + 1}
    assert trial_amounts(report(lopsided), CHART, lopsided) == lopsided


def test_accounts_missing_in_the_chart_that_cancel_are_found_by_the_entries() -> None:
    entries = {**SALDO, 56000: Decimal("75.00"), 66000: Decimal("-75.00")}
    with pytest.raises(IncompleteError, match=r"56000 \(0 against 75\.00\)"):
        trial_amounts(report(entries), CHART, entries)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_result_report_is_debit_positive_whichever_sign_dinero_uses(sign: int) -> None:
    rows = report({**part(1000, 7320, sign=sign), 5000: "0.00", 7999: "400.00"})
    assert result_amounts(rows, SALDO, CHART) == amounts({1000: "-1000.00", 7320: "400.00", 5000: "0.00"})


def test_a_result_report_with_natural_signs_gives_no_figure() -> None:
    with pytest.raises(IncompleteError, match=r"1000 \(1000\.00 against -1000\.00\)"):
        result_amounts(report({1000: "1000.00", 7320: "400.00"}), SALDO, CHART)


@pytest.mark.parametrize(
    "rows", [{1000: "-1000.00"}, {1000: "-1000.00", 7320: "400.01"}, {**part(1000, 7320), 55000: "950.00"}]
)
def test_a_result_report_that_differs_from_the_trial_balance_gives_no_figure(rows: dict[int, str]) -> None:
    with pytest.raises(IncompleteError, match="do not agree"):
        result_amounts(report(rows), SALDO, CHART)


@pytest.mark.parametrize("sign", [1, -1])
def test_an_open_years_balance_report_has_the_result_apart(sign: int) -> None:
    rows = report({**part(55000, 60000, 64000, 64060, sign=sign), 69999: "600.00"})
    assert balance_amounts(rows, SALDO, CHART) == (part(55000, 60000, 64000, 64060), False)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_closed_years_balance_report_has_the_result_in_one_equity_account(sign: int) -> None:
    rows = report({**part(55000, 60000, 64000, 64060, sign=sign), 60020: Decimal(-600 * sign)})
    given_back, is_closed = balance_amounts(rows, SALDO, CHART)
    assert is_closed
    assert given_back[60020] == -600
    assert sum(given_back.values()) == 0


@pytest.mark.parametrize(
    "other", [{60020: "-599.99"}, {62000: "-600.00"}, {60020: "-300.00", 60000: "-500.00"}]
)
def test_any_other_difference_from_the_trial_balance_gives_no_figure(other: dict[int, str]) -> None:
    with pytest.raises(IncompleteError, match="balance sheet report"):
        balance_amounts(report({**part(55000, 60000, 64000, 64060), **other}), SALDO, CHART)


@given(
    ledgers, st.sampled_from([1, -1]), st.dictionaries(st.integers(990, 999), st.decimals(-9, 9, places=2))
)
def test_reports_with_sum_rows_and_either_sign_give_the_ledgers_own_sums(
    rows: list[Row], sign: int, sum_rows: dict[int, Decimal]
) -> None:
    chart = CHART | {number: ChartAccount(number) for number in (995, 9600, 58000, 99999)}
    sums = sums_by_account(rows)
    extra = {number: amount for number, amount in sum_rows.items() if number not in chart}
    flipped = report({number: amount * sign for number, amount in sums.items()} | extra)
    assert trial_amounts(report(sums | extra), chart, sums) == sums
    halves = (
        [row for row in flipped if row.account_number < 50000],
        [r for r in flipped if r.account_number >= 50000],
    )
    result = result_amounts(halves[0], sums, chart)
    balance, is_closed = balance_amounts(halves[1], sums, chart)
    assert (result | balance, is_closed) == (sums, False)
