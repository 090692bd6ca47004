"""What browsers send, within bounds, and pages as they are sent back: alone, unframed and not kept."""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse

from dinero_mcp.web.languages import Language, language_of
from dinero_mcp.web.pages import style

_FORM = "application/x-www-form-urlencoded"
_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 50
_NAMED_ORIGIN = re.compile(r"[A-Za-z0-9.-]+(:\d+)?", re.ASCII)


def language_asked_for(request: Request) -> Language:
    return language_of(request.headers.get("accept-language", ""))


async def fields_of(request: Request) -> list[tuple[str, str]]:
    """The fields of a form; none where there is no form, or one that is too large."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        return []
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return []
        return parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except (ValueError, ClientDisconnect):
        return []


def page(text: str, status: int = 200, targets: Sequence[str] = ()) -> HTMLResponse:
    """A page that loads nothing, runs nothing, is framed by nobody and posts only to where it came from.

    `targets` are what the answer to a form may lead on to: browsers hold a form to its policy all the way.
    """
    digest = b64encode(sha256(style().encode()).digest()).decode()
    actions = " ".join(["'self'", *targets])
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action {actions}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",  # with no-referrer, browsers send our own forms with `Origin: null`
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return HTMLResponse(text, status, headers)


def target_of(address: str) -> str:
    """What an address is called in a `form-action` policy: its origin, or its scheme where that has no name.

    A policy has no names for IPv6 addresses, nor for the schemes of apps anything but the scheme.
    """
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and _NAMED_ORIGIN.fullmatch(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"
