"""What a sales document says: its lines, totals and currency, computed from products and quantities.

Prices are excl. VAT in the document's currency. VAT is computed once per document and rounded half up.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from dinero_mcp.sandbox.books import Contact, Product, SalesDocument, SalesLine
from dinero_mcp.sandbox.diary import moment
from dinero_mcp.sandbox.vat import RATE, ore

HUNDRED = Decimal(100)
_NOTHING = Decimal(0)
_TAXED_ACCOUNTS = frozenset({1000, 1350})
_SERVICE_UNITS = frozenset({"hours", "session", "day"})
_GOODS_AND_SERVICES_ABROAD = {"EU": (1100, 1200), "World": (1255, 1260)}


class Currency(NamedTuple):
    code: str
    rate: Decimal
    """Kroner for 100 units."""


KRONER = Currency("DKK", HUNDRED)


@dataclass(frozen=True, slots=True)
class Item:
    """A product and how much of it; the discount is in percent."""

    product: Product
    quantity: Decimal
    discount: Decimal = _NOTHING
    text: str | None = None


class Totals(NamedTuple):
    net: Decimal
    gross: Decimal
    net_dkk: Decimal
    gross_dkk: Decimal


def invoice_draft(
    guid: str,
    day: date,
    contact: Contact,
    items: Iterable[Item],
    *,
    currency: Currency = KRONER,
    description: str = "Faktura",
    comment: str | None = None,
) -> SalesDocument:
    """An invoice that is not booked: it has no number yet."""
    lines = tuple(_line(item, contact.vat_region, currency) for item in items)
    totals = _totals(lines, currency.rate)
    return SalesDocument(
        guid=guid,
        type="Invoice",
        number=None,
        contact_guid=contact.guid,
        contact_name=contact.name,
        date=day,
        due_date=day + timedelta(days=contact.payment_condition_days or 0),
        description=description,
        lines=lines,
        total_excl_vat=totals.net,
        total_incl_vat=totals.gross,
        total_excl_vat_dkk=totals.net_dkk,
        total_incl_vat_dkk=totals.gross_dkk,
        created_at=moment(day),
        updated_at=moment(day),
        currency=currency.code,
        exchange_rate=currency.rate,
        comment=comment,
        mail_out_status="NotSent",
    )


def credit_note_draft(
    guid: str, day: date, invoice: SalesDocument, lines: Sequence[SalesLine]
) -> SalesDocument:
    """A credit note over some of an invoice's lines."""
    totals = _totals(lines, invoice.exchange_rate)
    return replace(
        invoice,
        guid=guid,
        type="CreditNote",
        number=None,
        date=day,
        due_date=None,
        description="Kreditnota",
        lines=tuple(lines),
        total_excl_vat=totals.net,
        total_incl_vat=totals.gross,
        total_excl_vat_dkk=totals.net_dkk,
        total_incl_vat_dkk=totals.gross_dkk,
        created_at=moment(day),
        updated_at=moment(day),
        comment=None,
        credit_note_for=invoice.guid,
        payments=(),
    )


def part_of(line: SalesLine, quantity: Decimal) -> SalesLine:
    """So much of a line at its price; all of it when it holds less."""
    quantity = min(quantity, line.quantity)
    share = quantity / line.quantity
    return replace(
        line,
        quantity=quantity,
        total_excl_vat=ore(line.total_excl_vat * share),
        total_incl_vat=ore(line.total_incl_vat * share),
    )


def net_by_account(lines: Iterable[SalesLine], rate: Decimal) -> dict[int, Decimal]:
    """What was sold on each account, in kroner."""
    sold = defaultdict[int, Decimal](Decimal)
    for line in lines:
        sold[line.account_number] += line.total_excl_vat
    return {account: ore(net * rate / HUNDRED) for account, net in sold.items()}


def _totals(lines: Sequence[SalesLine], rate: Decimal) -> Totals:
    net = sum((line.total_excl_vat for line in lines), _NOTHING)
    vat = ore(RATE * sum((line.total_excl_vat for line in lines if is_taxed(line.account_number)), _NOTHING))
    net_dkk = sum(net_by_account(lines, rate).values(), _NOTHING)
    return Totals(net, net + vat, net_dkk, net_dkk + ore(vat * rate / HUNDRED))


def is_taxed(account: int) -> bool:
    return account in _TAXED_ACCOUNTS


def _line(item: Item, vat_region: str, currency: Currency) -> SalesLine:
    product = item.product
    account = _account(product, vat_region)
    price = ore(product.price_excl_vat * HUNDRED / currency.rate)
    total = ore(price * item.quantity * (1 - item.discount / HUNDRED))
    factor = 1 + RATE if is_taxed(account) else Decimal(1)
    return SalesLine(
        description=item.text or product.name,
        account_number=account,
        quantity=item.quantity,
        unit=product.unit,
        unit_price_excl_vat=price,
        unit_price_incl_vat=ore(price * factor),
        total_excl_vat=total,
        total_incl_vat=ore(total * factor),
        discount=item.discount,
        product_guid=product.guid,
    )


def _account(product: Product, vat_region: str) -> int:
    if vat_region not in _GOODS_AND_SERVICES_ABROAD:
        return product.account_number
    return _GOODS_AND_SERVICES_ABROAD[vat_region][product.unit in _SERVICE_UNITS]
