"""What is shared is to the digit what Dinero sent: every kind of answer, through a real Redis."""

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from itertools import chain

import httpx2
import msgspec

from dinero_mcp.auth.api_key import ApiKeyTokens
from dinero_mcp.auth.sealing import ValueCipher, new_key
from dinero_mcp.dinero import models, state_of_account
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.models import AccountingYear, SentEntry
from dinero_mcp.dinero.organization import OrganizationApi
from dinero_mcp.dinero.shared import SharedReads
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from tests.demo import demo_sandbox
from tests.dinero.redis_server import a_redis

TOKEN_URL = "https://authz.dinero.dk/dineroapi/oauth/token"
ROASTERY, CONSULTANT = 1001, 1002


class Rows:
    """Gathers rows as they are."""

    def __init__(self, _: datetime) -> None:
        self._rows: list[SentEntry] = []

    def add(self, rows: Sequence[SentEntry]) -> None:
        self._rows += rows

    def whole(self) -> tuple[SentEntry, ...]:
        return tuple(self._rows)


@asynccontextmanager
async def replica(sandbox: Sandbox, shared: SharedReads) -> AsyncGenerator[Dinero]:
    async with http_client(token_url=TOKEN_URL, transport=httpx2.ASGITransport(app=sandbox.app)) as http:
        tokens = ApiKeyTokens(http, TOKEN_URL, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_API_KEY)
        yield Dinero(http, tokens, requests_per_minute=1000, freshness=600, shared=shared)


async def everything(dinero: Dinero) -> list[object]:
    """Each kind of answer there is."""
    answers: list[object] = [
        await dinero.organizations(Call()),
        await dinero.organization_plans(Call()),
    ]
    for number in (ROASTERY, CONSULTANT):
        answers += await everything_in(dinero.organization(number, Call(seconds=600)))
    return answers


async def everything_in(books: OrganizationApi) -> list[object]:
    years, contacts, sales = await books.accounting_years(), await books.contacts(), await books.sales()
    products = await books.products()
    answers: list[object] = [years, contacts, sales, products]
    answers += [await books.accounts(), await books.deposit_accounts(), await books.vat_types()]
    for year in years:
        answers.append(await books.entries(year, Rows, shared_for=600))
        answers += [await books.report(year.name, kind) for kind in ("result", "balance", "saldo")]
    answers += [await books.product(products[0].product_guid)]
    answers += [await books.contact(contacts[0].contact_guid)]
    answers += [await books.statement_of_account(each.contact_guid) for each in contacts[:20]]
    for document in (*sales[:5], *(each for each in sales if each.type == "CreditNote")):
        is_invoice = document.type == "Invoice"
        answers.append(await (books.invoice if is_invoice else books.credit_note)(document.guid))
        paid = books.invoice_payments if is_invoice else books.credit_note_payments
        answers.append(await paid(document.guid))
    return answers


def structs_in(value: object) -> Iterator[type[msgspec.Struct]]:
    """The kinds of all structs in a value."""
    if isinstance(value, msgspec.Struct):
        yield type(value)
        value = msgspec.structs.astuple(value)
    if isinstance(value, tuple | list):
        yield from chain.from_iterable(map(structs_in, value))  # pyright: ignore[reportUnknownArgumentType] - of anything


def documented() -> set[type[msgspec.Struct]]:
    """The kinds that Dinero sends."""
    known = [*vars(models).values(), *vars(state_of_account).values()]
    shared_parts = {msgspec.Struct, models.Answer, models.SalesVoucher, models.Entry}
    return {
        kind for kind in known if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    } - shared_parts


async def test_every_kind_of_answer_is_the_same_to_the_digit_and_asks_nothing() -> None:
    sandbox = demo_sandbox()
    async with a_redis() as redis:
        shared = SharedReads("c1", redis.answers, ValueCipher.of([new_key()]))
        async with replica(sandbox, shared) as first, replica(sandbox, shared) as second:
            read, before = await everything(first), len(sandbox.requests)
            found = await everything(second)
    assert {*structs_in(read)} == documented()
    assert [*map(repr, found)] == [*map(repr, read)]
    assert found == read
    assert len(sandbox.requests) == before


async def test_digits_nulls_and_what_was_not_sent_stay_what_they_were(
    connect: Callable[..., Dinero],
) -> None:
    sent = b"""\xef\xbb\xbf[{"AccountNumber":1,"Amount":123456789012345678.670},
        {"accountNumber":2,"amount":-0.00}, {"AccountNumber":3,"Amount":1E1,"FileGuid":null,"Description":""},
        {"AccountNumber":4,"Amount":1e-2,"Date":"2026-02-28T00:00:00",
         "Description":"},{ \\u00e6 \xc3\xb8"}]"""
    requests: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        requests.append(request.url.path)
        return httpx2.Response(200, content=sent)

    year = AccountingYear(name="2026", from_date=date(2026, 1, 1), to_date=date(2026, 12, 31))
    async with a_redis() as redis:
        shared = SharedReads("c1", redis.answers, ValueCipher.of([new_key()]))
        read, found = [
            await connect(answer, shared=shared).organization(1001, Call()).entries(year, Rows, shared_for=60)
            for _ in range(2)
        ]
    assert (repr(found), len(requests)) == (repr(read), 1)
    assert [str(row.amount) for row in found] == ["123456789012345678.670", "-0.00", "1E+1", "0.01"]
    assert [row.file_guid for row in found] == [msgspec.UNSET, msgspec.UNSET, None, msgspec.UNSET]
