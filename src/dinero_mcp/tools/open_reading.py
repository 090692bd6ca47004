"""Reading what is open, on either side."""

from datetime import date

from dinero_mcp.accounting.control_account import Side
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.control_postings import ControlPostings
from dinero_mcp.tools.open_bills import open_bills
from dinero_mcp.tools.open_documents import OpenDocuments
from dinero_mcp.tools.open_sales import open_sales


async def open_documents(
    books: Books, side: Side, as_of: date, contact_guid: str | None = None
) -> OpenDocuments:
    """What customers owe, or suppliers are owed, at the end of a day.

    Raises:
        InputError: for a day before the first accounting year.
        RateLimitedError: when it takes more requests than the question has time for.
    """
    control = await ControlPostings.read(books, side, as_of, contact_guid)
    return await (open_sales if side == "receivable" else open_bills)(control)


async def open_documents_at_hand(books: Books, side: Side, as_of: date) -> OpenDocuments | None:
    """The same when all that it takes was read lately, as by the tool; else None, and no request."""
    return await books.call.at_hand(open_documents(books, side, as_of))
