"""Sign-ins that are begun and never finished are kept for a while, so nobody begins them without end."""

from pathlib import Path

from dinero_mcp.auth.authorization.paces import REQUESTS_A_MINUTE
from tests.server.office.running import running


async def test_one_address_begins_so_many_sign_ins_a_minute_and_no_more(tmp_path: Path) -> None:
    async with running(tmp_path) as office, office.http() as http:
        statuses = [(await http.get("/connect")).status_code for _ in range(REQUESTS_A_MINUTE)]
        refused = await http.get("/connect", headers={"Accept-Language": "da"})
    assert set(statuses) == {303}
    assert (refused.status_code, "for mange logins herfra" in refused.text) == (429, True)
