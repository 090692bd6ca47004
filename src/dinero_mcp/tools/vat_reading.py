"""What the VAT tools read, and how often VAT is settled: stated, else inferred from what was read."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dinero_mcp.accounting.periods import Period, year_before
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.accounting.vat_frequency import FrequencyInference, infer_frequency
from dinero_mcp.accounting.vat_periods import Frequency, next_deadline, vat_period
from dinero_mcp.accounting.vat_postings import VatPostings, vat_postings
from dinero_mcp.accounting.vat_settlements import SettlementKind
from dinero_mcp.dinero.models import Account, AccountingYear, Entry
from dinero_mcp.ledger import Postings
from dinero_mcp.tools.answers import Amount, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.inputs import as_text
from dinero_mcp.tools.third_party import OptionalText

FrequencyOrUnknown = Frequency | Literal["unknown"]
Source = Literal["given", "configured", "inferred", "unknown"]
Confidence = Literal["high", "medium", "low"]
_YEARS_READ = 3
HOW_TO_STATE = (
    "Pass frequency (monthly, quarterly or half-yearly) to get-vat-period-countdown-tool or "
    "get-vat-report-tool, or set DINERO_VAT_FREQUENCY for the default organization."
)


class SettlementRow(Record):
    date: datetime.date
    kind: SettlementKind
    amount: Amount = Field(description="Paid or found owing; negative is a refund")
    voucher_number: Annotated[str | None, BeforeValidator(as_text)]
    text: OptionalText = Field(validation_alias="description")


@dataclass(frozen=True, slots=True)
class VatRead:
    """Whole accounting years, as they bear on VAT."""

    postings: Postings
    whole_from: datetime.date
    """From this day on everything was read that was ever posted."""
    chart: Mapping[int, Account]
    vat: VatPostings[Entry]

    @property
    def looked_back_to(self) -> datetime.date:
        return self.postings.period.from_date


@dataclass(frozen=True, slots=True)
class KnownFrequency:
    """How often VAT is settled: as stated, else as the books look."""

    frequency: Frequency | None
    source: Source
    found: FrequencyInference

    @property
    def is_stated(self) -> bool:
        return self.source in ("given", "configured")

    @property
    def confidence(self) -> Confidence | None:
        """Of an inferred frequency."""
        return None if self.is_stated else self.found.confidence


def stated(books: Books, given: str | None) -> Frequency | None:
    """The frequency in the call, else the configured one."""
    return Frequency(given) if given else books.configured_frequency


async def read_until_today(books: Books, frequency: Frequency | None) -> VatRead:
    """The years from a year before the period due next to the running one, or three to infer from."""
    since = a_year_back(frequency, books.today) if frequency else datetime.date.min
    until = vat_period(frequency or Frequency.HALF_YEARLY, books.today).to_date
    years = [year for year in await books.ledger.years() if year.from_date <= until]
    return await read_years(books, [year for year in years if year.to_date >= since][-_YEARS_READ:])


async def read_years(books: Books, years: Sequence[AccountingYear]) -> VatRead:
    """These accounting years, which follow on each other; of none, no postings."""
    first_day = years[0].from_date if years else books.today
    is_first = not any(year.from_date < first_day for year in await books.ledger.years())
    postings = await books.ledger.postings(Period(first_day, years[-1].to_date if years else first_day))
    chart = await books.chart({row.account_number for row in postings.rows})
    deposits = [each.account_number for each in await books.api.deposit_accounts()]
    return VatRead(
        postings=postings,
        whole_from=datetime.date.min if is_first else first_day,
        chart=chart,
        vat=vat_postings(postings.rows, vat_roles(chart, deposits)),
    )


def a_year_back(frequency: Frequency, today: datetime.date) -> datetime.date:
    """When the year of periods before the one due next began."""
    return year_before(next_deadline(frequency, today)[0]).from_date


def known_frequency(read: VatRead, books: Books, given: str | None) -> KnownFrequency:
    """What is stated wins over what the books look like."""
    first_day = min(read.postings.period.from_date, books.today)
    found = infer_frequency(read.vat.settlements, first_day, books.today, read.vat.by_month())
    if frequency := stated(books, given):
        return KnownFrequency(frequency, "given" if given else "configured", found)
    return KnownFrequency(found.frequency, "inferred" if found.frequency else "unknown", found)


def doubts(known: KnownFrequency, today: datetime.date) -> Sequence[str]:
    """Says so when the frequency is unknown, uncertain, or another than the books look like."""
    found = known.found
    if found.frequency is None:
        return () if known.is_stated else (f"{found.reason} {HOW_TO_STATE}",)
    if found.confidence == "low":
        uncertain = f"The frequency is uncertain: {found.reason} {HOW_TO_STATE}"
        return () if known.is_stated else (uncertain,)
    if known.frequency == found.frequency:
        return ()
    due = next_deadline(found.frequency, today)[1]
    return (
        f"{known.frequency} was stated, but the books look {found.frequency} ({found.confidence} "
        f"confidence); then the next deadline is {due}. {found.reason}",
    )


def vat_free(books: Books) -> Sequence[str]:
    """Says so when Dinero calls the organization free of VAT."""
    if not books.organization.is_vat_free:
        return ()
    return ("Dinero says that this organization is not registered for VAT (is_vat_free).",)
