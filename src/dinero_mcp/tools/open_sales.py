"""What customers owe: unpaid invoices and credit notes, from the payments of as few as tie to the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dinero_mcp.accounting.candidates import candidates
from dinero_mcp.accounting.control_tie import tie, unallocated_items
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.open_items import OpenItem
from dinero_mcp.accounting.receivables import document_keys, receivables
from dinero_mcp.accounting.sales import is_credit_note
from dinero_mcp.dinero.models import Payments, SalesDocument
from dinero_mcp.dinero.organization import OrganizationApi
from dinero_mcp.errors import IncompleteError, NotFoundError
from dinero_mcp.tools.batches import Batches
from dinero_mcp.tools.control_postings import ControlPostings
from dinero_mcp.tools.open_documents import OpenDocuments

_ZERO = Decimal(0)


async def open_sales(control: ControlPostings) -> OpenDocuments:
    """What Dinero calls unpaid; and on a past day, of what it now calls paid, the newest until it ties.

    Raises:
        RateLimitedError: when it takes more requests than the question has time for.
    """
    sales = await _Sales.listed(control)
    may_be_open = candidates(sales.documents.values(), control.as_of, control.later)
    unsettled, likely, unlikely = map(
        _guids, (may_be_open.unsettled, may_be_open.likely, may_be_open.unlikely)
    )
    await sales.payments.announce(unsettled, likely)
    await sales.payments.read(unsettled)
    while control.contact_guid and not sales.tie() and await control.further_back():
        pass
    while newest := sales.newest_of_contacts_apart(likely):
        await sales.payments.read(newest)
    await sales.payments.read(likely, until=sales.tie)
    while not sales.tie() and await control.further_back():
        pass
    if sales.found(0).unexplained:
        await sales.payments.read(unlikely, until=sales.tie)
    return sales.found(len([guid for guid in (*likely, *unlikely) if guid not in sales.payments.found]))


@dataclass(frozen=True, slots=True)
class _Sales:
    """The list of documents, and the payments of some."""

    control: ControlPostings
    documents: Mapping[str, SalesDocument]
    payments: Batches[Payments]

    @classmethod
    async def listed(cls, control: ControlPostings) -> "_Sales":
        api, contact = control.books.api, control.contact_guid
        listed = await api.sales(contact_guid=contact)
        documents = {
            each.guid: each
            for each in listed
            if contact is None or (each.contact_guid or "").lower() == contact
        }

        async def payments(guid: str) -> Payments:
            return await _payments(api, documents[guid])

        return cls(
            control,
            documents,
            Batches(control.books.call, api.requests_per_minute, "lists of payments", payments),
        )

    def items(self) -> tuple[OpenItem, ...]:
        return receivables(self.documents.values(), self.payments.found, self.control.as_of)

    def tie(self) -> bool:
        """Whether what was read leaves open just what the control account holds."""
        return total(item.remaining_dkk for item in self.items()) == self.control.balance

    def newest_of_contacts_apart(self, guids: Iterable[str]) -> list[str]:
        """The first that was not read of each customer whose postings do not come to what was: one who owes
        more and one who owes less do not show in the sum.

        Of a customer who had documents before the years read, less may be right: it may have paid one of
        those, for nobody tells whose an opening balance is.
        """
        since = self.control.years[0].year.from_date
        older = {each.contact_guid for each in self.documents.values() if each.date and each.date < since}
        apart = self.control.apart(self.items())
        newest: dict[str, str] = {}
        for guid in guids:
            contact = self.documents[guid].contact_guid or ""
            more = apart.get(contact, _ZERO)
            if guid not in self.payments.found and (more > 0 or (more and contact not in older)):
                newest.setdefault(contact, guid)
        return list(newest.values())

    def found(self, not_read: int) -> OpenDocuments:
        documents, items = self.documents.values(), self.items()
        tied = tie("receivable", items, self.control.rows, document_keys(documents))
        names = {each.contact_guid or "": each.contact_name for each in documents}
        remarks = self.payments.remarks
        if not_read:
            remarks.append(f"{not_read} documents paid by now were not read: the others tie without them")
        return OpenDocuments(self.control, items, unallocated_items(tied, "receivable", names), remarks)


async def _payments(api: OrganizationApi, document: SalesDocument) -> Payments:
    of_document = api.credit_note_payments if is_credit_note(document.type) else api.invoice_payments
    try:
        return await of_document(document.guid)
    except NotFoundError:
        raise IncompleteError(
            f"Document {document.number} is in Dinero's list of sales, but Dinero has no payments for it: it "
            "was deleted meanwhile. So there is no total; ask again."
        ) from None


def _guids(documents: Iterable[SalesDocument]) -> list[str]:
    return [document.guid for document in documents]
