"""Postings as they bear on VAT: the vouchers that settle it, and what the others put on the VAT accounts.

VAT of a period is what was posted on the VAT accounts in it, apart from opening rows and from vouchers that
settle VAT. Owed is positive, to be refunded negative: output VAT is positive and input VAT negative. A return
drops the øre of each box, so what is paid may differ from what is owed by less than a krone for each.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic

from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import P, Posting, sums_by_account, vouchers
from dinero_mcp.accounting.vat_accounts import VatRoles
from dinero_mcp.accounting.vat_codes import code_of
from dinero_mcp.accounting.vat_settlements import Settlement, is_settlement, settlements

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class VatMovement:
    """VAT posted in a period, by account number and in all; `accounts` is empty when nothing was posted."""

    period: Period
    accounts: Mapping[int, Decimal]
    payable: Decimal

    def apart(self, settled: Decimal) -> Decimal:
        """What is owed beyond `settled`: zero within what dropping the øre of each box can cost.

        Dropped øre of what is owed make the amount smaller, of what is deducted larger.
        """
        beyond = self.payable - settled
        owed = sum(amount > 0 for amount in self.accounts.values())
        deducted = sum(amount < 0 for amount in self.accounts.values())
        return _ZERO if -max(1, deducted) < beyond < max(1, owed) else beyond


@dataclass(frozen=True, slots=True)
class VatPostings(Generic[P]):
    """Whole vouchers of any span, parted by whether they settle VAT."""

    roles: VatRoles
    vouchers: tuple[tuple[P, ...], ...]
    """Those that settle none."""
    rows: tuple[P, ...]
    """Their rows on VAT accounts, by date."""
    settlements: tuple[Settlement, ...]
    """The others by date, without those that were reversed."""

    def movement(self, period: Period) -> VatMovement:
        """The VAT of a period."""
        first = bisect_left(self.rows, period.from_date, key=_date)
        sums = sums_by_account(self.rows[first : bisect_right(self.rows, period.to_date, key=_date)])
        owed = {number: to_ore(-amount) for number, amount in sums.items()}
        return VatMovement(period, dict(sorted(owed.items())), total(owed.values()))

    def by_month(self) -> dict[date, Decimal]:
        """VAT owed for each month with any, by the month's first day."""
        months: dict[date, Decimal] = {}
        for row in self.rows:
            first = row.date.replace(day=1)
            months[first] = months.get(first, _ZERO) - row.amount
        return months

    def paid_with_others(self) -> list[tuple[P, ...]]:
        """Vouchers that may pay VAT together with something else, such as interest: they move VAT against
        money, what else they hold is less and has no VAT code, and yet they settle none.
        """
        return [lines for lines in self.vouchers if _pays(lines, self.roles)]


def vat_postings(postings: Iterable[P], roles: VatRoles) -> VatPostings[P]:
    """Each voucher is judged with its lines of every day, so that no period decides what settles VAT."""
    return of_vouchers(vouchers(postings), roles)


def of_vouchers(whole: Iterable[tuple[P, ...]], roles: VatRoles) -> VatPostings[P]:
    """The same where vouchers have been put together already."""
    settling: list[tuple[P, ...]] = []
    others: list[tuple[P, ...]] = []
    for lines in whole:
        (settling if is_settlement(lines, roles) else others).append(lines)
    rows = (row for lines in others for row in lines if row.account_number in roles.vat)
    return VatPostings(
        roles=roles,
        vouchers=tuple(others),
        rows=tuple(sorted(rows, key=_date)),
        settlements=tuple(settlements(settling, roles)),
    )


def _pays(lines: Sequence[Posting], roles: VatRoles) -> bool:
    others = [row for row in lines if row.account_number not in roles.all]
    money = roles.settlement | roles.tax | roles.deposits
    if any(code_of(row) for row in lines) or not any(row.account_number in money for row in lines):
        return False
    moved = total(row.amount for row in lines if row.account_number in roles.vat)
    return abs(moved) > total(abs(row.amount) for row in others)


def _date(row: Posting) -> date:
    return row.date
