"""Danish kroner as `Decimal`, and the one place where they are rounded.

Postings come in whole øre, so sums are exact and need no rounding. What is computed from them (a share, a
percentage, a rate of VAT) is rounded once, half away from zero. VAT returns drop the øre instead.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal

_ORE = Decimal("0.01")
_TENTH = Decimal("0.1")


def to_ore(amount: Decimal) -> Decimal:
    """The amount rounded half up to øre."""
    return _rounded(amount, _ORE)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum in øre; `0.00` of nothing."""
    return to_ore(sum(amounts, Decimal(0)))


def whole_kroner(amount: Decimal) -> int:
    """The amount without its øre, as VAT returns ask for it (VAT Act § 57): dropped, never rounded up."""
    return int(amount)


def percent_change(now: Decimal, before: Decimal) -> Decimal | None:
    """The change in percent with one decimal, positive when `now` is the larger.

    None from zero, and where the sign changes: a loss that became a profit grew by no percentage of itself.
    """
    return share(now - before, abs(before)) if now * before >= 0 else None


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """How many percent `part` is of `whole`, with one decimal; None of zero."""
    return _rounded(part * 100 / whole, _TENTH) if whole else None


def _rounded(amount: Decimal, unit: Decimal) -> Decimal:
    if amount.same_quantum(unit):
        return amount or abs(amount)
    digits = max(amount.adjusted(), 0) + 4  # the ambient precision may be too small for the amount
    rounded = amount.quantize(unit, ROUND_HALF_UP, Context(prec=digits))
    return rounded or abs(rounded)  # no "-0.00"
