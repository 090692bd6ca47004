"""Do the unpaid invoices and bills add up to the accounts they stand on."""

from collections.abc import Iterator

from dinero_mcp.accounting.checks.findings import (
    NotChecked,
    Said,
    Severity,
    ask_first,
    check,
    of_account,
    see_tool,
)
from dinero_mcp.accounting.checks.material import Material, OpenDocuments
from dinero_mcp.accounting.control_account import Side
from dinero_mcp.accounting.money import total

_WHAT_TO_DO = (
    "See what the difference is made of: payments without a document, or journal lines on the account. "
    "Settle them against the documents they belong to."
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
    if read is None:
        call = see_tool("get-open-items-tool", side=side, as_of=material.last_day)
        yield NotChecked(f"payments were not read: {ask_first(call, material)}")
        return
    if read.account_number is None:
        yield NotChecked(f"no account was found that {noun} stand on")
        return
    left = total(item.remaining_dkk for item in read.items)
    if left != read.balance:
        number, day = read.account_number, read.as_of
        what = (
            f"Account {number} holds {read.balance} on {day}, but {noun} come to {left}; {read.unallocated} "
            "postings settle no document."
        )
        see = see_tool("get-open-items-tool", side=side, as_of=day)
        yield of_account(Severity.WARNING, what, material.account(number), read.balance - left, day, see)
