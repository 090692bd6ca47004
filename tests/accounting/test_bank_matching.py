from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.bank_abroad import abroad
from dinero_mcp.accounting.bank_balance import StatementLine
from dinero_mcp.accounting.bank_matching import Group, Reconciliation, match
from dinero_mcp.accounting.bank_movements import Rule, words
from dinero_mcp.accounting.bank_tie import Balances, bank_balances, tie
from tests.accounting.bank_sides import AMOUNTS, LINES, MARCH, POSTINGS, bank, booked
from tests.accounting.rows import Row


def only(groups: Sequence[Group[Row]]) -> tuple[Rule, list[int], list[Decimal]]:
    """The one group's rule, its rows on the statement and its postings' amounts."""
    (group,) = groups
    return group.rule, [line.row for line in group.lines], [posting.amount for posting in group.postings]


def test_the_same_amount_on_the_same_day_is_matched() -> None:
    result = match(bank((4, "-100", "Netto")), [booked(4, "-100.00"), booked(5, "-100")], MARCH)
    assert only(result.matched) == (Rule.SAME_DAY, [1], [-100])
    assert [posting.date.day for posting in result.in_books_only] == [5]


@pytest.mark.parametrize(("day", "is_matched"), [(1, True), (13, True), (14, False)])
def test_the_same_amount_within_the_window_is_matched(day: int, is_matched: bool) -> None:
    result = match(bank((6, "250", "Kunde")), [booked(day, "250")], MARCH)
    assert [group.rule for group in result.matched] == [Rule.WITHIN_WINDOW] * is_matched
    assert (len(result.in_bank_only), len(result.in_books_only)) == (not is_matched, not is_matched)


def test_the_closest_date_decides_between_two() -> None:
    result = match(bank((6, "-100", "Netto")), [booked(5, "-100"), booked(9, "-100")], MARCH)
    assert only(result.matched) == (Rule.CLOSEST, [1], [-100])
    assert [posting.date.day for posting in result.in_books_only] == [9]


def test_the_text_decides_between_two_of_one_day() -> None:
    lines = bank((6, "-100", "DANKORT-NOTA NETTO 3495"), (6, "-100", "Rema 1000"))
    result = match(lines, [booked(6, "-100", "Frokost fra Netto")], MARCH)
    assert only(result.matched) == (Rule.CLOSEST, [1], [-100])
    assert [line.row for line in result.in_bank_only] == [2]


def test_where_date_and_text_disagree_nothing_is_decided() -> None:
    postings = [booked(7, "-100", "Rema"), booked(9, "-100", "Netto")]
    result = match(bank((6, "-100", "Netto")), postings, MARCH)
    assert not result.matched
    assert only(result.ambiguous) == (Rule.UNDECIDED, [1], [-100, -100])


def test_a_voucher_that_was_deleted_takes_no_line() -> None:
    deleted = [booked(6, "-100", number=1), booked(6, "100", number=1)]
    result = match(bank((6, "-100", "Netto")), [*deleted, booked(6, "-100", number=2)], MARCH)
    assert [(group.rule, len(group.lines), len(group.postings)) for group in result.matched] == [
        (Rule.SAME_DAY, 1, 1),
        (Rule.CANCELLED, 0, 2),
    ]
    alone = match(bank((6, "-100", "Netto")), deleted, MARCH)
    assert (len(alone.in_bank_only), alone.in_books_only) == (1, ())


def test_a_payment_that_came_back_is_matched_both_ways() -> None:
    lines = bank((6, "-100", "Netto"), (9, "100", "Retur Netto"))
    voucher = [replace(booked(day, amount), voucher_guid="one") for day, amount in ((6, "-100"), (9, "100"))]
    result = match(lines, voucher, MARCH)
    assert [group.rule for group in result.matched] == [Rule.SAME_DAY, Rule.SAME_DAY]


def test_two_equal_lines_and_one_posting_are_ambiguous() -> None:
    result = match(bank((6, "-25", "Gebyr"), (6, "-25", "Gebyr")), [booked(6, "-25", "Gebyr")], MARCH)
    assert only(result.ambiguous) == (Rule.UNDECIDED, [1, 2], [-25])
    assert not result.in_bank_only


def test_as_many_equal_lines_as_postings_are_matched_together() -> None:
    lines = bank((6, "-25", "Gebyr"), (6, "-25", "Gebyr"), (8, "-25", "Gebyr"))
    result = match(lines, [booked(7, "-25", "Gebyr") for _ in range(3)], MARCH)
    assert only(result.matched) == (Rule.AS_MANY, [1, 2, 3], [-25, -25, -25])


