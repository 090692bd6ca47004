"""Do the VAT codes fit the accounts they are used on.

An account's own code is what Dinero proposes. Another one is often right: what is bought abroad stands on the
same account as what is bought at home, and a restaurant bill may be anywhere. So not every difference is a
finding, but those are that deduct more VAT than the account's own code, charge other VAT on a sale, or put
a sale among the purchases.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from dinero_mcp.accounting.chart import PROFIT_AND_LOSS, Group
from dinero_mcp.accounting.checks.findings import (
    Finding,
    NotChecked,
    Said,
    Severity,
    check,
    first_of,
    see_entries,
)
from dinero_mcp.accounting.checks.material import Material, Voucher
from dinero_mcp.accounting.checks.vat import NOT_REGISTERED
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.postings import Posting
from dinero_mcp.accounting.vat_codes import Side, VatCode, code_of

_INCOME = (Group.REVENUE, Group.FINANCIAL_INCOME)
_ZERO = Decimal(0)
_Oddity = tuple[Severity, str]


@dataclass(slots=True)
class _Use:
    """How one code was used on one account in the period, against its own."""

    oddity: _Oddity
    amount: Decimal = _ZERO
    rows: list[Posting] = field(default_factory=list[Posting])


@check(
    name="vat-code-of-account",
    what_to_do="Look at the documents: when the code is wrong, delete the voucher and book it with the right "
    "one; when the account is wrong, move the posting; else nothing is to be done.",
)
def vat_code_of_account(material: Material) -> Iterator[Said]:
    """The VAT code decides what is paid, deducted and reported. One that does not fit its account means that
    either is wrong: VAT deducted that may not be, VAT not charged, or a wrong box in the return.
    """
    if not material.files_vat:
        yield NotChecked(NOT_REGISTERED)
        return
    uses: dict[tuple[int, str, str], _Use] = {}
    judged, unclassified = 0, 0
    for voucher in material.period_vouchers:
        for number, code, rows in _coded(voucher, material):
            used = material.codes[code] if code else None
            if used and used.side is None:
                unclassified += 1
                continue
            judged += 1
            if oddity := _oddity(used, material.account_codes.get(number), number, voucher, material):
                use = uses.setdefault((number, code, oddity[1]), _Use(oddity))
                use.amount += sum((row.amount for row in rows), _ZERO)
                use.rows.append(first_of(rows))
    for (number, code, _), use in sorted(uses.items()):
        yield _finding(number, code, use, material)
    if unclassified:
        yield NotChecked(
            "their VAT code is not one of Dinero's and nothing tells how it counts",
            unclassified,
            unclassified + judged,
        )


def _coded(voucher: Voucher, material: Material) -> Iterator[tuple[int, str, list[Posting]]]:
    """The period's rows on P&L accounts by account and code (empty without one), those apart that cancel."""
    grouped: dict[tuple[int, str], list[Posting]] = {}
    for row in voucher:
        is_known = row.date in material.period and row.account_number in material.chart
        if is_known and material.groups[row.account_number] in PROFIT_AND_LOSS:
            grouped.setdefault((row.account_number, code_of(row) or ""), []).append(row)
    for (number, code), rows in grouped.items():
        if sum((row.amount for row in rows), _ZERO):
            yield number, code, rows


def _oddity(
    used: VatCode | None, own: VatCode | None, number: int, voucher: Voucher, material: Material
) -> _Oddity | None:
    if used == own:
        return None
    is_income = material.groups[number] in _INCOME
    if used is None:
        return _without_code(own, voucher, material) if own else None
    if own is None or own.side is None:
        return _on_account_without(used, is_income)
    if (used.side is Side.SALE) is not (own.side is Side.SALE):
        return Severity.ERROR, f"{used.code} is a code of {_sides(used)}, {own.code} of {_sides(own)}"
    if used.side is Side.SALE:
        return _of_sale(used, own)
    return _of_purchase(used, own)


def _without_code(own: VatCode, voucher: Voucher, material: Material) -> _Oddity | None:
    """No code is right for journal lines that move a cost; a sale and a bill have one."""
    kind = (voucher[0].voucher_type or "").casefold()
    if own.side is Side.SALE and own.rate:
        is_sold = kind == "sales" or any(row.account_number in material.roles.deposits for row in voucher)
        return (Severity.WARNING, "sold without VAT") if is_sold else None
    if kind != "purchases":
        return None
    if own.side is Side.REVERSE_CHARGE:
        return Severity.WARNING, "bought without the VAT of reverse charge"
    return (Severity.NOTICE, "bought without deducting VAT") if own.side is Side.PURCHASE else None


def _on_account_without(used: VatCode, is_income: bool) -> _Oddity | None:
    if is_income and used.side is not Side.SALE:
        return Severity.ERROR, f"{used.code} is a code of {_sides(used)}"
    if not is_income and used.side is Side.SALE:
        return Severity.ERROR, f"{used.code} is a code of {_sides(used)}"
    if used.side is Side.PURCHASE and used.rate:
        return Severity.NOTICE, "VAT deducted on an account that has none"
    return (Severity.WARNING, "VAT charged on an account that has none") if is_income and used.rate else None


def _of_sale(used: VatCode, own: VatCode) -> _Oddity | None:
    if used.rate and not own.rate:
        return Severity.WARNING, "VAT charged on an account for sales without"
    is_other_box = not own.rate and used.value_box is not own.value_box
    return (Severity.NOTICE, "reported in another box than the account's") if is_other_box else None


def _of_purchase(used: VatCode, own: VatCode) -> _Oddity | None:
    if own.side is Side.REVERSE_CHARGE and used.side is Side.PURCHASE:
        return Severity.WARNING, "VAT deducted on an account for purchases with reverse charge"
    if own.side is Side.REVERSE_CHARGE:
        is_other = (used.vat_box, used.value_box) != (own.vat_box, own.value_box)
        return (Severity.NOTICE, "reported in another box than the account's") if is_other else None
    if used.side is Side.PURCHASE and (used.rate or _ZERO) > (own.rate or _ZERO):
        return Severity.WARNING, "more VAT deducted than the account's code allows"
    return None


def _sides(code: VatCode) -> str:
    return "sales" if code.side is Side.SALE else "purchases"


def _finding(number: int, code: str, use: _Use, material: Material) -> Finding:
    own = material.account_codes.get(number)
    severity, why = use.oddity
    first, count = first_of(use.rows), len(use.rows)
    last = max(row.date for row in use.rows)
    times = "1 voucher" if count == 1 else f"{count} vouchers"
    return Finding(
        severity=severity,
        what=f"Code {code or 'none'} on account {number}, whose own is {own.code if own else 'none'}: {why} "
        f"({times}).",
        see=see_entries(first.date, last, account_number=number, vat_code=code or None),
        amount=to_ore(use.amount),
        date=first.date,
        voucher_type=(first.voucher_type or None) if count == 1 else None,
        voucher_number=first.voucher_number if count == 1 else None,
        account_number=number,
        text=(first.description if count == 1 else material.name(number)) or None,
    )
