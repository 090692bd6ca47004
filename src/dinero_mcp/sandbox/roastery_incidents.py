"""What goes wrong or out of the ordinary at Kafferisteriet Havblik, as in any office."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from dinero_mcp.sandbox.books import SalesDocument, SalesLine
from dinero_mcp.sandbox.chart import BANK
from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.pricing import Item, part_of
from dinero_mcp.sandbox.purchases import Cost
from dinero_mcp.sandbox.roastery_orders import CARTON
from dinero_mcp.sandbox.roastery_sales import STOPS_PAYING, stopped_paying_on
from dinero_mcp.sandbox.texts import (
    ORDERS_IN_A_COMMENT,
    ORDERS_IN_AN_INVOICE_LINE,
    REVERSED_VOUCHER_TEXT,
)
from dinero_mcp.sandbox.vat import ore

_DRAFTS = ((2, "rosen", "huset", 36), (5, "delika", "kursus", 1), (9, "person2", "krus", 6))
"""How many days old, for whom, and how much of what."""


def plan_incidents(office: Office) -> None:
    last_year = office.today.year - 1
    office.diary.at(
        weekday(stopped_paying_on(office) - timedelta(days=12)), partial(_sell_to_the_one_who_stops, office)
    )
    for day in office.monthly(23):
        if day.month % 3 == 2:
            office.diary.at(weekday(day), partial(_take_goods_back, office))
    for year in office.journal.years:
        office.diary.at(date(year.from_date.year, 9, 14), partial(_book_twice, office))
        office.diary.at(date(year.from_date.year, 10, 7), partial(_get_a_discount_from_a_supplier, office))
    office.diary.at(weekday(date(last_year, 5, 12)), partial(_take_paid_goods_back, office))
    office.diary.at(weekday(date(last_year, 2, 12)), partial(_write_orders_to_a_reader, office))
    office.diary.at(date(last_year, 3, 4), partial(_use_odd_letters, office))


def _sell_to_the_one_who_stops(office: Office, day: date) -> None:
    """A third is paid of the last invoice, and then no more."""
    items = [Item(office.products["espresso"], Decimal(54)), Item(office.products["decaf"], Decimal(12))]
    invoice = office.sales.book(office.sales.draft(day, office.contacts[STOPS_PAYING], items))
    third = ore(invoice.total_incl_vat / 3)
    office.diary.at(weekday(day + timedelta(days=40)), partial(office.sales.pay, invoice.guid, amount=third))


def _open_invoices(office: Office) -> list[SalesDocument]:
    return [
        document
        for document in office.sales.documents()
        if document.type == "Invoice"
        and not document.is_draft
        and document.currency == "DKK"
        and not document.payments
        and document.contact_guid != office.contacts[STOPS_PAYING].guid
    ]


def _take_goods_back(office: Office, day: date) -> None:
    """A carton was torn: it is credited on the newest unpaid invoice."""
    if invoices := _open_invoices(office):
        office.sales.credit(invoices[-1].guid, day, _one_carton(invoices[-1]))


def _take_paid_goods_back(office: Office, day: date) -> None:
    """The invoice is paid already, so the customer gets the money back a month later."""
    paid = [document for document in office.sales.documents() if document.status(day) == "Paid"]
    invoice = next(document for document in reversed(paid) if _paid_by_bank_in_kroner(document))
    note = office.sales.credit(invoice.guid, day, _one_carton(invoice))
    office.diary.at(
        day + timedelta(days=30), partial(office.sales.pay, note.guid, amount=note.total_incl_vat)
    )


def _one_carton(invoice: SalesDocument) -> list[SalesLine]:
    return [part_of(invoice.lines[0], Decimal(CARTON))]


def _paid_by_bank_in_kroner(document: SalesDocument) -> bool:
    by_bank = all(payment.deposit_account_number for payment in document.payments)
    return document.type == "Invoice" and document.currency == "DKK" and by_bank


def _book_twice(office: Office, day: date) -> None:
    """A bill is entered a second time, and that one deleted the same day."""
    costs = [Cost(7200, office.amount(600, 1900), "I25")]
    bill, again = (
        office.purchases.bill(day, office.contacts["it"], costs, "Printerpatroner") for _ in range(2)
    )
    office.purchases.delete(again.guid, day)
    office.diary.at(weekday(bill.due_date), partial(office.purchases.pay, bill.guid))


def _get_a_discount_from_a_supplier(office: Office, day: date) -> None:
    supplier = office.contacts["emballage"]
    costs = [Cost(2000, office.amount(9000, 16000), "I25")]
    bill = office.purchases.bill(day, supplier, costs, "Gaveæsker til jul")
    rebate = [Cost(2000, office.amount(700, 1500), "I25")]
    office.diary.at(
        day + timedelta(days=9),
        partial(
            office.purchases.credit,
            bill.guid,
            contact=supplier,
            costs=rebate,
            text="Kreditnota, bulede gaveæsker",
        ),
    )
    office.diary.at(weekday(bill.due_date), partial(office.purchases.pay, bill.guid))


def _write_orders_to_a_reader(office: Office, day: date) -> None:
    items = [Item(office.products["smagekasse"], Decimal(3), text=ORDERS_IN_AN_INVOICE_LINE)]
    draft = office.sales.draft(day, office.contacts["messy"], items, comment=ORDERS_IN_A_COMMENT)
    invoice = office.sales.book(draft)
    office.diary.at(
        weekday(day + timedelta(days=8)),
        partial(office.sales.pay, invoice.guid, amount=invoice.total_incl_vat),
    )


def _use_odd_letters(office: Office, day: date) -> None:
    office.purchases.buy(day, None, [Cost(7080, Decimal("1295.00"), None)], REVERSED_VOUCHER_TEXT, BANK)


def write_drafts(office: Office) -> None:
    """What lies unbooked on the desk today."""
    for days, customer, product, quantity in _DRAFTS:
        day = office.today - timedelta(days=days)
        office.sales.draft(
            day, office.contacts[customer], [Item(office.products[product], Decimal(quantity))]
        )
