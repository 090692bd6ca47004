"""The calls of late as a person reads them: when, what, of which company, by whom and how it went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dinero_mcp.auth.audit import AuditLine
from dinero_mcp.web.languages import Language, words
from dinero_mcp.web.moments import duration_told, moment_told
from dinero_mcp.web.pages import shown

MOST = 50
"""Calls on the page."""
UNKNOWN_TOOL = "unknown"
"""What is noted as the tool where there is none of the name that was sent."""


@dataclass(frozen=True, slots=True)
class Call:
    """A row of the table."""

    moment: datetime
    time: str
    tool: str
    company: str
    client: str
    is_fine: bool
    outcome: str
    duration: str


def calls(lines: Sequence[AuditLine], names: Mapping[int, str], language: Language) -> list[Call]:
    """The rows; `names` are those of the companies that could be listed, by number."""
    return [_call(line, names, language) for line in lines]


def _call(line: AuditLine, names: Mapping[int, str], language: Language) -> Call:
    number = line.organization_id
    return Call(
        moment=line.at,
        time=moment_told(line.at, language),
        tool=words(language)["calls"]["unknown"] if line.tool == UNKNOWN_TOOL else shown(line.tool),
        company="" if number is None else names.get(number, str(number)),
        client=shown(line.client),
        is_fine=line.outcome == "ok",
        outcome=_in_words(line.outcome, language),
        duration=duration_told(line.milliseconds, language),
    )


def _in_words(outcome: str, language: Language) -> str:
    t = words(language)["outcomes"]
    return t.get(outcome, t["other"])
