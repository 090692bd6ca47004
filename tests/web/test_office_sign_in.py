"""Signing in to an office whose processes share only the store, and every way in which it must not work."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from dinero_mcp.sandbox import Fault
from tests.sandbox.connect.browser import ASTRID, IDA, ISSUER, MADS
from tests.web.office import Office, office
from tests.web.signing_in import BACK, HERE, allowed, chosen, followed, proof_in, sent_to_visma, signed_in

OWN_COOKIES = ("dinero_mcp_browser", "dinero_mcp_session")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as opened:
        yield opened


async def test_who_has_several_companies_chooses_one_and_comes_to_my_dinero(here: Office) -> None:
    browser = here.browser()
    page = await signed_in(browser)
    assert "Choose your default company" in page.text
    assert (await chosen(browser, page)).text == "My Dinero: 1002"


async def test_who_has_one_company_comes_to_my_dinero_at_once(here: Office) -> None:
    assert (await signed_in(here.browser(), IDA)).text == "My Dinero: 1002"
    assert (await signed_in(here.browser(), MADS)).text == "My Dinero: None"


async def test_signing_in_again_reaches_the_same_connection_and_keeps_the_choice(here: Office) -> None:
    browser = here.browser()
    await chosen(browser, await signed_in(browser))
    assert (await signed_in(here.browser())).text == "My Dinero: 1002"
    assert len(await here.state.connections.all()) == 1


async def test_an_answer_with_a_form_finds_its_browser_in_any_process(here: Office) -> None:
    browser = here.browser()
    fields = dict(parse_qsl(urlsplit(await allowed(browser, await sent_to_visma(browser))).query))
    posted = await here.browser().post(HERE + BACK, data=fields)
    assert "code" not in posted.headers["Location"]
    page = await followed(browser, HERE + posted.headers["Location"])
    assert "Choose your default company" in page.text
    again = await browser.get(HERE + posted.headers["Location"])
    assert again.status_code == 400


async def test_a_form_for_a_state_that_nobody_waits_for_is_not_kept(here: Office) -> None:
    page = await here.browser().post(HERE + BACK, data={"state": "guessed", "code": "x"})
    assert (page.status_code, "no longer waiting" in page.text) == (400, True)


async def test_a_code_with_the_state_of_another_browser_signs_nobody_in(here: Office) -> None:
    """Who got a code for their own login cannot have somebody else's browser use it."""
    attacker, victim = here.browser(), here.browser()
    theirs = await allowed(attacker, await sent_to_visma(attacker))
    await sent_to_visma(victim)
    page = await victim.get(theirs)
    assert (page.status_code, "another browser" in page.text) == (400, True)
    foreign = dict(parse_qsl(urlsplit(theirs).query)) | {"state": "x" * 43}
    assert (await victim.get(str(httpx2.URL(HERE + BACK, params=foreign)))).status_code == 400
    assert (await followed(victim, f"{HERE}/my")).text == "My Dinero: nobody"


async def test_a_state_is_good_once(here: Office) -> None:
    browser = here.browser()
    address = await allowed(browser, await sent_to_visma(browser))
    await followed(browser, address)
    assert (await browser.get(address)).status_code == 400


async def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(here: Office) -> None:
    attacker, victim = here.browser(), here.browser()
    assert (await signed_in(attacker, IDA)).text == "My Dinero: 1002"
    planted = attacker.cookies["dinero_mcp_session"]
    for cookie in (planted, "x" * 43):
        victim.cookies.set("dinero_mcp_session", cookie, domain="127.0.0.1")
        await signed_in(victim)
        assert victim.cookies.get("dinero_mcp_session", domain="127.0.0.1") != cookie
        victim.cookies.clear()
        victim.cookies.set("dinero_mcp_session", cookie, domain="127.0.0.1")
        assert (await victim.get(f"{HERE}/my")).text == "My Dinero: nobody"
        victim.cookies.clear()


