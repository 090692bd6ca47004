"""Connecting in the browser, and every way in which it must not work."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dinero_mcp.sandbox import Fault
from dinero_mcp.web.browsers import BROWSER
from tests.sandbox.connect.browser import ASTRID, IDA, ISSUER, MADS, NANNA
from tests.web.signing_in import (
    BACK,
    HERE,
    Office,
    allowed,
    chosen,
    followed,
    office,
    sent_to_visma,
    signed_in,
)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as opened:
        yield opened


async def default_organization(here: Office) -> int | None:
    kept = await here.store.newest(ISSUER)
    assert kept
    return kept.organization_id


async def test_visma_is_asked_to_read_and_nothing_else(here: Office) -> None:
    asked = dict((await sent_to_visma(here.browser())).params)
    assert asked["scope"] == "dineropublicapi:read offline_access"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == HERE + BACK
    assert len(asked["state"]) >= 43


async def test_who_has_several_companies_chooses_one(here: Office) -> None:
    browser = here.browser()
    page = await signed_in(browser)
    assert "Choose your default company" in page.text
    done = await chosen(browser, page)
    assert "Bergmann Rådgivning v/Ida Bergmann is meant" in done.text
    assert "dineropublicapi:read" in done.text
    assert await default_organization(here) == 1002
    assert [each.default_organization for each in here.heard.connections] == [1002]


async def test_a_company_without_pro_is_shown_with_the_reason_and_cannot_be_chosen(here: Office) -> None:
    browser = here.browser()
    page = await signed_in(browser)
    assert 'value="1003" disabled' in page.text
    assert "No Pro or Total plan" in page.text
    answer = await chosen(browser, page, organization="1003")
    assert answer.status_code == 400
    assert "Choose one of the companies first." in answer.text
    assert await default_organization(here) is None


@pytest.mark.parametrize("choice", ["", "4711", "1002 ", "1002' OR 1=1", "-1", "1002\x00"])
async def test_a_choice_that_is_none_of_them_is_asked_for_again(choice: str, here: Office) -> None:
    browser = here.browser()
    answer = await chosen(browser, await signed_in(browser), organization=choice)
    assert (answer.status_code, await default_organization(here)) == (400, None)


async def test_the_only_company_with_pro_is_chosen_for_the_user(here: Office) -> None:
    page = await signed_in(here.browser(), IDA)
    assert "can now read the books of Bergmann Rådgivning v/Ida Bergmann" in page.text
    assert await default_organization(here) == 1002


async def test_who_has_no_company_with_pro_is_told_so_and_stays_signed_in(here: Office) -> None:
    page = await signed_in(here.browser(), MADS)
    assert "none of your companies has a Pro or Total plan" in page.text
    assert await default_organization(here) is None


async def test_who_has_no_company_is_told_which_mistake_that_often_is(here: Office) -> None:
    page = await signed_in(here.browser(), NANNA)
    assert "this Visma user has no company in Dinero" in page.text


async def test_signing_in_again_keeps_the_choice(here: Office) -> None:
    browser = here.browser()
    await chosen(browser, await signed_in(browser))
    again = await signed_in(here.browser())
    assert "Bergmann Rådgivning v/Ida Bergmann is meant" in again.text


async def test_an_answer_with_a_form_needs_no_cookie_on_the_way(here: Office) -> None:
    browser = here.browser()
    address = await allowed(browser, await sent_to_visma(browser))
    fields = dict(parse_qsl(urlsplit(address).query))
    posted = await here.browser().post(HERE + BACK, data=fields)  # from Visma's site: no cookie of ours
    assert posted.status_code == 303
    assert "code" not in posted.headers["Location"]
    page = await followed(browser, HERE + posted.headers["Location"])
    assert "Choose your default company" in page.text


async def test_who_denies_is_told_that_nothing_happened(here: Office) -> None:
    browser = here.browser()
    address = await sent_to_visma(browser)
    denied = await browser.post(address, data={"user": ASTRID.subject, "answer": "deny"})
    page = await followed(browser, denied.headers["Location"])
    assert (page.status_code, "You did not allow the access" in page.text) == (400, True)
    assert await here.store.newest(ISSUER) is None
    assert [each.why for each in here.heard.failures] == ["denied"]


async def test_a_state_is_good_once(here: Office) -> None:
    browser = here.browser()
    address = await allowed(browser, await sent_to_visma(browser))
    await followed(browser, address)
    again = await browser.get(address)
    assert (again.status_code, "no longer waiting" in again.text) == (400, True)
    assert not here.heard.failures


async def test_a_state_of_another_browser_is_refused_and_still_good_in_its_own(here: Office) -> None:
    browser, other = here.browser(), here.browser()
    address = await allowed(browser, await sent_to_visma(browser))
    await sent_to_visma(other)
    for stranger in (other, here.browser()):
        page = await stranger.get(address)
        assert (page.status_code, "another browser" in page.text) == (400, True)
    assert "Choose your default company" in (await followed(browser, address)).text


async def test_a_code_that_was_used_before_connects_nobody(here: Office) -> None:
    browser = here.browser()
    used = dict(parse_qsl(urlsplit(await allowed(browser, await sent_to_visma(browser))).query))
    await followed(browser, str(httpx2.URL(HERE + BACK, params=used)))
    await here.store.forget((await newest(here)).user)
    fresh = dict((await sent_to_visma(browser)).params)["state"]
    page = await followed(browser, str(httpx2.URL(HERE + BACK, params=used | {"state": fresh})))
    assert (page.status_code, await here.store.newest(ISSUER)) == (502, None)


async def newest(here: Office):
    kept = await here.store.newest(ISSUER)
    assert kept
    return kept


@pytest.mark.parametrize("issuer", ["https://evil.example", ""])
async def test_an_answer_of_another_issuer_is_not_used(issuer: str, here: Office) -> None:
    browser = here.browser()
    answer = dict(parse_qsl(urlsplit(await allowed(browser, await sent_to_visma(browser))).query))
    page = await browser.get(str(httpx2.URL(HERE + BACK, params=answer | {"iss": issuer})))
    assert (page.status_code, "does not come from Visma Connect" in page.text) == (400, True)
    assert await here.store.newest(ISSUER) is None


async def test_what_visma_says_is_shown_as_text(here: Office) -> None:
    browser = here.browser()
    address = await sent_to_visma(browser)
    form = {"error": "server_error", "description": "<script>alert(1)</script>\u202e & more"}
    refused = await browser.post(address, data=form)
    page = await followed(browser, refused.headers["Location"])
    assert "server_error" in page.text
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page.text
    assert f"redirect address exactly {HERE}{BACK}" in page.text


async def test_what_is_told_in_english_is_announced_in_danish(here: Office) -> None:
    here.sandbox.faults.append(Fault(path="/.well-known/openid-configuration", times=9, status=500))
    page = await here.browser().get(f"{HERE}/connect", headers={"Accept-Language": "da"})
    assert 'Fejlmeddelelsen lyder: <span lang="en">Visma Connect could not answer' in page.text


async def test_visma_that_cannot_be_reached_is_told(here: Office) -> None:
    here.sandbox.faults.append(Fault(path="/.well-known/openid-configuration", times=9, status=500))
    page = await here.browser().get(f"{HERE}/connect")
    assert (page.status_code, "Visma Connect could not answer" in page.text) == (502, True)


async def test_an_answer_without_a_code_connects_nobody_and_ends_the_sign_in(here: Office) -> None:
    browser = here.browser()
    answer = dict(parse_qsl(urlsplit(await allowed(browser, await sent_to_visma(browser))).query))
    del answer["code"]
    page = await browser.get(str(httpx2.URL(HERE + BACK, params=answer)))
    assert (page.status_code, "holds no code" in page.text) == (400, True)
    assert await here.store.newest(ISSUER) is None
    assert [each.why for each in here.heard.failures] == ["no_code"]


async def test_a_page_in_place_of_tokens_connects_nobody_and_is_not_shown(here: Office) -> None:
    here.sandbox.faults.append(Fault(path="/connect/token", status=200, body=b"<h1>Please wait</h1>"))
    page = await signed_in(here.browser())
    assert (page.status_code, "something that does not fit" in page.text) == (502, True)
    assert "Please wait" not in page.text
    assert await here.store.newest(ISSUER) is None


@pytest.mark.parametrize("on_the_way_back", [False, True])
async def test_a_visma_that_is_too_slow_is_told_and_connects_nobody(
    on_the_way_back: bool, tmp_path: Path
) -> None:
    late = httpx2.ReadTimeout("late")
    async with office(tmp_path, late, on_the_way_back=on_the_way_back) as here:
        page = await signed_in(here.browser())
        assert (page.status_code, "could not be reached (ReadTimeout)" in page.text) == (502, True)
        assert await here.store.newest(ISSUER) is None
        assert "Choose your default company" in (await signed_in(here.browser())).text


async def test_a_company_without_a_name_is_shown_by_its_number(here: Office) -> None:
    nameless = b'[{"Id": 1001, "IsPro": true}, {"Id": 1002, "Name": "B", "IsPro": true}]'
    here.sandbox.faults.append(Fault(path="organizations", status=200, body=nameless))
    page = await signed_in(here.browser())
    assert '<label for="o1001">1001</label>' in page.text


async def test_companies_that_cannot_be_listed_leave_the_connection(here: Office) -> None:
    here.sandbox.faults.append(Fault(path="organizations", times=9, status=500))
    page = await signed_in(here.browser())
    assert "your companies could not be listed" in page.text
    assert "Nothing was connected" not in page.text
    assert await here.store.newest(ISSUER)


@pytest.mark.parametrize("path", ["/choose", "/done"])
async def test_pages_after_the_sign_in_are_for_who_signed_in(path: str, here: Office) -> None:
    await signed_in(here.browser())
    page = await here.browser().get(HERE + path)
    assert (page.status_code, "no longer waiting" in page.text) == (400, True)


async def test_a_choice_that_cannot_be_kept_is_told(here: Office) -> None:
    browser = here.browser()
    page = await signed_in(browser)
    await here.store.forget((await newest(here)).user)
    answer = await chosen(browser, page)
    assert (answer.status_code, "Nobody is signed in to Dinero here any more" in answer.text) == (502, True)


async def test_nobody_gets_past_the_choice(here: Office) -> None:
    browser = here.browser()
    await signed_in(browser)
    assert "Choose your default company" in (await followed(browser, HERE + "/done")).text
    assert not here.heard.connections


async def test_a_choice_needs_the_proof_of_our_own_page(here: Office) -> None:
    browser = here.browser()
    page = await signed_in(browser)
    for proof in ("", "guessed", "\xe6"):
        assert (await chosen(browser, page, proof=proof)).status_code == 400
    assert await default_organization(here) is None


async def test_pages_load_and_run_nothing_and_are_framed_by_nobody(here: Office) -> None:
    page = await signed_in(here.browser())
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("asked_for", "heading"),
    [
        ("da", "Vælg din standardvirksomhed"),
        ("da-DK,en;q=0.8", "Vælg din standardvirksomhed"),
        ("en-GB,da;q=0.9", "Choose your default company"),
        ("fr,da;q=0.5,en;q=0.4", "Vælg din standardvirksomhed"),
        ("", "Choose your default company"),
        ("*;q=x,,;", "Choose your default company"),
    ],
)
async def test_the_pages_speak_the_browsers_language(asked_for: str, heading: str, here: Office) -> None:
    page = await signed_in(here.browser(**{"Accept-Language": asked_for}))
    assert heading in page.text


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(here: Office) -> None:
    answer = await here.browser().get(f"{HERE}/connect")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{BROWSER}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


NAMES = st.sampled_from(["state", "code", "iss", "error", "error_description", "posted", "x"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.lists(st.tuples(NAMES, st.text(max_size=60)), max_size=6), posts=st.booleans())
async def test_no_answer_crashes_the_callback_or_leads_elsewhere(
    fields: list[tuple[str, str]], posts: bool, here: Office
) -> None:
    browser = here.browser()
    state = dict((await sent_to_visma(browser)).params)["state"]
    sent = [(name, state if name == "state" and len(value) % 2 else value) for name, value in fields]
    encoded = str(httpx2.QueryParams([(n, v.encode("utf-8", "replace").decode()) for n, v in sent]))
    if posts:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await browser.post(HERE + BACK, content=encoded, headers=kind)
    else:
        answer = await browser.get(f"{HERE}{BACK}?{encoded}")
    assert answer.status_code in (303, 400, 502)
    assert answer.headers.get("Location", BACK).startswith(BACK)
    assert await here.store.newest(ISSUER) is None
