"""Generated books of a quarter: trade with any VAT, right or wrong, and what is no movement of the period."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from tests.accounting.vat_books import VAT_ROLES, VAT_TYPES, VatRow

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)

_days = st.dates(FIRST, LAST)
_kroner = st.decimals(min_value=-50_000, max_value=50_000, places=2).filter(lambda amount: abs(amount) >= 1)
_codes = st.sampled_from([*(each.vat_code for each in VAT_TYPES), "MIN", "none", "", None])
_vat_accounts = st.sampled_from(sorted(VAT_ROLES.vat))
_guids = st.none() | st.uuids().map(str)


@st.composite
def _trade(draw: st.DrawFn) -> list[VatRow]:
    """A voucher with any VAT on any code, by bank or on credit; with a GUID its lines may differ in date."""
    day, number, guid = draw(_days), draw(st.integers(1, 40)), draw(_guids)
    account, base, code = draw(st.sampled_from([1000, 1100, 2050, 7320, 51020])), draw(_kroner), draw(_codes)
    vat = draw(st.lists(st.tuples(_vat_accounts, _kroner), max_size=3))
    rest = -base - sum((amount for _, amount in vat), Decimal(0))
    against = draw(st.sampled_from([63000, 55000]))
    rows = [VatRow(account, base, day, number, "Purchases", guid, vat_code=code)]
    for other, amount in [*vat, (against, rest)]:
        own_day = draw(_days) if guid else day
        rows.append(VatRow(other, amount, own_day, number, "Purchases", guid))
    return rows


@st.composite
def _settlement(draw: st.DrawFn) -> list[VatRow]:
    day, amount, account = draw(_days), draw(_kroner), draw(_vat_accounts)
    number, against = draw(st.integers(100, 140)), draw(st.sampled_from([64100, 55000, 63300]))
    return [VatRow(n, a, day, number, "manuel") for n, a in ((account, amount), (against, -amount))]


@st.composite
def _opening(draw: st.DrawFn) -> list[VatRow]:
    return [VatRow(draw(_vat_accounts), draw(_kroner), FIRST, type="Primo")]


def _flat(vouchers: list[list[VatRow]]) -> list[VatRow]:
    return [row for rows in vouchers for row in rows]


trades = st.lists(_trade(), max_size=12).map(_flat)
apart_from_trade = st.lists(_settlement() | _opening(), max_size=4).map(_flat)
