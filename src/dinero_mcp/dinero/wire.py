"""One GET: its turn, its token, its retries, and a body of bounded size.

Nothing but GET reaches the API: `http_client` stops anything else before it leaves. A connection that fails
is tried three times, within ten seconds in all; so are Dinero's 5xx and 429. All other answers stand.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Protocol, TypeVar

import httpx2

from dinero_mcp import __version__
from dinero_mcp.dinero.answers import unexpected
from dinero_mcp.dinero.flights import Progress
from dinero_mcp.dinero.question import MIB, Question
from dinero_mcp.dinero.quota import Asker, Quota, Turn
from dinero_mcp.dinero.responses import failure, is_success
from dinero_mcp.errors import RateLimitedError, SignInRefusedError, UnavailableError, UnreachableError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

API_URL = "https://api.dinero.dk"
ATTEMPTS = 3
TIMEOUT = httpx2.Timeout(30, connect=2.5, pool=10)
"""At most 15 seconds until a request has left, as `Limit.on_its_way` has it: a free connection, TCP, TLS."""
NEVER_LEFT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class Taker(Protocol[T_co]):
    """Takes in the body of an answer piece by piece."""

    def feed(self, piece: bytes) -> None: ...
    def end(self) -> T_co:
        """What it came to, once the whole body is in."""
        ...


class TokenSource(Protocol):
    """A sign-in."""

    async def token(self) -> str:
        """An access token for Dinero."""
        ...

    async def renewed(self, refused: str) -> str:
        """After a 401: a token other than `refused`, or an error."""
        ...


def http_client(
    *, token_url: str = "", transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    """The connections: GET only, save for the token endpoint; no cookies, short to connect."""

    async def refuse_writes(request: httpx2.Request) -> None:
        if request.method != "GET" and request.url != token_url:
            raise RuntimeError(
                f"{request.method} was about to be sent to {request.url.host}: only read from it"
            )

    return httpx2.AsyncClient(
        headers={"User-Agent": f"dinero-mcp/{__version__}", "Accept": "application/json"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=TIMEOUT,
        event_hooks={"request": [refuse_writes]},
        transport=transport,
    )


class Wire:
    """GETs with one sign-in."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        tokens: TokenSource,
        quota: Quota,
        asker: str,
        *,
        base_url: str,
        retry_wait: float,
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._quota = quota
        self._asker = asker
        self._base_url = base_url.rstrip("/")
        self._retry_wait = retry_wait

    async def get(self, question: Question, progress: Progress) -> bytes:
        """The body of a successful answer."""
        return await self.read(question, progress, Whole)

    async def read(self, question: Question, progress: Progress, taker: Callable[[], Taker[T]]) -> T:
        """What a taker makes of a successful answer, a new one at each attempt; a refused token is renewed
        once.
        """
        token = await self._tokens.token()
        try:
            return await self._persistently(question, token, progress, taker)
        except SignInRefusedError:
            fresh = await self._tokens.renewed(token)
        return await self._persistently(question, fresh, progress, taker)

    async def _persistently(
        self, question: Question, token: str, progress: Progress, taker: Callable[[], Taker[T]]
    ) -> T:
        import stamina  # not needed before the first request

        async for attempt in stamina.retry_context(
            on=_is_worth_retrying,
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=self._retry_wait,
            wait_max=2 * self._retry_wait,
            wait_jitter=self._retry_wait,
        ):
            with attempt:
                return await self._once(question, token, progress, taker())
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, question: Question, token: str, progress: Progress, taker: Taker[T]) -> T:
        asker = Asker(self._asker, progress.call)
        turn = await self._quota.turn(question.organization_id, progress.wait_for_turn, asker)
        progress.sent()
        try:
            return await self._exchange(question, token, progress, taker, turn)
        except RateLimitedError as error:
            await self._quota.close(question.organization_id, error.retry_after, self._asker)
            raise
        except httpx2.ConnectTimeout as error:
            raise self._unreachable(error) from None
        except httpx2.TimeoutException:
            raise UnavailableError(
                f"Dinero was too slow in answering {question.endpoint}. Ask again in a minute."
            ) from None
        except httpx2.TransportError as error:
            raise self._unreachable(error) from None
        except httpx2.DecodingError:
            raise unexpected(question.endpoint, "it cannot be decompressed") from None

    async def _exchange(
        self, question: Question, token: str, progress: Progress, taker: Taker[T], turn: Turn
    ) -> T:
        url = self._base_url + question.path
        headers = {"Authorization": f"Bearer {token}"}
        async with _sent(
            self._http.stream("GET", url, params=question.params, headers=headers), turn
        ) as response:
            if is_success(response.status_code):
                await _take_in(response, taker, question, progress)
                return taker.end()
            told = Whole()
            await _take_in(response, told, question, progress)
        raise failure(response.status_code, response.headers, told.end(), question)

    def _unreachable(self, error: httpx2.TransportError) -> UnreachableError:
        host = httpx2.URL(self._base_url).host
        return UnreachableError(
            f"{host} could not be reached ({type(error).__name__}). "
            "Check the network, a proxy or a firewall, and ask again."
        )


class Whole:
    """Takes an answer as it is."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def feed(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def end(self) -> bytes:
        return b"".join(self._pieces)


@asynccontextmanager
async def _sent(
    exchange: AbstractAsyncContextManager[httpx2.Response], turn: Turn
) -> AsyncGenerator[httpx2.Response]:
    """The exchange, once its answer has begun; the turn hears of that."""
    async with AsyncExitStack() as held:
        try:
            response = await held.enter_async_context(exchange)
        except NEVER_LEFT:
            turn.arrived()
            raise
        turn.arrived()
        yield response


async def _take_in(
    response: httpx2.Response, taker: Taker[object], question: Question, progress: Progress
) -> None:
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > question.most_bytes:
            raise unexpected(question.endpoint, f"it is larger than {question.most_bytes / MIB:.0f} MiB")
        if size > MIB:
            progress.message = f"Reading {question.endpoint}: {size // MIB} MiB"
        taker.feed(piece)


def _is_worth_retrying(error: Exception) -> bool | float:
    if isinstance(error, RateLimitedError):
        return 0.0  # the quota does the waiting
    if isinstance(error, UnavailableError):
        return error.status is not None
    return isinstance(error, UnreachableError)
