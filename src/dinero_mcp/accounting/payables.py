"""What is owed to suppliers, from their statements of account: the only way to read bills and what is left.

Positive is owed by us. Dinero does not say which sign a statement has, nor whether a payment goes under the
bill's GUID or its own: entries of one voucher are added up, and the sign is the one that ties to the ledger.
A statement also holds what the contact buys from us, and a journal line may set one off against the other:
of such a voucher only what is posted on the control account counts. Statements are in kroner.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from dinero_mcp.accounting.control_account import (
    MANUAL,
    VoucherKey,
    owed,
    posting_keys,
    voucher_keys,
    voucher_type,
)
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.open_items import OpenItem, kind_of, longest_due_first
from dinero_mcp.accounting.postings import Posting
from dinero_mcp.accounting.sales import days_overdue

Sign = Literal[1, -1]
SIGNS: tuple[Sign, Sign] = (1, -1)

_ZERO = Decimal(0)


class StatementEntry(Protocol):
    """A line of a statement; `decay_date` is the day its voucher is due."""

    @property
    def related_voucher_guid(self) -> str: ...
    @property
    def related_voucher_number(self) -> str | None: ...
    @property
    def date(self) -> datetime.date: ...
    @property
    def decay_date(self) -> datetime.date | None: ...
    @property
    def description(self) -> str | None: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def status(self) -> str | None: ...
    @property
    def related_voucher_category(self) -> str | None: ...
    @property
    def related_voucher_class(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...


class Statement(Protocol):
    """All of a contact's statement of account, sales among it."""

    @property
    def contact_guid(self) -> str: ...
    @property
    def entries(self) -> Sequence[StatementEntry] | None: ...


class StatementSign(NamedTuple):
    """1 when statements are positive for what we owe, -1 when they are negative; whether that is proven."""

    sign: Sign
    ties: bool


@dataclass(frozen=True, slots=True)
class Payables:
    """What is open, the longest due first, and what it rests on.

    `keys` gives the GUID of each voucher in the statements, settled or not, by what its postings may be
    known by.
    """

    items: tuple[OpenItem, ...]
    sign: StatementSign
    keys: Mapping[VoucherKey, str]


def payables(statements: Iterable[Statement], postings: Iterable[Posting], as_of: datetime.date) -> Payables:
    """What was open at the end of `as_of`.

    `postings` are the control account's, with the opening rows of the first year only; for the statement of
    one contact, that contact's.
    """
    rows = [row for row in postings if row.date <= as_of]
    posted = _posted(rows)
    entries = {
        statement.contact_guid: [entry for entry in statement.entries or () if entry.date <= as_of]
        for statement in statements
    }

    def payable(sign: Sign) -> dict[str, list[StatementEntry]]:
        return {contact: _payable(own, posted, sign) for contact, own in entries.items()}

    by_sign = {sign: payable(sign) for sign in SIGNS}
    sign = sign_that_ties({sign: _owed(by_sign[sign], sign) for sign in SIGNS}, _booked(rows))
    own = by_sign[sign.sign]
    items = [item for contact in own for item in _items(contact, own[contact], as_of, sign.sign)]
    keys = {key: _voucher(entry) for contact in own.values() for entry in contact for key in _keys(entry)}
    return Payables(longest_due_first(items), sign, keys)


def sign_that_ties(
    stated: Mapping[Sign, Mapping[str, Decimal]], booked: Mapping[str | None, Decimal]
) -> StatementSign:
    """The sign with which what is owed by the statements is what the control account holds.

    It ties when all contacts together agree, or each one by itself: the account may also hold postings of no
    contact. When neither sign ties, it is the one that comes nearer.
    """

    def apart(sign: Sign) -> tuple[Decimal, Decimal]:
        owed = stated[sign]
        each = sum((abs(amount - booked.get(contact, _ZERO)) for contact, amount in owed.items()), _ZERO)
        together = abs(sum(owed.values(), _ZERO) - sum(booked.values(), _ZERO))
        return min(each, together), each

    sign = min(SIGNS, key=apart)
    return StatementSign(sign, ties=apart(sign)[0] == 0)


def _owed(entries: Mapping[str, Iterable[StatementEntry]], sign: Sign) -> dict[str, Decimal]:
    return {contact: total(sign * entry.amount for entry in own) for contact, own in entries.items()}


def _booked(rows: Iterable[Posting]) -> dict[str | None, Decimal]:
    booked: dict[str | None, Decimal] = {}
    for row in rows:
        contact = row.contact_guid or None
        booked[contact] = booked.get(contact, _ZERO) + owed(row, "payable")
    return booked


def _posted(rows: Iterable[Posting]) -> dict[VoucherKey, set[Decimal]]:
    """What each voucher posts on the control account, by all that it may be known by."""
    posted: dict[VoucherKey, set[Decimal]] = {}
    for row in rows:
        for key in posting_keys(row):
            posted.setdefault(key, set()).add(owed(row, "payable"))
    return posted


