"""What a check says: what it found, what it could not judge, and what a check is.

A finding's figures are in kroner, debit positive where the check does not say otherwise. Its `what` is our
own words; what users typed stands apart in `text`.
"""

import datetime
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from dinero_mcp.accounting.checks.material import Material
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.postings import Posting

_SOON = 10
"""Seconds in which two questions can be asked."""


class Severity(StrEnum):
    """How sure it is that something must be done; the worst first."""

    ERROR = "error"
    """The books are wrong, or a rule is broken."""
    WARNING = "warning"
    """Probably wrong, and it costs or hides money."""
    NOTICE = "notice"
    """May well be right: somebody should look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at; `see` is the tool, with its arguments, that shows what it rests on."""

    severity: Severity
    what: str
    see: str
    amount: Decimal | None = None
    date: datetime.date | None = None
    voucher_type: str | None = None
    voucher_number: int | None = None
    account_number: int | None = None
    text: str | None = None
    check: str = ""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """What a check could not judge: so many of what it looks at, or all of it without a count."""

    why: str
    count: int | None = None
    of: int | None = None
    """How many there are of what it looks at."""
    check: str = ""


Said = Finding | NotChecked
Find = Callable[[Material], Iterable[Said]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check by its name: why it matters, what to do about what it finds, and how it looks."""

    name: str
    why: str
    what_to_do: str
    find: Find
    needs_documents: bool = False
    """Whether it looks at the list of invoices."""


def check(*, name: str, what_to_do: str, needs_documents: bool = False) -> Callable[[Find], Check]:
    """Declare a function to be a check; its docstring says why it matters."""

    def declared(find: Find) -> Check:
        why = " ".join(inspect.cleandoc(find.__doc__ or "").split())
        return Check(name, why, what_to_do, find, needs_documents)

    return declared


def of_voucher(
    severity: Severity, what: str, rows: Iterable[Posting], amount: Decimal, see: str = ""
) -> Finding:
    """A finding on the voucher that the rows are of."""
    rows = tuple(rows)
    row = first_of(rows)
    return Finding(
        severity=severity,
        what=what,
        see=see or see_voucher(rows),
        amount=to_ore(amount),
        date=row.date,
        voucher_type=row.voucher_type or None,
        voucher_number=row.voucher_number,
        text=row.description or None,
    )


def named(finding: Finding, contact: str | None) -> Finding:
    """The finding with the contact's name, where it is known, before the voucher's text."""
    said = ": ".join(each for each in (contact, finding.text) if each)
    return replace(finding, text=said or None)


def of_account(
    severity: Severity,
    what: str,
    account: tuple[int, str],
    amount: Decimal,
    day: datetime.date,
    see: str,
) -> Finding:
    """A finding on what stands on an account, by number and name, on a day."""
    number, name = account
    return Finding(
        severity, what, see, amount=to_ore(amount), date=day, account_number=number, text=name or None
    )


def first_of(rows: Iterable[Posting]) -> Posting:
    """The row that speaks for its voucher, in whatever order they come."""
    return min(rows, key=_in_order)


def _in_order(row: Posting) -> tuple[datetime.date, int, str, str, int, Decimal]:
    return (
        row.date,
        row.account_number,
        row.description or "",
        row.voucher_type or "",
        row.voucher_number or 0,
        row.amount,
    )


def see_voucher(rows: Sequence[Posting]) -> str:
    """How to see a voucher's postings."""
    days = [row.date for row in rows]
    return see_entries(min(days), max(days), voucher_number=first_of(rows).voucher_number)


def see_entries(
    from_date: datetime.date,
    to_date: datetime.date,
    *,
    account_number: int | None = None,
    voucher_number: int | None = None,
    contact_guid: str | None = None,
    vat_code: str | None = None,
) -> str:
    """How to see the postings of some days."""
    filters = {
        "account_number": account_number,
        "voucher_number": voucher_number,
        "contact_guid": contact_guid,
        "vat_code": vat_code,
    }
    return see_tool("list-entries-tool", from_date=from_date, to_date=to_date, **filters)


def see_account(account_number: int, from_date: datetime.date, to_date: datetime.date) -> str:
    """How to see an account's balance from day to day."""
    days = {"from_date": from_date, "to_date": to_date}
    return see_tool("get-account-ledger-tool", account_number=account_number, **days)


def ask_first(call: str, material: Material) -> str:
    """What to ask so that this check is made the next time: nothing where it would be forgotten by then."""
    seconds = int(material.seconds_kept)
    if seconds < _SOON:
        return "nothing that is read is kept long enough to be used here"
    return f"ask {call}, then this one again in the same session, both within {seconds} seconds"


def see_tool(name: str, **arguments: object) -> str:
    """A tool and those of its arguments that are given."""
    given = (f"{key}={value}" for key, value in arguments.items() if value is not None)
    return " ".join((name, *given))
