"""The vouchers that bear VAT, each with the bases of its codes and the VAT booked on it.

Settlements of VAT and opening rows are no part of it. Bases and VAT are debit positive here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic

from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.postings import P, Posting, sums_by_account, vouchers
from dinero_mcp.accounting.vat_accounts import VatRoles
from dinero_mcp.accounting.vat_boxes import Box
from dinero_mcp.accounting.vat_codes import Side, VatCode, code_of
from dinero_mcp.accounting.vat_settlements import is_settlement

_ZERO = Decimal(0)
_FROM_ABROAD = (Box.GOODS_ABROAD, Box.SERVICES_ABROAD)


@dataclass(frozen=True, slots=True)
class VatVoucher(Generic[P]):
    """What one voucher says of VAT on one day; a reversal on another day stands for itself."""

    rows: tuple[P, ...]
    """Those with a VAT code or on a VAT account."""
    bases: Mapping[VatCode, Decimal]
    expected: Mapping[Box, Decimal]
    """The VAT of the bases by box, not rounded."""
    booked: Mapping[Box, Decimal]
    """The VAT posted by box, on accounts that have one."""

    @property
    def payable(self) -> Decimal:
        return -total(self.booked.values())

    @property
    def is_classified(self) -> bool:
        """Whether it is known of all its codes how they count."""
        return all(code.side for code in self.bases)

    @property
    def is_reverse_charge(self) -> bool:
        """Whether VAT is owed and deducted at once, by a code or by VAT of purchases abroad."""
        by_code = any(code.side is Side.REVERSE_CHARGE for code in self.bases)
        return by_code or any(self.booked.get(box) for box in _FROM_ABROAD)

    def booked_by_code(self) -> dict[VatCode, Decimal]:
        """The VAT booked for each code, where it is owed if on both sides.

        Codes that share a box have their expected VAT, and the one with most takes what it differs by. VAT
        without a coded base belongs to no code.
        """
        shares: dict[VatCode, Decimal] = {}
        for box, booked in self.booked.items():
            parts = {code: to_ore(vat) for code, vat in self._expected_in(box)}
            if parts:
                largest = max(parts, key=lambda code: abs(parts[code]))
                parts[largest] += booked - sum(parts.values(), _ZERO)
            shares |= {code: vat for code, vat in parts.items() if code.vat_box is box}
        return shares

    def _expected_in(self, box: Box) -> Iterator[tuple[VatCode, Decimal]]:
        for code, base in self.bases.items():
            expected = code.expected(base)
            if box in expected:
                yield code, expected[box]


def expected_vat(bases: Mapping[VatCode, Decimal]) -> dict[Box, Decimal]:
    """The VAT of the bases by box, debit positive, not rounded."""
    expected: dict[Box, Decimal] = {}
    for code, base in bases.items():
        for box, vat in code.expected(base).items():
            expected[box] = expected.get(box, _ZERO) + vat
    return expected


def vouchers_with_vat(
    postings: Iterable[P], codes: Mapping[str, VatCode], roles: VatRoles, boxes: Mapping[int, Box]
) -> list[VatVoucher[P]]:
    """The vouchers with a VAT code or VAT on them; `boxes` is the box of each VAT account that has one."""
    return [_vat_voucher(rows, codes, roles, boxes) for rows in _rows_with_vat(postings, roles)]


def box_evidence(
    postings: Iterable[Posting], codes: Mapping[str, VatCode], roles: VatRoles
) -> Iterator[tuple[int, Box]]:
    """The VAT accounts with the box whose VAT they hold in a voucher, to the øre by its codes."""
    for rows in _rows_with_vat(postings, roles):
        expected = expected_vat(_bases(rows, codes, roles))
        for number, amount in _vat(rows, roles).items():
            fitting = [box for box, vat in expected.items() if amount and to_ore(vat) == amount]
            if len(fitting) == 1:
                yield number, fitting[0]


def _vat_voucher(
    rows: tuple[P, ...], codes: Mapping[str, VatCode], roles: VatRoles, boxes: Mapping[int, Box]
) -> VatVoucher[P]:
    bases = _bases(rows, codes, roles)
    booked: dict[Box, Decimal] = {}
    for number, amount in _vat(rows, roles).items():
        if box := boxes.get(number):
            booked[box] = booked.get(box, _ZERO) + amount
    return VatVoucher(rows, bases, expected_vat(bases), booked)


def _rows_with_vat(postings: Iterable[P], roles: VatRoles) -> Iterator[tuple[P, ...]]:
    """The coded rows and VAT rows of each voucher that is no settlement; of several days once for each."""
    for voucher in vouchers(postings):
        for lines in _by_day(voucher):
            rows = tuple(row for row in lines if row.account_number in roles.vat or code_of(row))
            if rows and not is_settlement(lines, roles):
                yield rows


def _by_day(voucher: tuple[P, ...]) -> Iterator[tuple[P, ...]]:
    for day in sorted({row.date for row in voucher}):
        yield tuple(row for row in voucher if row.date == day)


def _bases(rows: Iterable[Posting], codes: Mapping[str, VatCode], roles: VatRoles) -> dict[VatCode, Decimal]:
    bases: dict[VatCode, Decimal] = {}
    for row in rows:
        code = code_of(row)
        if code and row.account_number not in roles.vat:
            known = codes[code]
            bases[known] = bases.get(known, _ZERO) + row.amount
    return bases


def _vat(rows: Iterable[Posting], roles: VatRoles) -> dict[int, Decimal]:
    return sums_by_account(row for row in rows if row.account_number in roles.vat)
