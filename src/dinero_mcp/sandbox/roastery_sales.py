"""What Kafferisteriet Havblik sells: to cafés and shops, abroad, and from its web shop."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from dinero_mcp.sandbox.books import SalesDocument
from dinero_mcp.sandbox.chart import BANK, CLEARING, SALES_VAT
from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.journal import MANUAL, Line
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.pricing import Currency, Item
from dinero_mcp.sandbox.vat import RATE, ore

STOPS_PAYING = "bolge"

_CAFES = (
    "etoile", "bro", "fjordly", "skumring", "molen", "aeble", "loft",
    "rosen", "hotel", "delika", "bog", "kantine", "kommune", STOPS_PAYING,
)  # fmt: skip
_COFFEES = ("huset", "espresso", "etiopien", "colombia", "decaf", "filter")
_EXTRAS = ("kopper", "filtre", "krus", "smagekasse", "kvaern", "service", "kursus")
_DAYS_LATE = {
    "etoile": 3,
    "bro": -2,
    "fjordly": 12,
    "skumring": 1,
    "molen": 24,
    "loft": 5,
    "hotel": 38,
    "bog": 2,
}
_PAYS_IN_HALVES = "kantine"
_CARD_FEE = Decimal("0.0139")

_ABROAD = (("stockholm", "SEK", "espresso"), ("hamburg", "EUR", "etiopien"), ("oslo", "DKK", "colombia"))
_RATES = {"DKK": (Decimal(100), 0), "EUR": (Decimal("745.60"), 40), "SEK": (Decimal("65.40"), 180)}
"""The middle rate, and how far from it a day's rate may be in hundredths."""


def plan_sales(office: Office) -> None:
    for day in office.days():
        if day.weekday() == 1:
            office.diary.at(day, partial(_sell_to_a_cafe, office))
        if day.weekday() == 0:
            office.diary.at(day, partial(_collect_web_shop, office))
    for day in office.monthly(11):
        if day.month % 4:
            office.diary.at(day, partial(_sell_goods_abroad, office))
        if day.month in (3, 6, 10):
            office.diary.at(day, partial(_teach_abroad, office))


def sell(office: Office, day: date, customer: str, items: list[Item]) -> SalesDocument:
    """Invoice a Danish customer, who pays as that customer does."""
    invoice = office.sales.book(office.sales.draft(day, office.contacts[customer], items))
    _plan_payment(office, customer, invoice)
    return invoice


def basket(office: Office, day: date) -> list[Item]:
    """Some hundred kilos of one to three coffees, more every year, and now and then something else."""
    chance = office.chance
    years = day.year - office.first_day.year
    coffees = chance.sample(_COFFEES, chance.randint(1, 3))
    kilos = chance.randint(240, 450) * (100 + 5 * years) // 100 // len(coffees)
    items = [
        Item(office.products[coffee], Decimal(kilos), Decimal(chance.choice((0, 0, 0, 5, 10))))
        for coffee in coffees
    ]
    if chance.random() < 0.4:
        items.append(Item(office.products[chance.choice(_EXTRAS)], Decimal(chance.randint(1, 12))))
    if chance.random() < 0.5:
        items.append(Item(office.products["fragt"], Decimal(len(items))))
    return items


def stopped_paying_on(office: Office) -> date:
    return date(office.today.year - 1, 9, 1)


def _sell_to_a_cafe(office: Office, day: date) -> None:
    customer = office.chance.choice(_CAFES)
    if customer == STOPS_PAYING and day >= stopped_paying_on(office):
        customer = _CAFES[0]
    sell(office, day, customer, basket(office, day))


def _plan_payment(office: Office, customer: str, invoice: SalesDocument) -> None:
    due = invoice.due_date or invoice.date
    if customer == STOPS_PAYING and due >= stopped_paying_on(office):
        return
    day = weekday(max(invoice.date, due + timedelta(days=_DAYS_LATE.get(customer, 0))))
    if customer == _PAYS_IN_HALVES:
        office.diary.at(day, partial(_pay, office, invoice.guid, "DKK", share=Decimal("0.5")))
        day = weekday(day + timedelta(days=30))
    office.diary.at(day, partial(_pay, office, invoice.guid, "DKK"))


def _pay(office: Office, guid: str, currency: str, day: date, *, share: Decimal = Decimal(1)) -> None:
    """Nothing comes when a credit note has taken the rest in the meantime."""
    amount = ore(office.sales.remaining(guid) * share)
    if amount > 0:
        office.sales.pay(guid, day, amount, rate=_rate(office, currency))


def _sell_goods_abroad(office: Office, day: date) -> None:
    customer, currency, coffee = _ABROAD[day.month % 3]
    items = [
        Item(office.products[coffee], Decimal(office.chance.randint(180, 420)), Decimal(15)),
        Item(office.products["huset"], Decimal(office.chance.randint(20, 90)), Decimal(15)),
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
    paid_on = weekday((invoice.due_date or day) + timedelta(days=2))
    office.diary.at(paid_on, partial(_pay, office, invoice.guid, code))


def _rate(office: Office, code: str) -> Decimal:
    middle, width = _RATES[code]
    return middle + Decimal(office.chance.randint(-width, width)) / 100


def _collect_web_shop(office: Office, day: date) -> None:
    """A week's card sales land on the clearing account; every other week the bank gets them, less the fee."""
    net = office.amount(12500, 23000)
    vat = ore(net * RATE)
    week = day.isocalendar().week
    lines = [Line(CLEARING, net + vat), Line(1000, -net, "U25"), Line(SALES_VAT, -vat)]
    office.journal.post(MANUAL, day, f"Webshop, uge {week}", lines)
    if week % 2 == 0:
        office.diary.at(day + timedelta(days=2), partial(_pay_out, office, f"uge {week}"))


def _pay_out(office: Office, week: str, day: date) -> None:
    collected = office.journal.balance(CLEARING)
    fee = ore(collected * _CARD_FEE)
    lines = [
        Line(BANK, collected - fee),
        Line(7420, fee, text=f"Indløsergebyr, {week}"),
        Line(CLEARING, -collected),
    ]
    office.journal.post(MANUAL, day, f"Udbetaling fra indløser, {week}", lines)
