"""Which VAT periods are due, and which one a report is about."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dinero_mcp.accounting.periods import Period, year_before
from dinero_mcp.accounting.vat_owed import (
    PeriodSettlement,
    SettledState,
    late_periods,
    meant_settlement,
    period_settlements,
    unclear_periods,
)
from dinero_mcp.accounting.vat_periods import Frequency, next_deadline, periods_between, vat_period
from dinero_mcp.accounting.vat_settlements import Settlement
from dinero_mcp.errors import InputError
from dinero_mcp.tools.books import Books, uncovered
from dinero_mcp.tools.spans import check_held, holding, not_over
from dinero_mcp.tools.vat_reading import (
    Source,
    VatRead,
    doubts,
    known_frequency,
    read_until_today,
    read_years,
    stated,
    vat_free,
)

_MOST_NAMED = 3


def due_periods(read: VatRead, frequency: Frequency, today: datetime.date) -> list[PeriodSettlement]:
    """The late periods of all that was read, then those still ahead of their deadline."""
    ahead = (state for state in _states(read, frequency, today, today) if state.deadline >= today)
    return [*late_periods(read.vat, frequency, read.whole_from, today), *ahead]


def unclear(
    read: VatRead, frequency: Frequency, today: datetime.date, before: datetime.date = datetime.date.max
) -> Sequence[str]:
    """Names the periods past their deadline, of those that ended `before` a day, that may be settled or
    not.
    """
    states = unclear_periods(read.vat, frequency, read.whole_from, today)
    names = ", ".join(state.period.label for state in states if state.period.to_date < before)
    return (f"The books do not tell whether these are settled: {names}.",) if names else ()


def paid_with_others(read: VatRead, since: datetime.date) -> Sequence[str]:
    """Names the latest vouchers since a day that may pay VAT together with something else."""
    found = [lines for lines in read.vat.paid_with_others() if lines[0].date >= since]
    named = ", ".join(
        f"{lines[0].voucher_number or '-'} of {lines[0].date}" for lines in found[-_MOST_NAMED:]
    )
    if not named:
        return ()
    return (
        f"VAT is moved against money without a VAT code in voucher {named}, and counts in its period. Where "
        "it pays VAT, what else the voucher holds (such as interest) must be booked apart to be seen as a "
        "settlement.",
    )


def _states(
    read: VatRead, frequency: Frequency, today: datetime.date, until: datetime.date
) -> list[PeriodSettlement]:
    """Every period from the first day read, or from the one due next, to the one that holds `until`."""
    first_day = min(read.postings.period.from_date, next_deadline(frequency, today)[0].from_date)
    return period_settlements(read.vat, frequency, periods_between(frequency, first_day, until))


@dataclass(frozen=True, slots=True)
class VatSpan:
    """A span of days to report VAT for; what is asked of a VAT period alone is told of no other span."""

    read: VatRead
    period: Period
    frequency: Frequency | None = None
    source: Source | Literal["dates"] | None = None
    state: PeriodSettlement | None = None
    meant: Settlement | None = None
    """The voucher that settles the period, or was meant to."""
    earlier: Sequence[PeriodSettlement] | None = None
    """Those before it that are late; None when it was not looked for them."""
    notes: Sequence[str] = ()

    @property
    def settling(self) -> Sequence[Settlement]:
        """The vouchers that settle the period, or may."""
        return self.state.evidence if self.state else ()

    @property
    def left_out(self) -> Sequence[Settlement]:
        """The other vouchers dated in it that settle VAT."""
        dated = (each for each in self.read.vat.settlements if each.date in self.period)
        return [each for each in dated if each not in self.settling]

    @property
    def accounting_years(self) -> Sequence[Period]:
        return [Period(each.year.from_date, each.year.to_date) for each in self.read.postings.years]


async def due_span(books: Books, given: str | None) -> VatSpan:
    """The oldest period read that has ended and is not settled; else the running one.

    Raises:
        InputError: when it is not known how often VAT is settled.
    """
    read = await read_until_today(books, stated(books, given))
    known = known_frequency(read, books, given)
    if known.frequency is None:
        raise InputError(
            f"{known.found.reason} So it is not known which period is due. Give from_date and to_date, or "
            "frequency (monthly, quarterly or half-yearly); DINERO_VAT_FREQUENCY states it for the default "
            "organization."
        )
    due = due_periods(read, known.frequency, books.today)
    open_ones = (each for each in due if each.state is not SettledState.SETTLED)
    chosen = next((each for each in open_ones if each.period.to_date < books.today), due[-1])
    notes = [
        f"{chosen.period.label} was chosen: {_why(chosen, read.looked_back_to, books.today)}.",
        *_next_due(due, chosen, books.today),
        *doubts(known, books.today),
    ]
    return await _vat_period(books, read, chosen.period, known.frequency, known.source, notes)


def _why(chosen: PeriodSettlement, since: datetime.date, today: datetime.date) -> str:
    if chosen.period.to_date >= today:
        return f"it is running, and since {since} the books show none that ended unsettled"
    if chosen.state is SettledState.UNKNOWN:
        return (
            "it has ended, and the books do not tell whether it is settled; they show none that is not "
            f"since {since}"
        )
    return f"it is the oldest since {since} that has ended and is not settled in the books"


def _next_due(
    due: Sequence[PeriodSettlement], chosen: PeriodSettlement, today: datetime.date
) -> Sequence[str]:
    """Tells of the next deadline when it is not that of the chosen period."""
    following = next(each for each in due if each.deadline >= today)
    if following == chosen:
        return ()
    settled = "" if following.state is SettledState.UNKNOWN else f", {following.state}"
    return (
        f"The next deadline is {following.deadline}, that of {following.period.label}: "
        f"{following.movement.payable} DKK so far{settled}.",
    )


async def given_span(books: Books, span: Period, given: str | None) -> VatSpan:
    """Any span. Of a VAT period the year before it is read too, and all until today.

    Raises:
        InputError: when no accounting year holds a day of it.
    """
    years = await books.ledger.years()
    check_held(years, span)
    kind = next((each for each in Frequency if vat_period(each, span.from_date) == span), None)
    if kind is None:
        read = await read_years(books, holding(years, span))
        return await _no_vat_period(books, read, span, f"{span.label} is no VAT period")
    until = max(books.today, span.to_date)
    read = await read_years(books, holding(years, Period(year_before(span).from_date, until)))
    known = known_frequency(read, books, given)
    if known.frequency is kind:
        return await _vat_period(books, read, span, kind, known.source, doubts(known, books.today))
    if known.frequency and (known.is_stated or known.confidence != "low"):
        why = _part_of_another(span, known.frequency, known.source)
        return await _no_vat_period(books, read, span, why)
    note = f"The books do not tell how often VAT is settled: {span.label} was taken for a {kind} period."
    return await _vat_period(books, read, span, kind, "dates", [note])


async def _vat_period(
    books: Books,
    read: VatRead,
    period: Period,
    frequency: Frequency,
    source: Source | Literal["dates"],
    notes: Sequence[str],
) -> VatSpan:
    states = _states(read, frequency, books.today, max(books.today, period.to_date))
    late = late_periods(read.vat, frequency, read.whole_from, books.today)
    return VatSpan(
        read=read,
        period=period,
        frequency=frequency,
        source=source,
        state=next(state for state in states if state.period == period),
        meant=meant_settlement(states, period),
        earlier=[state for state in late if state.period.to_date < period.from_date],
        notes=[
            *notes,
            *unclear(read, frequency, books.today, before=period.from_date),
            *await _of_any_span(books, period),
        ],
    )


async def _no_vat_period(books: Books, read: VatRead, span: Period, why: str) -> VatSpan:
    note = f"{why}, so no deadline and no settlement are told, and earlier periods were not looked at."
    return VatSpan(read, span, notes=[note, *await _of_any_span(books, span)])


def _part_of_another(span: Period, frequency: Frequency, source: str) -> str:
    """What to say of a month, quarter or half year that the company has no return for."""
    first, last = (vat_period(frequency, day).label for day in (span.from_date, span.to_date))
    own = f"part of {first}" if first == last else f"{first} to {last}"
    return f"VAT is settled {frequency} ({source}), and {span.label} is {own}"


async def _of_any_span(books: Books, span: Period) -> Sequence[str]:
    covering = await books.ledger.postings(span)
    return [*not_over(span, books.today), *uncovered(covering), *vat_free(books)]
