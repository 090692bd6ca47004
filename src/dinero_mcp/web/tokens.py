"""Bearer tokens: making one, which is shown once on the page that answers, and revoking them.

The page with the secret answers the form itself and is not kept by the browser. Sent a second time, by a
reload, the form makes nothing: there is a token of that name already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response
from starlette.routing import Route

from dinero_mcp.auth.bearers import Bearer
from dinero_mcp.auth.named_tokens import LONGEST_NAME, MOST, TokenRefusedError, create_token, named_tokens
from dinero_mcp.auth.state import State
from dinero_mcp.web.addresses import Addresses
from dinero_mcp.web.languages import words
from dinero_mcp.web.lines import lines_by_token
from dinero_mcp.web.moments import day_told, moment_told
from dinero_mcp.web.owners import Owner, Owners
from dinero_mcp.web.pages import render
from dinero_mcp.web.places import MY, back_to, form, not_found
from dinero_mcp.web.requests import page

CREATE, REVOKE = f"{MY}/tokens", f"{MY}/tokens/revoke"
DAYS = ("30", "90", "365")
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it; times in words, `used` is empty when it never was."""

    id: str
    name: str
    created: str
    expires: str
    is_over: bool
    used: str


async def tokens_of(state: State, owner: Owner) -> Sequence[Token]:
    """The owner's, the newest first."""
    return [_token(each, owner) for each in await named_tokens(state, owner.connection.id)]


@dataclass(frozen=True, slots=True)
class TokenPages:
    """What the forms for tokens do."""

    state: State
    addresses: Addresses

    def routes(self, owners: Owners) -> list[Route]:
        return [
            *form(CREATE, owners.endpoint(self._create)),
            *form(REVOKE, owners.endpoint(self._revoke)),
        ]

    async def _create(self, owner: Owner) -> Response:
        wanted = owner.form.get("expires", "")
        if wanted not in (*DAYS, NEVER):
            return _refused(owner, "unfit_expiry")
        lasts = None if wanted == NEVER else timedelta(days=int(wanted))
        try:
            made, secret = await create_token(
                self.state, owner.connection.id, owner.form.get("name", ""), owner.now, lasts
            )
        except TokenRefusedError as refused:
            return _refused(owner, refused.why)
        return self._shown(owner, made, secret)

    def _shown(self, owner: Owner, made: Bearer, secret: str) -> Response:
        text = render(
            "token.html",
            owner.language,
            token=_token(made, owner),
            secret=secret,
            lines=lines_by_token(self.addresses.dedicated, secret),
            back=MY,
        )
        return page(text, 201)

    async def _revoke(self, owner: Owner) -> Response:
        wanted = owner.form.get("token", "")
        its = await named_tokens(self.state, owner.connection.id)
        if wanted not in (each.id for each in its):
            return not_found(owner)
        await self.state.bearers.revoke(wanted, owner.connection.id)
        return back_to("revoked", "tokens")


def _refused(owner: Owner, why: str) -> Response:
    said = words(owner.language)["token"][why].format(most=MOST, longest=LONGEST_NAME)
    return page(render("told.html", owner.language, why="no_token", said=said, said_in=owner.language), 400)


def _token(bearer: Bearer, owner: Owner) -> Token:
    language, until = owner.language, bearer.expires_at
    return Token(
        id=bearer.id,
        name=bearer.name,
        created=day_told(bearer.created_at, language),
        expires=day_told(until, language) if until else words(language)["tokens"]["never"],
        is_over=not bearer.is_good(owner.now),
        used=moment_told(bearer.used_at, language) if bearer.used_at else "",
    )
