"""Every figure against the sandbox's books, added up here in another way."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client

from dinero_mcp.sandbox.books import AccountingYear, Books, Entry
from tests.tools.asking import CONSULTANT, ROASTERY, TODAY, answered

YEARS = [
    (ROASTERY, "2024"),
    (ROASTERY, "2025"),
    (ROASTERY, "2026"),
    (CONSULTANT, "2024/25"),
    (CONSULTANT, "2026"),
]
COMPANIES = [ROASTERY, CONSULTANT]
FIRST_BALANCE_ACCOUNT = 50_000
DAY = timedelta(days=1)
VAT_ACCOUNTS = (64000, 64020, 64040, 64060)


def of(companies: list[Books], organization: int) -> Books:
    return next(each for each in companies if each.organization_id == organization)


def total(entries: Iterable[Entry]) -> Decimal:
    return sum((entry.amount for entry in entries), Decimal("0.00"))


def by_account(entries: Iterable[Entry]) -> dict[int, Decimal]:
    sums = defaultdict[int, Decimal](lambda: Decimal("0.00"))
    for entry in entries:
        sums[entry.account_number] += entry.amount
    return {number: amount for number, amount in sorted(sums.items()) if amount}


def rows(answer: list[dict[str, Any]], key: str, value: str) -> dict[Any, Decimal]:  # Any: JSON
    return {row[key]: Decimal(row[value]) for row in answer}


def movements(books: Books, first: date, last: date) -> list[Entry]:
    return [e for e in books.entries if e.type == "Normal" and first <= e.date <= last]


def in_categories(books: Books, entries: Iterable[Entry], *categories: str) -> Decimal:
    """Debit positive, profit and loss accounts only."""
    return total(
        e
        for e in entries
        if e.account_number < FIRST_BALANCE_ACCOUNT
        and books.accounts[e.account_number].category in categories
    )


def lines(books: Books, entries: list[Entry]) -> dict[str, Decimal]:
    """The lines of a result, by the categories of the chart."""
    debit = {each.category: in_categories(books, entries, each.category) for each in books.accounts.values()}
    result = -total(e for e in entries if e.account_number < FIRST_BALANCE_ACCOUNT)
    other = ("Sales Expenses", "Property Expenses", "Travel Expenses", "Administration Expenses")
    return {
        "revenue": -debit["Turnover"],
        "cost_of_goods": debit["Variable Expenses"],
        "gross_profit": -debit["Turnover"] - debit["Variable Expenses"],
        "staff": debit["Salary"],
        "other_costs": sum((debit[each] for each in other), Decimal(0)),
        "depreciation": debit["Depreciation"],
        "net_financials": -debit["Interest Income"] - debit["Interest Expenses"],
        "result_before_tax": result + debit["Tax"],
        "tax": debit["Tax"],
        "result": result,
        "expenses": -debit["Turnover"] - result,
    }


def months(year: AccountingYear) -> list[tuple[date, date]]:
    """The first and last day of each of the year's months."""
    found: list[tuple[date, date]] = []
    first = year.from_date
    while first <= year.to_date:
        after = (first + 31 * DAY).replace(day=1)
        found.append((first, after - DAY))
        first = after
    return found


@pytest.mark.parametrize(("organization", "name"), YEARS)
async def test_a_years_result(organization: int, name: str, companies: list[Books], reader: Client) -> None:
    books = of(companies, organization)
    year = books.year(name)
    assert year
    posted = [e for e in books.entries_of(year) if e.account_number < FIRST_BALANCE_ACCOUNT]
    answer = await answered(
        reader, "get-result-report-tool", accounting_year=name, organization_id=organization
    )
    expected = lines(books, posted)
    assert Decimal(answer["result"]) == expected["result"]
    assert Decimal(answer["result_before_tax"]) == expected["result_before_tax"]
    assert Decimal(answer["gross_profit"]) == expected["gross_profit"]
    income = {"Revenue", "Financial income"}
    signed = {
        row["account_number"]: Decimal(row["amount"]) * (-1 if row["group"] in income else 1)
        for row in answer["accounts"]
    }
    assert signed == by_account(posted)
    groups = rows(answer["groups"], "group", "total")
    assert sum(groups[each] * (1 if each in income else -1) for each in groups) == expected["result"]


@pytest.mark.parametrize(("organization", "name"), YEARS)
async def test_a_years_trial_balance(
    organization: int, name: str, companies: list[Books], reader: Client
) -> None:
    books = of(companies, organization)
    year = books.year(name)
    assert year
    expected = by_account(books.entries_of(year))
    answer = await answered(
        reader, "get-saldo-balance-report-tool", accounting_year=name, organization_id=organization
    )
    assert rows(answer["accounts"], "account_number", "amount") == expected
    assert Decimal(answer["total_debit"]) == sum(amount for amount in expected.values() if amount > 0)
    assert answer["total_debit"] == answer["total_credit"]
    assert answer["difference"] == "0.00"


