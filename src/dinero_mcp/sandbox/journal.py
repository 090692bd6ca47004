"""The journal: the one way in for every entry.

Vouchers are numbered as Dinero does it: `Sales` runs on across years, the other series restart each
accounting year. A voucher belongs to the year of its date, however late it is booked. Primo rows are
derived from the entries, the previous year's result carried to the equity account.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid5

from dinero_mcp.sandbox.books import AccountingYear, Entry

SALES = "Sales"
PURCHASES = "Purchases"
MANUAL = "manuel"

FIRST_BALANCE_ACCOUNT = 50000

_NAMESPACE = UUID("5f0f1d0e-4c0b-5d51-9b39-6d5a3f1c7a11")


class UnbalancedError(ValueError):
    """The lines of a voucher do not cancel."""


class Line(NamedTuple):
    """One line of a voucher, debit positive; the text is the voucher's unless it has its own."""

    account: int
    amount: Decimal
    vat_code: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Voucher:
    type: str
    number: int
    guid: str
    entries: tuple[Entry, ...]

    def amount(self, account: int) -> Decimal:
        return sum((entry.amount for entry in self.entries if entry.account_number == account), Decimal(0))


class Journal:
    """The entries of one organization. Those before `guids_since` carry no voucher or file guid."""

    def __init__(
        self,
        organization_id: int,
        years: Sequence[AccountingYear],
        accounts: Iterable[int],
        equity_account: int,
        guids_since: date,
    ) -> None:
        self.years = tuple(years)
        self._organization_id = organization_id
        self._accounts = frozenset(accounts)
        self._equity_account = equity_account
        self._guids_since = guids_since
        self._entries: list[Entry] = []
        self._by_account = defaultdict[int, list[Entry]](list)
        self._numbers = Counter[tuple[str, str]]()
        self._booked = Counter[date]()

    def guid(self, *key: object) -> str:
        """The same GUID for the same key in every run."""
        return str(uuid5(_NAMESPACE, f"{self._organization_id}/{'/'.join(map(str, key))}"))

    def post(
        self,
        voucher_type: str,
        day: date,
        text: str,
        lines: Sequence[Line],
        *,
        booked_on: date | None = None,
        guid: str | None = None,
        contact_guid: str | None = None,
        has_file: bool = False,
    ) -> Voucher:
        """Book one voucher; raises `UnbalancedError` or `LookupError` when its lines cannot be booked."""
        self._check(text, lines)
        year = self.year_of(day)
        number = self._next_number(voucher_type, year)
        key = (voucher_type, year.name, number)
        guid = guid or self.guid(*key)
        has_guids = day >= self._guids_since
        file_guid = self._file_guid(number, *key) if has_file and has_guids else None
        added_at = self._stamp(booked_on or day)
        entries = tuple(
            Entry(
                account_number=line.account,
                date=day,
                amount=line.amount,
                description=line.text or text,
                entry_guid=self.guid(*key, place),
                added_at=added_at,
                voucher_number=number,
                voucher_guid=guid if has_guids else None,
                voucher_type=voucher_type,
                file_guid=file_guid,
                vat_code=line.vat_code,
                contact_guid=contact_guid,
            )
            for place, line in enumerate(lines)
            if line.amount
        )
        self._book(entries)
        return Voucher(voucher_type, number, guid, entries)

    def skip_number(self, voucher_type: str) -> None:
        """Lose the next number of a series that runs on across years."""
        self._numbers[voucher_type, ""] += 1

    def reverse(self, voucher: Voucher, booked_on: date) -> None:
        """Delete a booked voucher: its lines come once more with the opposite sign, under its own number."""
        added_at = self._stamp(booked_on)
        self._book(
            replace(
                entry,
                amount=-entry.amount,
                description=f"Modpostering af: {entry.description}",
                entry_guid=self.guid(entry.entry_guid, "reversal"),
                added_at=added_at,
            )
            for entry in voucher.entries
        )

    def balance(self, account: int, as_of: date | None = None) -> Decimal:
        """The account's balance at the end of a day, debit positive; of everything booked without a day."""
        last = as_of or date.max
        return sum((e.amount for e in self._by_account[account] if e.date <= last), Decimal(0))

    def result(self, year: AccountingYear) -> Decimal:
        """The year's result so far, debit positive: a profit is negative."""
        return sum(
            (e.amount for e in self._entries if e.date in year and _is_result(e.account_number)), Decimal(0)
        )

    def entries(self) -> list[Entry]:
        """All entries and the primo rows of every year but the first, in order of booking."""
        return sorted([*self._entries, *self._primo_rows()], key=lambda entry: entry.added_at)

    def year_of(self, day: date) -> AccountingYear:
        for year in self.years:
            if day in year:
                return year
        raise LookupError(f"{day} is in no accounting year")

    def _book(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._entries.append(entry)
            self._by_account[entry.account_number].append(entry)

    def _check(self, text: str, lines: Sequence[Line]) -> None:
        if sum(line.amount for line in lines) != 0:
            raise UnbalancedError(f"{text}: {[(line.account, str(line.amount)) for line in lines]}")
        if unknown := {line.account for line in lines} - self._accounts:
            raise LookupError(f"{text}: {sorted(unknown)} not in the chart of accounts")

    def _file_guid(self, number: int, *key: object) -> str:
        """On every third voucher no GUID at all: Dinero's file ids need not be one."""
        guid = self.guid(*key, "file")
        return guid if number % 3 else f"web0{guid.replace('-', '')[:28]}"

    def _next_number(self, voucher_type: str, year: AccountingYear) -> int:
        series = (voucher_type, "" if voucher_type == SALES else year.name)
        self._numbers[series] += 1
        return self._numbers[series]

    def _stamp(self, day: date) -> datetime:
        """A moment between 6 and noon UTC, later for each voucher of the day."""
        self._booked[day] += 1
        return datetime.combine(day, time(6), UTC) + timedelta(seconds=20 * self._booked[day])

    def _primo_rows(self) -> list[Entry]:
        balances = defaultdict[int, Decimal](Decimal)
        changed = dict[int, datetime]()
        by_year = defaultdict[str, list[Entry]](list)
        for entry in self._entries:
            by_year[self.year_of(entry.date).name].append(entry)
        rows: list[Entry] = []
        for closed, opened in zip(self.years, self.years[1:], strict=False):
            for entry in by_year[closed.name]:
                account = self._equity_account if _is_result(entry.account_number) else entry.account_number
                balances[account] += entry.amount
                changed[account] = max(entry.added_at, changed.get(account, entry.added_at))
            opening = datetime.combine(opened.from_date, time(5), UTC)
            rows += [
                self._primo_row(opened, account, balance, max(opening, changed[account]))
                for account, balance in sorted(balances.items())
                if balance
            ]
        return rows

    def _primo_row(self, year: AccountingYear, account: int, balance: Decimal, added_at: datetime) -> Entry:
        return Entry(
            account_number=account,
            date=year.from_date,
            amount=balance,
            description="Primobeholdning",
            entry_guid=self.guid("primo", year.name, account),
            added_at=added_at,
            type="Primo",
        )


def _is_result(account: int) -> bool:
    return account < FIRST_BALANCE_ACCOUNT
