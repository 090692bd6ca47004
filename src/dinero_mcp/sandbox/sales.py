"""The sales ledger: invoices, credit notes and their payments, each booked as it happens."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from dinero_mcp.sandbox.books import Account, Contact, Payment, SalesDocument, SalesLine
from dinero_mcp.sandbox.chart import BANK, DEBTORS, SALES_VAT
from dinero_mcp.sandbox.diary import moment
from dinero_mcp.sandbox.journal import MANUAL, SALES, Journal, Line
from dinero_mcp.sandbox.pricing import (
    HUNDRED,
    KRONER,
    Currency,
    Item,
    credit_note_draft,
    invoice_draft,
    net_by_account,
)
from dinero_mcp.sandbox.vat import ore

EXCHANGE_DIFFERENCE = 1445


class SalesLedger:
    """Keeps documents and journal in step: what is open here is the balance of 53000."""

    def __init__(self, journal: Journal, accounts: dict[int, Account]) -> None:
        self._journal = journal
        self._accounts = accounts
        self._documents: dict[str, SalesDocument] = {}

    def documents(self) -> list[SalesDocument]:
        return list(self._documents.values())

    def remaining(self, guid: str) -> Decimal:
        """What is left to pay, in the document's currency."""
        document = self._documents[guid]
        return document.total_incl_vat - document.paid

    def draft(
        self,
        day: date,
        contact: Contact,
        items: Sequence[Item],
        *,
        currency: Currency = KRONER,
        description: str = "Faktura",
        comment: str | None = None,
    ) -> SalesDocument:
        draft = invoice_draft(
            self._new_guid(), day, contact, items, currency=currency, description=description, comment=comment
        )
        self._documents[draft.guid] = draft
        return draft

    def book(self, draft: SalesDocument) -> SalesDocument:
        """Number the invoice or credit note, send it and enter it."""
        sign = _sign(draft)
        sold = net_by_account(draft.lines, draft.exchange_rate)
        gross, net = draft.total_incl_vat_dkk, draft.total_excl_vat_dkk
        lines = [
            Line(DEBTORS, sign * gross),
            *(
                Line(account, -sign * amount, self._accounts[account].vat_code)
                for account, amount in sold.items()
            ),
            Line(SALES_VAT, -sign * (gross - net)),
        ]
        text = f"{_kind(draft).capitalize()} til {draft.contact_name}"
        voucher = self._journal.post(
            SALES, draft.date, text, lines, guid=draft.guid, contact_guid=draft.contact_guid
        )
        booked = replace(draft, number=voucher.number, mail_out_status=_mail_out_status(voucher.number))
        self._documents[booked.guid] = booked
        return booked

    def credit(self, invoice_guid: str, day: date, lines: Sequence[SalesLine]) -> SalesDocument:
        """Take lines of an invoice back; what the invoice still lacks is settled with them at once."""
        invoice = self._documents[invoice_guid]
        note = self.book(credit_note_draft(self._new_guid(), day, invoice, lines))
        offset = min(note.total_incl_vat, self.remaining(invoice_guid))
        if offset > 0:
            text = f"Modregning af kreditnota {note.number} i faktura {invoice.number}"
            self._settle(invoice, day, offset, text, related=note.guid)
            self._settle(note, day, offset, text, related=invoice.guid)
        return note

    def pay(self, guid: str, day: date, amount: Decimal, *, rate: Decimal | None = None) -> None:
        """Receive an amount in the document's currency at the day's rate; a credit note is paid back."""
        document = self._documents[guid]
        sign = _sign(document)
        moved = ore(amount * (rate or document.exchange_rate) / HUNDRED)
        settled = self._in_kroner(document, amount)
        name = f"{_kind(document)} {document.number}"
        lines = [
            Line(BANK, sign * moved),
            Line(DEBTORS, -sign * settled),
            Line(EXCHANGE_DIFFERENCE, sign * (settled - moved), text=f"Kursdifference, {name}"),
        ]
        text = f"Betaling af {name}"
        self._journal.post(MANUAL, day, text, lines, contact_guid=document.contact_guid)
        self._settle(document, day, amount, text, rate=rate)

    def _settle(
        self,
        document: SalesDocument,
        day: date,
        amount: Decimal,
        text: str,
        *,
        rate: Decimal | None = None,
        related: str | None = None,
    ) -> None:
        payment = Payment(
            guid=self._journal.guid("payment", document.guid, len(document.payments)),
            date=day,
            amount=amount,
            amount_dkk=self._in_kroner(document, amount),
            description=text,
            currency=document.currency,
            exchange_rate=rate or document.exchange_rate,
            deposit_account_number=None if related else BANK,
            related_voucher_guid=related,
        )
        self._documents[document.guid] = replace(
            document, payments=(*document.payments, payment), updated_at=moment(day)
        )

    def _in_kroner(self, document: SalesDocument, amount: Decimal) -> Decimal:
        """What the amount moves 53000 by: the last payment takes what is left, to the øre."""
        if amount == self.remaining(document.guid):
            return document.total_incl_vat_dkk - sum((p.amount_dkk for p in document.payments), Decimal(0))
        return ore(amount * document.exchange_rate / HUNDRED)

    def _new_guid(self) -> str:
        return self._journal.guid("document", len(self._documents))


def _sign(document: SalesDocument) -> int:
    return 1 if document.type == "Invoice" else -1


def _kind(document: SalesDocument) -> str:
    return "faktura" if document.type == "Invoice" else "kreditnota"


def _mail_out_status(number: int) -> str:
    return ("Sent", "SeenByCustomer", "Sent", "SeenByCustomer", "NotSent")[number % 5]
