"""When VAT is due, and how often it is settled."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field

from dinero_mcp.accounting.chart import Group, group_of
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.periods import Period, year_before
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.accounting.vat_frequency import FrequencyInference, infer_frequency
from dinero_mcp.accounting.vat_owed import (
    PeriodSettlement,
    SettledState,
    late_periods,
    period_settlements,
)
from dinero_mcp.accounting.vat_periods import Frequency, next_deadline, periods_between, vat_period
from dinero_mcp.accounting.vat_postings import VatPostings, vat_postings
from dinero_mcp.accounting.vat_settlements import SettlementKind
from dinero_mcp.dinero.models import Entry
from dinero_mcp.ledger import Postings
from dinero_mcp.tools import inputs
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.third_party import OptionalText, Text

FrequencyOrUnknown = Frequency | Literal["unknown"]
Source = Literal["given", "configured", "inferred", "unknown"]
Confidence = Literal["high", "medium", "low"]
_YEARS_READ = 3
HOW_TO_STATE = (
    "Pass frequency (monthly, quarterly or half-yearly) to get-vat-period-countdown-tool, or set "
    "DINERO_VAT_FREQUENCY for the default organization."
)


class VatPeriodRow(Record):
    frequency: Frequency
    period: str
    from_date: datetime.date
    to_date: datetime.date
    is_running: bool = Field(description="Holds today")
    deadline: datetime.date = Field(description="Last day to file and pay")
    days_remaining: int = Field(description="From today in Copenhagen; 0 is due today, negative is late")
    vat_so_far: Amount = Field(
        description="Posted so far without settlements; positive is owed, negative refundable"
    )
    settled: SettledState = Field(description="Whether the books show it closed or paid")
    paid: bool = Field(description="Whether the books show its payment or refund")


class VatCountdown(BooksAnswer):
    convention = (
        "DKK; VAT owed is positive, refundable negative. Deadlines are on bank days, Copenhagen time."
    )
    today: datetime.date
    frequency: FrequencyOrUnknown
    frequency_source: Source
    confidence: Confidence | None = Field(description="Of an inferred frequency")
    next_deadline: datetime.date | None = Field(description="Null when the frequency is unknown")
    days_remaining: int | None
    periods: list[VatPeriodRow] = Field(
        description="Those of a year that are late: not settled in the books; then from the one due next to "
        "the running one; of every frequency when it is unknown"
    )
    notes: list[Text]
    basis: Basis


class SettlementRow(Record):
    date: datetime.date
    kind: SettlementKind
    amount: Amount = Field(description="Paid or found owing; negative is a refund")
    voucher_number: int | None
    text: OptionalText = Field(validation_alias="description")


class VatFrequency(BooksAnswer):
    convention = "DKK; a VAT payment is positive, a refund negative."
    frequency: FrequencyOrUnknown
    confidence: Confidence | None
    reason: str
    also_possible: list[Frequency]
    configured: Frequency | None = Field(description="What the operator stated; it wins over the inference")
    how_to_state_it: str
    settlements: list[SettlementRow] = Field(description="Vouchers the answer rests on")
    notes: list[Text]
    basis: Basis


@tool(name="get-vat-period-countdown-tool", title="VAT countdown")
async def get_vat_period_countdown(books: Books, frequency: inputs.Frequency = None) -> VatCountdown:
    """The next VAT deadline (momsfrist) and days remaining, with the running period (momsperiode), the VAT
    posted in each so far, and whether the books show it settled.

    Use it for when VAT is due and about how much to set aside. How the frequency was found is told by
    get-vat-settlement-frequency-tool. It is not a VAT return: nothing is filed, drafts are not in it.
    """
    stated = Frequency(frequency) if frequency else books.configured_frequency
    read = await _read(books, stated)
    found = _inferred(read, books)
    known = stated or found.frequency
    rows = [row for each in ([known] if known else Frequency) for row in _periods(read, each, books.today)]
    late = [row for row in rows if row.days_remaining < 0] if known else []
    following = [row for row in rows if row.days_remaining >= 0]
    first = following[0] if known else None
    return VatCountdown(
        organization=books.name,
        today=books.today,
        frequency=known or "unknown",
        frequency_source=_source(frequency, stated, found),
        confidence=None if stated else found.confidence,
        next_deadline=first and first.deadline,
        days_remaining=first and first.days_remaining,
        periods=[*late, *following],
        notes=[
            *_doubts(stated, found, books.today),
            *_late(late),
            *_uncovered(read, books),
            *_vat_free(books),
        ],
        basis=books.postings_basis(read.postings),
    )


@tool(name="get-vat-settlement-frequency-tool", title="VAT frequency")
async def get_vat_settlement_frequency(books: Books) -> VatFrequency:
    """How often the company settles VAT (momsafregning): monthly, quarterly, half-yearly or unknown, with
    confidence and the settlement vouchers it was inferred from.

    Use it when the VAT frequency is in doubt; for dates and amounts use get-vat-period-countdown-tool.
    Dinero's API does not tell the frequency, so unknown means that the books do not show it.
    """
    read = await _read(books, None)
    found = _inferred(read, books)
    return VatFrequency(
        organization=books.name,
        frequency=found.frequency or "unknown",
        confidence=found.confidence,
        reason=found.reason,
        also_possible=list(found.alternatives),
        configured=books.configured_frequency,
        how_to_state_it=HOW_TO_STATE,
        settlements=[SettlementRow.model_validate(each) for each in found.evidence],
        notes=[*_against_turnover(read, found, books.today), *_vat_free(books)],
        basis=books.postings_basis(read.postings),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What both questions are answered from."""

    postings: Postings
    whole_from: datetime.date
    """From this day on everything was read that was ever posted."""
    vat: VatPostings[Entry]
    revenue_accounts: frozenset[int]


