"""What is kept when a user has just signed in with Visma Connect."""

from datetime import datetime, timedelta

from dinero_mcp.auth.answers import Token
from dinero_mcp.auth.claims import user_of
from dinero_mcp.auth.refreshing import LONGEST_GRANT
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.errors import SignInRefusedError, UnexpectedAnswerError


def new_connection(token: Token, now: datetime) -> VismaConnection:
    """What is to be kept of the tokens that a user's code was exchanged for.

    Raises:
        UnexpectedAnswerError: when the tokens do not say who signed in.
        SignInRefusedError: when they cannot be refreshed.
    """
    user = user_of(token.access_token)
    if user is None:
        raise UnexpectedAnswerError(
            "Visma Connect's token does not say who signed in, so it was not kept. Sign in again."
        )
    if not token.refresh_token:
        raise SignInRefusedError(
            "Visma Connect gave no refresh token, so the sign-in would end within the hour. Turn Offline "
            "Access on for the application in the Visma Developer portal, and sign in again."
        )
    return VismaConnection(
        user=user,
        access_token=token.access_token,
        expires_at=now + timedelta(seconds=token.lifetime),
        refresh_token=token.refresh_token,
        scope=token.scopes,
        connected_at=now,
        holds_until=now + LONGEST_GRANT,
    )
