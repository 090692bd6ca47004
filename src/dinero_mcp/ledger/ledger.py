"""Reads the accounting years a period touches, each whole, and picks the period's postings out of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from dinero_mcp.accounting.chart import is_profit_and_loss
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.dinero.models import Account, AccountingYear, Entry
from dinero_mcp.dinero.organization import OrganizationApi
from dinero_mcp.errors import IncompleteError
from dinero_mcp.ledger.kept import KeptYears
from dinero_mcp.ledger.openings import Balances, Opening, added, carried_forward
from dinero_mcp.ledger.reading import Reading
from dinero_mcp.ledger.years import YearPostings, last_begun


@dataclass(frozen=True, slots=True, repr=False)
class Postings:
    """Every posting of a period, from years that were read in full."""

    period: Period
    rows: Sequence[Entry]
    """The movements, in order of date."""
    opening: Sequence[Entry]
    """The opening rows of the years that begin within the period."""
    years: tuple[YearPostings, ...]

    @property
    def is_covered(self) -> bool:
        """Whether accounting years hold every day of the period."""
        held = (year.year for year in self.years)
        days = sum(_days(self.period, Period(each.from_date, each.to_date)) for each in held)
        return days == self.period.days

    @property
    def read(self) -> int:
        """How many rows were read for it."""
        return sum(year.rows_read for year in self.years)


class Ledger:
    """One organization's postings during one call."""

    def __init__(self, api: OrganizationApi, kept: KeptYears) -> None:
        self._api = api
        self._reading = Reading(api, kept)

    async def years(self) -> tuple[AccountingYear, ...]:
        """The accounting years, oldest first.

        Raises:
            IncompleteError: when two of them share a day, whose postings would be counted twice.
        """
        years = await self._api.accounting_years()
        for year, following in pairwise(years):
            if following.from_date <= year.to_date:
                raise IncompleteError(
                    f"By Dinero's list the accounting years {year.name} and {following.name} share days, so "
                    "nothing was added up. Look at them in Dinero (list-accounting-years-tool)."
                )
        return years

    async def year(self, year: AccountingYear) -> YearPostings:
        """All postings of one accounting year."""
        [own] = await self._reading.years([year])
        return own

    async def postings(self, period: Period) -> Postings:
        """All postings of a period; where no accounting year holds a day, nothing can be booked on it."""
        touched = [
            year
            for year in await self.years()
            if year.from_date <= period.to_date and period.from_date <= year.to_date
        ]
        years = await self._reading.years(touched)
        rows = [row for year in years for row in year.within(period)]
        opening = [row for year in years if year.year.from_date in period for row in year.opening]
        return Postings(period, rows, opening, years)

    async def opening(self, year: AccountingYear) -> Opening:
        """The balances a year began with: its opening rows, else carried forward from the year before."""
        own = await self.year(year)
        before = await self._year_before(year)
        if own.opening or before is None:
            return Opening(sums_by_account(own.opening))
        earlier, last = await self.opening(before), await self.year(before)
        chart = await self.chart({row.account_number for row in last.movements})

        def is_result(number: int) -> bool:
            return is_profit_and_loss(number, chart[number].category if number in chart else None)

        return carried_forward(earlier, last, is_result)

    async def balances(self, day: date) -> Balances:
        """Each account's balance at the end of a day; after the last accounting year, as that one closed.

        Raises:
            InputError: for a day before the first accounting year.
        """
        year = last_begun(await self.years(), day)
        own, opening = await self.year(year), await self.opening(year)
        until = Period(year.from_date, min(day, year.to_date))
        return Balances(own, opening, added(opening.balances, sums_by_account(own.within(until))))

    async def chart(self, used: Iterable[int] = ()) -> Mapping[int, Account]:
        """The chart of accounts by number, read anew when a `used` account is not yet in it."""
        return await self._reading.chart(used)

    async def _year_before(self, year: AccountingYear) -> AccountingYear | None:
        earlier = [each for each in await self.years() if each.to_date < year.from_date]
        return earlier[-1] if earlier else None


def _days(period: Period, other: Period) -> int:
    """How many days two periods share."""
    shared = period.intersection(other)
    return shared.days if shared else 0
