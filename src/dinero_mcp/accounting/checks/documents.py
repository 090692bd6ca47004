"""Are the invoices in order: numbered without gaps, booked, and paid where they were paid.

Documents are as they are today, whatever the period; those that are dated after it are passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from dinero_mcp.accounting.checks.findings import (
    Finding,
    NotChecked,
    Said,
    Severity,
    check,
    see_tool,
)
from dinero_mcp.accounting.checks.material import Material
from dinero_mcp.accounting.control_account import owed, voucher_type
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.receivables import SalesDocument
from dinero_mcp.accounting.sales import document_status

_LEFT_LYING = timedelta(days=14)
_ZERO = Decimal(0)
_SALES = voucher_type("receivable")


@check(
    name="invoice-number-gap",
    needs_documents=True,
    what_to_do="Find out what became of the number: book the invoice if it was sent, else keep a note of why "
    "there is none.",
)
def invoice_number_gap(material: Material) -> Iterator[Finding]:
    """Invoices must be numbered in sequence (momsbekendtgørelsen). A missing number may be a sale that was
    never booked, and is the first thing the tax agency asks about.
    """
    for (number, day), (following, later) in pairwise(sorted(_numbered(material).items())):
        missing = following - number - 1
        if missing and later in material.period:
            absent = f" {number + 1} is" if missing == 1 else f"s {number + 1} to {following - 1} are"
            yield Finding(
                severity=Severity.WARNING,
                what=f"Invoice number{absent} missing, between {number} of {day} and {following} of {later}.",
                see=see_tool(
                    "list-invoices-tool", from_date=min(day, later), to_date=max(day, later), sort="number"
                ),
                date=later,
                voucher_type="Sales",
                voucher_number=number + 1,
            )


@check(
    name="old-draft",
    needs_documents=True,
    what_to_do="Book the draft and send it, or delete it.",
)
def old_draft(material: Material) -> Iterator[Finding]:
    """A draft is in no report and no VAT return. One that is two weeks old was probably forgotten: the goods
    are delivered, and nobody has been asked to pay.
    """
    for draft in material.documents:
        day = draft.date
        if not draft.is_draft or day is None or day > material.period.to_date:
            continue
        age = (material.today - day).days
        if age > _LEFT_LYING.days:
            kind = "credit note" if _is_credit_note(draft) else "invoice"
            yield Finding(
                severity=Severity.NOTICE,
                what=f"A draft {kind}, {age} days old.",
                see=see_tool("get-invoice-tool", invoice_guid=draft.guid),
                amount=_total(draft),
                date=day,
                text=draft.contact_name,
            )


@check(
    name="payment-on-wrong-invoice",
    needs_documents=True,
    what_to_do="Look at the payment in the bank. If it was for the other invoice, move it there in Dinero; "
    "if not, pay the customer back.",
)
def payment_on_wrong_invoice(material: Material) -> Iterator[Said]:
    """An invoice that is overpaid by just what is unpaid on another one was probably paid for that one. Left
    so, one customer has a credit, and the other gets reminders of what was paid.
    """
    found = _overpaid(material)
    unpaid = _unpaid(material)
    for document, excess in found.amounts:
        others = [each for each in unpaid.get(excess, ()) if each.guid != document.guid]
        if others:
            yield _wrong(document, excess, others)
    if found.unknown:
        yield NotChecked(
            "overpaid invoices of which the postings do not tell by how much: ask get-open-items-tool "
            "(side=receivable)",
            found.unknown,
        )


def _numbered(material: Material) -> dict[int, date]:
    """Every number in use, by the documents and by the postings, with its day."""
    numbered: dict[int, date] = {}
    for row in material.rows:
        number = row.voucher_number
        if number is not None and (row.voucher_type or "").casefold() == _SALES:
            numbered[number] = min(numbered.get(number, row.date), row.date)
    booked = (each for each in material.documents if not each.is_draft)
    return numbered | {each.number: each.date for each in booked if each.date}


@dataclass(frozen=True, slots=True)
class _Overpaid:
    """The overpaid invoices with what was paid too much, and how many more there are."""

    amounts: Sequence[tuple[SalesDocument, Decimal]]
    unknown: int = 0


def _overpaid(material: Material) -> _Overpaid:
    """By their payments where those were read, else by what the contact's postings come to."""
    documents = [each for each in _until_the_end(material) if _status(each, material) == "overpaid"]
    if material.receivables:
        left = {item.voucher_guid: item.remaining_dkk for item in material.receivables.items}
        return _Overpaid([(each, -left[each.guid]) for each in documents if left.get(each.guid, _ZERO) < 0])
    alone = [each for each in documents if _count(documents, each) == 1]
    booked, claimed = _booked_by_contact(material), _claimed_by_contact(material)
    amounts: list[tuple[SalesDocument, Decimal]] = []
    for document in alone:
        contact = document.contact_guid or ""
        excess = to_ore(claimed.get(contact, _ZERO) - booked.get(contact, _ZERO))
        if excess > 0 and _is_known(contact, material):
            amounts.append((document, excess))
    return _Overpaid(amounts, len(documents) - len(amounts))


