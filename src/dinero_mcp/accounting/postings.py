"""The shape of a posting and of an account, and the sums everything else starts from.

Amounts are kroner: debit positive, credit negative. So revenue and debt are negative, costs and assets
positive, and any whole set of vouchers sums to zero.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from dinero_mcp.accounting.money import to_ore

_ZERO = Decimal(0)


class Posting(Protocol):
    """One posted row on one account."""

    @property
    def account_number(self) -> int: ...
    @property
    def date(self) -> date: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def description(self) -> str | None: ...
    @property
    def vat_code(self) -> str | None: ...
    @property
    def voucher_number(self) -> int | None: ...
    @property
    def voucher_type(self) -> str | None: ...
    @property
    def voucher_guid(self) -> str | None: ...
    @property
    def contact_guid(self) -> str | None: ...
    @property
    def type(self) -> str | None: ...


class Account(Protocol):
    """One account of the chart."""

    @property
    def account_number(self) -> int: ...
    @property
    def name(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...
    @property
    def vat_code(self) -> str | None: ...


P = TypeVar("P", bound=Posting)


def is_opening(posting: Posting) -> bool:
    """Whether the row carries last year's balance forward (*primo*) and is no movement of its own."""
    return posting.type == "Primo"


def sums_by_account(postings: Iterable[Posting]) -> dict[int, Decimal]:
    """Each account's sum, debit positive, opening rows included if they are given."""
    sums: dict[int, Decimal] = {}
    for posting in postings:
        number = posting.account_number
        sums[number] = sums.get(number, _ZERO) + posting.amount
    return sums


def vouchers(postings: Iterable[P]) -> list[tuple[P, ...]]:
    """The rows of each voucher together, in order of appearance; opening rows belong to none.

    Rows without a GUID go by type, number and date: numbers restart each accounting year. A reversal on
    the same day has its original's number, and so is part of the same voucher.
    """
    grouped: dict[object, list[P]] = {}
    for posting in postings:
        if not is_opening(posting):
            grouped.setdefault(_voucher_key(posting), []).append(posting)
    return [tuple(rows) for rows in grouped.values()]


def not_cancelling(postings: Iterable[P]) -> list[tuple[P, ...]]:
    """The vouchers in which debit and credit differ; rows of no voucher count as one a day."""
    return [rows for rows in vouchers(postings) if to_ore(sum((row.amount for row in rows), _ZERO))]


def _voucher_key(posting: Posting) -> object:
    if posting.voucher_guid:
        return posting.voucher_guid
    return posting.voucher_type, posting.voucher_number, posting.date
