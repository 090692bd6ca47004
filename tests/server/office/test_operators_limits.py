"""Who may connect, and what may be asked about, where the operator of an office says so."""

from pathlib import Path

import httpx2

from tests.server.office.running import Running, call, result, running

YEARS = "list-accounting-years-tool"


async def asked(office: Running, secret: str, organization: int | None = None) -> httpx2.Response:
    given = {} if organization is None else {"organization_id": organization}
    async with office.http(secret) as http:
        return await call(http, YEARS, given=given)


async def test_only_organizations_that_the_operator_allows_are_told_of_and_answered_about(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, allowed_organizations="1002,1003") as office:
        secret = await office.named(await office.signed_in(default=1002))
        async with office.http(secret) as http:
            told = result(await call(http, "list-organizations-tool"))["structuredContent"]["organizations"]
        assert [each["id"] for each in told] == [1002, 1003]
        assert not result(await asked(office, secret))["isError"]
        refused = result(await asked(office, secret, 1001))
        assert refused["isError"]
        assert "1001 is not one that this sign-in reaches" in refused["content"][0]["text"]
    assert 1001 not in office.sandbox.counts.organizations


async def test_a_default_organization_from_before_the_limit_is_not_answered_about(tmp_path: Path) -> None:
    async with running(tmp_path, allowed_organizations="1002") as office:
        secret = await office.named(await office.signed_in(default=1001))
        assert result(await asked(office, secret))["isError"]
    assert 1001 not in office.sandbox.counts.organizations


async def test_the_one_organization_that_is_allowed_needs_no_choice(tmp_path: Path) -> None:
    async with running(tmp_path, allowed_organizations="1002") as office:
        answer = result(await asked(office, await office.named(await office.signed_in(default=None))))
    assert answer["structuredContent"]["organization"]["id"] == 1002


async def test_only_clients_on_hosts_that_the_operator_allows_are_let_in(tmp_path: Path) -> None:
    async with running(tmp_path, allowed_client_hosts="claude.ai") as office, office.http() as http:
        statuses = [
            (await http.post("/register", json={"redirect_uris": [address]})).status_code
            for address in ("https://claude.ai/cb", "https://evil.example/cb", "http://127.0.0.1:5000/cb")
        ]
    assert statuses == [201, 400, 400]
