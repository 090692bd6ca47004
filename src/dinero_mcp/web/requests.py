"""What browsers send, within bounds, and pages as they are sent back: alone, unframed and not kept."""

from base64 import b64encode
from hashlib import sha256
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse

from dinero_mcp.web.languages import Language, language_of
from dinero_mcp.web.pages import style

_FORM = "application/x-www-form-urlencoded"
_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 50


def language_asked_for(request: Request) -> Language:
    return language_of(request.headers.get("accept-language", ""))


async def fields_of(request: Request) -> list[tuple[str, str]]:
    """The fields of a form; none where there is no form, or one that is too large."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        return []
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return []
    try:
        return parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return []


def page(text: str, status: int = 200) -> HTMLResponse:
    """A page that loads nothing, runs nothing, is framed by nobody and posts only to where it came from."""
    digest = b64encode(sha256(style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return HTMLResponse(text, status, headers)
