"""What makes the VAT of a period implausible, with the postings behind it."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_checks import (
    Checked,
    VatFinding,
    added_after_settlement,
    deducted_without_document,
    input_vat,
    output_vat,
    reverse_charge,
)
from dinero_mcp.accounting.vat_owed import PeriodSettlement
from dinero_mcp.accounting.vat_vouchers import VatVoucher
from dinero_mcp.dinero.models import Entry
from dinero_mcp.tools.answers import Amount, Record
from dinero_mcp.tools.inputs import as_text
from dinero_mcp.tools.third_party import OptionalText


class VatCheck(StrEnum):
    """What is checked, as it should be."""

    OUTPUT = "output VAT is its rate of the sale"
    INPUT = "input VAT is what its code allows"
    REVERSE_CHARGE = "reverse charge is 25 % on both sides"
    DOCUMENT = "deducted VAT has a document"
    SETTLEMENT = "nothing was added after the settlement"


_MOST_FINDINGS = 20
_MOST_POSTINGS = 60

VoucherNumber = Annotated[str | None, BeforeValidator(as_text)]


class CheckRow(Record):
    check: VatCheck
    checked: int = Field(description="Vouchers judged")
    not_checked: int = Field(
        description="Vouchers it could not judge: unknown VAT code, document not told by Dinero, or not "
        "known when booked"
    )
    findings: int = Field(description="Exact number, also of those not shown")
    difference: Amount = Field(
        description="VAT booked less VAT expected, of all judged: also of those that fit but for rounding"
    )


class FindingRow(Record):
    check: VatCheck
    date: datetime.date
    voucher_type: OptionalText
    voucher_number: VoucherNumber
    booked: Amount = Field(description="VAT booked; of one added after the settlement, what it adds to pay")
    expected: Amount
    difference: Amount


class BehindRow(Record):
    voucher_type: OptionalText
    voucher_number: VoucherNumber
    date: datetime.date
    account_number: int
    vat_code: OptionalText
    amount: Amount = Field(description="Debit positive")
    text: OptionalText = Field(validation_alias="description")


@dataclass(frozen=True, slots=True)
class Plausibility:
    """The checks of a period with the largest findings and the postings these rest on."""

    checks: list[CheckRow]
    findings: list[FindingRow]
    postings: list[BehindRow]
    notes: Sequence[str]


def plausibility(
    vouchers: Sequence[VatVoucher[Entry]], state: PeriodSettlement | None, years: Sequence[Period]
) -> Plausibility:
    """Judge a period's vouchers; what was added after a settlement only where `state` tells of one."""
    made = _checks(vouchers, state, years)
    found = [(name, finding) for name, checked in made.items() for finding in checked.findings]
    found.sort(key=_largest_first)
    shown = found[:_MOST_FINDINGS]
    behind = [row for voucher in _vouchers_of(shown) for row in voucher]
    return Plausibility(
        checks=[_check_row(name, checked) for name, checked in made.items()],
        findings=[_finding_row(name, finding) for name, finding in shown],
        postings=[BehindRow.model_validate(row) for row in behind[:_MOST_POSTINGS]],
        notes=_not_shown(len(found) - len(shown), len(behind) - _MOST_POSTINGS),
    )


def _checks(
    vouchers: Sequence[VatVoucher[Entry]], state: PeriodSettlement | None, years: Sequence[Period]
) -> dict[VatCheck, Checked[Entry]]:
    checks: dict[VatCheck, Checked[Entry]] = {
        VatCheck.OUTPUT: output_vat(vouchers),
        VatCheck.INPUT: input_vat(vouchers),
        VatCheck.REVERSE_CHARGE: reverse_charge(vouchers),
        VatCheck.DOCUMENT: deducted_without_document(vouchers),
    }
    if state and state.evidence:
        checks[VatCheck.SETTLEMENT] = added_after_settlement(vouchers, state, years)
    return checks


def _largest_first(found: tuple[VatCheck, VatFinding[Entry]]) -> tuple[Decimal, datetime.date, int]:
    _, finding = found
    first = finding.postings[0]
    return -abs(finding.booked - finding.expected), first.date, first.voucher_number or 0


def _vouchers_of(found: Iterable[tuple[VatCheck, VatFinding[Entry]]]) -> Iterable[tuple[Entry, ...]]:
    """Each voucher once, though several checks found it."""
    return {id(finding.postings): finding.postings for _, finding in found}.values()


def _check_row(name: VatCheck, checked: Checked[Entry]) -> CheckRow:
    return CheckRow(
        check=name,
        checked=checked.checked,
        not_checked=checked.not_checked,
        findings=len(checked.findings),
        difference=checked.difference,
    )


def _finding_row(name: VatCheck, finding: VatFinding[Entry]) -> FindingRow:
    first = finding.postings[0]
    return FindingRow(
        check=name,
        date=first.date,
        voucher_type=first.voucher_type,
        voucher_number=None if first.voucher_number is None else str(first.voucher_number),
        booked=finding.booked,
        expected=finding.expected,
        difference=finding.booked - finding.expected,
    )


def _not_shown(findings: int, postings: int) -> Sequence[str]:
    parts = [
        *([f"{findings} smaller findings"] if findings > 0 else []),
        *([f"{postings} postings behind them"] if postings > 0 else []),
    ]
    if not parts:
        return ()
    return (f"Not shown: {' and '.join(parts)}; list-entries-tool shows a voucher by its voucher_number.",)
