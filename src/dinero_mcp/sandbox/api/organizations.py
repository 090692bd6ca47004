"""The organizations a token reaches: the only question without an organization in it."""

from dinero_mcp.sandbox.api.wire import Row
from dinero_mcp.sandbox.books import Books

DEFAULT_FIELDS = "id,name,isPro"


def organization(books: Books) -> Row:
    """A row of v1."""
    return {
        "Id": books.organization_id,
        "Type": "Default",
        "IsPro": books.is_pro,
        "IsPayingPro": books.is_pro,
        "VatNumber": books.vat_number,
        **_particulars(books),
    }


def organization_with_plan(books: Books) -> Row:
    """A row of v1.1."""
    return {
        "Id": books.organization_id,
        "CompanyTypeKey": books.company_type,
        "RoleKey": "Administrator",
        "VatNumber": f"DK{books.vat_number}" if books.vat_number else None,
        **_particulars(books),
        "Subscription": {
            "HasPro": books.is_pro,
            "HasPayingPro": books.is_pro,
            "HasStarterPlus": False,
            "HasTotal": False,
            "HasYfs": False,
        },
    }


def _particulars(books: Books) -> Row:
    return {
        "Name": books.name,
        "IsVatFree": books.is_vat_free,
        "IsTaxFreeUnion": False,
        "Email": books.email,
        "Phone": books.phone,
        "Street": books.street,
        "ZipCode": books.zip_code,
        "City": books.city,
        "AttPerson": books.att_person,
        "CountryKey": "DK",
        "Website": books.website,
    }
