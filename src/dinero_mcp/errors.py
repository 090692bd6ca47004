"""What can go wrong, as one tree.

    DineroMCPError            raised on purpose; its text is written for the person and the model
      SettingsError           a setting stops the start: which, what is wrong, an example
      NotConnectedError       no credentials yet
        ConnectionExpiredError   the sign-in no longer holds
      StoreError              the connection store cannot be opened, read or written
      OrganizationError       no organization chosen, or not one of yours
      InputError              an argument that cannot be answered
      DineroError             Dinero answered with a failure (`status`, `code`)
        RejectedError         400, or Dinero's codes 42-46, 82-84
        SignInRefusedError    401
        ForbiddenError        403, or codes 41, 48, 89, 90
        NotFoundError         404, or codes 40, 47, 63, 65
        RateLimitedError      429, or no turn within the wait (`retry_after` in seconds)
        UnavailableError      480 and 5xx
      UnreachableError        no answer: refused, timed out, unknown host
      UnexpectedAnswerError   an answer that does not fit what Dinero documents
      IncompleteError         not everything a figure needs could be read: so there is no figure
      NotAtHandError          only what was read lately may be used, and this was not

Each text says what happened and then what to do next. It never holds an upstream body, a token or a
traceback. Anything else that is raised is a bug: it crashes, and the log keeps the traceback.
"""


class DineroMCPError(Exception):
    """A failure whose text is meant for the person and the model, and is safe to show."""


class SettingsError(DineroMCPError):
    """A setting is missing or wrong; the text names it and gives an example."""


class NotConnectedError(DineroMCPError):
    """There are no credentials for Dinero yet."""


class ConnectionExpiredError(NotConnectedError):
    """The sign-in that was stored no longer holds."""


class StoreError(DineroMCPError):
    """The connection store cannot be used; the text says where it is and why."""


class OrganizationError(DineroMCPError):
    """No organization was chosen, or the one asked for is not among the connection's."""


class InputError(DineroMCPError):
    """An argument is well-formed but cannot be answered, such as a period that ends before it begins."""


class DineroError(DineroMCPError):
    """Dinero answered with a failure."""

    def __init__(self, message: str, *, status: int | None = None, code: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class RejectedError(DineroError):
    """Dinero refused the question itself."""


class SignInRefusedError(DineroError):
    """Dinero did not accept the token, nor a fresh one, or the key was refused."""


class ForbiddenError(DineroError):
    """The organization has no Pro plan, or the user has no access to it."""


class NotFoundError(DineroError):
    """What was asked for does not exist in this organization."""


class RateLimitedError(DineroError):
    """The organization's requests for this minute are used up."""

    def __init__(self, message: str, *, retry_after: float, status: int | None = None) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after


class UnavailableError(DineroError):
    """Dinero is up but could not answer."""


class UnreachableError(DineroMCPError):
    """No answer came: the connection was refused, timed out, or the host is unknown."""


class UnexpectedAnswerError(DineroMCPError):
    """The answer did not fit what Dinero documents, so nothing was concluded from it."""


class IncompleteError(DineroMCPError):
    """Something a figure needs could not be read or does not add up, so there is no figure."""


class NotAtHandError(DineroMCPError):
    """It was not read lately, and no request may be made for it."""
