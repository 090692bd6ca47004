"""Reports of any span: the same figures as the tools beside it, and as the sandbox's own rows added up."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client

from dinero_mcp.sandbox.books import Books
from tests.tools.asking import CONSULTANT, ROASTERY, answered, ask
from tests.tools.test_figures import COMPANIES, YEARS, by_account, lines, movements, of, total

TOOL = "get-period-report-tool"
DAY = timedelta(days=1)
ZERO = Decimal("0.00")
RESULT = "Result after tax (resultat)"
Report = dict[str, Any]  # Any: JSON


async def report(
    reader: Client, kind: str, first: object, last: object, **arguments: Any
) -> Report:  # Any: JSON
    return await answered(reader, TOOL, kind=kind, from_date=str(first), to_date=str(last), **arguments)


def amounts(answer: Report, name: str | int) -> list[Decimal | None]:
    """The amounts of a line by its name or account number."""
    (row,) = [row for row in answer["rows"] if name in (row["name"], row["account_number"])]
    return [None if each is None else Decimal(each) for each in row["amounts"]]


def column(answer: Report, label: str) -> dict[int, Decimal]:
    """The accounts' amounts under one label."""
    place = answer["columns"].index(label)
    return {
        row["account_number"]: Decimal(row["amounts"][place])
        for row in answer["rows"]
        if row["row"] == "account"
    }


def unless_nothing(amounts: dict[int, Decimal]) -> dict[int, Decimal]:
    return {number: amount for number, amount in amounts.items() if amount}


@pytest.mark.parametrize(("organization", "name"), YEARS)
async def test_a_whole_year_is_dineros_own_reports(
    organization: int, name: str, companies: list[Books], reader: Client
) -> None:
    year = of(companies, organization).year(name)
    assert year
    span: dict[str, Any] = {"first": year.from_date, "last": year.to_date, "organization_id": organization}
    ours = {
        kind: await report(reader, kind, accounts=True, **span)
        for kind in ("result", "balance", "trial_balance")
    }
    dineros = {
        kind: await answered(reader, tool, accounting_year=name, organization_id=organization)
        for kind, tool in (
            ("result", "get-result-report-tool"),
            ("balance", "get-balance-report-tool"),
            ("trial_balance", "get-saldo-balance-report-tool"),
        )
    }
    for kind, answer in ours.items():
        label = answer["columns"][-1]
        shown = {row["account_number"]: Decimal(row["amount"]) for row in dineros[kind]["accounts"]}
        assert unless_nothing(column(answer, label)) == unless_nothing(shown)
        told = [each["identity"] for each in answer["basis"]["identities"]]
        assert f"ties to Dinero's saldo for {name}" in told
    assert amounts(ours["result"], RESULT) == [Decimal(dineros["result"]["result"])]
    assert amounts(ours["balance"], "Total assets (aktiver i alt)") == [
        Decimal(dineros["balance"]["total_assets"])
    ]
    assert amounts(ours["balance"], "Total equity (egenkapital i alt)") == [
        Decimal(dineros["balance"]["total_equity"])
    ]


@pytest.mark.parametrize("organization", COMPANIES)
async def test_months_across_years_are_the_months_by_themselves(
    organization: int, companies: list[Books], reader: Client
) -> None:
    books = of(companies, organization)
    answer = await report(
        reader, "result", "2025-11-01", "2026-02-28", columns="month", organization_id=organization
    )
    assert answer["columns"] == ["2025-11", "2025-12", "2026-01", "2026-02", "total"]
    each: list[Decimal] = []
    for month in answer["columns"][:-1]:
        beside = await answered(reader, "get-monthly-results-tool", month=month, organization_id=organization)
        each.append(Decimal(beside["month"]["result"]))
    whole = lines(books, movements(books, date(2025, 11, 1), date(2026, 2, 28)))["result"]
    assert amounts(answer, RESULT) == [*each, whole]
    assert sum(each) == whole


async def test_the_first_and_last_column_may_be_parts_and_say_so(reader: Client) -> None:
    answer = await report(reader, "result", "2026-01-15", "2026-07-31", columns="quarter")
    assert answer["columns"] == ["2026-01-15..2026-03-31", "Q2 2026", "2026-07", "total"]


