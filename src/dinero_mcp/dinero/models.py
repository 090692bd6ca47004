"""Dinero's answers, as Dinero sends them.

Attributes are the API's names in snake case. Amounts are exact `Decimal`s in DKK unless the name or a
currency says otherwise; entries are debit-positive, the sign in reports is not documented. Optional texts and
ids that Dinero sends empty are None, except in `Entry`. Ids are plain strings, for real books hold some that
are no GUID. Dates have no time; timestamps stay text, because Dinero does not say their time zone.
"""

import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field
from msgspec.structs import force_setattr

NO_DATE = datetime.date.min
Key = Annotated[str, Meta(min_length=1)]


class Answer(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What all answers share: an empty text means that there is none."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if getattr(self, name) == "":
                force_setattr(self, name, None)


class Organization(Answer, frozen=True, kw_only=True):
    """A company that this sign-in reaches; `is_vat_free` means it is not registered for VAT."""

    id: int
    name: str | None = None
    type: str | None = None
    is_pro: bool | None = None
    is_paying_pro: bool | None = None
    is_vat_free: bool | None = None
    is_tax_free_union: bool | None = None
    vat_number: str | None = None
    email: str | None = None
    phone: str | None = None
    street: str | None = None
    zip_code: str | None = None
    city: str | None = None
    att_person: str | None = None


class Subscription(Answer, frozen=True, kw_only=True):
    """Which of Dinero's plans an organization has."""

    has_pro: bool = False
    has_paying_pro: bool = False
    has_starter_plus: bool = False
    has_total: bool = False


class OrganizationPlan(Answer, frozen=True, kw_only=True):
    """What only v1.1 tells of an organization. Its `IsVatFree` is left out: its text contradicts its name."""

    id: int
    name: str | None = None
    company_type_key: str | None = None
    role_key: str | None = None
    country_key: str | None = None
    website: str | None = None
    subscription: Subscription | None = None


class AccountingYear(Answer, frozen=True, kw_only=True):
    """An accounting year, both days included; `name` is opaque and part of report addresses."""

    name: Key
    from_date: datetime.date
    to_date: datetime.date


class Account(Answer, frozen=True, kw_only=True):
    """An account of the chart."""

    account_number: int
    name: str | None = None
    vat_code: str | None = None
    category: str | None = None
    category_name: str | None = None
    public_standard_number: int | None = None
    is_hidden: bool = False
    is_default_sales_account: bool = False


class DepositAccount(Answer, frozen=True, kw_only=True):
    """A bank, cash or clearing account (beholdning). It carries no balance."""

    account_number: int
    name: str | None = None
    is_default: bool = False
    is_hidden: bool = False


class VatType(Answer, frozen=True, kw_only=True):
    """A VAT code; `vat_rate` is a fraction, 0.25 for 25 %."""

    vat_rate: Decimal
    vat_code: str | None = None
    name: str | None = None


class ReportRow(Answer, frozen=True, kw_only=True):
    """A line of a yearly report."""

    account_number: int
    amount: Decimal
    account_name: str | None = None


class Entry(Struct, frozen=True, rename="pascal", gc=False):
    """A posting. Empty texts stay empty here: there may be a million of them.

    `file_guid` is UNSET when Dinero did not send the key: then nothing is known of a document. `date` is
    `NO_DATE` when none came.
    """

    account_number: int
    amount: Decimal
    account_name: str | None = None
    date: datetime.date = NO_DATE
    voucher_number: int | None = None
    voucher_guid: str | None = None
    file_guid: str | UnsetType | None = UNSET
    voucher_type: str | None = None
    description: str | None = None
    vat_code: str | None = None
    contact_guid: str | None = None
    type: str | None = None


class SentEntry(Entry, frozen=True, kw_only=True, rename="pascal", gc=False):
    """A posting with the id under which Dinero sends it again; an opening balance keeps its id all year."""

    entry_guid: str | None = None


class Contact(Answer, frozen=True, kw_only=True):
    """A customer or supplier. A list leaves out what only one contact's own answer holds."""

    contact_guid: Key
    name: str | None = None
    external_reference: str | None = None
    is_person: bool | None = None
    is_debitor: bool | None = None
    is_creditor: bool | None = None
    street: str | None = None
    zip_code: str | None = None
    city: str | None = None
    country_key: str | None = None
    phone: str | None = None
    email: str | None = None
    webpage: str | None = None
    att_person: str | None = None
    vat_number: str | None = None
    ean_number: str | None = None
    se_number: str | None = field(default=None, name="SENumber")
    p_number: str | None = None
    payment_condition_type: str | None = None
    payment_condition_number_of_days: int | None = None
    company_status: str | None = None
    company_type_key: str | None = None
    vat_region_key: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    deleted_at: str | None = None


class SalesDocument(Answer, frozen=True, kw_only=True):
    """An invoice or a credit note as lists show it: totals as sent, never what is still unpaid.

    `payment_date` is the due date. A draft's `number` is a placeholder, 9223372036854775807.
    """

    guid: Key
    number: int
    total_excl_vat: Decimal
    total_incl_vat: Decimal
    total_excl_vat_in_dkk: Decimal
    total_incl_vat_in_dkk: Decimal
    type: str | None = None
    status: str | None = None
    contact_guid: str | None = None
    contact_name: str | None = None
    date: datetime.date | None = None
    payment_date: datetime.date | None = None
    description: str | None = None
    currency: str | None = None
    external_reference: str | None = None
    mail_out_status: str | None = None
    latest_mail_out_type: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    deleted_at: str | None = None

    @property
    def is_draft(self) -> bool:
        return (self.status or "").casefold() == "draft"


class ProductLine(Answer, frozen=True, kw_only=True):
    """A line of an invoice or a credit note; `discount` is in percent, 0 to 100."""

    account_number: int
    base_amount_value: Decimal
    base_amount_value_incl_vat: Decimal
    total_amount: Decimal
    total_amount_incl_vat: Decimal
    quantity: Decimal
    discount: Decimal = Decimal(0)
    account_name: str | None = None
    unit: str | None = None
    product_guid: str | None = None
    description: str | None = None
    comments: str | None = None
    line_type: str | None = None


class SalesVoucher(Answer, frozen=True, kw_only=True):
    """What an invoice and a credit note share. Amounts are in `currency`; a draft's number is a forecast."""

    guid: Key
    number: int
    product_lines: tuple[ProductLine, ...]
    total_excl_vat: Decimal
    total_vatable_amount: Decimal
    total_non_vatable_amount: Decimal
    total_vat: Decimal
    total_incl_vat: Decimal
    status: str | None = None
    payment_status: str | None = None
    contact_guid: str | None = None
    contact_name: str | None = None
    address: str | None = None
    date: datetime.date | None = None
    currency: str | None = None
    description: str | None = None
    comment: str | None = None
    external_reference: str | None = None
    mail_out_status: str | None = None
    latest_mail_out_type: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    deleted_at: str | None = None

    @property
    def is_draft(self) -> bool:
        return (self.status or "").casefold() == "draft"


class Invoice(SalesVoucher, frozen=True, kw_only=True):
    """One invoice; `payment_date` is the due date."""

    payment_date: datetime.date | None = None
    payment_condition_type: str | None = None
    payment_condition_number_of_days: int | None = None
    deposit_account_number: int | None = None
    fik_code: str | None = None
    is_sent_to_debt_collection: bool = False


class CreditNote(SalesVoucher, frozen=True, kw_only=True):
    """One credit note."""

    credit_note_for: str | None = None


class Payment(Answer, frozen=True, kw_only=True):
    """A payment of a voucher; `exchange_rate` is DKK per 100 of `currency`."""

    guid: Key
    amount: Decimal
    exchange_rate: Decimal | None = None
    currency: str | None = None
    payment_date: datetime.date | None = None
    description: str | None = None
    deposit_account_number: int | None = None
    related_voucher_id: str | None = None
    external_reference: str | None = None


class Payments(Answer, frozen=True, kw_only=True):
    """A voucher's payments and what remains; `remaining_amount` is negative when too much was paid."""

    remaining_amount: Decimal
    paid_amount: Decimal
    payments: tuple[Payment, ...] | None = None
    invoice_total_including_reminder_expenses: Decimal | None = None


class Product(Answer, frozen=True, kw_only=True):
    """A product. `base_amount_value` is the price of one, `total_amount` of `quantity`; both without VAT."""

    product_guid: Key
    account_number: int
    base_amount_value: Decimal
    base_amount_value_incl_vat: Decimal
    total_amount: Decimal
    total_amount_incl_vat: Decimal
    quantity: Decimal
    name: str | None = None
    product_number: str | None = None
    unit: str | None = None
    external_reference: str | None = None
    comment: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    deleted_at: str | None = None
