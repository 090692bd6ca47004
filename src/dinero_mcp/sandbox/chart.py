"""The standard chart of accounts of a Danish company in Dinero, and its VAT types, read from `data/`.

The few public standard numbers are illustrations. 55020 and 7995 are accounts a user has added; the latter
looks like a sum row and is none.
"""

from collections.abc import Iterator
from csv import DictReader
from decimal import Decimal
from importlib.resources import files

from dinero_mcp.sandbox.books import Account, VatType

BANK = 55000
CLEARING = 55020
CASH = 55040
DEBTORS = 53000
CREDITORS = 63000
OUTLAYS = 63100
TAX_ACCOUNT = 63300

SALES_VAT = 64000
GOODS_FROM_ABROAD_VAT = 64020
SERVICES_FROM_ABROAD_VAT = 64040
PURCHASE_VAT = 64060
VAT_SETTLEMENT = 64100

_DEFAULT_SALES = 1000
_HIDDEN = frozenset({5045, 64090})


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of `data/<name>.csv`."""
    table = files("dinero_mcp.sandbox") / "data" / f"{name}.csv"
    yield from DictReader(table.read_text(encoding="utf-8").splitlines())


def standard_chart() -> dict[int, Account]:
    return {account.number: account for account in map(_account, rows("chart"))}


def vat_types() -> list[VatType]:
    return [VatType(row["code"], row["name"], Decimal(row["rate"])) for row in rows("vat_types")]


def _account(row: dict[str, str]) -> Account:
    number = int(row["number"])
    return Account(
        number=number,
        name=row["name"],
        category=row["category"],
        category_name=row["category_name"],
        vat_code=row["vat_code"] or None,
        public_standard_number=int(row["public_standard_number"]) if row["public_standard_number"] else None,
        is_hidden=number in _HIDDEN,
        is_default_sales=number == _DEFAULT_SALES,
    )
