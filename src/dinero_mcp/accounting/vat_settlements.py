"""Which vouchers settle VAT, as against those that earn or bear it.

Dinero books a settlement in two steps: the VAT accounts are emptied into the settlement account when a
period is filed, and that is paid from the bank or the tax account. Users also pay straight from the bank to
the VAT accounts, or do both in one voucher. All of these are settlements; a purchase, a sale, an asset
bought or a correction between two VAT accounts is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.postings import Posting, sums_by_account
from dinero_mcp.accounting.vat_accounts import VatRoles

_ROUNDING_BELOW = Decimal(1)
_ZERO = Decimal(0)


class SettlementKind(StrEnum):
    """`closing` moves VAT to the settlement account, `payment` pays it from there, `both` pays it at once."""

    CLOSING = "closing"
    PAYMENT = "payment"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Settlement:
    """One voucher that settles VAT; `amount` is positive when paid or owed, negative when refunded."""

    date: date
    voucher_number: int | None
    voucher_guid: str | None
    voucher_type: str | None
    description: str | None
    kind: SettlementKind
    amount: Decimal


def is_settlement(voucher_lines: Sequence[Posting], roles: VatRoles) -> bool:
    """Whether the voucher only moves VAT between VAT, settlement, tax and deposit accounts.

    It must touch two of the three sides (VAT, settlement, money). Lines elsewhere may be a rounding: below
    1 kr. for each VAT account, as a return drops the øre of each box, and smaller than the VAT itself, which
    the net price of a purchase never is.
    """
    touched = {line.account_number for line in voucher_lines}
    most = _ROUNDING_BELOW * max(1, len(touched & roles.vat))
    rounding = _ZERO
    for line in voucher_lines:
        if line.account_number not in roles.all:
            rounding += abs(line.amount)
            if rounding >= most:
                return False
    sides = (roles.vat, roles.settlement, roles.tax | roles.deposits)
    if sum(not touched.isdisjoint(side) for side in sides) < 2:
        return False
    of_vat = (
        abs(line.amount) for line in voucher_lines if line.account_number in roles.vat | roles.settlement
    )
    return not rounding or rounding < max(of_vat, default=_ZERO)


def settlements(settling: Iterable[Sequence[Posting]], roles: VatRoles) -> list[Settlement]:
    """The vouchers that settle VAT by date, without those that were reversed."""
    moving = (settlement for lines in settling if (settlement := _settlement(lines, roles)))
    return _without_reversals(sorted(moving, key=_by_date_and_number))


def _by_date_and_number(settlement: Settlement) -> tuple[date, int, str]:
    return settlement.date, settlement.voucher_number or 0, settlement.voucher_guid or ""


def _settlement(lines: Sequence[Posting], roles: VatRoles) -> Settlement | None:
    """The voucher as one settlement; None when its lines undo each other."""
    sums = {number: amount for number, amount in sums_by_account(lines).items() if amount}
    vat, money = sums.keys() & roles.vat, sums.keys() & (roles.tax | roles.deposits)
    if not vat and not sums.keys() & roles.settlement:
        return None
    first = lines[0]
    return Settlement(
        date=first.date,
        voucher_number=first.voucher_number,
        voucher_guid=first.voucher_guid,
        voucher_type=first.voucher_type,
        description=first.description,
        kind=_kind(closes=bool(vat), pays=bool(money)),
        amount=total(-sums[number] for number in money) if money else total(sums[number] for number in vat),
    )


def _kind(*, closes: bool, pays: bool) -> SettlementKind:
    if closes and pays:
        return SettlementKind.BOTH
    return SettlementKind.PAYMENT if pays else SettlementKind.CLOSING


def _without_reversals(found: Iterable[Settlement]) -> list[Settlement]:
    kept: list[Settlement] = []
    for settlement in found:
        reversed_one = next((other for other in kept if _is_reversal(settlement, other)), None)
        if reversed_one:
            kept.remove(reversed_one)
        else:
            kept.append(settlement)
    return kept


def _is_reversal(later: Settlement, earlier: Settlement) -> bool:
    same_voucher = (later.voucher_type, later.voucher_number) == (
        earlier.voucher_type,
        earlier.voucher_number,
    )
    return same_voucher and later.voucher_number is not None and later.amount == -earlier.amount != 0
