"""The demo companies' open items, read as a tool reads them, tie to the øre."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

import httpx2
import pytest

from dinero_mcp.accounting.candidates import candidates
from dinero_mcp.accounting.control_account import ControlAccount, Side, Tie, control_account, tie
from dinero_mcp.accounting.open_items import OpenItem, ageing
from dinero_mcp.accounting.payables import Payables, payables
from dinero_mcp.accounting.receivables import document_keys, receivables
from dinero_mcp.auth.api_key import ApiKeyTokens
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero, OrganizationApi
from dinero_mcp.dinero.models import Entry
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.ledger import KeptYears, Ledger
from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Behaviour, Sandbox

TODAY = date(2026, 10, 9)
TOKENS = "https://authz.dinero.dk/dineroapi/oauth/token"
MANY = 10**6


@dataclass(frozen=True, slots=True)
class Company:
    """One company with all of its postings."""

    api: OrganizationApi
    entries: list[Entry]
    account: ControlAccount
    side: Side

    @classmethod
    async def read(cls, dinero: Dinero, organization_id: int, side: Side) -> "Company":
        api = dinero.organization(organization_id, Call())
        first, *later = await api.accounting_years()
        ledger = Ledger(api, KeptYears())
        entries = list((await ledger.year(first)).source)
        for year in later:
            entries += (await ledger.year(year)).movements
        chart = {account.account_number: account for account in await api.accounts()}
        account = control_account(entries, chart, side)
        assert account is not None
        return cls(api, entries, account, side)

    def on_account(self, as_of: date) -> list[Entry]:
        number = self.account.account_number
        return [row for row in self.entries if row.account_number == number and row.date <= as_of]

    async def receivables(self, as_of: date) -> tuple[int, tuple[OpenItem, ...], Tie[Entry]]:
        """How many documents' payments it took, what is open, and how it ties."""
        documents = await self.api.sales()
        may_be_open = candidates(documents, as_of, self.on_account(date.max))
        needed = [*may_be_open.unsettled, *may_be_open.likely]
        payments = {
            each.guid: await (
                self.api.credit_note_payments(each.guid)
                if each.type == "CreditNote"
                else self.api.invoice_payments(each.guid)
            )
            for each in needed
        }
        items = receivables(documents, payments, as_of)
        return len(needed), items, tie("receivable", items, self.on_account(as_of), document_keys(documents))

    async def payables(self, as_of: date) -> tuple[Payables, Tie[Entry]]:
        rows = self.on_account(as_of)
        suppliers = sorted({row.contact_guid for row in rows if row.contact_guid})
        found = payables([await self.api.statement_of_account(guid) for guid in suppliers], rows, as_of)
        return found, tie("payable", found.items, rows, found.keys)


@pytest.fixture(params=[1, -1], ids=["debit positive", "credit positive"])
async def dinero(request: pytest.FixtureRequest) -> AsyncIterator[Dinero]:
    sandbox = Sandbox(TODAY, behaviour=Behaviour(quota_per_minute=MANY, statement_sign=request.param))
    async with http_client(token_url=TOKENS, transport=httpx2.ASGITransport(app=sandbox.app)) as http:
        tokens = ApiKeyTokens(http, TOKENS, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_API_KEY)
        yield Dinero(http, tokens, requests_per_minute=MANY)


async def test_invoices_tie_to_debtors_today_and_before(dinero: Dinero) -> None:
    for organization_id in (1001, 1002):
        company = await Company.read(dinero, organization_id, "receivable")
        assert (company.account.account_number, company.account.rivals) == (53000, ())
        for as_of in (TODAY, date(2026, 6, 30), date(2025, 12, 31), date(2025, 5, 20), date(2024, 11, 3)):
            read, items, found = await company.receivables(as_of)
            assert found.difference == 0, (organization_id, as_of, found)
            assert ageing(items).total == found.control_balance
            assert as_of < TODAY or read == len(items)


async def test_bills_tie_to_creditors_whichever_sign_statements_have(dinero: Dinero) -> None:
    for organization_id in (1001, 1002):
        company = await Company.read(dinero, organization_id, "payable")
        assert (company.account.account_number, company.account.rivals) == (63000, ())
        for as_of in (TODAY, date(2026, 6, 30), date(2025, 12, 31), date(2025, 10, 10), date(2024, 11, 3)):
            found, tied = await company.payables(as_of)
            assert found.sign.ties
            assert tied.difference == 0, (organization_id, as_of, tied)
            assert all(item.kind in {"open", "credit"} for item in found.items)


async def test_every_day_of_an_autumn_ties(dinero: Dinero) -> None:
    company = await Company.read(dinero, 1001, "payable")
    for days in range(0, 90, 3):
        _, tied = await company.payables(date(2025, 9, 1) + timedelta(days))
        assert tied.difference == 0
