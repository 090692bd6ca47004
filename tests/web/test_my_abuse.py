"""Forms that are not ours, and pages that must not be framed, kept or made to run anything."""

from pathlib import Path

import httpx2
import pytest

from tests.sandbox.connect.browser import IDA
from tests.web.mine import HERE, Home, Person

FORMS = {
    "/my/tokens": {"name": "stolen", "expires": "never"},
    "/my/tokens/revoke": {"token": "x"},
    "/my/apps/remove": {"app": "x"},
    "/my/organization": {"organization": "1002"},
    "/my/disconnect": {},
    "/my/sign-out": {},
}


@pytest.fixture(params=FORMS)
def path(request: pytest.FixtureRequest) -> str:
    return request.param


async def refused(answer: httpx2.Response, my: Home, owner: Person) -> None:
    """Nothing was done, and the browser is signed in as before."""
    assert (answer.status_code, "That form was not accepted" in answer.text) == (403, True)
    assert await my.state.bearers.of() == []
    kept = await my.state.connections.with_id(owner.connection.id)
    assert kept
    assert kept.organization_id is None
    assert (await owner.browser.get("/my")).status_code == 200


@pytest.mark.parametrize("proof", ["", "x" * 43, "æ"])
async def test_a_form_without_the_proof_does_nothing(path: str, proof: str, my: Home) -> None:
    owner = await my.owner()
    await refused(await owner.sends(path, **{**FORMS[path], "proof": proof}), my, owner)


async def test_a_form_with_the_proof_of_another_session_does_nothing(path: str, my: Home) -> None:
    owner, other = await my.owner(), await my.owner(IDA)
    await refused(await owner.sends(path, **{**FORMS[path], "proof": other.proof}), my, owner)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: "-".join(*headers.items()),
)
async def test_a_form_from_another_site_does_nothing(path: str, headers: dict[str, str], my: Home) -> None:
    owner = await my.owner(headers=headers)
    await refused(await owner.sends(path, **FORMS[path]), my, owner)


async def test_what_is_no_form_does_nothing(path: str, my: Home) -> None:
    owner = await my.owner()
    await refused(await owner.browser.post(path, json={"proof": owner.proof, **FORMS[path]}), my, owner)
    large = {"proof": owner.proof, **FORMS[path], "more": "x" * 70_000}
    await refused(await owner.browser.post(path, data=large), my, owner)


async def test_our_own_form_is_taken(my: Home) -> None:
    owner = await my.owner(headers={"Origin": HERE, "Sec-Fetch-Site": "same-origin"})
    assert (await owner.sends("/my/tokens", name="laptop", expires="90")).status_code == 201


async def test_every_page_runs_nothing_is_not_kept_and_not_framed(my: Home) -> None:
    owner = await my.owner()
    answers = [await owner.browser.get(path) for path in ("/", "/my", "/my/disconnect")]
    answers += [await owner.sends("/my/tokens", name=name, expires="90") for name in ("laptop", "")]
    answers.append(await owner.sends("/my/disconnect"))
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script" not in answer.text
        assert "style=" not in answer.text


async def test_only_what_is_ours_is_said_to_be_done(my: Home) -> None:
    owner = await my.owner()
    page = await owner.sees("/my?done=%3Cb%3EYou+won%3C/b%3E")
    assert "You won" not in page
    assert 'role="status"' not in page
    assert 'role="status"' not in await owner.sees("/my?done=heading")


async def test_a_store_that_cannot_be_read_is_told_of_on_a_page(my: Home, tmp_path: Path) -> None:
    owner = await my.owner()
    for file in (tmp_path / "data").glob("connections.sqlite3*"):
        file.write_bytes(b"no database" * 1000)
    for path in ("/", "/my"):
        answer = await owner.browser.get(path)
        assert (answer.status_code, "That did not work just now" in answer.text) == (503, True)
        in_danish = (await owner.browser.get(path, headers={"Accept-Language": "da"})).text
        assert 'Fejlmeddelelsen lyder: <span lang="en">' in in_danish
