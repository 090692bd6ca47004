"""Generated books of several accounting years: off-calendar, long and short ones, vouchers that cancel.

Every year but the first opens with what the years before came to, results carried to equity, until a year
that has no opening rows yet: from there on Dinero leaves it to be carried forward.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from dinero_mcp.accounting.chart import is_profit_and_loss
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.standing import Standing
from tests.accounting.rows import CHART, Row

RESULTS_GO_TO = 60020
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BookedYear:
    """One accounting year; its movements in order of date."""

    period: Period
    opening: tuple[Row, ...]
    movements: tuple[Row, ...]

    def within(self, period: Period) -> list[Row]:
        return [row for row in self.movements if row.date in period]


@dataclass(frozen=True, slots=True)
class GeneratedBooks:
    """Accounting years one after the other, at least one."""

    years: tuple[BookedYear, ...]

    @property
    def period(self) -> Period:
        return Period(self.years[0].period.from_date, self.years[-1].period.to_date)

    @property
    def movements(self) -> list[Row]:
        return [row for year in self.years for row in year.movements]

    def within(self, period: Period) -> list[Row]:
        return [row for row in self.movements if row.date in period]

    def year_of(self, day: date) -> BookedYear:
        return next(year for year in self.years if day in year.period)

    def standing(self, day: date) -> Standing:
        """Account by account from the first day on, in no other way than adding up every row before."""
        year = self.year_of(day)
        accounts: dict[int, Decimal] = {}
        earlier = Decimal(0)
        for row in (*self.years[0].opening, *(row for row in self.movements if row.date <= day)):
            account = row.account_number
            if is_result(account) and row.date < year.period.from_date:
                if not self._is_carried(row.date, year):
                    earlier += row.amount
                    continue
                account = RESULTS_GO_TO
            accounts[account] = accounts.get(account, Decimal(0)) + row.amount
        return Standing(accounts, earlier)

    def _is_carried(self, day: date, until: BookedYear) -> bool:
        """Whether a later year, up to `until`, has opening rows: in them the result has become equity."""
        return any(
            year.opening and day < year.period.from_date <= until.period.from_date for year in self.years
        )

    def opening(self, year: BookedYear) -> Standing:
        """What the year began with."""
        if year is self.years[0]:
            return Standing(sums(year.opening))
        before = self.standing(year.period.from_date - DAY)
        if year.opening:
            return Standing(sums(year.opening))
        kept = {number: amount for number, amount in before.accounts.items() if not is_result(number)}
        results = sum((amount for number, amount in before.accounts.items() if is_result(number)), Decimal(0))
        return Standing(kept, before.earlier_results + results)


def is_result(number: int) -> bool:
    return is_profit_and_loss(number, CHART[number].category if number in CHART else None)


def sums(rows: Iterable[Row]) -> dict[int, Decimal]:
    added: dict[int, Decimal] = {}
    for row in rows:
        added[row.account_number] = added.get(row.account_number, Decimal(0)) + row.amount
    return added


_amounts = st.integers(-100_000_000, 100_000_000).map(lambda ore: Decimal(ore).scaleb(-2))
_accounts = st.sampled_from([*CHART, 995, 9600, 58000, 99999])
_first_days = st.dates(date(2018, 1, 1), date(2023, 12, 31)).map(lambda day: day.replace(day=1))


def _after(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    month = 12 * day.year + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


@st.composite
def accounting_years(draw: st.DrawFn) -> list[Period]:
    """One to four years: the first of up to 18 months, the others of twelve, one of them perhaps short."""
    lengths = [draw(st.integers(1, 18)), *draw(st.lists(st.sampled_from([12, 12, 12, 5]), max_size=3))]
    first = draw(_first_days)
    years: list[Period] = []
    for months in lengths:
        after = _after(first, months)
        years.append(Period(first, after - DAY))
        first = after
    return years


def _vouchers(days: Period) -> st.SearchStrategy[list[list[Row]]]:
    """Up to fifteen vouchers of up to four lines, each of which cancels."""
    lines = st.lists(st.tuples(_accounts, _amounts), min_size=1, max_size=3)
    drawn = st.tuples(st.integers(0, days.days - 1), lines, _accounts)
    return st.lists(drawn, max_size=15).map(
        lambda vouchers: [
            _balanced(days.from_date + place * DAY, number, lines, last)
            for number, (place, lines, last) in enumerate(vouchers, 1)
        ]
    )


def _balanced(day: date, number: int, lines: list[tuple[int, Decimal]], last: int) -> list[Row]:
    rest = -sum((amount for _, amount in lines), Decimal(0))
    return [Row(account, amount, day, number, "manuel") for account, amount in [*lines, (last, rest)]]


@st.composite
def generated_books(draw: st.DrawFn) -> GeneratedBooks:
    """Some years with vouchers all over them, begun with nothing or with what another program held."""
    periods = draw(accounting_years())
    whole = Period(periods[0].from_date, periods[-1].to_date)
    rows = sorted((row for voucher in draw(_vouchers(whole)) for row in voucher), key=lambda row: row.date)
    brought = [row for voucher in draw(_vouchers(periods[0]))[:3] for row in voucher]
    opened = draw(st.integers(1, len(periods)))
    return GeneratedBooks(
        tuple(
            BookedYear(
                period,
                tuple(_primo_rows(_before(period, brought, rows), period)) if place < opened else (),
                tuple(row for row in rows if row.date in period),
            )
            for place, period in enumerate(periods)
        )
    )


def _before(period: Period, brought: list[Row], rows: list[Row]) -> dict[int, Decimal]:
    return sums([*brought, *(row for row in rows if row.date < period.from_date)])


def _primo_rows(balances: dict[int, Decimal], period: Period) -> list[Row]:
    """Opening rows of balance accounts, results among what is given carried to equity."""
    carried: dict[int, Decimal] = {}
    for number, amount in balances.items():
        account = RESULTS_GO_TO if is_result(number) else number
        carried[account] = carried.get(account, Decimal(0)) + amount
    return [
        Row(account, amount, period.from_date, type="Primo") for account, amount in carried.items() if amount
    ]


def periods_within(period: Period) -> st.SearchStrategy[Period]:
    """Any span of the period's days, often of whole months."""
    days = st.dates(period.from_date, period.to_date)
    return st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))
