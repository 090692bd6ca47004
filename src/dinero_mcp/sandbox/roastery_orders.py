"""What Kafferisteriet Havblik's regular customers order: how often, how much, and how they pay.

Coffee leaves the roastery in cartons of six bags of a kilo.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dinero_mcp.sandbox.office import Office
from dinero_mcp.sandbox.pricing import Item
from dinero_mcp.sandbox.recurring import EVERY_MONTH

CARTON = 6

_SEASON = (84, 90, 98, 101, 102, 99, 84, 95, 102, 107, 120, 118)
"""Percent of an average month, from January on: quiet in the summer holidays, busy before Christmas."""
_GROWTH = Decimal("1.06")
_COFFEES = ("huset", "espresso", "etiopien", "colombia", "decaf", "filter")
_EXTRAS = (
    ("kopper", 12, 36),
    ("filtre", 10, 30),
    ("krus", 6, 18),
    ("smagekasse", 4, 12),
    ("kvaern", 1, 3),
    ("service", 1, 4),
    ("kursus", 1, 1),
)
_FREE_DELIVERY = 54
_PARCEL = 30
_ODD, _EVEN = EVERY_MONTH[::2], EVERY_MONTH[1::2]


class Customer(NamedTuple):
    """A regular: orders about some day of its months, mostly one coffee, with a discount in percent."""

    key: str
    day: int
    coffee: str
    cartons: tuple[int, int]
    months: tuple[int, ...] = EVERY_MONTH
    discount: int = 0
    days_late: int = -5
    """When payment comes, counted from the due date: punctual ones pay in the days before."""


REGULARS = (
    Customer("etoile", 4, "espresso", (12, 20), days_late=6),
    Customer("hotel", 6, "espresso", (27, 38), discount=10, days_late=12),
    Customer("fjordly", 9, "huset", (16, 28), discount=5, days_late=32),
    Customer("kantine", 12, "filter", (25, 40), discount=10, days_late=1),
    Customer("molen", 16, "espresso", (18, 32), discount=5, days_late=35),
    Customer("kommune", 19, "filter", (52, 72), (4, 8, 12), discount=10),
    Customer("skumring", 3, "espresso", (12, 20), _ODD, days_late=2),
    Customer("bro", 10, "etiopien", (11, 18), _ODD),
    Customer("loft", 14, "huset", (8, 17), _EVEN, days_late=7),
    Customer("rosen", 18, "filter", (8, 17), _EVEN),
    Customer("delika", 22, "colombia", (10, 21), _ODD, discount=5, days_late=7),
    Customer("bog", 20, "huset", (5, 9), (2, 5, 8, 11), days_late=8),
    Customer("aeble", 11, "colombia", (6, 12), (3, 6, 9, 12)),
    Customer("bolge", 17, "espresso", (9, 17), _EVEN),
)


def demand(office: Office, day: date, swing: int = 1) -> Decimal:
    """What is asked for at that time, as a share of an average month of the first year."""
    return _GROWTH ** (day.year - office.first_day.year) * (_SEASON[day.month - 1] / Decimal(100)) ** swing


def kilos(office: Office, day: date, cartons: tuple[int, int]) -> int:
    """Whole cartons, as many as demand makes of some number between the two."""
    return CARTON * round(office.chance.randint(*cartons) * demand(office, day))


def basket(office: Office, day: date, customer: Customer) -> list[Item]:
    """At least half of it the customer's own coffee; now and then something else; freight on small orders."""
    ordered = kilos(office, day, customer.cartons)
    items = _coffees(office, customer, ordered)
    if office.chance.random() < 0.3:
        extra, low, high = office.chance.choice(_EXTRAS)
        items.append(Item(office.products[extra], Decimal(office.chance.randint(low, high))))
    if ordered < _FREE_DELIVERY:
        items.append(Item(office.products["fragt"], Decimal(-(-ordered // _PARCEL))))
    return items


def _coffees(office: Office, customer: Customer, ordered: int) -> list[Item]:
    others = office.chance.sample([c for c in _COFFEES if c != customer.coffee], office.chance.randint(0, 2))
    each = ordered // CARTON // 4 * CARTON
    amounts = {customer.coffee: ordered - each * len(others)} | dict.fromkeys(others, each)
    discount = Decimal(customer.discount)
    return [Item(office.products[coffee], Decimal(kg), discount) for coffee, kg in amounts.items() if kg]
