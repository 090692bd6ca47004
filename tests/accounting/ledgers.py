"""Generated ledgers: any number of vouchers, each of which balances."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from tests.accounting.rows import CHART, Row

YEAR = 2025

_amounts = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2)
_accounts = st.sampled_from([*CHART, 995, 9600, 58000, 99999])
_days = st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31))


@st.composite
def balanced_vouchers(draw: st.DrawFn) -> list[Row]:
    day, number = draw(_days), draw(st.integers(1, 500))
    lines = draw(st.lists(st.tuples(_accounts, _amounts), min_size=1, max_size=4))
    rest = -sum((amount for _, amount in lines), Decimal(0))
    return [
        Row(account, amount, day, number, "manuel") for account, amount in [*lines, (draw(_accounts), rest)]
    ]


ledgers = st.lists(balanced_vouchers(), max_size=25).map(
    lambda vouchers: [row for rows in vouchers for row in rows]
)
