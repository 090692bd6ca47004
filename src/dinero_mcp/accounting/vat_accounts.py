"""Which accounts VAT, its settlement and its payment go through: by category first, then number and name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from dinero_mcp.accounting.chart import Group, group_of, is_profit_and_loss
from dinero_mcp.accounting.postings import Account

_SETTLEMENT_ACCOUNT = 64100
_TAX_ACCOUNT = 63300


@dataclass(frozen=True)
class VatRoles:
    """Account numbers by their part in VAT; no account has two parts."""

    vat: frozenset[int]
    """Output, foreign and input VAT and energy duties: what the return is made of."""
    settlement: frozenset[int]
    """*Momsafregning*, to which a filed period is moved until it is paid."""
    tax: frozenset[int]
    """*Skattekonto*, the company's account with the tax agency."""
    deposits: frozenset[int]
    """Bank, cash and clearing."""

    @cached_property
    def all(self) -> frozenset[int]:
        """Every account with a part in VAT."""
        return self.vat | self.settlement | self.tax | self.deposits


def vat_roles(chart: Mapping[int, Account], deposit_numbers: Iterable[int]) -> VatRoles:
    """The parts played by the chart's accounts; `deposit_numbers` may hold the tax account."""
    balance = [a for a in chart.values() if not is_profit_and_loss(a.account_number, a.category)]
    settlement = _named(balance, _SETTLEMENT_ACCOUNT, "momsafregning")
    tax = _named(balance, _TAX_ACCOUNT, "skattekonto") - settlement
    deposits = _grouped(balance, Group.CASH_AND_BANK) | frozenset(deposit_numbers)
    return VatRoles(
        vat=_grouped(balance, Group.VAT) - settlement - tax,
        settlement=settlement,
        tax=tax,
        deposits=deposits - settlement - tax,
    )


def _named(accounts: Iterable[Account], number: int, name: str) -> frozenset[int]:
    return frozenset(
        account.account_number
        for account in accounts
        if account.account_number == number or name in (account.name or "").casefold()
    )


def _grouped(accounts: Iterable[Account], group: Group) -> frozenset[int]:
    return frozenset(a.account_number for a in accounts if group_of(a.account_number, a.category) is group)