async def _read(books: Books, stated: Frequency | None) -> _Read:
    """Whole accounting years: those from a year before the period due next, or three to infer from."""
    until = vat_period(stated or Frequency.HALF_YEARLY, books.today).to_date
    since = _a_year_back(stated, books.today) if stated else datetime.date.min
    begun = [year for year in await books.ledger.years() if year.from_date <= books.today]
    years = [year for year in begun if year.to_date >= since][-_YEARS_READ:]
    first_day = years[0].from_date if years else books.today
    whole_from = datetime.date.min if years == begun else first_day
    last_day = min(until, years[-1].to_date) if years else until
    postings = await books.ledger.postings(Period(first_day, max(first_day, last_day)))
    chart = await books.chart({row.account_number for row in postings.rows})
    deposits = [each.account_number for each in await books.api.deposit_accounts()]
    revenue = frozenset(n for n, each in chart.items() if group_of(n, each.category) is Group.REVENUE)
    return _Read(postings, whole_from, vat_postings(postings.rows, vat_roles(chart, deposits)), revenue)


def _a_year_back(frequency: Frequency, today: datetime.date) -> datetime.date:
    """When the year of periods before the one due next began."""
    return year_before(next_deadline(frequency, today)[0]).from_date


def _inferred(read: _Read, books: Books) -> FrequencyInference:
    first_day = read.postings.period.from_date
    return infer_frequency(read.vat.settlements, first_day, books.today, read.vat.by_month())


def _periods(read: _Read, frequency: Frequency, today: datetime.date) -> list[VatPeriodRow]:
    """The periods of a year that are late, then those still ahead of their deadline."""
    first_day = min(read.postings.period.from_date, next_deadline(frequency, today)[0].from_date)
    since = max(_a_year_back(frequency, today), read.whole_from)
    late = late_periods(read.vat, frequency, first_day, today)
    states = period_settlements(read.vat, frequency, periods_between(frequency, first_day, today))
    chosen = [
        *(state for state in late if state.period.from_date >= since),
        *(state for state in states if state.deadline >= today),
    ]
    return [_period_row(frequency, state, today) for state in chosen]


def _period_row(frequency: Frequency, state: PeriodSettlement, today: datetime.date) -> VatPeriodRow:
    return VatPeriodRow(
        frequency=frequency,
        period=state.period.label,
        from_date=state.period.from_date,
        to_date=state.period.to_date,
        is_running=today in state.period,
        deadline=state.deadline,
        days_remaining=(state.deadline - today).days,
        vat_so_far=state.movement.payable,
        settled=state.state,
        paid=state.is_paid,
    )


def _source(given: str | None, stated: Frequency | None, found: FrequencyInference) -> Source:
    if stated:
        return "given" if given else "configured"
    return "inferred" if found.frequency else "unknown"


def _late(rows: Sequence[VatPeriodRow]) -> Sequence[str]:
    """Says first what is past its deadline."""
    if not rows:
        return ()
    names, owed = ", ".join(row.period for row in rows), total(row.vat_so_far for row in rows)
    return (f"Past the deadline, and not settled in the books: {names}, {owed} DKK in all.",)


def _doubts(stated: Frequency | None, found: FrequencyInference, today: datetime.date) -> Sequence[str]:
    """Says so when the frequency is unknown, uncertain, or another than the books look like."""
    if found.frequency is None:
        return () if stated else (f"{found.reason} {HOW_TO_STATE}",)
    if stated is None and found.confidence == "low":
        return (f"The frequency is uncertain: {found.reason} {HOW_TO_STATE}",)
    if stated in (None, found.frequency) or found.confidence == "low":
        return ()
    due = next_deadline(found.frequency, today)[1]
    return (
        f"{stated} was stated, but the books look {found.frequency} ({found.confidence} confidence); "
        f"then the next deadline is {due}. {found.reason}",
    )


def _against_turnover(read: _Read, found: FrequencyInference, today: datetime.date) -> Sequence[str]:
    """Says so when a year's turnover is above what the law allows for the frequency (VAT Act § 57)."""
    if found.frequency is None or found.frequency is Frequency.MONTHLY:
        return ()
    limit = _TURNOVER_LIMITS[found.frequency]
    year = Period(today - timedelta(days=364), today)
    revenue = -sum(
        (
            row.amount
            for row in read.postings.rows
            if row.account_number in read.revenue_accounts and row.date in year
        ),
        Decimal(0),
    )
    if revenue <= limit:
        return ()
    return (
        f"Revenue over the last twelve months is {revenue:.0f} DKK, above the {limit} DKK up to which VAT "
        f"may be settled {found.frequency}. Check the frequency with the tax agency.",
    )


_TURNOVER_LIMITS = {Frequency.HALF_YEARLY: 5_000_000, Frequency.QUARTERLY: 50_000_000}


def _uncovered(read: _Read, books: Books) -> Sequence[str]:
    """Says so when nothing can be booked on today, so that no VAT so far is no surprise."""
    if any(each.year.from_date <= books.today <= each.year.to_date for each in read.postings.years):
        return ()
    return (f"No accounting year holds {books.today}: nothing can be booked on it yet.",)


def _vat_free(books: Books) -> Sequence[str]:
    if not books.organization.is_vat_free:
        return ()
    return ("Dinero says that this organization is not registered for VAT (is_vat_free).",)
