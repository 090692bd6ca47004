"""Every tool, in the order they are listed."""

from dinero_mcp.tools.account_ledger import get_account_ledger
from dinero_mcp.tools.accounting_years import list_accounting_years
from dinero_mcp.tools.accounts import list_accounts
from dinero_mcp.tools.bank import get_bank_reconciliation_balance
from dinero_mcp.tools.bank_reconciliation import reconcile_bank_statement
from dinero_mcp.tools.check_books import check_books
from dinero_mcp.tools.contacts import get_contact, list_contacts
from dinero_mcp.tools.entries import list_entries
from dinero_mcp.tools.invoices import get_invoice, list_invoices
from dinero_mcp.tools.open_items import get_open_items
from dinero_mcp.tools.organizations import get_organization, list_organizations
from dinero_mcp.tools.performance import get_monthly_results, get_yearly_performance
from dinero_mcp.tools.period_report import get_period_report
from dinero_mcp.tools.products import get_product, list_products
from dinero_mcp.tools.reports import get_balance_report, get_result_report, get_saldo_balance_report
from dinero_mcp.tools.vat_countdown import get_vat_period_countdown
from dinero_mcp.tools.vat_frequency import get_vat_settlement_frequency
from dinero_mcp.tools.vat_report import get_vat_report

CATALOGUE = (
    list_organizations,
    get_organization,
    list_accounting_years,
    get_result_report,
    get_saldo_balance_report,
    get_balance_report,
    list_contacts,
    get_contact,
    list_invoices,
    get_invoice,
    list_products,
    get_product,
    list_entries,
    get_bank_reconciliation_balance,
    get_vat_period_countdown,
    get_vat_settlement_frequency,
    get_monthly_results,
    get_yearly_performance,
    list_accounts,
    get_period_report,
    get_account_ledger,
    get_vat_report,
    get_open_items,
    check_books,
    reconcile_bank_statement,
)
