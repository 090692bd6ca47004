"""What is sold."""

from dinero_mcp.sandbox.api.listing import changed, deleted_or_not, matching, mentioning, page_of
from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.refusals import NO_RESULTS, RefusedError
from dinero_mcp.sandbox.api.wire import Json, Row, optional_timestamp, timestamp
from dinero_mcp.sandbox.books import Product

FILTERS = "Name,ProductNumber,ExternalReference"


def products(question: Question) -> Json:
    """The products, oldest change first."""
    items = changed(deleted_or_not(question.books.products, question.query), question.query)
    rows = [_product(product) for product in sorted(items, key=lambda product: product.updated_at)]
    rows = mentioning(rows, question.query, "Name,ProductNumber")
    rows = matching(rows, question.query, FILTERS)
    return page_of(rows, question, "Name,ProductGuid", unfiltered=len(question.books.products))


def product(question: Question) -> Json:
    guid = question.guid
    found = next((product for product in question.books.products if product.guid == guid), None)
    if found is None:
        raise RefusedError(NO_RESULTS, "There is no such product.", "ProductGuid")
    return _product(found)


def _product(product: Product) -> Row:
    return {
        "CreatedAt": timestamp(product.created_at),
        "UpdatedAt": timestamp(product.updated_at),
        "DeletedAt": optional_timestamp(product.deleted_at),
        "ProductGuid": product.guid,
        "ProductNumber": product.product_number,
        "Name": product.name,
        "BaseAmountValue": product.price_excl_vat,
        "BaseAmountValueInclVat": product.price_incl_vat,
        "TotalAmount": product.price_excl_vat * product.quantity,
        "TotalAmountInclVat": product.price_incl_vat * product.quantity,
        "Quantity": product.quantity,
        "AccountNumber": product.account_number,
        "Unit": product.unit,
        "ExternalReference": product.external_reference,
        "Comment": product.comment,
    }
