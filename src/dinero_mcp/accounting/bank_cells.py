"""Dates and amounts as Danish banks write them in a statement.

All cells together decide how each is read: the order of day and month, and which of comma and point stands
before the øre. The readers give what each cell means, leave out those they do not understand, and say in
words what they went by.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import pairwise

from dinero_mcp.accounting.money import to_ore
from dinero_mcp.errors import InputError

_TIME = r"(?:[T ]+[0-9]{1,2}[:.][0-9]{2}.*)?"
_YEAR_FIRST = re.compile(rf"((?:19|20)[0-9]{{2}})([-./])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-./])([0-9]{{1,2}})\2((?:19|20)[0-9]{{2}}){_TIME}")
_AMOUNTS = {
    ",": re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,15})(?:,[0-9]{1,2})?"),
    ".": re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,2})?"),
}
_SIGN_NAMES = {",": "comma", ".": "point"}
_UNIT = re.compile(r"(?:DKK|kr\.?)", re.IGNORECASE)
_MINUS = re.compile("[\N{MINUS SIGN}\N{EN DASH}]")
_MONTHS = 12
_ROWS_NAMED = 10
_SHOWN = 30

_Parts = tuple[int, int, int]


def is_date(cell: str) -> bool:
    return bool(_YEAR_FIRST.fullmatch(cell) or _YEAR_LAST.fullmatch(cell))


def is_amount(cell: str) -> bool:
    bare = _bare(cell)
    return any(form.fullmatch(bare) for form in _AMOUNTS.values())


def dates(cells: Iterable[str]) -> tuple[dict[str, date], str]:
    """What the cells mean as dates; `InputError` when they do not agree on the order of day and month."""
    distinct = dict.fromkeys(cells)
    year_first = {cell: _parts(_YEAR_FIRST.fullmatch(cell)) for cell in distinct}
    year_last = {cell: _parts(_YEAR_LAST.fullmatch(cell)) for cell in distinct}
    iso = _calendar({cell: parts for cell, parts in year_first.items() if parts})
    written = {cell: parts for cell, parts in year_last.items() if parts}
    if not written:
        return iso, "Dates are written yyyy-mm-dd."
    is_danish, convention = _order(written)
    return iso | (_danish(written) if is_danish else _american(written)), convention


def amounts(cells: Iterable[str]) -> tuple[dict[str, Decimal], str]:
    """What the cells mean as amounts in kroner, all with the same decimal sign."""
    bare = {cell: _bare(cell) for cell in cells}
    read = {sign: [c for c, text in bare.items() if form.fullmatch(text)] for sign, form in _AMOUNTS.items()}
    sign = max(read, key=lambda one: len(read[one]))
    return {cell: _decimal(bare[cell], sign) for cell in read[sign]}, _sign_convention(sign, read[sign])


def rows_named(rows: Iterable[int]) -> str:
    """`row 7`, or `rows 7, 9 and 12 more`."""
    numbers = sorted(rows)
    first = ", ".join(map(str, numbers[:_ROWS_NAMED]))
    rest = f" and {len(numbers) - _ROWS_NAMED} more" if len(numbers) > _ROWS_NAMED else ""
    return f"row{'s' if len(numbers) > 1 else ''} {first}{rest}"


def shown(cell: str) -> str:
    """The cell as an error may quote it: on one line, and short."""
    return " ".join("".join(filter(str.isprintable, cell.replace("\n", " "))).split())[:_SHOWN]


def is_ascending(days: Sequence[date]) -> bool:
    return all(before <= after for before, after in pairwise(days))


def _parts(found: re.Match[str] | None) -> _Parts | None:
    return (int(found[1]), int(found[3]), int(found[4])) if found else None


def _calendar(written: Mapping[str, _Parts]) -> dict[str, date]:
    """The dates from year, month and day, without those that the calendar does not have."""
    found: dict[str, date] = {}
    for cell, parts in written.items():
        with suppress(ValueError):
            found[cell] = date(*parts)
    return found


def _danish(written: Mapping[str, _Parts]) -> dict[str, date]:
    return _calendar({cell: (year, month, day) for cell, (day, month, year) in written.items()})


def _american(written: Mapping[str, _Parts]) -> dict[str, date]:
    return _calendar({cell: (year, month, day) for cell, (month, day, year) in written.items()})


def _order(written: Mapping[str, _Parts]) -> tuple[bool, str]:
    """Whether the day stands before the month, and the words for it."""
    day_first = next((shown(cell) for cell, (first, _, _) in written.items() if first > _MONTHS), None)
    month_first = next((shown(cell) for cell, (_, second, _) in written.items() if second > _MONTHS), None)
    if day_first and month_first:
        raise InputError(
            f"The dates contradict each other: {day_first} can only be dd-mm-yyyy and {month_first} only "
            "mm-dd-yyyy. Write all dates as yyyy-mm-dd."
        )
    if month_first:
        return False, f"Dates are written mm-dd-yyyy: {month_first} cannot be read otherwise."
    if day_first:
        return True, "Dates are written dd-mm-yyyy."
    if not _is_sorted(_danish(written)) and _is_sorted(_american(written)):
        raise InputError(
            "No day in the dates is above 12, and they are in order only when read as mm-dd-yyyy, which is "
            "not the Danish way. Write the dates as yyyy-mm-dd."
        )
    return True, "Dates are read as dd-mm-yyyy, the Danish order; no day above 12 proves it."


def _is_sorted(days: Mapping[str, date]) -> bool:
    order = list(days.values())
    return is_ascending(order) or is_ascending(order[::-1])


def _bare(cell: str) -> str:
    """The cell without spaces and kroner, its minus in front."""
    text = _UNIT.sub("", "".join(cell.split()))
    text = _MINUS.sub("-", text)
    return "-" + text[:-1] if text.endswith("-") else text


def _decimal(text: str, sign: str) -> Decimal:
    return to_ore(Decimal(text.replace("." if sign == "," else ",", "").replace(",", ".")))


def _sign_convention(sign: str, texts: Iterable[str]) -> str:
    joined = " ".join(texts)
    other = "." if sign == "," else ","
    if sign in joined:
        return f"Amounts have a decimal {_SIGN_NAMES[sign]}."
    if other in joined:
        return f"No amount shows øre; a {_SIGN_NAMES[other]} is read as separating thousands."
    return "No amount shows øre; all are read as whole kroner."
