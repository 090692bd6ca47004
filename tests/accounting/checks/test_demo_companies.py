"""The demo companies month by month."""

from dataclasses import replace
from datetime import date

import pytest

from dinero_mcp.accounting.checks import Material, review
from dinero_mcp.accounting.periods import Period, month_of, previous_month
from tests.accounting.checks.demo import material_of
from tests.demo import demo_companies

DAYS = [date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1), date(2026, 10, 9)]
NOT_PUT_RIGHT = ["vat-period-unsettled", "owner-loan", "payment-on-wrong-invoice"]


def found(checked: Material, period: Period) -> list[str]:
    return [each.check for each in review(replace(checked, period=period)).findings]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_a_later_month_tells_only_of_what_was_not_put_right(today: date):
    month = previous_month(month_of(today))
    checked = material_of(demo_companies(today)[0], month, today)
    missed_rent = month.from_date == date(today.year - 1, 12, 1)
    assert found(checked, month) == [*NOT_PUT_RIGHT, *(["recurring-missing"] if missed_rent else [])]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_no_month_of_clean_books_has_anything_to_find(today: date):
    for books in demo_companies(today, planted=False)[:2]:
        month = month_of(today)
        checked = material_of(books, month, today)
        for _ in range(15):
            assert found(checked, month) == [], month
            month = previous_month(month)
