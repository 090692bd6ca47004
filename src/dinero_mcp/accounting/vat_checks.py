"""Is the VAT of a period plausible: checks of the vouchers it is made of, and of how periods were settled.

A finding has the sign of the form: output and input VAT are both positive. Vouchers with a code that could
not be classified are not checked, and counted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import P, Posting
from dinero_mcp.accounting.vat_boxes import VAT_BOXES, Box
from dinero_mcp.accounting.vat_codes import STANDARD_RATE, Side
from dinero_mcp.accounting.vat_owed import PeriodSettlement
from dinero_mcp.accounting.vat_postings import VatMovement
from dinero_mcp.accounting.vat_settlements import Settlement
from dinero_mcp.accounting.vat_vouchers import VatVoucher, expected_vat, fits

_ZERO = Decimal(0)
_WITH_DOCUMENT = ("purchases", "manuel")


class DocumentedPosting(Posting, Protocol):
    """A posting that may tell of its document: an id, None for none, anything else when nothing is known."""

    @property
    def file_guid(self) -> object: ...


D = TypeVar("D", bound=DocumentedPosting)


@dataclass(frozen=True, slots=True)
class VatFinding(Generic[P]):
    """One voucher's VAT as booked and as expected, with its rows on VAT accounts or with a VAT code."""

    booked: Decimal
    expected: Decimal
    postings: tuple[P, ...]


@dataclass(frozen=True, slots=True)
class Checked(Generic[P]):
    """A check's findings, and how many vouchers it could and could not judge.

    `difference` is what is booked beyond what is expected on all that were judged, each of them in øre: also
    that of the vouchers whose VAT fits but for rounding.
    """

    findings: tuple[VatFinding[P], ...]
    checked: int
    not_checked: int
    difference: Decimal


def output_vat(vouchers: Iterable[VatVoucher[P]]) -> Checked[P]:
    """Output VAT is the code's rate, 25 % as a rule, of what was sold.

    Where it is not, VAT was typed in by hand or a line has the wrong code: too much is paid, or too little.
    """
    return _check(vouchers, lambda v: _bears(v, Box.OUTPUT), lambda v: _against_base(v, Box.OUTPUT))


def input_vat(vouchers: Iterable[VatVoucher[P]]) -> Checked[P]:
    """Input VAT is the part of the price that the code allows: 25 %, of hotels and meals with guests less.

    More than that may not be deducted, less is money lost, and VAT without a coded line has no base at all.
    """
    return _check(vouchers, lambda v: _bears(v, Box.INPUT), lambda v: _against_base(v, Box.INPUT))


def reverse_charge(vouchers: Iterable[VatVoucher[P]]) -> Checked[P]:
    """VAT of purchases with reverse charge is owed and deducted alike, 25 % of the price.

    When one side lacks, the company pays or gets VAT that nobody asked for; when both do, the return is wrong
    although nothing is to pay. VAT of imports typed in without a code has no base, but still two sides.
    """
    return _check(vouchers, lambda v: v.is_reverse_charge, _both_sides)


def deducted_without_document(vouchers: Iterable[VatVoucher[D]]) -> Checked[D]:
    """VAT may only be deducted with an invoice or a receipt to show for it.

    Judged are purchases and manual vouchers that deduct VAT and tell of a document, or of none.
    """
    deducting = [voucher for voucher in vouchers if _deducts(voucher)]
    documents = [(voucher, _has_document(voucher)) for voucher in deducting]
    lacking = [voucher for voucher, has_document in documents if has_document is False]
    unknown = sum(has_document is None for _, has_document in documents)
    findings = tuple(VatFinding(voucher.booked[Box.INPUT], _ZERO, voucher.rows) for voucher in lacking)
    return Checked(findings, len(deducting) - unknown, unknown, _difference(findings))


def added_after_settlement(
    vouchers: Sequence[VatVoucher[P]], state: PeriodSettlement, years: Sequence[Period]
) -> Checked[P]:
    """VAT dated in a period that was settled before is in no return, unless a correction is filed.

    `vouchers` are those of the period whose `state` it is, `years` the accounting years. Postings do not tell
    when they were booked. So a voucher counts as added when it has a later number than the settlement in the
    same series, or is the only one that can be, and the settlement's amount is that of the period without
    it. Otherwise the vouchers that may have been added are not checked. `booked` is what a voucher adds to
    the VAT to pay.
    """
    possible = 0
    for settlement in state.evidence:
        later, unknown = _not_before(vouchers, settlement, years)
        added = _added(later, unknown, state.movement, settlement.amount)
        if added is not None:
            findings = tuple(VatFinding(voucher.payable, _ZERO, voucher.rows) for voucher in added)
            return Checked(findings, len(vouchers), 0, _difference(findings))
        possible = max(possible, len(later) + len(unknown))
    return Checked((), len(vouchers) - possible if state.evidence else 0, possible, _ZERO)


