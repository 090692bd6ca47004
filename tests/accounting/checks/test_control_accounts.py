"""Open documents against the account they stand on."""

from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.checks import OpenDocuments
from dinero_mcp.accounting.checks.control_accounts import open_bills_tie, open_invoices_tie
from tests.accounting.checks.books_checked import found, material, summary, untold
from tests.accounting.owed import item

END = date(2026, 9, 30)


def read(account: int | None, balance: str, *left: str, unallocated: int = 0) -> OpenDocuments:
    return OpenDocuments(END, account, Decimal(balance), [item(each) for each in left], unallocated)


def test_open_documents_that_are_the_balance_of_their_account_are_clean():
    assert not found(open_invoices_tie, material(receivables=read(53000, "500.00", "400", "100")))
    assert not found(open_bills_tie, material(payables=read(63000, "0.00")))


def test_what_the_account_holds_beyond_them_is_found_with_its_amount():
    (finding,) = found(open_invoices_tie, material(receivables=read(53000, "380.00", "500", unallocated=1)))
    assert summary([finding]) == [("warning", "-120.00", None)]
    assert finding.what == (
        "Account 53000 holds 380.00 on 2026-09-30, but open invoices come to 500.00; 1 postings settle no "
        "document."
    )
    assert finding.see == "get-open-items-tool side=receivable as_of=2026-09-30"


def test_without_payments_read_it_says_which_tool_to_ask_first():
    (why,) = untold(open_bills_tie, material())
    assert "get-open-items-tool side=payable as_of=2026-09-30" in why.why
    assert why.count is None


def test_without_an_account_it_is_not_checked():
    assert untold(open_invoices_tie, material(receivables=read(None, "0.00")))
