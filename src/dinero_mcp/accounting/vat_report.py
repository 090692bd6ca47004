"""The Danish VAT return of a period, computed box by box from the VAT accounts and the VAT codes.

VAT is what was posted on the VAT accounts; the rubrikker are the bases of the VAT codes, as the lines hold
them. Amounts have the sign of the form (`vat_boxes`), VAT to pay is positive. What is filed is each box
without its øre, and the payable of those boxes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic

from dinero_mcp.accounting.money import to_ore, total, whole_kroner
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import Account, P
from dinero_mcp.accounting.vat_accounts import VatRoles
from dinero_mcp.accounting.vat_boxes import DEDUCTED, VAT_BOXES, Box, account_boxes
from dinero_mcp.accounting.vat_codes import VatCode, VatType, vat_codes
from dinero_mcp.accounting.vat_owed import vat_movement
from dinero_mcp.accounting.vat_vouchers import VatVoucher, box_evidence, vouchers_with_vat

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CodeTotal:
    """One VAT code in the period; all three are positive for ordinary sales and purchases.

    `base` is what the lines hold: of purchases with part of the VAT deducted, the rest of it too. `expected`
    is the VAT of each voucher's base, rounded, and None where the code could not be classified; of reverse
    charge it is the VAT owed. `booked` leaves out VAT on vouchers where no line has a code.
    """

    code: VatCode
    base: Decimal
    expected: Decimal | None
    booked: Decimal


@dataclass(frozen=True, slots=True)
class Unexplained(Generic[P]):
    """VAT on an account that fits no box, owed positive, and the postings it is made of."""

    account_number: int
    amount: Decimal
    postings: tuple[P, ...]


@dataclass(frozen=True, slots=True)
class VatReport(Generic[P]):
    """A period's return and what it rests on."""

    period: Period
    boxes: Mapping[Box, Decimal]
    """Every box to the øre, in the form's order."""
    movement: Decimal
    """What the VAT accounts moved by, owed positive, without settlements and opening rows."""
    accounts: Mapping[int, Box]
    """The box of each VAT account that has one."""
    codes: tuple[CodeTotal, ...]
    unexplained: tuple[Unexplained[P], ...]
    vouchers: tuple[VatVoucher[P], ...]

    @property
    def payable(self) -> Decimal:
        """VAT to pay (*momstilsvar*) to the øre; negative is refunded."""
        return _payable(self.boxes)

    @property
    def filed(self) -> dict[Box, int]:
        """Every box in whole kroner, the øre dropped."""
        return {box: whole_kroner(amount) for box, amount in self.boxes.items()}

    @property
    def filed_payable(self) -> int:
        """VAT to pay, of the boxes as filed."""
        return int(_payable({box: Decimal(kroner) for box, kroner in self.filed.items()}))

    @property
    def difference(self) -> Decimal:
        """What the VAT accounts moved by beyond the boxes: zero when every account fits a box."""
        return self.movement - self.payable

    @property
    def unclassified(self) -> tuple[CodeTotal, ...]:
        """The codes whose bases are in no box because nothing tells how they count."""
        return tuple(each for each in self.codes if each.code.side is None)


def vat_report(
    postings: Iterable[P],
    chart: Mapping[int, Account],
    vat_types: Iterable[VatType],
    roles: VatRoles,
    period: Period,
) -> VatReport[P]:
    """The return of any span. All postings given tell what accounts and codes are, those inside it count."""
    rows = tuple(postings)
    codes = vat_codes(rows, chart, vat_types)
    accounts = account_boxes(roles.vat, chart, box_evidence(rows, codes, roles))
    inside = tuple(row for row in rows if row.date in period)
    vouchers = tuple(vouchers_with_vat(inside, codes, roles, accounts))
    return VatReport(
        period=period,
        boxes=_boxes(vouchers),
        movement=vat_movement(inside, roles, period).payable,
        accounts=accounts,
        codes=_code_totals(vouchers),
        unexplained=_unexplained(vouchers, roles.vat - accounts.keys()),
        vouchers=vouchers,
    )


def _payable(boxes: Mapping[Box, Decimal]) -> Decimal:
    return total(-boxes[box] if box in DEDUCTED else boxes[box] for box in VAT_BOXES)


def _boxes(vouchers: Iterable[VatVoucher[P]]) -> dict[Box, Decimal]:
    debit = dict.fromkeys(Box, _ZERO)
    for voucher in vouchers:
        for box, amount in voucher.booked.items():
            debit[box] += amount
        for code, base in voucher.bases.items():
            if code.value_box:
                debit[code.value_box] += base
    return {box: to_ore(box.natural(amount)) for box, amount in debit.items()}


def _code_totals(vouchers: Iterable[VatVoucher[P]]) -> tuple[CodeTotal, ...]:
    bases, expected, booked = (defaultdict[VatCode, Decimal](Decimal) for _ in range(3))
    for voucher in vouchers:
        for code, base in voucher.bases.items():
            bases[code] += base
            if code.vat_box:
                expected[code] += to_ore(code.expected(base)[code.vat_box])
        for code, vat in voucher.booked_by_code().items():
            booked[code] += vat
    in_order = sorted(bases, key=lambda code: code.code)
    return tuple(_code_total(code, bases[code], expected[code], booked[code]) for code in in_order)


def _code_total(code: VatCode, base: Decimal, expected: Decimal, booked: Decimal) -> CodeTotal:
    natural = code.vat_box.natural if code.vat_box else Decimal
    return CodeTotal(
        code=code,
        base=to_ore(code.natural(base)),
        expected=to_ore(natural(expected)) if code.side else None,
        booked=to_ore(natural(booked)),
    )


def _unexplained(vouchers: Iterable[VatVoucher[P]], accounts: frozenset[int]) -> tuple[Unexplained[P], ...]:
    rows: dict[int, list[P]] = {}
    for row in (row for voucher in vouchers for row in voucher.rows):
        if row.account_number in accounts:
            rows.setdefault(row.account_number, []).append(row)
    return tuple(
        Unexplained(number, total(-row.amount for row in own), tuple(own))
        for number, own in sorted(rows.items())
    )
