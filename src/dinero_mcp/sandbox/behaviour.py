"""What is not known of the real API, as switches."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How the sandbox answers where the documentation is silent; the defaults are the likeliest."""

    result_sign: Literal[1, -1] = 1
    """1: `reports/result` is debit positive, as entries are. -1: revenue is positive."""
    statement_sign: Literal[1, -1] = 1
    """1: a statement of account is debit positive, so bills are negative. -1: bills are positive."""
    sum_rows_always: bool = False
    """Reports hold sum rows in spite of `includeSummaryAccount=false`."""
    credit_notes_negative: bool = False
    """Lists show the totals of credit notes below zero."""
    category_spaces: bool = True
    """An account's category is spelled `Vat Due`, not `VatDue`."""
    oversized_page: Literal["reject", "clamp"] = "reject"
    """A `pageSize` above 1000 is refused with code 43, or taken as 1000."""
    total_ignores_filters: bool = False
    """`ResultWithoutFilter` counts the whole list, whatever a filter leaves out."""
    retry_after: bool = True
    """A 429 tells how many seconds to wait."""
    echo_casing: bool = True
    """Fields are spelled the way they were asked for, not always in PascalCase."""
    camel_case_everywhere: bool = False
    """Every key of every answer is camelCase."""
    quota_per_minute: int = 100
    """Calls admitted in any one minute, per organization and client."""
    quota_refuses: bool = True
    """A call over the quota is refused; otherwise it is answered, and counted as one too many."""
