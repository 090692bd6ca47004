"""What Dinero's VAT codes mean for the return: the box of their VAT, the box of their base, and how much VAT.

Dinero's own codes are known by name; their rates, and the codes users add, come from the organization. What
users add is partial deduction of purchases, unless it is used on income alone. A purchase's rate is the part
of its net price that may be deducted, and its line holds the rest of the VAT. Reverse charge is 25 % on both
sides, whatever rate the code is told to have.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from dinero_mcp.accounting.chart import Group, group_of
from dinero_mcp.accounting.postings import Account, Posting
from dinero_mcp.accounting.vat_boxes import Box

STANDARD_RATE = Decimal("0.25")
_INCOME = (Group.REVENUE, Group.FINANCIAL_INCOME)


class VatType(Protocol):
    """A VAT code as the organization has it; the rate is a fraction."""

    @property
    def vat_code(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def vat_rate(self) -> Decimal: ...


class Side(StrEnum):
    """Which way a code's VAT goes: owed, deducted, or both."""

    SALE = "sale"
    PURCHASE = "purchase"
    REVERSE_CHARGE = "reverse_charge"


@dataclass(frozen=True, slots=True)
class VatCode:
    """One VAT code; `side` is None when it is not Dinero's own and its rate does not tell how it counts."""

    code: str
    name: str | None
    rate: Decimal | None
    side: Side | None
    vat_box: Box | None
    """Where its VAT belongs, of reverse charge the VAT owed; None without VAT."""
    value_box: Box | None
    """The rubrik its base belongs to, if any."""

    def natural(self, debit: Decimal) -> Decimal:
        """A debit-positive base as sales and purchases are both positive; as it is when not classified."""
        return -debit if self.side is Side.SALE else debit

    def expected(self, base: Decimal) -> dict[Box, Decimal]:
        """The VAT of a base by box, both debit positive, not rounded."""
        if self.vat_box is None:
            return {}
        if self.side is Side.REVERSE_CHARGE:
            return {self.vat_box: -base * STANDARD_RATE, Box.INPUT: base * STANDARD_RATE}
        rate = self.rate or Decimal(0)
        net = base / (1 + STANDARD_RATE - rate) if self.side is Side.PURCHASE else base
        return {self.vat_box: net * rate}


_SALE, _PURCHASE, _REVERSE = Side.SALE, Side.PURCHASE, Side.REVERSE_CHARGE
_KNOWN = {
    "U25": (_SALE, Box.OUTPUT, None, "0.25"),
    "KUNS": (_SALE, Box.OUTPUT, None, "0.05"),
    "UEUV": (_SALE, None, Box.B_GOODS_REPORTED, "0"),
    "UEUV2": (_SALE, None, Box.B_GOODS_NOT_REPORTED, "0"),
    "UEUY": (_SALE, None, Box.B_SERVICES, "0"),
    "UVC": (_SALE, None, Box.C, "0"),
    "UVV": (_SALE, None, Box.C, "0"),
    "UVY": (_SALE, None, Box.C, "0"),
    "OBPS": (_SALE, None, Box.C, "0"),
    "I25": (_PURCHASE, Box.INPUT, None, "0.25"),
    "HREP": (_PURCHASE, Box.INPUT, None, "0.1875"),
    "REP": (_PURCHASE, Box.INPUT, None, "0.0625"),
    "IEUV": (_REVERSE, Box.GOODS_ABROAD, Box.A_GOODS, "0"),
    "IEUY": (_REVERSE, Box.SERVICES_ABROAD, Box.A_SERVICES, "0"),
    "IVV": (_REVERSE, Box.GOODS_ABROAD, None, "0"),
    "IVY": (_REVERSE, Box.SERVICES_ABROAD, None, "0"),
    "OBPK": (_REVERSE, Box.OUTPUT, None, "0"),
}


def code_of(posting: Posting) -> str | None:
    """The row's VAT code in capitals; None when it has none, which Dinero may write as `none`."""
    return _spelled(posting.vat_code)


def vat_codes(
    postings: Iterable[Posting], chart: Mapping[int, Account], vat_types: Iterable[VatType]
) -> dict[str, VatCode]:
    """Every code in use. One that is not Dinero's own counts by its rate and the accounts it is used on."""
    used: dict[str, set[int]] = {}
    for posting in postings:
        if code := code_of(posting):
            used.setdefault(code, set()).add(posting.account_number)
    told = {(each.vat_code or "").strip().upper(): each for each in vat_types}
    return {code: _vat_code(code, told.get(code), used[code], chart) for code in sorted(used)}


def account_codes(chart: Mapping[int, Account], vat_types: Iterable[VatType]) -> dict[int, VatCode]:
    """The code that each account of the chart has of its own, where it has one."""
    own = {number: _spelled(account.vat_code) for number, account in chart.items()}
    numbers: dict[str, set[int]] = {}
    for number, code in own.items():
        if code:
            numbers.setdefault(code, set()).add(number)
    told = {(each.vat_code or "").strip().upper(): each for each in vat_types}
    codes = {code: _vat_code(code, told.get(code), on, chart) for code, on in numbers.items()}
    return {number: codes[code] for number, code in own.items() if code}


def _spelled(vat_code: str | None) -> str | None:
    code = (vat_code or "").strip().upper()
    return code if code not in ("", "NONE") else None


def _vat_code(code: str, told: VatType | None, used_on: set[int], chart: Mapping[int, Account]) -> VatCode:
    name, rate = (told.name, told.vat_rate) if told else (None, None)
    if code in _KNOWN:
        side, vat_box, value_box, usual_rate = _KNOWN[code]
        return VatCode(code, name, Decimal(usual_rate) if rate is None else rate, side, vat_box, value_box)
    side = _side(used_on, chart) if rate and 0 < rate <= STANDARD_RATE else None
    vat_box = {Side.SALE: Box.OUTPUT, Side.PURCHASE: Box.INPUT}.get(side) if side else None
    return VatCode(code, name, rate, side, vat_box, None)


def _side(used_on: set[int], chart: Mapping[int, Account]) -> Side:
    on_income_alone = all(_is_income(number, chart.get(number)) for number in used_on)
    return Side.SALE if on_income_alone else Side.PURCHASE


def _is_income(number: int, account: Account | None) -> bool:
    return group_of(number, account.category if account else None) in _INCOME
