"""The chart of accounts."""

from dataclasses import replace

import pytest
from mcp import Client

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books
from tests.tools.asking import ROASTERY, TODAY, answered, connected, counted, refused
from tests.tools.companies import SMALL, calendar_years, company, sandbox_with
from tests.tools.test_figures import of

TOOL = "list-accounts-tool"


async def test_every_account_is_listed_by_number(companies: list[Books], reader: Client) -> None:
    pages = [
        await answered(reader, TOOL, page=page, page_size=60, include_hidden=True) for page in range(1, 5)
    ]
    accounts = of(companies, ROASTERY).accounts
    assert [row["account_number"] for page in pages for row in page["accounts"]] == sorted(accounts)
    assert {page["total"] for page in pages} == {len(accounts)}
    assert [page["has_more"] for page in pages] == [True, True, True, False]


async def test_an_account_tells_what_dinero_tells_of_it(companies: list[Books], reader: Client) -> None:
    answer = await answered(reader, TOOL, search="1000")
    account = of(companies, ROASTERY).accounts[1000]
    assert answer["accounts"][0] == {
        "account_number": 1000,
        "name": account.name,
        "category": "Turnover",
        "vat_code": "U25",
        "public_standard_number": account.public_standard_number,
        "is_hidden": None,
    }


@pytest.mark.parametrize("category", ["Vat Due", "vatdue", "VAT DUE"])
@pytest.mark.parametrize("spaces", [True, False])
async def test_a_category_is_found_however_it_is_spelled(
    category: str, spaces: bool, companies: list[Books]
) -> None:
    behaviour = Behaviour(category_spaces=spaces)
    async with connected(Sandbox(TODAY, companies, behaviour=behaviour)) as client:
        answer = await answered(client, TOOL, category=category)
    assert {row["category"] for row in answer["accounts"]} == {"Vat Due"}
    assert 64000 in [row["account_number"] for row in answer["accounts"]]


async def test_a_category_may_be_told_in_danish(companies: list[Books], reader: Client) -> None:
    danish = of(companies, ROASTERY).accounts[64000].category_name
    assert await answered(reader, TOOL, category=danish) == await answered(reader, TOOL, category="Vat Due")


async def test_a_category_there_is_not_is_refused_with_those_there_are(reader: Client) -> None:
    text = await refused(reader, TOOL, category="Moms\tog mere")
    assert text.startswith("There is no category 'Moms og mere'; there are Administration Expenses, ")
    assert "Vat Due" in text


async def test_hidden_accounts_are_listed_when_asked_for() -> None:
    books = company([], calendar_years(2026))
    books.accounts[5000] = replace(books.accounts[5000], is_hidden=True)
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        shown = await answered(client, TOOL, search="husleje")
        every = await answered(client, TOOL, search="husleje", include_hidden=True)
    assert {row["is_hidden"] for row in shown["accounts"]} == {None}
    assert [row["account_number"] for row in every["accounts"] if row["is_hidden"]] == [5000]
    assert every["total"] == shown["total"] + 1


async def test_it_costs_no_request(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        await answered(client, TOOL)
    assert counted(sandbox) == []
