"""The Danish VAT return of a period, computed box by box from the VAT accounts and the VAT codes.

VAT is what was posted on the VAT accounts; the rubrikker are the bases of the VAT codes, as the lines hold
them. Amounts have the sign of the form (`vat_boxes`), VAT to pay is positive. To file is each box
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
from dinero_mcp.accounting.vat_boxes import DEDUCTED, VAT_BOXES, Box, learnt_boxes, own_boxes
from dinero_mcp.accounting.vat_codes import VatCode, VatType, vat_codes
from dinero_mcp.accounting.vat_postings import VatPostings
from dinero_mcp.accounting.vat_vouchers import VatVoucher, box_evidence, vouchers_with_vat

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CodeTotal:
    """One VAT code in the period; all amounts are positive for ordinary sales and purchases.

    `base` is what the lines hold: of purchases with part of the VAT deducted, the rest of it too. `expected`
    is the VAT of each voucher's base, rounded, on each side it belongs to, and None where the code could not
    be classified. `owed` and `deducted` are what was booked on vouchers where a line has the code.
    """

    code: VatCode
    base: Decimal
    expected: Decimal | None
    owed: Decimal
    deducted: Decimal


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
    codes: tuple[CodeTotal, ...]
    uncoded: Mapping[Box, Decimal]
    """The VAT of each box on vouchers where no line has a code for it."""
    unexplained: tuple[Unexplained[P], ...]
    vouchers: tuple[VatVoucher[P], ...]
    """By date, series and number."""

    @property
    def payable(self) -> Decimal:
        """VAT to pay (*momstilsvar*) to the øre; negative is refunded."""
        return _payable(self.boxes)

    @property
    def to_file(self) -> dict[Box, int]:
        """Every box in whole kroner, the øre dropped."""
        return {box: whole_kroner(amount) for box, amount in self.boxes.items()}

    @property
    def payable_to_file(self) -> int:
        """VAT to pay, of the boxes without their øre."""
        return int(_payable({box: Decimal(kroner) for box, kroner in self.to_file.items()}))

    @property
    def unclassified(self) -> tuple[CodeTotal, ...]:
        """The codes whose bases are in no box because nothing tells how they count."""
        return tuple(each for each in self.codes if each.code.side is None)

    def base(self, box: Box) -> Decimal:
        """What the lines hold whose codes have their VAT in the box, with the sign of the form."""
        return total(each.base for each in self.codes if box in each.code.expected(Decimal(1)))


def vat_report(
    vat: VatPostings[P], chart: Mapping[int, Account], vat_types: Iterable[VatType], period: Period
) -> VatReport[P]:
    """The return of any span. All vouchers given tell what accounts and codes are, those inside it count."""
    codes = vat_codes((row for lines in vat.vouchers for row in lines), chart, vat_types)
    vouchers = vouchers_of(vat, chart, codes, period)
    boxes, shares = _boxes(vouchers), _by_code(vouchers)
    return VatReport(
        period=period,
        boxes=boxes,
        codes=_code_totals(vouchers, shares),
        uncoded={box: boxes[box] - total(_in_box(shares, box)) for box in VAT_BOXES},
        unexplained=_unexplained(vouchers),
        vouchers=vouchers,
    )


def vouchers_of(
    vat: VatPostings[P], chart: Mapping[int, Account], codes: Mapping[str, VatCode], period: Period
) -> tuple[VatVoucher[P], ...]:
    """What the return of a span is made of; `codes` are those of all vouchers given."""
    accounts = own_boxes(vat.roles.vat, chart)
    others = vat.roles.vat - accounts.keys()
    accounts |= learnt_boxes(others, chart, box_evidence(vat, others, codes))
    return tuple(vouchers_with_vat(vat, period, codes, accounts))


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


def _by_code(vouchers: Iterable[VatVoucher[P]]) -> dict[tuple[VatCode, Box], Decimal]:
    """The VAT booked for each code in each box, with the sign of the form."""
    booked = defaultdict[tuple[VatCode, Box], Decimal](Decimal)
    for voucher in vouchers:
        for (code, box), vat in voucher.booked_by_code().items():
            booked[code, box] += box.natural(vat)
    return booked


def _in_box(shares: Mapping[tuple[VatCode, Box], Decimal], box: Box) -> Iterable[Decimal]:
    return (vat for (_, each), vat in shares.items() if each is box)


def _code_totals(
    vouchers: Iterable[VatVoucher[P]], shares: Mapping[tuple[VatCode, Box], Decimal]
) -> tuple[CodeTotal, ...]:
    bases, expected, owed, deducted = (defaultdict[VatCode, Decimal](Decimal) for _ in range(4))
    for voucher in vouchers:
        for code, base in voucher.bases.items():
            bases[code] += code.natural(base)
            if code.vat_box:
                expected[code] += to_ore(code.vat_box.natural(code.expected(base)[code.vat_box]))
    for (code, box), vat in shares.items():
        (deducted if box in DEDUCTED else owed)[code] += vat
    return tuple(
        CodeTotal(
            code=code,
            base=to_ore(bases[code]),
            expected=to_ore(expected[code]) if code.side else None,
            owed=to_ore(owed[code]),
            deducted=to_ore(deducted[code]),
        )
        for code in sorted(bases, key=lambda code: code.code)
    )


def _unexplained(vouchers: Iterable[VatVoucher[P]]) -> tuple[Unexplained[P], ...]:
    rows: dict[int, list[P]] = {}
    for voucher in vouchers:
        for row in voucher.rows:
            if row.account_number in voucher.boxless:
                rows.setdefault(row.account_number, []).append(row)
    return tuple(
        Unexplained(number, total(-row.amount for row in own), tuple(own))
        for number, own in sorted(rows.items())
    )
