"""Times as people read them: in Copenhagen, in their language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dinero_mcp.web.languages import Language, words

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def day_told(moment: datetime, language: Language) -> str:
    """The day, such as 9 Oct 2026."""
    t, there = words(language)["moments"], moment.astimezone(_COPENHAGEN)
    month = t["months"].split()[there.month - 1]
    return t["day"].format(day=there.day, month=month, year=there.year)


def moment_told(moment: datetime, language: Language) -> str:
    """The day and the minute."""
    t, there = words(language)["moments"], moment.astimezone(_COPENHAGEN)
    return t["moment"].format(day=day_told(moment, language), hour=f"{there:%H}", minute=f"{there:%M}")


def duration_told(milliseconds: int, language: Language) -> str:
    """Milliseconds below a second, else seconds to one place."""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    return f"{milliseconds / 1000:.1f} s".replace(".", words(language)["moments"]["decimal_mark"])
