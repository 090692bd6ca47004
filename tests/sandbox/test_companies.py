"""The demo companies hold together on any day: what they book cancels, ties and lies in the past."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from re import search

import pytest

from dinero_mcp.sandbox.books import Books, Entry
from dinero_mcp.sandbox.companies import demo_organizations
from dinero_mcp.sandbox.vat import due_date
from tests.demo import demo_companies

DAYS = [
    date(2024, 2, 29),
    date(2024, 12, 31),
    date(2025, 1, 2),
    date(2025, 3, 3),
    date(2025, 6, 2),
    date(2026, 1, 1),
    date(2026, 2, 28),
    date(2026, 4, 30),
    date(2026, 9, 1),
    date(2026, 10, 9),
    date(2027, 3, 31),
    date(2027, 12, 31),
    date(2028, 2, 29),
    date(2031, 6, 2),
]
VAT_ACCOUNTS = (64000, 64020, 64040, 64060)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module", params=[True, False], ids=["with secrets", "clean"])
def planted(request: pytest.FixtureRequest) -> bool:
    chosen: bool = request.param
    return chosen


@pytest.fixture(scope="module")
def companies(today: date, planted: bool) -> list[Books]:
    return demo_companies(today, planted=planted)


@pytest.fixture(scope="module")
def roastery(companies: list[Books]) -> Books:
    return companies[0]


@pytest.fixture(scope="module")
def consultant(companies: list[Books]) -> Books:
    return companies[1]


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def booked(books: Books) -> list[Entry]:
    return [entry for entry in books.entries if entry.type == "Normal"]


def balance(books: Books, account: int, as_of: date = date.max) -> Decimal:
    return total(e.amount for e in booked(books) if e.account_number == account and e.date <= as_of)


def sums(entries: Iterable[Entry], key: Callable[[Entry], object]) -> dict[object, Decimal]:
    result = defaultdict[object, Decimal](Decimal)
    for entry in entries:
        result[key(entry)] += entry.amount
    return result


def closed_periods(books: Books, today: date, months: int) -> list[date]:
    """The last day of every VAT period since the books began whose deadline has come."""
    first = books.years[0].from_date
    firsts = (date(y, m, 1) for y in range(first.year, today.year + 1) for m in range(1, 13))
    ends = [day - timedelta(days=1) for day in firsts if day.month % months == 1]
    return [end for end in ends if end > first and due_date(end) <= today]


def settled_periods(roastery: Books, today: date, planted: bool) -> list[date]:
    """Every closed quarter but the one that is never settled, last year's third, when there are secrets."""
    left = {date(today.year - 1, 9, 30)} if planted else set[date]()
    return [end for end in closed_periods(roastery, today, 3) if end not in left]


def test_there_are_three_organizations_and_one_has_no_pro_plan(companies: list[Books]):
    assert [(books.organization_id, books.is_pro) for books in companies] == [
        (1001, True),
        (1002, True),
        (1003, False),
    ]
    assert companies[2].entries == []


def test_every_voucher_and_every_year_cancels(companies: list[Books]):
    for books in companies:
        for year in books.years:
            entries = list(books.entries_of(year))
            assert not any(sums(entries, lambda e: (e.type, e.voucher_type, e.voucher_number)).values())


def test_primo_rows_are_the_closing_balances_with_the_result_in_equity(companies: list[Books]):
    for books, equity in zip(companies, (60020, 60000, 60000), strict=True):
        for closed, opened in zip(books.years, books.years[1:], strict=False):
            closing = sums(books.entries_of(closed), lambda e: max(e.account_number, 49999))
            closing[equity] += closing.pop(49999, Decimal(0))
            primo = {e.account_number: e.amount for e in books.entries_of(opened) if e.type == "Primo"}
            assert primo == {account: amount for account, amount in closing.items() if amount}
            assert {e.date for e in books.entries_of(opened) if e.type == "Primo"} == {opened.from_date}


def test_nothing_is_booked_in_the_future(companies: list[Books], today: date):
    noon = datetime.combine(today, time(12), UTC)
    for books in companies:
        assert all(entry.date <= today and entry.added_at < noon for entry in books.entries)
        assert all(document.date <= today and document.updated_at < noon for document in books.sales)
        assert all(contact.updated_at < noon for contact in books.contacts)
        assert [e.added_at for e in books.entries] == sorted(e.added_at for e in books.entries)


def test_entries_are_booked_on_their_date_or_soon_after(companies: list[Books]):
    for books in companies:
        lags = [(entry.added_at.date() - entry.date).days for entry in booked(books)]
        assert min(lags, default=0) == 0
        assert max(lags, default=0) <= 65


def test_guids_and_voucher_numbers_are_unique(companies: list[Books]):
    for books in companies:
        for guids in (
            [entry.entry_guid for entry in books.entries],
            [document.guid for document in books.sales],
            [contact.guid for contact in books.contacts],
            [payment.guid for document in books.sales for payment in document.payments],
        ):
            assert len(guids) == len(set(guids))
        numbers = [document.number for document in books.sales if document.number]
        assert len(numbers) == len(set(numbers))


