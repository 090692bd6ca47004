"""Forms that clients post."""

from starlette.requests import Request

UNKEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FORM = "application/x-www-form-urlencoded"


async def form_of(request: Request) -> dict[str, str]:
    """The fields; none when it is not a form, or one with a field twice (RFC 6749, 3.2)."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != _FORM:
        return {}
    fields = (await request.form()).multi_items()
    given = {name: value for name, value in fields if isinstance(value, str)}
    return given if len(given) == len(fields) else {}
