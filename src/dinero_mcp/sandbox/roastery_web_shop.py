"""Kafferisteriet Havblik's web shop: card sales land on a clearing account, which the acquirer pays out."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from dinero_mcp.sandbox.chart import BANK, CLEARING, SALES_VAT
from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.journal import MANUAL, Line
from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.roastery_orders import demand
from dinero_mcp.sandbox.texts import month_of
from dinero_mcp.sandbox.vat import RATE, ore

_HALF_A_MONTH = (36400, 40900)
_FEE = Decimal("0.0139")


def plan_web_shop(office: Office) -> None:
    """Twice a month, so that no sale crosses the end of a month."""
    for day in office.days():
        if day.day == 15 or (day + timedelta(days=1)).day == 1:
            office.diary.at(day, partial(_collect, office))


def _collect(office: Office, day: date) -> None:
    """Its seasons are twice as marked as those of the cafés."""
    net = ore(office.amount(*_HALF_A_MONTH) * demand(office, day, swing=2))
    vat = ore(net * RATE)
    span = f"{1 if day.day == 15 else 16}.-{day.day}. {month_of(day)}"
    lines = [Line(CLEARING, net + vat), Line(1000, -net, "U25"), Line(SALES_VAT, -vat)]
    office.journal.post(MANUAL, day, f"Webshop, {span}", lines)
    office.diary.at(weekday(day + timedelta(days=3)), partial(_pay_out, office, span))


def _pay_out(office: Office, span: str, day: date) -> None:
    collected = office.journal.balance(CLEARING)
    fee = ore(collected * _FEE)
    lines = [
        Line(BANK, collected - fee),
        Line(7420, fee, text=f"Indløsergebyr, {span}"),
        Line(CLEARING, -collected),
    ]
    office.journal.post(MANUAL, day, f"Udbetaling fra indløser, {span}", lines)
