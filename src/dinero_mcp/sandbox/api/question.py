"""One call on one organization."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dinero_mcp.sandbox.api.query import Query
from dinero_mcp.sandbox.api.refusals import NOT_FOUND, RefusedError
from dinero_mcp.sandbox.api.whole_years import WholeYears
from dinero_mcp.sandbox.behaviour import Behaviour
from dinero_mcp.sandbox.books import Books


@dataclass(frozen=True, slots=True)
class Question:
    """What an endpoint answers from: the books, the day, and what the path and the query ask for."""

    books: Books
    today: date
    behaviour: Behaviour
    whole_years: WholeYears
    path: Mapping[str, str]
    query: Query

    @property
    def guid(self) -> str:
        """The id at the end of the path, lower case; one that is no GUID is a bad address."""
        try:
            return str(UUID(self.path["guid"]))
        except ValueError:
            raise RefusedError(NOT_FOUND, "The id is not a GUID.", "guid") from None
