"""The demo companies on several days: the period report, through the server, against hledger to the øre."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from mcp import Client

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import AccountingYear, Books, Entry
from tests.demo import demo_companies
from tests.oracle.hledger import Hledger, needs_hledger, span, until
from tests.tools.asking import CONSULTANT, ROASTERY, answered, connected

pytestmark = [pytest.mark.once, needs_hledger]
DAY = timedelta(days=1)
ZERO = Decimal(0)
DAYS = ["2024-02-29", "2026-01-01", "2026-10-09", "2026-12-31"]
COMPANIES = [ROASTERY, CONSULTANT]
RESULT = "Result after tax (resultat)"
Report = dict[str, Any]  # Any: JSON


@dataclass(frozen=True)
class Compared:
    """A day's demo companies: a client that asks about them, and their books."""

    client: Client
    companies: list[Books]

    def books(self, organization: int) -> Books:
        return next(each for each in self.companies if each.organization_id == organization)

    def hledger(self, organization: int) -> Hledger:
        return Hledger(movements(self.books(organization)))

    async def report(self, organization: int, kind: str, first: date, last: date, columns: str) -> Report:
        return await answered(
            self.client,
            "get-period-report-tool",
            kind=kind,
            from_date=str(first),
            to_date=str(last),
            columns=columns,
            accounts=True,
            organization_id=organization,
        )


@pytest.fixture(scope="module", params=DAYS)
async def compared(request: pytest.FixtureRequest) -> AsyncIterator[Compared]:
    today = date.fromisoformat(request.param)
    companies = demo_companies(today)
    async with connected(Sandbox(today, companies), today=today) as client:
        yield Compared(client, companies)


def movements(books: Books) -> list[Entry]:
    return [entry for entry in books.entries if entry.type == "Normal"]


def by_name(answer: Report) -> dict[str, list[Decimal]]:
    """Each line's amounts by its account number or its name."""
    return {
        str(row["account_number"] or row["name"]): [Decimal(each) for each in row["amounts"]]
        for row in answer["rows"]
    }


def told(lines: dict[str, list[Decimal]]) -> dict[str, list[Decimal]]:
    """The accounts that have an amount."""
    return {name: amounts for name, amounts in lines.items() if name.isdigit() and any(amounts)}


def is_equity(name: str) -> bool:
    return 60_000 <= int(name) < 61_000


def without_equity(lines: dict[str, list[Decimal]]) -> dict[str, list[Decimal]]:
    return {name: amounts for name, amounts in told(lines).items() if not is_equity(name)}


def quarter_ends(years: list[AccountingYear]) -> list[date]:
    first, last = years[0].from_date, years[-1].to_date
    every = [first + place * DAY for place in range((last - first).days + 1)]
    return [day for day in every if (day + DAY).day == 1 and day.month % 3 == 0]


@pytest.mark.parametrize("organization", COMPANIES)
async def test_profit_and_loss_by_month(organization: int, compared: Compared) -> None:
    years = compared.books(organization).years
    first, last = years[0].from_date, years[-1].to_date
    answer = await compared.report(organization, "result", first, last, "month")
    ours = {name: amounts[:-1] for name, amounts in by_name(answer).items()}
    theirs = compared.hledger(organization).statement("incomestatement", "--monthly", *span(first, last))
    assert ours[RESULT] == theirs["Net:"]
    assert told(ours) == told(theirs)
    assert len(ours[RESULT]) >= 24


@pytest.mark.parametrize("organization", COMPANIES)
async def test_the_balance_sheet_at_the_end_of_every_quarter(organization: int, compared: Compared) -> None:
    years = compared.books(organization).years
    first, ends = years[0].from_date, quarter_ends(years)
    answer = await compared.report(organization, "balance", first, ends[-1], "quarter")
    assert answer["columns"] == [str(day) for day in ends]
    program, ours = compared.hledger(organization), by_name(answer)
    theirs = program.statement("balancesheetequity", "--quarterly", *span(first, ends[-1]))
    assert ours["Total assets (aktiver i alt)"] == theirs["Assets"]
    assert ours["Total liabilities (gæld i alt)"] == theirs["Liabilities"]
    equity = [sum(both, ZERO) for both in zip(theirs["Equity"], theirs["Net:"], strict=True)]
    assert ours["Total equity (egenkapital i alt)"] == equity
    assert without_equity(ours) == without_equity(theirs)
    by_quarter = program.statement("incomestatement", "--quarterly", *span(first, ends[-1]))["Net:"]
    assert ours["Result since the accounting year began (periodens resultat)"] == [
        sum(
            (
                each
                for each, end in zip(by_quarter, ends, strict=True)
                if year_of(years, day).from_date <= end <= day
            ),
            ZERO,
        )
        for day in ends
    ]


def year_of(years: list[AccountingYear], day: date) -> AccountingYear:
    return next(year for year in years if day in year)


@pytest.mark.parametrize("organization", COMPANIES)
async def test_trial_balances_of_spans_within_a_year_and_across(
    organization: int, compared: Compared
) -> None:
    years = compared.books(organization).years
    program = compared.hledger(organization)
    for first, last in (
        (years[-1].from_date + 40 * DAY, years[-1].from_date + 200 * DAY),
        (years[0].from_date + 100 * DAY, years[-1].from_date + 58 * DAY),
    ):
        answer = await compared.report(organization, "trial_balance", first, last, "total")
        ours = {label: column(answer, label) for label in answer["columns"]}
        assert ours["debit"] == one_each(program.balances(*span(first, last), "amt:>0"))
        credit = one_each(program.balances(*span(first, last), "amt:<0"))
        assert ours["credit"] == {number: -amount for number, amount in credit.items()}
        for label, day, within in (("opening", first - DAY, first), ("closing", last, last)):
            assert kept(ours[label]) == kept(held(program, year_of(years, within), day))
            assert sum(ours[label].values(), ZERO) == 0


def held(program: Hledger, year: AccountingYear, day: date) -> dict[int, Decimal]:
    """Balance accounts at the end of the day, profit and loss accounts since the year began."""
    balances = one_each(program.balances(*until(day)))
    since = one_each(program.balances(*span(year.from_date, day))) if day >= year.from_date else {}
    return {
        **{number: amount for number, amount in balances.items() if number >= 50_000},
        **{number: amount for number, amount in since.items() if number < 50_000},
    }


def kept(amounts: dict[int, Decimal]) -> dict[int, Decimal]:
    """All but equity, which a new year changes without a posting."""
    return {number: amount for number, amount in amounts.items() if not is_equity(str(number))}


def one_each(balances: dict[int, list[Decimal]]) -> dict[int, Decimal]:
    return {number: amount for number, (amount,) in balances.items() if amount}


def column(answer: Report, label: str) -> dict[int, Decimal]:
    place = answer["columns"].index(label)
    amounts = {row["account_number"]: Decimal(row["amounts"][place]) for row in answer["rows"]}
    return {number: amount for number, amount in amounts.items() if number and amount}