def test_a_line_is_matched_with_all_postings_of_a_voucher() -> None:
    voucher = [booked(6, "1250", number=7), booked(6, "-50", number=7), booked(6, "-12.50", number=7)]
    result = match(bank((8, "1187.50", "Kortsalg")), [*voucher, booked(6, "-50", number=8)], MARCH)
    assert only(result.matched) == (Rule.VOUCHER_SUM, [1], [Decimal("-50"), Decimal("-12.50"), 1250])
    assert [posting.voucher_number for posting in result.in_books_only] == [8]


def test_a_line_is_matched_with_the_only_postings_that_add_up_to_it() -> None:
    postings = [booked(5, "-300", number=1), booked(6, "-450.25", number=2), booked(7, "-80", number=3)]
    result = match(bank((6, "-750.25", "Samlet betaling")), postings, MARCH)
    assert only(result.matched) == (Rule.POSTINGS_SUM, [1], [-300, Decimal("-450.25")])
    assert [posting.amount for posting in result.in_books_only] == [-80]


def test_several_lines_are_matched_with_the_posting_they_add_up_to() -> None:
    lines = bank((5, "300", "MobilePay"), (6, "450.25", "MobilePay"), (7, "80", "MobilePay"))
    result = match(lines, [booked(6, "830.25", "Dagens salg")], MARCH)
    assert only(result.matched) == (Rule.LINES_SUM, [1, 2, 3], [Decimal("830.25")])


def test_a_sum_that_comes_about_in_two_ways_is_ambiguous() -> None:
    postings = [booked(6, amount, number=at) for at, amount in enumerate(["-100", "-400", "-200", "-300"])]
    result = match(bank((6, "-500", "Samlet")), postings, MARCH)
    assert only(result.ambiguous) == (Rule.POSTINGS_SUM, [1], [-400, -300, -200, -100])
    assert not result.matched


def test_no_sums_are_looked_for_among_very_many() -> None:
    postings = [booked(6, f"-{100 + at}", number=at) for at in range(13)]
    result = match(bank((6, "-203", "Samlet")), postings, MARCH)
    assert (len(result.matched), len(result.ambiguous), len(result.in_books_only)) == (0, 0, 13)


def test_sums_are_looked_for_among_the_days_around_as_long_as_those_hold_few() -> None:
    crowd = [booked(10, f"-{1000 + at}", number=at) for at in range(12)]
    postings = [booked(5, "-300", number=101), booked(7, "-450.25", number=102), *crowd]
    result = match(bank((6, "-750.25", "Samlet betaling")), postings, MARCH)
    assert only(result.matched) == (Rule.POSTINGS_SUM, [1], [-300, Decimal("-450.25")])


def test_all_lines_of_a_day_together_may_be_one_posting_however_many() -> None:
    lines = bank(*((6, str(100 + at), f"MobilePay {at}") for at in range(20)))
    result = match(lines, [booked(7, "2190", "Dagens salg")], MARCH)
    assert only(result.matched) == (Rule.LINES_SUM, list(range(1, 21)), [2190])


def test_words_are_the_same_however_they_are_spelt_and_decoded() -> None:
    lines = bank((6, "-100", "K\ufffdBMAND HANSEN"), (6, "-100", "Rema"))
    result = match(lines, [booked(6, "-100", "Koebmand Hansen")], MARCH)
    assert only(result.matched) == (Rule.CLOSEST, [1], [-100])
    assert (
        words("Købmand på Ærø") == words("KOEBMAND paa AEROE") == words("K\ufffdbmand p\ufffd \ufffdr\ufffd")
    )


def test_nearly_the_same_amount_is_suggested_and_not_matched() -> None:
    result = match(bank((6, "-1030", "GitHub Inc")), [booked(4, "-1000", "Software")], MARCH)
    assert only(result.suggested) == (Rule.NEAR_ALONE, [1], [-1000])
    assert (result.suggested[0].difference, result.matched) == (-30, ())
    beyond = match(bank((6, "-1031", "GitHub Inc")), [booked(4, "-999", "Software")], MARCH)
    assert (len(beyond.suggested), len(beyond.in_bank_only), len(beyond.in_books_only)) == (0, 1, 1)


def test_the_same_voucher_number_with_another_amount_is_a_difference() -> None:
    result = match(bank((6, "5400", "Fakt. 10427 Bageren")), [booked(7, "4500", number=10427)], MARCH)
    assert only(result.differing) == (Rule.SAME_TEXT, [1], [4500])
    assert result.differing[0].difference == 900


