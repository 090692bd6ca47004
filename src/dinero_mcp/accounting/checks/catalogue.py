"""Every check, in the order that findings of one severity are told in, and how they are run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dinero_mcp.accounting.checks.balances import (
    money_below_zero,
    owner_loan,
    revenue_in_debit,
    tax_account_grows,
)
from dinero_mcp.accounting.checks.control_accounts import open_bills_tie, open_invoices_tie
from dinero_mcp.accounting.checks.documents import invoice_number_gap, old_draft
from dinero_mcp.accounting.checks.duplicates import suspected_duplicate
from dinero_mcp.accounting.checks.findings import Check, Finding, NotChecked, Severity
from dinero_mcp.accounting.checks.material import Material
from dinero_mcp.accounting.checks.payments import payment_on_wrong_invoice
from dinero_mcp.accounting.checks.recurring import recurring_amount, recurring_missing
from dinero_mcp.accounting.checks.vat import (
    vat_against_base,
    vat_on_foreign_purchase,
    vat_period_unsettled,
    vat_without_document,
)
from dinero_mcp.accounting.checks.vat_code_choice import vat_code_of_account
from dinero_mcp.accounting.checks.vouchers import (
    analysis_account,
    misdated_posting,
    unbalanced_voucher,
    unknown_account,
)

CHECKS = (
    unbalanced_voucher,
    unknown_account,
    vat_period_unsettled,
    owner_loan,
    money_below_zero,
    suspected_duplicate,
    vat_on_foreign_purchase,
    vat_without_document,
    vat_against_base,
    vat_code_of_account,
    payment_on_wrong_invoice,
    open_invoices_tie,
    open_bills_tie,
    invoice_number_gap,
    recurring_missing,
    recurring_amount,
    misdated_posting,
    revenue_in_debit,
    tax_account_grows,
    analysis_account,
    old_draft,
)
_WORST_FIRST = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Review:
    """What the checks said: the findings, the worst first, and what could not be judged.

    `clean` are the checks without a finding that could judge all of what they look at, `clean_in_part` those
    that could judge some of it.
    """

    findings: tuple[Finding, ...]
    clean: tuple[str, ...]
    clean_in_part: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]


def review(material: Material, checks: Iterable[Check] = CHECKS) -> Review:
    """Run the checks; the order of the postings changes nothing."""
    findings: list[Finding] = []
    not_checked: list[NotChecked] = []
    clean: list[str] = []
    clean_in_part: list[str] = []
    for each in checks:
        said = [replace(one, check=each.name) for one in each.find(material)]
        found = [one for one in said if isinstance(one, Finding)]
        untold = [one for one in said if isinstance(one, NotChecked)]
        findings += found
        not_checked += untold
        if not found and not _judged_nothing(untold):
            (clean_in_part if untold else clean).append(each.name)
    return Review(
        tuple(sorted(findings, key=_worst_first)), tuple(clean), tuple(clean_in_part), tuple(not_checked)
    )


def _judged_nothing(untold: Iterable[NotChecked]) -> bool:
    """Whether what could not be judged is all there is: of all kinds together."""
    counts = [(one.count, one.of) for one in untold]
    if any(count is None for count, _ in counts):
        return True
    of = [each for _, each in counts if each is not None]
    return bool(of) and sum(count or 0 for count, each in counts if each is not None) >= max(of)


def _worst_first(finding: Finding) -> tuple[object, ...]:
    return (
        _WORST_FIRST.index(finding.severity),
        _PLACES[finding.check],
        -abs(finding.amount or 0),
        finding.date or date.max,
        finding.voucher_type or "",
        finding.voucher_number or 0,
        finding.account_number or 0,
        finding.what,
        finding.text or "",
        finding.see,
    )


_PLACES = {each.name: place for place, each in enumerate(CHECKS)}


def names(checks: Sequence[Check] = CHECKS) -> list[str]:
    """What the checks are called, in their order."""
    return [each.name for each in checks]
