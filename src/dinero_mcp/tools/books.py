"""What a tool is given to answer from: a connection to Dinero, and one organization's books in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from dinero_mcp.accounting.identities import Identity
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.models import Account, AccountingYear, Organization
from dinero_mcp.dinero.organization import OrganizationApi
from dinero_mcp.errors import ForbiddenError, OrganizationError
from dinero_mcp.ledger import KeptYears, Ledger, Postings, YearPostings, chosen_year
from dinero_mcp.tools.answers import Basis, IdentityRow, OrganizationName
from dinero_mcp.tools.said import AnswersSaid
from dinero_mcp.tools.third_party import cleaned

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Books:
    """One organization's books, for one question."""

    organization: Organization
    api: OrganizationApi
    ledger: Ledger
    call: Call
    today: date
    configured_frequency: Frequency | None
    """The VAT frequency the operator stated for this organization."""
    threads: CapacityLimiter | None = None
    """How many threads may calculate at once; without one, as many as the library's own limit."""

    @property
    def name(self) -> OrganizationName:
        return OrganizationName(id=self.organization.id, name=self.organization.name or "")

    async def year(self, name: str | None) -> AccountingYear:
        """The accounting year called `name`, by default the current one."""
        return chosen_year(await self.api.accounting_years(), name, self.today)

    async def apart(self, work: Callable[[], T]) -> T:
        """What the work gives, done in a thread: long arithmetic keeps no other question waiting."""
        return await run_sync(work, limiter=self.threads)

    async def chart(self, used: Iterable[int] = ()) -> Mapping[int, Account]:
        """The chart of accounts by number, read anew when a `used` account is not yet in it."""
        return await self.ledger.chart(used)

    def basis(
        self,
        source: str,
        identities: Sequence[Identity],
        *,
        period: Period | None = None,
        postings_read: int | None = None,
        remarks: Sequence[str] = (),
    ) -> Basis:
        """What the answer rests on, as far as it has been read by now."""
        return Basis(
            organization_id=self.organization.id,
            from_date=period.from_date if period else None,
            to_date=period.to_date if period else None,
            source=source,
            postings_read=postings_read,
            requests=self.call.requests,
            read_at=self.call.read_at,
            identities=[IdentityRow.model_validate(each) for each in identities],
            remarks=list(remarks),
        )

    def postings_basis(
        self, *read: Postings, identities: Sequence[Identity] = (), remarks: Sequence[str] = ()
    ) -> Basis:
        """What figures made of postings rest on: the years read, and whether each cancels.

        The first of them are those that the answer is about.
        """
        years = {year.year.name: year for postings in read for year in postings.years}
        return self.years_basis(
            *years.values(), period=read[0].period, identities=identities, remarks=remarks
        )

    def years_basis(
        self,
        *years: YearPostings,
        period: Period,
        identities: Sequence[Identity] = (),
        remarks: Sequence[str] = (),
    ) -> Basis:
        """What figures made of whole years' postings rest on."""
        return self.basis(
            f"entries {_named(years)}" if years else "no accounting year, for none holds the period",
            [*cancelling(*years), *identities],
            period=period,
            postings_read=sum(len(year.source) for year in years),
            remarks=[*_closing_rows_left_out(years), *remarks],
        )


def _named(years: Sequence[YearPostings]) -> str:
    """The years by name, of more than two the first and the last."""
    names = [each.year.name for each in sorted(years, key=lambda each: each.year.from_date)]
    return ", ".join(names) if len(names) <= 2 else f"{names[0]}-{names[-1]}"


def cancelling(*years: YearPostings) -> list[Identity]:
    """That the years' postings add up to nothing, as debit and credit must: all of them, or those that do
    not.
    """
    each = [Identity(f"postings of {year.year.name} cancel", year.difference) for year in years]
    failing = [identity for identity in each if not identity.holds]
    return failing or ([Identity("postings cancel", Decimal(0))] if each else [])


