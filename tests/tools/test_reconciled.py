"""The figures of a bank reconciliation, whatever stands in the bank and in the books."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.bank_balance import StatementLine
from dinero_mcp.accounting.bank_matching import match
from dinero_mcp.accounting.bank_tie import Balances, tie
from dinero_mcp.tools.reconciled import outcomes
from tests.accounting.bank_sides import AMOUNTS, LINES, MARCH, POSTINGS
from tests.accounting.rows import Row

BALANCES = st.builds(Balances, AMOUNTS, AMOUNTS)


@given(lines=LINES, postings=POSTINGS)
def test_the_classes_add_up_to_both_sides(lines: list[StatementLine], postings: list[Row]) -> None:
    *classes, every = outcomes(match(lines, postings, MARCH))
    assert every.outcome == "all"
    assert sum(row.lines for row in classes) == every.lines == len(lines)
    assert sum(row.postings for row in classes) == every.postings
    assert sum(row.bank_amount for row in classes) == every.bank_amount == sum(one.amount for one in lines)
    assert sum(row.difference_bank_less_books for row in classes) == every.difference_bank_less_books
    assert all(row.difference_bank_less_books == 0 for row in classes if row.outcome == "matched")
    within = sum(posting.date in MARCH for posting in postings)
    assert within <= every.postings <= len(postings)


@given(lines=LINES, postings=POSTINGS, booked=BALANCES, bank=BALANCES)
def test_what_is_shown_leads_from_the_opening_to_the_closing_difference(
    lines: list[StatementLine], postings: list[Row], booked: Balances, bank: Balances
) -> None:
    """By so much as the booked balance moves without a posting, which is an identity of its own."""
    result = match(lines, postings, MARCH)
    proof, every = tie(result, booked, bank), outcomes(result)[-1]
    moved = sum((posting.amount for posting in postings if posting.date in MARCH), Decimal(0))
    assert proof.unexplained == moved - (booked.closing - booked.opening)
    assert proof.closing_difference == (
        proof.opening_difference
        + every.difference_bank_less_books
        + proof.booked_before
        + proof.booked_after
        + proof.missing_lines
        + proof.unexplained
    )


@given(data=st.data(), lines=LINES, postings=POSTINGS)
def test_the_order_of_lines_and_postings_makes_no_difference(
    data: st.DataObject, lines: list[StatementLine], postings: list[Row]
) -> None:
    shuffled = match(data.draw(st.permutations(lines)), data.draw(st.permutations(postings)), MARCH)
    assert outcomes(shuffled) == outcomes(match(lines, postings, MARCH))
