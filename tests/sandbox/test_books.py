"""How the sandbox keeps books: vouchers, number series, primo rows, VAT, open items and large volumes."""

from datetime import date
from decimal import Decimal
from itertools import groupby

import pytest

from dinero_mcp.sandbox.books import AccountingYear, Contact, Entry, Product
from dinero_mcp.sandbox.chart import DEBTORS, standard_chart, vat_types
from dinero_mcp.sandbox.diary import moment
from dinero_mcp.sandbox.journal import MANUAL, PURCHASES, SALES, Journal, Line, UnbalancedError
from dinero_mcp.sandbox.pricing import Currency, Item
from dinero_mcp.sandbox.purchases import Cost, PurchaseLedger
from dinero_mcp.sandbox.sales import SalesLedger
from dinero_mcp.sandbox.vat import due_date, purchase_lines
from dinero_mcp.sandbox.volume import large_year

YEARS = [AccountingYear(str(y), date(y, 1, 1), date(y, 12, 31)) for y in (2024, 2025, 2026)]
NEW_YEAR = date(2025, 1, 1)


def new_journal() -> Journal:
    return Journal(1, YEARS, standard_chart(), equity_account=60020, guids_since=NEW_YEAR)


def post(
    journal: Journal, day: date, amount: str = "100.00", voucher_type: str = MANUAL
) -> tuple[Entry, ...]:
    lines = [Line(55000, Decimal(amount)), Line(1050, -Decimal(amount))]
    return journal.post(voucher_type, day, "Salg", lines).entries


def contact(*, vat_region: str = "DK") -> Contact:
    day = moment(NEW_YEAR)
    return Contact("c-1", "Café Ås", created_at=day, updated_at=day, vat_region=vat_region)


def product(price: str) -> Product:
    day = moment(NEW_YEAR)
    return Product("p-1", "Kaffe", "1", 1000, "kilogram", Decimal(price), Decimal(0), day, day)


def test_a_voucher_that_does_not_cancel_is_refused():
    with pytest.raises(UnbalancedError):
        new_journal().post(
            MANUAL, NEW_YEAR, "Skævt", [Line(55000, Decimal("1.00")), Line(1050, Decimal("-0.99"))]
        )


def test_an_account_outside_the_chart_is_refused():
    with pytest.raises(LookupError, match="1234"):
        new_journal().post(MANUAL, NEW_YEAR, "Ukendt", [Line(1234, Decimal(0))])


def test_sales_numbers_run_on_and_the_other_series_restart_each_year():
    journal = new_journal()
    days = [date(2024, 5, 1), date(2024, 6, 1), date(2025, 5, 1)]
    numbers = {
        series: [post(journal, day, voucher_type=series)[0].voucher_number for day in days]
        for series in (SALES, PURCHASES, MANUAL)
    }
    assert numbers == {SALES: [1, 2, 3], PURCHASES: [1, 2, 1], MANUAL: [1, 2, 1]}


def test_older_entries_have_no_voucher_guid():
    journal = new_journal()
    assert {entry.voucher_guid for entry in post(journal, date(2024, 12, 31))} == {None}
    assert len({entry.voucher_guid for entry in post(journal, NEW_YEAR)} - {None}) == 1


def test_a_deleted_voucher_comes_again_under_its_number_with_the_opposite_sign():
    journal = new_journal()
    voucher = journal.post(MANUAL, NEW_YEAR, "Fejl", [Line(55000, Decimal(5)), Line(1050, Decimal(-5))])
    journal.reverse(voucher, date(2025, 1, 4))
    before, after = journal.entries()[0], journal.entries()[2]
    assert after.description == "Modpostering af: Fejl"
    assert (after.amount, after.date, after.voucher_number) == (
        -before.amount,
        before.date,
        before.voucher_number,
    )
    assert after.added_at.date() == date(2025, 1, 4)
    assert after.entry_guid != before.entry_guid


def test_primo_rows_carry_balances_over_and_the_result_to_equity():
    journal = new_journal()
    post(journal, date(2024, 3, 1), "250.00")
    primo = [(e.date, e.account_number, e.amount) for e in journal.entries() if e.type == "Primo"]
    assert primo == [
        (date(2025, 1, 1), 55000, Decimal("250.00")),
        (date(2025, 1, 1), 60020, Decimal("-250.00")),
        (date(2026, 1, 1), 55000, Decimal("250.00")),
        (date(2026, 1, 1), 60020, Decimal("-250.00")),
    ]


