from collections.abc import Awaitable, Callable

import httpx2
import pytest

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books

SignIn = Callable[..., Awaitable[httpx2.AsyncClient]]

PLAIN = {"includeSummaryAccount": "false"}


async def amounts(api: httpx2.AsyncClient, path: str, query: dict[str, str]) -> list[tuple[int, float]]:
    rows = (await api.get(f"/v1/501/{path}", params=query)).json()
    return [(row["AccountNumber"], row["Amount"]) for row in rows]


async def test_the_trial_balance_is_debit_positive_and_cancels(api: httpx2.AsyncClient) -> None:
    rows = await amounts(api, "2024/reports/saldo", PLAIN)
    assert rows == [
        (1000, -1000),
        (7300, 400),
        (7995, 10.1),
        (53000, 1250),
        (55000, -510.1),
        (64000, -250),
        (64060, 100),
    ]


async def test_result_and_balance_part_at_50000(api: httpx2.AsyncClient) -> None:
    assert await amounts(api, "2025/reports/result", PLAIN) == [(7300, 100.5)]
    assert await amounts(api, "2025/reports/balance", PLAIN) == [
        (53000, 1250),
        (55000, -635.73),
        (60020, -589.9),
        (64000, -250),
        (64060, 125.13),
    ]


async def test_primo_is_what_the_year_opened_with(api: httpx2.AsyncClient) -> None:
    rows = await amounts(api, "2025/reports/primo", PLAIN)
    assert rows == [(53000, 1250), (55000, -510.1), (60020, -589.9), (64000, -250), (64060, 100)]
    assert await amounts(api, "2024/reports/primo", {}) == []


async def test_sum_rows_come_unless_refused(api: httpx2.AsyncClient) -> None:
    answer = (await api.get("/v1/501/2024/reports/result")).json()
    assert [(row["AccountNumber"], row["AccountName"], row["Amount"]) for row in answer] == [
        (1000, "Salg af brød", -1000),
        (1999, "I alt 1000-1999", -1000),
        (7300, "Internet", 400),
        (7995, "Øvrig administration", 10.1),
        (7999, "I alt 7000-7999", 410.1),
    ]


async def test_accounts_that_come_to_nothing_are_shown_when_asked_for(api: httpx2.AsyncClient) -> None:
    rows = await amounts(api, "2025/reports/result", PLAIN | {"showZeroAccount": "true"})
    assert rows == [(1000, 0), (7300, 100.5), (7995, 0), (8000, 0)]


async def test_no_sum_row_takes_the_number_of_an_account(api: httpx2.AsyncClient) -> None:
    rows = await amounts(api, "2025/reports/balance", {"showZeroAccount": "true"})
    assert rows[-2:] == [(64999, -124.87), (99999, 0)]


async def test_result_may_come_with_revenue_positive(books: Books, sign_in: SignIn) -> None:
    api = await sign_in(Sandbox(books.years[1].from_date, [books], behaviour=Behaviour(result_sign=-1)))
    assert await amounts(api, "2024/reports/result", PLAIN) == [(1000, 1000), (7300, -400), (7995, -10.1)]
    assert (await amounts(api, "2024/reports/saldo", PLAIN))[0] == (1000, -1000)


async def test_sum_rows_may_come_in_spite_of_a_refusal(books: Books, sign_in: SignIn) -> None:
    api = await sign_in(Sandbox(books.years[1].from_date, [books], behaviour=Behaviour(sum_rows_always=True)))
    assert (55999, -510.1) in await amounts(api, "2024/reports/saldo", PLAIN)


@pytest.mark.parametrize("spelling", ["2024/25", "2024%2F25"])
async def test_a_year_may_have_a_slash_in_its_name(
    books: Books, api: httpx2.AsyncClient, spelling: str
) -> None:
    books.years[1] = type(books.years[1])("2024/25", books.years[1].from_date, books.years[1].to_date)
    assert await amounts(api, f"{spelling}/reports/result", PLAIN) == [(7300, 100.5)]
