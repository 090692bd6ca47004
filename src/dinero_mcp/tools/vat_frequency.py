"""How often VAT is settled."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from pydantic import Field

from dinero_mcp.accounting.chart import Group, group_of
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_frequency import FrequencyInference
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.tools.answers import Basis, BooksAnswer
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.third_party import Text
from dinero_mcp.tools.vat_reading import (
    HOW_TO_STATE,
    Confidence,
    FrequencyOrUnknown,
    SettlementRow,
    VatRead,
    known_frequency,
    read_until_today,
    vat_free,
)

_TURNOVER_LIMITS = {Frequency.HALF_YEARLY: 5_000_000, Frequency.QUARTERLY: 50_000_000}


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


@tool(name="get-vat-settlement-frequency-tool", title="VAT frequency")
async def get_vat_settlement_frequency(books: Books) -> VatFrequency:
    """How often the company settles VAT (momsafregning): monthly, quarterly, half-yearly or unknown, with
    confidence and the settlement vouchers it is inferred from.

    Use it when the frequency is in doubt; for dates and amounts use get-vat-period-countdown-tool. Dinero's
    API does not tell it: unknown means that the books do not show it.
    """
    read = await read_until_today(books, None)
    found = known_frequency(read, books, None).found
    return VatFrequency(
        organization=books.name,
        frequency=found.frequency or "unknown",
        confidence=found.confidence,
        reason=found.reason,
        also_possible=list(found.alternatives),
        configured=books.configured_frequency,
        how_to_state_it=HOW_TO_STATE,
        settlements=[SettlementRow.model_validate(each) for each in found.evidence],
        notes=[*_against_turnover(read, found, books.today), *vat_free(books)],
        basis=books.postings_basis(read.postings),
    )


def _against_turnover(read: VatRead, found: FrequencyInference, today: datetime.date) -> Sequence[str]:
    """Says so when a year's turnover is above what the law allows for the frequency (VAT Act § 57)."""
    if found.frequency is None or found.frequency is Frequency.MONTHLY:
        return ()
    limit = _TURNOVER_LIMITS[found.frequency]
    year = Period(today - datetime.timedelta(days=364), today)
    sold = {n for n, account in read.chart.items() if group_of(n, account.category) is Group.REVENUE}
    rows = (row.amount for row in read.postings.rows if row.account_number in sold and row.date in year)
    revenue = -sum(rows, Decimal(0))
    if revenue <= limit:
        return ()
    return (
        f"Revenue over the last twelve months is {revenue:.0f} DKK, above the {limit} DKK up to which VAT "
        f"may be settled {found.frequency}. Check the frequency with the tax agency.",
    )