def test_invoices_are_numbered_without_gaps_but_for_the_secret_one(companies: list[Books], planted: bool):
    for books, gaps in zip(companies, (planted, 0, 0), strict=True):
        numbers = {document.number for document in books.sales if document.number}
        assert len(set(range(1, max(numbers, default=0) + 1)) - numbers) == gaps


def test_voucher_numbers_have_no_gaps(companies: list[Books]):
    for books in companies:
        for year in books.years:
            for series in ("Purchases", "manuel"):
                numbers = {e.voucher_number for e in books.entries_of(year) if e.voucher_type == series}
                assert numbers == set(range(1, len(numbers) + 1))


def test_every_account_and_vat_code_used_is_known(companies: list[Books]):
    for books in companies:
        assert {entry.account_number for entry in books.entries} <= set(books.accounts)
        assert {entry.vat_code for entry in books.entries} - {None} <= {
            vat_type.code for vat_type in books.vat_types
        }
        assert {deposit.number for deposit in books.deposit_accounts} <= set(books.accounts)


def test_open_sales_documents_tie_to_debtors(companies: list[Books]):
    for books in companies:
        assert balance(books, 53000) == total(
            (1 if document.type == "Invoice" else -1)
            * (document.total_incl_vat_dkk - total(payment.amount_dkk for payment in document.payments))
            for document in books.sales
            if not document.is_draft
        )


def test_open_bills_tie_to_creditors(companies: list[Books]):
    for books in companies:
        assert -balance(books, 63000) == total(
            (1 if bill.type == "Bill" else -1) * (bill.total_incl_vat_dkk - bill.paid_dkk)
            for bill in books.purchases
        )


def test_documents_tie_to_their_lines_and_their_entries(companies: list[Books]):
    for books in companies:
        owed = sums(
            (e for e in booked(books) if e.voucher_type == "Sales"),
            lambda e: (e.voucher_number, e.account_number),
        )
        contacts = {contact.guid for contact in books.contacts}
        for document in books.sales:
            assert document.contact_guid in contacts
            assert document.total_excl_vat == total(line.total_excl_vat for line in document.lines)
            if not document.is_draft:
                assert abs(owed[document.number, 53000]) == document.total_incl_vat_dkk


def test_no_deposit_account_is_ever_overdrawn(companies: list[Books]):
    for books in companies:
        for account in (55000, 55020, 55040):
            running = Decimal(0)
            movements = sums((e for e in booked(books) if e.account_number == account), lambda e: e.date)
            for day in sorted(movements, key=str):
                running += movements[day]
                assert running >= 0, (books.name, account, day)


def test_every_vat_period_is_settled_and_paid_on_its_deadline_or_before_when_vat_comes_back(
    roastery: Books, consultant: Books, today: date, planted: bool
):
    for books, ends in (
        (roastery, settled_periods(roastery, today, planted)),
        (consultant, closed_periods(consultant, today, 6)),
    ):
        closings = [
            e for e in booked(books) if e.account_number == 64100 and "Momsafregning" in e.description
        ]
        payments = [e for e in booked(books) if e.account_number == 64100 and "etaling af" in e.description]
        assert len(closings) == len(payments) == len(ends)
        assert [entry.amount for entry in payments] == [-entry.amount for entry in closings]
        for end, payment in zip(ends, payments, strict=True):
            assert payment.date == due_date(end) if payment.amount > 0 else payment.date < due_date(end)


def test_a_settlement_dated_at_the_period_end_leaves_nothing_of_the_period_on_the_vat_accounts(
    roastery: Books, today: date, planted: bool
):
    """What a quarter left there that was never settled still stands."""
    forgotten = date(today.year - 1, 9, 30)
    for end in settled_periods(roastery, today, planted):
        left = forgotten if planted and end > forgotten else date.min
        assert [balance(roastery, account, end) for account in VAT_ACCOUNTS] == [
            balance(roastery, account, left) for account in VAT_ACCOUNTS
        ]


def test_a_settlement_dated_when_reported_takes_exactly_the_periods_movement(consultant: Books, today: date):
    settled = [e for e in booked(consultant) if e.description.startswith("Momsafregning")]
    for end in closed_periods(consultant, today, 6):
        start = date(end.year, end.month - 5, 1)
        label = f"Momsafregning {end.month // 6}. halvår {end.year}"
        for account in VAT_ACCOUNTS:
            moved = total(
                e.amount
                for e in booked(consultant)
                if e.account_number == account and start <= e.date <= end and e not in settled
            )
            assert moved == -total(
                e.amount for e in settled if e.account_number == account and e.description == label
            )


