"""The types of tool arguments, shared by all tools: each checks its form and says what it wants."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StringConstraints, WithJsonSchema

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = r"^(199[0-9]|20[0-9]{2})-(0[1-9]|1[0-2])$"
FIRST_YEAR, LAST_YEAR = 1990, 2100

_AMOUNT = re.compile(r"[+-]?\d{1,18}(\.\d{1,2})?")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def day_of(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("must be a date such as 2026-01-31")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("is not a date in the calendar") from None
    _check_year(day)
    return day


def _check_year(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"must be between {FIRST_YEAR} and {LAST_YEAR}")


def _month(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(_MONTH, value):
        raise ValueError("must be a month such as 2026-10")
    return value


def _whole(value: object) -> object:
    if isinstance(value, bool | float):
        raise ValueError("must be a whole number")
    return value


def _account_number(value: object) -> object:
    if isinstance(value, bool | float) or (isinstance(value, str) and not value.strip().isdecimal()):
        raise ValueError("must be the number of an account, as in list-accounts-tool, which finds it by name")
    return value


def as_text(number: object) -> object:
    """A whole number that is a name here: hosts send `2025` and `"2025"` alike."""
    return str(number) if type(number) is int else number


def _guid(value: str) -> str:
    if not _GUID.fullmatch(value):
        raise ValueError("must be a GUID such as 2aa6fda2-9649-483e-82ec-094567eedfd6")
    return value.lower()


def _several(value: object) -> object:
    """Some hosts send a list as the JSON text of one, and a single value without the list."""
    if isinstance(value, str) and value.startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return [value] if isinstance(value, str | int) else value


def _moment(value: object) -> str:
    """A date or date-time as the UTC time that Dinero compares with; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("must be a date or date-time such as 2026-01-31 or 2026-01-31T12:00:00Z") from None
    _check_year(moment)
    utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ")


def exact_amount(value: object) -> Decimal:
    """An amount in the English or the Danish way of writing it; its text is what counts."""
    text = str(value).strip().replace(" ", "")
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    if not _AMOUNT.fullmatch(text):
        raise ValueError('must be an amount such as "-1234.50"')
    return Decimal(text)


Amount = Annotated[
    Decimal, BeforeValidator(exact_amount), WithJsonSchema({"type": "string", "examples": ["-1234.50"]})
]
Day = Annotated[date, BeforeValidator(day_of), WithJsonSchema({"type": "string", "format": "date"})]
_WHOLE = BeforeValidator(_whole)
AccountNo = Annotated[int, BeforeValidator(_account_number)]
Guid = Annotated[str, AfterValidator(_guid), WithJsonSchema({"type": "string", "format": "uuid"})]

OrganizationId = Annotated[
    Annotated[int, Field(ge=1, le=2**31 - 1), _WHOLE] | None,
    Field(description="Organization for this call only; otherwise the default one"),
]
AccountingYearName = Annotated[
    Annotated[str, Field(min_length=1, max_length=50), BeforeValidator(as_text)] | None,
    Field(description="A name from list-accounting-years-tool; otherwise the current year"),
]
ZeroAccounts = Annotated[StrictBool, Field(description="Also show accounts without movement")]
Month = Annotated[
    str,
    BeforeValidator(_month),
    WithJsonSchema({"type": "string", "pattern": _MONTH}),
    Field(description="Calendar month, such as 2026-10"),
]
FromDate = Annotated[Day, Field(description="First day, included")]
ToDate = Annotated[Day, Field(description="Last day, included")]
SpanFromDate = Annotated[
    Day | None, Field(description="First day, included; with to_date, or neither for the period due")
]
SpanToDate = Annotated[Day | None, Field(description="Last day, included")]
AnyFromDate = Annotated[Day | None, Field(description="First document date, included")]
AnyToDate = Annotated[Day | None, Field(description="Last document date, included")]
Search = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None, Field()
]
ChangedSince = Annotated[
    Annotated[str, BeforeValidator(_moment)] | None,
    Field(description="Only what was created or changed at or after this date or date-time (UTC)"),
]
Page = Annotated[int, Field(ge=1, le=1_000_000), _WHOLE, Field(description="Page, from 1")]
PageSize = Annotated[int, Field(ge=1, le=200), _WHOLE, Field(description="Rows a page, at most 200")]
AccountNumbers = Annotated[
    Annotated[list[AccountNo], Field(min_length=1, max_length=200), BeforeValidator(_several)] | None,
    Field(description="Only these accounts"),
]
AccountNumber = Annotated[AccountNo | None, Field(description="One account")]
Frequency = Annotated[
    Literal["monthly", "quarterly", "half-yearly"] | None,
    Field(description="How often VAT is settled, when you know it; otherwise configured or inferred"),
]
SEVERAL = BeforeValidator(_several)
