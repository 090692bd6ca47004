"""What a call asks for, read strictly: anything malformed is refused with Dinero's code."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from dinero_mcp.sandbox.api.refusals import FORMAT, VALIDATION, RefusedError

INT32_MAX = 2**31 - 1

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T[\d:.]+Z?)?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?Z", re.ASCII)


class Query:
    """The query of one call; parameters nobody asks about are ignored."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters

    def text(self, name: str, default: str = "") -> str:
        return self._parameters.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        text = self.text(name, str(default)).lower()
        if text not in {"true", "false"}:
            raise RefusedError(VALIDATION, f"The value '{text}' is not valid.", name)
        return text == "true"

    def whole(self, name: str, default: int) -> int:
        text = self.text(name, str(default))
        if not re.fullmatch(r"-?\d{1,10}", text, re.ASCII) or abs(int(text)) > INT32_MAX:
            raise RefusedError(VALIDATION, f"The value '{text}' is not valid.", name)
        return int(text)

    def day(self, name: str) -> date | None:
        """A date, with or without a time of day that does not matter."""
        text = self.text(name)
        match = _DAY.fullmatch(text)
        if text and not match:
            raise RefusedError(FORMAT, "The date must be written YYYY-MM-DD.", name)
        try:
            return date.fromisoformat(match[1]) if match else None
        except ValueError:
            raise RefusedError(FORMAT, "There is no such date.", name) from None

    def moment(self, name: str) -> datetime | None:
        """A moment in UTC, to the whole second."""
        text = self.text(name)
        if text and not _MOMENT.fullmatch(text):
            raise RefusedError(FORMAT, "The time must be written YYYY-MM-DDTHH:mm:ssZ.", name)
        try:
            return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC) if text else None
        except ValueError:
            raise RefusedError(FORMAT, "There is no such time.", name) from None
