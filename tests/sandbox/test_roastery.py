"""The coffee roastery looks like one to a bookkeeper: its size, months, invoices and late payers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dinero_mcp.sandbox.books import AccountingYear, Books, SalesDocument
from dinero_mcp.sandbox.roastery import roastery

YEARS = range(2024, 2030)


@pytest.fixture(scope="module", params=[True, False], ids=["with secrets", "clean"])
def with_secrets(request: pytest.FixtureRequest) -> bool:
    chosen: bool = request.param
    return chosen


@pytest.fixture(scope="module", params=YEARS)
def books(request: pytest.FixtureRequest, with_secrets: bool) -> Books:
    year: int = request.param
    return roastery(date(year, 12, 31), planted=with_secrets)


def booked(books: Books, first: int, last: int, year: AccountingYear, month: int | None = None) -> Decimal:
    """What was booked on a range of accounts, revenue and profit positive."""
    return -sum(
        (
            entry.amount
            for entry in books.entries_of(year)
            if first <= entry.account_number <= last and month in (None, entry.date.month)
        ),
        Decimal(0),
    )


def invoices(books: Books, year: AccountingYear) -> list[SalesDocument]:
    return [
        document
        for document in books.sales
        if document.type == "Invoice" and document.number and document.date in year
    ]


def days_overdue(invoice: SalesDocument, day: date) -> int:
    """0 when it was paid that day, or not due before."""
    due = invoice.due_date or invoice.date
    paid = sum(payment.amount for payment in invoice.payments if payment.date <= day)
    return max(0, (day - due).days) if paid < invoice.total_incl_vat else 0


def test_each_year_is_of_the_size_it_says(books: Books):
    for year in books.years:
        assert 1500 <= sum(entry.type == "Normal" for entry in books.entries_of(year)) <= 1750
        assert 3_300_000 < booked(books, 1000, 1999, year) < 4_300_000
        assert 0 < booked(books, 1000, 49999, year) < 300_000


def test_the_gross_margin_is_steady_from_month_to_month(books: Books):
    for year in books.years:
        for month in range(1, 13):
            revenue = booked(books, 1000, 1999, year, month)
            assert Decimal("0.45") < booked(books, 1000, 2999, year, month) / revenue < Decimal("0.625")


def test_no_month_without_closing_entries_is_far_from_the_others(books: Books):
    for year in books.years:
        results = [booked(books, 1000, 7999, year, month) for month in range(1, 13)]
        assert min(results) > -40_000
        assert max(results) < 140_000


def test_sales_peak_before_christmas_and_rest_in_winter_and_in_the_summer_holidays(books: Books):
    for year in books.years:
        months = [booked(books, 1000, 1999, year, month) for month in range(1, 12)]
        assert max(months) == months[10]
        assert min(months) in (months[0], months[1], months[6], months[7])


def test_invoices_are_many_and_mostly_of_a_cafes_size(books: Books):
    for year in books.years:
        amounts = [invoice.total_excl_vat_dkk for invoice in invoices(books, year)]
        assert 110 <= len(amounts) <= 130
        assert sum(4_000 <= amount <= 35_000 for amount in amounts) >= len(amounts) * Decimal("0.8")
        assert max(amounts) < 95_000


def test_every_invoice_is_written_on_a_weekday_and_none_at_christmas(books: Books):
    days = {invoice.date for year in books.years for invoice in invoices(books, year)}
    assert not [day for day in days if day.weekday() > 4 or (day.month, day.day) >= (12, 23)]


def test_on_any_day_a_handful_of_invoices_is_overdue_and_one_of_them_old(books: Books, with_secrets: bool):
    """With the secrets there is one more: it was paid, but that is booked on another."""
    documents = [document for year in books.years for document in invoices(books, year)]
    days = [books.years[-1].from_date + timedelta(days=n) for n in range(0, 365, 2)]
    for day in days:
        late = [days_overdue(invoice, day) for invoice in documents]
        assert 4 <= sum(overdue > 0 for overdue in late) - with_secrets <= 8
        assert sum(overdue > 45 for overdue in late) == 1 + with_secrets
