from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx2
import pytest

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books

UNKNOWN = "00000000-0000-4000-8000-999999999999"


async def test_a_refusal_tells_its_code_the_field_and_two_languages(api: httpx2.AsyncClient) -> None:
    answer = await api.get("/v1/501/2019/reports/saldo")
    assert answer.status_code == 404
    assert answer.json() == {
        "code": 47,
        "message": "Accounting year not found",
        "validationErrors": {"accountingYear": "There is no such accounting year."},
        "languageSpecificMessages": [
            {"property": "accountingYear", "message": "Regnskabsåret findes ikke"},
            {"property": "accountingYear", "message": "There is no such accounting year."},
        ],
        "errorMessageList": [{"Code": "accountingYear", "Message": "There is no such accounting year."}],
    }


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/abc/vatTypes", 404, 40),
        ("/v1/501/contacts/not-a-guid", 404, 40),
        (f"/v1/501/contacts/{UNKNOWN}", 404, 63),
        (f"/v1/501/invoices/{UNKNOWN}", 404, 63),
        (f"/v2/501/invoices/{UNKNOWN}/payments", 404, 63),
        (f"/v1/501/products/{UNKNOWN}", 404, 63),
        ("/v1/501/invoices/00000000-0000-4000-8000-000000000106", 404, 65),
        ("/v1/501/invoices/00000000-0000-4000-8000-000000000107", 404, 63),
        ("/v1/999/vatTypes", 403, 41),
    ],
)
async def test_what_is_not_there_is_refused_by_code(
    api: httpx2.AsyncClient, path: str, status: int, code: int
) -> None:
    answer = await api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_organization_without_pro_is_listed_but_refused(
    books: Books, sign_in: Callable[..., Awaitable[httpx2.AsyncClient]]
) -> None:
    api = await sign_in(Sandbox(books.years[1].from_date, [replace(books, is_pro=False)]))
    assert (await api.get("/v1/organizations")).json()[0]["isPro"] is False
    answer = await api.get("/v1/501/accountingyears")
    assert (answer.status_code, answer.json()["code"]) == (403, 90)


@pytest.mark.parametrize("path", ["/v1/501/budgets", "/v1/organizations/", "/v1/501/invoices/a/payments"])
async def test_an_unknown_route_is_a_web_page(api: httpx2.AsyncClient, path: str) -> None:
    answer = await api.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/v1/501/contacts", "/v1/organizations"])
async def test_nothing_but_get_is_allowed(api: httpx2.AsyncClient, method: str, path: str) -> None:
    assert (await api.request(method, path)).status_code == 405
