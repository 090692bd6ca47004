"""The answer of a bank reconciliation: figures first, then what needs a person."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dinero_mcp.accounting.bank_balance import StatementLine
from dinero_mcp.accounting.bank_matching import Group, Reconciliation
from dinero_mcp.accounting.bank_movements import Rule
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.postings import P, Posting
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Record
from dinero_mcp.tools.inputs import as_text
from dinero_mcp.tools.third_party import OptionalText, Text, on_one_line

MOST_ROWS = 100
"""Rows shown of each list."""

_SUMS = (Rule.VOUCHER_SUM, Rule.POSTINGS_SUM, Rule.LINES_SUM)

VoucherNumber = Annotated[str | None, BeforeValidator(as_text)]


Fate = Literal["matched", "suggested", "differing", "ambiguous", "in_bank_only", "in_books_only", "all"]


class BalanceAt(Record):
    booked: Amount
    bank: Amount | None
    difference_bank_less_books: Amount | None


class Outcome(Record):
    """Lines and postings that had the same fate by the same rule."""

    outcome: Fate
    rule: str | None
    lines: int
    bank_amount: Amount
    postings: int
    booked_amount: Amount
    difference_bank_less_books: Amount


class LineRow(Record):
    row: int = Field(description="Its line in the CSV text, or its place in the list")
    date: datetime.date
    amount: Amount
    text: OptionalText


class BookedRow(Record):
    date: datetime.date
    voucher_number: VoucherNumber
    voucher_type: OptionalText
    amount: Amount
    text: OptionalText = Field(validation_alias="description")


class PairRow(Record):
    row: int
    bank_date: datetime.date
    bank_amount: Amount
    bank_text: OptionalText
    booked_date: datetime.date
    voucher_number: VoucherNumber
    booked_amount: Amount
    booked_text: OptionalText
    difference_bank_less_books: Amount
    rule: str


class MemberRow(Record):
    """A line or a posting of a group that is held together."""

    group: int
    rule: str | None = Field(description="Of the group, on its first row")
    row: int | None = Field(description="Of a bank line")
    voucher_number: VoucherNumber = Field(description="Of a posting")
    date: datetime.date
    amount: Amount
    text: OptionalText


class BankReconciliation(BooksAnswer):
    convention = (
        "DKK, positive is money into the account; a difference is bank less books. closing difference = "
        "opening difference + all differences + booked before and after the period + missing lines."
    )
    account_number: int
    account_name: OptionalText
    from_date: datetime.date
    to_date: datetime.date
    agrees: bool | None = Field(
        description="Closing balances are equal and nothing is left open; null when the bank's is not known"
    )
    opening: BalanceAt = Field(description="When from_date began")
    closing: BalanceAt = Field(description="When to_date ended")
    booked_before: Amount = Field(description="Postings before from_date among those below")
    booked_after: Amount = Field(description="Postings after to_date among those below")
    missing_lines: Amount | None = Field(
        description="What the bank's balances move beyond the statement's lines; null unless both are known"
    )
    outcomes: list[Outcome]
    in_bank_only: list[LineRow]
    in_books_only: list[BookedRow]
    suggested: list[PairRow] = Field(description="Within 3 %, for a person to judge: not matched")
    differing: list[PairRow] = Field(
        description="Same text, or named voucher or invoice; same way, another amount"
    )
    ambiguous: list[MemberRow] = Field(description="Groups in which more than one match is possible")
    matched_shown: list[MemberRow] = Field(description="Matched by a sum; all of them with show_matched")
    statement_read: Annotated[str, BeforeValidator(on_one_line)] = Field(
        description="How the statement was understood"
    )
    notes: list[Text]
    basis: Basis


def outcomes(result: Reconciliation[P]) -> list[Outcome]:
    """Counts and sums by fate and rule, the whole of both sides last."""
    rows = [
        _outcome(fate, rule.value, *_members(own))
        for fate, groups in _by_fate(result).items()
        for rule in Rule
        if (own := [group for group in groups if group.rule is rule])
    ]
    lines, postings = _members([*result.matched, *open_groups(result)])
    return [
        *rows,
        _outcome("in_bank_only", None, result.in_bank_only, []),
        _outcome("in_books_only", None, [], result.in_books_only),
        _outcome("all", None, [*lines, *result.in_bank_only], [*postings, *result.in_books_only]),
    ]


def open_groups(result: Reconciliation[P]) -> list[Group[P]]:
    """The groups that are not matched."""
    return [*result.suggested, *result.differing, *result.ambiguous]


def line_rows(lines: Iterable[StatementLine]) -> list[LineRow]:
    return [LineRow.model_validate(line) for line in islice(lines, MOST_ROWS)]


def booked_rows(postings: Iterable[P]) -> list[BookedRow]:
    return [BookedRow.model_validate(posting) for posting in islice(postings, MOST_ROWS)]


def pair_rows(groups: Iterable[Group[P]]) -> list[PairRow]:
    """Groups of one line and one posting."""
    return [_pair(group) for group in islice(groups, MOST_ROWS)]


def member_rows(groups: Iterable[Group[P]]) -> list[MemberRow]:
    """The lines and postings of groups, each group's lines first."""
    rows = (row for number, group in enumerate(groups, start=1) for row in _rows_of(number, group))
    return list(islice(rows, MOST_ROWS))


