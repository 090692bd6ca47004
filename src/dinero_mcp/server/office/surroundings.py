"""What an office is opened in: Dinero and Visma themselves, or the sandbox in their place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2
from starlette.types import ASGIApp

from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.server.services import DEMO_NOTICE
from dinero_mcp.settings import Settings
from dinero_mcp.tools.publishing import published


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where it is, and what it has to go by."""

    settings: Settings
    transport: httpx2.AsyncBaseTransport | None = None
    """Stands in for the network."""
    is_demo: bool = False
    """Whether it is the sandbox: answers and pages say so."""
    beside: Mapping[int, ASGIApp] | None = None
    """What a browser must be able to reach besides, by port."""
    is_alone: bool = True
    """Whether no other process shares its state, as far as is known here."""
    documents: DocumentFetch = field(default_factory=DocumentFetch)
    """Reads what MCP clients publish of themselves."""
    tools: frozenset[str] = field(default_factory=lambda: frozenset(published()))

    @property
    def notice(self) -> str | None:
        """Said first in every answer."""
        return DEMO_NOTICE if self.is_demo else None
