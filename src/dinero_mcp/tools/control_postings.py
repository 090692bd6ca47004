"""What is posted on the account that unpaid invoices, or unpaid bills, stand on.

Accounting years are read backwards, as few as will do: an opening balance stands for all the years before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.control_account import ControlAccount, Side, control_account, owed
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.open_items import OpenItem
from dinero_mcp.dinero.models import AccountingYear, Entry
from dinero_mcp.ledger import YearPostings, last_begun
from dinero_mcp.tools.books import Books

_ZERO = Decimal(0)


@dataclass(slots=True)
class ControlPostings:
    """The account and its postings; of one contact, only those that carry its GUID."""

    books: Books
    side: Side
    as_of: date
    contact_guid: str | None
    years: list[YearPostings]
    """Those that were read, the earliest first."""
    account: ControlAccount | None = None
    balance: Decimal = _ZERO
    """What is owed by the ledger at the end of `as_of`; of one contact, by the years read."""
    _earlier: list[AccountingYear] = field(default_factory=list[AccountingYear])
    _rows: list[Entry] = field(default_factory=list[Entry])

    @classmethod
    async def read(
        cls, books: Books, side: Side, as_of: date, contact_guid: str | None = None
    ) -> "ControlPostings":
        """The years needed for a balance at the end of `as_of`, and for customers all that followed: what was
        paid since. Suppliers' payments are in their statements, but which suppliers is in the year before.

        Raises:
            InputError: for a day before the first accounting year.
        """
        years = await books.ledger.years()
        held = years.index(last_begun(years, as_of))
        first, last = (held, len(years)) if side == "receivable" else (max(held - 1, 0), held + 1)
        read = [await books.ledger.year(year) for year in years[first:last]]
        self = cls(books, side, as_of, contact_guid, read, _earlier=list(years[:first]))
        while not await self._is_enough() and await self.further_back():
            pass
        self.balance = self._sum()
        return self

    @property
    def rows(self) -> Sequence[Entry]:
        """Up to `as_of`, with the opening rows of the first year read unless they are of one contact."""
        return [row for row in self._rows if row.date <= self.as_of]

    @property
    def gap(self) -> Decimal:
        """How far earlier years, once they were read, are from the opening balance that stands for them."""
        return self.balance - self._sum()

    @property
    def later(self) -> Sequence[Entry]:
        """Those after `as_of`."""
        return [row for row in self._rows if row.date > self.as_of]

    def apart(self, items: Iterable[OpenItem] = ()) -> Mapping[str, Decimal]:
        """How much more each contact owes, or is owed, by its postings than by its items, if not the same."""
        sums: dict[str, Decimal] = {}
        for row in self.rows:
            if row.contact_guid:
                sums[row.contact_guid] = sums.get(row.contact_guid, _ZERO) + owed(row, self.side)
        for item in items:
            if item.contact_guid:
                sums[item.contact_guid] = sums.get(item.contact_guid, _ZERO) - item.remaining_dkk
        return {guid: amount for guid, amount in sorted(sums.items()) if amount}

    async def further_back(self) -> bool:
        """Read one year more; false when there is none."""
        if not self._earlier:
            return False
        self.years.insert(0, await self.books.ledger.year(self._earlier.pop()))
        self._rows = self._posted()
        if self.contact_guid:
            self.balance = self._sum()
        return True

    async def _is_enough(self) -> bool:
        """Whether the first year has opening balances, and it shows which account it is: a voucher on it, or
        that nothing stands on the one that has its number.
        """
        postings = [row for year in self.years for row in year.movements]
        chart = await self.books.chart({row.account_number for row in postings})
        self.account = control_account(postings, chart, self.side)
        self._rows = self._posted()
        is_known = self.account is not None and (self.account.vouchers > 0 or not self._rows)
        return is_known and bool(self.years[0].opening)

    def _posted(self) -> list[Entry]:
        number = self.account.account_number if self.account else None
        first, *_ = self.years
        rows = [*first.opening, *(row for year in self.years for row in year.movements)]
        return [row for row in rows if row.account_number == number and self._is_meant(row)]

    def _is_meant(self, row: Entry) -> bool:
        return self.contact_guid is None or (row.contact_guid or "").lower() == self.contact_guid

    def _sum(self) -> Decimal:
        return total(owed(row, self.side) for row in self.rows)
