"""Letting a client in: what the page says, where it leads, and whose answers do not count."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from dinero_mcp.sandbox import Fault
from dinero_mcp.sandbox.connect.users import User
from tests.sandbox.connect.browser import ASTRID, IDA, ISSUER
from tests.web.clients import Asking
from tests.web.office import Office, office
from tests.web.signing_in import HERE, allowed, chosen, followed, proof_in, sent_to_visma, signed_in

IN = "https://claude.example/callback?code=a-code&state=s"
LOOPBACK = Asking(
    redirect_address="http://127.0.0.1:33418/",
    redirect_host="127.0.0.1",
    is_loopback=True,
    may_be_remembered=False,
)
APP = Asking(redirect_address="cursor://oauth/callback", redirect_host="cursor", may_be_remembered=False)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as opened:
        yield opened


async def asked(browser: httpx2.AsyncClient, key: str) -> httpx2.Response:
    return await browser.get(f"{HERE}/consent", params={"request": key})


async def answered(
    browser: httpx2.AsyncClient, page: httpx2.Response, key: str, answer: str = "allow", **changes: str
) -> httpx2.Response:
    form = {"request": key, "proof": proof_in(page.text), "answer": answer} | changes
    return await browser.post(f"{HERE}/consent", data=form)


async def visiting(here: Office, user: User = IDA) -> httpx2.AsyncClient:
    """A browser in which somebody is signed in."""
    browser = here.browser()
    await signed_in(browser, user)
    return browser


async def test_who_is_signed_in_allows_a_client_with_one_answer(here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked()
    page = await asked(browser, key)
    answer = await answered(browser, page, key)
    assert (answer.status_code, answer.headers["Location"]) == (303, IN)
    assert answer.headers["Cache-Control"] == "no-store"
    assert here.requests.approved == [each.id for each in await here.state.connections.all()]


async def test_the_page_says_who_asks_for_what_and_in_whose_books(here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked()
    text = (await asked(browser, key)).text
    for said in (
        "Claude",
        "Anybody can take any name",
        '<b class="name">claude.example</b>',
        "Read everything in the companies of your login. It can change nothing.",
        "http://127.0.0.1:8765/mcp/dinero",
        "Bergmann Rådgivning v/Ida Bergmann",
        "Use another login",
    ):
        assert said in text


async def test_a_client_that_a_host_publishes_is_named_with_it(here: Office) -> None:
    key = here.requests.asked(Asking(client_host="claude.example"))
    text = (await asked(here.browser(), key)).text
    assert "published by <b>claude.example</b>" in text
    assert "Anybody can take any name" not in text


@pytest.mark.parametrize(
    ("asking", "warning"), [(LOOPBACK, "A program on this computer."), (APP, "any app can take addresses")]
)
async def test_a_client_on_the_persons_own_machine_is_warned_of(
    asking: Asking, warning: str, here: Office
) -> None:
    text = (await asked(here.browser(), here.requests.asked(asking))).text
    assert f'<p class="warning">{warning}' in text or re.search(f'class="warning">[^<]*{warning}', text)


async def test_who_is_not_signed_in_answers_first_and_once(here: Office) -> None:
    browser, key = here.browser(), here.requests.asked()
    page = await asked(browser, key)
    assert "Nobody is signed in in this browser" in page.text
    to_visma = await answered(browser, page, key)
    assert to_visma.headers["Location"].startswith(ISSUER)
    back = await allowed(browser, httpx2.URL(to_visma.headers["Location"]), ASTRID)
    choice = await followed(browser, back)
    assert "Choose your default company" in choice.text
    assert "form-action 'self' https://claude.example;" in choice.headers["Content-Security-Policy"]
    form = {"proof": proof_in(choice.text), "organization": "1002"}
    onward = await browser.post(f"{HERE}/choose", data=form)
    in_the_end = await browser.get(HERE + onward.headers["Location"])
    assert (in_the_end.status_code, in_the_end.headers["Location"]) == (303, IN)


async def test_a_request_that_was_not_approved_is_shown_after_signing_in(here: Office) -> None:
    browser, key = here.browser(), here.requests.asked()
    begun = await browser.get(f"{HERE}/connect", params={"request": key, "other": "1"})
    assert "prompt=select_account" in begun.headers["Location"]
    page = await followed(browser, await allowed(browser, httpx2.URL(begun.headers["Location"]), IDA))
    assert "Allow this program to read your books?" in page.text
    assert not here.requests.approved


async def test_what_was_approved_for_one_request_is_not_for_another(here: Office) -> None:
    browser, first, second = here.browser(), here.requests.asked(), here.requests.asked(LOOPBACK)
    to_visma = await answered(browser, await asked(browser, first), first)
    await followed(browser, await allowed(browser, httpx2.URL(to_visma.headers["Location"]), IDA))
    assert (await asked(browser, second)).status_code == 200
    assert len(here.requests.approved) == 1


async def test_who_denies_goes_back_to_the_client_with_that(here: Office) -> None:
    for browser in (here.browser(), await visiting(here)):
        key = here.requests.asked()
        answer = await answered(browser, await asked(browser, key), key, "deny")
        assert answer.headers["Location"] == "https://claude.example/callback?error=access_denied&state=s"
    assert not here.requests.approved


async def test_a_client_that_was_allowed_before_is_let_in_without_a_page(here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked()
    await answered(browser, await asked(browser, key), key)
    again = await asked(browser, here.requests.asked())
    assert (again.status_code, again.headers["Location"]) == (303, IN)
    assert (await asked(here.browser(), here.requests.asked())).status_code == 200


@pytest.mark.parametrize("asking", [LOOPBACK, APP])
async def test_programs_on_the_persons_own_machine_ask_each_time(asking: Asking, here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked(asking)
    answer = await answered(browser, await asked(browser, key), key)
    assert answer.headers["Location"] == f"{asking.redirect_address}?code=a-code&state=s"
    assert (await asked(browser, here.requests.asked(asking))).status_code == 200


async def test_a_grant_that_visma_ended_is_renewed_on_the_way(here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked()
    ended = (await here.state.connections.all())[0]
    await here.state.connections.change(ended.user, lambda kept: replace(kept, refresh_token=""))
    page = await asked(browser, key)
    assert "Nobody is signed in in this browser" in page.text
    to_visma = await answered(browser, page, key)
    address = await allowed(browser, httpx2.URL(to_visma.headers["Location"]), IDA)
    onward = (await browser.get(address)).headers["Location"]
    assert (await browser.get(HERE + onward)).headers["Location"] == IN
    assert here.requests.approved == [ended.id]


async def test_a_failed_sign_in_leads_back_to_the_request(here: Office) -> None:
    browser, key = here.browser(), here.requests.asked()
    to_visma = await answered(browser, await asked(browser, key), key)
    denied = await browser.post(to_visma.headers["Location"], data={"answer": "deny"})
    page = await followed(browser, denied.headers["Location"])
    assert f'href="/consent?request={key}"' in page.text


async def test_companies_that_cannot_be_listed_keep_nobody_from_answering(here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked()
    here.sandbox.faults.append(Fault(path="organizations", times=9, status=500))
    page = await asked(browser, key)
    assert "The companies of the login that is signed in" in page.text
    assert (await answered(browser, page, key)).headers["Location"] == IN


@pytest.mark.parametrize("key", ["", "x", "x" * 43, "' OR 1=1 --", "../../etc/passwd", "x" * 5000])
async def test_a_request_that_does_not_wait_is_told(key: str, here: Office) -> None:
    browser = await visiting(here)
    assert (await asked(browser, key)).status_code == 400
    posted = await browser.post(f"{HERE}/consent", data={"request": key, "answer": "allow"})
    assert (posted.status_code, "no longer waits" in posted.text) == (400, True)


async def test_a_request_is_answered_once(here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked()
    page = await asked(browser, key)
    await answered(browser, page, key)
    assert (await answered(browser, page, key)).status_code == 400
    assert len(here.requests.approved) == 1


async def test_an_answer_without_the_proof_of_the_page_does_not_count(here: Office) -> None:
    browser, key, other = await visiting(here), here.requests.asked(), here.requests.asked()
    page = await asked(browser, key)
    for proof in ("", "guessed", "\xe6", proof_in((await asked(browser, other)).text)):
        answer = await answered(browser, page, key, proof=proof)
        assert (answer.status_code, "Nothing was allowed" in answer.text) == (403, True)
    assert not here.requests.approved


async def test_an_answer_counts_only_in_the_browser_that_saw_the_page(here: Office) -> None:
    victim, attacker, key = await visiting(here, ASTRID), await visiting(here), here.requests.asked()
    page = await asked(attacker, key)
    for browser in (victim, here.browser()):
        await asked(browser, key)
        for answer in ("allow", "deny"):
            assert (await answered(browser, page, key, answer)).status_code == 403
    assert not here.requests.approved


async def test_an_answer_does_not_count_for_somebody_who_signed_in_since(here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked()
    page = await asked(browser, key)
    await signed_in(browser, ASTRID)
    assert (await answered(browser, page, key)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_an_answer_from_another_site_does_not_count(headers: dict[str, str], here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked()
    page = await asked(browser, key)
    browser.headers.update(headers)
    assert (await answered(browser, page, key)).status_code == 403
    assert not here.requests.approved


async def test_an_approval_that_was_planted_in_an_address_is_none(here: Office) -> None:
    browser, key = here.browser(), here.requests.asked()
    begun = await browser.get(
        f"{HERE}/connect", params={"request": key, "is_approved": "true", "approved": "1"}
    )
    page = await followed(browser, await allowed(browser, httpx2.URL(begun.headers["Location"]), IDA))
    assert "Allow this program to read your books?" in page.text


@pytest.mark.parametrize("answer", ["", "ALLOW", "yes"])
async def test_an_answer_that_is_neither_shows_the_page_again(answer: str, here: Office) -> None:
    browser, key = await visiting(here), here.requests.asked()
    again = await answered(browser, await asked(browser, key), key, answer)
    assert (again.status_code, "Allow this program" in again.text) == (400, True)


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://claude.example/callback", "https://claude.example"),
        ("http://127.0.0.1:33418/x", "http://127.0.0.1:33418"),
        ("http://localhost:1/", "http://localhost:1"),
        ("http://[::1]:1/", "http:"),
        ("cursor://oauth/callback", "cursor:"),
        ("com.example.app:/oauth", "com.example.app:"),
        ("https://evil.example;script-src/x", "https:"),
    ],
)
async def test_a_form_may_lead_to_the_client_that_asks_and_nowhere_else(
    address: str, target: str, here: Office
) -> None:
    key = here.requests.asked(Asking(redirect_address=address))
    anybody = (await asked(here.browser(), key)).headers["Content-Security-Policy"]
    assert f"form-action 'self' {ISSUER} {target}; " in anybody
    signed_in_here = (await asked(await visiting(here), key)).headers["Content-Security-Policy"]
    assert f"form-action 'self' {target}; " in signed_in_here


async def test_the_page_is_framed_by_nobody_and_kept_nowhere(here: Office) -> None:
    headers = (await asked(here.browser(), here.requests.asked())).headers
    assert "default-src 'none'; style-src 'sha256-" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"


async def test_markup_in_what_a_client_says_of_itself_stays_text(here: Office) -> None:
    evil = '"><img src=x onerror=alert(1)>\u202egnp.exe\u0000\n'
    asking = Asking(
        client_name=evil + "x" * 500, client_host=evil, redirect_host=evil, resource=evil, resource_name=evil
    )
    text = (await asked(here.browser(), here.requests.asked(asking))).text
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "\u202e" not in text.partition("</bdi>")[0]
    assert "x" * 81 not in text


@pytest.mark.parametrize(
    ("language", "said"), [("da", "Må dette program læse"), ("en", "Allow this program")]
)
async def test_the_page_speaks_the_browsers_language(language: str, said: str, here: Office) -> None:
    page = await asked(here.browser(**{"Accept-Language": language}), here.requests.asked())
    assert said in page.text
    assert f'<html lang="{language}">' in page.text


async def test_a_choice_before_the_client_is_answered_is_kept(here: Office) -> None:
    browser, key = here.browser(), here.requests.asked()
    begun = await sent_to_visma(browser)
    page = await followed(browser, await allowed(browser, begun, ASTRID))
    await chosen(browser, page)
    text = (await asked(browser, key)).text
    assert "Bergmann Rådgivning v/Ida Bergmann and 2 other companies" in text
