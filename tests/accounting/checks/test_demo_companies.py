"""The demo companies: what the roastery's secrets cause, and nothing else, whichever day it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from dinero_mcp.accounting.checks import Material, review
from dinero_mcp.accounting.periods import Period, month_of, previous_month
from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.companies import demo_organizations
from tests.accounting.checks.demo import material_of

DAYS = [
    *(date(2026, month, 1) for month in (1, 3, 9)),
    *(
        date(2026, month, day)
        for month, day in ((1, 31), (2, 28), (4, 30), (5, 31), (6, 15), (7, 20), (8, 17))
    ),
    *(date(2026, month, day) for month, day in ((10, 9), (11, 11), (12, 24), (12, 31))),
    *(date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 2), date(2025, 3, 3), date(2025, 6, 2)),
    *(date(2027, 3, 31), date(2028, 2, 29), date(2029, 4, 1), date(2030, 7, 1), date(2031, 6, 2)),
]
SECRETS = [
    ("error", "vat-period-unsettled"),
    ("error", "owner-loan"),
    ("warning", "suspected-duplicate"),
    ("warning", "vat-on-foreign-purchase"),
    ("warning", "vat-without-document"),
    ("warning", "payment-on-wrong-invoice"),
    ("warning", "invoice-number-gap"),
    ("warning", "recurring-missing"),
]
STILL_OPEN = ["vat-period-unsettled", "owner-loan", "payment-on-wrong-invoice"]


@cache
def companies(today: date, *, planted: bool) -> Sequence[Books]:
    return demo_organizations(today, planted=planted)[:2]


def said(checked: Material, period: Period) -> list[tuple[str, str]]:
    findings = review(replace(checked, period=period)).findings
    return [(each.severity.value, each.check) for each in findings]


def test_the_days_are_two_dozen():
    assert len(set(DAYS)) == 24


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_each_secret_of_the_roastery_is_found_and_nothing_else(today: date):
    begin, end = date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    checked = material_of(companies(today, planted=True)[0], Period(begin, end), today)
    for last_day in (end, today):
        assert said(checked, Period(begin, last_day)) == SECRETS


@pytest.mark.parametrize("today", DAYS[::3], ids=str)
def test_a_later_month_tells_only_of_what_was_not_put_right(today: date):
    month = previous_month(month_of(today))
    checked = material_of(companies(today, planted=True)[0], month, today)
    later = [check for _, check in said(checked, month)]
    assert set(later) - {"recurring-missing"} == set(STILL_OPEN)
    assert ("recurring-missing" in later) is (month.from_date == date(today.year - 1, 12, 1))


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_without_its_secrets_and_for_the_consultant_there_is_nothing_to_find(today: date):
    for books in companies(today, planted=False):
        whole, month = Period(books.years[0].from_date, today), month_of(today)
        checked = material_of(books, whole, today)
        for period in (whole, previous_month(month), month):
            assert said(checked, period) == [], period