@pytest.mark.parametrize("name", ["next", "request", "redirect", "return_to", "posted"])
@pytest.mark.parametrize("value", ["https://evil.example", "//evil.example", "/\\evil.example", "x" * 43])
async def test_nobody_is_led_elsewhere_by_what_an_address_says(name: str, value: str, here: Office) -> None:
    browser = here.browser()
    begun = await browser.get(f"{HERE}/connect", params={name: value})
    back = httpx2.URL(await allowed(browser, httpx2.URL(begun.headers["Location"]), IDA))
    assert begun.headers["Location"].startswith(ISSUER)
    answer = await browser.get(back.copy_merge_params({name: value} if name != "posted" else {}))
    onward = answer.headers["Location"]
    assert onward == (f"/consent?request={value}" if (name, value[0]) == ("request", "x") else "/my")


async def test_a_choice_needs_the_proof_of_its_own_session_and_our_own_page(here: Office) -> None:
    browser, other = here.browser(), here.browser()
    page, others = await signed_in(browser), await signed_in(other)
    for proof in ("", proof_in(others.text)):
        assert (await chosen(browser, page, proof=proof)).status_code == 400
    browser.headers["Origin"] = "https://evil.example"
    assert (await chosen(browser, page)).status_code == 400
    browser.headers["Origin"] = HERE
    assert (await chosen(browser, page)).text == "My Dinero: 1002"


async def test_an_error_offers_to_try_again_and_names_no_command(here: Office) -> None:
    browser = here.browser()
    denied = await browser.post(await sent_to_visma(browser), data={"answer": "deny"})
    page = await followed(browser, denied.headers["Location"])
    assert '<a class="button" href="/connect">Try again</a>' in page.text
    assert "dinero-mcp login" not in page.text


async def test_markup_in_what_visma_says_stays_text(here: Office) -> None:
    browser = here.browser()
    form = {"error": "server_error", "description": "<script>alert(1)</script>\u202e"}
    refused = await browser.post(await sent_to_visma(browser), data=form)
    page = await followed(browser, refused.headers["Location"])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>" not in page.text


async def test_markup_in_the_name_of_a_company_stays_text(here: Office) -> None:
    evil = (
        '[{"Id": 1, "Name": "<img src=x onerror=alert(1)>\u202e", "IsPro": true}, {"Id": 2, "IsPro": true}]'
    )
    here.sandbox.faults.append(Fault(path="organizations", times=2, status=200, body=evil.encode()))
    page = await signed_in(here.browser())
    assert "&lt;img src=x onerror=alert(1)&gt;</label>" in page.text
    assert "<img" not in page.text


async def test_companies_that_cannot_be_listed_are_told_and_can_be_tried_again(here: Office) -> None:
    here.sandbox.faults.append(Fault(path="organizations", times=9, status=500))
    page = await signed_in(here.browser())
    assert "your companies could not be listed" in page.text
    assert "Try again" in page.text
    assert "dinero-mcp use" not in page.text


async def test_a_login_that_reaches_no_company_of_the_operators_is_turned_away(tmp_path: Path) -> None:
    async with office(tmp_path, frozenset({1001})) as here:
        page = await signed_in(here.browser(), IDA)
        assert (page.status_code, "may be used on this server" in page.text) == (400, True)
        assert not await here.state.connections.all()
        assert (await signed_in(here.browser(), ASTRID)).text == "My Dinero: 1001"


async def test_a_choice_after_the_connection_is_gone_signs_in_anew(here: Office) -> None:
    browser = here.browser()
    page = await signed_in(browser)
    await here.state.forget((await here.state.connections.all())[0].id)
    answer = await chosen(browser, page)
    assert (answer.status_code, 'href="/connect"' in answer.text) == (400, True)


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(here: Office) -> None:
    browser = here.browser()
    await signed_in(browser)
    assert {each.name for each in browser.cookies.jar} == set(OWN_COOKIES)
    assert all("HttpOnly" in str(each.__dict__) for each in browser.cookies.jar)
