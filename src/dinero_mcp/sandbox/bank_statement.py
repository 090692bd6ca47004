"""A bank account's statement as a Danish bank exports it: the company's own postings, seen from the bank.

Newest first, with semicolons, decimal comma and dd-mm-yyyy, and the balance after each movement. Some lie
some days from their posting, but never in another month: at a month's end the bank and the books differ by
what nobody has booked. Payments to suppliers on one day are one movement, and a payout of card sales is two.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

from dinero_mcp.sandbox.books import BankMovement, Books, Entry
from dinero_mcp.sandbox.chart import CASH, CLEARING, CREDITORS, DEBTORS, OUTLAYS, TAX_ACCOUNT, VAT_SETTLEMENT
from dinero_mcp.sandbox.vat import ore

_HEADINGS = ("Dato", "Tekst", "Beløb", "Saldo")
_CLOSED = frozenset({(1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31)})
_DAY = timedelta(days=1)
_DAYS_BOOKED_LATE = (0, 0, 0, 1, 0, 0, 2)
"""How long after the bank a movement is booked: by what remains of its voucher's number divided by seven."""
_LONGEST_DELAY = timedelta(days=4)
_MOST_IN_A_BATCH = 4
_MOBILE_PAY = "MobilePay"
_DANKORT_SHARE = Decimal("0.6137")
_TEXTS = {
    CASH: "Kontanthævning",
    OUTLAYS: "Overførsel udlæg",
    TAX_ACCOUNT: "Skattestyrelsen, skattekonto",
    VAT_SETTLEMENT: "Skattestyrelsen, moms",
    7220: "Gebyr, kvartal",
    62000: "Ydelse lån 9990-0004712",
    62010: "Ydelse lån 9990-0009380",
    65040: "Samlet Betaling",
    65080: "Pensionsindbetaling",
    65100: "Lønoverførsel",
}
_LONGEST_TEXT = 60


def bank_statement(books: Books, account: int, first: date, last: date) -> str:
    """What the bank moved from the first day to the last, both included, as CSV text."""
    table = StringIO()
    writer = csv.writer(table, delimiter=";", lineterminator="\n")
    writer.writerow(_HEADINGS)
    for movement, balance in reversed(list(_with_balances(_movements(books, account)))):
        if first <= movement.date <= last:
            day = f"{movement.date:%d-%m-%Y}"
            writer.writerow((day, movement.text, _danish(movement.amount), _danish(balance)))
    return table.getvalue()


def _movements(books: Books, account: int) -> list[BankMovement]:
    """Everything that ever went through the account, in order of date."""
    paid_suppliers = defaultdict[date, list[BankMovement]](list)
    movements: list[BankMovement] = [one for one in books.unbooked if one.account_number == account]
    for voucher in _vouchers(books.entries):
        amount = sum((entry.amount for entry in voucher if entry.account_number == account), Decimal(0))
        others = [entry for entry in voucher if entry.account_number != account]
        against = max(others, key=lambda entry: abs(entry.amount)).account_number if amount else None
        if against == CREDITORS and amount < 0:
            day = _open_day(voucher[0].date)
            text = _printable(f"Overf. {_name(books, voucher)}")
            paid_suppliers[day].append(BankMovement(account, day, amount, text))
        elif against:
            movements += _seen_by_the_bank(books, account, voucher, amount, against)
    movements += (one for day in paid_suppliers.values() for one in _batches(day))
    return sorted(movements, key=lambda movement: movement.date)


def _vouchers(entries: Iterable[Entry]) -> Iterable[Sequence[Entry]]:
    """The booked vouchers in order of booking; what was deleted is together with its reversal."""
    vouchers = defaultdict[tuple[object, ...], list[Entry]](list)
    for entry in entries:
        if entry.type == "Normal":
            vouchers[entry.voucher_type, entry.voucher_number, entry.date].append(entry)
    return vouchers.values()


def _seen_by_the_bank(
    books: Books, account: int, voucher: Sequence[Entry], amount: Decimal, against: int
) -> Iterator[BankMovement]:
    """Dated as the bank did it; `against` is the account that the most of it was booked on."""
    day = _bank_day(voucher[0])
    if against == CLEARING and amount > 0:
        dankort = ore(amount * _DANKORT_SHARE)
        yield BankMovement(account, day, dankort, "Kortindløser, Dankort")
        yield BankMovement(account, day, amount - dankort, "Kortindløser, Visa og Mastercard")
    else:
        yield BankMovement(account, day, amount, _printable(_text(books, voucher, against)))


def _batches(payments: Sequence[BankMovement]) -> Iterator[BankMovement]:
    """Payments to suppliers on one day, together as they were sent to the bank."""
    for start in range(0, len(payments), _MOST_IN_A_BATCH):
        batch = payments[start : start + _MOST_IN_A_BATCH]
        if len(batch) == 1:
            yield batch[0]
        else:
            total = sum((payment.amount for payment in batch), Decimal(0))
            text = f"Samlet overførsel, {len(batch)} betalinger"
            yield BankMovement(batch[0].account_number, batch[0].date, total, text)


def _text(books: Books, voucher: Sequence[Entry], against: int) -> str:
    name, description = _name(books, voucher), voucher[0].description
    if name == _MOBILE_PAY:
        return name
    if against == DEBTORS:
        return f"{name}, {description.removeprefix('Betaling af ')}"
    if name:
        return f"BS {name}"
    if voucher[0].voucher_type == "Purchases":
        return f"Dankort-nota {description}"
    return _TEXTS.get(against, description)


def _name(books: Books, voucher: Sequence[Entry]) -> str:
    """Who paid or was paid; private customers pay with MobilePay, which does not say who they are."""
    guid = voucher[0].contact_guid
    contact = next((contact for contact in books.contacts if contact.guid == guid), None) if guid else None
    if contact is None:
        return ""
    return _MOBILE_PAY if contact.is_person else contact.name


def _printable(text: str) -> str:
    """A bank's text has neither line breaks nor control characters, and it is short."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:_LONGEST_TEXT].rstrip()


def _bank_day(entry: Entry) -> date:
    """When the bank moved it: mostly the day it is booked on, now and then some days before."""
    day = booked = _open_day(entry.date)
    for _ in range(_DAYS_BOOKED_LATE[(entry.voucher_number or 0) % len(_DAYS_BOOKED_LATE)]):
        day = _open_day_before(day)
    is_near = day.month == booked.month and entry.date - day <= _LONGEST_DELAY
    return day if is_near else booked


def _open_day(day: date) -> date:
    """The day itself, or the next the bank is open; the one before where that is in another month."""
    after = day
    while not _is_open(after):
        after += _DAY
    return after if after.month == day.month else _open_day_before(day)


def _open_day_before(day: date) -> date:
    day -= _DAY
    while not _is_open(day):
        day -= _DAY
    return day


def _is_open(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in _CLOSED


def _with_balances(movements: Iterable[BankMovement]) -> Iterator[tuple[BankMovement, Decimal]]:
    balance = Decimal(0)
    for movement in movements:
        balance += movement.amount
        yield movement, balance


def _danish(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