async def test_a_long_first_year_is_tied_whole(companies: list[Books], reader: Client) -> None:
    books = of(companies, CONSULTANT)
    span = (date(2024, 10, 1), date(2025, 12, 31))
    answer = await report(
        reader, "result", *span, columns="quarter", compare="previous_period", organization_id=CONSULTANT
    )
    assert amounts(answer, RESULT)[-1] == lines(books, movements(books, *span))["result"]
    assert answer["compared_with"] == "2023-07-01..2024-09-30"
    assert answer["notes"] == [
        "No accounting year holds 2023-07-01..2024-09-30, so there is nothing to compare with."
    ]
    told = [each["identity"] for each in answer["basis"]["identities"]]
    assert "ties to Dinero's saldo for 2024/25" in told


@pytest.mark.parametrize(
    ("span", "compare", "label", "other"),
    [
        ("2026-07-01 2026-09-30", "previous_period", "Q2 2026", "2026-04-01 2026-06-30"),
        ("2026-07-01 2026-09-30", "last_year", "Q3 2025", "2025-07-01 2025-09-30"),
        ("2026-02-01 2026-02-28", "previous_period", "2026-01", "2026-01-01 2026-01-31"),
        ("2025-01-01 2025-12-31", "previous_period", "2024", "2024-01-01 2024-12-31"),
        ("2025-02-01 2025-02-28", "last_year", "2024-02", "2024-02-01 2024-02-29"),
        ("2026-03-02 2026-03-31", "previous_period", "2026-01-31..2026-03-01", "2026-01-31 2026-03-01"),
        ("2026-01-01 2026-10-09", "last_year", "2025-01-01..2025-10-09", "2025-01-01 2025-10-09"),
    ],
)
async def test_what_a_span_is_compared_with(
    span: str, compare: str, label: str, other: str, companies: list[Books], reader: Client
) -> None:
    books, first, last = of(companies, ROASTERY), *map(date.fromisoformat, span.split())
    answer = await report(reader, "result", first, last, compare=compare)
    (row,) = [row for row in answer["rows"] if row["name"] == RESULT]
    now = lines(books, movements(books, first, last))["result"]
    before = lines(books, movements(books, *map(date.fromisoformat, other.split())))["result"]
    assert answer["compared_with"] == label
    assert [Decimal(each) for each in row["amounts"]] == [now]
    assert (Decimal(row["before"]), Decimal(row["difference"])) == (before, now - before)
    assert float(row["percent"]) == pytest.approx(float((now - before) * 100 / abs(before)), abs=0.051)


def balances(books: Books, day: date, seen_from: date | None = None) -> dict[int, Decimal]:
    """Every row before, results of earlier years on the equity account that Dinero carries them to; earlier
    than the year in which it is `seen_from`.
    """
    year = next(year for year in books.years if (seen_from or day) in year)
    equity = 60020 if books.organization_id == ROASTERY else 60000
    sums: dict[int, Decimal] = {}
    for entry in movements(books, date.min, day):
        is_earlier_result = entry.account_number < 50_000 and entry.date < year.from_date
        account = equity if is_earlier_result else entry.account_number
        sums[account] = sums.get(account, ZERO) + entry.amount
    return unless_nothing(sums)


@pytest.mark.parametrize("organization", COMPANIES)
async def test_a_balance_sheet_at_the_end_of_every_month(
    organization: int, companies: list[Books], reader: Client
) -> None:
    books = of(companies, organization)
    answer = await report(
        reader,
        "balance",
        "2025-10-01",
        "2026-04-15",
        columns="month",
        accounts=True,
        organization_id=organization,
    )
    assert answer["columns"][-2:] == ["2026-03-31", "2026-04-15"]
    for label in answer["columns"]:
        stood = balances(books, date.fromisoformat(label))
        expected = {
            number: amount if number < 60_000 else -amount
            for number, amount in stood.items()
            if number >= 50_000
        }
        assert unless_nothing(column(answer, label)) == expected
    results = [
        -total(e for e in movements(books, date(2026, 1, 1), date(2026, 4, 15)) if e.account_number < 50_000)
    ]
    assert amounts(answer, "Result since the accounting year began (periodens resultat)")[-1:] == results
    assert amounts(answer, "Total assets (aktiver i alt)") == amounts(
        answer, "Equity and liabilities (passiver i alt)"
    )


