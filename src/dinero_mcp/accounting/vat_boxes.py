"""The boxes of the Danish VAT return (*momsangivelse*), and which of them a VAT account feeds.

A box has the sign of the form: output VAT, input VAT, sales and purchases are all positive, and VAT to pay is
the boxes that are owed less those that are deducted. Credit notes make a box negative when they outweigh the
rest, and it is filed so.
"""

from collections import Counter
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
    OIL = "oil_duty", "Olie- og flaskegasafgift"
    ELECTRICITY = "electricity_duty", "Elafgift"
    GAS = "gas_duty", "Naturgas- og bygasafgift"
    COAL = "coal_duty", "Kulafgift"
    CO2 = "co2_duty", "CO2-afgift"
    WATER = "water_duty", "Vandafgift"
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
DEDUCTED = VAT_BOXES[_ORDER.index(Box.INPUT) :]
_MOSTLY = 9  # times in ten

_NAMES = (
    (Box.OUTPUT, ("salgsmoms",)),
    (Box.OUTPUT, ("udgående",)),
    (Box.GOODS_ABROAD, ("vare", "udland")),
    (Box.GOODS_ABROAD, ("erhvervelsesmoms",)),
    (Box.SERVICES_ABROAD, ("ydelse", "udland")),
    (Box.INPUT, ("købsmoms",)),
    (Box.INPUT, ("indgående",)),
    (Box.OIL, ("olie",)),
    (Box.OIL, ("flaskegas",)),
    (Box.ELECTRICITY, ("elafgift",)),
    (Box.ELECTRICITY, ("el-afgift",)),
    (Box.GAS, ("naturgas",)),
    (Box.GAS, ("bygas",)),
    (Box.COAL, ("kulafgift",)),
    (Box.CO2, ("co2",)),
    (Box.CO2, ("kuldioxid",)),
    (Box.WATER, ("vandafgift",)),
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


def own_boxes(accounts: Iterable[int], chart: Mapping[int, Account]) -> dict[int, Box]:
    """The box of each of Dinero's own VAT accounts: those whose name and number say the same."""
    boxes = ((number, _NUMBERS.get(number)) for number in sorted(accounts))
    return {number: box for number, box in boxes if box and _named(chart.get(number)) == {box}}


def learnt_boxes(
    accounts: Iterable[int], chart: Mapping[int, Account], evidence: Iterable[tuple[int, Box]]
) -> dict[int, Box]:
    """The box of each other VAT account that has one.

    `evidence` is what vouchers say by their VAT codes: account and box, as often as they say it. It decides,
    and a slip among many changes nothing. Then the name, when it points to one box only, and last the number.
    An account on which vouchers put the VAT of several boxes, as when there is but one for all VAT, has none.
    """
    said: dict[int, Counter[Box]] = {}
    for number, box in evidence:
        said.setdefault(number, Counter())[box] += 1
    found = ((number, _box(number, chart.get(number), said.get(number, Counter()))) for number in accounts)
    return {number: box for number, box in sorted(found) if box}


def _box(number: int, account: Account | None, said: Counter[Box]) -> Box | None:
    for box, times in said.most_common(1):
        if times * 10 >= said.total() * _MOSTLY:
            return box
    named = _named(account)
    if len(named) == 1:
        return next(iter(named))
    return None if said else _NUMBERS.get(number)


def _named(account: Account | None) -> set[Box]:
    folded = ((account.name if account else None) or "").casefold()
    return {box for box, words in _NAMES if all(word in folded for word in words)}