def shown_of_matched(result: Reconciliation[P], *, all_of_them: bool) -> list[Group[P]]:
    """What was matched by a sum is shown in any case: of all matches it rests on the least."""
    return [group for group in result.matched if all_of_them or group.rule in _SUMS]


def cut_short(result: Reconciliation[P], shown: Sequence[Group[P]]) -> list[str]:
    """Says which lists hold more than is shown."""
    counts = {
        "in_bank_only": len(result.in_bank_only),
        "in_books_only": len(result.in_books_only),
        "suggested": len(result.suggested),
        "differing": len(result.differing),
        "ambiguous": sum(map(_size, result.ambiguous)),
        "matched_shown": sum(map(_size, shown)),
    }
    cut = [f"{name} ({count})" for name, count in counts.items() if count > MOST_ROWS]
    if not cut:
        return []
    return [
        f"The first {MOST_ROWS} rows are shown of {', '.join(cut)}; the figures count all. For the others "
        "hand over a shorter statement."
    ]


def _by_fate(result: Reconciliation[P]) -> Mapping[Fate, Sequence[Group[P]]]:
    return {
        "matched": result.matched,
        "suggested": result.suggested,
        "differing": result.differing,
        "ambiguous": result.ambiguous,
    }


def _members(groups: Iterable[Group[P]]) -> tuple[list[StatementLine], list[P]]:
    lines: list[StatementLine] = []
    postings: list[P] = []
    for group in groups:
        lines += group.lines
        postings += group.postings
    return lines, postings


def _outcome(fate: Fate, rule: str | None, lines: Sequence[StatementLine], postings: Sequence[P]) -> Outcome:
    bank, booked = total(line.amount for line in lines), total(posting.amount for posting in postings)
    return Outcome(
        outcome=fate,
        rule=rule,
        lines=len(lines),
        bank_amount=bank,
        postings=len(postings),
        booked_amount=booked,
        difference_bank_less_books=bank - booked,
    )


def _pair(group: Group[P]) -> PairRow:
    (line,), (posting,) = group.lines, group.postings
    return PairRow(
        row=line.row,
        bank_date=line.date,
        bank_amount=line.amount,
        bank_text=line.text,
        booked_date=posting.date,
        voucher_number=_number(posting),
        booked_amount=posting.amount,
        booked_text=posting.description,
        difference_bank_less_books=group.difference,
        rule=group.rule.value,
    )


def _rows_of(number: int, group: Group[P]) -> Iterator[MemberRow]:
    rules = chain([group.rule.value], repeat(None))
    for line in group.lines:
        yield MemberRow(
            group=number,
            rule=next(rules),
            row=line.row,
            voucher_number=None,
            date=line.date,
            amount=line.amount,
            text=line.text,
        )
    for posting in group.postings:
        yield MemberRow(
            group=number,
            rule=next(rules),
            row=None,
            voucher_number=_number(posting),
            date=posting.date,
            amount=posting.amount,
            text=posting.description,
        )


def _number(posting: Posting) -> str | None:
    return None if posting.voucher_number is None else str(posting.voucher_number)


def _size(group: Group[P]) -> int:
    return len(group.lines) + len(group.postings)
