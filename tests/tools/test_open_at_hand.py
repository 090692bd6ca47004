"""What was read to say who owes what serves another question for as long as it is fresh."""

from datetime import date

import pytest

from dinero_mcp.accounting.control_account import Side
from dinero_mcp.dinero.call import Call
from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books
from dinero_mcp.tools.open_reading import open_documents, open_documents_at_hand
from tests.tools.asking import ROASTERY, TODAY, counted
from tests.tools.companies import SMALL
from tests.tools.limits import MANY, connection
from tests.tools.shop import Shop


@pytest.fixture
def sandbox(companies: list[Books]) -> Sandbox:
    return Sandbox(TODAY, companies, behaviour=Behaviour(quota_per_minute=MANY))


@pytest.mark.parametrize("side", ["receivable", "payable"])
@pytest.mark.parametrize("day", [TODAY, date(2026, 6, 30)])
async def test_it_is_all_there_after_it_was_asked_for(side: Side, day: date, sandbox: Sandbox) -> None:
    async with connection(sandbox, ROASTERY) as connected:
        read = await open_documents(await connected.books(None, Call()), side, day)
        asked, call = len(sandbox.requests), Call()
        found = await open_documents_at_hand(await connected.books(None, call), side, day)
        assert len(sandbox.requests) == asked
    assert found is not None
    assert (found.items, found.unexplained, call.requests) == (read.items, 0, 0)
    assert call.read_at is not None


@pytest.mark.parametrize("side", ["receivable", "payable"])
async def test_it_is_not_there_before_and_nothing_is_asked_for_in_its_place(
    side: Side, sandbox: Sandbox
) -> None:
    async with connection(sandbox, ROASTERY) as connected:
        books = await connected.books(None, Call())
        for year in await books.ledger.years():
            await books.ledger.year(year)
        await books.api.sales()
        asked = len(counted(sandbox))
        assert await open_documents_at_hand(books, side, TODAY) is None
        assert len(counted(sandbox)) == asked
        assert (await open_documents(books, side, TODAY)).difference == 0


async def test_more_open_invoices_than_a_minute_allows_are_no_error_and_no_news() -> None:
    shop, told = Shop(), list[str]()
    for number in range(25):
        shop.sell("2026-03-01", str(100 + number))

    async def listen(message: str) -> None:
        told.append(message)

    async with connection(Sandbox(TODAY, [shop.books()]), SMALL, requests=10) as connected:
        books = await connected.books(None, Call())
        await books.chart()
        await books.api.sales()
        for year in await books.ledger.years():
            await books.ledger.year(year)
        for call in (Call(), Call(listen)):
            assert (
                await open_documents_at_hand(await connected.books(None, call), "receivable", TODAY) is None
            )
    assert told == []
