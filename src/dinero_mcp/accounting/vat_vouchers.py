"""The vouchers that bear VAT, each with the bases of its codes and the VAT booked on it.

Settlements of VAT and opening rows are no part of it. Bases and VAT are debit positive here. VAT fits when it
is within an øre for each of the voucher's lines and what rounding in a foreign currency may cost on top. VAT
on an account without a box of its own is divided among boxes by the voucher's codes when it fits them; else
it has no box.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import P, Posting, sums_by_account
from dinero_mcp.accounting.vat_accounts import VatRoles
from dinero_mcp.accounting.vat_boxes import Box
from dinero_mcp.accounting.vat_codes import Side, VatCode, code_of
from dinero_mcp.accounting.vat_postings import VatPostings

_ZERO = Decimal(0)
_FROM_ABROAD = (Box.GOODS_ABROAD, Box.SERVICES_ABROAD)
_ORE_A_LINE = Decimal("0.01")
_CURRENCY_ROUNDING = Decimal("0.05")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class VatVoucher(Generic[P]):
    """What one voucher says of VAT on one day; a reversal on another day stands for itself."""

    rows: tuple[P, ...]
    """Those with a VAT code or on a VAT account."""
    bases: Mapping[VatCode, Decimal]
    expected: Mapping[Box, Decimal]
    """The VAT of the bases by box, not rounded."""
    booked: Mapping[Box, Decimal]
    """The VAT posted by box."""
    boxless: Mapping[int, Decimal]
    """The VAT posted that fits no box, by account."""

    @property
    def payable(self) -> Decimal:
        return -total([*self.booked.values(), *self.boxless.values()])

    @property
    def is_classified(self) -> bool:
        """Whether it is known of all its codes how they count."""
        return all(code.side for code in self.bases)

    @property
    def is_reverse_charge(self) -> bool:
        """Whether VAT is owed and deducted at once, by a code or by VAT of purchases abroad."""
        by_code = any(code.side is Side.REVERSE_CHARGE for code in self.bases)
        return by_code or any(self.booked.get(box) for box in _FROM_ABROAD)

    def booked_by_code(self) -> dict[tuple[VatCode, Box], Decimal]:
        """The VAT booked for each code in each of its boxes.

        Codes that share a box have their expected VAT, and the one with most takes what it differs by. VAT
        without a coded base belongs to no code.
        """
        shares: dict[tuple[VatCode, Box], Decimal] = {}
        for box, booked in self.booked.items():
            parts = {(code, box): vat for code, vat in self._expected_in(box)}
            shares |= _rounded_to(booked, parts) if parts else {}
        return shares

    def _expected_in(self, box: Box) -> Iterator[tuple[VatCode, Decimal]]:
        for code, base in self.bases.items():
            expected = code.expected(base)
            if box in expected:
                yield code, expected[box]


def fits(booked: Decimal, expected: Decimal, rows: Sized) -> bool:
    """Whether VAT on a voucher of so many rows is what was expected, but for rounding."""
    return abs(booked - expected) <= _CURRENCY_ROUNDING + _ORE_A_LINE * len(rows)


def expected_vat(bases: Mapping[VatCode, Decimal]) -> dict[Box, Decimal]:
    """The VAT of the bases by box, debit positive, not rounded."""
    expected: dict[Box, Decimal] = {}
    for code, base in bases.items():
        for box, vat in code.expected(base).items():
            expected[box] = expected.get(box, _ZERO) + vat
    return expected


def vouchers_with_vat(
    vat: VatPostings[P], period: Period, codes: Mapping[str, VatCode], boxes: Mapping[int, Box]
) -> list[VatVoucher[P]]:
    """The vouchers of a period by date, series and number; `boxes` is that of each account that has one."""
    days = (rows for lines in vat.vouchers for rows in _by_day(lines, vat.roles, period))
    return [_vat_voucher(rows, codes, vat.roles, boxes) for rows in sorted(days, key=_place)]


def box_evidence(
    vat: VatPostings[P], accounts: Collection[int], codes: Mapping[str, VatCode]
) -> Iterator[tuple[int, Box]]:
    """Those of the accounts, each with the box whose VAT it holds in a voucher, to the øre by its codes."""
    touching = (lines for lines in vat.vouchers if any(row.account_number in accounts for row in lines))
    for rows in (day for lines in touching for day in _by_day(lines, vat.roles, None)):
        expected = expected_vat(_bases(rows, codes, vat.roles))
        for number, amount in _vat(rows, vat.roles).items():
            fitting = [box for box, owed in expected.items() if amount and to_ore(owed) == amount]
            if number in accounts and len(fitting) == 1:
                yield number, fitting[0]


def _vat_voucher(
    rows: tuple[P, ...], codes: Mapping[str, VatCode], roles: VatRoles, boxes: Mapping[int, Box]
) -> VatVoucher[P]:
    bases = _bases(rows, codes, roles)
    expected = expected_vat(bases)
    booked: dict[Box, Decimal] = {}
    boxless: dict[int, Decimal] = {}
    for number, amount in sorted(_vat(rows, roles).items()):
        if box := boxes.get(number):
            booked[box] = booked.get(box, _ZERO) + amount
        else:
            boxless[number] = amount
    for number, amount in tuple(boxless.items()):
        lacking = {box: vat for box, vat in expected.items() if box not in booked}
        if lacking and fits(amount, sum(lacking.values(), _ZERO), rows):
            booked |= _rounded_to(amount, lacking)
            del boxless[number]
    return VatVoucher(rows, bases, expected, booked, boxless)


def _by_day(lines: tuple[P, ...], roles: VatRoles, period: Period | None) -> list[tuple[P, ...]]:
    """The coded rows and VAT rows of a voucher, those of each day for themselves."""
    days: dict[date, list[P]] = {}
    for row in lines:
        if (period is None or row.date in period) and (row.account_number in roles.vat or code_of(row)):
            days.setdefault(row.date, []).append(row)
    return [tuple(rows) for rows in days.values()]


def _place(rows: Sequence[Posting]) -> tuple[date, str, int]:
    return rows[0].date, rows[0].voucher_type or "", rows[0].voucher_number or 0


def _bases(rows: Iterable[Posting], codes: Mapping[str, VatCode], roles: VatRoles) -> dict[VatCode, Decimal]:
    bases: dict[VatCode, Decimal] = {}
    for row in rows:
        code = code_of(row)
        if code and row.account_number not in roles.vat:
            known = codes[code]
            bases[known] = bases.get(known, _ZERO) + row.amount
    return dict(sorted(bases.items(), key=lambda each: each[0].code))


def _vat(rows: Iterable[Posting], roles: VatRoles) -> dict[int, Decimal]:
    return sums_by_account(row for row in rows if row.account_number in roles.vat)


def _rounded_to(whole: Decimal, parts: Mapping[K, Decimal]) -> dict[K, Decimal]:
    """The parts in øre; the largest takes what they fall short of the whole."""
    rounded = {key: to_ore(part) for key, part in parts.items()}
    largest = max(rounded, key=lambda key: abs(rounded[key]))
    rounded[largest] += whole - sum(rounded.values(), _ZERO)
    return rounded
