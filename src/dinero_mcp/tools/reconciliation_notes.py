"""What is said beside the figures of a bank reconciliation: first what may be wrong with the question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dinero_mcp.accounting.bank_matching import WINDOW_DAYS, Reconciliation
from dinero_mcp.accounting.bank_signs import signs_in_the_books
from dinero_mcp.accounting.bank_statement import Statement
from dinero_mcp.accounting.bank_tie import Balances, Tie, tie
from dinero_mcp.accounting.periods import month_of
from dinero_mcp.dinero.models import Entry
from dinero_mcp.tools.booked_side import BookedSide

_HARDLY_ANY = 10  # times as many lines as are matched
_TOO_FEW = 3  # lines, to tell from them that the account is another


@dataclass(frozen=True, slots=True)
class Told:
    """What the question said of the statement."""

    account_number: int
    positive_is: Literal["in", "out"] | None
    to_date: date | None


def notes(
    told: Told,
    today: date,
    handed: Statement,
    side: BookedSide,
    bank: Balances | None,
    result: Reconciliation[Entry],
) -> Sequence[str]:
    """The notes, those first that tell what to ask instead."""
    proof = tie(result, side.balances, bank or side.balances)
    ahead = sum(line.date > today for line in handed.lines)
    return [
        *(_sign_note(told, handed, side) or _stranger_note(told, handed, result)),
        *_after_note(told, side, proof),
        *side.notes,
        *([] if bank else ["The bank's balance is not known; closing_balance would tie both ends to it."]),
        *(["One of the bank's balances is the other and the lines."] if bank and bank.is_derived else []),
        *(_opening_note(proof) if bank else []),
        *([f"Lines dated after today ({today}): {ahead}."] if ahead else []),
    ]


def _sign_note(told: Told, handed: Statement, side: BookedSide) -> list[str]:
    """A doubt about the signs, where the statement does not show them and the opposite fits better."""
    if handed.is_signed:
        return []
    same, opposite = signs_in_the_books(handed.lines, side.within)
    if opposite <= same:
        return []
    doubt, way = ("entered", "in") if told.positive_is == "out" else ("left", "out")
    return [
        f"{opposite} lines have a posting of the opposite amount and {same} one of the same: if positive "
        f"amounts {doubt} the account, say positive_is={way}."
    ]


def _stranger_note(told: Told, handed: Statement, result: Reconciliation[Entry]) -> list[str]:
    """A doubt about the account, where next to nothing of the statement is found there."""
    lines, matched = len(handed.lines), sum(len(group.lines) for group in result.matched)
    if lines < _TOO_FEW or matched * _HARDLY_ANY >= lines:
        return []
    counted = (
        f"Only {matched} of the {lines} lines match" if matched else f"None of the {lines} lines matches"
    )
    return [f"{counted} a posting of {told.account_number}: is this the right account and company?"]


def _after_note(told: Told, side: BookedSide, proof: Tie) -> list[str]:
    """What to pass where postings lie behind the statement's last line."""
    last = side.period.to_date
    end = month_of(last).to_date
    later = [row for row in side.near if last < row.date <= end]
    if later and told.to_date is None:
        return [
            f"The last line is of {last}, and postings of that month lie after it: {len(later)} within "
            f"{WINDOW_DAYS} days. If the statement covers the whole month, pass to_date={end}: then they "
            "count as booked."
        ]
    if not proof.booked_after:
        return []
    return [
        f"Lines take, or may take, postings of {proof.booked_after} dated after {last}. If the statement "
        "covers those days too, say so with to_date: then they count as booked."
    ]


def _opening_note(proof: Tie) -> list[str]:
    if not proof.opening_difference:
        return []
    return [
        f"Before the period the bank less the books was {proof.opening_difference}; postings booked before "
        f"it explain {-proof.booked_before} of that, {proof.opening_unexplained} stays open."
    ]
