"""The page where a person allows or denies, and how the application is told."""

import re
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from tests.sandbox.connect.browser import ASTRID, ISSUER, decided, exchanged, query, told
from tests.sandbox.connect.conftest import Connect

ALLOW = {"user": ASTRID.subject, "answer": "allow"}
PAGE = f"{ISSUER}/connect/authorize"


async def test_the_page_lists_invented_users_and_what_is_asked_for(http: httpx2.AsyncClient) -> None:
    page = await http.get(PAGE, params=query())
    assert page.status_code == 200
    assert page.text.count('type="radio"') == 4
    assert "Astrid Havblik" in page.text
    assert "<li>dineropublicapi:read</li><li>offline_access</li>" in page.text
    assert "<script" not in page.text


async def test_to_allow_gives_a_code_and_says_who_gave_it(http: httpx2.AsyncClient) -> None:
    answer = await decided(http, ALLOW)
    address = urlsplit(answer.headers["Location"])
    assert address._replace(query="").geturl() == DEMO_REDIRECT_ADDRESS
    fields = dict(parse_qsl(address.query))
    assert re.fullmatch("[0-9A-F]{64}", fields.pop("code"))
    assert fields.pop("session_state")
    assert fields == {"state": "the state", "iss": ISSUER, "scope": "dineropublicapi:read offline_access"}


async def test_the_answer_can_be_posted_with_and_without_scripts(http: httpx2.AsyncClient) -> None:
    answer = await decided(http, ALLOW, query(response_mode="form_post", state='"><script>'))
    assert answer.status_code == 200
    assert f'<form method="post" action="{DEMO_REDIRECT_ADDRESS}">' in answer.text
    assert 'name="state" value="&quot;&gt;&lt;script&gt;"' in answer.text
    assert "<button>Continue</button>" in answer.text
    code = re.search('name="code" value="([^"]+)"', answer.text)
    assert code
    assert (await exchanged(http, code[1])).status_code == 200


@pytest.mark.parametrize(
    "form", [{"user": ASTRID.subject, "answer": "deny"}, {"answer": "allow"}, {"user": "nobody"}]
)
async def test_to_deny_is_told(http: httpx2.AsyncClient, form: dict[str, str]) -> None:
    assert await told(http, form) == {"error": "access_denied", "state": "the state", "iss": ISSUER}


async def test_a_failure_can_be_asked_for_with_a_text_of_any_kind(http: httpx2.AsyncClient) -> None:
    fields = await told(http, {"error": "server_error", "description": "<b>æ</b>"})
    assert fields["error"] == "server_error"
    assert fields["error_description"] == "<b>æ</b>"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"scope": "dineropublicapi:write"}, "invalid_scope"),
        ({"scope": "offline_access"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
async def test_a_wrong_request_is_told_to_the_application(
    http: httpx2.AsyncClient, changes: dict[str, str], error: str
) -> None:
    answer = await http.get(PAGE, params=query(**changes))
    assert answer.status_code == 302
    assert dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["error"] == error


async def test_offline_access_must_be_switched_on(connect: Connect) -> None:
    http = connect(offline_access=False)
    assert (await told(http, ALLOW))["error"] == "invalid_scope"
    assert "code" in await told(http, ALLOW, query(scope="dineropublicapi:read"))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "isv_other"},
        {"client_id": ""},
        {"redirect_uri": DEMO_REDIRECT_ADDRESS + "/"},
        {"redirect_uri": DEMO_REDIRECT_ADDRESS.replace("127.0.0.1", "localhost")},
        {"redirect_uri": DEMO_REDIRECT_ADDRESS.upper()},
        {"redirect_uri": ""},
    ],
)
async def test_a_stranger_is_never_sent_back_but_shown_an_error_id(
    http: httpx2.AsyncClient, changes: dict[str, str]
) -> None:
    for page in (await http.get(PAGE, params=query(**changes)), await decided(http, ALLOW, query(**changes))):
        assert page.status_code == 400
        assert re.search("Error-ID: [0-9A-F]{16}", page.text)


async def test_a_parameter_given_twice_leads_nowhere(http: httpx2.AsyncClient) -> None:
    assert (await http.get(PAGE, params=[*query().items(), ("state", "another")])).status_code == 400
    assert (await http.post(PAGE, params=query(), json=ALLOW)).status_code == 400
