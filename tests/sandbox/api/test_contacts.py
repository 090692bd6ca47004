import httpx2
import pytest

from dinero_mcp.sandbox.books import Books


async def names(api: httpx2.AsyncClient, path: str, **query: str) -> list[str]:
    page = (await api.get(path, params={"fields": "Name"} | query)).json()
    return [row["Name"] for row in page["Collection"]]


async def test_the_first_version_lists_contacts_that_are_not_deleted(api: httpx2.AsyncClient) -> None:
    assert await names(api, "/v1/501/contacts") == ["Åse Østergård", "Café L'Étoile"]


async def test_the_second_version_lists_deleted_ones_too_until_told(api: httpx2.AsyncClient) -> None:
    everyone = ["Gammel Kunde", "Åse Østergård", "Café L'Étoile"]
    assert await names(api, "/v2/501/contacts") == everyone
    assert await names(api, "/v2/501/contacts", deletedOnly="true") == everyone[:1]
    assert await names(api, "/v2/501/contacts", deletedOnly="false") == everyone[1:]


async def test_changes_since_includes_the_moment_itself_and_deletions(api: httpx2.AsyncClient) -> None:
    since = {"changesSince": "2025-03-05T09:30:00Z"}
    assert await names(api, "/v1/501/contacts", **since) == ["Café L'Étoile"]
    assert await names(api, "/v1/501/contacts", **since, deletedOnly="true") == ["Gammel Kunde"]
    assert await names(api, "/v1/501/contacts", changesSince="2025-03-05T09:30:01Z") == []


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("Name contains 'øster'", ["Åse Østergård"]),
        ("name EQ 'åse østergård'", ["Åse Østergård"]),
        ("IsPerson eq 'true'", ["Åse Østergård"]),
        ("Email contains '@';IsPerson eq 'false'", ["Café L'Étoile"]),
        ("Phone eq ''", ["Åse Østergård", "Café L'Étoile"]),
        ("Name eq 'øster'", []),
    ],
)
async def test_filters_are_joined_and_blind_to_case(
    api: httpx2.AsyncClient, condition: str, found: list[str]
) -> None:
    assert await names(api, "/v1/501/contacts", queryFilter=condition) == found


@pytest.mark.parametrize(
    "condition",
    ["Name eq 'Café L'Étoile'", "Name eq 'a;b'", "City eq 'x'", "Name like 'x'", "Name eq x", "';drop"],
)
async def test_a_filter_that_cannot_be_read_is_refused(api: httpx2.AsyncClient, condition: str) -> None:
    answer = await api.get("/v1/501/contacts", params={"queryFilter": condition})
    assert (answer.status_code, answer.json()["code"]) == (400, 46)


async def test_lists_hold_empty_texts_where_the_contact_holds_null(
    api: httpx2.AsyncClient, books: Books
) -> None:
    query = {"fields": "Phone,VatNumber,EanNumber", "queryFilter": "IsPerson eq 'true'"}
    (row,) = (await api.get("/v1/501/contacts", params=query)).json()["Collection"]
    assert row == {"Phone": "", "VatNumber": "", "EanNumber": None}
    single = (await api.get(f"/v1/501/contacts/{books.contacts[1].guid}")).json()
    assert (single["Phone"], single["VatNumber"], single["Street"]) == (None, None, "Havnegade 1")


async def test_a_deleted_contact_can_still_be_read(api: httpx2.AsyncClient, books: Books) -> None:
    answer = (await api.get(f"/v1/501/contacts/{books.contacts[2].guid.upper()}")).json()
    assert answer["Name"] == "Gammel Kunde"
    assert answer["DeletedAt"].startswith("2025-04-04T09:30:00")
