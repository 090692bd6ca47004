from collections.abc import Awaitable, Callable

import httpx2

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books

SignIn = Callable[..., Awaitable[httpx2.AsyncClient]]


async def test_fields_come_back_as_they_were_asked_for(api: httpx2.AsyncClient) -> None:
    query = {"fields": "accountnumber, NAME,Nonsense,vatCode"}
    rows = (await api.get("/v1/501/accounts/entry", params=query)).json()
    assert rows[0] == {"accountnumber": 1000, "NAME": "Salg af brød", "vatCode": "U25"}


async def test_some_defaults_are_camel_case_and_some_are_not(api: httpx2.AsyncClient) -> None:
    organizations = (await api.get("/v1/organizations")).json()
    contacts = (await api.get("/v1/501/contacts")).json()
    invoices = (await api.get("/v1/501/invoices")).json()
    assert organizations[0].keys() == {"id", "name", "isPro"}
    assert contacts["Collection"][0].keys() == {"name", "contactGuid"}
    assert invoices["Collection"][0].keys() == {"Guid", "ContactName", "Date", "Description"}


async def test_fields_may_always_be_pascal_case(books: Books, sign_in: SignIn) -> None:
    behaviour = Behaviour(echo_casing=False)
    api = await sign_in(Sandbox(books.years[1].from_date, [books], behaviour=behaviour))
    rows = (await api.get("/v1/501/accounts/deposit", params={"fields": "accountnumber"})).json()
    assert rows == [{"AccountNumber": 55000}]


async def test_every_key_may_be_camel_case(books: Books, sign_in: SignIn) -> None:
    behaviour = Behaviour(camel_case_everywhere=True)
    api = await sign_in(Sandbox(books.years[1].from_date, [books], behaviour=behaviour))
    page = (await api.get("/v1/501/products", params={"fields": "Name"})).json()
    assert page.keys() == {"collection", "pagination"}
    assert page["collection"][0] == {"name": "Bolle"}
    span = {"fromDate": "2025-01-01", "toDate": "2025-12-31"}
    assert (await api.get("/v1/501/entries", params=span)).json()[0]["accountNumber"] == 53000


async def test_unknown_parameters_are_passed_over(api: httpx2.AsyncClient) -> None:
    assert (await api.get("/v1/501/vatTypes", params={"colour": "red"})).status_code == 200
