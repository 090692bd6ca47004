"""A client's request that cannot go on is told to the person it sent here."""

from dataclasses import dataclass

from starlette.requests import Request

from dinero_mcp.web.refused_requests import refused_request


@dataclass(frozen=True)
class Refusal:
    status: int = 400
    description: str = "resource must be https://mcp.example.com/mcp"
    client_name: str | None = None
    return_host: str | None = None
    return_address: str | None = None


def shown(refusal: Refusal) -> str:
    response = refused_request(Request({"type": "http", "headers": [(b"accept-language", b"en")]}), refusal)
    assert response.status_code == refusal.status
    return bytes(response.body).decode()


def test_the_way_back_to_the_client_is_a_link_that_names_its_host() -> None:
    text = shown(
        Refusal(return_host="claude.example", return_address="https://claude.example/cb?error=x&a=b")
    )
    assert 'href="https://claude.example/cb?error=x&amp;a=b">Go back to claude.example</a>' in text


def test_where_the_client_is_not_known_there_is_no_way_back() -> None:
    text = shown(Refusal(status=429))
    assert "resource must be https://mcp.example.com/mcp" in text
    assert "<a " not in text


def test_markup_in_a_refusal_stays_text() -> None:
    evil = '"><script>alert(1)</script>'
    text = shown(Refusal(400, evil, evil, evil, "https://x.example/" + evil))
    assert "<script>" not in text
