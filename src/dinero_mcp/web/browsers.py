"""What tells one browser from another, and our own forms from those of other sites.

Both follow from the address where browsers find us, which the operator sets: never from what a request says.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

BROWSER, SESSION = "dinero_mcp_browser", "dinero_mcp_session"
_SECRET = re.compile(r"[\w-]{43}", re.ASCII)


def is_key(text: str) -> bool:
    """Whether it looks like a key or secret of ours: 256 bits in letters."""
    return _SECRET.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Browsers:
    """The browsers that come to `address`, such as `https://mcp.example.com`."""

    address: str

    @property
    def origin(self) -> str:
        """The address as browsers send it in `Origin`."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def is_https(self) -> bool:
        """Without it, on this machine alone, cookies can be neither `Secure` nor `__Host-`."""
        return self.origin.startswith("https:")

    def secret(self, request: Request, name: str) -> str | None:
        """What a cookie of ours holds, if it looks like ours."""
        secret = request.cookies.get(self.cookie(name), "")
        return secret if is_key(secret) else None

    def give(self, response: Response, name: str, secret: str, lasts: timedelta | None = None) -> None:
        """Let the browser keep a secret, out of reach of scripts; by default until it is closed."""
        response.set_cookie(
            self.cookie(name),
            secret,
            max_age=int(lasts.total_seconds()) if lasts else None,
            httponly=True,
            samesite="lax",
            secure=self.is_https,
        )

    def take_away(self, response: Response, name: str) -> None:
        """Let the browser forget a secret."""
        response.delete_cookie(self.cookie(name), httponly=True, samesite="lax", secure=self.is_https)

    def cookie(self, name: str) -> str:
        """The cookie's whole name; with `__Host-` no other host, not even a subdomain, can plant one."""
        return f"__Host-{name}" if self.is_https else name

    def is_own_form(self, request: Request) -> bool:
        """Whether a form may come from a page of ours: no when the browser says that it does not."""
        site = request.headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        origin = request.headers.get("origin")
        return origin is None or origin == self.origin or (origin == "null" and site is not None)
