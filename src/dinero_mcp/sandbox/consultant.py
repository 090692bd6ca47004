"""Bergmann Rådgivning v/Ida Bergmann: one person, VAT every half year, a long first accounting year.

She began on 1 October two years before today's year; the first accounting year runs to the end of the next.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from dinero_mcp.sandbox.books import Account, AccountingYear, Books, DepositAccount
from dinero_mcp.sandbox.chart import BANK, VAT_SETTLEMENT, standard_chart, vat_types
from dinero_mcp.sandbox.diary import weekday
from dinero_mcp.sandbox.journal import MANUAL, Line
from dinero_mcp.sandbox.office import Office, open_office
from dinero_mcp.sandbox.pricing import Currency, Item
from dinero_mcp.sandbox.purchases import Cost
from dinero_mcp.sandbox.recurring import EVERY_QUARTER, Recurring, plan_bank, plan_recurring
from dinero_mcp.sandbox.vat import VAT_ACCOUNTS, SettlementHabit, plan_settlements

CONSULTANT = 1002

_CAPITAL, _WITHDRAWN, _PAID_IN = 60000, 60140, 60160
_OWNER_ACCOUNTS = {_CAPITAL: "Kapitalkonto", _WITHDRAWN: "Private hævninger", _PAID_IN: "Private indskud"}
_HABIT = SettlementHabit(months=6, dated_at_period_end=False)
_RESERVE = Decimal(20000)
_EURO = Decimal("745.80")

_RECURRING = (
    Recurring("kontor", 5000, "I25", Decimal("2650.00"), "Kontorplads", 1, on_credit=False),
    Recurring("tele", 7240, "I25", Decimal("1048.80"), "Mobil og bredbånd", 9, EVERY_QUARTER, 5, False),
    Recurring("webhotel", 7320, "IEUY", Decimal("642.00"), "Kontorprogrammer", 15, EVERY_QUARTER, 3, False),
    Recurring("bogholder", 7020, "I25", Decimal("2380.00"), "Bogføring", 20, EVERY_QUARTER),
    Recurring("forsikring", 7160, None, Decimal("3890.00"), "Ansvarsforsikring", 6, (2,)),
)
_RECEIPTS = (
    ("Togbilletter", 6140, None, 120, 520),
    ("Frokost med kunde", 4140, "REP", 240, 690),
    ("Faglitteratur", 7120, "I25", 180, 420),
)
_CUSTOMERS = (
    ("vind", "time"),
    ("arkitekt", "time"),
    ("klinik", "oplaeg"),
    ("vind", "time"),
    ("privat", "time"),
)


def consultant(today: date) -> Books:
    accounts = _accounts()
    office = open_office("consultant", CONSULTANT, today, _years(today), accounts, _CAPITAL)
    office.journal.post(
        MANUAL,
        office.first_day,
        "Indskud ved start",
        [Line(BANK, Decimal(60000)), Line(_PAID_IN, Decimal(-60000))],
    )
    _plan_work(office)
    _plan_private_life(office)
    plan_recurring(office, _RECURRING)
    plan_bank(office, (), Decimal("135.00"))
    plan_settlements(office.journal, office.diary, _HABIT)
    office.diary.keep_until(today)
    office.sales.draft(today, office.contacts["arkitekt"], [Item(office.products["time"], Decimal("7.5"))])
    return _books(office, accounts)


def _accounts() -> dict[int, Account]:
    accounts = standard_chart()
    for number, name in _OWNER_ACCOUNTS.items():
        accounts[number] = replace(accounts[_CAPITAL], number=number, name=name)
    return dict(sorted(accounts.items()))


def _years(today: date) -> list[AccountingYear]:
    start, end = today.year - 2, today.year - 1
    first = AccountingYear(f"{start}/{end % 100:02}", date(start, 10, 1), date(end, 12, 31))
    return [first, AccountingYear(str(today.year), date(today.year, 1, 1), date(today.year, 12, 31))]


def _plan_work(office: Office) -> None:
    for day in office.monthly(28):
        for place in range(1 + day.month % 2):
            office.diary.at(weekday(day + timedelta(days=place)), partial(_invoice, office))
        if day.month in (4, 10):
            office.diary.at(weekday(day), partial(_invoice_abroad, office))
    for place, day in enumerate(office.days(30)):
        office.diary.at(day, partial(_keep_receipt, office, place % len(_RECEIPTS)))


def _invoice(office: Office, day: date) -> None:
    customer, product = office.chance.choice(_CUSTOMERS)
    hours = Decimal(office.chance.randint(100, 240)) / 4 if product == "time" else Decimal(1)
    items = [Item(office.products[product], hours)]
    if product == "oplaeg":
        items.append(Item(office.products["korsel"], Decimal(office.chance.randint(20, 310))))
    invoice = office.sales.book(office.sales.draft(day, office.contacts[customer], items))
    paid_on = weekday((invoice.due_date or day) + timedelta(days=office.chance.randint(-4, 9)))
    office.diary.at(max(paid_on, day), partial(office.sales.pay, invoice.guid, amount=invoice.total_incl_vat))


def _invoice_abroad(office: Office, day: date) -> None:
    items = [Item(office.products["analyse"], Decimal(1))]
    draft = office.sales.draft(day, office.contacts["malmo"], items, currency=Currency("EUR", _EURO))
    invoice = office.sales.book(draft)
    pay = partial(office.sales.pay, invoice.guid, amount=invoice.total_incl_vat, rate=_EURO - Decimal("0.35"))
    office.diary.at(weekday(day + timedelta(days=33)), pay)


def _keep_receipt(office: Office, place: int, day: date) -> None:
    text, account, vat_code, low, high = _RECEIPTS[place]
    office.purchases.buy(day, None, [Cost(account, office.amount(low, high), vat_code)], text, BANK)


def _plan_private_life(office: Office) -> None:
    """What the owner lives on, and her own tax, are withdrawals and no cost."""
    for day in office.monthly(2):
        office.diary.at(weekday(day), partial(_withdraw, office, "Privat hævning", Decimal(32000)))
    for day in office.monthly(20):
        if day.month not in (6, 12):
            office.diary.at(weekday(day), partial(_withdraw, office, "B-skat", Decimal(14800)))


def _withdraw(office: Office, text: str, amount: Decimal, day: date) -> None:
    """No more than the account can bear when the VAT collected is set aside."""
    owed = -sum(office.journal.balance(account) for account in (*VAT_ACCOUNTS, VAT_SETTLEMENT))
    affordable = min(amount, office.journal.balance(BANK) - owed - _RESERVE)
    if affordable > 0:
        office.journal.post(MANUAL, day, text, [Line(_WITHDRAWN, affordable), Line(BANK, -affordable)])


def _books(office: Office, accounts: dict[int, Account]) -> Books:
    return Books(
        organization_id=CONSULTANT,
        name="Bergmann Rådgivning v/Ida Bergmann",
        is_pro=True,
        company_type="SoleProprietorship",
        vat_number="99629908",
        email="ida@bergmann.example",
        phone="55500200",
        street="Gasværksvej 16",
        zip_code="1656",
        city="København V",
        att_person="Ida Bergmann",
        accounts=accounts,
        deposit_accounts=[
            DepositAccount(
                BANK,
                is_default=True,
                registration_number="9991",
                account_number="0008123447",
                iban="DK6999910008123447",
            )
        ],
        vat_types=vat_types(),
        years=list(office.journal.years),
        entries=office.journal.entries(),
        contacts=list(office.contacts.values()),
        products=list(office.products.values()),
        sales=office.sales.documents(),
        purchases=office.purchases.documents(),
    )