@pytest.mark.parametrize("organization", COMPANIES)
@pytest.mark.parametrize("span", [("2026-03-15", "2026-08-20"), ("2025-06-10", "2026-02-28")])
async def test_a_trial_balance_of_any_span(
    organization: int, span: tuple[str, str], companies: list[Books], reader: Client
) -> None:
    books = of(companies, organization)
    first, last = map(date.fromisoformat, span)
    answer = await report(reader, "trial_balance", *span, organization_id=organization)
    posted = movements(books, first, last)
    assert unless_nothing(column(answer, "opening")) == balances(books, first - DAY)
    assert unless_nothing(column(answer, "closing")) == balances(books, last)
    assert unless_nothing(column(answer, "debit")) == by_account(e for e in posted if e.amount > 0)
    assert unless_nothing(column(answer, "credit")) == {
        number: -amount for number, amount in by_account(e for e in posted if e.amount < 0).items()
    }
    crosses = first.year != last.year
    assert ("year change" in answer["columns"]) is crosses
    (summed,) = [row for row in answer["rows"] if row["name"] == "Sum of all accounts"]
    by_label = dict(zip(answer["columns"], summed["amounts"], strict=True))
    assert by_label["debit"] == by_label["credit"]
    assert {by_label[each] for each in by_label if each not in ("debit", "credit")} == {"0.00"}


async def test_the_months_of_a_trial_balance_are_movements(companies: list[Books], reader: Client) -> None:
    books = of(companies, ROASTERY)
    answer = await report(
        reader, "trial_balance", "2026-07-01", "2026-09-30", columns="month", compare="previous_period"
    )
    assert answer["columns"] == ["opening", "2026-07", "2026-08", "2026-09", "closing", "movement"]
    august = by_account(movements(books, date(2026, 8, 1), date(2026, 8, 31)))
    assert unless_nothing(column(answer, "2026-08")) == august
    before = {
        row["account_number"]: Decimal(row["before"]) for row in answer["rows"] if row["row"] == "account"
    }
    assert unless_nothing(before) == by_account(movements(books, date(2026, 4, 1), date(2026, 6, 30)))


SPAN = (date(2024, 1, 1), date(2026, 12, 31))
CUTS = st.lists(st.dates(*SPAN), max_size=3, unique=True).map(sorted)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=CUTS, columns=st.sampled_from(["total", "month", "quarter"]))
async def test_however_a_span_is_cut_its_parts_add_up_to_it(
    cuts: list[date], columns: str, companies: list[Books], reader: Client
) -> None:
    starts = [SPAN[0], *(day + DAY for day in cuts if SPAN[0] < day < SPAN[1])]
    ends = [*(start - DAY for start in starts[1:]), SPAN[1]]
    parts = [
        await report(reader, "result", start, end, columns=columns, accounts=True)
        for start, end in zip(starts, ends, strict=True)
    ]
    whole = await report(reader, "result", *SPAN, accounts=True)
    for row in whole["rows"]:
        named = row["account_number"] or row["name"]
        held = [amounts(part, named)[-1] or ZERO for part in parts if has(part, named)]
        assert sum(held, ZERO) == Decimal(row["amounts"][0])
    books = of(companies, ROASTERY)
    assert amounts(whole, RESULT) == [lines(books, movements(books, *SPAN))["result"]]


def has(answer: Report, named: object) -> bool:
    return any(named in (row["name"], row["account_number"]) for row in answer["rows"])


async def test_groups_alone_are_the_default_and_the_same(reader: Client) -> None:
    span = ("2026-01-01", "2026-09-30")
    short = await report(reader, "result", *span)
    long = await report(reader, "result", *span, accounts=True)
    assert {row["row"] for row in short["rows"]} == {"group", "sum"}
    assert short["rows"] == [row for row in long["rows"] if row["row"] != "account"]
    own: list[Decimal] = []
    for row in reversed(long["rows"]):
        if row["row"] == "group":
            assert sum(own, ZERO) == Decimal(row["amounts"][0])
        own = [*own, Decimal(row["amounts"][0])] if row["row"] == "account" else []


