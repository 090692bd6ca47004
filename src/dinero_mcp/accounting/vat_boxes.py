"""The boxes of the Danish VAT return (*momsangivelse*), and which of them a VAT account feeds.

A box has the sign of the form: output VAT, input VAT, sales and purchases are all positive, and VAT to pay is
the boxes that are owed less those that are deducted.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum

from dinero_mcp.accounting.postings import Account


class Box(StrEnum):
    """One box of the return, in the form's order; the sales box of EU goods is two."""

    danish: str

    def __new__(cls, value: str, danish: str) -> "Box":
        box = str.__new__(cls, value)
        box._value_ = value
        box.danish = danish
        return box

    OUTPUT = "output_vat", "Salgsmoms"
    GOODS_ABROAD = "goods_abroad_vat", "Moms af varekøb i udlandet"
    SERVICES_ABROAD = "services_abroad_vat", "Moms af ydelseskøb i udlandet med omvendt betalingspligt"
    INPUT = "input_vat", "Købsmoms"
    ELECTRICITY = "electricity_duty", "Elafgift"
    WATER = "water_duty", "Vandafgift"
    GAS = "gas_duty", "Naturgas- og bygasafgift"
    A_GOODS = "a_goods", "Rubrik A - varer"
    A_SERVICES = "a_services", "Rubrik A - ydelser"
    B_GOODS_REPORTED = "b_goods_reported", "Rubrik B - varer, indberettes til EU-salg uden moms"
    B_GOODS_NOT_REPORTED = "b_goods_not_reported", "Rubrik B - varer, indberettes ikke til EU-salg uden moms"
    B_SERVICES = "b_services", "Rubrik B - ydelser"
    C = "c", "Rubrik C"

    def natural(self, debit: Decimal) -> Decimal:
        """A debit-positive amount with the sign of the form, and the other way round."""
        return debit if self in DEDUCTED or self in (Box.A_GOODS, Box.A_SERVICES) else -debit


_ORDER = tuple(Box)
VAT_BOXES = _ORDER[: _ORDER.index(Box.A_GOODS)]
DEDUCTED = (Box.INPUT, Box.ELECTRICITY, Box.WATER, Box.GAS)

_NAMES = (
    (Box.OUTPUT, ("salgsmoms",)),
    (Box.OUTPUT, ("udgående",)),
    (Box.GOODS_ABROAD, ("vare", "udland")),
    (Box.SERVICES_ABROAD, ("ydelse", "udland")),
    (Box.INPUT, ("købsmoms",)),
    (Box.INPUT, ("indgående",)),
    (Box.ELECTRICITY, ("elafgift",)),
    (Box.WATER, ("vandafgift",)),
    (Box.GAS, ("gasafgift",)),
)
_NUMBERS = {
    64000: Box.OUTPUT,
    64020: Box.GOODS_ABROAD,
    64040: Box.SERVICES_ABROAD,
    64060: Box.INPUT,
    64080: Box.ELECTRICITY,
    64085: Box.WATER,
    64090: Box.GAS,
}


def account_boxes(
    accounts: Iterable[int], chart: Mapping[int, Account], evidence: Iterable[tuple[int, Box]]
) -> dict[int, Box]:
    """The box of each VAT account that has one.

    `evidence` is what vouchers say by their VAT codes: account and box, as often as they say it. Where they
    agree it decides, then the account's name when it points to one box only, and its number last.
    """
    said: dict[int, set[Box]] = {}
    for number, box in evidence:
        said.setdefault(number, set()).add(box)
    found = {number: _box(number, chart.get(number), said.get(number, set())) for number in accounts}
    return {number: box for number, box in sorted(found.items()) if box}


def _box(number: int, account: Account | None, said: set[Box]) -> Box | None:
    name = (account.name if account else None) or ""
    for boxes in (said, _named(name)):
        if len(boxes) == 1:
            return next(iter(boxes))
    return _NUMBERS.get(number)


def _named(name: str) -> set[Box]:
    folded = name.casefold()
    return {box for box, words in _NAMES if all(word in folded for word in words)}
