"""My Dinero as its owner sees it, and what its forms do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from dinero_mcp.auth.audit import AuditLine
from dinero_mcp.errors import ConnectionExpiredError, DineroMCPError, UnreachableError
from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.connect.users import User
from dinero_mcp.web.languages import words
from tests.sandbox.connect.browser import IDA, MADS, NANNA
from tests.web.mine import Called, Home, Person, home

ENGLISH, DANISH = {"Accept-Language": "en"}, {"Accept-Language": "da"}


async def test_the_front_page_tells_where_to_ask_and_shows_the_way_in(my: Home) -> None:
    async with my.stranger() as browser:
        page = (await browser.get("/")).text
    assert "http://127.0.0.1:8765/mcp/dinero</pre>" in page
    assert "http://127.0.0.1:8765/mcp</pre>" in page
    assert 'href="/connect">Connect Dinero' in page
    assert 'href="/my"' in await (await my.owner()).sees("/")


async def test_the_demo_says_that_its_companies_are_made_up_and_nobody_else_does(
    my: Home, tmp_path: Path, companies: Sequence[Books]
) -> None:
    async with home(tmp_path / "demo", companies, is_demo=True) as demo:
        for headers, said in ((ENGLISH, "made up"), (DANISH, "opdigtede")):
            on_demo, on_real = await demo.owner(headers=headers), await my.owner(headers=headers)
            for path in ("/", "/my"):
                assert said in await on_demo.sees(path)
                assert said not in await on_real.sees(path)
            assert said not in await on_demo.sees("/my/disconnect")


async def test_who_is_not_signed_in_is_sent_to_sign_in(my: Home) -> None:
    async with my.stranger() as browser:
        for path in ("/my", "/my/disconnect"):
            answer = await browser.get(path)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/connect")
        assert (await browser.post("/my/tokens", data={"name": "x"})).headers["Location"] == "/connect"


async def test_it_tells_since_when_how_long_and_which_companies(my: Home) -> None:
    page = await (await my.owner()).sees()
    assert "Connected since 9 Oct 2026." in page
    assert "Visma&#39;s permission holds until 9 Oct 2027 at most." in page
    assert "3 companies; you can ask about 2 of them" in page
    assert "<bdi>Cykelsmeden på Hjørnet</bdi>" in page
    assert "No Pro or Total plan" in page
    assert "Forbundet siden 9. okt. 2026." in await (await my.owner(headers=DANISH)).sees()


@pytest.mark.parametrize(("user", "said"), [(MADS, "You can ask about none of them"), (NANNA, "no company")])
async def test_who_has_nothing_to_ask_about_is_told_why(user: User, said: str, my: Home) -> None:
    assert said in await (await my.owner(user)).sees()


async def test_a_grant_that_has_ended_shows_the_way_back(my: Home) -> None:
    owner = await my.owner()
    my.office.fails = ConnectionExpiredError("Visma refused.")
    page = await owner.sees()
    assert "Visma&#39;s permission has ended" in page
    assert 'href="/connect">Sign in again' in page
    assert "permission holds" not in page


async def test_all_else_is_shown_when_dinero_cannot_be_reached(my: Home) -> None:
    owner = await my.owner()
    my.office.fails = UnreachableError("Dinero could not be reached. Try again.")
    page = await owner.sees()
    assert "Your companies cannot be shown at the moment." in page
    assert "Dinero could not be reached. Try again.</span>" in page
    assert "Create token" in page


async def test_the_default_company_is_changed(my: Home) -> None:
    owner = await my.owner()
    assert '<option value="" selected>Choose a company' in await owner.sees()
    answer = await owner.sends("/my/organization", organization="1002")
    assert answer.status_code == 303
    page = await owner.sees(answer.headers["Location"])
    assert "The default company has been changed." in page
    assert '<option value="1002" selected>' in page
    kept = await my.state.connections.with_id(owner.connection.id)
    assert kept
    assert kept.organization_id == 1002


@pytest.mark.parametrize("organization", ["1003", "1001", "999", "", "1002 OR 1=1", "../1002"])
async def test_only_a_company_with_pro_that_the_operator_allows_is_chosen(
    organization: str, my: Home
) -> None:
    my.office.allowed = frozenset({1002})
    owner = await my.owner()
    page = await owner.sees()
    assert "Not opened by whoever runs this server" in page
    assert '<option value="1001"' not in page
    answer = await owner.sends("/my/organization", organization=organization)
    assert (answer.status_code, "No company was chosen" in answer.text) == (400, True)
    kept = await my.state.connections.with_id(owner.connection.id)
    assert kept
    assert kept.organization_id is None


@pytest.mark.parametrize("user", [NANNA, MADS])
async def test_a_choice_where_there_is_none_to_make_is_refused_on_a_page(user: User, my: Home) -> None:
    answer = await (await my.owner(user)).sends("/my/organization", organization="1001")
    assert (answer.status_code, "No company was chosen" in answer.text) == (400, True)


async def test_a_choice_after_the_grant_has_ended_is_refused_on_a_page(my: Home) -> None:
    owner = await my.owner()
    await my.state.connections.change(owner.connection.user, lambda kept: replace(kept, refresh_token=""))
    answer = await owner.sends("/my/organization", organization="1001")
    assert (answer.status_code, "No company was chosen" in answer.text) == (400, True)


def call(owner: Person, my: Home, **its: object) -> AuditLine:
    fields: dict[str, object] = {
        "at": my.office.now(),
        "connection_id": owner.connection.id,
        "client": "laptop",
        "tool": "get-monthly-results-tool",
        "organization_id": 1001,
        "outcome": "ok",
        "milliseconds": 120,
        "request_id": "0" * 32,
    }
    return AuditLine(**fields | its)  # pyright: ignore[reportArgumentType] - the fields as given


async def test_recent_calls_are_told_in_danish_time_and_in_words(my: Home) -> None:
    owner = await my.owner()
    failed = call(
        owner,
        my,
        outcome="RateLimitedError",
        organization_id=77,
        milliseconds=2345,
        tool="list-invoices-tool",
    )
    await my.state.audit.write([call(owner, my), failed])
    page = await owner.sees()
    for told in ("9 Oct 2026, 14:00", "120 ms", ">answered<", "Havblik", "too many requests a minute"):
        assert told in page
    assert ">77</bdi>" in page
    assert "2.3 s" in page
    assert page.index("list-invoices-tool") < page.index("get-monthly-results-tool")


async def test_no_more_than_fifty_calls_are_shown_and_nobody_elses(my: Home) -> None:
    owner, other = await my.owner(), await my.owner(IDA)
    later = [call(owner, my, at=my.office.now() + timedelta(seconds=n)) for n in range(51)]
    await my.state.audit.write([*later, call(other, my, client="Ida's", at=later[-1].at)])
    page = await owner.sees()
    assert page.count("get-monthly-results-tool") == 50
    assert "Ida" not in page.partition('id="calls"')[2]


def kinds_of_failure(of: type[DineroMCPError] = DineroMCPError) -> list[str]:
    """The names of those that a tool may end with, as the audit trail holds them."""
    below = [name for kind in of.__subclasses__() for name in kinds_of_failure(kind)]
    return [*below, of.__name__] if of.__module__ == "dinero_mcp.errors" else below


def test_every_outcome_has_words() -> None:
    general = {"DineroMCPError", "DineroError", "SettingsError"}
    assert set(kinds_of_failure()) - general <= set(words("en")["outcomes"])


async def test_disconnecting_asks_first_then_revokes_and_deletes(my: Home) -> None:
    owner, token = await my.owner(), (await my.owner()).connection.refresh_token
    await my.state.audit.write([call(owner, my)])
    await owner.sends("/my/tokens", name="laptop", expires="90")
    assert "Disconnect and delete" in await owner.sees("/my/disconnect")
    assert len(await my.state.connections.all()) == 1
    answer = await owner.sends("/my/disconnect")
    assert (answer.status_code, "The access was taken back at Visma" in answer.text) == (200, True)
    assert await my.state.connections.all() == []
    assert await my.state.bearers.of() == []
    assert len(await my.state.audit.latest(owner.connection.id)) == 1
    assert (await owner.browser.get("/my")).headers["Location"] == "/connect"
    with pytest.raises(ConnectionExpiredError):
        await my.office.visma().refresh(token)


async def test_what_visma_does_not_hear_of_is_deleted_all_the_same_and_told(my: Home) -> None:
    owner = await my.owner()
    my.office.network = httpx2.MockTransport(lambda _: httpx2.Response(503))
    answer = await owner.sends("/my/disconnect")
    assert "remove this application in your Visma account" in answer.text
    assert await my.state.connections.all() == []


async def test_signing_out_ends_the_session_and_nothing_else(my: Home) -> None:
    owner = await my.owner()
    answer = await owner.sends("/my/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert (await owner.browser.get("/my")).headers["Location"] == "/connect"
    assert len(await my.state.connections.all()) == 1


async def test_names_are_shown_as_text_whatever_is_in_them(my: Home) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x>"
    my.office.besides = [Called(4711, evil)]
    owner = await my.owner()
    await my.state.audit.write([call(owner, my, client=evil, tool=evil, organization_id=4711, outcome=evil)])
    page = await owner.sees()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page
