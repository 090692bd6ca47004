"""What is said where there is no page: in a page to browsers, in a few words to programs."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dinero_mcp.web.pages import render
from dinero_mcp.web.requests import language_asked_for, page


async def nothing_here(request: Request, error: Exception) -> Response:
    """The answer to an address that is not ours, or that takes no such request."""
    if not isinstance(error, HTTPException):
        raise error
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(error.detail, error.status_code, error.headers)
    response = page(render("nothing.html", language_asked_for(request)), error.status_code)
    response.headers.update(error.headers or {})
    return response