@pytest.mark.parametrize(("organization", "name"), YEARS)
async def test_a_years_balance_sheet(
    organization: int, name: str, companies: list[Books], reader: Client
) -> None:
    books = of(companies, organization)
    year = books.year(name)
    assert year
    sums = by_account(books.entries_of(year))

    def between(first: int, last: int) -> Decimal:
        return sum((amount for number, amount in sums.items() if first <= number <= last), Decimal(0))

    answer = await answered(
        reader, "get-balance-report-tool", accounting_year=name, organization_id=organization
    )
    assert Decimal(answer["total_assets"]) == between(50000, 59999)
    assert Decimal(answer["equity_without_result"]) == -between(60000, 60999)
    assert Decimal(answer["result_of_year"]) == -between(0, 49999)
    assert Decimal(answer["total_liabilities"]) == -between(61000, 99999)
    assert Decimal(answer["total_assets"]) == Decimal(answer["total_equity"]) + Decimal(
        answer["total_liabilities"]
    )
    assert answer["difference"] == "0.00"
    assert sum(rows(answer["groups"], "group", "total").values()) == sum(
        rows(answer["accounts"], "account_number", "amount").values()
    )


@pytest.mark.parametrize(("organization", "name"), YEARS)
async def test_the_months_of_a_year(
    organization: int, name: str, companies: list[Books], reader: Client
) -> None:
    """Each by itself, beside the right ones, and all of them together the year's report."""
    books = of(companies, organization)
    year = books.year(name)
    assert year
    report = await answered(
        reader, "get-result-report-tool", accounting_year=name, organization_id=organization
    )
    results: list[Decimal] = []
    for first, last in months(year):
        answer = await answered(
            reader, "get-monthly-results-tool", month=f"{first:%Y-%m}", organization_id=organization
        )
        for column, span in (
            ("month", (first, last)),
            ("previous_month", ((first - DAY).replace(day=1), first - DAY)),
            ("same_month_last_year", a_year_before(first)),
        ):
            told = answer[column]
            if not any(span[0] in year for year in books.years):
                assert told is None
                continue
            assert (told.pop("from_date"), told.pop("to_date")) == tuple(day.isoformat() for day in span)
            assert {line: Decimal(amount) for line, amount in told.items()} == lines(
                books, movements(books, *span)
            )
        results.append(Decimal(answer["month"]["result"]))
    assert sum(results) == Decimal(report["result"])


def a_year_before(first: date) -> tuple[date, date]:
    before = first.replace(year=first.year - 1)
    return before, (before + 31 * DAY).replace(day=1) - DAY


@pytest.mark.parametrize(("organization", "name"), YEARS)
async def test_a_years_performance(
    organization: int, name: str, companies: list[Books], reader: Client
) -> None:
    books = of(companies, organization)
    place = [year.name for year in books.years].index(name)
    now = lines(books, movements(books, books.years[place].from_date, books.years[place].to_date))
    answer = await answered(
        reader, "get-yearly-performance-tool", accounting_year=name, organization_id=organization
    )
    assert rows(answer["lines"], "line", "now") == now
    if place == 0:
        assert answer["previous_year"] is None
        assert {row["before"] for row in answer["lines"]} == {None}
        return
    before = books.years[place - 1]
    then = lines(books, movements(books, before.from_date, before.to_date))
    assert rows(answer["lines"], "line", "before") == then
    assert rows(answer["lines"], "line", "difference") == {line: now[line] - then[line] for line in now}


@pytest.mark.parametrize("organization", COMPANIES)
async def test_the_running_year_beside_the_same_span_last_year(
    organization: int, companies: list[Books], reader: Client
) -> None:
    books = of(companies, organization)
    answer = await answered(reader, "get-yearly-performance-tool", organization_id=organization)
    then = movements(books, date(2025, 1, 1), TODAY.replace(year=2025))
    assert (answer["same_span_from"], answer["same_span_to"]) == ("2026-01-01", TODAY.isoformat())
    assert rows(answer["same_span_lines"], "line", "now") == lines(
        books, movements(books, date(2026, 1, 1), TODAY)
    )
    assert rows(answer["same_span_lines"], "line", "before") == lines(books, then)


@pytest.mark.parametrize("organization", COMPANIES)
@pytest.mark.parametrize(
    "day", ["2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01", "2026-06-30", "2026-12-31"]
)
async def test_what_was_in_the_bank_on_a_day(
    organization: int, day: str, companies: list[Books], reader: Client
) -> None:
    books, last = of(companies, organization), date.fromisoformat(day)
    answer = await answered(
        reader, "get-bank-reconciliation-balance-tool", as_of=day, organization_id=organization
    )
    every = movements(books, date.min, last)
    for row in answer["accounts"]:
        own = [e for e in every if e.account_number == row["account_number"]]
        assert Decimal(row["booked_balance"]) == total(own)
        in_year = [e for e in own if e.date >= next(y for y in books.years if last in y).from_date]
        assert Decimal(row["money_in"]) == total(e for e in in_year if e.amount > 0)
        assert Decimal(row["money_out"]) == -total(e for e in in_year if e.amount < 0)
        assert row["last_posting"] == max((e.date.isoformat() for e in in_year), default=None)
    counted = [e for e in every if e.account_number in (55000, 55020, 55040)]
    assert Decimal(answer["total"]) == total(counted)
    assert Decimal(answer["tax_accounts_total"]) == total(
        e for e in every if e.account_number == 63300 and organization == ROASTERY
    )


