"""What a report of any span is held against, what it costs, and what it refuses."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from mcp import Client

from dinero_mcp.sandbox import Behaviour, Fault, Sandbox
from dinero_mcp.sandbox.books import Books
from tests.tools.asking import CONSULTANT, TODAY, answered, ask, connected, counted, refused
from tests.tools.companies import SMALL, calendar_years, company, sandbox_with
from tests.tools.test_tokens import tokens

TOOL = "get-period-report-tool"
YEAR = {"from_date": "2025-01-01", "to_date": "2025-12-31"}
BOTH = {"from_date": "2025-01-01", "to_date": "2026-12-31"}
VOUCHERS = [
    ("2025-01-02", "Indskud", {55000: "500.00", 60000: "-500.00"}),
    ("2025-03-02", "Salg", {55000: "1000.00", 1000: "-800.00", 64000: "-200.00"}),
    ("2026-02-02", "Husleje", {5000: "100.00", 55000: "-100.00"}),
]


def small() -> Books:
    return company(VOUCHERS, calendar_years(2025, 2026))


def rows(answer: dict[str, Any]) -> dict[str, str]:  # Any: JSON
    """The last amount of each line that is no account."""
    return {row["name"]: row["amounts"][-1] for row in answer["rows"] if row["row"] != "account"}


def identities(answer: dict[str, Any]) -> dict[str, str]:  # Any: JSON
    return {each["identity"]: each["difference"] for each in answer["basis"]["identities"]}


def without_primo(books: Books) -> Books:
    books.entries = [entry for entry in books.entries if entry.type != "Primo"]
    return books


@pytest.mark.parametrize(
    ("arguments", "requests"),
    [
        ({"kind": "result", "from_date": "2026-07-01", "to_date": "2026-09-30"}, 1),
        ({"kind": "result", **YEAR}, 2),
        ({"kind": "result", "compare": "last_year", **YEAR}, 4),
        ({"kind": "balance", "from_date": "2024-01-01", "to_date": "2026-09-30"}, 1),
        ({"kind": "balance", "from_date": "2024-01-01", "to_date": "2026-09-30", "columns": "quarter"}, 5),
        ({"kind": "trial_balance", "from_date": "2025-02-01", "to_date": "2026-01-31"}, 2),
    ],
)
async def test_it_costs_a_request_for_each_year_and_for_each_year_that_is_tied(
    arguments: dict[str, Any], requests: int, sandbox: Sandbox
) -> None:
    async with connected(sandbox) as client:
        await answered(client, TOOL, **arguments)
        assert len(counted(sandbox)) == requests, counted(sandbox)


@pytest.mark.parametrize("kind", ["result", "balance", "trial_balance"])
async def test_a_year_that_does_not_tie_is_read_anew_and_then_told_first(kind: str) -> None:
    sandbox = sandbox_with(small(), "2026-05-01")

    def off(body: bytes) -> bytes:
        return body.replace(b"-800}", b"-799}")

    async with connected(sandbox, organization_id=SMALL) as client:
        right = await answered(client, TOOL, kind=kind, **YEAR)
    sandbox.faults.append(Fault(path="2025/reports/saldo", alter=off, times=99))
    async with connected(sandbox, organization_id=SMALL) as client:
        reply = await ask(client, TOOL, {"kind": kind, **YEAR})
    assert not reply.is_error
    assert reply.structured
    assert reply.text.splitlines()[1].startswith(
        "WARNING: this does not hold: ties to Dinero's saldo for 2025. It is off by -1.00 DKK"
    )
    assert reply.structured["basis"]["remarks"] == [
        "the entries of 2025 are more than Dinero's saldo on 1000 by -1.00"
    ]
    assert reply.structured["rows"] == right["rows"]
    assert counted(sandbox).count(f"/v1/{SMALL}/2025/reports/saldo") == 3
    assert counted(sandbox).count(f"/v1/{SMALL}/entries") == 3


async def test_a_posting_made_between_two_readings_is_no_difference() -> None:
    sandbox = sandbox_with(small(), "2026-05-01")
    sandbox.faults.append(Fault(path="reports/saldo", alter=lambda body: body.replace(b"-800}", b"-799}")))
    async with connected(sandbox, organization_id=SMALL) as client:
        answer = await answered(client, TOOL, kind="result", **YEAR)
    assert set(identities(answer).values()) == {"0.00"}
    assert answer["basis"]["remarks"] == []


async def test_what_cannot_be_read_in_full_gives_no_figure() -> None:
    sandbox = sandbox_with(small(), "2026-05-01")
    sandbox.faults.append(Fault(path="entries", alter=lambda body: body[: len(body) // 2], times=99))
    async with connected(sandbox, organization_id=SMALL) as client:
        text = await refused(client, TOOL, kind="result", **YEAR)
    assert "800" not in text


async def test_sum_rows_in_dineros_report_are_no_accounts(companies: list[Books]) -> None:
    behaviour = Behaviour(sum_rows_always=True, result_sign=-1)
    async with connected(Sandbox(TODAY, companies, behaviour=behaviour)) as client:
        answer = await answered(client, TOOL, kind="result", **YEAR)
    assert set(identities(answer).values()) == {"0.00"}
    (remark,) = answer["basis"]["remarks"]
    assert remark.endswith("sum rows left out of Dinero's saldo for 2025")


async def test_a_year_without_opening_rows_is_carried_forward_and_says_so() -> None:
    answers: list[dict[str, Any]] = []  # Any: JSON
    for books in (small(), without_primo(small())):
        async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
            answers.append(
                await answered(client, TOOL, kind="balance", from_date="2026-01-01", to_date="2026-04-30")
            )
    opened, carried = map(rows, answers)
    same = ("Total assets (aktiver i alt)", "Total equity (egenkapital i alt)", "VAT (Moms)")
    assert {name: opened[name] for name in same} == {name: carried[name] for name in same}
    assert opened["Equity (Egenkapital)"] == "1300.00"
    assert carried["Equity (Egenkapital)"] == "500.00"
    assert carried["Results of earlier years in no equity account yet"] == "800.00"
    assert "Results of earlier years in no equity account yet" not in opened
    so_far = "Result since the accounting year began (periodens resultat)"
    assert opened[so_far] == carried[so_far] == "-100.00"
    assert answers[1]["basis"]["remarks"] == ["2026 has no opening balances yet: carried forward from 2025"]
    assert answers[1]["basis"]["source"] == "entries 2025, 2026"


async def test_a_trial_balance_carried_forward_still_cancels() -> None:
    sandbox = sandbox_with(without_primo(small()), "2026-05-01")
    async with connected(sandbox, organization_id=SMALL) as client:
        answer = await answered(client, TOOL, kind="trial_balance", **BOTH)
    assert rows(answer) == {
        "Results of earlier years in no equity account yet": "-800.00",
        "Sum of all accounts": "0.00",
    }
    assert set(identities(answer).values()) == {"0.00"}


async def test_opening_rows_that_are_not_what_the_year_before_closed_with_are_told_first() -> None:
    books = small()
    books.entries = [
        replace(entry, amount=entry.amount + (1 if entry.account_number == 55000 else -1))
        if entry.type == "Primo" and entry.account_number in (55000, 64000)
        else entry
        for entry in books.entries
    ]
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        reply = await ask(client, TOOL, {"kind": "trial_balance", **BOTH})
    assert reply.structured
    warning = reply.text.splitlines()[1]
    assert warning.startswith("WARNING: this does not hold: 2026 opens as 2025 closed. It is off by 1.00 DKK")
    assert reply.structured["basis"]["remarks"] == [
        "2026 opens with more than 2025 closed with on 55000 by 1.00, 64000 by -1.00"
    ]


async def test_a_voucher_that_does_not_cancel_is_told_first_and_the_figures_are_given() -> None:
    books = small()
    books.entries = [
        replace(entry, amount=Decimal("-801.00")) if entry.account_number == 1000 else entry
        for entry in books.entries
    ]
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        for kind, identity in (
            ("result", "result = movement in equity"),
            ("balance", "assets = equity + liabilities"),
            ("trial_balance", "closing balances cancel"),
        ):
            answer = await answered(client, TOOL, kind=kind, **YEAR)
            off = {name: each for name, each in identities(answer).items() if each != "0.00"}
            assert off.keys() >= {"postings of 2025 cancel", identity}
            assert set(off.values()) == {"-1.00"}
        sheet = rows(await answered(client, TOOL, kind="balance", **YEAR))
    assert sheet["Difference: assets less equity and liabilities"] == "-1.00"


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"kind": "result", "from_date": "2019-01-01", "to_date": "2019-12-31"},
        "No accounting year holds a day of 2019: the first begins 2024-01-01, the last ends 2026-12-31",
    ),
    (
        {"kind": "balance", "from_date": "2023-01-01", "to_date": "2023-12-31"},
        "No accounting year begins on or before 2023-12-31: the first begins on 2024-01-01",
    ),
    ({"kind": "trial_balance", "from_date": "2023-12-31", "to_date": "2023-12-31"}, "2024-01-01, the last"),
    (
        {"kind": "result", "from_date": "2026-02-01", "to_date": "2026-01-31"},
        "The period ends (2026-01-31) before it begins (2026-02-01).",
    ),
    (
        {"kind": "result", "from_date": "1990-01-01", "to_date": "2100-12-31", "columns": "month"},
        "That would be 1332 columns, and an answer holds 120. Take columns=quarter or total,",
    ),
    (
        {"kind": "trial_balance", "from_date": "2017-01-01", "to_date": "2026-12-31", "columns": "month"},
        "columns), and an answer holds 3000. Take columns=quarter or total, leave accounts out,",
    ),
    ({"kind": "result", **YEAR, "columns": "week"}, "columns must be 'total', 'month' or 'quarter'."),
    ({"kind": "resultat", **YEAR}, "kind must be 'result', 'balance' or 'trial_balance'."),
    (
        {"kind": "result", **YEAR, "compare": True},
        "compare must be 'none', 'previous_period' or 'last_year'.",
    ),
    ({"kind": "result", **YEAR, "accounts": "ja"}, "accounts must be true or false."),
    ({**YEAR}, "kind is missing: one of result, balance, trial_balance. Profit and loss, balance"),
    ({"kind": "result", "from_date": "2026-02-30", "to_date": "2026-03-01"}, "from_date is not a date"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
async def test_what_cannot_be_answered_is_refused_in_words_that_help(
    arguments: dict[str, Any], said: str, reader: Client
) -> None:
    assert said in await refused(reader, TOOL, **arguments)


async def test_books_without_a_year_have_no_report() -> None:
    books = company([], calendar_years(2026))
    books.years = []
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        assert "no accounting year yet" in await refused(client, TOOL, kind="balance", **YEAR)


@pytest.mark.parametrize(("first", "last"), [("2025-04-01", "2025-06-30"), ("2027-01-01", "2027-03-31")])
async def test_a_balance_stands_on_days_that_no_year_holds(first: str, last: str) -> None:
    books = company([("2024-02-29", "Salg", {55000: "500", 1000: "-500"})], calendar_years(2024, 2026))
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        answer = await answered(client, TOOL, kind="balance", from_date=first, to_date=last)
    assert rows(answer)["Total assets (aktiver i alt)"] == "500.00"
    assert any(note.startswith(f"No accounting year holds {last};") for note in answer["notes"])


async def test_an_account_that_is_in_no_chart_is_looked_for_there_once_in_a_question() -> None:
    books = company(
        [(f"{year}-02-28", "Salg", {55000: "500", 7995: "-500"}) for year in (2024, 2025, 2026)],
        calendar_years(2024, 2025, 2026),
    )
    del books.accounts[7995]
    sandbox = sandbox_with(books, "2026-05-01")
    async with connected(sandbox, organization_id=SMALL) as client:
        answer = await answered(client, TOOL, kind="balance", **ALL)
    assert rows(answer)["Total equity (egenkapital i alt)"] == "1500.00"
    assert sum(seen.path.endswith("/accounts/entry") for seen in sandbox.requests) == 2


ALL: dict[str, Any] = {"from_date": "2024-01-01", "to_date": "2026-12-31", "accounts": True}


@pytest.mark.parametrize(
    ("arguments", "most"),
    [
        ({"kind": "result", "from_date": "2026-01-01", "to_date": "2026-09-30", "columns": "month"}, 1_000),
        ({"kind": "result", "columns": "month", **ALL, "from_date": "2026-01-01"}, 6_000),
        ({"kind": "trial_balance", "columns": "month", **ALL}, 25_000),
        ({"kind": "result", "columns": "month", **ALL, "compare": "last_year"}, 25_000),
        ({"kind": "balance", "columns": "month", **ALL}, 25_000),
    ],
)
@pytest.mark.filterwarnings("ignore:open_binary:DeprecationWarning")
async def test_an_answer_fits_in_a_models_context(
    arguments: dict[str, Any], most: int, reader: Client
) -> None:
    reply = await ask(reader, TOOL, arguments)
    assert not reply.is_error
    assert tokens(reply.text) <= most
    assert tokens(json.dumps(reply.structured, ensure_ascii=False)) <= 2 * most


async def test_an_organization_of_its_own_is_named(reader: Client) -> None:
    answer = await answered(reader, TOOL, kind="result", organization_id=CONSULTANT, **YEAR)
    assert answer["organization"]["id"] == answer["basis"]["organization_id"] == CONSULTANT


async def test_what_is_posted_ahead_is_told_where_a_running_span_is_compared() -> None:
    sale = {1000: "-800.00", 64000: "-200.00", 55000: "1000.00"}
    books = company(
        [(day, "Salg", sale) for day in ("2025-05-02", "2025-05-20", "2026-05-02", "2026-05-20")],
        calendar_years(2025, 2026),
    )
    span = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
    sandbox = sandbox_with(books, "2026-05-10")
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        answer = await answered(client, TOOL, kind="result", compare="last_year", **span)
    result = answer["rows"][-1]
    assert (result["amounts"], result["before"]) == (["1600.00"], "800.00")
    assert answer["notes"][-1] == (
        "before is as much of the other span as is over of 2026-05: 2025-05-01..2025-05-10. "
        "2026-05 also holds 3 postings ahead."
    )
