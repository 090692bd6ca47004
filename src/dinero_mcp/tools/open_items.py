"""Who owes what, and who is owed what."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field

from dinero_mcp.accounting.control_account import Side
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.open_items import (
    Ageing,
    Bucket,
    ContactItems,
    OpenItem,
    ageing,
    by_contact,
    longest_due_first,
)
from dinero_mcp.accounting.periods import Period
from dinero_mcp.tools.answers import Amount, Basis, BooksAnswer, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.control_postings import ControlPostings
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import Day, Guid, Page, PageSize
from dinero_mcp.tools.open_documents import OpenDocuments
from dinero_mcp.tools.open_reading import open_documents
from dinero_mcp.tools.paging import page_of
from dinero_mcp.tools.third_party import OptionalText, Text

Age = Literal["not_due", "1-30", "31-60", "61-90", "over_90", "credit", "overpaid", "unallocated"]
_AGES: dict[str, Age] = {age: age for age in get_args(Age)}


class Ages(Record):
    not_due: Amount
    days_1_30: Amount = Field(description="Days past the due date")
    days_31_60: Amount
    days_61_90: Amount
    over_90_days: Amount
    overdue: Amount = Field(description="All that is past its due date")
    credits: Amount = Field(description="Credit notes not settled: negative")
    overpaid: Amount = Field(description="What was paid beyond a document's total: negative")
    unallocated: Amount = Field(description="Postings on the account that settle no document")
    total: Amount = Field(description="All of it together, overdue counted once")


class ContactRow(Record):
    """Null where there is nothing."""

    contact: OptionalText
    contact_guid: OptionalText
    items: int
    total: Amount
    not_due: Amount | None
    days_1_30: Amount | None
    days_31_60: Amount | None
    days_61_90: Amount | None
    over_90_days: Amount | None
    credits: Amount | None
    overpaid: Amount | None
    unallocated: Amount | None


class ItemRow(Record):
    contact: OptionalText
    number: OptionalText = Field(description="Invoice, or voucher, number")
    date: datetime.date | None
    due_date: datetime.date | None
    days_overdue: int | None
    age: Age
    total_dkk: Amount
    remaining_dkk: Amount
    currency: OptionalText = Field(description="Null when DKK")
    total: Amount | None = Field(description="In that currency; null when not known or DKK")
    remaining: Amount | None = Field(description="In that currency; null when not known or DKK")
    reminder_fees: Amount | None = Field(description="Asked for on top, not booked before they are paid")
    description: OptionalText


class OpenItems(BooksAnswer):
    convention = "DKK. Positive is still to be paid: by customers (receivable), or to suppliers (payable)."
    side: Side
    as_of: datetime.date
    account_number: int | None = Field(description="The control account (samlekonto)")
    account_name: OptionalText
    account_balance: Amount
    unexplained: Amount = Field(
        description="account_balance less totals.total; 0.00 when all is accounted for"
    )
    totals: Ages
    contact_count: int = Field(description="On all pages together")
    item_count: int = Field(description="On all pages together")
    page: int
    has_more: bool = Field(description="Whether more items follow on the next page")
    contacts: list[ContactRow] = Field(description="Those of the items on this page, largest total first")
    items: list[ItemRow] = Field(description="In the order of contacts, of each the oldest due first")
    notes: list[Text]
    basis: Basis


@tool(name="get-open-items-tool", title="Open items")
async def get_open_items(
    books: Books,
    side: Annotated[
        Side, Field(description="receivable: what customers owe; payable: what suppliers are owed")
    ],
    as_of: Annotated[Day | None, Field(description="End of this day; today unless said")] = None,
    contact_guid: Annotated[Guid | None, Field(description="Only this customer or supplier")] = None,
    page: Page = 1,
    page_size: PageSize = 50,
) -> OpenItems:
    """Who owes us, or whom we owe (åbne poster, debitorer, kreditorer), on any day: what is unpaid of each
    invoice or bill, aged by due date, with exact totals per contact, tied to the ledger.

    Use it for unpaid, overdue and part-paid invoices, credits and overpayments; for the documents
    themselves use list-invoices-tool. Drafts are not in it. It costs one request for each open invoice or
    supplier.
    """
    day = as_of or books.today
    found = await open_documents(books, side, day, contact_guid)
    items = longest_due_first([*found.items, *found.unallocated])
    if contact_guid and not items:
        await books.api.contact(contact_guid)  # a contact that does not exist is an error, not nothing
    contacts = by_contact(items)
    shown = page_of([(each, item) for each in contacts for item in each.items], page, page_size)
    of_shown = [each for each in contacts if any(owner is each for owner, _ in shown.rows)]
    account = found.control.account.account_number if found.control.account else None
    return OpenItems(
        organization=books.name,
        side=side,
        as_of=day,
        account_number=account,
        account_name=await _account_name(books, account),
        account_balance=found.control.balance,
        unexplained=found.unexplained,
        totals=_ages(ageing(items)),
        contact_count=len(contacts),
        item_count=shown.total,
        page=page,
        has_more=shown.has_more,
        contacts=[_contact(each) for each in of_shown],
        items=[_item(each, side) for _, each in shown.rows],
        notes=list(_notes(found, books.today)),
        basis=books.years_basis(
            *found.control.years, period=Period(day, day), identities=found.identities, remarks=found.remarks
        ),
    )


async def _account_name(books: Books, number: int | None) -> str | None:
    account = (await books.chart()).get(number or 0)
    return account and account.name


def _ages(found: Ageing) -> Ages:
    overdue = total(amount for bucket, amount in found.buckets.items() if bucket is not Bucket.NOT_DUE)
    return Ages(**_amounts(found), overdue=overdue)


def _amounts(found: Ageing) -> dict[str, Decimal]:
    return {
        "not_due": found.buckets[Bucket.NOT_DUE],
        "days_1_30": found.buckets[Bucket.TO_30],
        "days_31_60": found.buckets[Bucket.TO_60],
        "days_61_90": found.buckets[Bucket.TO_90],
        "over_90_days": found.buckets[Bucket.OVER_90],
        "credits": found.credits,
        "overpaid": found.overpaid,
        "unallocated": found.unallocated,
        "total": found.total,
    }


def _contact(found: ContactItems) -> ContactRow:
    amounts = {name: amount or None for name, amount in _amounts(found.ageing).items()}
    return ContactRow.model_validate(
        {
            **amounts,
            "contact": found.contact_name,
            "contact_guid": found.contact_guid,
            "items": len(found.items),
            "total": found.ageing.total,
        }
    )


def _item(found: OpenItem, side: Side) -> ItemRow:
    is_foreign = found.currency != "DKK"
    is_invoice = side == "receivable" and found.kind != "unallocated"
    return ItemRow(
        contact=found.contact_name,
        number=found.number,
        date=found.date,
        due_date=found.due_date,
        days_overdue=found.days_overdue if found.kind == "open" else None,
        age=_AGES[found.bucket or found.kind],
        total_dkk=found.total_dkk,
        remaining_dkk=found.remaining_dkk,
        currency=found.currency if is_foreign else None,
        total=found.total if is_foreign else None,
        remaining=found.remaining if is_foreign else None,
        reminder_fees=found.reminder_fees or None,
        description=None if is_invoice else found.description,
    )


def _notes(found: OpenDocuments, today: datetime.date) -> Iterator[str]:
    yield from _about_the_day(found.control, today)
    yield from _about_the_account(found.control)
    yield from found.notes
    if found.difference:
        yield _explanation(found)


def _explanation(found: OpenDocuments) -> str:
    account = found.control.account.account_number if found.control.account else None
    unallocated, count = total(item.remaining_dkk for item in found.unallocated), len(found.unallocated)
    postings = "1 posting that settles" if count == 1 else f"{count} postings that settle"
    return (
        f"Account {account} holds {found.difference} beyond the open documents: {unallocated} in {postings} "
        f"none of them (unallocated), and {found.unexplained} that no posting explains."
    )


def _about_the_day(control: ControlPostings, today: datetime.date) -> Iterator[str]:
    last = control.years[-1].year
    if control.as_of > today:
        yield f"{control.as_of} lies ahead of {today}: this is what is posted by now, aged to that day."
    if control.as_of > last.to_date:
        yield f"No accounting year holds {control.as_of}; account_balance is that at the end of {last.name}."


def _about_the_account(control: ControlPostings) -> Iterator[str]:
    documents = "invoices" if control.side == "receivable" else "bills"
    account = control.account
    if account is None:
        yield f"No account was found that unpaid {documents} stand on, so nothing is tied to the ledger."
        return
    if not account.vouchers:
        yield (
            f"No {documents} were found in the years read, so account {account.account_number} is known by "
            "its number only."
        )
    if account.rivals:
        others = ", ".join(map(str, account.rivals))
        yield (
            f"Most unpaid {documents} are posted on {account.account_number}, but many on {others}: those "
            "are not in account_balance."
        )
    if control.gap:
        yield (
            f"Dinero's opening balances of account {account.account_number} differ by {control.gap} from "
            "what the years before add up to."
        )
    if control.contact_guid:
        yield "account_balance is that of postings that carry this contact."
