"""When VAT is due, and what it comes to so far."""

import datetime
from collections.abc import Sequence

from pydantic import Field

from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.vat_owed import PeriodSettlement, SettledState
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.tools import inputs
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.third_party import Text
from dinero_mcp.tools.vat_due import due_periods, paid_with_others, unclear
from dinero_mcp.tools.vat_reading import (
    Confidence,
    FrequencyOrUnknown,
    Source,
    VatRead,
    doubts,
    known_frequency,
    read_until_today,
    stated,
    vat_free,
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
    looked_back_to: datetime.date | None = Field(
        description="First day looked at for periods that are late; null when the frequency is unknown"
    )
    periods: list[VatPeriodRow] = Field(
        description="Those that are late: not settled in the books; then from the one due next to the "
        "running one; of every frequency when it is unknown"
    )
    notes: list[Text]
    basis: Basis


@tool(name="get-vat-period-countdown-tool", title="VAT countdown")
async def get_vat_period_countdown(books: Books, frequency: inputs.Frequency = None) -> VatCountdown:
    """The next VAT deadline (momsfrist) and days remaining, with the running period (momsperiode) and those
    past their deadline, the VAT posted in each, and whether the books show it settled.

    Use it for when VAT is due and about how much to set aside; for the return box by box use
    get-vat-report-tool, for how the frequency was found get-vat-settlement-frequency-tool. Drafts are not in
    it.
    """
    read = await read_until_today(books, stated(books, frequency))
    known = known_frequency(read, books, frequency)
    chosen = [known.frequency] if known.frequency else list(Frequency)
    rows = [
        _row(each, state, books.today) for each in chosen for state in due_periods(read, each, books.today)
    ]
    late = [row for row in rows if row.days_remaining < 0] if known.frequency else []
    following = [row for row in rows if row.days_remaining >= 0]
    first = following[0] if known.frequency else None
    return VatCountdown(
        organization=books.name,
        today=books.today,
        frequency=known.frequency or "unknown",
        frequency_source=known.source,
        confidence=known.confidence,
        next_deadline=first and first.deadline,
        days_remaining=first and first.days_remaining,
        looked_back_to=read.looked_back_to if known.frequency else None,
        periods=[*late, *following],
        notes=[
            *doubts(known, books.today),
            *_late(late),
            *(unclear(read, known.frequency, books.today) if known.frequency else ()),
            *paid_with_others(read, min((row.from_date for row in rows), default=books.today)),
            *_uncovered(read, books),
            *vat_free(books),
        ],
        basis=books.postings_basis(read.postings),
    )


def _row(frequency: Frequency, state: PeriodSettlement, today: datetime.date) -> VatPeriodRow:
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


def _late(rows: Sequence[VatPeriodRow]) -> Sequence[str]:
    """Says first what is past its deadline."""
    if not rows:
        return ()
    names, owed = ", ".join(row.period for row in rows), total(row.vat_so_far for row in rows)
    return (f"Past the deadline, and not settled in the books: {names}, {owed} DKK in all.",)


def _uncovered(read: VatRead, books: Books) -> Sequence[str]:
    """Says so when nothing can be booked on today, so that no VAT so far is no surprise."""
    if any(each.year.from_date <= books.today <= each.year.to_date for each in read.postings.years):
        return ()
    return (f"No accounting year holds {books.today}: nothing can be booked on it yet.",)
