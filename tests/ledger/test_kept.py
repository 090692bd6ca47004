"""Years are kept as long as there is room, those used last the longest."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from dinero_mcp.dinero.models import AccountingYear, Entry
from dinero_mcp.ledger.kept import KeptYear, KeptYears
from dinero_mcp.ledger.years import in_order

READ = datetime(2026, 5, 1, tzinfo=UTC)


def accounting_year(name: int) -> AccountingYear:
    return AccountingYear(name=str(name), from_date=date(name, 1, 1), to_date=date(name, 12, 31))


def of_rows(name: int, rows: int) -> KeptYear:
    row = Entry(1000, Decimal(1), date=date(name, 1, 1), type="Normal")
    return KeptYear(in_order(accounting_year(name), (row,) * rows), bytes(16 * rows), READ)


def kept_names(years: KeptYears, organization_id: int) -> list[str]:
    return [kept.postings.year.name for kept in years.of(organization_id)]


def test_the_least_recently_used_year_goes_first_whosever_it_is() -> None:
    years = KeptYears(100)
    for organization, name in ((1, 2024), (1, 2025), (2, 2026)):
        years.keep(organization, of_rows(name, 33))
    assert years.get(1, accounting_year(2024)) is not None
    years.keep(2, of_rows(2025, 33))
    assert (kept_names(years, 1), kept_names(years, 2)) == (["2024"], ["2025", "2026"])


def test_a_year_larger_than_all_the_room_is_not_kept_and_pushes_nothing_out() -> None:
    years = KeptYears(100)
    years.keep(1, of_rows(2024, 60))
    years.keep(1, of_rows(2025, 101))
    assert kept_names(years, 1) == ["2024"]
    years.keep(1, of_rows(2024, 101))
    assert kept_names(years, 1) == []
    years.keep(1, of_rows(2025, 100))
    assert kept_names(years, 1) == ["2025"]


def test_a_year_that_has_grown_takes_the_place_it_had() -> None:
    years = KeptYears(100)
    years.keep(1, of_rows(2024, 40))
    years.keep(1, of_rows(2025, 40))
    years.keep(1, of_rows(2024, 60))
    assert kept_names(years, 1) == ["2024", "2025"]
    years.keep(1, of_rows(2024, 61))
    assert kept_names(years, 1) == ["2025"]


def test_a_year_whose_ends_have_moved_is_another_year() -> None:
    years = KeptYears(100)
    years.keep(1, of_rows(2026, 10))
    longer = AccountingYear(name="2026", from_date=date(2026, 1, 1), to_date=date(2027, 3, 31))
    assert years.get(1, longer) is None
    assert years.get(1, accounting_year(2026)) is not None


def test_only_what_is_still_kept_is_given_up_or_noted() -> None:
    years, before, after = KeptYears(100), of_rows(2026, 10), of_rows(2026, 11)
    years.keep(1, after)
    years.drop(1, before)
    years.note_tied(1, before)
    assert years.get(1, accounting_year(2026)) is after
    untied = replace(after, is_tied=False)
    years.keep(1, untied)
    years.note_tied(1, untied)
    noted = years.get(1, accounting_year(2026))
    assert noted is not None
    assert noted.is_tied
    years.drop(1, noted)
    assert years.of(1) == []


def test_a_year_is_fresh_for_a_while_after_it_was_asked_for() -> None:
    now = READ.timestamp()
    years = KeptYears(100, freshness=60, clock=lambda: now)
    kept = of_rows(2026, 1)
    assert years.is_fresh(kept)
    now += 60
    assert not years.is_fresh(kept)


def test_how_many_postings_are_kept_is_known() -> None:
    years = KeptYears(100)
    years.keep(1, of_rows(2025, 40))
    years.keep(2, of_rows(2026, 20))
    assert years.rows_kept == 60
