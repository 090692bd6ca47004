"""The VAT return of a period, box by box."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from pydantic import Field

from dinero_mcp.accounting.identities import Identity, equal
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_boxes import DEDUCTED, VAT_BOXES, Box
from dinero_mcp.accounting.vat_owed import PeriodSettlement, SettledState
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.accounting.vat_report import CodeTotal, VatReport, vat_report
from dinero_mcp.dinero.models import Account, Entry
from dinero_mcp.errors import InputError
from dinero_mcp.tools import inputs
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.third_party import OptionalText, Text
from dinero_mcp.tools.vat_due import VatSpan, due_span, given_span
from dinero_mcp.tools.vat_plausibility import BehindRow, CheckRow, FindingRow, plausibility
from dinero_mcp.tools.vat_reading import SettlementRow, Source

_BASED = VAT_BOXES[: VAT_BOXES.index(Box.INPUT) + 1]


class BoxRow(Record):
    box: Box
    name: str = Field(description="As the form has it")
    to_file: int = Field(description="Whole kroner, the øre dropped")
    exact: Amount
    base: Amount | None = Field(description="Of VAT: what the lines hold whose codes have their VAT here")


class CodeRow(Record):
    vat_code: OptionalText = Field(description="Null for VAT on vouchers where no line has a code for it")
    name: OptionalText
    box: Box | None = Field(description="Of the base if it has one, else of the VAT; null when not known")
    base: Amount | None = Field(description="What the lines hold, of part deductions the rest of the VAT too")
    expected_vat: Amount | None = Field(description="On each side it belongs to; null when not known")
    owed: Amount
    deducted: Amount


class BoxlessRow(Record):
    account_number: int
    account_name: OptionalText
    amount: Amount = Field(description="VAT in no box; owed is positive")
    postings: int


class UnsettledRow(Record):
    period: str
    from_date: datetime.date
    to_date: datetime.date
    deadline: datetime.date
    payable: Amount


class VatReportAnswer(BooksAnswer):
    convention = (
        "DKK with the sign of the return: VAT owed, VAT deducted, sales and purchases are all positive, "
        "credit notes negative; payable = owed - deducted, negative is refunded."
    )
    period: str
    from_date: datetime.date
    to_date: datetime.date
    frequency: Frequency | None = Field(description="Null when the span is no VAT period of the company")
    frequency_source: Source | Literal["dates"] | None = Field(
        description="How the frequency is known; dates when only the span tells it"
    )
    deadline: datetime.date | None = Field(description="Last day to file and pay")
    days_remaining: int | None = Field(description="From today in Copenhagen; negative is late")
    settled: SettledState | None = Field(
        description="Whether the books show it closed or paid; unknown when they allow either answer"
    )
    paid: bool | None = Field(description="Whether the books show its payment or refund")
    to_file_payable: int = Field(description="VAT to pay (momstilsvar) of the boxes to file")
    exact_payable: Amount
    boxes: list[BoxRow] = Field(description="In the form's order")
    codes: list[CodeRow] = Field(description="By VAT code; owed and deducted make up the boxes")
    in_no_box: list[BoxlessRow] = Field(description="VAT accounts that no box claims")
    checks: list[CheckRow]
    findings: list[FindingRow] = Field(description="The largest first")
    postings_behind: list[BehindRow] = Field(description="Of the findings, those with VAT or a VAT code")
    settlements: list[SettlementRow] | None = Field(
        description="Vouchers that settle the period, or may; null when the span is no VAT period"
    )
    left_out: list[SettlementRow] = Field(
        description="Other vouchers dated in the period that settle VAT; neither are in any figure here"
    )
    looked_back_to: datetime.date | None = Field(description="First day looked at for earlier_unsettled")
    earlier_unsettled: list[UnsettledRow] | None = Field(
        description="Periods before it, past their deadline and not settled in the books; null when it was "
        "not looked for them"
    )
    notes: list[Text]
    basis: Basis


@tool(name="get-vat-report-tool", title="VAT report")
async def get_vat_report(
    books: Books,
    from_date: inputs.SpanFromDate = None,
    to_date: inputs.SpanToDate = None,
    frequency: inputs.Frequency = None,
) -> VatReportAnswer:
    """The VAT return (momsangivelse) of a period box by box, exact and in whole kroner to file: salgsmoms,
    VAT of purchases abroad, købsmoms, duties, momstilsvar, rubrik A, B and C, with bases and by VAT code; and
    what makes it implausible, with the postings.

    Use it before filing, or for the VAT of any span; without dates it takes the oldest period that ended and
    is not settled. For deadlines alone use get-vat-period-countdown-tool, for single postings
    list-entries-tool. It files nothing; drafts, and what was filed, are not in it.
    """
    given = _given(from_date, to_date)
    chosen = await (given_span(books, given, frequency) if given else due_span(books, frequency))
    period, state = chosen.period, chosen.state
    report = vat_report(chosen.read.vat, chosen.read.chart, await books.api.vat_types(), period)
    judged = plausibility(report.vouchers, state, chosen.accounting_years)
    return VatReportAnswer(
        organization=books.name,
        period=period.label,
        from_date=period.from_date,
        to_date=period.to_date,
        frequency=chosen.frequency,
        frequency_source=chosen.source,
        deadline=state and state.deadline,
        days_remaining=(state.deadline - books.today).days if state else None,
        settled=state and state.state,
        paid=state and state.is_paid,
        to_file_payable=report.payable_to_file,
        exact_payable=report.payable,
        boxes=_boxes(report),
        codes=_codes(report),
        in_no_box=_in_no_box(report, chosen.read.chart),
        checks=judged.checks,
        findings=judged.findings,
        postings_behind=judged.postings,
        settlements=[SettlementRow.model_validate(each) for each in chosen.settling] if state else None,
        left_out=[SettlementRow.model_validate(each) for each in chosen.left_out],
        looked_back_to=chosen.read.looked_back_to if state else None,
        earlier_unsettled=None if chosen.earlier is None else [_unsettled(each) for each in chosen.earlier],
        notes=[*chosen.notes, *_kroner_apart(report, state), *_unknown_codes(report), *judged.notes],
        basis=books.years_basis(
            *chosen.read.postings.years, period=period, identities=_identities(report, chosen)
        ),
    )


def _given(from_date: datetime.date | None, to_date: datetime.date | None) -> Period | None:
    if from_date is None and to_date is None:
        return None
    if from_date is None or to_date is None:
        raise InputError("Give both from_date and to_date, or neither for the VAT period due.")
    return Period(from_date, to_date)


def _identities(report: VatReport[Entry], chosen: VatSpan) -> list[Identity]:
    """The boxes against the movement of the VAT accounts, and a whole period against its settlement."""
    movement = chosen.read.vat.movement(chosen.period)
    made = [equal("boxes = movement of VAT accounts", report.payable, movement.payable)]
    if chosen.meant:
        made.append(Identity("payable = settlement, øre apart", movement.apart(chosen.meant.amount)))
    return made


def _boxes(report: VatReport[Entry]) -> list[BoxRow]:
    return [
        BoxRow(
            box=box,
            name=box.danish,
            to_file=report.to_file[box],
            exact=amount,
            base=report.base(box) if box in _BASED else None,
        )
        for box, amount in report.boxes.items()
    ]


def _codes(report: VatReport[Entry]) -> list[CodeRow]:
    coded = [_code_row(each) for each in report.codes]
    return coded + [_without_code(box, vat) for box, vat in report.uncoded.items() if vat]


def _code_row(each: CodeTotal) -> CodeRow:
    return CodeRow(
        vat_code=each.code.code,
        name=each.code.name,
        box=each.code.value_box or each.code.vat_box,
        base=each.base,
        expected_vat=each.expected,
        owed=each.owed,
        deducted=each.deducted,
    )


def _without_code(box: Box, vat: Decimal) -> CodeRow:
    is_deducted = box in DEDUCTED
    return CodeRow(
        vat_code=None,
        name=None,
        box=box,
        base=None,
        expected_vat=None,
        owed=Decimal(0) if is_deducted else vat,
        deducted=vat if is_deducted else Decimal(0),
    )


def _in_no_box(report: VatReport[Entry], chart: Mapping[int, Account]) -> list[BoxlessRow]:
    return [
        BoxlessRow(
            account_number=each.account_number,
            account_name=chart[each.account_number].name,
            amount=each.amount,
            postings=len(each.postings),
        )
        for each in report.unexplained
    ]


def _unsettled(state: PeriodSettlement) -> UnsettledRow:
    return UnsettledRow(
        period=state.period.label,
        from_date=state.period.from_date,
        to_date=state.period.to_date,
        deadline=state.deadline,
        payable=state.movement.payable,
    )


def _kroner_apart(report: VatReport[Entry], state: PeriodSettlement | None) -> Sequence[str]:
    """Says so when what was settled is right but for the øre, and yet not what the form comes to."""
    filed = report.payable_to_file
    settled = dict.fromkeys(each.amount for each in state.evidence) if state else ()
    return [
        f"{filed} is to file, and {amount} was settled: {abs(filed - amount):.0f} kr. apart, as when the øre "
        "are dropped from the total and not from each box."
        for amount in settled
        if amount == int(amount) != filed and state and not state.movement.apart(amount)
    ]


def _unknown_codes(report: VatReport[Entry]) -> Sequence[str]:
    """Says which codes are in no rubrik and in no check because nothing tells how they count."""
    names = ", ".join(each.code.code for each in report.unclassified)
    if not names:
        return ()
    return (f"It is not known how these VAT codes count, so their bases are in no box: {names}.",)
