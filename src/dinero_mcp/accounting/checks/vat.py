"""Is the VAT of the period plausible, and may it be deducted. The judging is `vat_checks`'."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.checks.findings import (
    Finding,
    NotChecked,
    Said,
    Severity,
    ask_first,
    check,
    named,
    of_voucher,
    see_tool,
)
from dinero_mcp.accounting.checks.material import Material, contact_of
from dinero_mcp.accounting.money import to_ore
from dinero_mcp.accounting.vat_boxes import Box
from dinero_mcp.accounting.vat_checks import (
    DocumentedPosting,
    deducted_without_document,
    input_vat,
    output_vat,
    reverse_charge,
)
from dinero_mcp.accounting.vat_codes import Side, VatCode, code_of
from dinero_mcp.accounting.vat_owed import PeriodSettlement, late_periods
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.accounting.vat_vouchers import VatVoucher

_ZERO = Decimal(0)
_ABROAD = (Box.GOODS_ABROAD, Box.SERVICES_ABROAD)
_HOME = "DK"
_BY_CODES_ALONE = "judged by the supplier's other VAT codes alone, for "
NOT_REGISTERED = "the organization is not registered for VAT, and none is posted"


@check(
    name="vat-against-base",
    what_to_do="Compare with the document, and correct the VAT line or the VAT code. VAT of an import, typed "
    "in from the customs statement, is right without a base.",
)
def vat_against_base(material: Material) -> Iterator[Said]:
    """VAT is a fixed part of what was sold or bought. Where it is not, it was typed in by hand or a line has
    the wrong code, and too much or too little is paid.
    """
    judges = (("Output VAT", output_vat), ("Input VAT", input_vat), ("Reverse-charge VAT", reverse_charge))
    judged = [(name, judge(material.vat_vouchers)) for name, judge in judges]
    looked_at = sum(checked.checked + checked.not_checked for _, checked in judged)
    for name, checked in judged:
        for finding in checked.findings:
            what = f"{name} is {finding.booked}; by the VAT codes it is {finding.expected}."
            yield of_voucher(Severity.WARNING, what, finding.postings, finding.booked - finding.expected)
        if checked.not_checked:
            yield NotChecked(
                f"{name.lower()}: vouchers with a VAT code that could not be classified",
                checked.not_checked,
                looked_at,
            )


@check(
    name="vat-without-document",
    what_to_do="Find the invoice or receipt and attach it to the voucher in Dinero; without one the VAT may "
    "not be deducted.",
)
def vat_without_document(material: Material) -> Iterator[Said]:
    """VAT may only be deducted with an invoice or a receipt to show for it."""
    checked = deducted_without_document(material.vat_vouchers)
    for finding in checked.findings:
        what = f"{to_ore(finding.booked)} of VAT deducted, and no document on the voucher."
        yield of_voucher(Severity.WARNING, what, finding.postings, finding.booked)
    if checked.not_checked:
        yield NotChecked(
            "Dinero did not tell whether these vouchers have a document",
            checked.not_checked,
            checked.checked + checked.not_checked,
        )


@check(
    name="vat-on-foreign-purchase",
    what_to_do="Look at the invoice. Unless it shows Danish VAT and a Danish VAT number, book it anew with a "
    "code of reverse charge (IEUV, IEUY, IVV or IVY).",
)
def vat_on_foreign_purchase(material: Material) -> Iterator[Said]:
    """A supplier abroad charges no Danish VAT: the buyer owes it and deducts it at once (reverse charge). Who
    deducts it as Danish VAT gets back what was never paid.
    """
    used = _codes_by_contact(material)
    deducting = [voucher for voucher in material.vat_vouchers if _deducts_danish_vat(voucher)]
    nobody, unread = 0, 0
    for voucher in deducting:
        contact = contact_of(voucher.rows)
        country = _country(contact, material)
        abroad = _proof_of_abroad(country, used.get(contact or "", Counter()))
        if abroad:
            vat = to_ore(voucher.booked[Box.INPUT])
            what = f"{vat} deducted as Danish VAT, but {abroad}."
            found = of_voucher(Severity.WARNING, what, voucher.rows, vat)
            yield named(found, material.contact_name(contact))
        nobody += contact is None
        unread += contact is not None and not abroad and not country
    if nobody:
        yield NotChecked("no supplier is noted on these vouchers", nobody, len(deducting))
    if unread:
        yield NotChecked(_BY_CODES_ALONE + _no_country(material), unread)


@check(
    name="vat-period-unsettled",
    what_to_do="Report and pay it at skat.dk unless that was done, and book the settlement in Dinero (Bogfør "
    "moms). Each late period costs a fee, and interest.",
)
def vat_period_unsettled(material: Material) -> Iterator[Said]:
    """A period past its deadline without a settlement in the books may not have been reported, and its VAT
    mixes with the next period's until nobody can tell whose it is.
    """
    frequency = material.frequency or material.inferred.frequency
    if not material.files_vat:
        yield NotChecked(NOT_REGISTERED)
    elif frequency is None:
        yield NotChecked(f"{material.inferred.reason} State the frequency with DINERO_VAT_FREQUENCY.")
    else:
        is_sure = material.frequency is not None or material.inferred.confidence != "low"
        for state in _late(material, frequency):
            yield _unsettled(state, frequency, is_sure=is_sure)


def _late(material: Material, frequency: Frequency) -> Iterator[PeriodSettlement]:
    """Those that ended by the period's end, and of which all postings are known."""
    first_day = material.years[0].period.from_date if material.years else material.today
    since = date.min if material.is_whole else first_day
    for state in late_periods(material.vat, frequency, since, material.today):
        if state.period.to_date <= material.period.to_date:
            yield state


