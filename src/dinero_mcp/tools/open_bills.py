"""What suppliers are owed: unpaid bills, from the statements of those whose postings do not cancel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dinero_mcp.accounting.control_tie import tie, unallocated_items
from dinero_mcp.accounting.open_items import OpenItem
from dinero_mcp.accounting.payables import Payables, payables
from dinero_mcp.tools.batches import Batches
from dinero_mcp.tools.control_postings import ControlPostings
from dinero_mcp.tools.open_documents import OpenDocuments


async def open_bills(control: ControlPostings) -> OpenDocuments:
    """The suppliers' bills, read further back in the ledger until they tie to it.

    A supplier whose postings cancel is owed nothing, so its statement is not read.

    Raises:
        RateLimitedError: when it takes more requests than the question has time for.
    """
    api = control.books.api
    statements = Batches(
        control.books.call, api.requests_per_minute, "statements of account", api.statement_of_account
    )
    while True:
        suppliers = [control.contact_guid] if control.contact_guid else list(control.apart())
        await statements.announce(suppliers)
        await statements.read(suppliers)
        stated = payables(statements.found.values(), control.rows, control.as_of)
        tied = tie("payable", stated.items, control.rows, stated.keys)
        if not tied.difference or not await control.further_back():
            break
    strays = unallocated_items(tied, "payable", {})
    names = await _names(control, [*stated.items, *strays])
    return OpenDocuments(
        control, _named(stated.items, names), _named(strays, names), statements.remarks, _notes(stated)
    )


async def _names(control: ControlPostings, items: Iterable[OpenItem]) -> Mapping[str, str | None]:
    """The names of contacts: statements have none, and a list of contacts is one request for a thousand."""
    api, sought = control.books.api, {item.contact_guid for item in items if item.contact_guid}
    if control.contact_guid:
        return {control.contact_guid: (await api.contact(control.contact_guid)).name}
    names: dict[str, str | None] = {}
    for deleted in (False, True):
        if sought - names.keys():
            names |= {each.contact_guid: each.name for each in await api.contacts(deleted=deleted)}
    return names


def _named(items: Iterable[OpenItem], names: Mapping[str, str | None]) -> tuple[OpenItem, ...]:
    return tuple(replace(item, contact_name=names.get(item.contact_guid or "")) for item in items)


def _notes(stated: Payables) -> Sequence[str]:
    if stated.sign.ties:
        return ()
    return (
        "Dinero does not document which sign its statements of account have, and with neither do they tie to "
        "the ledger. They are read with the sign that comes nearer: check the bills against Dinero.",
    )