def test_a_late_entry_updates_the_primo_row_and_keeps_its_guid():
    early, late = new_journal(), new_journal()
    for journal in (early, late):
        post(journal, date(2024, 3, 1))
    lines = [Line(55000, Decimal(7)), Line(1050, Decimal(-7))]
    late.post(MANUAL, date(2024, 12, 31), "Efterpostering", lines, booked_on=date(2025, 2, 10))
    before, after = (next(e for e in j.entries() if e.type == "Primo") for j in (early, late))
    assert (before.entry_guid, before.amount) == (after.entry_guid, after.amount - 7)
    assert after.added_at.date() == date(2025, 2, 10)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("I25", {7320: "100.00", 64060: "25.00"}),
        ("REP", {7320: "118.75", 64060: "6.25"}),
        ("HREP", {7320: "106.25", 64060: "18.75"}),
        ("IEUY", {7320: "100.00", 64040: "-25.00", 64060: "25.00"}),
        ("IVY", {7320: "100.00", 64040: "-25.00", 64060: "25.00"}),
        ("IEUV", {7320: "100.00", 64020: "-25.00", 64060: "25.00"}),
        ("IVV", {7320: "100.00", 64020: "-25.00", 64060: "25.00"}),
        ("OBPK", {7320: "100.00", 64000: "-25.00", 64060: "25.00"}),
        (None, {7320: "100.00"}),
    ],
)
def test_a_purchase_books_the_vat_its_code_says(code: str | None, expected: dict[int, str]):
    lines = purchase_lines(7320, Decimal("100.00"), code)
    assert {line.account: line.amount for line in lines} == {k: Decimal(v) for k, v in expected.items()}
    assert [line.vat_code for line in lines] == [code, *[None] * (len(lines) - 1)]


@pytest.mark.parametrize(
    ("period_end", "due"),
    [
        (date(2025, 3, 31), date(2025, 6, 2)),
        (date(2026, 6, 30), date(2026, 9, 1)),
        (date(2025, 9, 30), date(2025, 12, 1)),
        (date(2025, 12, 31), date(2026, 3, 2)),
    ],
)
def test_vat_is_due_on_the_first_of_the_third_month_or_the_monday_after(period_end: date, due: date):
    assert due_date(period_end) == due


def test_a_sales_invoice_books_debtor_revenue_and_vat_rounded_half_up():
    journal = new_journal()
    sales = SalesLedger(journal, standard_chart())
    sales.book(
        sales.draft(
            NEW_YEAR, contact(), [Item(product("33.30"), Decimal(3)), Item(product("0.12"), Decimal(1))]
        )
    )
    booked = {
        entry.account_number: (entry.amount, entry.vat_code)
        for entry in journal.entries()
        if entry.voucher_type
    }
    assert booked == {
        DEBTORS: (Decimal("125.03"), None),
        1000: (Decimal("-100.02"), "U25"),
        64000: (Decimal("-25.01"), None),
    }


def test_a_draft_has_no_number_and_no_entries():
    journal = new_journal()
    draft = SalesLedger(journal, standard_chart()).draft(
        NEW_YEAR, contact(), [Item(product("10.00"), Decimal(1))]
    )
    assert draft.number is None
    assert journal.entries() == []


def test_a_foreign_invoice_paid_at_another_rate_leaves_an_exchange_difference_and_no_debt():
    journal = new_journal()
    sales = SalesLedger(journal, standard_chart())
    euro = Currency("EUR", Decimal("746.00"))
    invoice = sales.book(
        sales.draft(NEW_YEAR, contact(vat_region="EU"), [Item(product("746.00"), Decimal(10))], currency=euro)
    )
    assert (invoice.total_incl_vat, invoice.total_incl_vat_dkk) == (Decimal("1000.00"), Decimal("7460.00"))
    sales.pay(invoice.guid, date(2025, 2, 3), Decimal("1000.00"), rate=Decimal("745.10"))
    assert journal.balance(55000) == Decimal("7451.00")
    assert journal.balance(1445) == Decimal("9.00")
    assert journal.balance(DEBTORS) == 0


def test_a_credit_note_settles_what_the_invoice_lacks():
    journal = new_journal()
    sales = SalesLedger(journal, standard_chart())
    invoice = sales.book(
        sales.draft(
            NEW_YEAR, contact(), [Item(product("80.00"), Decimal(1)), Item(product("20.00"), Decimal(1))]
        )
    )
    note = sales.credit(invoice.guid, date(2025, 1, 9), invoice.lines[1:])
    assert (note.type, note.number, note.total_incl_vat) == ("CreditNote", 2, Decimal("25.00"))
    assert sales.remaining(invoice.guid) == Decimal("100.00") == journal.balance(DEBTORS)
    assert sales.remaining(note.guid) == 0


def test_a_supplier_credit_note_makes_the_bill_smaller():
    journal = new_journal()
    purchases = PurchaseLedger(journal)
    bill = purchases.bill(NEW_YEAR, contact(), [Cost(2000, Decimal("100.00"), "I25")], "Poser")
    purchases.credit(bill.guid, NEW_YEAR, contact(), [Cost(2000, Decimal("20.00"), "I25")], "Kreditnota")
    purchases.pay(bill.guid, date(2025, 1, 20))
    assert journal.balance(55000) == Decimal("-100.00")
    assert journal.balance(63000) == 0


def test_every_vat_code_in_the_chart_is_a_vat_type():
    codes = {account.vat_code for account in standard_chart().values()} - {None}
    assert codes <= {vat_type.code for vat_type in vat_types()}


@pytest.mark.parametrize("size", [2, 3, 4, 1000, 30_001])
def test_a_large_year_has_exactly_the_size_asked_for_and_balances(size: int):
    books = large_year(size, 2025)
    assert len(books.entries) == size
    vouchers = groupby(books.entries, lambda entry: entry.voucher_guid)
    assert all(sum(entry.amount for entry in lines) == 0 for _, lines in vouchers)
    assert all(entry.date in books.years[0] for entry in books.entries)
