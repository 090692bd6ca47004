"""The products an organization invoices."""

from typing import Annotated

from pydantic import Field

from dinero_mcp.tools.answers import Amount, BooksAnswer, Listing, Price, Quantity, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import Guid, Page, PageSize, Search
from dinero_mcp.tools.paging import found, page_of
from dinero_mcp.tools.third_party import OptionalText, Text


class ProductRow(Record):
    product_guid: Text
    product_number: OptionalText
    name: OptionalText
    unit: OptionalText
    price_excl_vat: Price = Field(validation_alias="base_amount_value", description="One unit, without VAT")
    price_incl_vat: Price = Field(
        validation_alias="base_amount_value_incl_vat", description="One unit, with VAT"
    )
    account_number: int = Field(description="Revenue account it is booked on")


class ProductInFull(ProductRow):
    quantity: Quantity = Field(description="Quantity proposed on an invoice")
    total_excl_vat: Amount = Field(validation_alias="total_amount", description="That quantity, without VAT")
    total_incl_vat: Amount = Field(
        validation_alias="total_amount_incl_vat", description="That quantity, with VAT"
    )
    external_reference: OptionalText
    comment: OptionalText
    created_at: OptionalText = Field(description="Time as Dinero has it, zone not told")
    updated_at: OptionalText = Field(description="Time as Dinero has it, zone not told")
    deleted_at: OptionalText


class Products(Listing):
    convention = "Prices in DKK."
    products: list[ProductRow] = Field(description="By name")


class ProductDetails(BooksAnswer):
    convention = "Prices in DKK."
    product: ProductInFull


@tool(name="list-products-tool", title="Products")
async def list_products(
    books: Books,
    search: Annotated[Search, Field(description="Part of a name, product number or reference")] = None,
    product_number: Annotated[Search, Field(description="Exact")] = None,
    page: Page = 1,
    page_size: PageSize = 50,
) -> Products:
    """Products (varer og ydelser) with price excluding and including VAT, unit and revenue account, by
    name.

    Use it to find a product or its product_guid; get-product-tool shows one in full. Stock and sold
    quantities are not in Dinero's API: what was sold stands on invoices (list-invoices-tool).
    """
    matches = [
        each
        for each in await books.api.products()
        if found(search, each.name, each.product_number, each.external_reference)
        and (product_number is None or (each.product_number or "").casefold() == product_number.casefold())
    ]
    matches.sort(key=lambda each: ((each.name or "").casefold(), each.product_guid))
    shown = page_of(matches, page, page_size)
    return Products(
        organization=books.name,
        total=shown.total,
        page=page,
        has_more=shown.has_more,
        products=[ProductRow.model_validate(each) for each in shown.rows],
    )


@tool(name="get-product-tool", title="One product")
async def get_product(
    books: Books,
    product_guid: Annotated[Guid, Field(description="From list-products-tool")],
) -> ProductDetails:
    """One product (vare eller ydelse) with prices, unit, account and comment.

    Use it when you have a product_guid; to find one by name or number use list-products-tool.
    """
    product = await books.api.product(product_guid)
    return ProductDetails(organization=books.name, product=ProductInFull.model_validate(product))
