"""Is every posting where it can be: vouchers that cancel, on accounts that exist, on days that can be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from dinero_mcp.accounting.checks.findings import (
    Finding,
    Severity,
    check,
    of_account,
    of_voucher,
    see_account,
    see_entries,
)
from dinero_mcp.accounting.checks.material import Material, Voucher
from dinero_mcp.accounting.control_account import MANUAL
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.postings import Posting
from dinero_mcp.accounting.vat_codes import code_of

_ZERO = Decimal(0)
_ANALYSIS_ACCOUNT = 99999


@check(
    name="unbalanced-voucher",
    what_to_do="Open the voucher in Dinero and correct the line that is missing or wrong. Where Dinero shows "
    "it balanced, ask its support.",
)
def unbalanced_voucher(material: Material) -> Iterator[Finding]:
    """Debit and credit of a voucher must be equal; where they are not, no report of the books is right."""
    uneven = [voucher for voucher in material.vouchers if _difference(voucher)]
    for voucher in _by_number(uneven, material):
        left = to_ore(_difference(voucher))
        if left and any(row.date in material.period for row in voucher):
            what = f"Debit and credit differ by {left} over {len(voucher)} postings."
            yield of_voucher(Severity.ERROR, what, voucher, left)
    for voucher in material.vouchers:
        yield from _cancels_over_years_only(voucher, material)


def _cancels_over_years_only(voucher: Voucher, material: Material) -> Iterator[Finding]:
    """A voucher with days in two accounting years: each year's books are off by what stands in the other."""
    days = [row.date for row in voucher]
    first = material.year_of(min(days))
    if first is None or max(days) in first.period or _difference(voucher):
        return
    for year in material.years:
        own = [row for row in voucher if row.date in year.period]
        left = total(row.amount for row in own)
        if left and any(row.date in material.period for row in own):
            span = f"{year.period.from_date}..{year.period.to_date}"
            what = (
                f"Debit and credit differ by {left} in the accounting year {span}: other days are in another."
            )
            yield of_voucher(Severity.ERROR, what, own, left)


@check(
    name="unknown-account",
    what_to_do="Find out which account was meant: create it in the chart of accounts, or move the postings.",
)
def unknown_account(material: Material) -> Iterator[Finding]:
    """A posting on an account outside the chart belongs to no group, so no statement shows what it is."""
    unknown: dict[int, list[Posting]] = {}
    for row in material.period_rows:
        if row.account_number not in material.chart:
            unknown.setdefault(row.account_number, []).append(row)
    for number, rows in sorted(unknown.items()):
        what = f"{len(rows)} postings on account {number}, which is not in the chart of accounts."
        days = [row.date for row in rows]
        see = see_entries(min(days), max(days), account_number=number)
        found = of_voucher(Severity.ERROR, what, rows, total(row.amount for row in rows), see)
        yield replace(found, account_number=number)


@check(
    name="analysis-account",
    what_to_do="Find out what each amount is, and move it to the account it belongs to.",
)
def analysis_account(material: Material) -> Iterator[Finding]:
    """The analysis account (Analysekonto) is where amounts wait until somebody knows what they are. Until
    then they are neither income nor cost, so the result is wrong.
    """
    for number in sorted(number for number in material.by_account if _is_analysis(number, material)):
        left = to_ore(material.balance(number, material.last_day))
        if left:
            day = material.last_day
            what = f"{left} stands unexplained on the analysis account on {day}."
            see = see_account(number, material.period.from_date, day)
            yield of_account(Severity.WARNING, what, material.account(number), left, day, see)


@check(
    name="misdated-posting",
    what_to_do="Look at the date on the document; delete the voucher in Dinero and book it on the right day.",
)
def misdated_posting(material: Material) -> Iterator[Finding]:
    """A voucher dated in the future, or in no accounting year, is missing in the month it belongs to and in
    that month's VAT.
    """
    days = {row.date for row in material.rows}
    outside = {day for day in days if not material.year_of(day)}
    odd = outside | {day for day in days if day > material.today}
    for voucher in material.vouchers if odd else ():
        rows = [row for row in voucher if row.date in odd]
        amount = total(row.amount for row in rows if row.amount > 0)
        if amount:
            day = min(row.date for row in rows)
            why = "in no accounting year" if day in outside else f"after today ({material.today})"
            severity = Severity.NOTICE if _is_accrual(voucher, material) else Severity.WARNING
            yield of_voucher(severity, f"Dated {day}, {why}.", rows, amount)


def _difference(rows: Iterable[Posting]) -> Decimal:
    return sum((row.amount for row in rows), _ZERO)


def _by_number(uneven: Sequence[Voucher], material: Material) -> Iterable[Voucher]:
    """What does not cancel by GUID, or by day, put together by number: GUIDs may lack on some of the rows."""
    together: dict[object, Voucher] = {}
    for voucher in uneven:
        row = voucher[0]
        year = material.year_of(row.date)
        key = row.voucher_type, row.voucher_number, year.period if year else row.date.year
        together[key] = (*together.get(key, ()), *voucher)
    return together.values()


def _is_accrual(voucher: Voucher, material: Material) -> bool:
    """A journal line without money or VAT may be dated ahead on purpose, to spread a cost over months."""
    is_by_hand = (voucher[0].voucher_type or "").casefold() == MANUAL
    touched = material.roles.vat | material.roles.deposits
    return is_by_hand and not any(code_of(row) or row.account_number in touched for row in voucher)


def _is_analysis(number: int, material: Material) -> bool:
    account = material.chart.get(number)
    category = ((account.category if account else None) or "").casefold()
    return category == "analysis" or number == _ANALYSIS_ACCOUNT
