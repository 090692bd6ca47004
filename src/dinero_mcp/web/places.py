"""My Dinero's address, and the ways back to it."""

from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dinero_mcp.web.owners import Endpoint, Owner
from dinero_mcp.web.pages import render
from dinero_mcp.web.requests import page

MY: Final = "/my"
Done = Literal["chosen", "revoked", "removed"]
_DONE: Final = ("chosen", "revoked", "removed")


def form(path: str, answer: Endpoint) -> list[Route]:
    """Where a form is sent to; who opens the address by itself comes to My Dinero."""
    return [Route(path, answer, methods=["POST"]), Route(path, _to_my_dinero, methods=["GET"])]


async def _to_my_dinero(_: Request) -> Response:
    return RedirectResponse(MY, 303)


def back_to(done: Done, section: str) -> Response:
    """To My Dinero, where it is said that something was done."""
    return RedirectResponse(f"{MY}?done={done}#{section}", 303)


def done_in(request: Request) -> str:
    """What is to be said to be done, if it is something of ours."""
    done = request.query_params.get("done", "")
    return done if done in _DONE else ""


def not_found(owner: Owner) -> Response:
    """There is no such thing, or it is another connection's: nobody learns which."""
    return page(render("told.html", owner.language, why="not_found", said="", said_in=""), 404)
