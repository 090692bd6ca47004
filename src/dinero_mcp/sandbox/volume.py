"""Books of any size, for measuring: one organization with one calendar year of cash sales and purchases."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from dinero_mcp.sandbox.books import AccountingYear, Books, DepositAccount
from dinero_mcp.sandbox.chart import BANK, SALES_VAT, standard_chart, vat_types
from dinero_mcp.sandbox.journal import MANUAL, PURCHASES, Journal, Line
from dinero_mcp.sandbox.vat import RATE, ore, purchase_lines

LARGE = 1004

_EQUITY = 60020
_FEE = 7220
_COSTS = (2000, 2250, 5025, 6020, 7200, 7320)


def large_year(postings: int, year: int) -> Books:
    """Books with exactly so many postings, at least two, spread evenly over the year."""
    if postings < 2:
        raise ValueError("a voucher has at least two postings")
    years = [AccountingYear(str(year), date(year, 1, 1), date(year, 12, 31))]
    accounts = standard_chart()
    journal = Journal(LARGE, years, accounts, _EQUITY, guids_since=years[0].from_date)
    _fill(journal, postings)
    return Books(
        organization_id=LARGE,
        name="Stordrift A/S",
        is_pro=True,
        company_type="PublicLimitedCompany",
        vat_number="99381272",
        accounts=accounts,
        deposit_accounts=[DepositAccount(BANK, is_default=True)],
        vat_types=vat_types(),
        years=years,
        entries=journal.entries(),
    )


def _fill(journal: Journal, postings: int) -> None:
    """Vouchers of three lines, and one or two of two lines where three do not divide the number."""
    chance = Random(postings)
    fees = -postings % 3
    vouchers = (postings - 2 * fees) // 3
    for place, day in enumerate(_spread(journal.years[0], vouchers)):
        amount = Decimal(chance.randint(1000, 400000)) / 100
        if place % 2 == 0:
            _sell(journal, day, f"Dagens salg, bon {place + 1}", amount)
        else:
            text = f"Faktura {chance.randint(1000, 999999)} fra leverandør {chance.randint(1, 300)}"
            _buy(journal, day, text, _COSTS[place // 2 % len(_COSTS)], amount)
    for _ in range(fees):
        fee = Decimal("29.50")
        journal.post(MANUAL, journal.years[0].to_date, "Bankgebyr", [Line(_FEE, fee), Line(BANK, -fee)])


def _spread(year: AccountingYear, vouchers: int) -> Iterator[date]:
    days = (year.to_date - year.from_date).days + 1
    return (year.from_date + timedelta(days=place * days // vouchers) for place in range(vouchers))


def _sell(journal: Journal, day: date, text: str, net: Decimal) -> None:
    vat = ore(net * RATE)
    lines = [Line(BANK, net + vat), Line(1000, -net, "U25"), Line(SALES_VAT, -vat)]
    journal.post(MANUAL, day, text, lines)


def _buy(journal: Journal, day: date, text: str, account: int, net: Decimal) -> None:
    lines = purchase_lines(account, net, "I25")
    lines.append(Line(BANK, -net - ore(net * RATE)))
    journal.post(PURCHASES, day, text, lines, has_file=True)
