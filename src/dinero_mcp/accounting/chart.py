"""The groups of the statements, and which group an account belongs to.

Dinero's category decides, since users rename and renumber accounts. The number, after Dinero's standard
chart, decides where there is no category or it says too little: `Analysis` and `Charge` name no group, and
`Turnover Assets`, `Receivables`, `Property` and `Tax` each cover several. Without a category an account
below 50000 belongs to the profit and loss statement. Numbers outside the standard ranges are unclassified,
but still counted: as costs in the one statement, among the debt in the other.
"""

import re
from bisect import bisect_right
from enum import StrEnum


class Group(StrEnum):
    """One heading of the profit and loss statement or the balance sheet, in the order they are shown."""

    danish: str
    english: str

    def __new__(cls, value: str, danish: str, english: str) -> "Group":
        group = str.__new__(cls, value)
        group._value_ = value
        group.danish = danish
        group.english = english
        return group

    REVENUE = "revenue", "Omsætning", "Revenue"
    COST_OF_GOODS = "cost_of_goods", "Vareforbrug", "Cost of goods"
    STAFF = "staff", "Personaleomkostninger", "Staff costs"
    SALES = "sales", "Salgs- og rejseomkostninger", "Sales, representation and travel"
    PREMISES = "premises", "Lokaleomkostninger", "Premises"
    TRANSPORT = "transport", "Transportomkostninger", "Transport"
    ADMINISTRATION = "administration", "Administrationsomkostninger", "Administration"
    DEPRECIATION = "depreciation", "Afskrivninger", "Depreciation and write-offs"
    FINANCIAL_INCOME = "financial_income", "Finansielle indtægter", "Financial income"
    FINANCIAL_EXPENSES = "financial_expenses", "Finansielle omkostninger", "Financial expenses"
    UNCLASSIFIED_RESULT = "unclassified_result", "Resultatposter uden gruppe", "Unclassified costs"
    TAX = "tax", "Skat", "Tax"
    INTANGIBLE_ASSETS = "intangible_assets", "Immaterielle anlægsaktiver", "Intangible assets"
    TANGIBLE_ASSETS = "tangible_assets", "Materielle anlægsaktiver", "Tangible assets"
    FINANCIAL_ASSETS = "financial_assets", "Finansielle anlægsaktiver", "Financial assets"
    INVENTORY = "inventory", "Varebeholdninger", "Inventory"
    RECEIVABLES = "receivables", "Tilgodehavender fra salg", "Trade receivables"
    PREPAYMENTS_AND_OTHER = (
        "prepayments_and_other",
        "Øvrige tilgodehavender og periodeafgrænsninger",
        "Other receivables and prepayments",
    )
    CASH_AND_BANK = "cash_and_bank", "Likvide beholdninger", "Cash and bank"
    EQUITY = "equity", "Egenkapital", "Equity"
    PROVISIONS = "provisions", "Hensatte forpligtelser", "Provisions"
    LONG_TERM_DEBT = "long_term_debt", "Langfristet gæld", "Long-term debt"
    SHORT_TERM_DEBT = "short_term_debt", "Kortfristet gæld", "Short-term debt"
    VAT = "vat", "Moms", "VAT"
    PAYROLL_LIABILITIES = "payroll_liabilities", "Skyldige lønposter", "Payroll liabilities"
    UNCLASSIFIED = "unclassified", "Balanceposter uden gruppe", "Unclassified balance accounts"


_ORDER = tuple(Group)
PROFIT_AND_LOSS = _ORDER[: _ORDER.index(Group.INTANGIBLE_ASSETS)]
ASSETS = _ORDER[_ORDER.index(Group.INTANGIBLE_ASSETS) : _ORDER.index(Group.EQUITY)]
LIABILITIES = _ORDER[_ORDER.index(Group.PROVISIONS) :]

