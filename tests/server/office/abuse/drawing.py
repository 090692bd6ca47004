"""Requests that nobody would send in good faith, drawn from what the server knows and what it does not."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import httpx2
from hypothesis import strategies as st

from dinero_mcp.tools.publishing import published
from tests.auth.authorization.desk import CALLBACK, VERIFIER, challenge_of
from tests.server.office.running import ADDRESSES, CLIENT, HERE, NEWER, OLDER, call_of

TOOLS = published()
ODD = [
    "",
    "' OR 1=1 --",
    "../../etc/passwd",
    "%00",
    "\x00",
    "a\x00b",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "\r\nSet-Cookie: a=b",
    "é\u202e💥",
    "9" * 400,
    "A" * 43,
    "x" * 5_000,
    "javascript:alert(1)",
    "https://evil.example/",
    "http://[::1",
]
KNOWN = ["<proof>", "<token>", "<family>", "<client>", "<request>", "<refresh>"]
"""Names of what is real; put in when the request is sent."""
GOOD = [
    *KNOWN,
    *("1001", "1002", "90", "never", "laptop", "allow", "deny", "code", "S256", "read", "1"),
    *("authorization_code", "refresh_token", "none", HERE, ADDRESSES.dinero, ADDRESSES.gateway),
]
NAMES = [
    *("request", "proof", "answer", "organization", "name", "expires", "token", "app", "done", "other"),
    *("state", "code", "iss", "error", "error_description", "posted", "response_type", "client_id"),
    *("redirect_uri", "scope", "resource", "code_challenge", "code_challenge_method", "code_verifier"),
    *("grant_type", "refresh_token", "token_type_hint", "client_secret", "redirect_uris", "client_name"),
]
ITS_OWN = {
    "proof": "<proof>",
    "token": "<token>",
    "app": "<family>",
    "client_id": "<client>",
    "request": "<request>",
    "refresh_token": "<refresh>",
}
_CLIENT = {"client_id": "<client>", "redirect_uri": CALLBACK, "resource": ADDRESSES.dinero}
FORMS = {
    "/my/tokens": {"proof": "<proof>", "name": "desk", "expires": "never"},
    "/my/tokens/revoke": {"proof": "<proof>", "token": "<token>"},
    "/my/apps/remove": {"proof": "<proof>", "app": "<family>"},
    "/my/organization": {"proof": "<proof>", "organization": "1002"},
    "/my/disconnect": {"proof": "<proof>"},
    "/my/sign-out": {"proof": "<proof>"},
    "/choose": {"proof": "<proof>", "organization": "1002"},
    "/consent": {"request": "<request>", "answer": "allow"},
    "/token": {"client_id": CLIENT, "grant_type": "refresh_token", "refresh_token": "<refresh>"},
    "/revoke": {"client_id": CLIENT, "token": "<refresh>"},
    "/authorize": {
        "response_type": "code",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **_CLIENT,
    },
}
"""What belongs into the form or query of a path."""
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE"]
ODD_PATHS = [
    "/nowhere",
    "//evil.example/my",
    "/my/../my",
    "/%2e%2e/my",
    "/my/",
    "/my%00",
    "/mcp/x",
    "/é",
    "/*",
]
PLAUSIBLE = [1001, 1002, 1003, "2026", "2026-01-01", "2026-09", 2026, 1, "asc", True]

texts = st.sampled_from(ODD) | st.sampled_from(GOOD) | st.text(max_size=30)
numbers = st.integers() | st.floats(allow_nan=False) | st.sampled_from([10**30, -(2**63), 1e308])
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Origin": st.sampled_from(["null", HERE, HERE, "https://evil.example"]),
        "Sec-Fetch-Site": st.sampled_from(["same-origin", "cross-site", "none"]),
        "Accept-Language": st.sampled_from(["da", "en", "*;q=x", ",,,", "A" * 500]),
        "X-Request-Id": st.sampled_from(["one", "A" * 5000, "'", "<script>"]),
        "Content-Type": st.sampled_from(["text/plain", "application/json", "multipart/form-data", "x"]),
    },
)


@dataclass(frozen=True)
class Drawn:
    """A request; whose it is, is put in when it is sent."""

    request: httpx2.Request
    bearer: str
    """`none`, `named`, `granted`, or what is sent as one."""
    cookie: str
    """`none`, `real`, or what is sent as one."""


@st.composite
def fields(draw: st.DrawFn, path: str = "") -> dict[str, str]:
    """Of a form or a query: what belongs there or nothing, and some of it or more in odd values."""
    good = FORMS.get(path, {}) if draw(st.sampled_from([True, True, False])) else {}
    named = draw(
        st.lists(st.sampled_from([*good, *NAMES]) | texts, max_size=draw(st.sampled_from([0, 1, 6])))
    )
    return good | {name: draw(st.sampled_from([ITS_OWN.get(name, ""), draw(texts)])) for name in named}


@st.composite
def shown_as(draw: st.DrawFn, usual: Sequence[str]) -> str:
    """What somebody has to show: one of the usual, or rarely anything."""
    its = draw(st.sampled_from([*usual, "odd"]))
    return draw(texts.filter(str.isprintable)) if its == "odd" else its


@st.composite
def to_a_page(draw: st.DrawFn, path: str, methods: Sequence[str]) -> Drawn:
    """A request to anything but a tool; most often with a method that is answered there."""
    its = draw(headers) if draw(st.booleans()) else {}
    method, query = (
        draw(st.sampled_from([*methods, *methods, draw(st.sampled_from(METHODS))])),
        draw(fields()),
    )
    url = f"{HERE}{quote(path, safe='/%')}?{urlencode(query)}"
    match draw(st.sampled_from(["form"] * 5 + ["json", "bytes"])):
        case "form":
            its.pop("Content-Type", None)
            request = httpx2.Request(method, url, data=draw(fields(path)), headers=its)
        case "json":
            request = httpx2.Request(method, url, json=draw(fields() | values), headers=its)
        case _:
            request = httpx2.Request(method, url, content=draw(st.binary(max_size=200)), headers=its)
    cookie = draw(shown_as(["none", "real", "real", "real"]))
    return Drawn(request, draw(shown_as(["none", "named"])), cookie)


anywhere = (st.sampled_from(ODD_PATHS) | st.text(max_size=20).map(lambda text: f"/{text}")).flatmap(
    lambda path: to_a_page(path, METHODS)
)


in_order = [
    Drawn(httpx2.Request("POST", HERE + path, data=form), "none", "real") for path, form in FORMS.items()
]
"""What people and clients send."""
forms = st.sampled_from(sorted(FORMS)).flatmap(lambda path: to_a_page(path, ["POST"] * 4))


@st.composite
def to_a_tool(draw: st.DrawFn) -> Drawn:
    """A message of either era to either endpoint, as it should be or not."""
    path, prefix = draw(st.sampled_from([("/mcp/dinero", ""), ("/mcp", "dinero__")]))
    tool = draw(st.sampled_from(list(TOOLS)))
    properties = TOOLS[tool]["input"]["properties"]
    assert isinstance(properties, dict)
    named = st.sampled_from([str(name) for name in properties]) if properties else texts  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - a schema
    given = draw(st.dictionaries(named | texts, st.sampled_from(PLAUSIBLE) | values, max_size=4))
    message, its = call_of(prefix + tool, draw(st.sampled_from([NEWER, OLDER])), given)
    body, its = draw(bent(json.dumps(message))), its | {"Content-Type": "application/json"}
    request = httpx2.Request("POST", HERE + path, content=body, headers=its)
    return Drawn(request, draw(st.sampled_from(["named", "named", "named", "granted", "none", "x"])), "none")


@st.composite
def bent(draw: st.DrawFn, message: str) -> bytes:
    """The message, most often as it is; else with a part put in its place, or cut off."""
    parts = json.loads(message)
    match draw(st.sampled_from(["whole", "whole", "whole", "other", "without", "params", "cut", "bytes"])):
        case "whole":
            return message.encode()
        case "other":
            methods = st.sampled_from(["tools/list", "initialize", "ping", "server/discover", "prompts/get"])
            parts |= {draw(st.sampled_from(list(parts))): draw(values), "method": draw(methods | texts)}
        case "without":
            del parts[draw(st.sampled_from(list(parts)))]
        case "params":
            parts["params"] |= {draw(st.sampled_from(list(parts["params"]))): draw(values)}
        case "cut":
            return message.encode()[: draw(st.integers(0, len(message)))]
        case _:
            return draw(st.binary(max_size=100))
    return json.dumps(parts).encode()