def _closing_rows_left_out(years: Iterable[YearPostings]) -> list[str]:
    count = sum(len(each.source) - len(each.opening) - len(each.movements) for each in years)
    return [f"{count} closing rows (Ultimo) left out"] if count else []


def uncovered(*read: Postings) -> list[str]:
    """Says which periods no accounting year holds all of."""
    return [
        f"No accounting year holds all of {each.period.label}, so nothing is booked on the days outside."
        for each in read
        if not each.is_covered
    ]


@dataclass(frozen=True, slots=True)
class Connection:
    """One sign-in to Dinero: whose books it reaches, and which are meant when a question names none."""

    dinero: Dinero
    kept: KeptYears
    said: AnswersSaid
    today: Callable[[], date]
    default_organization: int | None = None
    pinned: bool = False
    """Whether the default organization is the only one that is shown."""
    allowed: frozenset[int] | None = None
    """The organizations that the operator lets anybody ask about; None for all."""
    choosing: str = "set DINERO_ORGANIZATION_ID"
    """How a default organization is chosen here."""
    configured_frequency: Frequency | None = None
    """Stated for the default organization alone."""
    notice: str | None = None
    """Said first in every answer."""
    threads: CapacityLimiter | None = None
    """How many threads may calculate at once, for all connections of this process."""

    @property
    def rows_kept(self) -> int:
        """How many rows and postings are kept in memory for it."""
        return self.dinero.rows_kept + self.kept.rows_kept

    async def organizations(self, call: Call) -> Sequence[Organization]:
        """The organizations that may be asked about."""
        reached = await self.dinero.organizations(call)
        return [each for each in reached if self._is_shown(each.id)]

    def _is_shown(self, organization_id: int) -> bool:
        if self.pinned and organization_id != self.default_organization:
            return False
        return self.allowed is None or organization_id in self.allowed

    async def default(self, call: Call) -> int | None:
        """The organization meant when none is named: the one set, else the only one there is."""
        reached = await self.organizations(call)
        return self.default_organization or (reached[0].id if len(reached) == 1 else None)

    async def organization(self, organization_id: int | None, call: Call) -> Organization:
        """The organization asked for, else the default one, else the only one there is.

        Raises:
            OrganizationError: when none is chosen, or it is not one of the connection's.
        """
        reached = await self.organizations(call)
        wanted = organization_id or await self.default(call)
        if wanted is None:
            raise OrganizationError(
                f"No organization was chosen, and this sign-in reaches {len(reached)}. Pass organization_id "
                f"(list-organizations-tool shows them), or {self.choosing}."
            )
        found = next((each for each in reached if each.id == wanted), None)
        if found is None:
            raise OrganizationError(
                f"Organization {wanted} is not one that this sign-in reaches. "
                "Call list-organizations-tool for the ids that are."
            )
        return found

    async def books(self, organization_id: int | None, call: Call) -> Books:
        """The books of the organization asked for, else of the default one.

        Raises:
            ForbiddenError: when the organization has no Pro plan, without which Dinero refuses.
        """
        organization = await self.organization(organization_id, call)
        if organization.is_pro is False:
            raise ForbiddenError(
                f"{cleaned(organization.name or 'The organization')} ({organization.id}) has no Dinero Pro "
                "plan, and Dinero's API opens only books with one. Choose another organization "
                "(list-organizations-tool shows is_pro), or get Pro in Dinero.",
            )
        api = self.dinero.organization(organization.id, call)
        stated = self.configured_frequency if organization.id == self.default_organization else None
        return Books(organization, api, Ledger(api, self.kept), call, self.today(), stated, self.threads)

    async def refuse_another_organization(self, call: Call) -> None:
        """Say which organization the operator pinned.

        Raises:
            OrganizationError: always.
        """
        pinned = await self.organization(None, call)
        raise OrganizationError(
            f"This server answers for {cleaned(pinned.name or '')} (organization {pinned.id}) only: "
            "leave organization_id out."
        )
