"""Do the unpaid invoices and bills add up to the accounts they stand on. The tie is `control_account`'s."""

from collections.abc import Iterator

from dinero_mcp.accounting.checks.findings import (
    Finding,
    NotChecked,
    Said,
    Severity,
    check,
    see_tool,
)
from dinero_mcp.accounting.checks.material import Material, OpenDocuments
from dinero_mcp.accounting.control_account import Side
from dinero_mcp.accounting.control_tie import tie

_WHAT_TO_DO = (
    "Ask the tool named below what the difference is made of: payments without a document, or journal lines "
    "on the account. Settle them against the documents they belong to."
)


@check(name="open-invoices-tie", what_to_do=_WHAT_TO_DO)
def open_invoices_tie(material: Material) -> Iterator[Said]:
    """The unpaid invoices are the balance of their account (53000). Where they differ, a payment belongs to
    no invoice or the account was posted to by hand, and what customers owe is not known.
    """
    yield from _compared("receivable", "open invoices", material.receivables, material)


@check(name="open-bills-tie", what_to_do=_WHAT_TO_DO)
def open_bills_tie(material: Material) -> Iterator[Said]:
    """The unpaid bills are the balance of their account (63000). Where they differ, a payment belongs to no
    bill or the account was posted to by hand, and bills are paid twice or never.
    """
    yield from _compared("payable", "open bills", material.payables, material)


def _compared(side: Side, noun: str, read: OpenDocuments | None, material: Material) -> Iterator[Said]:
    account = material.control_account(side)
    if account is None:
        yield NotChecked(f"no account was found that {noun} stand on")
        return
    if read is None:
        yield NotChecked(
            f"what is left of each is read by another tool: ask get-open-items-tool side={side} "
            f"as_of={material.last_day}, then this one again within a minute"
        )
        return
    if not material.is_whole:
        yield NotChecked("the books begin before what was read")
        return
    rows = [row for row in material.by_account.get(account.account_number, ()) if row.date <= read.as_of]
    found = tie(side, read.items, rows, read.keys)
    if found.difference:
        yield Finding(
            severity=Severity.WARNING,
            what=f"Account {account.account_number} holds {found.control_balance} on {read.as_of}, but "
            f"{noun} come to {found.open_items}; {len(found.unallocated)} postings settle no document.",
            see=see_tool("get-open-items-tool", side=side, as_of=read.as_of),
            amount=found.difference,
            date=read.as_of,
            account_number=account.account_number,
            text=material.name(account.account_number) or None,
        )
