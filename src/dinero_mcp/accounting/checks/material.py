"""All that a check may look at: one period of the books, and what came before and after it.

Rows are the movements of whole accounting years, in order of date, from a year before the period (if there
is one) to the last that is posted; opening rows are not among them. A balance is the opening of the day's
accounting year and what moved since, debit positive.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Protocol, TypeVar, cast

from dinero_mcp.accounting.chart import Group, group_of
from dinero_mcp.accounting.control_account import ControlAccount, Side, control_account
from dinero_mcp.accounting.open_items import OpenItem
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import Account, Posting, vouchers
from dinero_mcp.accounting.receivables import SalesDocument
from dinero_mcp.accounting.vat_accounts import VatRoles
from dinero_mcp.accounting.vat_checks import DocumentedPosting
from dinero_mcp.accounting.vat_codes import VatCode, VatType, account_codes, vat_codes
from dinero_mcp.accounting.vat_frequency import FrequencyInference, infer_frequency
from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.accounting.vat_postings import VatPostings, of_vouchers
from dinero_mcp.accounting.vat_report import vouchers_of
from dinero_mcp.accounting.vat_vouchers import VatVoucher

_ZERO = Decimal(0)
T = TypeVar("T")
Voucher = tuple[DocumentedPosting, ...]


def contact_of(voucher: Iterable[Posting]) -> str | None:
    """The contact that is noted on any of a voucher's rows."""
    return min((row.contact_guid for row in voucher if row.contact_guid), default=None)


