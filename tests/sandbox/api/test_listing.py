from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx2
import pytest

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books


@pytest.fixture
def many(books: Books) -> Books:
    books.products = [replace(books.products[0], name=f"Brød {number}") for number in range(1005)]
    return books


@pytest.mark.usefixtures("many")
async def test_a_page_tells_where_it_stands(api: httpx2.AsyncClient) -> None:
    page = (await api.get("/v1/501/products", params={"page": 10})).json()
    assert [row["Name"] for row in page["Collection"]] == [f"Brød {number}" for number in range(1000, 1005)]
    assert page["Pagination"] == {
        "MaxPageSizeAllowed": 1000,
        "PageSize": 100,
        "Result": 5,
        "ResultWithoutFilter": 1005,
        "Page": 10,
    }


async def test_a_page_past_the_end_is_empty(api: httpx2.AsyncClient) -> None:
    page = (await api.get("/v1/501/products", params={"page": 7, "pageSize": 1000})).json()
    assert page["Collection"] == []
    assert page["Pagination"]["ResultWithoutFilter"] == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"pageSize": "1001"}, 43),
        ({"pageSize": "0"}, 42),
        ({"page": "-1"}, 42),
        ({"page": "one"}, 42),
        ({"page": "2147483648"}, 42),
        ({"deletedOnly": "maybe"}, 42),
        ({"changesSince": "yesterday"}, 44),
    ],
)
async def test_a_page_that_cannot_be_is_refused(
    api: httpx2.AsyncClient, query: dict[str, str], code: int
) -> None:
    answer = await api.get("/v1/501/products", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_an_oversized_page_may_be_cut_to_a_thousand(
    many: Books, sign_in: Callable[..., Awaitable[httpx2.AsyncClient]]
) -> None:
    behaviour = Behaviour(oversized_page="clamp")
    api = await sign_in(Sandbox(many.years[1].from_date, [many], behaviour=behaviour))
    page = (await api.get("/v1/501/products", params={"pageSize": 5000})).json()
    assert (page["Pagination"]["PageSize"], len(page["Collection"])) == (1000, 1000)
