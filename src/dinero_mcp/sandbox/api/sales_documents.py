"""One invoice or credit note with its lines, and what has been paid of it."""

from decimal import Decimal

from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.refusals import DELETED, NO_RESULTS, RefusedError
from dinero_mcp.sandbox.api.wire import Json, Row, optional_timestamp, row_version, timestamp
from dinero_mcp.sandbox.books import Books, Payment, SalesDocument, SalesLine


def invoice(question: Question) -> Json:
    document = _document(question, "Invoice")
    terms = document.due_date - document.date if document.due_date else None
    return {
        "PaymentDate": document.due_date and document.due_date.isoformat(),
        "PaymentConditionNumberOfDays": terms.days if terms else 0,
        "PaymentConditionType": "Netto" if terms else "NettoCash",
        "FikCode": None,
        "DepositAccountNumber": _default_deposit_account(question.books),
        "LatestMailOutType": "None" if document.mail_out_status == "NotSent" else "Mailout",
        "IsSentToDebtCollection": False,
        "IsMobilePayInvoiceEnabled": False,
        "IsPensoPayEnabled": False,
        **_voucher(document, question),
    }


def credit_note(question: Question) -> Json:
    document = _document(question, "CreditNote")
    return {
        "CreditNoteFor": document.credit_note_for,
        "LatestMailOutType": None if document.mail_out_status == "NotSent" else "mailout",
        **_voucher(document, question),
    }


def invoice_payments(question: Question) -> Json:
    return _payments(_document(question, "Invoice"))


def credit_note_payments(question: Question) -> Json:
    return _payments(_document(question, "CreditNote"))


def _document(question: Question, of_type: str) -> SalesDocument:
    guid = question.guid
    documents = (document for document in question.books.sales if document.type == of_type)
    found = next((document for document in documents if document.guid == guid), None)
    if found is None:
        raise RefusedError(NO_RESULTS, f"There is no such {of_type}.", "Guid")
    if found.deleted_at:
        raise RefusedError(DELETED, f"The {of_type} is deleted.", "Guid")
    return found


def _default_deposit_account(books: Books) -> int | None:
    return next((deposit.number for deposit in books.deposit_accounts if deposit.is_default), None)


def _voucher(document: SalesDocument, question: Question) -> Row:
    """What invoices and credit notes have in common."""
    return {
        "MailOutStatus": document.mail_out_status,
        "PaymentStatus": document.status(question.today),
        "Status": "Draft" if document.is_draft else "Booked",
        "ContactGuid": document.contact_guid,
        "Guid": document.guid,
        "TimeStamp": row_version(document.guid, document.updated_at),
        "CreatedAt": timestamp(document.created_at),
        "UpdatedAt": timestamp(document.updated_at),
        "DeletedAt": optional_timestamp(document.deleted_at),
        "Number": document.number or _next_number(document.type, question.books),
        "ContactName": document.contact_name,
        "ShowLinesInclVat": False,
        **_totals(document),
        "InvoiceTemplateId": None,
        "Currency": document.currency,
        "Language": "da-DK" if document.currency == "DKK" else "en-GB",
        "ExternalReference": document.external_reference,
        "Description": document.description,
        "Comment": document.comment,
        "Date": document.date.isoformat(),
        "ProductLines": [_line(line, question.books) for line in document.lines],
        "Address": _address(document.contact_guid, question.books),
    }


def _next_number(of_type: str, books: Books) -> int:
    """A draft shows the number it would get if it were booked now."""
    return 1 + max((document.number or 0 for document in books.sales if document.type == of_type), default=0)


def _totals(document: SalesDocument) -> Row:
    excl, incl = document.total_excl_vat, document.total_incl_vat
    with_vat = [line.total_excl_vat for line in document.lines if line.total_incl_vat != line.total_excl_vat]
    vatable = sum(with_vat, Decimal(0))
    return {
        "TotalExclVat": excl,
        "TotalVatableAmount": vatable,
        "TotalInclVat": incl,
        "TotalNonVatableAmount": excl - vatable,
        "TotalVat": incl - excl,
        "TotalLines": [
            {"Type": "SubTotal", "TotalAmount": excl, "Position": 0, "Label": "Subtotal"},
            {"Type": "Vat", "TotalAmount": incl - excl, "Position": 1, "Label": "Moms"},
            {"Type": "Total", "TotalAmount": incl, "Position": 2, "Label": f"Total {document.currency}"},
        ],
    }


def _line(line: SalesLine, books: Books) -> Row:
    account = books.accounts.get(line.account_number)
    return {
        "AccountName": account and account.name,
        "BaseAmountValue": line.unit_price_excl_vat,
        "BaseAmountValueInclVat": line.unit_price_incl_vat,
        "TotalAmount": line.total_excl_vat,
        "TotalAmountInclVat": line.total_incl_vat,
        "ProductGuid": line.product_guid,
        "Description": line.description,
        "Comments": line.comments,
        "Quantity": line.quantity,
        "AccountNumber": line.account_number,
        "Unit": line.unit,
        "Discount": line.discount,
        "LineType": "Product",
    }


def _address(contact_guid: str, books: Books) -> str | None:
    contact = next((contact for contact in books.contacts if contact.guid == contact_guid), None)
    if contact is None or not contact.street:
        return None
    return f"{contact.street}\n{contact.zip_code or ''} {contact.city or ''}".strip()


def _payments(document: SalesDocument) -> Row:
    return {
        "Payments": [_payment(payment) for payment in document.payments],
        "RemainingAmount": document.total_incl_vat - document.paid,
        "PaidAmount": document.paid,
        "InvoiceTotalIncludingReminderExpenses": document.total_incl_vat,
        "RemainderAsFeeAvailable": False,
    }


def _payment(payment: Payment) -> Row:
    return {
        "Guid": payment.guid,
        "DepositAccountNumber": payment.deposit_account_number,
        "Currency": payment.currency,
        "ExchangeRate": payment.exchange_rate,
        "PaymentClass": payment.payment_class,
        "RelatedVoucherId": payment.related_voucher_guid,
        "ExternalReference": None,
        "PaymentDate": payment.date.isoformat(),
        "Description": payment.description,
        "Amount": payment.amount,
    }
