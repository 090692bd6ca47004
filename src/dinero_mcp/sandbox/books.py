"""One invented company's books: a double-entry ledger kept the way Dinero keeps it.

Amounts are `Decimal` kroner with two decimals, debit positive and credit negative. The entries are the
truth: reports, balances and open items are derived from them.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    number: int
    name: str
    category: str
    """One of the API's values, such as `Turnover` or `Vat Due`."""
    category_name: str
    vat_code: str | None = None
    public_standard_number: int | None = None
    is_hidden: bool = False
    is_default_sales: bool = False


@dataclass(frozen=True, slots=True)
class DepositAccount:
    """A *beholdning*: bank, cash, clearing or tax account that payments go through."""

    number: int
    is_default: bool = False
    is_hidden: bool = False
    registration_number: str | None = None
    account_number: str | None = None
    swift: str | None = None
    iban: str | None = None


@dataclass(frozen=True, slots=True)
class VatType:
    code: str
    name: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class AccountingYear:
    name: str
    from_date: dt.date
    to_date: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.from_date <= day <= self.to_date


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting. `type` is `Normal` or `Primo`; primo rows have no voucher."""

    account_number: int
    date: dt.date
    amount: Decimal
    description: str
    entry_guid: str
    added_at: dt.datetime
    """When it was booked (UTC): what `entries/changes` goes by."""
    voucher_number: int | None = None
    voucher_guid: str | None = None
    voucher_type: str | None = None
    """`Sales`, `Purchases`, `manuel`, or None on primo rows."""
    file_guid: str | None = None
    vat_code: str | None = None
    contact_guid: str | None = None
    type: str = "Normal"


@dataclass(frozen=True, slots=True)
class Contact:
    guid: str
    name: str
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None = None
    is_person: bool = False
    is_debitor: bool = False
    is_creditor: bool = False
    external_reference: str | None = None
    street: str | None = None
    zip_code: str | None = None
    city: str | None = None
    country_key: str = "DK"
    phone: str | None = None
    email: str | None = None
    webpage: str | None = None
    att_person: str | None = None
    vat_number: str | None = None
    ean_number: str | None = None
    payment_condition_type: str = "Netto"
    payment_condition_days: int | None = 8
    vat_region: str = "DK"


@dataclass(frozen=True, slots=True)
class Product:
    guid: str
    name: str
    product_number: str | None
    account_number: int
    unit: str
    price_excl_vat: Decimal
    price_incl_vat: Decimal
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None = None
    quantity: Decimal = Decimal(1)
    external_reference: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class SalesLine:
    """One line of an invoice or credit note, in the document's currency, always positive amounts."""

    description: str
    account_number: int
    quantity: Decimal
    unit: str
    unit_price_excl_vat: Decimal
    unit_price_incl_vat: Decimal
    total_excl_vat: Decimal
    total_incl_vat: Decimal
    discount: Decimal = Decimal(0)
    product_guid: str | None = None
    comments: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of one document, in `currency`; `amount_dkk` is what the control account was moved by."""

    guid: str
    date: dt.date
    amount: Decimal
    amount_dkk: Decimal
    description: str
    currency: str = "DKK"
    exchange_rate: Decimal = Decimal(100)
    """Kroner for 100 units of the currency."""
    deposit_account_number: int | None = None
    """None when settled by a credit note."""
    payment_class: str | None = None
    related_voucher_guid: str | None = None


@dataclass(frozen=True, slots=True)
class SalesDocument:
    """An invoice or a credit note; totals are positive on both, `number` is None while it is a draft."""

    guid: str
    type: str
    """`Invoice` or `CreditNote`."""
    number: int | None
    contact_guid: str
    contact_name: str
    date: dt.date
    due_date: dt.date | None
    """None on credit notes."""
    description: str
    lines: tuple[SalesLine, ...]
    total_excl_vat: Decimal
    total_incl_vat: Decimal
    total_excl_vat_dkk: Decimal
    total_incl_vat_dkk: Decimal
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None = None
    currency: str = "DKK"
    exchange_rate: Decimal = Decimal(100)
    external_reference: str | None = None
    comment: str | None = None
    mail_out_status: str = "Sent"
    credit_note_for: str | None = None
    payments: tuple[Payment, ...] = ()

    @property
    def is_draft(self) -> bool:
        return self.number is None

    @property
    def paid(self) -> Decimal:
        """What has been paid, in the document's currency."""
        return sum((payment.amount for payment in self.payments), Decimal(0))

    def status(self, today: dt.date) -> str:
        """`Draft`, `Booked`, `Overdue`, `Paid` or `OverPaid`, as Dinero's list names it on that day."""
        if self.is_draft:
            return "Draft"
        if self.paid > self.total_incl_vat:
            return "OverPaid"
        if self.paid == self.total_incl_vat:
            return "Paid"
        return "Overdue" if self.due_date and self.due_date < today else "Booked"


@dataclass(frozen=True, slots=True)
class PurchaseDocument:
    """A supplier's bill or credit note bought on credit, in kroner; the total is positive on both."""

    guid: str
    """The same as the voucher's."""
    type: str
    """`Bill` or `CreditNote`."""
    number: int
    """Within the accounting year."""
    contact_guid: str
    date: dt.date
    due_date: dt.date
    description: str
    total_incl_vat_dkk: Decimal
    created_at: dt.datetime
    credit_note_for: str | None = None
    payments: tuple[Payment, ...] = ()

    @property
    def paid_dkk(self) -> Decimal:
        return sum((payment.amount_dkk for payment in self.payments), Decimal(0))


@dataclass(frozen=True, slots=True)
class BankMovement:
    """What a bank moved on an account, positive when money came in."""

    account_number: int
    date: dt.date
    amount: Decimal
    text: str


@dataclass(slots=True)
class Books:
    """Everything the sandbox knows of one organization."""

    organization_id: int
    name: str
    is_pro: bool
    company_type: str
    vat_number: str | None
    is_vat_free: bool = False
    email: str | None = None
    phone: str | None = None
    street: str | None = None
    zip_code: str | None = None
    city: str | None = None
    website: str | None = None
    att_person: str | None = None
    accounts: dict[int, Account] = field(default_factory=dict[int, Account])
    deposit_accounts: list[DepositAccount] = field(default_factory=list[DepositAccount])
    vat_types: list[VatType] = field(default_factory=list[VatType])
    years: list[AccountingYear] = field(default_factory=list[AccountingYear])
    entries: list[Entry] = field(default_factory=list[Entry])
    """In order of booking."""
    contacts: list[Contact] = field(default_factory=list[Contact])
    products: list[Product] = field(default_factory=list[Product])
    sales: list[SalesDocument] = field(default_factory=list[SalesDocument])
    purchases: list[PurchaseDocument] = field(default_factory=list[PurchaseDocument])
    """Bought on credit; a purchase paid on the spot and a deleted bill are seen in the entries only."""
    unbooked: list[BankMovement] = field(default_factory=list[BankMovement])
    """What the bank moved and nobody has booked: it is in the statement and in no entry."""

    def year(self, name: str) -> AccountingYear | None:
        return next((year for year in self.years if year.name == name), None)

    def entries_of(self, year: AccountingYear) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.date in year)
