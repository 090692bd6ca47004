"""Text that came from Dinero is somebody else's: names, descriptions and notes are data, never instructions.

Before it reaches an answer, control, format and line-breaking characters are removed (so it cannot leave its
cell), CPR numbers are masked, and its length is capped. Only hyphenated CPR numbers with a valid date are
masked: ten plain digits are more often an account or an invoice.
"""

import re
import unicodedata
from calendar import monthrange
from typing import Annotated

from pydantic import BeforeValidator

LONGEST = 300
"""Characters kept of one text."""

_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""The letters and marks among what Unicode calls ignorable (Default_Ignorable_Code_Point)."""

_CPR = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d)\s?[-\u2010-\u2015\u2212]\s?\d{4}(?!\d)")


def cleaned(text: str) -> str:
    """`text` on one line, without control characters or CPR numbers, and no longer than `LONGEST`."""
    whole = on_one_line(text)
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"


def on_one_line(text: str) -> str:
    """`text` without line breaks, control characters or CPR numbers, as long as it is."""
    visible = text if text.isprintable() and not _SHAPELESS.search(text) else _visible(text)
    return without_cpr(" ".join(visible.split()))


def without_cpr(text: str) -> str:
    """`text` with every hyphenated CPR number masked, and nothing else changed."""
    return _CPR.sub(_masked, text)


def _visible(text: str) -> str:
    return "".join(" " if unicodedata.category(char) in _BREAKING else char for char in text if _shown(char))


_BREAKING = ("Cc", "Zl", "Zp")


def _shown(char: str) -> bool:
    """Whether a character is kept or becomes a blank; what has no shape of its own just goes."""
    return unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn") and not _SHAPELESS.match(char)


def _masked(found: re.Match[str]) -> str:
    day, month, year = (int(part) for part in found.groups())
    leap_or_not = 2000 + year if year % 4 == 0 else 2001
    valid = 1 <= month <= 12 and 1 <= day <= monthrange(leap_or_not, month)[1]
    return "[CPR]" if valid else found.group()


def _cleaned_or_none(value: object) -> object:
    return (cleaned(value) or None) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(lambda value: cleaned(value) if isinstance(value, str) else value)]
"""Third-party text in an answer."""

OptionalText = Annotated[str | None, BeforeValidator(_cleaned_or_none)]
"""The same where Dinero may have none; an empty text is none."""
