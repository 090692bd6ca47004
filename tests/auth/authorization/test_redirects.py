"""Where a person may be sent back to."""

import pytest

from dinero_mcp.auth.authorization.redirects import RedirectKind, RedirectRules, answered, named, redirect

SITE, LOOPBACK, APP = RedirectKind.SITE, RedirectKind.LOOPBACK, RedirectKind.APP


@pytest.mark.parametrize(
    ("address", "kind", "host"),
    [
        ("https://claude.ai/api/mcp/auth_callback", SITE, "claude.ai"),
        ("https://chatgpt.com/connector/oauth/IbUR3zxyNQ16", SITE, "chatgpt.com"),
        ("https://example.com:8443/cb?tenant=1", SITE, "example.com"),
        ("https://example.com", SITE, "example.com"),
        ("http://localhost/callback", LOOPBACK, "localhost"),
        ("http://127.0.0.1:33418/", LOOPBACK, "127.0.0.1"),
        ("http://[::1]:33418/", LOOPBACK, "[::1]"),
        ("cursor://anysphere.cursor-mcp/oauth/callback", APP, "cursor"),
        ("vscode-insiders://vscode.github-authentication/did-authenticate", APP, "vscode-insiders"),
        ("com.example.app:/oauth", APP, "com.example.app"),
    ],
)
def test_a_site_this_machine_and_apps_may_be_gone_back_to(address: str, kind: RedirectKind, host: str):
    to = redirect(address)
    assert to
    assert (to.address, to.kind, to.host) == (address, kind, host)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "blob:https://example.com/1",
        "vbscript:x",
        "intent://x#Intent;end",
        "ftp://example.com/",
        "myapp://callback",
        "urn:ietf:wg:oauth:2.0:oob",
        "http://example.com/cb",
        "http://127.0.0.1.example.com/cb",
        "http://localhost.example.com/cb",
        "http://127.1/cb",
        "http://0x7f.0.0.1/cb",
        "http://192.168.0.2/cb",
        "https://user@example.com/cb",
        "https://claude.ai@evil.example/cb",
        "https://claude.ai\\@evil.example/cb",
        "cursor://user@evil.example/cb",
        "https://example.com/cb#fragment",
        "https://example.com/c b",
        "https://example.com/cb\n",
        "\thttps://example.com/cb",
        "https://exämple.com/cb",
        "https://example.com:99999/cb",
        "https://example.com:\N{ARABIC-INDIC DIGIT THREE}/cb",
        "https://boo\N{KELVIN SIGN}s.example/cb",
        "http\N{LATIN SMALL LETTER LONG S}://example.com/cb",
        "https://example.com:0/cb",
        "https:///cb",
        "https:example.com/cb",
        "//example.com/cb",
        "/cb",
        "https://[::1",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_nothing_else_may(address: str):
    assert redirect(address) is None


@pytest.mark.parametrize(
    ("asked_for", "registered", "is_it"),
    [
        ("http://127.0.0.1:51234/cb", "http://127.0.0.1/cb", True),
        ("http://127.0.0.1:51234/cb", "http://127.0.0.1:33418/cb", True),
        ("http://[::1]:51234/cb?a=1", "http://[::1]/cb?a=1", True),
        ("http://127.0.0.1:51234", "http://127.0.0.1:33418/", True),
        ("http://127.0.0.1:51234/other", "http://127.0.0.1/cb", False),
        ("http://127.0.0.1:51234/cb?a=2", "http://127.0.0.1/cb?a=1", False),
        ("http://localhost:51234/cb", "http://127.0.0.1/cb", False),
        ("https://localhost:51234/cb", "http://localhost/cb", False),
        ("https://example.com/cb", "https://example.com/cb", True),
        ("https://example.com:8443/cb", "https://example.com/cb", False),
        ("https://example.com/cb/", "https://example.com/cb", False),
        ("https://example.com/cb?x=1", "https://example.com/cb", False),
        ("https://example.com/cb/../evil", "https://example.com/cb", False),
        ("https://EXAMPLE.com/cb", "https://example.com/cb", False),
        ("https://sub.example.com/cb", "https://example.com/cb", False),
        ("http://example.com/cb", "https://example.com/cb", False),
        ("cursor://one/cb", "cursor://other/cb", False),
    ],
)
def test_an_address_is_one_of_the_clients_to_the_letter_but_for_ports_of_this_machine(
    asked_for: str, registered: str, is_it: bool
):
    known = redirect(registered)
    assert known
    found = named(asked_for, [known])
    assert (found.address if found else None) == (asked_for if is_it else None)


def test_an_operator_may_limit_the_hosts():
    rules = RedirectRules(frozenset({"claude.ai", "127.0.0.1", "cursor"}))
    asked = [
        "https://claude.ai/cb",
        "https://evil.example/cb",
        "http://127.0.0.1/",
        "cursor://a/cb",
        "x.y:/cb",
    ]
    assert [each.host for each in rules.allowed(asked)] == ["claude.ai", "127.0.0.1", "cursor"]


def test_an_answer_goes_into_the_query_and_nowhere_else():
    assert (
        answered("https://a.example/cb", code="1&x=2#", state=None)
        == "https://a.example/cb?code=1%26x%3D2%23"
    )
    assert answered("https://a.example/cb?t=&u=1", iss="https://b") == (
        "https://a.example/cb?t=&u=1&iss=https%3A%2F%2Fb"
    )
