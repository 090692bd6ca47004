"""A bakery of three accounting years, and its ledger as one question after another sees it."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx2

from dinero_mcp.auth.api_key import ApiKeyTokens
from dinero_mcp.dinero.bounds import Bounds
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.organization import OrganizationApi
from dinero_mcp.dinero.shared import SharedReads
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.ledger import KeptYears, Ledger
from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.books import Books, Entry
from tests.tools.companies import SMALL, accounting_year, company

TOKEN_URL = "https://authz.dinero.dk/dineroapi/oauth/token"
YEARS = [
    accounting_year("2024", "2024-07-01", "2024-12-31"),
    accounting_year("2025", "2025-01-01", "2025-12-31"),
    accounting_year("2027", "2027-01-01", "2027-12-31"),
]
EQUITY = 60020


def bakery() -> Books:
    """Three years, of which the last follows a gap of one."""
    return company(
        [
            ("2024-07-01", "Indskud", {60000: "-10", 55000: "10"}),
            ("2024-12-31", "Salg", {1000: "-20", 55000: "20"}),
            ("2025-01-01", "Salg", {1000: "-40", 55000: "40"}),
            ("2027-12-31", "Salg", {1000: "-80", 55000: "80"}),
        ],
        YEARS,
    )


class Clock:
    """The time by which answers age and postings are noted; it only moves when told to."""

    def __init__(self) -> None:
        self.now = datetime(2027, 12, 31, 12, tzinfo=UTC)

    def __call__(self) -> float:
        return self.now.timestamp()

    def pass_by(self, **units: float) -> None:
        self.now += timedelta(**units)


class Bookkeeper:
    """Books more while the books are being read, and carries opening balances forward as Dinero does."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self.books = books
        self._clock = clock
        self._booked = 0

    def book(self, day: str, amounts: Mapping[int, str], *, ahead: timedelta = timedelta(0)) -> list[Entry]:
        """A voucher, added now by a clock that runs `ahead` of ours."""
        self._booked += 1
        added_at = self._clock.now + ahead
        rows = [
            Entry(
                account_number=account,
                date=date.fromisoformat(day),
                amount=Decimal(amount),
                description=f"Bilag {self._booked}",
                entry_guid=f"00000000-0000-4000-9000-{self._booked:06d}{place:06d}",
                added_at=added_at,
                voucher_number=1000 + self._booked,
                voucher_type="manuel",
            )
            for place, (account, amount) in enumerate(amounts.items())
        ]
        self.books.entries += rows
        self._carry_forward(added_at)
        return rows

    def _carry_forward(self, added_at: datetime) -> None:
        balances = defaultdict[int, Decimal](Decimal)
        for closed, opened in zip(self.books.years, self.books.years[1:], strict=False):
            for entry in self.books.entries_of(closed):
                if entry.type == "Normal":
                    number = entry.account_number
                    balances[number if number >= 50000 else EQUITY] += entry.amount
            for account, balance in balances.items():
                self._open(opened.name, opened.from_date, account, balance, added_at)

    def _open(self, year: str, day: date, account: int, balance: Decimal, added_at: datetime) -> None:
        for place, entry in enumerate(self.books.entries):
            if (entry.type, entry.date, entry.account_number) == ("Primo", day, account):
                if entry.amount != balance:
                    self.books.entries[place] = replace(entry, amount=balance, added_at=added_at)
                return
        guid = f"00000000-0000-4000-8000-{year}{account:08d}"
        row = Entry(account, day, balance, "Primobeholdning", guid, added_at, type="Primo")
        self.books.entries.append(row)


@dataclass(frozen=True)
class Connection:
    """One sign-in, and the years that are kept for it."""

    dinero: Dinero
    kept: KeptYears

    def api(self, call: Call) -> OrganizationApi:
        return self.dinero.organization(SMALL, call)

    def ledger(self, call: Call) -> Ledger:
        return Ledger(self.api(call), self.kept)


@asynccontextmanager
async def connection(
    sandbox: Sandbox,
    freshness: float = 60,
    *,
    clock: Clock | None = None,
    most_postings: int = 1000,
    shared: SharedReads | None = None,
) -> AsyncGenerator[Connection]:
    """A connection to the sandbox, whose time `clock` tells."""
    clock = clock or Clock()
    kept = KeptYears(most_postings, freshness=freshness, clock=clock)
    async with http_client(token_url=TOKEN_URL, transport=httpx2.ASGITransport(app=sandbox.app)) as http:
        tokens = ApiKeyTokens(http, TOKEN_URL, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_API_KEY)
        dinero = Dinero(
            http,
            tokens,
            requests_per_minute=1000,
            freshness=freshness,
            clock=clock,
            bounds=Bounds(retry_wait=0, tick=0.01),
            shared=shared,
        )
        yield Connection(dinero, kept)


@asynccontextmanager
async def ledgers(
    sandbox: Sandbox, freshness: float = 60, *, clock: Clock | None = None, most_postings: int = 1000
) -> AsyncGenerator[Iterator[Ledger]]:
    """A ledger for each question that is asked."""
    async with connection(sandbox, freshness, clock=clock, most_postings=most_postings) as opened:
        yield (opened.ledger(Call()) for _ in iter(int, 1))


def bank(rows: Mapping[int, Decimal]) -> Decimal | None:
    return rows.get(55000)


def reads(sandbox: Sandbox, what: str = "/entries") -> int:
    """How often a path that ends so was asked for."""
    return sum(seen.path.endswith(what) for seen in sandbox.requests)


def asked(sandbox: Sandbox) -> list[str]:
    """The last parts of the paths that were asked for, reference reads apart."""
    paths = [seen.path for seen in sandbox.requests if seen.host == "api.dinero.dk"]
    return [path.split("/", 3)[3] for path in paths if "accounts" not in path and "years" not in path]
