from datetime import date
from decimal import Decimal

from dinero_mcp.dinero.answers import decoded
from dinero_mcp.dinero.state_of_account import StatementOfAccount


def test_a_statement_of_account() -> None:
    body = b"""{"ContactGuid": "c-1", "Income": 0, "Expenses": 1000.5, "Entries": [
        {"RelatedVoucherGuid": "v-1", "RelatedVoucherNumber": "12", "Date": "2026-03-02T00:00:00",
         "DecayDate": "2026-03-16T00:00:00", "Description": "", "Type": "Faktura", "Amount": -1250.63,
         "Balance": -1250.63, "Status": "open", "RelatedVoucherCategory": "purchases",
         "RelatedVoucherClass": "invoice", "Currency": "DKK"},
        {"RelatedVoucherGuid": "v-2", "Date": "2026-03-20", "DecayDate": null, "Amount": 250,
         "Balance": -1000.63, "Status": null}]}"""
    statement = decoded(body, StatementOfAccount, "state-of-account/{guid}")
    assert statement.entries is not None
    bill, other = statement.entries
    assert (bill.amount, bill.date, bill.decay_date) == (
        Decimal("-1250.63"),
        date(2026, 3, 2),
        date(2026, 3, 16),
    )
    assert (bill.related_voucher_number, bill.description, bill.status) == ("12", None, "open")
    assert (other.amount, other.decay_date, other.status) == (250, None, None)


def test_a_contact_without_dealings_has_no_entries() -> None:
    body = b'{"contactGuid": "c-1", "income": 0, "expenses": 0, "entries": null}'
    statement = decoded(body, StatementOfAccount, "state-of-account/{guid}")
    assert (statement.contact_guid, statement.entries) == ("c-1", None)
