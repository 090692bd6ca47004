"""The accounting years of an organization."""

from datetime import date

from pydantic import Field

from dinero_mcp.ledger import year_holding
from dinero_mcp.tools.answers import BooksAnswer, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.third_party import Text


class AccountingYearRow(Record):
    name: Text = Field(description="What other tools take as accounting_year")
    from_date: date
    to_date: date
    is_current: bool = Field(description="Holds today")


class AccountingYears(BooksAnswer):
    accounting_years: list[AccountingYearRow] = Field(description="Oldest first")


@tool(name="list-accounting-years-tool", title="Accounting years")
async def list_accounting_years(books: Books) -> AccountingYears:
    """The accounting years (regnskabsår) with their names and first and last days, oldest first.

    Use it to find the name that yearly reports take as accounting_year, or how far back the books go. Years
    need not follow the calendar. VAT periods do: for those use get-vat-period-countdown-tool.
    """
    years = await books.api.accounting_years()
    current = year_holding(years, books.today)
    rows = [
        AccountingYearRow(
            name=year.name, from_date=year.from_date, to_date=year.to_date, is_current=year is current
        )
        for year in years
    ]
    return AccountingYears(organization=books.name, accounting_years=rows)
