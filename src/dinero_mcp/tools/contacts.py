"""Customers and suppliers."""

import re
from typing import Annotated

from pydantic import Field, StrictBool

from dinero_mcp.tools.answers import BooksAnswer, Listing, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import ChangedSince, Guid, Page, PageSize, Search
from dinero_mcp.tools.paging import found, page_of
from dinero_mcp.tools.third_party import OptionalText, Text


class ContactRow(Record):
    contact_guid: Text
    name: OptionalText
    is_person: bool | None
    vat_number: OptionalText
    email: OptionalText
    phone: OptionalText
    city: OptionalText
    country: OptionalText = Field(validation_alias="country_key")
    deleted_at: OptionalText


class ContactInFull(ContactRow):
    is_customer: bool | None = Field(validation_alias="is_debitor", description="Has sales")
    is_supplier: bool | None = Field(validation_alias="is_creditor", description="Has purchases")
    ean_number: OptionalText
    contact_person: OptionalText = Field(validation_alias="att_person")
    street: OptionalText
    zip_code: OptionalText
    webpage: OptionalText
    external_reference: OptionalText
    payment_terms: OptionalText = Field(
        validation_alias="payment_condition_type", description="Netto, NettoCash or CurrentMonthOut"
    )
    payment_days: int | None = Field(validation_alias="payment_condition_number_of_days")
    vat_region: OptionalText = Field(validation_alias="vat_region_key", description="DK, EU or World")
    company_status: OptionalText
    created_at: OptionalText = Field(description="Time as Dinero has it, zone not told")
    updated_at: OptionalText = Field(description="Time as Dinero has it, zone not told")


class Contacts(Listing):
    contacts: list[ContactRow] = Field(description="By name")


class ContactDetails(BooksAnswer):
    contact: ContactInFull


@tool(name="list-contacts-tool", title="Contacts")
async def list_contacts(
    books: Books,
    search: Annotated[Search, Field(description="Part of a name, email, VAT number or phone number")] = None,
    vat_number: Annotated[Search, Field(description="Exact, with or without country letters")] = None,
    email: Annotated[Search, Field(description="Exact")] = None,
    changed_since: ChangedSince = None,
    include_deleted: Annotated[StrictBool, Field(description="Also deleted contacts")] = False,
    page: Page = 1,
    page_size: PageSize = 50,
) -> Contacts:
    """Contacts (kontakter): customers and suppliers, by name, with their contact_guid.

    Use it to find who somebody is, or the contact_guid that list-invoices-tool and list-entries-tool filter
    by. For address and payment terms use get-contact-tool, for balances get-open-items-tool.
    """
    contacts = list(await books.api.contacts(changed_since=changed_since))
    if include_deleted:
        contacts += await books.api.contacts(changed_since=changed_since, deleted=True)
    matches = [
        each
        for each in {contact.contact_guid: contact for contact in contacts}.values()
        if found(search, each.name, each.email, each.vat_number, each.phone)
        and (vat_number is None or _is_same(each.vat_number or "", vat_number))
        and (email is None or (each.email or "").casefold() == email.casefold().strip())
    ]
    matches.sort(key=lambda each: ((each.name or "").casefold(), each.contact_guid))
    shown = page_of(matches, page, page_size)
    return Contacts(
        organization=books.name,
        total=shown.total,
        page=page,
        has_more=shown.has_more,
        contacts=[ContactRow.model_validate(each) for each in shown.rows],
    )


@tool(name="get-contact-tool", title="One contact")
async def get_contact(
    books: Books,
    contact_guid: Annotated[Guid, Field(description="From list-contacts-tool")],
) -> ContactDetails:
    """One contact (kontakt) with address, VAT and EAN numbers and payment terms.

    Use it when you have a contact_guid; to find one by name use list-contacts-tool. It tells no balance and
    no invoices: for those use get-open-items-tool and list-invoices-tool with contact_guid.
    """
    contact = await books.api.contact(contact_guid)
    return ContactDetails(organization=books.name, contact=ContactInFull.model_validate(contact))


def _is_same(vat_number: str, other: str) -> bool:
    """Whether two VAT numbers differ only in blanks and in one of them having its country's letters."""
    longer, shorter = sorted((_compact(vat_number), _compact(other)), key=len, reverse=True)
    return bool(shorter) and shorter in (longer, re.sub(r"^[A-Z]{2}", "", longer))


def _compact(vat_number: str) -> str:
    return "".join(vat_number.split()).upper()
