"""One organization's books, as Dinero's API has them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal, TypeVar

from dinero_mcp.dinero.bounds import Bounds
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.models import (
    Account,
    AccountingYear,
    Contact,
    CreditNote,
    DepositAccount,
    Invoice,
    Payments,
    Product,
    ReportRow,
    SalesDocument,
    SentEntry,
    VatType,
)
from dinero_mcp.dinero.pages import Listing
from dinero_mcp.dinero.parts import Gathering
from dinero_mcp.dinero.question import Param, Question, boolean, changes, fields, identifier, moment, segment
from dinero_mcp.dinero.reads import Reads
from dinero_mcp.dinero.state_of_account import StatementOfAccount

T = TypeVar("T")

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


class OrganizationApi:
    """One organization's books, for one question. Each answer is complete, or an error is raised."""

    def __init__(
        self, reads: Reads, bounds: Bounds, organization_id: int, call: Call, requests_per_minute: int
    ) -> None:
        self.id = organization_id
        self.call = call
        """The question that is being answered."""
        self.requests_per_minute = requests_per_minute
        self.seconds_kept = reads.freshness
        """How long what was read is at hand."""
        self._reads = reads
        self._bounds = bounds

    async def accounting_years(self) -> tuple[AccountingYear, ...]:
        """All accounting years, the oldest first."""
        years = await self._reference("accountingyears", tuple[AccountingYear, ...])
        return tuple(sorted(years, key=lambda year: year.from_date))

    async def accounts(self, *, anew: bool = False) -> tuple[Account, ...]:
        """The chart of accounts; `anew` reads past what is kept."""
        return await self._reference("accounts/entry", tuple[Account, ...], fields(Account), anew=anew)

    async def deposit_accounts(self) -> tuple[DepositAccount, ...]:
        """Bank, cash and clearing accounts."""
        return await self._reference("accounts/deposit", tuple[DepositAccount, ...], fields(DepositAccount))

    async def vat_types(self) -> tuple[VatType, ...]:
        """The organization's VAT codes."""
        return await self._reference("vatTypes", tuple[VatType, ...])

    async def report(
        self, year: str, kind: Literal["result", "balance", "saldo"], *, anew: bool = False
    ) -> tuple[ReportRow, ...]:
        """Dinero's own report of a whole accounting year: accounts with an amount; `anew` reads past what is
        kept.

        Sum rows are asked to be left out, but may come all the same; the sign is not documented.
        """
        question = self._question(
            f"{segment(year)}/reports/{kind}",
            endpoint=f"reports/{kind}",
            params=(
                ("showZeroAccount", "false"),
                ("showAccountNo", "true"),
                ("includeSummaryAccount", "false"),
            ),
            sought=f"accounting year {year}",
            lister="list-accounting-years-tool",
        )
        return await self._reads.one(question, tuple[ReportRow, ...], self.call, anew=anew)

    async def entries(
        self,
        year: AccountingYear,
        gathering: Callable[[datetime], Gathering[SentEntry, T]],
        *,
        shared_for: float = 0,
    ) -> T:
        """What is gathered from all postings of an accounting year with its opening balances (primo), which
        come in Dinero's order. The gathering hears when they were asked for, and is what keeps them. Those
        that another replica asked for at most `shared_for` seconds ago will do.
        """
        question = self._question(
            "entries",
            params=(
                ("fromDate", year.from_date.isoformat()),
                ("toDate", year.to_date.isoformat()),
                ("includePrimo", "true"),
            ),
            sought=f"accounting year {year.name}",
            lister="list-accounting-years-tool",
            most_bytes=self._bounds.entries,
        )
        return await self._reads.gathered_by_any(question, SentEntry, gathering, self.call, within=shared_for)

    async def entry_changes(
        self, from_time: datetime, to_time: datetime, gathering: Callable[[datetime], Gathering[SentEntry, T]]
    ) -> T:
        """What is gathered from the postings added from one moment to another, whatever their dates, and from
        opening balances that changed; at most 31 days. In which zone Dinero's clock runs, and whether the
        ends count, is not known.
        """
        question = self._question(
            "entries/changes",
            params=(
                ("changesFrom", moment(from_time)),
                ("changesTo", moment(to_time)),
                ("includePrimo", "true"),
            ),
            most_bytes=self._bounds.entries,
        )
        return await self._reads.gathered(question, SentEntry, gathering, self.call)

    async def contacts(
        self, *, changed_since: str | None = None, deleted: bool = False
    ) -> tuple[Contact, ...]:
        """All contacts, or instead all deleted ones; `changed_since` is UTC, `YYYY-MM-DDTHH:mm:ssZ`."""
        asked = fields(Contact, "IsDebitor", "IsCreditor", "SENumber", "PNumber", "CompanyTypeKey")
        params = (asked, *changes(changed_since), ("deletedOnly", boolean(deleted)))
        question = self._question("contacts", version="v2", params=params)
        return await self._reads.listing(
            question, Listing[Contact], lambda contact: contact.contact_guid, self.call
        )

    async def contact(self, guid: str) -> Contact:
        """One contact."""
        return await self._found("contacts", guid, Contact, "contact", "list-contacts-tool")

    async def statement_of_account(self, contact_guid: str) -> StatementOfAccount:
        """All that was ever booked on one contact: the only way to a supplier's unpaid bills."""
        return await self._found(
            "state-of-account", contact_guid, StatementOfAccount, "contact", "list-contacts-tool"
        )

    async def sales(
        self,
        *,
        from_date: date | None = None,
        to_date: date | None = None,
        changed_since: str | None = None,
        contact_guid: str | None = None,
    ) -> tuple[SalesDocument, ...]:
        """Invoices and credit notes; the dates, both included, do not filter drafts."""
        params = [fields(SalesDocument), *changes(changed_since)]
        if from_date or to_date:  # Dinero takes both or none
            params.append(("startDate", (from_date or EARLIEST).isoformat()))
            params.append(("endDate", (to_date or LATEST).isoformat()))
        if contact_guid is not None:
            guid = identifier(contact_guid, "list-contacts-tool")
            params.append(("queryFilter", f"ContactGuid eq '{guid}'"))
        question = self._question("sales", params=tuple(params))
        return await self._reads.listing(
            question, Listing[SalesDocument], lambda document: document.guid, self.call
        )

    async def invoice(self, guid: str) -> Invoice:
        """One invoice with its lines."""
        return await self._found("invoices", guid, Invoice, "invoice", "list-invoices-tool")

    async def invoice_payments(self, guid: str) -> Payments:
        """An invoice's payments and what remains."""
        return await self._found(
            "invoices", guid, Payments, "invoice", "list-invoices-tool", version="v2", part="/payments"
        )

    async def credit_note(self, guid: str) -> CreditNote:
        """One credit note with its lines."""
        return await self._found("sales/creditnotes", guid, CreditNote, "credit note", "list-invoices-tool")

    async def credit_note_payments(self, guid: str) -> Payments:
        """A credit note's payments and what remains."""
        return await self._found(
            "sales/creditnotes", guid, Payments, "credit note", "list-invoices-tool", part="/payments"
        )

    async def products(self, *, changed_since: str | None = None) -> tuple[Product, ...]:
        """All products that are not deleted."""
        question = self._question("products", params=(fields(Product, "Comment"), *changes(changed_since)))
        return await self._reads.listing(
            question, Listing[Product], lambda product: product.product_guid, self.call
        )

    async def product(self, guid: str) -> Product:
        """One product."""
        return await self._found("products", guid, Product, "product", "list-products-tool")

    async def _reference(self, path: str, kind: type[T], *params: Param, anew: bool = False) -> T:
        question = self._question(path, params=params, reference=True)
        return await self._reads.one(question, kind, self.call, anew=anew)

    async def _found(
        self,
        path: str,
        guid: str,
        kind: type[T],
        noun: str,
        lister: str,
        *,
        version: str = "v1",
        part: str = "",
    ) -> T:
        question = self._question(
            f"{path}/{identifier(guid, lister)}{part}",
            version=version,
            endpoint=f"{path}/{{guid}}{part}",
            sought=f"{noun} {guid} in organization {self.id}",
            lister=lister,
        )
        return await self._reads.one(question, kind, self.call)

    def _question(
        self,
        path: str,
        *,
        version: str = "v1",
        endpoint: str = "",
        params: tuple[Param, ...] = (),
        sought: str = "",
        lister: str = "list-organizations-tool",
        reference: bool = False,
        most_bytes: int = 0,
    ) -> Question:
        return Question(
            f"/{version}/{self.id}/{path}",
            endpoint or path,
            organization_id=self.id,
            params=params,
            sought=sought,
            lister=lister,
            reference=reference,
            most_bytes=most_bytes or self._bounds.answer,
        )
