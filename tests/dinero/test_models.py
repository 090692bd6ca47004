"""Each of Dinero's answers as it is sent."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from msgspec import UNSET

from dinero_mcp.dinero.answers import decoded
from dinero_mcp.dinero.models import (
    Account,
    AccountingYear,
    Contact,
    Entry,
    Invoice,
    Payments,
    Product,
    SalesDocument,
    SentEntry,
    VatType,
)
from dinero_mcp.dinero.pages import Listing

Payload = Callable[[str], bytes]


def test_an_entry(payload: Payload) -> None:
    [entry] = decoded(payload("entries"), tuple[SentEntry, ...], "entries")
    assert (entry.account_number, entry.amount, entry.date) == (7300, Decimal(1000), date(2022, 5, 16))
    assert (entry.account_name, entry.vat_code) == ("Internet og webhotel", "I25")
    assert (entry.voucher_number, entry.voucher_type, entry.type) == (27, "Purchases", "Normal")
    assert entry.file_guid == "d29f89bf-4148-4573-a24e-4578266a572d"
    assert entry.entry_guid == "d29f89bf-4148-4573-a24e-4578266a572d"


def test_an_entry_tells_a_missing_document_from_one_nothing_is_known_of() -> None:
    body = b'[{"AccountNumber":1000,"Amount":1,"FileGuid":null},{"AccountNumber":1000,"Amount":-1}]'
    without, unknown = decoded(body, tuple[Entry, ...], "entries")
    assert without.file_guid is None
    assert unknown.file_guid is UNSET


def test_an_amount_is_exact_from_the_wire() -> None:
    body = b'[{"AccountNumber":55000,"Amount":123456789012345678.67}]'
    [entry] = decoded(body, tuple[Entry, ...], "entries")
    assert entry.amount == Decimal("123456789012345678.67")


def test_accounting_years_accounts_and_vat_codes(payload: Payload) -> None:
    [year] = decoded(payload("accounting_years"), tuple[AccountingYear, ...], "accountingyears")
    assert (year.name, year.from_date, year.to_date) == ("2022", date(2022, 1, 1), date(2022, 12, 31))
    accounts = decoded(payload("accounts"), tuple[Account, ...], "accounts/entry")
    assert [(a.account_number, a.name) for a in accounts] == [
        (64000, "Salgsmoms (udgående moms)"),
        (64060, "Købsmoms (indgående moms)"),
    ]
    rates = {
        vat.vat_code: vat.vat_rate for vat in decoded(payload("vat_types"), tuple[VatType, ...], "vatTypes")
    }
    assert len(rates) == 15
    assert (rates["U25"], rates["REP"], rates["HREP"]) == (
        Decimal("0.25"),
        Decimal("0.0625"),
        Decimal("0.1875"),
    )


def test_contacts_in_a_list_and_alone_agree_that_empty_is_absent(payload: Payload) -> None:
    listed, company = decoded(payload("contacts"), Listing[Contact], "contacts").rows
    alone = decoded(payload("contact"), Contact, "contacts/{guid}")
    assert listed.email is listed.vat_number is alone.email is None
    assert (alone.name, alone.city, alone.payment_condition_number_of_days) == ("Grethe Lund", "Aarhus C", 14)
    assert listed.contact_guid == alone.contact_guid
    assert (company.is_person, company.is_debitor) == (False, False)
    assert listed.updated_at == "2019-03-04T09:15:02.5"


def test_sales_documents_and_the_number_of_a_draft(payload: Payload) -> None:
    draft, invoice = decoded(payload("sales"), Listing[SalesDocument], "sales").rows
    assert (draft.is_draft, draft.number) == (True, 9223372036854775807)
    assert (invoice.is_draft, invoice.number, invoice.status) == (False, 7, "Overdue")
    assert (invoice.total_incl_vat_in_dkk, invoice.total_excl_vat_in_dkk) == (Decimal(400), Decimal(320))
    assert (invoice.date, invoice.payment_date) == (date(2019, 3, 6), date(2019, 3, 20))


def test_an_invoice_with_its_lines(payload: Payload) -> None:
    invoice = decoded(payload("invoice"), Invoice, "invoices/{guid}")
    assert (invoice.is_draft, invoice.number, invoice.total_vat) == (True, 8, Decimal(80))
    assert invoice.comment is None
    assert [line.description for line in invoice.product_lines] == ["Slange og dæk", "Kæde"]
    assert invoice.product_lines[1].product_guid == "90125"
    assert sum(line.total_amount_incl_vat for line in invoice.product_lines) == invoice.total_incl_vat


def test_payments(payload: Payload) -> None:
    payments = decoded(payload("payments"), Payments, "invoices/{guid}/payments")
    assert (payments.paid_amount, payments.remaining_amount) == (Decimal(1000), Decimal(0))
    assert payments.payments is not None
    [payment] = payments.payments
    assert (payment.amount, payment.payment_date, payment.exchange_rate) == (1000, date(2022, 6, 1), 100)


def test_products(payload: Payload) -> None:
    listing = decoded(payload("products"), Listing[Product], "products")
    alone = decoded(payload("product"), Product, "products/{guid}")
    assert listing.pagination is not None
    assert listing.pagination.result_without_filter == 2
    assert (alone.name, alone.total_amount_incl_vat, alone.quantity) == ("Slange og dæk", 200, 1)
    assert [product.product_number for product in listing.rows] == [None, "K-10"]
