"""A contact's statement of account, as Dinero sends it."""

import datetime
from decimal import Decimal

from dinero_mcp.dinero.models import Answer, Key


class StatementEntry(Answer, frozen=True, kw_only=True):
    """A line of a statement, in DKK whatever its `currency`; the sign is not documented.

    `decay_date` is the day the voucher is due, `balance` the running one after the entry. Known values:
    `status` open, closed or unknown; `related_voucher_category` sales, purchases, manual or notSet;
    `related_voucher_class` invoice, cash, creditnote, voucher or notSet.
    """

    related_voucher_guid: Key
    date: datetime.date
    amount: Decimal
    balance: Decimal
    related_voucher_number: str | None = None
    decay_date: datetime.date | None = None
    description: str | None = None
    type: str | None = None
    status: str | None = None
    related_voucher_category: str | None = None
    related_voucher_class: str | None = None
    currency: str | None = None


class StatementOfAccount(Answer, frozen=True, kw_only=True):
    """What was bought from and sold to a contact, and what of it is paid."""

    contact_guid: Key
    entries: tuple[StatementEntry, ...] | None = None
