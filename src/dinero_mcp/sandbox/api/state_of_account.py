"""One contact's statement of account: what is posted for it on debtors and creditors, as one running balance.

A payment stands under the document that it pays. A set-off moves nothing and is not shown.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.refusals import END_BEFORE_START, NO_RESULTS, RefusedError
from dinero_mcp.sandbox.api.wire import Json, Row
from dinero_mcp.sandbox.books import Books, Entry, Payment, PurchaseDocument, SalesDocument
from dinero_mcp.sandbox.chart import CREDITORS, DEBTORS
from dinero_mcp.sandbox.journal import FIRST_BALANCE_ACCOUNT, MANUAL, PURCHASES, SALES

NO_VOUCHER = "00000000-0000-0000-0000-000000000000"
CATEGORIES = {SALES: "sales", PURCHASES: "purchases", MANUAL: "manual"}


class Voucher(NamedTuple):
    """What an entry is about."""

    guid: str
    number: int | None
    category: str
    voucher_class: str
    due_date: date
    currency: str = "DKK"
    status: str = "unknown"


class Posted(NamedTuple):
    """How the entry of a document, or of a payment, is known: by voucher number, or by amount."""

    voucher_type: str
    date: date
    number_or_amount: int | Decimal


def state_of_account(question: Question) -> Json:
    """The entries dated from `from` to `to`, both included; the balance is that of all time."""
    first, last = question.query.day("from") or date.min, question.query.day("to") or date.max
    if last < first:
        raise RefusedError(END_BEFORE_START, "to lies before from.", "to")
    entries = _entries_of(question)
    rows = [row for day, row in _rows(entries, question) if first <= day <= last]
    hide_closed = question.query.flag("hideClosed", default=False)
    return {
        "ContactGuid": question.guid,
        "Income": -_result(entries, SALES),
        "Expenses": _result(entries, PURCHASES),
        "Entries": [row for row in rows if not (hide_closed and row["Status"] == "closed")],
    }


def _entries_of(question: Question) -> list[Entry]:
    guid = question.guid
    if all(contact.guid != guid for contact in question.books.contacts):
        raise RefusedError(NO_RESULTS, "There is no such contact.", "ContactGuid")
    entries = (entry for entry in question.books.entries if entry.contact_guid == guid)
    return sorted(entries, key=lambda entry: entry.date)


def _result(entries: list[Entry], voucher_type: str) -> Decimal:
    """What was bought or sold, without VAT, debit positive."""
    return sum(
        (
            entry.amount
            for entry in entries
            if entry.voucher_type == voucher_type and entry.account_number < FIRST_BALANCE_ACCOUNT
        ),
        Decimal(0),
    )


def _rows(entries: list[Entry], question: Question) -> Iterator[tuple[date, Row]]:
    vouchers = _vouchers(question.books, question.guid)
    balance = Decimal(0)
    for entry in entries:
        if entry.account_number in (DEBTORS, CREDITORS):
            amount = question.behaviour.statement_sign * entry.amount
            balance += amount
            yield entry.date, _row(entry, _related(entry, vouchers), amount, balance)


def _row(entry: Entry, voucher: Voucher, amount: Decimal, balance: Decimal) -> Row:
    is_payment = entry.voucher_type == MANUAL
    return {
        "RelatedVoucherGuid": voucher.guid,
        "RelatedVoucherNumber": str(voucher.number) if voucher.number else None,
        "Date": _midnight(entry.date),
        "DecayDate": _midnight(entry.date if is_payment else voucher.due_date),
        "Description": entry.description,
        "Type": "payment" if is_payment else voucher.voucher_class,
        "Amount": amount,
        "Balance": balance,
        "Status": voucher.status,
        "RelatedVoucherCategory": voucher.category,
        "RelatedVoucherClass": voucher.voucher_class,
        "Currency": voucher.currency,
    }


def _midnight(day: date) -> str:
    return f"{day}T00:00:00"


def _related(entry: Entry, vouchers: dict[Posted, list[Voucher]]) -> Voucher:
    """The document that the entry books or pays; else its own voucher. Two alike are taken in turn."""
    kind = entry.voucher_type or MANUAL
    by = entry.amount if kind == MANUAL else entry.voucher_number or 0
    candidates = vouchers[Posted(kind, entry.date, by)]
    if candidates:
        return candidates.pop(0)
    own = entry.voucher_guid or NO_VOUCHER
    return Voucher(own, entry.voucher_number, CATEGORIES[kind], "voucher", entry.date)


def _vouchers(books: Books, contact_guid: str) -> dict[Posted, list[Voucher]]:
    vouchers: dict[Posted, list[Voucher]] = defaultdict(list)
    for document in (*books.sales, *books.purchases):
        if document.contact_guid == contact_guid and document.number is not None:
            voucher, kind, sign = _voucher(document)
            vouchers[Posted(kind, document.date, document.number)].append(voucher)
            for payment in filter(_is_posted, document.payments):
                vouchers[Posted(MANUAL, payment.date, -sign * payment.amount_dkk)].append(voucher)
    return vouchers


def _is_posted(payment: Payment) -> bool:
    return payment.deposit_account_number is not None


def _voucher(document: SalesDocument | PurchaseDocument) -> tuple[Voucher, str, int]:
    """The document as a voucher, the type it is booked as, and the sign of its posting."""
    is_credit_note = document.type == "CreditNote"
    if isinstance(document, SalesDocument):
        kind, sign, paid = SALES, 1, document.paid == document.total_incl_vat
        currency = document.currency
    else:
        kind, sign, paid = PURCHASES, -1, document.paid_dkk == document.total_incl_vat_dkk
        currency = "DKK"
    voucher = Voucher(
        guid=document.guid,
        number=document.number,
        category=CATEGORIES[kind],
        voucher_class="creditnote" if is_credit_note else "invoice",
        due_date=document.due_date or document.date,
        currency=currency,
        status="closed" if paid else "open",
    )
    return voucher, kind, -sign if is_credit_note else sign
