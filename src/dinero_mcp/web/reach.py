"""The companies that a connection reaches, and which of them can be asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dinero_mcp.web.languages import Language
from dinero_mcp.web.pages import Organization, shown


@dataclass(frozen=True, slots=True)
class Company:
    """One of them; the operator of the server may have opened it to some companies only."""

    id: int
    name: str
    is_pro: bool
    is_allowed: bool

    @property
    def is_open(self) -> bool:
        """Whether it can be asked about."""
        return self.is_pro and self.is_allowed


@dataclass(frozen=True, slots=True)
class Reach:
    """All of them, or why they could not be listed."""

    companies: Sequence[Company] = ()
    failure: str = ""
    failure_language: Language = "en"
    is_ended: bool = False
    """Whether Visma refuses the connection, so that its owner must sign in again."""

    @property
    def open_ones(self) -> Sequence[Company]:
        return [each for each in self.companies if each.is_open]

    @property
    def names(self) -> Mapping[int, str]:
        return {each.id: each.name for each in self.companies}

    def open_one(self, number: str) -> Company | None:
        """The company with this number, if it can be asked about."""
        return next((each for each in self.open_ones if str(each.id) == number), None)


def company(organization: Organization, *, is_allowed: bool) -> Company:
    name = shown(organization.name or organization.id)
    return Company(organization.id, name, bool(organization.is_pro), is_allowed)
