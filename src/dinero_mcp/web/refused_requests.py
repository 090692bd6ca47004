"""A client's request that cannot go on: people see why, and go back to the client only if they want to."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from dinero_mcp.web.pages import render
from dinero_mcp.web.requests import language_asked_for, page


class Refusal(Protocol):
    """Why it cannot."""

    @property
    def status(self) -> int: ...
    @property
    def description(self) -> str:
        """For the person, in English."""
        ...

    @property
    def client_name(self) -> str | None: ...
    @property
    def return_host(self) -> str | None: ...
    @property
    def return_address(self) -> str | None:
        """Where a link leads back to the client, with the error; None when that is not known."""
        ...


def refused_request(request: Request, refusal: Refusal) -> Response:
    """The page that says so."""
    return page(render("refused.html", language_asked_for(request), refusal=refusal), refusal.status)
