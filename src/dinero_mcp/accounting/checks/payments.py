"""Was an invoice paid that another payment was meant for.

What is left of an invoice is told by its payments, where those were read. Else Dinero tells which are paid,
unpaid or overpaid, and the postings on the control account tell what a contact owes in all: so what one
document that is not settled has left is known, and one that is overpaid beside others that are unpaid.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from dinero_mcp.accounting.checks.findings import (
    Finding,
    NotChecked,
    Said,
    Severity,
    ask_first,
    check,
    see_tool,
)
from dinero_mcp.accounting.checks.material import Material
from dinero_mcp.accounting.control_account import owed
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.receivables import SalesDocument, amounts_owed
from dinero_mcp.accounting.sales import document_status

_ZERO = Decimal(0)
_Left = dict[str, Decimal]
"""What is left of each document, by GUID; negative when too much was paid, absent when not known."""


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
    documents = [each for each in material.documents if each.date and each.date <= material.period.to_date]
    overpaid = [each for each in documents if _status(each, material) == "overpaid"]
    if not overpaid:
        return
    left = _by_payments(material) if material.receivables else _by_postings(material)
    unpaid: dict[Decimal, list[SalesDocument]] = {}
    for document in documents:
        if left.get(document.guid, _ZERO) > 0:
            unpaid.setdefault(left[document.guid], []).append(document)
    for document in overpaid:
        excess = -left.get(document.guid, _ZERO)
        if excess > 0 and excess in unpaid:
            yield _wrong(document, excess, unpaid[excess])
    if unknown := sum(document.guid not in left for document in overpaid):
        call = see_tool("get-open-items-tool", side="receivable", as_of=material.last_day)
        yield NotChecked(
            "overpaid invoices of which the postings do not tell by how much: " + ask_first(call, material),
            unknown,
            len(overpaid),
        )


def _by_payments(material: Material) -> _Left:
    items = material.receivables.items if material.receivables else ()
    return {item.voucher_guid: item.remaining_dkk for item in items}


def _by_postings(material: Material) -> _Left:
    unsettled: dict[str, list[SalesDocument]] = {}
    for document in material.documents:
        if _status(document, material) in ("booked", "overdue", "overpaid"):
            unsettled.setdefault(document.contact_guid or "", []).append(document)
    balances, left = _balances(material), _Left()
    for contact, documents in unsettled.items():
        balance = balances.get(contact, _ZERO) if _is_known(contact, material) else None
        left |= _of_contact(documents, balance, material)
    return left


def _of_contact(documents: Sequence[SalesDocument], balance: Decimal | None, material: Material) -> _Left:
    """What is left of each of a contact's documents that are not settled, nothing paid of the unpaid ones."""
    overpaid = [each for each in documents if _status(each, material) == "overpaid"]
    left = {each.guid: amounts_owed(each)[1] for each in documents if each not in overpaid}
    if balance is not None and len(documents) == 1:
        return {documents[0].guid: balance}
    if balance is not None and len(overpaid) == 1:
        left[overpaid[0].guid] = balance - total(left.values())
    return left


def _balances(material: Material) -> Mapping[str, Decimal]:
    """What each contact owes by the postings on the control account, as far back as they were read."""
    account = material.control_account("receivable")
    balances: dict[str, Decimal] = {}
    for row in material.by_account.get(account.account_number, ()) if account else ():
        if row.contact_guid and row.date <= material.today:
            balances[row.contact_guid] = balances.get(row.contact_guid, _ZERO) + owed(row, "receivable")
    return {contact: to_ore(balance) for contact, balance in balances.items()}


def _is_known(contact: str, material: Material) -> bool:
    """Whether all that the contact ever had is among the postings."""
    if not contact or not material.years:
        return False
    first_day = material.years[0].period.from_date
    own = (each.date for each in material.documents if each.contact_guid == contact)
    return material.is_whole or all(day and day >= first_day for day in own)


def _status(document: SalesDocument, material: Material) -> str:
    return document_status(document.status, document.payment_date, material.today)


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
