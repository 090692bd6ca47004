"""Which path answers which question about an organization."""

from collections.abc import Callable, Mapping

from dinero_mcp.sandbox.api.accounts import accounting_years, deposit_accounts, entry_accounts, vat_types
from dinero_mcp.sandbox.api.contacts import contact, contacts, contacts_deleted_or_not
from dinero_mcp.sandbox.api.entries import changed_entries, entries
from dinero_mcp.sandbox.api.products import product, products
from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.reports import balance, primo, result, saldo
from dinero_mcp.sandbox.api.sales_documents import (
    credit_note,
    credit_note_payments,
    invoice,
    invoice_payments,
)
from dinero_mcp.sandbox.api.sales_lists import credit_notes, invoices, sales
from dinero_mcp.sandbox.api.state_of_account import state_of_account
from dinero_mcp.sandbox.api.wire import Json

Endpoint = Callable[[Question], Json | bytes]
"""Answers a question with a value, or with one that is encoded already."""

ENDPOINTS: Mapping[str, Endpoint] = {
    "/v1/{organization}/accountingyears": accounting_years,
    "/v1/{organization}/accounts/entry": entry_accounts,
    "/v1/{organization}/accounts/deposit": deposit_accounts,
    "/v1/{organization}/vatTypes": vat_types,
    "/v1/{organization}/{year:path}/reports/result": result,
    "/v1/{organization}/{year:path}/reports/balance": balance,
    "/v1/{organization}/{year:path}/reports/saldo": saldo,
    "/v1/{organization}/{year:path}/reports/primo": primo,
    "/v1/{organization}/entries": entries,
    "/v1/{organization}/entries/changes": changed_entries,
    "/v1/{organization}/contacts": contacts,
    "/v2/{organization}/contacts": contacts_deleted_or_not,
    "/v1/{organization}/contacts/{guid}": contact,
    "/v1/{organization}/state-of-account/{guid}": state_of_account,
    "/v1/{organization}/invoices": invoices,
    "/v1/{organization}/invoices/{guid}": invoice,
    "/v2/{organization}/invoices/{guid}/payments": invoice_payments,
    "/v1/{organization}/sales": sales,
    "/v1/{organization}/sales/creditnotes": credit_notes,
    "/v1/{organization}/sales/creditnotes/{guid}": credit_note,
    "/v1/{organization}/sales/creditnotes/{guid}/payments": credit_note_payments,
    "/v1/{organization}/products": products,
    "/v1/{organization}/products/{guid}": product,
}