_RANGES = (
    (0, Group.UNCLASSIFIED_RESULT),
    (1000, Group.REVENUE),
    (2000, Group.COST_OF_GOODS),
    (3000, Group.STAFF),
    (4000, Group.SALES),
    (5000, Group.PREMISES),
    (6000, Group.TRANSPORT),
    (7000, Group.ADMINISTRATION),
    (8000, Group.DEPRECIATION),
    (9000, Group.FINANCIAL_INCOME),
    (9200, Group.FINANCIAL_EXPENSES),
    (9400, Group.TAX),
    (9500, Group.UNCLASSIFIED_RESULT),
    (50000, Group.INTANGIBLE_ASSETS),
    (51000, Group.TANGIBLE_ASSETS),
    (51500, Group.FINANCIAL_ASSETS),
    (52000, Group.INVENTORY),
    (53000, Group.RECEIVABLES),
    (54000, Group.PREPAYMENTS_AND_OTHER),
    (55000, Group.CASH_AND_BANK),
    (56000, Group.UNCLASSIFIED),
    (60000, Group.EQUITY),
    (61000, Group.PROVISIONS),
    (62000, Group.LONG_TERM_DEBT),
    (63000, Group.SHORT_TERM_DEBT),
    (64000, Group.VAT),
    (65000, Group.PAYROLL_LIABILITIES),
    (66000, Group.UNCLASSIFIED),
)
_RANGE_STARTS = tuple(start for start, _ in _RANGES)

# The first group is the category's own; the number may point to one of the others.
_CATEGORIES = {
    "turnover": (Group.REVENUE,),
    "variableexpenses": (Group.COST_OF_GOODS,),
    "salary": (Group.STAFF, Group.PAYROLL_LIABILITIES),
    "salesexpenses": (Group.SALES,),
    "propertyexpenses": (Group.PREMISES,),
    "administrationexpenses": (Group.ADMINISTRATION,),
    "travelexpenses": (Group.TRANSPORT, Group.SALES),
    "depreciation": (Group.DEPRECIATION,),
    "interestincome": (Group.FINANCIAL_INCOME,),
    "interestexpenses": (Group.FINANCIAL_EXPENSES,),
    "tax": (Group.TAX, Group.PROVISIONS, Group.SHORT_TERM_DEBT, Group.PREPAYMENTS_AND_OTHER),
    "intangibleproperty": (Group.INTANGIBLE_ASSETS,),
    "property": (Group.TANGIBLE_ASSETS, Group.INTANGIBLE_ASSETS, Group.FINANCIAL_ASSETS),
    "financialassets": (Group.FINANCIAL_ASSETS,),
    "turnoverassets": (
        Group.INVENTORY,
        Group.RECEIVABLES,
        Group.PREPAYMENTS_AND_OTHER,
        Group.CASH_AND_BANK,
    ),
    "receivables": (Group.RECEIVABLES, Group.PREPAYMENTS_AND_OTHER),
    "liquidassets": (Group.CASH_AND_BANK,),
    "equity": (Group.EQUITY,),
    "longtermdebt": (Group.LONG_TERM_DEBT,),
    "shorttermdebt": (Group.SHORT_TERM_DEBT,),
    "vatdue": (Group.VAT,),
    "salarydue": (Group.PAYROLL_LIABILITIES,),
}


def group_of(account_number: int, category: str | None) -> Group:
    """The account's group by its category, and by its number where the category leaves it open."""
    by_number = _RANGES[bisect_right(_RANGE_STARTS, account_number) - 1][1]
    groups = _CATEGORIES.get(_spelled(category), (by_number,))
    return by_number if by_number in groups else groups[0]


def is_profit_and_loss(account_number: int, category: str | None) -> bool:
    """Whether the account belongs to the profit and loss statement rather than the balance sheet."""
    return group_of(account_number, category) in PROFIT_AND_LOSS


def category_name(category: str | None) -> str | None:
    """The category in words: Dinero may spell `Vat Due` as `VatDue`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", category) if category else None


def is_category(category: str | None, name: str) -> bool:
    """Whether a category is the one named, however it is spelled."""
    return _spelled(category) == _spelled(name)


def _spelled(category: str | None) -> str:
    return "".join((category or "").split()).casefold()
