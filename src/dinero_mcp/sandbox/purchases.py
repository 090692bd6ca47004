"""The purchase ledger: bills and supplier's credit notes, paid on the spot or later."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from dinero_mcp.sandbox.books import Contact, Payment, PurchaseDocument
from dinero_mcp.sandbox.chart import BANK, CREDITORS
from dinero_mcp.sandbox.diary import moment
from dinero_mcp.sandbox.journal import MANUAL, PURCHASES, Journal, Line, Voucher
from dinero_mcp.sandbox.vat import purchase_lines

EXCHANGE_DIFFERENCE = 2400


class Cost(NamedTuple):
    """One line of a bill, net of VAT."""

    account: int
    net: Decimal
    vat_code: str | None


class PurchaseLedger:
    """Keeps bills and journal in step: what is open here is the balance of 63000, as a credit."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._bills: dict[str, PurchaseDocument] = {}
        self._vouchers: dict[str, Voucher] = {}

    def documents(self) -> list[PurchaseDocument]:
        return list(self._bills.values())

    def buy(
        self,
        day: date,
        contact: Contact | None,
        costs: Sequence[Cost],
        text: str,
        paid_from: int,
        *,
        has_file: bool = True,
    ) -> None:
        """A purchase paid on the spot, from a deposit account or by an owner or employee."""
        self._enter(day, contact, costs, text, paid_from, day, has_file=has_file)

    def bill(
        self, day: date, contact: Contact, costs: Sequence[Cost], text: str, *, booked_on: date | None = None
    ) -> PurchaseDocument:
        """A purchase on credit, due by the supplier's terms."""
        return self._bill(day, contact, costs, text, booked_on or day)

    def credit(self, bill_guid: str, day: date, contact: Contact, costs: Sequence[Cost], text: str) -> None:
        """The supplier takes back part of an unpaid bill, which is then that much smaller."""
        note = self._bill(
            day, contact, [cost._replace(net=-cost.net) for cost in costs], text, day, credits=bill_guid
        )
        bill = self._bills[bill_guid]
        label = f"Modregning af kreditnota {note.number} i køb {bill.number}"
        self._settle(bill, day, note.total_incl_vat_dkk, label, related=note.guid)
        self._settle(note, day, note.total_incl_vat_dkk, label, related=bill.guid)

    def pay(self, guid: str, day: date, *, exchange_loss: Decimal = Decimal(0)) -> None:
        """Pay what is left of a bill from the bank; a loss on the currency is paid on top."""
        bill = self._bills[guid]
        amount = bill.total_incl_vat_dkk - bill.paid_dkk
        text = f"Betaling af køb {bill.number}"
        lines = [
            Line(CREDITORS, amount),
            Line(EXCHANGE_DIFFERENCE, exchange_loss, text=f"Kursdifference, køb {bill.number}"),
            Line(BANK, -amount - exchange_loss),
        ]
        self._journal.post(MANUAL, day, text, lines, contact_guid=bill.contact_guid)
        self._settle(bill, day, amount, text)

    def delete(self, guid: str, day: date) -> None:
        """Delete a bill that should not have been booked."""
        del self._bills[guid]
        self._journal.reverse(self._vouchers[guid], day)

    def _bill(
        self,
        day: date,
        contact: Contact,
        costs: Sequence[Cost],
        text: str,
        booked_on: date,
        *,
        credits: str | None = None,
    ) -> PurchaseDocument:
        voucher = self._enter(day, contact, costs, text, CREDITORS, booked_on)
        self._vouchers[voucher.guid] = voucher
        bill = PurchaseDocument(
            guid=voucher.guid,
            type="CreditNote" if credits else "Bill",
            number=voucher.number,
            contact_guid=contact.guid,
            date=day,
            due_date=day + timedelta(days=contact.payment_condition_days or 0),
            description=text,
            total_incl_vat_dkk=abs(voucher.amount(CREDITORS)),
            created_at=moment(booked_on),
            credit_note_for=credits,
        )
        self._bills[bill.guid] = bill
        return bill

    def _enter(
        self,
        day: date,
        contact: Contact | None,
        costs: Sequence[Cost],
        text: str,
        counter_account: int,
        booked_on: date,
        *,
        has_file: bool = True,
    ) -> Voucher:
        lines = [line for cost in costs for line in purchase_lines(*cost)]
        lines.append(Line(counter_account, -sum((line.amount for line in lines), Decimal(0))))
        guid = contact.guid if contact else None
        return self._journal.post(
            PURCHASES, day, text, lines, booked_on=booked_on, contact_guid=guid, has_file=has_file
        )

    def _settle(
        self, bill: PurchaseDocument, day: date, amount: Decimal, text: str, *, related: str | None = None
    ) -> None:
        payment = Payment(
            guid=self._journal.guid("payment", bill.guid, len(bill.payments)),
            date=day,
            amount=amount,
            amount_dkk=amount,
            description=text,
            deposit_account_number=None if related else BANK,
            related_voucher_guid=related,
        )
        self._bills[bill.guid] = replace(bill, payments=(*bill.payments, payment))
