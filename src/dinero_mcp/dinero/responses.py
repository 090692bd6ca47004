"""What a status code means. They are looked at here and nowhere else.

Among the 4xx, Dinero's own error code says more than the status and goes first. Its texts are third-party
data and are never repeated: only the code, and the names of the fields it complains about.
"""

import re
from collections.abc import Mapping

import msgspec

from dinero_mcp.dinero.answers import unexpected
from dinero_mcp.dinero.question import Question
from dinero_mcp.errors import (
    DineroMCPError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    RejectedError,
    SignInRefusedError,
    UnavailableError,
)

A_MINUTE = 60.0

REASONS = {
    43: "more was asked for than it allows",
    46: "the filter is malformed",
    82: "the dates do not lie within one accounting year",
    83: "the last date lies before the first",
    84: "the dates span more than 31 days",
}


class ErrorBody(msgspec.Struct, frozen=True, rename="camel"):
    """Dinero's error body, as far as it is used."""

    code: int | None = None
    validation_errors: dict[str, object] | None = None


def is_success(status: int) -> bool:
    """Whether the body is what was asked for."""
    return status == 200


def failure(status: int, headers: Mapping[str, str], body: bytes, question: Question) -> DineroMCPError:
    """The error that an answer which is no success stands for."""
    if status == 401:
        return _sign_in_refused(status)
    if status == 429:
        return rate_limited(question, _retry_after(headers.get("Retry-After", "")), status)
    if status == 480 or status >= 500:
        return _unavailable(status)
    if 400 <= status < 500:
        return _refusal(status, _error_body(body), question)
    return unexpected(question.endpoint, f"its status is {status}")


def rate_limited(question: Question, seconds: float, status: int | None = None) -> RateLimitedError:
    """There is no turn for this question within the time it has."""
    return RateLimitedError(
        f"Dinero's requests for this minute are used up for {_place(question)}. "
        f"Ask again in {seconds:.0f} seconds.",
        retry_after=seconds,
        status=status,
    )


def _refusal(status: int, body: ErrorBody, question: Question) -> DineroMCPError:
    match body.code, status:
        case (40 | 47 | 63 | 65, _):
            return _not_found(status, body, question)
        case (41 | 48 | 89 | 90, _):
            return _forbidden(status, body, question)
        case (42 | 43 | 44 | 45 | 46 | 82 | 83 | 84, _):
            return _rejected(status, body, question)
        case (_, 403):
            return _forbidden(status, body, question)
        case (_, 404):
            return _not_found(status, body, question)
        case (_, 400):
            return _rejected(status, body, question)
        case _:
            return unexpected(question.endpoint, f"its status is {status}")


def _sign_in_refused(status: int) -> SignInRefusedError:
    return SignInRefusedError(
        "Dinero accepted neither the sign-in nor a fresh one. Sign in again, or make a new API key where one "
        "is used; to whoever runs the server `dinero-mcp doctor` names the step that fails.",
        status=status,
    )


def _unavailable(status: int) -> UnavailableError:
    what = "is closing this part of its API down" if status == 480 else "could not answer"
    return UnavailableError(f"Dinero {what} (status {status}). Ask again in a few minutes.", status=status)


def _not_found(status: int, body: ErrorBody, question: Question) -> NotFoundError:
    sought = question.sought or f"answer to {question.endpoint} for {_place(question)}"
    found = f"Dinero deleted {sought}" if body.code == 65 else f"Dinero has no {sought}"
    text = f"{found}. {question.lister} lists what exists."
    return NotFoundError(text, status=status, code=body.code)


def _forbidden(status: int, body: ErrorBody, question: Question) -> ForbiddenError:
    place = _place(question)
    match body.code:
        case 48 | 90:
            text = (
                f"{place} has no Pro plan, and without one Dinero's API is closed. Choose an organization "
                "that list-organizations-tool shows with is_pro, or get the plan in Dinero."
            )
        case 89:
            text = f"This needs Dinero's Total plan, which {place} does not have. Get the plan in Dinero."
        case 41:
            text = (
                f"This sign-in may not read {place}. list-organizations-tool shows those it may; "
                "whoever owns the books can give it access in Dinero."
            )
        case _:
            text = (
                f"Dinero refused {place}: it has no Pro plan, or this sign-in has no access to it. "
                "list-organizations-tool tells which: is_pro is false, or the organization is not listed."
            )
    return ForbiddenError(text[0].upper() + text[1:], status=status, code=body.code)


def _rejected(status: int, body: ErrorBody, question: Question) -> RejectedError:
    reason = REASONS.get(body.code or 0, "it does not accept the arguments")
    fields = ", ".join(_field_names(body.validation_errors or {}))
    about = f" (about: {fields})" if fields else ""
    code = f"code {body.code}" if body.code else f"status {status}"
    return RejectedError(
        f"Dinero rejected the question for {question.endpoint}: {reason}, {code}{about}. "
        "Change those arguments and ask again.",
        status=status,
        code=body.code,
    )


def _field_names(errors: Mapping[str, object]) -> list[str]:
    return [name for name in errors if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.\[\]]{0,39}", name)][:5]


def _error_body(body: bytes) -> ErrorBody:
    try:
        return msgspec.json.decode(body, type=ErrorBody)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ErrorBody()


def _place(question: Question) -> str:
    return f"organization {question.organization_id}" if question.organization_id else "this sign-in"


def _retry_after(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,4}", text) else A_MINUTE