def test_vat_is_a_quarter_of_what_its_codes_say(roastery: Books):
    base = sums(booked(roastery), lambda e: e.vat_code)
    vat = sums(
        (e for e in booked(roastery) if "omsafregning" not in e.description), lambda e: e.account_number
    )
    assert abs(vat[64000] * 4 - base["U25"] + base["OBPK"]) < 10
    assert abs(vat[64020] * 4 + base["IEUV"] + base["IVV"]) < 10
    assert abs(vat[64040] * 4 + base["IEUY"] + base["IVY"]) < 10


def test_a_refund_comes_once_when_the_machine_was_bought(roastery: Books, today: date):
    refunds = [e for e in booked(roastery) if e.description.startswith("Udbetaling af negativ moms")]
    bought_and_settled = due_date(date(today.year - 1, 3, 31)) <= today
    assert [e.amount > 0 for e in refunds if e.account_number == 55000] == [True] * bought_and_settled


def test_the_consultant_books_about_250_postings_a_year_in_a_long_first_year(consultant: Books, today: date):
    first = consultant.years[0]
    assert (first.from_date, first.to_date) == (date(today.year - 2, 10, 1), date(today.year - 1, 12, 31))
    assert first.name == f"{today.year - 2}/{(today.year - 1) % 100:02}"
    assert 200 <= sum(entry.date.year == today.year - 1 for entry in booked(consultant)) <= 320


def test_clearing_wages_and_tax_account_do_not_pile_up(roastery: Books):
    assert balance(roastery, 63300) == 0
    assert balance(roastery, 65100) == 0
    assert 0 <= balance(roastery, 55020) < 90_000
    assert -60_000 < balance(roastery, 65000) + balance(roastery, 65020) <= 0


def test_the_roastery_has_every_kind_of_document(roastery: Books, today: date):
    kinds = Counter((document.type, document.status(today)) for document in roastery.sales)
    assert kinds["Invoice", "Draft"] == 3
    assert all(kinds["Invoice", status] for status in ("Paid", "Overdue"))
    assert kinds["CreditNote", "Paid"]
    assert {document.currency for document in roastery.sales} == {"DKK", "EUR", "SEK"}
    assert any(0 < document.paid < document.total_incl_vat for document in roastery.sales)
    assert any(bill.type == "CreditNote" for bill in roastery.purchases)
    assert any(entry.description.startswith("Modpostering af: ") for entry in roastery.entries)
    assert any(entry.account_number == 1445 for entry in roastery.entries)
    assert any(entry.account_number == 2400 for entry in roastery.entries)


def test_every_vat_code_a_roastery_needs_is_in_use(roastery: Books):
    used = {entry.vat_code for entry in roastery.entries}
    assert used >= {"U25", "UEUV", "UEUY", "UVV", "I25", "IEUV", "IVV", "IEUY", "IVY", "REP", "HREP", "OBPK"}


def test_a_few_texts_are_hostile(roastery: Books):
    names = [contact.name for contact in roastery.contacts]
    texts = [entry.description for entry in roastery.entries]
    assert "Café L'Étoile ApS" in names
    assert any(";" in name for name in names)
    assert any("\n" in name and "\x1b" in name and "\u200b" in name and "|" in name for name in names)
    assert any("\u202e" in text for text in texts)
    assert any("Ignorer alle" in line.description for document in roastery.sales for line in document.lines)
    assert sum(bool(search(r"\b\d{6}-\d{4}\b", text)) for text in texts) == 2


def test_one_contact_and_one_product_are_deleted(roastery: Books):
    assert sum(contact.deleted_at is not None for contact in roastery.contacts) == 1
    assert sum(product.deleted_at is not None for product in roastery.products) == 1
    gone = next(contact.guid for contact in roastery.contacts if contact.deleted_at)
    assert all(entry.contact_guid != gone for entry in roastery.entries)


def test_the_same_day_gives_the_same_books(companies: list[Books], today: date, planted: bool):
    assert demo_organizations(today, planted=planted) == companies


@pytest.mark.parametrize("with_secrets", [True, False])
@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 1, 1), date(2026, 1, 2)),
        (date(2026, 2, 27), date(2026, 3, 3)),
        (date(2026, 5, 31), date(2026, 6, 3)),
        (date(2026, 6, 4), date(2026, 12, 31)),
    ],
)
def test_later_in_the_year_entries_have_been_added_and_none_changed(
    day: date, later: date, with_secrets: bool
):
    earlier, now = (demo_companies(each, planted=with_secrets)[:2] for each in (day, later))
    for before, after in zip(earlier, now, strict=True):
        assert booked(after)[: len(booked(before))] == booked(before)
        assert after.unbooked == before.unbooked
    assert len(booked(now[0])) > len(booked(earlier[0]))


def test_until_the_first_secret_the_roastery_is_the_same_with_and_without_them(today: date):
    first = date(today.year - 1, 9, 30)
    careless, clean = (
        [entry for entry in booked(demo_companies(today, planted=planted)[0]) if entry.date < first]
        for planted in (True, False)
    )
    assert careless == clean
