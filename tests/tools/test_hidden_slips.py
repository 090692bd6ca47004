"""What would make a number wrong without anything saying so."""

from collections.abc import Callable

from mcp import Client

from dinero_mcp.sandbox import Fault, Sandbox
from tests.tools.asking import answered, connected, refused

MONTH = {"month": "2026-09"}
BANK = "get-bank-reconciliation-balance-tool"


def spelled(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(old, new)


async def test_opening_rows_are_known_in_any_spelling(sandbox: Sandbox, reader: Client) -> None:
    expected = await answered(reader, BANK)
    sandbox.faults.append(Fault(path="entries", times=9, alter=spelled(b'"Primo"', b'"primo"')))
    async with connected(sandbox) as client:
        assert (await answered(client, BANK))["total"] == expected["total"]


async def test_credit_notes_are_known_in_any_spelling(sandbox: Sandbox, reader: Client) -> None:
    expected = await answered(reader, "list-invoices-tool")
    sandbox.faults.append(Fault(path="sales", times=9, alter=spelled(b'"CreditNote"', b'"Creditnote"')))
    async with connected(sandbox) as client:
        answer = await answered(client, "list-invoices-tool")
    assert answer["total_incl_vat_dkk"] == expected["total_incl_vat_dkk"]


async def test_a_document_of_an_unknown_kind_gives_no_sum(sandbox: Sandbox) -> None:
    sandbox.faults.append(Fault(path="sales", times=9, alter=spelled(b'"CreditNote"', b'"Refund"')))
    async with connected(sandbox) as client:
        assert "neither an invoice nor a credit note" in await refused(client, "list-invoices-tool")


async def test_a_finished_year_is_tied_to_a_report_that_cancels(sandbox: Sandbox, reader: Client) -> None:
    expected = await answered(reader, "get-yearly-performance-tool", accounting_year="2025")
    lost = Fault(
        path="2025/reports", times=9, alter=spelled(b'"AccountNumber":2050', b'"AccountNumber":2051')
    )
    async with connected(sandbox) as client:
        assert (await answered(client, "get-yearly-performance-tool", accounting_year="2025"))["lines"] == (
            expected["lines"]
        )
    sandbox.faults.append(lost)
    async with connected(sandbox) as client:
        text = await refused(client, "get-yearly-performance-tool", accounting_year="2025")
    assert "do not add up" in text
