"""What is done in My Dinero holds at the office's endpoints."""

from pathlib import Path

import httpx2

from dinero_mcp.server.office.demo import demo_surroundings
from dinero_mcp.server.office.serving import office_app
from tests.server.office.running import ADDRESSES, HERE, call, lifespan, office_settings, result, running


async def test_only_the_demo_says_that_it_is_one(tmp_path: Path) -> None:
    around = demo_surroundings(office_settings(tmp_path / "demo"), ADDRESSES, "127.0.0.1", 8001)
    demo = office_app(ADDRESSES, around)
    async with lifespan(demo), running(tmp_path) as office, office.http() as real:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(demo), base_url=HERE) as browser:
            assert "This is a demo" in (await browser.get("/")).text
        assert "This is a demo" not in (await real.get("/")).text


async def test_another_default_company_is_asked_about_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as office:
        connection = await office.signed_in(default=1001)
        secret = await office.named(connection)
        browser, proof = await office.browser(connection)
        assert "3 companies; you can ask about 2 of them" in (await browser.get("/my")).text
        form = {"proof": proof, "organization": "1002"}
        assert (await browser.post("/my/organization", data=form)).status_code == 303
        async with office.http(secret) as http:
            answer = result(await call(http, "list-accounting-years-tool"))
    assert answer["structuredContent"]["organization"]["id"] == 1002


async def test_a_token_ends_with_its_connection_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as office:
        connection = await office.signed_in()
        secret = await office.named(connection)
        browser, proof = await office.browser(connection)
        async with office.http(secret) as http:
            assert (await call(http, "list-organizations-tool")).status_code == 200
            answer = await browser.post("/my/disconnect", data={"proof": proof})
            assert "The access was taken back at Visma" in answer.text
            assert (await call(http, "list-organizations-tool")).status_code == 401
