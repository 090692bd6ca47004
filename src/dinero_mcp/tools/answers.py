"""What every answer is made of.

Amounts are strings with two decimals in Danish kroner unless a field names another currency; dates are
ISO; GUIDs and voucher numbers are strings, organization ids and account numbers integers.
"""

from datetime import date as date_
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from dinero_mcp.accounting.money import to_ore
from dinero_mcp.tools.third_party import Text


def _number(value: Decimal) -> str:
    return f"{value:f}"


_AMOUNT = (
    AfterValidator(to_ore),
    PlainSerializer(_number, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d\d$"}),
)
Amount = Annotated[Decimal, *_AMOUNT]
"""Kroner and øre, such as `"-1234.50"`."""


def _at_least_ore(price: Decimal) -> Decimal:
    return to_ore(price) if to_ore(price) == price else price


Price = Annotated[
    Decimal,
    AfterValidator(_at_least_ore),
    PlainSerializer(_number, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d\d+$"}),
]
"""The price of one: kroner and øre, and what is smaller where Dinero has it, such as `"0.0345"`."""

Quantity = Annotated[Decimal, PlainSerializer(_number, return_type=str), WithJsonSchema({"type": "string"})]
"""An exact number as Dinero has it: a quantity, an exchange rate or a percentage."""

Percent = Annotated[
    Decimal,
    PlainSerializer(_number, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d$"}),
]
"""Percent with one decimal, such as `"12.5"`."""


Moment = Annotated[datetime, AfterValidator(lambda moment: moment.replace(microsecond=0))]
"""A UTC time to the second."""


class Record(BaseModel):
    """A part of an answer; `Record.model_validate(x)` takes its fields from an object of Dinero's or of ours.

    A field whose name there is another one says so by its `validation_alias`.
    """

    model_config = ConfigDict(frozen=True, defer_build=True, from_attributes=True, validate_by_name=True)


class OrganizationName(Record):
    """The organization an answer is about."""

    id: int
    name: Text


class IdentityRow(Record):
    """Something that must be true of the figures."""

    identity: Text = Field(validation_alias="name")
    difference: Amount = Field(description="0.00 when it holds")


class Basis(Record):
    """What a computed figure rests on."""

    organization_id: int
    from_date: date_ | None = Field(description="First day the figures are about; null for no period")
    to_date: date_ | None
    source: Text = Field(description="Where the figures were read: entries or reports, and of which years")
    postings_read: int | None = Field(
        default=None, description="Postings read in full; null when none were needed"
    )
    requests: int = Field(
        description="Requests made to Dinero for this answer; 0 when all was read shortly before"
    )
    read_at: Moment | None = Field(description="UTC time of the oldest reading the answer rests on")
    identities: list[IdentityRow] = Field(
        description="Identities that were checked; each must be off by 0.00"
    )
    remarks: list[Text] = Field(description="What else to know of how the figures came about")


class Answer(Record):
    """One tool's whole answer."""

    convention: ClassVar[str] = ""
    """Unit and sign, said once above the figures."""

    notice: str | None = Field(
        default=None, description="Says that these are a demo company's invented books"
    )


class BooksAnswer(Answer):
    """An answer about one organization, which it names."""

    organization: OrganizationName


class Listing(BooksAnswer):
    """One page of a list that was read in full."""

    total: int = Field(description="Exact number of matches, on all pages together")
    page: int
    has_more: bool