@pytest.mark.parametrize(
    ("text", "amount", "posting"),
    [
        ("MobilePay 323", "901.77", booked(6, "1100", "Pension", number=323)),
        ("Kunde 10427", "901.77", booked(6, "1100", "Tryk", number=10427)),
        ("Teleselskabet", "-312.50", booked(6, "312.50", "Teleselskabet marts")),
        ("Teleselskabet", "-312.50", booked(6, "-625.01", "Teleselskabet marts")),
        ("Faktura 10427", "901.77", booked(6, "-1100", number=10427)),
        ("Faktura 323", "901.77", booked(6, "1100", "Betaling af faktura 220", number=323)),
    ],
    ids=[
        "its number",
        "a long number",
        "the other way",
        "more than twice as much",
        "named, the other way",
        "of another invoice",
    ],
)
def test_a_bare_number_the_other_way_or_a_far_amount_make_no_pair(
    text: str, amount: str, posting: Row
) -> None:
    result = match(bank((6, amount, text)), [posting], MARCH)
    assert (result.differing, result.suggested) == ((), ())
    assert (len(result.in_bank_only), len(result.in_books_only)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "posting"),
    [
        ("Teleselskabet", booked(6, "-625", "Teleselskabet marts")),
        ("Bilag nr. 12", booked(6, "-400", "Tryksag", number=12)),
        ("Betaling FAKTURA 10427", booked(6, "-400", "Betaling af faktura 10427", number=3)),
    ],
    ids=["a name", "the voucher", "the invoice"],
)
def test_a_name_in_common_or_the_number_named_make_a_difference(text: str, posting: Row) -> None:
    assert only(match(bank((6, "-312.50", text)), [posting], MARCH).differing)[0] is Rule.SAME_TEXT


@pytest.mark.parametrize(
    ("text", "posting", "rule"),
    [
        ("PADDLE.COM USD 15,00", booked(1, "-100", "Software"), Rule.NEAR_IN_CURRENCY),
        ("Paddle", booked(1, "-100", "Software fra udlandet"), Rule.NEAR_IN_CURRENCY),
        ("Paddle", replace(booked(1, "-100", "Software"), contact_guid="paddle"), Rule.NEAR_IN_CURRENCY),
        ("Paddle.com", booked(1, "-100", "Paddle abonnement"), Rule.NEAR_WITH_TEXT),
        ("Faktura 12", booked(1, "-100", "Software", number=12), Rule.NEAR_WITH_TEXT),
        ("Paddle", booked(4, "-100", "Software"), Rule.NEAR_ALONE),
        ("Paddle", booked(3, "-100", "Software"), None),
    ],
)
def test_something_beside_the_amount_speaks_for_a_suggestion_and_its_rule_says_what(
    text: str, posting: Row, rule: Rule | None
) -> None:
    bill = Row(2200, Decimal(900), date(2026, 2, 1), 8, "manuel", vat_code="IVY", contact_guid="paddle")
    result = match(bank((6, "-102", text)), [posting], MARCH, abroad([bill]))
    assert [group.rule for group in result.suggested] == ([rule] if rule else [])


def test_a_voucher_with_a_code_of_foreign_trade_is_one_in_currency() -> None:
    paid = replace(booked(1, "-100", "Software"), voucher_guid="bill")
    cost = replace(paid, account_number=2200, amount=Decimal(100), vat_code="ieuy")
    result = match(bank((6, "-102", "Paddle")), [paid], MARCH, abroad([paid, cost]))
    assert only(result.suggested)[0] is Rule.NEAR_IN_CURRENCY


def test_nearly_the_same_amount_alone_is_no_suggestion_where_there_are_two() -> None:
    postings = [booked(5, "-100", "Software"), booked(7, "-101", "Porto", number=2)]
    assert match(bank((6, "-102", "Paddle")), postings, MARCH).suggested == ()
    lines = bank((6, "-102", "Paddle"), (5, "-101.5", "Kiosk"))
    assert match(lines, postings[:1], MARCH).suggested == ()


def test_opening_rows_and_what_is_booked_outside_the_period_are_no_difference() -> None:
    primo = Row(55000, Decimal(900), date(2026, 3, 1), type="Primo")
    result = match(
        bank((2, "-10", "Gebyr")), [primo, booked(27, "-10", month=2), booked(1, "5", month=4)], MARCH
    )
    assert only(result.matched) == (Rule.WITHIN_WINDOW, [1], [-10])
    assert not result.in_books_only


def test_the_closing_difference_is_explained_to_the_ore() -> None:
    lines = bank((2, "-10", "Gebyr"), (12, "500", "Kunde"), (20, "-99.75", "Netto"), (30, "70", "Salg"))
    postings = [
        booked(27, "-10", month=2),
        booked(12, "505", "Kunde", number=2),
        booked(25, "-40", "Porto", number=3),
        booked(2, "70", month=4),
    ]
    result = match(lines, postings, MARCH)
    statement = Balances(Decimal(1000), Decimal("1460.25"), is_derived=True)
    assert bank_balances(lines, opening=Decimal(1000), closing=None) == statement
    proof = tie(result, Balances(Decimal(990), Decimal(1455)), statement)
    assert (proof.opening_difference, proof.booked_before, proof.opening_unexplained) == (10, -10, 0)
    assert (proof.in_books_only, proof.in_bank_only, proof.suggested) == (-40, Decimal("-99.75"), -5)
    assert (proof.booked_after, proof.missing_lines) == (70, 0)
    assert (proof.closing_difference, proof.unexplained) == (Decimal("5.25"), 0)


