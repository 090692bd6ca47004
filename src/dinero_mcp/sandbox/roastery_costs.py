"""What Kafferisteriet Havblik buys: green coffee from abroad, packaging, premises, a van, meals."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from dinero_mcp.sandbox.chart import BANK, CASH, OUTLAYS
from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.journal import MANUAL, Line
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.purchases import Cost
from dinero_mcp.sandbox.recurring import EVERY_QUARTER, Recurring, plan_recurring
from dinero_mcp.sandbox.vat import ore

_EVEN_MONTHS = (2, 4, 6, 8, 10, 12)

_RECURRING = (
    Recurring("udlejer", 5000, "I25", Decimal("18450.00"), "Husleje Kajen 4", 1),
    Recurring("leasing", 6000, "I25", Decimal("4395.00"), "Leje af varevogn", 2, on_credit=False),
    Recurring("fragt", 2250, "I25", Decimal("26350.00"), "Pakker og paller", 20, _EVEN_MONTHS, spread=30),
    Recurring(
        "emballage", 2000, "I25", Decimal("27400.00"), "Poser og etiketter", 14, _EVEN_MONTHS, spread=35
    ),
    Recurring(
        "annoncer", 4000, "IEUY", Decimal("13820.00"), "Annoncer på nettet", 28, _EVEN_MONTHS, 40, False
    ),
    Recurring("el", 5025, "I25", Decimal("17380.00"), "El til risteri", 6, EVERY_QUARTER, spread=22),
    Recurring("tele", 7240, "I25", Decimal("3749.60"), "Telefoni og internet", 8, EVERY_QUARTER, spread=8),
    Recurring("rengoring", 5060, "I25", Decimal("6450.00"), "Rengøring", 25, EVERY_QUARTER),
    Recurring("forsikring", 7160, None, Decimal("6912.00"), "Erhvervsforsikring", 4, EVERY_QUARTER),
    Recurring(
        "webhotel", 7320, "IEUY", Decimal("3564.00"), "Webshopsystem", 3, EVERY_QUARTER, on_credit=False
    ),
    Recurring("designtool", 7320, "IVY", Decimal("1412.00"), "Designprogram", 5, EVERY_QUARTER, 4, False),
    Recurring(
        "mejeri", 3240, "I25", Decimal("845.00"), "Mælk og ost til møder", 16, (3, 6, 9, 12), spread=25
    ),
    Recurring("revisor", 7005, "I25", Decimal("9750.00"), "Rådgivning og regnskab", 18, (2, 5, 9), spread=20),
    Recurring("maskiner", 5080, "I25", Decimal("5340.00"), "Service på rister", 12, (3, 6, 9, 12), spread=30),
    Recurring("it", 8050, "OBPK", Decimal("11890.00"), "Tablets til pakkeriet", 9, (5,)),
    Recurring("it", 7995, "I25", Decimal("640.00"), "Diverse til kontoret", 22, _EVEN_MONTHS, spread=40),
)

_RECEIPTS = (
    ("Frokost med kunde", 4140, "REP", BANK, 380, 1250),
    ("Brændstof", 6020, "I25", BANK, 310, 640),
    ("Kontorartikler", 7200, "I25", BANK, 120, 890),
    ("Parkering uden bilag", 6085, None, CASH, 40, 160),
    ("Blomster til butikken", 5160, "I25", CASH, 90, 240),
    ("Storebæltsbro", 6100, "I25", BANK, 200, 440),
    ("Taxa til messe", 6120, None, OUTLAYS, 180, 520),
    ("Hotel med kunde, Aarhus", 4060, "HREP", OUTLAYS, 950, 1800),
    ("Smagsprøver til butik", 4000, "I25", OUTLAYS, 150, 700),
)

_DAYS_IN_THE_TRAY = timedelta(days=2)
"""How long a bill for green coffee lies before it is booked."""


def plan_costs(office: Office) -> None:
    plan_recurring(office, _RECURRING)
    for day in office.monthly(17):
        office.diary.at(weekday(day) + _DAYS_IN_THE_TRAY, partial(_buy_green_coffee, office))
    for place, day in enumerate(office.days(12)):
        office.diary.at(day, partial(_keep_receipt, office, place % len(_RECEIPTS)))
    for day in office.monthly(26):
        office.diary.at(weekday(day), partial(_repay_outlays, office))
        office.diary.at(weekday(day), partial(_fill_cash_box, office))


def _buy_green_coffee(office: Office, day: date) -> None:
    """In euro from Antwerp, every third month in dollars from Colombia; the rate moves before it is paid."""
    dated = day - _DAYS_IN_THE_TRAY
    from_afar = day.month % 3 == 0
    supplier = office.contacts["bogota" if from_afar else "antwerpen"]
    net = office.amount(126000, 158000)
    costs = [Cost(2150, net, "IVV")] if from_afar else [Cost(2050, net, "IEUV")]
    text = "Råkaffe Colombia, USD" if from_afar else "Råkaffe, EUR"
    bill = office.purchases.bill(dated, supplier, costs, text, booked_on=day)
    loss = (
        ore(net * Decimal(office.chance.randint(-90, 110)) / 10000) if from_afar else office.amount(-60, 60)
    )
    office.diary.at(weekday(bill.due_date), partial(office.purchases.pay, bill.guid, exchange_loss=loss))


def _keep_receipt(office: Office, place: int, day: date) -> None:
    text, account, vat_code, paid_from, low, high = _RECEIPTS[place]
    costs = [Cost(account, office.amount(low, high), vat_code)]
    office.purchases.buy(day, None, costs, text, paid_from, has_file=account != 6085)


def _repay_outlays(office: Office, day: date) -> None:
    owed = -office.journal.balance(OUTLAYS)
    if owed > 0:
        office.journal.post(MANUAL, day, "Udlæg refunderet", [Line(OUTLAYS, owed), Line(BANK, -owed)])


def _fill_cash_box(office: Office, day: date) -> None:
    if office.journal.balance(CASH) < 500:
        lines = [Line(CASH, Decimal(1500)), Line(BANK, Decimal(-1500))]
        office.journal.post(MANUAL, day, "Overførsel til kassen", lines)
