import httpx2
import pytest

from dinero_mcp.sandbox.books import Books


async def test_products_come_oldest_change_first_without_deleted_ones(api: httpx2.AsyncClient) -> None:
    query = {"fields": "Name,ProductNumber,BaseAmountValue,BaseAmountValueInclVat,Unit"}
    assert (await api.get("/v1/501/products", params=query)).json()["Collection"] == [
        {
            "Name": "Bolle",
            "ProductNumber": None,
            "BaseAmountValue": 5.2,
            "BaseAmountValueInclVat": 6.5,
            "Unit": "parts",
        },
        {
            "Name": "Rugbrød",
            "ProductNumber": "R1",
            "BaseAmountValue": 28,
            "BaseAmountValueInclVat": 35,
            "Unit": "parts",
        },
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"freeTextSearch": "RUG"}, ["Rugbrød"]),
        ({"freeTextSearch": "r1"}, ["Rugbrød"]),
        ({"queryFilter": "Name contains 'o'"}, ["Bolle"]),
        ({"deletedOnly": "true"}, ["Kage"]),
        ({"changesSince": "2025-02-01T00:00:00Z"}, ["Rugbrød"]),
    ],
)
async def test_products_can_be_searched(
    api: httpx2.AsyncClient, query: dict[str, str], found: list[str]
) -> None:
    page = (await api.get("/v1/501/products", params=query)).json()
    assert [row["Name"] for row in page["Collection"]] == found


async def test_one_product_holds_everything(api: httpx2.AsyncClient, books: Books) -> None:
    product = (await api.get(f"/v1/501/products/{books.products[0].guid}")).json()
    assert product["TotalAmountInclVat"] == 35
    assert product["AccountNumber"] == 1000
    assert product["DeletedAt"] is None