def _payable(
    entries: Iterable[StatementEntry], posted: Mapping[VoucherKey, Collection[Decimal]], sign: Sign
) -> list[StatementEntry]:
    """The entries about what we owe: of purchases not paid in cash, and of vouchers posted on the account.

    Of a journal voucher they are those of just the amounts posted, when there are such.
    """
    found = [(entry, _amounts(entry, posted)) for entry in entries]
    exact = {_voucher(entry) for entry, amounts in found if sign * entry.amount in amounts}

    def is_payable(entry: StatementEntry, amounts: Collection[Decimal]) -> bool:
        if _is_purchase(entry):
            return (entry.related_voucher_class or "").casefold() != "cash"
        return sign * entry.amount in amounts if _voucher(entry) in exact else bool(amounts)

    return [entry for entry, amounts in found if is_payable(entry, amounts)]


def _amounts(entry: StatementEntry, posted: Mapping[VoucherKey, Collection[Decimal]]) -> Collection[Decimal]:
    return next((posted[key] for key in _keys(entry) if key in posted), ())


def _voucher(entry: StatementEntry) -> str:
    """The voucher's GUID; number and day where it is all zeros, as of vouchers that have none."""
    if entry.related_voucher_guid.strip("0-"):
        return entry.related_voucher_guid
    return f"{entry.related_voucher_category} {entry.related_voucher_number} {entry.date}"


def _is_purchase(entry: StatementEntry) -> bool:
    return (entry.related_voucher_category or "").casefold() == "purchases"


def _keys(entry: StatementEntry) -> Iterator[VoucherKey]:
    kind = voucher_type("payable") if _is_purchase(entry) else MANUAL
    written = entry.related_voucher_number or ""
    number = int(written) if written.isdecimal() else None
    return voucher_keys(_voucher(entry), kind, number, entry.date)


def _items(
    contact_guid: str, entries: Iterable[StatementEntry], as_of: datetime.date, sign: Sign
) -> Iterator[OpenItem]:
    """The vouchers that entries do not settle, save those that Dinero calls closed and that cancel."""
    by_voucher: dict[str, list[StatementEntry]] = {}
    for entry in entries:
        by_voucher.setdefault(_voucher(entry), []).append(entry)
    closed: list[OpenItem] = []
    for own in by_voucher.values():
        item = _item(contact_guid, own, as_of, sign)
        if all((entry.status or "").casefold() == "closed" for entry in own):
            closed.append(item)
        elif item.remaining_dkk:
            yield item
    if total(item.remaining_dkk for item in closed):
        yield from _without_opposites(closed)


def _without_opposites(items: Iterable[OpenItem]) -> list[OpenItem]:
    """What is left when vouchers of opposite amounts settle each other, the longest due first."""
    left: list[OpenItem] = []
    for item in longest_due_first(item for item in items if item.remaining_dkk):
        opposite = next((other for other in left if other.remaining_dkk == -item.remaining_dkk), None)
        if opposite:
            left.remove(opposite)
        else:
            left.append(item)
    return left


def _item(contact_guid: str, entries: Sequence[StatementEntry], as_of: datetime.date, sign: Sign) -> OpenItem:
    remaining = total(sign * entry.amount for entry in entries)
    booked = _bookings(entries, sign)
    first = min(booked, key=lambda entry: (entry.date, entry.decay_date or datetime.date.max))
    owed_dkk, currency = total(sign * entry.amount for entry in booked), first.currency or "DKK"
    is_document, in_kroner = _is_purchase(first), currency == "DKK"
    return OpenItem(
        kind=kind_of(remaining, owed_dkk) if is_document else "unallocated",
        voucher_guid=_voucher(first),
        number=first.related_voucher_number,
        contact_guid=contact_guid,
        contact_name=None,
        date=first.date,
        due_date=first.decay_date if is_document else None,
        days_overdue=days_overdue(first.decay_date, as_of) if is_document else 0,
        description=first.description,
        currency=currency,
        total=owed_dkk if in_kroner else None,
        remaining=remaining if in_kroner else None,
        total_dkk=owed_dkk,
        remaining_dkk=remaining,
    )


def _bookings(entries: Sequence[StatementEntry], sign: Sign) -> Sequence[StatementEntry]:
    """The entries of the document itself: what adds to a bill, or takes off as a credit note does."""
    added = [entry for entry in entries if sign * entry.amount > 0]
    taken_off = [entry for entry in entries if sign * entry.amount < 0]
    is_credit = any((entry.related_voucher_class or "").casefold() == "creditnote" for entry in entries)
    return (taken_off or added if is_credit else added or taken_off) or entries
