"""Does every account stand on the side it can stand on."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter

from dinero_mcp.accounting.chart import PROFIT_AND_LOSS, Group
from dinero_mcp.accounting.checks.findings import (
    Finding,
    NotChecked,
    Said,
    Severity,
    check,
    of_account,
    see_account,
)
from dinero_mcp.accounting.checks.material import Material
from dinero_mcp.accounting.control_account import voucher_type
from dinero_mcp.accounting.money import to_ore

_ZERO = Decimal(0)
_A_YEAR = timedelta(days=364)
_LEAST_GROWING = 3  # movements that all go one way
_SALES = voucher_type("receivable")
_MAY_BE_IN_DEBIT = re.compile(r"kurs|valuta|rabat|bonus|tab\b|regulering")
_MAY_BE_OVERDRAWN = re.compile(r"kassekredit|kreditkort|mastercard|visa\b|amex|american express|firmakort")
_CASH = re.compile(r"kontant|kasse(?!kredit)")
_OWNER = re.compile(r"\bejer|anpartshaver|kapitalejer|aktionær|\bdirektør|\bprivat")
_BETWEEN = re.compile(r"mellemregning|udlæg")
"""Also with a company of the same group, or an employee."""
_LIMITED = re.compile(r"\b(aps|a/s|ivs)\b")
_LIMITED_TYPES = ("privatelimitedcompany", "publiclimitedcompany", "entreprenurlimitedcompany")
_UNTOLD_TYPES = ("", "emptycompanytype", "others")


@check(
    name="revenue-in-debit",
    what_to_do="Look at the postings in debit, and move a cost that stands on a sales account or a sale with "
    "the wrong sign.",
)
def revenue_in_debit(material: Material) -> Iterator[Finding]:
    """Sales are credited. A revenue account in debit holds a cost, or a sale with the wrong sign, so revenue
    and gross margin are wrong.
    """
    # Credit notes alone may bring an account into debit, and so may discounts and exchange differences.
    for number in sorted(n for n in material.by_account if material.groups[n] is Group.REVENUE):
        if _MAY_BE_IN_DEBIT.search(material.name(number).casefold()):
            continue
        for day in _ends(material):
            balance = to_ore(material.balance(number, day))
            if balance > 0 and _moved_by_hand(number, day, material) > 0:
                what = f"Revenue account {number} is {balance} in debit since the accounting year began."
                see = see_account(number, _year_begin(day, material), day)
                yield of_account(Severity.WARNING, what, material.account(number), balance, day, see)


@check(
    name="money-below-zero",
    what_to_do="Compare with the bank statement or count the cash: a payment in is missing, a payment out is "
    "booked twice, or a date is wrong.",
)
def money_below_zero(material: Material) -> Iterator[Said]:
    """A cash box cannot hold less than nothing, and few banks lend without an agreement. Below zero,
    something is missing in the books or is booked on the wrong day.
    """
    overdraft = 0
    deposits = sorted(material.roles.deposits & material.by_account.keys())
    for number in deposits:
        name = material.name(number).casefold()
        if _MAY_BE_OVERDRAWN.search(name):
            overdraft += 1
            continue
        below = [(day, balance) for day, balance in material.daily_balances(number) if balance < 0]
        if below:
            first, (day, least) = below[0][0], min(below, key=itemgetter(1))
            lowest = to_ore(least)
            severity = Severity.ERROR if _CASH.search(name) else Severity.WARNING
            what = f"Account {number} is below zero from {first}, at the lowest {lowest}."
            see = see_account(number, first, day)
            yield of_account(severity, what, material.account(number), lowest, first, see)
    if overdraft:
        yield NotChecked("by their name these accounts may be overdrawn", overdraft, len(deposits))


@check(
    name="owner-loan",
    what_to_do="Ask what the money was for, and let an accountant decide: it is paid back at once, or is "
    "wages or dividend, and tax is due on a loan all the same.",
)
def owner_loan(material: Material) -> Iterator[Said]:
    """In an ApS or A/S an owner's account in debit may be an unlawful loan to a shareholder (ulovligt
    kapitalejerlån, selskabsloven § 210), which is also taxed as wages or dividend.
    """
    if material.is_limited_company is not True:
        unknown = material.is_limited_company is None
        yield NotChecked(
            "it is not known whether the organization is an ApS or A/S"
            if unknown
            else "it is no ApS or A/S, and the owner's account may be in debit"
        )
        return
    for number in sorted(number for number in material.by_account if _is_owners(number, material)):
        in_debit = [(day, to_ore(each)) for day, each in material.daily_balances(number) if each > 0]
        if in_debit:
            highest = max(balance for _, balance in in_debit)
            day = next(day for day, balance in in_debit if balance == highest)
            what = f"Account {number} is {highest} in debit on {day}: possibly a loan to a shareholder."
            see = see_account(number, material.period.from_date, day)
            severity = Severity.ERROR if _is_surely_owners(number, material) else Severity.WARNING
            yield of_account(severity, what, material.account(number), highest, day, see)


@check(
    name="tax-account-grows",
    what_to_do="Compare with the tax account at skat.dk, and book what is missing: what the tax agency has "
    "drawn (A-skat, AM-bidrag, VAT, company tax), or what was paid in.",
)
def tax_account_grows(material: Material) -> Iterator[Finding]:
    """The tax account (skattekonto) is paid into and drawn from. When it goes one way only for a year, half
    of it is not booked: tax or VAT still stands as owed although it is paid, or the other way round.
    """
    since = material.last_day - _A_YEAR
    for number in sorted(material.roles.tax & material.by_account.keys()):
        amounts = _daily_movements(number, since, material)
        if len(amounts) < _LEAST_GROWING or min(amounts) < 0 < max(amounts):
            continue
        moved, balance = sum(amounts, _ZERO), to_ore(material.balance(number, material.last_day))
        if moved * balance > 0:
            way = "debited" if moved > 0 else "credited"
            what = f"Account {number} was only {way} in a year, on {len(amounts)} days, and is now {balance}."
            see = see_account(number, since, material.last_day)
            day = material.last_day
            yield of_account(Severity.WARNING, what, material.account(number), balance, day, see)


def is_limited_company(company_type: str | None, name: str | None) -> bool | None:
    """Whether it is an ApS or A/S, by Dinero's word for it or else by its name; None when neither tells."""
    kind = (company_type or "").casefold()
    if kind in _UNTOLD_TYPES:
        return True if _LIMITED.search((name or "").casefold()) else None
    return kind in _LIMITED_TYPES


