"""The demo companies' VAT, worked out once more from the sandbox's own entries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from mcp import Client

from dinero_mcp.accounting.periods import Period, half_year_of, month_of, quarter_of
from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books, Entry
from tests.demo import demo_companies
from tests.tools.asking import CONSULTANT, ROASTERY, answered, connected

REPORT, COUNTDOWN = "get-vat-report-tool", "get-vat-period-countdown-tool"
QUARTERLY = {"frequency": "quarterly"}

BY_ACCOUNT = {
    64000: ("output_vat", -1),
    64020: ("goods_abroad_vat", -1),
    64040: ("services_abroad_vat", -1),
    64060: ("input_vat", 1),
}
BY_CODE = {
    "IEUV": ("a_goods", 1),
    "IEUY": ("a_services", 1),
    "UEUV": ("b_goods_reported", -1),
    "UEUV2": ("b_goods_not_reported", -1),
    "UEUY": ("b_services", -1),
    "UVC": ("c", -1),
    "UVV": ("c", -1),
    "UVY": ("c", -1),
}
OWED = ("output_vat", "goods_abroad_vat", "services_abroad_vat")
SETTLING = ("Momsafregning", "Betaling af moms", "Udbetaling af negativ moms", "Øreafrunding af moms")


def worked_out(entries: Iterable[Entry], period: Period) -> dict[str, Decimal]:
    """The boxes by account number and code; the sandbox's settlements are known by their texts."""
    sums = defaultdict[str, Decimal](Decimal)
    for entry in entries:
        if entry.type == "Primo" or entry.date not in period or entry.description.startswith(SETTLING):
            continue
        found = (BY_ACCOUNT.get(entry.account_number), BY_CODE.get(entry.vat_code or ""))
        for name, sign in filter(None, found):
            sums[name] += sign * entry.amount
    return {name: amount for name, amount in sums.items() if amount}


def spans(company: int) -> list[Period]:
    """Each VAT period with trade, a month, and a span across the new year."""
    first_days = [date(year, month, 1) for year in (2025, 2026) for month in (1, 4, 7)]
    of_frequency = quarter_of if company == ROASTERY else half_year_of
    periods = list(dict.fromkeys(map(of_frequency, [date(2024, 12, 1), *first_days])))
    return [*periods, month_of(date(2026, 2, 1)), Period(date(2025, 11, 17), date(2026, 3, 4))]


@pytest.mark.parametrize("company", [ROASTERY, CONSULTANT])
async def test_every_box_is_right_to_the_ore(company: int, reader: Client, companies: list[Books]) -> None:
    books = next(each for each in companies if each.organization_id == company)
    for span in spans(company):
        days = {"from_date": span.from_date.isoformat(), "to_date": span.to_date.isoformat()}
        answer = await answered(reader, REPORT, organization_id=company, **days)
        exact = {row["box"]: Decimal(row["exact"]) for row in answer["boxes"]}
        expected = worked_out(books.entries, span)
        assert {box: amount for box, amount in exact.items() if amount} == expected
        payable = sum(expected.get(box, Decimal(0)) for box in OWED) - expected["input_vat"]
        assert Decimal(answer["exact_payable"]) == payable
        filed = {row["box"]: row["to_file"] for row in answer["boxes"]}
        assert all(filed[box] == int(exact[box]) for box in exact)
        assert answer["to_file_payable"] == sum(filed[box] for box in OWED) - filed["input_vat"]


@pytest.mark.parametrize("company", [ROASTERY, CONSULTANT])
async def test_the_countdown_and_the_report_tell_the_same_of_a_period(company: int, reader: Client) -> None:
    countdown = await answered(reader, COUNTDOWN, organization_id=company)
    for row in countdown["periods"]:
        days = {"from_date": row["from_date"], "to_date": row["to_date"]}
        report = await answered(reader, REPORT, organization_id=company, **days)
        assert report["exact_payable"] == row["vat_so_far"]
        shared = ("period", "frequency", "deadline", "days_remaining", "settled", "paid")
        assert [report[name] for name in shared] == [row[name] for name in shared]


@pytest.mark.parametrize("company", [ROASTERY, CONSULTANT])
async def test_without_dates_it_is_the_countdowns_first_open_period(company: int, reader: Client) -> None:
    rows = (await answered(reader, COUNTDOWN, organization_id=company))["periods"]
    ended = [row for row in rows if row["settled"] != "settled" and not row["is_running"]]
    report = await answered(reader, REPORT, organization_id=company)
    assert report["period"] == [*ended, rows[-1]][0]["period"]


@pytest.mark.parametrize("today", [date(2026, 12, 15), date(2026, 12, 31)])
async def test_the_quarter_that_was_forgotten_is_told_when_more_than_a_year_has_gone(today: date) -> None:
    async with connected(Sandbox(today, demo_companies(today)), today=today) as client:
        inferred, given = [await answered(client, COUNTDOWN, **each) for each in ({}, QUARTERLY)]
        report = await answered(client, REPORT)
    assert [row["period"] for row in inferred["periods"]] == ["Q3 2025", "Q4 2026"]
    assert given["periods"] == inferred["periods"]
    assert (inferred["looked_back_to"], given["looked_back_to"]) == ("2024-01-01", "2025-01-01")
    assert (report["period"], report["exact_payable"]) == ("Q3 2025", "134225.52")


@pytest.mark.parametrize("company", [ROASTERY, CONSULTANT])
async def test_what_was_paid_is_what_the_form_comes_to(company: int, reader: Client) -> None:
    settled = 0
    for span in spans(company):
        days = {"from_date": span.from_date.isoformat(), "to_date": span.to_date.isoformat()}
        report = await answered(reader, REPORT, organization_id=company, **days)
        for row in report["settlements"] or ():
            settled += row["kind"] == "payment"
            assert row["kind"] == "closing" or Decimal(row["amount"]) == report["to_file_payable"]
        assert not [note for note in report["notes"] if "is to file" in note]
    assert settled >= 3


async def test_the_differences_of_a_check_are_those_of_the_codes_to_the_ore(reader: Client) -> None:
    """Each kind of code of the last quarter of 2025 is rounded for itself, and a hotel's by an øre more."""
    report = await answered(reader, REPORT, from_date="2025-10-01", to_date="2025-12-31")
    [hotel] = [row for row in report["codes"] if row["vat_code"] == "HREP"]
    assert (hotel["expected_vat"], hotel["deducted"]) == ("285.01", "285.02")
    checks = {row["check"]: (row["findings"], row["difference"]) for row in report["checks"]}
    assert checks["input VAT is what its code allows"] == (0, "0.01")
