"""The documents that are open on a day, and what else stands on their control account."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dinero_mcp.accounting.identities import Identity
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.open_items import OpenItem
from dinero_mcp.tools.control_postings import ControlPostings


@dataclass(frozen=True, slots=True)
class OpenDocuments:
    """What was found, and what it cost to find it."""

    control: ControlPostings
    items: Sequence[OpenItem]
    unallocated: Sequence[OpenItem]
    """Postings that settle none of the documents: looked for when there is a difference."""
    remarks: Sequence[str]
    """What was read beside entries."""
    notes: Sequence[str] = ()
    """What must be known of the figures."""

    @property
    def difference(self) -> Decimal:
        """What the control account holds beyond the open documents."""
        return self.control.balance - total(item.remaining_dkk for item in self.items)

    @property
    def unexplained(self) -> Decimal:
        """What of it no posting explains."""
        return self.difference - total(item.remaining_dkk for item in self.unallocated)

    @property
    def identities(self) -> list[Identity]:
        """That the open documents are all that the control account holds."""
        account = self.control.account
        if account is None:
            return []
        documents = "invoices" if self.control.side == "receivable" else "bills"
        of_one = " with this contact" if self.control.contact_guid else ""
        name = f"open {documents} equal account {account.account_number}{of_one}"
        return [Identity(name, self.difference)]
