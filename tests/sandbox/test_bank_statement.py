"""The demo company's bank statement: what a bank exports, and what the books hold."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dinero_mcp.accounting.bank_matching import Reconciliation, match
from dinero_mcp.accounting.bank_movements import Rule
from dinero_mcp.accounting.bank_statement import Statement, read_statement
from dinero_mcp.accounting.periods import Period, month_of
from dinero_mcp.sandbox.bank_statement import bank_statement
from dinero_mcp.sandbox.books import Books, Entry
from dinero_mcp.sandbox.chart import BANK
from dinero_mcp.sandbox.companies import demo_statement
from dinero_mcp.sandbox.consultant import consultant
from dinero_mcp.sandbox.roastery import roastery
from tests.demo import demo_companies

TODAY = date(2026, 10, 9)
DAYS = [date(2026, 1, 1), TODAY, date(2027, 12, 31), date(2028, 2, 29), date(2031, 6, 30)]
FEE = (Decimal("-485.00"), "Årsgebyr Mastercard Business")
WINDOW = timedelta(days=5)


def months(books: Books, today: date) -> Iterator[Period]:
    """Every whole month since the books began."""
    month = month_of(books.years[0].from_date)
    while month.to_date <= today:
        yield month
        month = month_of(month.to_date + timedelta(days=1))


def statement(books: Books, month: Period) -> Statement:
    return read_statement(bank_statement(books, BANK, month.from_date, month.to_date))


def reconciled(books: Books, month: Period) -> Reconciliation[Entry]:
    near = Period(month.from_date - WINDOW, month.to_date + WINDOW)
    booked = [entry for entry in books.entries if entry.account_number == BANK and entry.date in near]
    return match(statement(books, month).lines, booked, month)


def booked_balance(books: Books, as_of: date) -> Decimal:
    rows = (e for e in books.entries if e.account_number == BANK and e.type == "Normal" and e.date <= as_of)
    return sum((entry.amount for entry in rows), Decimal(0))


def test_it_is_what_a_danish_bank_exports():
    heading, *rows = csv.reader(demo_statement(TODAY).splitlines(), delimiter=";")
    assert heading == ["Dato", "Tekst", "Beløb", "Saldo"]
    assert rows[1] == ["30-12-2025", "Ydelse lån 9990-0009380", "-9.933,40", "652.674,98"]
    days = [date(int(day[6:]), int(day[3:5]), int(day[:2])) for day, *_ in rows]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_december_last_year_holds_one_fee_that_is_not_booked(today: date):
    books, december = roastery(today), Period(date(today.year - 1, 12, 1), date(today.year - 1, 12, 31))
    found, told = reconciled(books, december), read_statement(demo_statement(today))
    assert [(line.amount, line.text) for line in found.in_bank_only] == [FEE]
    assert (found.suggested, found.differing, found.ambiguous, found.in_books_only) == ((), (), (), ())
    assert told.opening_balance == booked_balance(books, december.from_date - timedelta(days=1))
    assert told.closing_balance == booked_balance(books, december.to_date) + FEE[0]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_month_of_a_clean_company_agrees_with_its_books(today: date):
    for books in demo_companies(today, planted=False)[:2]:
        for month in months(books, today):
            found = reconciled(books, month)
            rest = (found.suggested, found.differing, found.ambiguous)
            assert (*rest, found.in_bank_only, found.in_books_only) == ((), (), (), (), ())
            assert statement(books, month).closing_balance == booked_balance(books, month.to_date)


def test_what_is_one_in_the_bank_may_be_several_in_the_books_and_the_other_way_round():
    december = Period(date(2025, 12, 1), date(2025, 12, 31))
    rules = {group.rule for group in reconciled(roastery(TODAY), december).matched}
    assert rules == {Rule.SAME_DAY, Rule.WITHIN_WINDOW, Rule.POSTINGS_SUM, Rule.LINES_SUM}


def test_its_texts_are_short_and_printable():
    whole = bank_statement(roastery(TODAY), BANK, date(2024, 1, 1), TODAY)
    rows = list(csv.reader(whole.splitlines(), delimiter=";"))
    assert {len(row) for row in rows} == {4}
    assert all(row[1] and row[1].isprintable() and len(row[1]) <= 60 for row in rows)


def test_a_company_without_the_account_has_an_empty_statement():
    assert bank_statement(consultant(TODAY), 55040, date(2026, 1, 1), TODAY) == "Dato;Tekst;Beløb;Saldo\n"
