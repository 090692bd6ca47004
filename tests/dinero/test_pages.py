"""A list is whole, or an error."""

from collections.abc import Callable

import httpx2
import pytest

from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.errors import IncompleteError, UnexpectedAnswerError

Connect = Callable[..., Dinero]


def contact(number: int) -> dict[str, str]:
    return {"ContactGuid": f"c-{number}", "Name": f"Kunde {number}"}


def place(page: int, size: int, total: int) -> dict[str, int]:
    return {"MaxPageSizeAllowed": 1000, "PageSize": size, "Page": page, "ResultWithoutFilter": total}


def asked(request: httpx2.Request) -> tuple[int, int]:
    return int(request.url.params["page"]), int(request.url.params["pageSize"])


def paged(total: int, most: int = 1000) -> Callable[[httpx2.Request], httpx2.Response]:
    def answer(request: httpx2.Request) -> httpx2.Response:
        page, size = asked(request)
        size = min(size, most)
        rows = [contact(n) for n in range(page * size, min(total, (page + 1) * size))]
        return httpx2.Response(200, json={"Collection": rows or None, "Pagination": place(page, size, total)})

    return answer


@pytest.mark.parametrize(("total", "requests"), [(0, 1), (1, 1), (1000, 1), (1001, 2), (2500, 3)])
async def test_every_page_is_read_and_no_more(connect: Connect, total: int, requests: int) -> None:
    call = Call()
    contacts = await connect(paged(total)).organization(1001, call).contacts()
    assert [c.contact_guid for c in contacts] == [f"c-{n}" for n in range(total)]
    assert call.requests == requests


async def test_a_smaller_page_size_of_dineros_is_followed(connect: Connect) -> None:
    call = Call()
    contacts = await connect(paged(250, most=100)).organization(1001, call).contacts()
    assert (len({c.contact_guid for c in contacts}), call.requests) == (250, 3)


async def test_a_list_that_changed_meanwhile_is_read_once_anew(connect: Connect) -> None:
    totals = iter([1500, 1501, 1501, 1501])

    def answer(request: httpx2.Request) -> httpx2.Response:
        return paged(next(totals))(request)

    contacts = await connect(answer).organization(1001, Call()).contacts()
    assert len(contacts) == 1501


async def test_a_row_that_comes_twice_means_that_another_is_missing(connect: Connect) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        page, size = asked(request)
        rows = [contact(n) for n in range(1000)] if page == 0 else [contact(999)]
        return httpx2.Response(200, json={"Collection": rows, "Pagination": place(page, size, 1001)})

    with pytest.raises(IncompleteError, match="contacts"):
        await connect(answer).organization(1001, Call()).contacts()


@pytest.mark.parametrize("sent", [1, 499])
async def test_a_short_page_with_another_after_it_is_no_answer(connect: Connect, sent: int) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        page, size = asked(request)
        count = 1000 if page == 0 else sent
        rows = [contact(1000 * page + n) for n in range(count)]
        return httpx2.Response(200, json={"Collection": rows, "Pagination": place(page, size, 2500)})

    call = Call()
    with pytest.raises(IncompleteError):
        await connect(answer).organization(1001, call).contacts()
    assert call.requests == 6


@pytest.mark.parametrize(("found", "requests"), [(0, 1), (7, 2), (1000, 2), (1500, 3)])
async def test_a_total_that_counts_what_a_filter_left_out_still_gives_the_whole_list(
    connect: Connect, found: int, requests: int
) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        page, size = asked(request)
        rows = [contact(n) for n in range(page * size, min(found, (page + 1) * size))]
        return httpx2.Response(200, json={"Collection": rows, "Pagination": place(page, size, 4000)})

    call = Call()
    contacts = await connect(answer).organization(1001, call).contacts()
    assert (len(contacts), call.requests) == (found, requests)


async def test_a_dinero_that_answers_the_first_page_forever_is_no_answer(connect: Connect) -> None:
    rows = [contact(n) for n in range(1000)]

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"Collection": rows, "Pagination": place(0, 1000, 5000)})

    call = Call()
    with pytest.raises(IncompleteError):
        await connect(answer).organization(1001, call).contacts()
    assert call.requests == 4


@pytest.mark.parametrize(("size", "total"), [(0, 5), (-1, 5), (1000, -1), (1000, 2**31 - 1)])
async def test_a_pagination_that_makes_no_sense_is_refused(connect: Connect, size: int, total: int) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"Collection": [contact(1)], "Pagination": place(0, size, total)})

    with pytest.raises(UnexpectedAnswerError):
        await connect(answer).organization(1001, Call()).contacts()


async def test_without_pagination_only_a_short_list_is_whole(connect: Connect) -> None:
    def answer(rows: int) -> Callable[[httpx2.Request], httpx2.Response]:
        return lambda _: httpx2.Response(200, json={"Collection": [contact(n) for n in range(rows)]})

    assert len(await connect(answer(999)).organization(1001, Call()).contacts()) == 999
    with pytest.raises(IncompleteError):
        await connect(answer(1000)).organization(1001, Call()).contacts()
