"""Cykelsmeden på Hjørnet: has no Pro plan, so nothing but its name can be read through the API."""

from datetime import date

from dinero_mcp.sandbox.books import AccountingYear, Books, DepositAccount
from dinero_mcp.sandbox.chart import BANK, standard_chart, vat_types

NEWCOMER = 1003


def newcomer(today: date) -> Books:
    return Books(
        organization_id=NEWCOMER,
        name="Cykelsmeden på Hjørnet",
        is_pro=False,
        company_type="SoleProprietorship",
        vat_number="99000244",
        street="Hjørnet 1",
        zip_code="5600",
        city="Faaborg",
        accounts=standard_chart(),
        deposit_accounts=[DepositAccount(BANK, is_default=True)],
        vat_types=vat_types(),
        years=[AccountingYear(str(today.year), date(today.year, 1, 1), date(today.year, 12, 31))],
    )