def _unsettled(state: PeriodSettlement, frequency: Frequency, *, is_sure: bool) -> Finding:
    doubt = "" if is_sure else f" That it is settled {frequency} is uncertain."
    what = f"VAT of {state.period.label} was due on {state.deadline} and is not settled in the books."
    return Finding(
        severity=Severity.ERROR if is_sure else Severity.WARNING,
        what=what + doubt,
        see=see_tool(
            "get-vat-report-tool",
            from_date=state.period.from_date,
            to_date=state.period.to_date,
            frequency=frequency,
        ),
        amount=state.movement.payable,
        date=state.deadline,
    )


def _codes_by_contact(material: Material) -> dict[str, Counter[str]]:
    """On how many rows each contact's purchases had each kind of VAT: from abroad, or Danish."""
    found: dict[str, Counter[str]] = {}
    for row in material.rows:
        code = material.codes.get(code_of(row) or "")
        if code and row.contact_guid and (kind := _kind(code)):
            found.setdefault(row.contact_guid, Counter())[kind] += 1
    return found


def _kind(code: VatCode) -> str | None:
    if code.side is Side.REVERSE_CHARGE and code.vat_box in _ABROAD:
        return "abroad"
    return "home" if code.side is Side.PURCHASE and code.rate else None


def _deducts_danish_vat(voucher: VatVoucher[DocumentedPosting]) -> bool:
    is_danish = any(code.side is Side.PURCHASE for code in voucher.bases)
    return is_danish and not voucher.is_reverse_charge and voucher.booked.get(Box.INPUT, _ZERO) > 0


def _country(contact_guid: str | None, material: Material) -> str | None:
    contact = (material.contacts or {}).get(contact_guid or "")
    return contact.country_key if contact else None


def _no_country(material: Material) -> str:
    if material.contacts is None:
        return f"its country was not read: {ask_first('list-contacts-tool', material)}"
    return "the contacts do not tell its country"


def _proof_of_abroad(country: str | None, used: Counter[str]) -> str | None:
    """The supplier's country, else the codes that the rest of its purchases have."""
    if country:
        return f"the supplier's country is {country}" if country.upper() != _HOME else None
    if used["abroad"] > used["home"]:
        return f"{used['abroad']} other postings of this supplier have a code for purchases abroad"
    return None
