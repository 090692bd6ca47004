"""How often a company files VAT, judged from the settlements in its books.

Dinero's API does not tell. Each frequency says when settlements should lie: a payment from five bank days
before the deadline to twenty days after, a closing from the period's last day on. A frequency fits when at
least two periods have their settlement, at most one that should have it has none, and at most a fifth of the
vouchers lie elsewhere. It is the answer only when no other fits. So March and September alone do not make a
company half-yearly: an empty June may be a quarterly company's slip, an empty June and December are not.

The last two years count. When nothing fits them, the frequency may have changed: the oldest settlements are
left out, one at a time, until the rest agree. Periods without VAT expect no settlement, and neither do those
whose deadlines were postponed in 2020. Refunds come when the return was filed early or late: they fill a
period, but prove nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_fit import Fit, fit, is_refund
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.accounting.vat_settlements import Settlement

Confidence = Literal["high", "medium", "low"]

_TWO_YEARS = timedelta(days=731)
_A_YEAR = timedelta(days=365)
_POSTPONED = Period(date(2020, 4, 1), date(2020, 10, 31))


@dataclass(frozen=True, slots=True)
class FrequencyInference:
    """The frequency, or None when it is unknown, with the settlements it rests on and what else it could be.

    `confidence` is high when a year or more is complete, medium with three settled periods, else low.
    """

    frequency: Frequency | None
    confidence: Confidence | None
    evidence: tuple[Settlement, ...]
    alternatives: tuple[Frequency, ...]
    reason: str


def infer_frequency(
    settlements: Sequence[Settlement],
    first_day: date,
    today: date,
    vat_by_month: Mapping[date, Decimal] | None = None,
) -> FrequencyInference:
    """The frequency that alone explains the settlements; `first_day` is the first one that was read.

    `vat_by_month` is the VAT owed by the first day of each month, 0 where a month is absent; without it
    every period is taken to have had VAT.
    """
    since = max(first_day, today - _TWO_YEARS)
    events = sorted(_usable(settlements, Period(since, today)), key=lambda event: event.date)
    if sum(not is_refund(event) for event in events) < 2:
        return _unknown(events, (), "Fewer than two VAT settlements were found in the last two years.")
    for recent, observed_from in _attempts(events, since):
        fits = [fit(frequency, recent, observed_from, today, vat_by_month) for frequency in Frequency]
        fitting = [one for one in fits if one.is_good(at_least=2 if observed_from else 3)]
        if len(fitting) == 1:
            seen_from = observed_from or recent[0].date
            is_whole = len(recent) == len(events) and today - seen_from >= _A_YEAR
            return _concluded(fitting[0], fits, recent, seen_from, is_whole_year=is_whole)
        if fitting:
            names = tuple(one.frequency for one in fitting)
            return _unknown(recent, names, f"The settlements fit {' and '.join(names)} deadlines alike.")
    return _unknown(events, tuple(Frequency), "The settlements fit the deadlines of no frequency.")


def _usable(settlements: Sequence[Settlement], observed: Period) -> list[Settlement]:
    return [one for one in settlements if one.date in observed and one.date not in _POSTPONED]


def _attempts(events: list[Settlement], since: date) -> list[tuple[list[Settlement], date | None]]:
    """All events with the day reading began, then ever fewer of them, judged from the first event on."""
    return [(events, since), *((events[start:], None) for start in range(len(events) - 1))]


def _concluded(
    best: Fit, fits: Sequence[Fit], events: Sequence[Settlement], seen_from: date, *, is_whole_year: bool
) -> FrequencyInference:
    close = tuple(one.frequency for one in fits if one is not best and one.is_close)
    confidence: Confidence = "low" if best.matched < 3 else "medium"
    if confidence == "medium" and is_whole_year and best.is_complete:
        confidence = "high"
    reason = (
        f"The settlements since {seen_from} fit {best.matched} {best.frequency} periods; of the periods they "
        f"should cover, {best.missing or 'none'} is without one."
    )
    return FrequencyInference(best.frequency, confidence, tuple(events), close, reason)


def _unknown(
    events: Sequence[Settlement], alternatives: tuple[Frequency, ...], reason: str
) -> FrequencyInference:
    return FrequencyInference(None, None, tuple(events), alternatives, reason)
