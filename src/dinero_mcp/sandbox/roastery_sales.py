"""What Kafferisteriet Havblik invoices: cafés and shops at home, wholesalers and a school abroad."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.pricing import Currency, Item
from dinero_mcp.sandbox.roastery_orders import REGULARS, Customer, basket, kilos
from dinero_mcp.sandbox.vat import ore

STOPS_PAYING = "bolge"

_PAYS_IN_HALVES = "kantine"
_BETWEEN_HALVES = timedelta(days=37)

_ABROAD = (("stockholm", "SEK", "espresso"), ("hamburg", "EUR", "etiopien"), ("oslo", "DKK", "colombia"))
_RATES = {"DKK": (Decimal(100), 0), "EUR": (Decimal("745.60"), 40), "SEK": (Decimal("65.40"), 180)}
"""The middle rate, and how far from it a day's rate may be in hundredths."""


def plan_sales(office: Office) -> None:
    for customer in REGULARS:
        for day in _order_days(office, customer):
            office.diary.at(day, partial(_sell, office, customer))
    for day in office.monthly(11):
        if day.month % 4:
            office.diary.at(weekday(day), partial(_sell_goods_abroad, office))
        if day.month in (3, 6, 10):
            office.diary.at(weekday(day), partial(_teach_abroad, office))


def stopped_paying_on(office: Office) -> date:
    return date(office.today.year - 1, 11, 1)


def _order_days(office: Office, customer: Customer) -> list[date]:
    """Some days after the usual one; the one who stops paying orders no more from the month before."""
    last = stopped_paying_on(office) - timedelta(days=30) if customer.key == STOPS_PAYING else office.today
    days = (day for day in office.monthly(customer.day) if day.month in customer.months and day <= last)
    return [_open_day(day + timedelta(days=day.month * 5 % 4)) for day in days]


def _open_day(day: date) -> date:
    """A weekday, and none from 23 December to New Year: the roastery is closed then."""
    return weekday(date(day.year + 1, 1, 2) if (day.month, day.day) >= (12, 23) else day)


def _sell(office: Office, customer: Customer, day: date) -> None:
    contact = office.contacts[customer.key]
    invoice = office.sales.book(office.sales.draft(day, contact, basket(office, day, customer)))
    late = timedelta(days=customer.days_late + office.chance.randint(0, 3))
    paid_on = weekday(max(day, (invoice.due_date or day) + late))
    if customer.key == _PAYS_IN_HALVES:
        office.diary.at(paid_on, partial(_pay, office, invoice.guid, "DKK", share=Decimal("0.5")))
        paid_on = weekday(paid_on + _BETWEEN_HALVES)
    office.diary.at(paid_on, partial(_pay, office, invoice.guid, "DKK"))


def _pay(office: Office, guid: str, currency: str, day: date, *, share: Decimal = Decimal(1)) -> None:
    """Nothing comes when a credit note has taken the rest in the meantime."""
    amount = ore(office.sales.remaining(guid) * share)
    if amount > 0:
        office.sales.pay(guid, day, amount, rate=_rate(office, currency))


def _sell_goods_abroad(office: Office, day: date) -> None:
    customer, currency, coffee = _ABROAD[day.month % 3]
    items = [
        Item(office.products[coffee], Decimal(kilos(office, day, (44, 66))), Decimal(15)),
        Item(office.products["huset"], Decimal(kilos(office, day, (4, 12))), Decimal(15)),
    ]
    _invoice_abroad(office, day, customer, currency, items)


def _teach_abroad(office: Office, day: date) -> None:
    _invoice_abroad(office, day, "kaffeskole", "EUR", [Item(office.products["kursus"], Decimal(2))])


def _invoice_abroad(office: Office, day: date, customer: str, code: str, items: list[Item]) -> None:
    currency = Currency(code, _rate(office, code))
    draft = office.sales.draft(
        day, office.contacts[customer], items, currency=currency, description="Invoice"
    )
    invoice = office.sales.book(draft)
    paid_on = weekday((invoice.due_date or day) - timedelta(days=2))
    office.diary.at(paid_on, partial(_pay, office, invoice.guid, code))


def _rate(office: Office, code: str) -> Decimal:
    middle, width = _RATES[code]
    return middle + Decimal(office.chance.randint(-width, width)) / 100