def _check(
    vouchers: Iterable[VatVoucher[P]],
    concerns: Callable[[VatVoucher[P]], bool],
    judge: Callable[[VatVoucher[P]], VatFinding[P]],
) -> Checked[P]:
    concerned = [voucher for voucher in vouchers if concerns(voucher)]
    classified = [voucher for voucher in concerned if voucher.is_classified]
    judged = [judge(voucher) for voucher in classified]
    findings = tuple(each for each in judged if not fits(each.booked, each.expected, each.postings))
    return Checked(findings, len(classified), len(concerned) - len(classified), _difference(judged))


def _bears(voucher: VatVoucher[P], box: Box) -> bool:
    return not voucher.is_reverse_charge and (box in voucher.booked or box in voucher.expected)


def _difference(judged: Iterable[VatFinding[P]]) -> Decimal:
    return total(each.booked - each.expected for each in judged)


def _against_base(voucher: VatVoucher[P], box: Box) -> VatFinding[P]:
    booked, expected = voucher.booked.get(box, _ZERO), voucher.expected.get(box, _ZERO)
    return _in_ore(voucher, box.natural(booked), box.natural(expected))


def _both_sides(voucher: VatVoucher[P]) -> VatFinding[P]:
    """What is owed or what is deducted against 25 % of the base: the side that is further off."""
    codes = [code for code in voucher.bases if code.side is Side.REVERSE_CHARGE]
    ordinary = expected_vat({c: base for c, base in voucher.bases.items() if c not in codes})
    left = {box: voucher.booked.get(box, _ZERO) - ordinary.get(box, _ZERO) for box in VAT_BOXES}
    owed = -left[Box.OUTPUT] - left[Box.GOODS_ABROAD] - left[Box.SERVICES_ABROAD]
    due = sum((voucher.bases[code] for code in codes), _ZERO) * STANDARD_RATE if codes else owed
    further = max(owed, left[Box.INPUT], key=lambda booked: abs(booked - due))
    return _in_ore(voucher, further, due)


def _in_ore(voucher: VatVoucher[P], booked: Decimal, expected: Decimal) -> VatFinding[P]:
    return VatFinding(to_ore(booked), to_ore(expected), voucher.rows)


def _deducts(voucher: VatVoucher[P]) -> bool:
    kind = (voucher.rows[0].voucher_type or "").casefold()
    return kind in _WITH_DOCUMENT and voucher.booked.get(Box.INPUT, _ZERO) > 0


def _has_document(voucher: VatVoucher[D]) -> bool | None:
    files = [row.file_guid for row in voucher.rows]
    if any(isinstance(file, str) for file in files):
        return True
    return False if all(file is None for file in files) else None


def _not_before(
    vouchers: Iterable[VatVoucher[P]], settlement: Settlement, years: Sequence[Period]
) -> tuple[list[VatVoucher[P]], list[VatVoucher[P]]]:
    """The vouchers booked after the settlement by their number, and those of which it does not tell."""
    later: list[VatVoucher[P]] = []
    unknown: list[VatVoucher[P]] = []
    number, series = settlement.voucher_number, _series(settlement.voucher_type, settlement.date, years)
    for voucher in vouchers:
        row = voucher.rows[0]
        is_same = series is not None and series == _series(row.voucher_type, row.date, years)
        if not is_same or row.voucher_number is None or number is None:
            unknown.append(voucher)
        elif row.voucher_number > number:
            later.append(voucher)
    return later, unknown


def _series(voucher_type: str | None, day: date, years: Sequence[Period]) -> tuple[str | None, Period] | None:
    """What numbers a voucher is counted among: they restart each accounting year; None outside of all."""
    return next(((voucher_type, year) for year in years if day in year), None)


def _added(
    later: list[VatVoucher[P]], unknown: list[VatVoucher[P]], movement: VatMovement, settled: Decimal
) -> list[VatVoucher[P]] | None:
    """The vouchers that explain what a settlement lacks, but for the øre dropped; None when none do."""

    def explain(added: Sequence[VatVoucher[P]]) -> bool:
        return not movement.apart(settled + total(voucher.payable for voucher in added))

    if explain(later):
        return later
    if explain(()):
        return []
    fitting = [voucher for voucher in unknown if explain((*later, voucher))]
    return [*later, *fitting] if len(fitting) == 1 else None
