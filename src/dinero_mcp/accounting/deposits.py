"""What stands in the bank, the cash box and the other deposit accounts (*beholdninger*), as booked.

Amounts are kroner; a balance is positive when there is money in it. The bank's own balance is not known here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.postings import Posting, is_opening

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class DepositPosition:
    """One deposit account: `opening + money_in - money_out = booked_balance`, both movements positive.

    `last_posting` is the latest day with a movement, None when there is none in the year.
    """

    account_number: int
    opening: Decimal
    money_in: Decimal
    money_out: Decimal
    booked_balance: Decimal
    last_posting: date | None


def deposit_positions(
    postings_of_year: Iterable[Posting],
    deposit_numbers: Collection[int],
    as_of: date,
    opening: Mapping[int, Decimal] | None = None,
) -> list[DepositPosition]:
    """Each account's position at the end of `as_of`, by account number.

    The opening is that of the year's opening rows, unless one carried forward is given in their place.
    """
    rows: dict[int, list[Posting]] = {number: [] for number in sorted(deposit_numbers)}
    for posting in postings_of_year:
        if posting.account_number in rows and posting.date <= as_of:
            rows[posting.account_number].append(posting)
    return [
        _position(number, own, None if opening is None else opening.get(number, _ZERO))
        for number, own in rows.items()
    ]


def _position(number: int, rows: list[Posting], carried: Decimal | None) -> DepositPosition:
    movements = [row for row in rows if not is_opening(row)]
    opening = total(row.amount for row in rows if is_opening(row)) if carried is None else to_ore(carried)
    money_in = total(row.amount for row in movements if row.amount > 0)
    money_out = total(-row.amount for row in movements if row.amount < 0)
    return DepositPosition(
        account_number=number,
        opening=opening,
        money_in=money_in,
        money_out=money_out,
        booked_balance=opening + money_in - money_out,
        last_posting=max((row.date for row in movements), default=None),
    )