async def test_months_before_the_books_began_have_no_amounts(reader: Client) -> None:
    answer = await report(reader, "result", "2023-11-01", "2024-02-29", columns="month")
    assert amounts(answer, RESULT)[:2] == [None, None]
    sheet = await report(reader, "balance", "2023-11-01", "2024-02-29", columns="month")
    assert amounts(sheet, "Total assets (aktiver i alt)")[:2] == [None, None]
    reply = await ask(
        reader,
        TOOL,
        {"kind": "result", "from_date": "2023-11-01", "to_date": "2024-02-29", "columns": "month"},
    )
    assert "\n".join(
        line for line in reply.text.splitlines() if line.startswith(f"sum\t{RESULT}")
    ).startswith(f"sum\t{RESULT}\t-\t-\t")
    assert "No accounting year holds all of 2023-11-01..2024-02-29" in reply.text


async def test_the_text_has_a_table_with_the_columns_above_it(reader: Client) -> None:
    arguments = {"kind": "result", "from_date": "2026-07-01", "to_date": "2026-08-31", "columns": "month"}
    text = (await ask(reader, TOOL, arguments)).text.splitlines()
    assert text[text.index("rows:") + 1] == "row\tname\t2026-07\t2026-08\ttotal"
    assert not [line for line in text if line.startswith("columns")]


async def test_a_running_span_is_compared_with_as_much_of_the_other(reader: Client) -> None:
    running = await report(reader, "result", "2026-10-01", "2026-10-31", compare="last_year")
    like = await report(reader, "result", "2025-10-01", "2025-10-09")
    assert (running["to_date"], running["compared_with"]) == ("2026-10-31", "2025-10-01..2025-10-09")
    assert {row["name"]: row["before"] for row in running["rows"] if row["before"] != "0.00"} == {
        row["name"]: row["amounts"][0] for row in like["rows"] if row["amounts"] != ["0.00"]
    }
    assert running["notes"] == [
        "2026-10 is not over on 2026-10-09: these are its figures so far.",
        "before is as much of the other span as is over of 2026-10: 2025-10-01..2025-10-09.",
    ]


@pytest.mark.parametrize(
    ("kind", "compare", "beside"),
    [
        ("result", "previous_period", "2026-07-01..2026-07-09"),
        ("trial_balance", "last_year", "2025-10-01..2025-10-09"),
        ("balance", "last_year", "2025-12-31"),
    ],
)
async def test_spans_are_cut_and_days_are_not(kind: str, compare: str, beside: str, reader: Client) -> None:
    answer = await report(reader, kind, "2026-10-01", "2026-12-31", compare=compare)
    assert answer["compared_with"] == beside


async def test_each_day_counts_its_result_from_its_own_year(reader: Client) -> None:
    sheet = await report(reader, "balance", "2024-01-01", "2026-09-30", columns="quarter")
    assert sheet["notes"] == [
        "Each day's result so far is that since its accounting year began: 2024-01-01 (2024), "
        "2025-01-01 (2025), 2026-01-01 (2026)."
    ]


async def test_a_span_that_is_not_over_says_so(reader: Client) -> None:
    result = await report(reader, "result", "2026-10-01", "2026-10-31")
    assert result["notes"] == ["2026-10 is not over on 2026-10-09: these are its figures so far."]
    ahead = await report(reader, "result", "2026-11-01", "2026-11-30")
    assert ahead["notes"] == ["2026-11 has not begun on 2026-10-09: this is what is posted ahead."]
    sheet = await report(reader, "balance", "2026-10-01", "2027-01-31")
    assert sheet["notes"] == [
        "The result so far is that since 2026-01-01, when accounting year 2026 began.",
        "No accounting year holds 2027-01-31; the balance is that at the end of 2026.",
        "2027-01-31 lies ahead of 2026-10-09: this is what is posted by now.",
    ]
