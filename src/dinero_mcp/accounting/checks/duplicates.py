"""Is a bill booked twice.

What is compared are purchases that still stand: vouchers that are no payment, less those that were reversed
or credited in full. The same amount from the same supplier is suspected within ten days, unless it comes that
often: a delivery every week of a fixed price has the same distance to the one before as others of its series.
Where no supplier is noted, the same text stands for it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from dinero_mcp.accounting.chart import PROFIT_AND_LOSS, Group
from dinero_mcp.accounting.checks.findings import (
    Finding,
    Severity,
    check,
    first_of,
    named,
    of_voucher,
    see_entries,
)
from dinero_mcp.accounting.checks.material import Material, Voucher
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.postings import Posting

_WITHIN_DAYS = 10
_ABOUT = 2  # days that a weekly delivery may move
_USUAL = 2  # other distances like it that make one usual
_ZERO = Decimal(0)
_COSTS = (
    *(group for group in PROFIT_AND_LOSS if group not in (Group.REVENUE, Group.FINANCIAL_INCOME, Group.TAX)),
    Group.INTANGIBLE_ASSETS,
    Group.TANGIBLE_ASSETS,
    Group.INVENTORY,
    Group.PREPAYMENTS_AND_OTHER,
)


@dataclass(frozen=True, slots=True)
class _Purchase:
    """One purchase with what it came to, VAT included."""

    first: Posting
    gross: Decimal
    supplier: str | None
    file: str | None

    @property
    def day(self) -> date:
        return self.first.date

    @property
    def payee(self) -> tuple[str, str] | None:
        """Whom it was bought from, as far as known."""
        if self.supplier:
            return "contact", self.supplier
        return ("text", self.first.description) if self.first.description else None


@check(
    name="suspected-duplicate",
    what_to_do="Compare the two documents. If they are one, delete the later voucher in Dinero, and if it "
    "was paid twice, ask the supplier for the money back.",
)
def suspected_duplicate(material: Material) -> Iterator[Finding]:
    """A bill that is booked twice is deducted twice, its VAT too, and is easily paid twice."""
    purchases = _standing(list(_purchases(material)))
    told: set[tuple[int, int]] = set()
    for earlier, later in [*_same_document(purchases), *_same_amount(purchases)]:
        pair = id(earlier), id(later)
        if later.day in material.period and pair not in told:
            told.add(pair)
            yield _finding(earlier, later, material)


def _purchases(material: Material) -> Iterator[_Purchase]:
    costs = {number for number in material.by_account if material.groups[number] in _COSTS}
    for voucher in material.vouchers:
        kind = (voucher[0].voucher_type or "").casefold()
        purchase = _purchase(voucher, costs, material) if kind in ("purchases", "manuel") else None
        if purchase and (purchase.supplier or kind == "purchases"):
            yield purchase


def _purchase(voucher: Voucher, costs: set[int], material: Material) -> _Purchase | None:
    """None for what is no purchase: half of what one debits is cost, of a payment only a difference."""
    cost = moved = vat = _ZERO
    supplier = file = None
    for row in voucher:
        moved += abs(row.amount)
        if row.account_number in costs:
            cost += row.amount
        elif row.account_number in material.roles.vat:
            vat += row.amount
        supplier = max(supplier or "", row.contact_guid or "") or None
        if isinstance(row.file_guid, str):
            file = max(file or "", row.file_guid)
    if not cost or 4 * abs(cost) < moved:
        return None
    return _Purchase(first_of(voucher), to_ore(cost + vat), supplier, file)


def _standing(purchases: Sequence[_Purchase]) -> list[_Purchase]:
    """Without those that were reversed under their own number, or credited in full by the supplier."""
    credits = sorted((each for each in purchases if each.gross < 0), key=_in_order)
    credited = {(key, -credit.gross) for credit in credits for key in _undone_by(credit)}
    bought: dict[tuple[object, Decimal], list[_Purchase]] = {}
    for purchase in purchases if credited else ():
        for key in _undone_by(purchase):
            if (key, purchase.gross) in credited:
                bought.setdefault((key, purchase.gross), []).append(purchase)
    undone: set[int] = set()
    for credit in credits:
        for key in _undone_by(credit):
            left = [each for each in bought.get((key, -credit.gross), ()) if id(each) not in undone]
            if left:
                undone.add(id(max(left, key=_in_order)))
                break
    return [each for each in purchases if each.gross > 0 and id(each) not in undone]


def _undone_by(purchase: _Purchase) -> Iterator[object]:
    first = purchase.first
    if first.voucher_number is not None:
        yield first.voucher_type, first.voucher_number, first.date.year
    if purchase.supplier:
        yield purchase.supplier


def _same_document(purchases: Iterable[_Purchase]) -> Iterator[tuple[_Purchase, _Purchase]]:
    for same in _alike(purchases, lambda purchase: purchase.file):
        yield from pairwise(same)


def _alike(purchases: Iterable[_Purchase], key: Callable[[_Purchase], object]) -> list[list[_Purchase]]:
    """Those with the same key, in order; what has no key is like nothing."""
    found: dict[object, list[_Purchase]] = {}
    for purchase in purchases:
        if (same := key(purchase)) is not None:
            found.setdefault(same, []).append(purchase)
    return [sorted(same, key=_in_order) for same in found.values() if len(same) > 1]


def _same_amount(purchases: Iterable[_Purchase]) -> Iterator[tuple[_Purchase, _Purchase]]:
    for same in _alike(purchases, lambda purchase: purchase.payee and (purchase.payee, purchase.gross)):
        distances = [(later.day - earlier.day).days for earlier, later in pairwise(same)]
        times = Counter(distances)
        for (earlier, later), distance in zip(pairwise(same), distances, strict=True):
            others = sum(times[distance + about] for about in range(-_ABOUT, _ABOUT + 1)) - 1
            if distance <= _WITHIN_DAYS and others < _USUAL:
                yield earlier, later


def _finding(earlier: _Purchase, later: _Purchase, material: Material) -> Finding:
    first, second = earlier.first, later.first
    is_same_document = earlier.file is not None and earlier.file == later.file
    before = f"voucher {first.voucher_number} of {first.date}"
    if is_same_document and earlier.gross == later.gross:
        severity, what = Severity.ERROR, f"The same document and amount as {before}."
    elif is_same_document:
        severity = Severity.NOTICE
        what = f"The same document as {before}, booked there with {earlier.gross}."
    elif not later.supplier:
        severity, what = Severity.NOTICE, f"The same text and amount as {before}; no supplier is noted."
    elif first.description == second.description:
        severity, what = Severity.WARNING, f"The same supplier, amount and text as {before}."
    else:
        severity, what = Severity.WARNING, f"The same supplier and amount as {before}."
    supplier = later.supplier if later.supplier == earlier.supplier else None
    see = see_entries(first.date, second.date, contact_guid=supplier)
    found = of_voucher(severity, what, [second], later.gross, see)
    return named(found, material.contact_name(later.supplier))


def _in_order(purchase: _Purchase) -> tuple[date, str, int, str, Decimal]:
    row = purchase.first
    return (
        row.date,
        row.voucher_type or "",
        row.voucher_number or 0,
        row.voucher_guid or "",
        purchase.gross,
    )
