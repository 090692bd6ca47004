"""Which documents may have been open at the end of a day: only their payments need be read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.postings import Posting, is_opening
from dinero_mcp.accounting.receivables import SalesDocument, amounts_owed, existed
from dinero_mcp.accounting.sales import is_credit_note

D = TypeVar("D", bound=SalesDocument)


@dataclass(frozen=True, slots=True)
class Candidates(Generic[D]):
    """The documents that may have been open, each kind with the newest first; drafts are none.

    When what those that were read leave open is just what the control account holds, the others were settled.
    """

    unsettled: Sequence[D]
    """Not paid, or overpaid, to this day: all of these must be read."""
    likely: Sequence[D]
    """Paid by now, and a posting after the day fits."""
    unlikely: Sequence[D]
    """Paid by now, and a posting after the day might still have paid a part."""

    @property
    def all(self) -> list[D]:
        """In the order in which to read them."""
        return [*self.unsettled, *self.likely, *self.unlikely]


def candidates(documents: Iterable[D], as_of: date, postings: Iterable[Posting]) -> Candidates[D]:
    """The documents that may have been open at the end of `as_of`.

    A document that Dinero calls paid was paid by then, unless the control account was credited after `as_of`
    (for a credit note: debited) for the same contact or for none. `postings` are all of that account after
    that day; earlier ones do not matter.
    """
    documents = sorted(documents, key=_age, reverse=True)
    existing = [each for each in documents if existed(each, as_of)]
    later = [row for row in postings if row.date > as_of and not is_opening(row)]
    moved = {(row.contact_guid or None, row.amount < 0) for row in later}

    def may_be_open(document: D) -> bool:
        is_invoice = not is_credit_note(document.type)
        return not moved.isdisjoint({(document.contact_guid, is_invoice), (None, is_invoice)})

    paid = [each for each in existing if _is_paid(each) and may_be_open(each)]
    fits = _fitting(later, documents)
    return Candidates(
        unsettled=[each for each in existing if not _is_paid(each)],
        likely=[each for each in paid if fits(each)],
        unlikely=[each for each in paid if not fits(each)],
    )


def _fitting(later: Iterable[Posting], documents: Iterable[SalesDocument]) -> Callable[[SalesDocument], bool]:
    """Whether a posting is of just a document's amount, for its contact or for none.

    A posting that is of no document's amount may be a part of any of the contact's, or a sum.
    """
    settling = {(row.contact_guid or None, -to_ore(row.amount)) for row in later}
    whole = {(each.contact_guid, amounts_owed(each)[1]) for each in documents if not each.is_draft}
    in_parts = {(contact, amount > 0) for contact, amount in settling - whole if contact}

    def fits(document: SalesDocument) -> bool:
        contact, amount = document.contact_guid, amounts_owed(document)[1]
        return (
            not settling.isdisjoint({(contact, amount), (None, amount)}) or (contact, amount > 0) in in_parts
        )

    return fits


def _is_paid(document: SalesDocument) -> bool:
    return (document.status or "").casefold() == "paid"


def _age(document: SalesDocument) -> tuple[date, int, str]:
    return document.date or date.min, document.number, document.guid
