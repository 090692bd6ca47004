from collections.abc import Awaitable, Callable

import httpx2
import pytest

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books


async def test_the_chart_comes_in_order_with_hidden_accounts(api: httpx2.AsyncClient) -> None:
    rows = (await api.get("/v1/501/accounts/entry")).json()
    assert rows[0] == {"AccountNumber": 1000, "Name": "Salg af brød", "IsHidden": False}
    assert [row["AccountNumber"] for row in rows if row["IsHidden"]] == [8000]
    assert len(rows) == 10


@pytest.mark.parametrize("category", ["Vat Due", "VatDue", "vat due"])
async def test_a_category_is_found_with_or_without_its_blank(api: httpx2.AsyncClient, category: str) -> None:
    query = {"categoryFilter": category, "fields": "AccountNumber,Category"}
    rows = (await api.get("/v1/501/accounts/entry", params=query)).json()
    assert rows == [
        {"AccountNumber": 64000, "Category": "Vat Due"},
        {"AccountNumber": 64060, "Category": "Vat Due"},
    ]


async def test_categories_may_be_spelled_without_blanks(
    books: Books, sign_in: Callable[..., Awaitable[httpx2.AsyncClient]]
) -> None:
    behaviour = Behaviour(category_spaces=False)
    api = await sign_in(Sandbox(books.years[1].from_date, [books], behaviour=behaviour))
    rows = (await api.get("/v1/501/accounts/entry", params={"fields": "Category"})).json()
    assert {"Category": "VatDue"} in rows


async def test_deposit_accounts_take_name_and_standard_number_from_the_chart(api: httpx2.AsyncClient) -> None:
    query = {
        "fields": "AccountNumber,Name,PublicStandardNumber,IsDefault,BankRegistrationNumber,BankIbanNumber"
    }
    assert (await api.get("/v1/501/accounts/deposit", params=query)).json() == [
        {
            "AccountNumber": 55000,
            "Name": "Bank",
            "PublicStandardNumber": 6480,
            "IsDefault": True,
            "BankRegistrationNumber": "0001",
            "BankIbanNumber": None,
        }
    ]


async def test_vat_rates_are_fractions(api: httpx2.AsyncClient) -> None:
    rows = (await api.get("/v1/501/vatTypes")).json()
    assert rows[1] == {"VatCode": "I25", "Name": "Dansk købsmoms", "VatRate": 0.25}


async def test_an_accounting_year_has_a_name_and_two_dates(api: httpx2.AsyncClient) -> None:
    rows = (await api.get("/v1/501/accountingyears")).json()
    assert rows[0] == {
        "Name": "2024",
        "FromDate": "2024-01-01",
        "ToDate": "2024-12-31",
        "SalarySumTaxStateEnum": "None",
    }
    assert len(rows) == 2
