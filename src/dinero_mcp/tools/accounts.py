"""The chart of accounts."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool

from dinero_mcp.accounting.chart import category_name, is_category
from dinero_mcp.dinero.models import Account
from dinero_mcp.errors import InputError
from dinero_mcp.tools.answers import Listing, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import Page, PageSize, Search
from dinero_mcp.tools.paging import found, page_of
from dinero_mcp.tools.third_party import OptionalText, cleaned


def _unless_shown(is_hidden: object) -> object:
    return is_hidden or None


class AccountRow(Record):
    account_number: int
    name: OptionalText
    category: Annotated[OptionalText, AfterValidator(category_name)] = Field(
        description="Dinero's group of accounts"
    )
    vat_code: OptionalText = Field(description="The code proposed for postings on it")
    public_standard_number: int | None = Field(description="In the public standard chart of accounts")
    is_hidden: Annotated[bool | None, BeforeValidator(_unless_shown)] = Field(
        description="True for a hidden account, else null"
    )


class Accounts(Listing):
    accounts: list[AccountRow] = Field(description="By number")


@tool(name="list-accounts-tool", title="Chart of accounts")
async def list_accounts(
    books: Books,
    category: Annotated[Search, Field(description="Exact, such as Liquid Assets or Vat Due")] = None,
    search: Annotated[Search, Field(description="Part of a name or number")] = None,
    include_hidden: Annotated[StrictBool, Field(description="Also hidden accounts")] = False,
    page: Page = 1,
    page_size: PageSize = 50,
) -> Accounts:
    """The chart of accounts (kontoplan): number, name, category, VAT code and public standard number.

    Use it to find the number that get-account-ledger-tool or list-entries-tool takes, or what kind of account
    it is. It tells no balances: for those use get-period-report-tool.
    """
    accounts = sorted(await books.api.accounts(), key=lambda each: each.account_number)
    known = [each for each in accounts if category is None or _is_in(category, each)]
    if not known:
        names = sorted({name for each in accounts if (name := category_name(each.category))})
        raise InputError(f"There is no category {cleaned(category or '')!r}; there are {', '.join(names)}.")
    matches = [
        each
        for each in known
        if (include_hidden or not each.is_hidden) and found(search, each.name, each.account_number)
    ]
    shown = page_of(matches, page, page_size)
    return Accounts(
        organization=books.name,
        total=shown.total,
        page=page,
        has_more=shown.has_more,
        accounts=[AccountRow.model_validate(each) for each in shown.rows],
    )


def no_account(number: int) -> InputError:
    """What to say of an account that does not exist."""
    return InputError(
        f"There is no account {number} in the chart of accounts; list-accounts-tool shows those there are."
    )


def _is_in(category: str, account: Account) -> bool:
    return is_category(account.category, category) or is_category(account.category_name, category)
