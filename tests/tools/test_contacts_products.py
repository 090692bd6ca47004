"""Customers and suppliers, and what is sold."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from mcp import Client

from dinero_mcp.sandbox.books import Books, Contact, Product
from tests.tools.asking import answered, connected, refused
from tests.tools.companies import SMALL, calendar_years, company, sandbox_with

CONTACTS, PRODUCTS = "list-contacts-tool", "list-products-tool"
MADE = datetime(2026, 1, 1, 8, tzinfo=UTC)


def guid(number: int) -> str:
    return f"00000000-0000-4000-b000-{number:012d}"


def contact(number: int, name: str, **changes: Any) -> Contact:  # Any: field values
    return replace(Contact(guid(number), name, MADE, MADE), **changes)


def product(number: int, name: str, price: str, **changes: Any) -> Product:  # Any: field values
    excl = Decimal(price)
    made = Product(guid(number), name, f"V-{number}", 1000, "parts", excl, excl * 5 / 4, MADE, MADE)
    return replace(made, **changes)


def wholesaler() -> Books:
    books = company([], calendar_years(2026))
    books.contacts = [
        contact(1, "Østers & Søn", email="post@oesters.example", vat_number="12345678", phone="+45 55500111"),
        contact(2, "abe; kaffe", vat_number="DK87654321", updated_at=datetime(2026, 2, 1, tzinfo=UTC)),
        contact(3, "Bohnen GmbH", vat_number="DE999004411", country_key="DE"),
        contact(4, "Lukket ApS", vat_number="11111111", deleted_at=datetime(2026, 1, 5, tzinfo=UTC)),
        contact(5, "Åse Privat", is_person=True),
    ]
    books.products = [
        product(1, "Rugbrød", "20.00", external_reference="ean-571"),
        product(2, "boller", "0.0345"),
        product(3, "Wienerbrød", "4", quantity=Decimal("2.5")),
    ]
    return books


@pytest.fixture(scope="module")
async def shop() -> AsyncIterator[Client]:
    sandbox = sandbox_with(wholesaler(), "2026-03-01")
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        yield client


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, [2, 3, 5, 1]),
        ({"search": "øSTERS"}, [1]),
        ({"search": "OESTERS.example"}, [1]),
        ({"search": "55500111"}, [1]),
        ({"search": "9990"}, [3]),
        ({"search": "e; k"}, [2]),
        ({"vat_number": "12345678"}, [1]),
        ({"vat_number": "DK 12 34 56 78"}, [1]),
        ({"vat_number": "87654321"}, [2]),
        ({"vat_number": "999004411"}, [3]),
        ({"vat_number": "de999004411"}, [3]),
        ({"vat_number": "SE999004411"}, []),
        ({"vat_number": "1234567"}, []),
        ({"vat_number": "DK"}, []),
        ({"email": "POST@oesters.example"}, [1]),
        ({"email": "post@oesters"}, []),
        ({"changed_since": "2026-01-31"}, [2]),
        ({"include_deleted": True}, [2, 3, 4, 5, 1]),
        ({"include_deleted": True, "search": "lukket"}, [4]),
        ({"search": "lukket"}, []),
    ],
)
async def test_finding_a_contact(chosen: dict[str, Any], found: list[int], shop: Client) -> None:
    answer = await answered(shop, CONTACTS, **chosen)
    assert {row["contact_guid"] for row in answer["contacts"]} == {guid(number) for number in found}
    assert answer["total"] == len(found)


async def test_contacts_come_by_name_whatever_its_case(shop: Client) -> None:
    names = [row["name"] for row in (await answered(shop, CONTACTS))["contacts"]]
    assert names == ["abe; kaffe", "Bohnen GmbH", "Åse Privat", "Østers & Søn"]


async def test_pages_of_contacts(shop: Client) -> None:
    pages = [await answered(shop, CONTACTS, page=page, page_size=3) for page in (1, 2)]
    assert [len(page["contacts"]) for page in pages] == [3, 1]
    assert [(page["total"], page["has_more"]) for page in pages] == [(4, True), (4, False)]


async def test_a_page_past_the_end_is_refused_and_the_last_is_named(shop: Client) -> None:
    said = await refused(shop, CONTACTS, page=1_000_000, page_size=3)
    assert said == "Page 1000000 is past the end: the last of 4 is on page 2."
    nobody = {"search": "nobody is called that"}
    assert (await answered(shop, CONTACTS, **nobody))["contacts"] == []
    assert await refused(shop, CONTACTS, **nobody, page=2) == "Page 2 is past the end: nothing matches."


async def test_one_contact_in_full(shop: Client) -> None:
    told = (await answered(shop, "get-contact-tool", contact_guid=guid(1).upper()))["contact"]
    assert (told["name"], told["payment_terms"], told["payment_days"]) == ("Østers & Søn", "Netto", 8)
    assert (told["vat_region"], told["ean_number"]) == ("DK", None)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, ["boller", "Rugbrød", "Wienerbrød"]),
        ({"search": "BRØD"}, ["Rugbrød", "Wienerbrød"]),
        ({"search": "ean-5"}, ["Rugbrød"]),
        ({"search": "v-2"}, ["boller"]),
        ({"product_number": "v-2"}, ["boller"]),
        ({"product_number": "V"}, []),
    ],
)
async def test_finding_a_product(chosen: dict[str, Any], found: list[str], shop: Client) -> None:
    answer = await answered(shop, PRODUCTS, **chosen)
    assert [row["name"] for row in answer["products"]] == found
    assert answer["total"] == len(found)


async def test_a_price_below_one_ore_is_not_rounded_away(shop: Client) -> None:
    rows = (await answered(shop, PRODUCTS))["products"]
    prices = {row["name"]: (row["price_excl_vat"], row["price_incl_vat"]) for row in rows}
    assert prices == {
        "boller": ("0.0345", "0.043125"),
        "Rugbrød": ("20.00", "25.00"),
        "Wienerbrød": ("4.00", "5.00"),
    }


async def test_one_product_in_full(shop: Client) -> None:
    told = (await answered(shop, "get-product-tool", product_guid=guid(3)))["product"]
    assert (told["quantity"], told["total_excl_vat"], told["total_incl_vat"]) == ("2.5", "10.00", "12.50")
    assert (told["product_number"], told["account_number"], told["deleted_at"]) == ("V-3", 1000, None)