@pytest.mark.parametrize("organization", COMPANIES)
async def test_sums_of_entries_per_account_across_years(
    organization: int, companies: list[Books], reader: Client
) -> None:
    first, last = date(2024, 11, 17), date(2026, 8, 3)
    expected = movements(of(companies, organization), first, last)
    answer = await answered(
        reader,
        "list-entries-tool",
        from_date=first.isoformat(),
        to_date=last.isoformat(),
        organization_id=organization,
    )
    assert answer["total"] == len(expected)
    assert answer["sum"] == "0.00"
    told = rows(answer["per_account"], "account_number", "amount")
    assert {number: amount for number, amount in told.items() if amount} == by_account(expected)
    assert sum(row["entries"] for row in answer["per_account"]) == len(expected)


SPAN = (date(2024, 1, 1), date(2026, 12, 31))
CUTS = st.lists(st.dates(*SPAN), max_size=4, unique=True).map(sorted)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=CUTS)
async def test_however_a_span_is_cut_its_parts_add_up_to_it(
    cuts: list[date], companies: list[Books], reader: Client
) -> None:
    starts = [SPAN[0], *(day + DAY for day in cuts if SPAN[0] < day < SPAN[1])]
    ends = [*(start - DAY for start in starts[1:]), SPAN[1]]
    parts = [
        await answered(
            reader,
            "list-entries-tool",
            from_date=start.isoformat(),
            to_date=end.isoformat(),
            account_number=[1000, 55000],
            page_size=1,
        )
        for start, end in zip(starts, ends, strict=True)
    ]
    whole = [e for e in movements(of(companies, ROASTERY), *SPAN) if e.account_number in (1000, 55000)]
    assert sum(part["total"] for part in parts) == len(whole)
    assert sum(Decimal(part["sum"]) for part in parts) == total(whole)


@pytest.mark.parametrize("organization", COMPANIES)
@pytest.mark.parametrize(
    "span", [("2024-01-01", "2026-12-31"), ("2025-02-01", "2025-02-28"), ("2026-08-24", "2026-08-24")]
)
async def test_totals_of_invoices(
    organization: int, span: tuple[str, str], companies: list[Books], reader: Client
) -> None:
    first, last = map(date.fromisoformat, span)
    sales = [s for s in of(companies, organization).sales if s.number and first <= s.date <= last]
    answer = await answered(
        reader, "list-invoices-tool", from_date=span[0], to_date=span[1], organization_id=organization
    )
    sign = {"Invoice": 1, "CreditNote": -1}
    assert answer["total"] == len(sales)
    assert Decimal(answer["total_incl_vat_dkk"]) == sum(sign[s.type] * s.total_incl_vat_dkk for s in sales)
    assert Decimal(answer["total_excl_vat_dkk"]) == sum(sign[s.type] * s.total_excl_vat_dkk for s in sales)
    assert answer["credit_notes"] == sum(s.type == "CreditNote" for s in sales)


def vat_of(books: Books, first: date, last: date) -> Decimal:
    """What was posted on VAT accounts, the vouchers that settle VAT told by their text."""
    posted = (e for e in movements(books, first, last) if e.account_number in VAT_ACCOUNTS)
    return -total(e for e in posted if not e.description.startswith("Momsafregning"))


@pytest.mark.parametrize("organization", COMPANIES)
@pytest.mark.parametrize("frequency", ["monthly", "quarterly", "half-yearly"])
async def test_vat_of_a_period(
    organization: int, frequency: str, companies: list[Books], reader: Client
) -> None:
    books = of(companies, organization)
    answer = await answered(
        reader, "get-vat-period-countdown-tool", frequency=frequency, organization_id=organization
    )
    assert answer["periods"][-1]["is_running"]
    for row in answer["periods"]:
        span = date.fromisoformat(row["from_date"]), date.fromisoformat(row["to_date"])
        assert Decimal(row["vat_so_far"]) == vat_of(books, *span)


async def test_the_vat_still_owed_is_what_stands_on_the_vat_accounts(reader: Client) -> None:
    """Q2 was closed on its last day, so the balance sheet holds Q3 and Q4 and nothing else."""
    countdown = await answered(reader, "get-vat-period-countdown-tool")
    sheet = await answered(reader, "get-balance-report-tool")
    owed = rows(sheet["groups"], "group", "total")["VAT"]
    assert sum(Decimal(row["vat_so_far"]) for row in countdown["periods"]) == owed
