"""What an invoice's or a credit note's state is on a given day."""

from datetime import date
from typing import Literal

from dinero_mcp.errors import UnexpectedAnswerError

DocumentStatus = Literal["draft", "booked", "overdue", "paid", "overpaid"]
"""Exclusive: booked is neither paid nor past its due date."""


def document_status(stated: str | None, due: date | None, today: date) -> DocumentStatus:
    """The state on `today`: Dinero's word for draft, paid and overpaid, and the due date for the rest.

    Dinero does not say when it turns a booked invoice into an overdue one, so the due date decides.
    """
    match (stated or "").casefold():
        case "draft":
            return "draft"
        case "paid":
            return "paid"
        case "overpaid":
            return "overpaid"
        case _:
            return "overdue" if days_overdue(due, today) else "booked"


def is_credit_note(kind: str | None) -> bool:
    """Whether a document in a list of sales is one, by its type; else it is an invoice.

    Raises:
        UnexpectedAnswerError: when it is neither.
    """
    match (kind or "").casefold():
        case "invoice":
            return False
        case "creditnote":
            return True
        case _:
            raise UnexpectedAnswerError(
                "Dinero's list of sales holds a document that is neither an invoice nor a credit note, so "
                "its sign is unknown and nothing was added up. dinero-mcp needs an update."
            )


def days_overdue(due: date | None, today: date) -> int:
    """Days past the due date; 0 on it, before it and where there is none."""
    return max((today - due).days, 0) if due else 0
