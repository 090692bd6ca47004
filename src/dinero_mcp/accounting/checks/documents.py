"""Are the invoices in order: numbered without gaps, and not left as drafts.

Documents are as they are today, whatever the period; those that are dated after it are passed over.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from dinero_mcp.accounting.checks.findings import Finding, Severity, check, see_tool
from dinero_mcp.accounting.checks.material import Material
from dinero_mcp.accounting.control_account import voucher_type
from dinero_mcp.accounting.receivables import amounts_owed
from dinero_mcp.accounting.sales import is_credit_note

_LEFT_LYING = timedelta(days=14)
_SALES = voucher_type("receivable")


@check(
    name="invoice-number-gap",
    needs_documents=True,
    what_to_do="Find out what became of the number: book the invoice if it was sent, else keep a note of why "
    "there is none.",
)
def invoice_number_gap(material: Material) -> Iterator[Finding]:
    """Invoices must be numbered in sequence (momsbekendtgørelsen). A missing number may be a sale that was
    never booked, and is the first thing the tax agency asks about.
    """
    for (number, day), (following, later) in pairwise(sorted(_numbered(material).items())):
        missing = following - number - 1
        if missing and later in material.period:
            absent = f" {number + 1} is" if missing == 1 else f"s {number + 1} to {following - 1} are"
            yield Finding(
                severity=Severity.WARNING,
                what=f"Invoice number{absent} missing, between {number} of {day} and {following} of {later}.",
                see=see_tool(
                    "list-invoices-tool", from_date=min(day, later), to_date=max(day, later), sort="number"
                ),
                date=later,
                voucher_type="Sales",
                voucher_number=number + 1,
            )


@check(
    name="old-draft",
    needs_documents=True,
    what_to_do="Book the draft and send it, or delete it.",
)
def old_draft(material: Material) -> Iterator[Finding]:
    """A draft is in no report and no VAT return. One that is two weeks old was probably forgotten: the goods
    are delivered, and nobody has been asked to pay.
    """
    for draft in material.documents:
        day = draft.date
        if not draft.is_draft or day is None or day > material.period.to_date:
            continue
        age = (material.today - day).days
        if age > _LEFT_LYING.days:
            kind = "credit note" if is_credit_note(draft.type) else "invoice"
            yield Finding(
                severity=Severity.NOTICE,
                what=f"A draft {kind}, {age} days old.",
                see=see_tool("get-invoice-tool", invoice_guid=draft.guid),
                amount=amounts_owed(draft)[1],
                date=day,
                text=draft.contact_name,
            )


def _numbered(material: Material) -> dict[int, date]:
    """Every number in use, by the documents and by the postings, with its day."""
    numbered: dict[int, date] = {}
    for row in material.rows:
        number = row.voucher_number
        if number is not None and (row.voucher_type or "").casefold() == _SALES:
            numbered[number] = min(numbered.get(number, row.date), row.date)
    booked = (each for each in material.documents if not each.is_draft)
    return numbered | {each.number: each.date for each in booked if each.date}
