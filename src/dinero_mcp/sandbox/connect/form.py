"""Parameters as OAuth takes them: each at most once, and an empty one is none."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from dinero_mcp.sandbox.connect.refusals import INVALID_REQUEST, RefusedError

FORM = "application/x-www-form-urlencoded"


async def form_of(request: Request) -> dict[str, str]:
    """The form in a request's body."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise RefusedError(INVALID_REQUEST)
    return _once_each(parse_qsl((await request.body()).decode(errors="replace")))


def query_of(request: Request) -> dict[str, str]:
    """The query in a request's address."""
    return _once_each([pair for pair in request.query_params.multi_items() if pair[1]])


def needed(form: dict[str, str], name: str) -> str:
    """A parameter that must be there."""
    if name not in form:
        raise RefusedError(INVALID_REQUEST)
    return form[name]


def _once_each(pairs: list[tuple[str, str]]) -> dict[str, str]:
    once = dict(pairs)
    if len(once) != len(pairs):
        raise RefusedError(INVALID_REQUEST)
    return once
