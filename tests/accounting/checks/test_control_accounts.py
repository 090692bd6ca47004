"""Open documents against the account they stand on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.checks import OpenDocuments
from dinero_mcp.accounting.checks.control_accounts import open_bills_tie, open_invoices_tie
from dinero_mcp.accounting.control_account import VoucherKey
from tests.accounting.checks.books_checked import found, material, posted, summary, untold
from tests.accounting.owed import item

END = date(2026, 9, 30)
SOLD = posted("2026-09-02", (53000, "500"), (1300, "-500"), kind="Sales", guid="v-1", contact="c-1")
BOUGHT = posted("2026-09-02", (7160, "500"), (63000, "-500"), guid="v-1", contact="c-1")


def read(amount: str) -> OpenDocuments:
    keys: dict[VoucherKey, str] = {"v-1": "v-1"}
    return OpenDocuments(END, [replace(item(amount), remaining_dkk=Decimal(amount))], keys)


def test_open_documents_that_are_the_balance_of_their_account_are_clean():
    assert not found(open_invoices_tie, material(SOLD, receivables=read("500")))
    assert not found(open_bills_tie, material(BOUGHT, payables=read("500")))


def test_a_journal_line_on_the_account_is_found_with_its_amount():
    stray = posted("2026-09-12", (53000, "-120"), (55000, "120"), number=8, kind="manuel", contact="c-1")
    (finding,) = found(open_invoices_tie, material(SOLD, stray, receivables=read("500")))
    assert summary([finding]) == [("warning", "-120.00", None)]
    assert finding.what == (
        "Account 53000 holds 380.00 on 2026-09-30, but open invoices come to 500.00; 1 postings settle no "
        "document."
    )


def test_without_payments_read_it_says_which_tool_to_ask_first():
    (why,) = untold(open_invoices_tie, material(SOLD))
    assert "get-open-items-tool side=receivable as_of=2026-09-30" in why.why
    assert why.count is None


def test_without_an_account_or_all_of_the_books_it_is_not_checked():
    nothing = material(chart={}, receivables=read("500"))
    assert untold(open_invoices_tie, nothing)
    assert untold(open_invoices_tie, material(SOLD, receivables=read("500"), is_whole=False))
