"""Customers and suppliers."""

from collections.abc import Iterable

from dinero_mcp.sandbox.api.listing import changed, deleted_or_not, matching, page_of
from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.refusals import NO_RESULTS, RefusedError
from dinero_mcp.sandbox.api.wire import Json, Row, optional_timestamp, timestamp
from dinero_mcp.sandbox.books import Contact

FILTERS = "ExternalReference,Name,Email,VatNumber,EanNumber,IsPerson,Phone"


def contacts(question: Question) -> Json:
    """v1: contacts that are not deleted, unless `deletedOnly` asks for the others."""
    return _list(deleted_or_not(question.books.contacts, question.query), question)


def contacts_deleted_or_not(question: Question) -> Json:
    """v2: deleted contacts too, unless `deletedOnly` says which."""
    if question.query.text("deletedOnly"):
        return contacts(question)
    return _list(question.books.contacts, question)


def _list(items: Iterable[Contact], question: Question) -> Json:
    oldest_first = sorted(changed(items, question.query), key=lambda contact: contact.updated_at)
    rows = [_listed(_contact(contact)) for contact in oldest_first]
    rows = matching(rows, question.query, FILTERS)
    return page_of(rows, question, "name,contactGuid", unfiltered=len(question.books.contacts))


def _listed(row: Row) -> Row:
    """Lists hold empty strings where the contact itself holds null."""
    return {**row, **{name: row[name] or "" for name in ("Phone", "Email", "AttPerson", "VatNumber")}}


def contact(question: Question) -> Json:
    guid = question.guid
    found = next((contact for contact in question.books.contacts if contact.guid == guid), None)
    if found is None:
        raise RefusedError(NO_RESULTS, "There is no such contact.", "ContactGuid")
    return _contact(found)


def _contact(contact: Contact) -> Row:
    return {
        "ContactGuid": contact.guid,
        "CreatedAt": timestamp(contact.created_at),
        "UpdatedAt": timestamp(contact.updated_at),
        "DeletedAt": optional_timestamp(contact.deleted_at),
        "IsDebitor": contact.is_debitor,
        "IsCreditor": contact.is_creditor,
        "CompanyStatus": None,
        "VatRegionKey": contact.vat_region,
        "ExternalReference": contact.external_reference,
        "Name": contact.name,
        "Street": contact.street,
        "ZipCode": contact.zip_code,
        "City": contact.city,
        "CountryKey": contact.country_key,
        "Phone": contact.phone,
        "Email": contact.email,
        "Webpage": contact.webpage,
        "AttPerson": contact.att_person,
        "VatNumber": contact.vat_number,
        "EanNumber": contact.ean_number,
        "SENumber": None,
        "PNumber": None,
        "PaymentConditionType": contact.payment_condition_type,
        "PaymentConditionNumberOfDays": contact.payment_condition_days,
        "IsPerson": contact.is_person,
        "IsMember": False,
        "MemberNumber": None,
        "UseCvr": False,
        "CompanyTypeKey": None,
        "InvoiceMailOutOptionKey": None,
        "PreferredInvoiceLanguageKey": None,
        "PreferredInvoiceCurrencyKey": None,
    }
