"""How one question comes by accounting years as they are now.

A year that is fresh is taken as it is kept. One that is not is caught up with what was added since, or read
anew when that costs fewer requests. A year to which something was added must then equal Dinero's own trial
balance to the øre; else it is read anew as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.reports import trial_amounts
from dinero_mcp.dinero.models import Account, AccountingYear
from dinero_mcp.dinero.organization import OrganizationApi
from dinero_mcp.errors import (
    ForbiddenError,
    IncompleteError,
    NotFoundError,
    RejectedError,
    UnexpectedAnswerError,
)
from dinero_mcp.ledger.changes import Changes, ChangesGathering, Span, merge, spans, together
from dinero_mcp.ledger.gathering import YearGathering
from dinero_mcp.ledger.kept import KeptYear, KeptYears
from dinero_mcp.ledger.years import YearPostings


class Reading:
    """One organization's accounting years for one question, which sees each of them at one time only."""

    def __init__(self, api: OrganizationApi, kept: KeptYears) -> None:
        self._api = api
        self._kept = kept
        self._current_since = kept.now()
        """What was asked for at this time or later is current, however short the freshness."""
        self._has_new_chart = False

    async def years(self, wanted: Sequence[AccountingYear]) -> tuple[YearPostings, ...]:
        """All postings of these years."""
        seen = self._api.call.answers
        missing = [year for year in wanted if (self._api.id, year) not in seen]
        await self._catch_up(missing)
        for year in missing:
            seen[self._api.id, year] = await self._current(year)
        return tuple(cast("YearPostings", seen[self._api.id, year]) for year in wanted)  # noted just above

    async def chart(self, used: Iterable[int] = ()) -> Mapping[int, Account]:
        """The chart of accounts by number, read anew, once, when a `used` account is not yet in it."""
        chart = {account.account_number: account for account in await self._api.accounts()}
        if self._has_new_chart or all(number in chart for number in used):
            return chart
        self._has_new_chart = True
        return {account.account_number: account for account in await self._api.accounts(anew=True)}

    async def _current(self, year: AccountingYear) -> YearPostings:
        kept = self._of_use(year)
        if kept is None or not self._is_current(kept):
            kept = await self._read(year, shared_for=self._kept.freshness)
        elif not await self._is_tied(kept):
            kept = await self._read(year, shared_for=0)  # what another replica read may be older than this
        self._api.call.rests_on(kept.as_of)
        self._api.call.rests_on_kept(self._kept.fresh_until(kept))
        return kept.postings

    async def _read(self, year: AccountingYear, *, shared_for: float) -> KeptYear:
        """The year whole, as it was at most `shared_for` seconds ago."""

        def gathering(asked_at: datetime) -> YearGathering:
            return YearGathering(year, asked_at, self._keep)

        return await self._api.entries(year, gathering, shared_for=shared_for)

    def _of_use(self, year: AccountingYear) -> KeptYear | None:
        """The year as it is kept, unless this question passes over what is."""
        return None if self._api.call.passes_kept else self._kept.get(self._api.id, year)

    def _is_current(self, kept: KeptYear) -> bool:
        return kept.as_of >= self._current_since or self._kept.is_fresh(kept)

    def _keep(self, kept: KeptYear) -> None:
        self._kept.keep(self._api.id, kept)

    async def _catch_up(self, wanted: Sequence[AccountingYear]) -> None:
        """Merge what was added, unless that takes more requests than reading the years anew."""
        kept = [each for year in wanted if (each := self._of_use(year))]
        behind = [each for each in kept if each.has_keys and not self._is_current(each)]
        if not behind or self._api.id in self._kept.without_changes:
            return
        now, since = self._kept.now(), min(each.as_of for each in behind)
        most = len(spans(since, now))
        if most > len(behind):
            return
        others = (each.as_of for each in self._kept.of(self._api.id) if len(spans(each.as_of, now)) <= most)
        since = min([since, *others])  # at no further cost all of them can be caught up
        changes = await self._added(spans(since, now))
        if changes is not None:
            merge(self._kept, self._api.id, changes, since)
            self._current_since = min(self._current_since, changes.asked_at)

    async def _added(self, asked: Sequence[Span]) -> Changes | None:
        """What was added; None when Dinero does not say, so that the years must be read anew."""
        try:
            return together([await self._api.entry_changes(*span, ChangesGathering) for span in asked])
        except UnexpectedAnswerError:
            return None
        except (RejectedError, ForbiddenError, NotFoundError):
            self._kept.without_changes.add(self._api.id)
            return None

    async def _is_tied(self, kept: KeptYear) -> bool:
        """Whether the year equals Dinero's trial balance, which is asked only after something was added."""
        if kept.is_tied:
            return True
        rows = await self._api.report(kept.postings.year.name, "saldo", anew=True)
        chart = await self.chart(row.account_number for row in rows)
        sums = sums_by_account((*kept.postings.opening, *kept.postings.movements))
        try:
            trial_amounts(rows, chart.keys() | sums.keys(), sums)
        except IncompleteError:
            return False
        self._kept.note_tied(self._api.id, kept)
        return True
