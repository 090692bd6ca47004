"""The lists of invoices, of credit notes, and of both."""

from collections.abc import Callable

from dinero_mcp.sandbox.api.listing import changed, deleted_or_not, matching, mentioning, page_of
from dinero_mcp.sandbox.api.query import Query
from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.refusals import END_BEFORE_START, VALIDATION, RefusedError
from dinero_mcp.sandbox.api.wire import Json, Row, optional_timestamp, timestamp
from dinero_mcp.sandbox.books import SalesDocument

DRAFT_NUMBER = 2**63 - 1
STATUSES = ("Draft", "Overdue", "Booked", "OverPaid", "Paid")
FILTERS = "ExternalReference,ContactGuid,Description"
SEARCHED = "Number,ContactName,Description,TotalInclVat"


def invoices(question: Question) -> Json:
    return _list(question, {"Invoice"}, "Guid,ContactName,Date,Description")


def credit_notes(question: Question) -> Json:
    return _list(question, {"CreditNote"}, "Guid,ContactName,Date,Description,Type")


def sales(question: Question) -> Json:
    """Invoices and credit notes in one list."""
    return _list(question, {"Invoice", "CreditNote"}, "Guid,ContactName,Date,Description,Type")


def _list(question: Question, types: set[str], default_fields: str) -> Json:
    query = question.query
    documents = [document for document in question.books.sales if document.type in types]
    documents = _dated(changed(deleted_or_not(documents, query), query), query)
    rows = _with_status([_row(document, question) for document in documents], query)
    rows = matching(mentioning(rows, query, SEARCHED), query, FILTERS)
    return page_of(_sorted(rows, query), question, default_fields, unfiltered=len(question.books.sales))


def _dated(documents: list[SalesDocument], query: Query) -> list[SalesDocument]:
    """Drafts, and the documents dated from `startDate` to `endDate`, both included."""
    first, last = query.day("startDate"), query.day("endDate")
    if first is None and last is None:
        return documents
    if first is None or last is None:
        raise RefusedError(VALIDATION, "Both dates are needed, or none.", "endDate" if first else "startDate")
    if last < first:
        raise RefusedError(END_BEFORE_START, "endDate lies before startDate.", "endDate")
    return [document for document in documents if document.is_draft or first <= document.date <= last]


def _with_status(rows: list[Row], query: Query) -> list[Row]:
    asked = {status.strip().lower() for status in query.text("statusFilter", ",".join(STATUSES)).split(",")}
    if not asked <= {status.lower() for status in STATUSES}:
        raise RefusedError(VALIDATION, "There is no such status.", "statusFilter")
    return [row for row in rows if str(row["Status"]).lower() in asked]


def _sorted(rows: list[Row], query: Query) -> list[Row]:
    orders: dict[str, Callable[[Row], object]] = {
        "vouchernumber": lambda row: row["Number"],
        "voucherdate": lambda row: row["Date"],
        "status": lambda row: STATUSES.index(str(row["Status"])),
        "contact": lambda row: str(row["ContactName"]).lower(),
    }
    names = query.text("sort", "VoucherNumber,VoucherDate").lower().split(",")
    direction = query.text("sortOrder", "descending").lower()
    if direction not in {"ascending", "descending"} or not orders.keys() >= set(names):
        raise RefusedError(VALIDATION, "There is no such order.", "sort")
    keys = [orders[name] for name in names]
    return sorted(rows, key=lambda row: tuple(key(row) for key in keys), reverse=direction == "descending")


def _row(document: SalesDocument, question: Question) -> Row:
    below_zero = document.type == "CreditNote" and question.behaviour.credit_notes_negative
    sign = -1 if below_zero else 1
    return {
        "Number": document.number or DRAFT_NUMBER,
        "Guid": document.guid,
        "ExternalReference": document.external_reference,
        "Date": document.date.isoformat(),
        "PaymentDate": document.due_date and document.due_date.isoformat(),
        "Description": document.description,
        "Status": document.status(question.today),
        "Type": document.type,
        "ContactName": document.contact_name,
        "ContactGuid": document.contact_guid,
        "TotalInclVat": sign * document.total_incl_vat,
        "TotalExclVat": sign * document.total_excl_vat,
        "TotalInclVatInDkk": sign * document.total_incl_vat_dkk,
        "TotalExclVatInDkk": sign * document.total_excl_vat_dkk,
        "MailOutStatus": document.mail_out_status,
        "LatestMailOutType": "None" if document.mail_out_status == "NotSent" else "Mailout",
        "Currency": document.currency,
        "CreatedAt": timestamp(document.created_at),
        "UpdatedAt": timestamp(document.updated_at),
        "DeletedAt": optional_timestamp(document.deleted_at),
    }