def _ends(material: Material) -> Iterator[date]:
    """The period's last day, and that of every accounting year that ends in it."""
    ends = (year.period.to_date for year in material.years)
    yield from (day for day in ends if day in material.period and day < material.last_day)
    yield material.last_day


def _year_begin(day: date, material: Material) -> date:
    year = material.year_of(day)
    return year.period.from_date if year else day


def _moved_by_hand(number: int, day: date, material: Material) -> Decimal:
    """What moved it since the year began, invoices and credit notes apart."""
    first = _year_begin(day, material)
    rows = (row for row in material.by_account[number] if first <= row.date <= day)
    by_hand = (row.amount for row in rows if (row.voucher_type or "").casefold() != _SALES)
    return sum(by_hand, _ZERO)


def _is_owners(number: int, material: Material) -> bool:
    """A balance account that may be an owner's by its name, money apart."""
    if material.groups[number] in PROFIT_AND_LOSS or number in material.roles.all:
        return False
    name = material.name(number).casefold()
    return bool(_OWNER.search(name) or _BETWEEN.search(name))


def _is_surely_owners(number: int, material: Material) -> bool:
    name = material.name(number).casefold()
    return bool(_OWNER.search(name)) and "udlæg" not in name


def _daily_movements(number: int, since: date, material: Material) -> list[Decimal]:
    days: dict[date, Decimal] = {}
    for row in material.by_account[number]:
        if since <= row.date <= material.last_day:
            days[row.date] = days.get(row.date, _ZERO) + row.amount
    return [amount for amount in days.values() if amount]