def _count(documents: Sequence[SalesDocument], one: SalesDocument) -> int:
    return sum(each.contact_guid == one.contact_guid for each in documents)


def _unpaid(material: Material) -> Mapping[Decimal, Sequence[SalesDocument]]:
    """The invoices that are not paid, by what is left of them."""
    found: dict[Decimal, list[SalesDocument]] = {}
    if material.receivables:
        left = {item.voucher_guid: item.remaining_dkk for item in material.receivables.items}
        for document in _until_the_end(material):
            if left.get(document.guid, _ZERO) > 0:
                found.setdefault(left[document.guid], []).append(document)
        return found
    unpaid = [each for each in _until_the_end(material) if _is_unpaid(each, material)]
    for document in unpaid:
        if not _is_credit_note(document):
            found.setdefault(_total(document), []).append(document)
    return found


def _until_the_end(material: Material) -> Iterator[SalesDocument]:
    return (each for each in material.documents if each.date and each.date <= material.period.to_date)


def _booked_by_contact(material: Material) -> dict[str, Decimal]:
    """What each contact owes by the postings on the control account, as far back as they were read."""
    account = material.control_account("receivable")
    booked: dict[str, Decimal] = {}
    for row in material.by_account.get(account.account_number, ()) if account else ():
        if row.contact_guid and row.date <= material.today:
            booked[row.contact_guid] = booked.get(row.contact_guid, _ZERO) + owed(row, "receivable")
    return booked


def _claimed_by_contact(material: Material) -> dict[str, Decimal]:
    """What each contact would owe if nothing had been paid of the documents that are not settled."""
    claimed: dict[str, Decimal] = {}
    for each in material.documents:
        if _is_unpaid(each, material):
            contact = each.contact_guid or ""
            claimed[contact] = claimed.get(contact, _ZERO) + _total(each)
    return claimed


def _is_known(contact: str, material: Material) -> bool:
    """Whether all that the contact ever had is among the postings."""
    if material.is_whole or not material.years:
        return material.is_whole
    own = (each.date for each in material.documents if each.contact_guid == contact)
    return all(day and day >= material.years[0].period.from_date for day in own)


def _is_unpaid(document: SalesDocument, material: Material) -> bool:
    return _status(document, material) in ("booked", "overdue")


def _status(document: SalesDocument, material: Material) -> str:
    return document_status(document.status, document.payment_date, material.today)


def _is_credit_note(document: SalesDocument) -> bool:
    return (document.type or "").casefold() == "creditnote"


def _total(document: SalesDocument) -> Decimal:
    amount = to_ore(document.total_incl_vat_in_dkk)
    return -abs(amount) if _is_credit_note(document) else amount


def _wrong(document: SalesDocument, excess: Decimal, others: Sequence[SalesDocument]) -> Finding:
    numbers = ", ".join(str(each.number) for each in sorted(others, key=lambda each: each.number))
    return Finding(
        severity=Severity.WARNING,
        what=f"Invoice {document.number} is overpaid by {excess}, just what is unpaid on invoice {numbers}.",
        see=see_tool("get-invoice-tool", invoice_guid=document.guid),
        amount=excess,
        date=document.date,
        voucher_type="Sales",
        voucher_number=document.number,
        text=document.contact_name,
    )