class Contact(Protocol):
    """A customer or supplier."""

    @property
    def name(self) -> str | None: ...
    @property
    def country_key(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class BookYear:
    """An accounting year and each account's balance when it began."""

    period: Period
    opening: Mapping[int, Decimal] = field(default_factory=dict[int, Decimal])


@dataclass(frozen=True, slots=True)
class OpenDocuments:
    """What is left of the documents of one side on a day, and what their control account holds."""

    as_of: date
    account_number: int | None
    """None when no account was found that they stand on."""
    balance: Decimal
    items: Sequence[OpenItem]
    unallocated: int
    """How many postings on the account settle no document."""


@dataclass(frozen=True)
class Material:
    """The books as the checks see them."""

    period: Period
    today: date
    rows: Sequence[DocumentedPosting]
    years: Sequence[BookYear]
    """The accounting years of the rows, in order."""
    is_whole: bool
    """Whether nothing was ever posted before the first of the rows."""
    chart: Mapping[int, Account]
    roles: VatRoles
    vat_types: Sequence[VatType]
    frequency: Frequency | None = None
    """How often VAT is filed, when that was stated."""
    is_vat_free: bool = False
    """Whether Dinero says that it is not registered for VAT; it may be wrong."""
    documents: Sequence[SalesDocument] = ()
    """Every invoice and credit note, drafts among them, as they are today."""
    is_limited_company: bool | None = None
    """Whether it is an ApS or A/S; None when nothing tells."""
    contacts: Mapping[str, Contact] | None = None
    """Every contact by GUID; None when they have not been read."""
    receivables: OpenDocuments | None = None
    """None when payments have not been read."""
    payables: OpenDocuments | None = None
    seconds_kept: float = 60
    """How long what another question reads is at hand."""
    _made: dict[object, object] = field(default_factory=dict[object, object], init=False, compare=False)

    @cached_property
    def vouchers(self) -> Sequence[Voucher]:
        """Every voucher of the rows."""
        return vouchers(self.rows)

    @cached_property
    def period_vouchers(self) -> Sequence[Voucher]:
        """Those with a row in the period."""
        return [voucher for voucher in self.vouchers if any(row.date in self.period for row in voucher)]

    @cached_property
    def period_rows(self) -> Sequence[DocumentedPosting]:
        return [row for row in self.rows if row.date in self.period]

    @cached_property
    def by_account(self) -> Mapping[int, Sequence[DocumentedPosting]]:
        """The rows of each account, in order of date."""
        found: dict[int, list[DocumentedPosting]] = {}
        for row in self.rows:
            found.setdefault(row.account_number, []).append(row)
        for rows in found.values():
            rows.sort(key=lambda row: row.date)
        return found

    @cached_property
    def codes(self) -> Mapping[str, VatCode]:
        """Every VAT code in use."""
        return vat_codes(self.rows, self.chart, self.vat_types)

    @cached_property
    def account_codes(self) -> Mapping[int, VatCode]:
        """The VAT code that each account has of its own."""
        return account_codes(self.chart, self.vat_types)

    @cached_property
    def vat(self) -> VatPostings[DocumentedPosting]:
        """The vouchers parted by whether they settle VAT."""
        return of_vouchers(self.vouchers, self.roles)

    @cached_property
    def files_vat(self) -> bool:
        """Whether VAT concerns the company, by Dinero's word or by its postings."""
        return bool(self.vat.rows) or not self.is_vat_free

    @cached_property
    def inferred(self) -> FrequencyInference:
        """How often VAT is filed, by the settlements."""
        first_day = self.years[0].period.from_date if self.years else self.today
        return infer_frequency(self.vat.settlements, first_day, self.today, self.vat.by_month())

    @cached_property
    def vat_vouchers(self) -> Sequence[VatVoucher[DocumentedPosting]]:
        """The period's vouchers with VAT."""
        return vouchers_of(self.vat, self.chart, self.codes, self.period)

    @cached_property
    def last_day(self) -> date:
        """The period's last day, or today while it runs."""
        return min(self.period.to_date, self.today)

    @cached_property
    def groups(self) -> Mapping[int, Group]:
        """The group in the statements of each account with rows."""
        categories = {n: self.chart[n].category if n in self.chart else None for n in self.by_account}
        return {number: group_of(number, category) for number, category in categories.items()}

    def once(self, make: Callable[["Material"], T]) -> T:
        """What several checks need, made for the first of them."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])  # it was made by the function it is kept under

    def name(self, account_number: int) -> str:
        """The account's name; empty when it has none."""
        account = self.chart.get(account_number)
        return (account.name if account else None) or ""

    def contact_name(self, contact_guid: str | None) -> str | None:
        """What the contact is called, as far as it was read."""
        contact = (self.contacts or {}).get(contact_guid or "")
        return contact.name if contact else None

    def account(self, account_number: int) -> tuple[int, str]:
        """The account's number with its name."""
        return account_number, self.name(account_number)

    def control_account(self, side: Side) -> ControlAccount | None:
        """Where unpaid invoices, or bills, stand."""
        return control_account(self.rows, self.chart, side)

    def year_of(self, day: date) -> BookYear | None:
        """The accounting year that holds the day."""
        return next((year for year in self.years if day in year.period), None)

    def balance(self, account_number: int, day: date) -> Decimal:
        """What stood on the account at the end of a day; of a P&L account, what the accounting year gave."""
        year = self.year_of(day)
        if year is None:
            return _ZERO
        rows = self.by_account.get(account_number, ())
        moved = (row.amount for row in rows if year.period.from_date <= row.date <= day)
        return sum(moved, year.opening.get(account_number, _ZERO))

    def daily_balances(self, account_number: int) -> Iterator[tuple[date, Decimal]]:
        """What stood on the account at the end of the period's first day, and of each that moved it."""
        for year in self.years:
            days = self.period.intersection(year.period)
            if days is None or days.from_date > self.last_day:
                continue
            balances = self._end_of_day(account_number, year)
            if days.from_date not in balances:
                yield days.from_date, self.balance(account_number, days.from_date)
            yield from ((day, each) for day, each in balances.items() if day in days and day <= self.last_day)

    def _end_of_day(self, account_number: int, year: BookYear) -> dict[date, Decimal]:
        balance, balances = year.opening.get(account_number, _ZERO), dict[date, Decimal]()
        for row in self.by_account.get(account_number, ()):
            if row.date in year.period:
                balance += row.amount
                balances[row.date] = balance
        return balances