def test_lines_missing_from_the_statement_and_balances_that_do_not_fit_are_shown() -> None:
    lines = bank((12, "500", "Kunde"))
    result = match(lines, [booked(12, "500")], MARCH)
    proof = tie(result, Balances(Decimal(0), Decimal(501)), Balances(Decimal(0), Decimal(480)))
    assert (proof.missing_lines, proof.unexplained) == (-20, -1)
    assert bank_balances(lines, None, Decimal(480)) == Balances(Decimal(-20), Decimal(480), is_derived=True)
    assert bank_balances(lines, None, None) is None


def test_fifty_thousand_lines_and_postings_are_matched() -> None:
    days = [MARCH.from_date + timedelta(days=at % 31) for at in range(50_000)]
    lines = [StatementLine(at, day, Decimal(at + 1), "Kortkøb") for at, day in enumerate(days)]
    postings = [Row(55000, Decimal(at + 1), day, at) for at, day in enumerate(days)]
    assert len(match(lines, postings, MARCH).matched) == 50_000


def taken(result: Reconciliation[Row]) -> tuple[list[StatementLine], list[Row]]:
    """Every line and posting in the result, as often as it is there."""
    groups = (*result.matched, *result.suggested, *result.differing, *result.ambiguous)
    lines = [line for group in groups for line in group.lines]
    postings = [posting for group in groups for posting in group.postings]
    return [*lines, *result.in_bank_only], [*postings, *result.in_books_only]


@given(lines=LINES, postings=POSTINGS)
def test_each_line_and_posting_is_in_one_place(lines: list[StatementLine], postings: list[Row]) -> None:
    result = match(lines, postings, MARCH)
    found_lines, found_postings = taken(result)
    left_out = Counter(postings) - Counter(found_postings)
    assert Counter(found_lines) == Counter(lines)
    assert not Counter(found_postings) - Counter(postings)
    assert all(posting.date not in MARCH for posting in left_out)
    assert all(posting.date in MARCH for posting in result.in_books_only)


@given(data=st.data(), lines=LINES, postings=POSTINGS)
def test_the_order_of_what_is_given_makes_no_difference(
    data: st.DataObject, lines: list[StatementLine], postings: list[Row]
) -> None:
    shuffled = match(data.draw(st.permutations(lines)), data.draw(st.permutations(postings)), MARCH)
    assert shuffled == match(lines, postings, MARCH)


@given(lines=LINES, postings=POSTINGS)
def test_what_is_matched_agrees_and_lies_within_the_window(
    lines: list[StatementLine], postings: list[Row]
) -> None:
    result = match(lines, postings, MARCH, window_days=3)
    assert all(group.difference == 0 for group in result.matched)
    for group in (*result.matched, *result.suggested, *result.differing):
        assert len(group.postings) >= 1 <= len(group.lines) + (group.rule is Rule.CANCELLED)
        if group.lines and 1 in (len(group.lines), len(group.postings)):
            days = [abs((one.date - other.date).days) for one in group.lines for other in group.postings]
            assert max(days) <= 3


@given(lines=LINES, postings=POSTINGS, first=AMOUNTS, other=AMOUNTS)
def test_the_parts_always_add_up_to_the_difference(
    lines: list[StatementLine], postings: list[Row], first: Decimal, other: Decimal
) -> None:
    moved = sum((posting.amount for posting in postings if posting.date in MARCH), Decimal(0))
    statement = bank_balances(lines, first, None)
    assert statement is not None
    proof = tie(match(lines, postings, MARCH), Balances(other, other + moved), statement)
    assert (proof.unexplained, proof.missing_lines) == (0, 0)


@given(
    days=st.lists(st.tuples(st.integers(6, 26), st.integers(-5, 5)), max_size=30),
    data=st.data(),
)
def test_amounts_that_occur_once_on_each_side_are_all_matched(
    days: list[tuple[int, int]], data: st.DataObject
) -> None:
    lines = bank(*((day, str(1000 + at), "") for at, (day, _) in enumerate(days)))
    postings = [booked(day + shift, str(1000 + at), number=at) for at, (day, shift) in enumerate(days)]
    result = match(data.draw(st.permutations(lines)), data.draw(st.permutations(postings)), MARCH)
    assert len(result.matched) == len(days)
