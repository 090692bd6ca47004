"""What Kafferisteriet Havblik buys: green coffee from abroad, packaging, premises, a van, meals."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

from dinero_mcp.sandbox.chart import BANK, CASH, OUTLAYS
from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.journal import MANUAL, Line
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.purchases import Cost
from dinero_mcp.sandbox.recurring import EVERY_QUARTER, Recurring, Slips, plan_recurring
from dinero_mcp.sandbox.vat import ore

_MID_QUARTER = (2, 5, 8, 11)
_QUARTER_ENDS = (3, 6, 9, 12)

_RECURRING = (
    Recurring("udlejer", 5000, "I25", Decimal("18450.00"), "Husleje Kajen 4", 1, on_credit=False),
    Recurring("leasing", 6000, "I25", Decimal("4395.00"), "Leje af varevogn", 2, on_credit=False),
    Recurring("fragt", 2250, "I25", Decimal("11860.00"), "Pakker og paller", 20, spread=12, on_credit=False),
    Recurring("emballage", 2000, "I25", Decimal("12740.00"), "Poser og etiketter", 14, spread=15),
    Recurring(
        "annoncer", 4000, "IEUY", Decimal("6910.00"), "Annoncer på nettet", 28, spread=20, on_credit=False
    ),
    Recurring("el", 5025, "I25", Decimal("17380.00"), "El til risteri", 16, EVERY_QUARTER, spread=22),
    Recurring("tele", 7240, "I25", Decimal("3749.60"), "Telefoni og internet", 8, _MID_QUARTER, 8, False),
    Recurring("rengoring", 5060, "I25", Decimal("6450.00"), "Rengøring", 25, _QUARTER_ENDS, on_credit=False),
    Recurring(
        "forsikring", 7160, None, Decimal("6912.00"), "Erhvervsforsikring", 4, _MID_QUARTER, on_credit=False
    ),
    Recurring(
        "webhotel", 7320, "IEUY", Decimal("3564.00"), "Webshopsystem", 3, _QUARTER_ENDS, on_credit=False
    ),
    Recurring("designtool", 7320, "IVY", Decimal("4238.00"), "Designprogram, årslicens", 5, (4,), 4, False),
    Recurring(
        "mejeri", 3240, "I25", Decimal("845.00"), "Mælk og ost til møder", 16, _QUARTER_ENDS, 25, False
    ),
    Recurring("revisor", 7005, "I25", Decimal("9750.00"), "Rådgivning og regnskab", 18, (2, 5, 9), spread=20),
    Recurring("maskiner", 5080, "I25", Decimal("5340.00"), "Service på rister", 12, _QUARTER_ENDS, spread=30),
    Recurring("it", 8050, "OBPK", Decimal("11890.00"), "Tablets til pakkeriet", 9, (5,)),
    Recurring("it", 7995, "I25", Decimal("640.00"), "Diverse til kontoret", 22, _MID_QUARTER, 40, False),
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

_DELIVERIES = (11, 26)
_SOLD_GOODS = (1000, 1100, 1255)
_COFFEE_SHARE = Decimal("0.356")
"""What green coffee costs of the price of what is sold."""
_SACK, _KILO_PRICE = 60, 47
_FROM_ANTWERP = ("antwerpen", 2050, "IEUV", ", EUR")
_FROM_AFAR = ("bogota", 2150, "IVV", " Colombia, USD")
_DAYS_IN_THE_TRAY = timedelta(days=2)
"""How long a bill for green coffee lies before it is booked."""


def plan_costs(office: Office, slips: Slips) -> None:
    plan_recurring(office, _RECURRING, slips)
    deliveries = [office.first_day, *(weekday(day) for day in office.days() if day.day in _DELIVERIES)]
    for before, day in pairwise(deliveries):
        office.diary.at(day + _DAYS_IN_THE_TRAY, partial(_buy_green_coffee, office, before))
    for place, day in enumerate(office.days(27)):
        office.diary.at(day, partial(_keep_receipt, office, place % len(_RECEIPTS)))
    for day in office.monthly(26):
        office.diary.at(weekday(day), partial(_repay_outlays, office))
        office.diary.at(weekday(day), partial(_fill_cash_box, office))


def _buy_green_coffee(office: Office, before: date, day: date) -> None:
    """As much as was sold since the delivery before, mostly from Antwerp in euro.

    Once a quarter it comes from Colombia in dollars, and the rate moves before it is paid.
    """
    dated = day - _DAYS_IN_THE_TRAY
    from_afar = dated.month % 3 == 0 and dated.day < 16
    sacks = round(_COFFEE_SHARE * _sold(office, before, dated) / _SACK / _KILO_PRICE)
    net = sacks * _SACK * office.amount(45, 49)
    supplier, account, code, origin = _FROM_AFAR if from_afar else _FROM_ANTWERP
    bill = office.purchases.bill(
        dated,
        office.contacts[supplier],
        [Cost(account, net, code)],
        f"Råkaffe{origin}, {sacks} sække",
        booked_on=day,
    )
    loss = ore(net * Decimal(office.chance.randint(-90, 110)) / 10000) if from_afar else Decimal(0)
    office.diary.at(weekday(bill.due_date), partial(office.purchases.pay, bill.guid, exchange_loss=loss))


def _sold(office: Office, after: date, until: date) -> Decimal:
    balance = office.journal.balance
    return sum((balance(account, after) - balance(account, until) for account in _SOLD_GOODS), Decimal(0))


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
