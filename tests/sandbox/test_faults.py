import httpx2
import pytest
from starlette.types import Message, Scope

from dinero_mcp.sandbox import Fault, Sandbox


async def test_a_fault_answers_as_often_as_it_is_told(sandbox: Sandbox, api: httpx2.AsyncClient) -> None:
    sandbox.faults.append(Fault(status=500, times=2))
    seen = [(await api.get("/v1/organizations")).status_code for _ in range(3)]
    assert seen == [500, 500, 200]
    assert not sandbox.faults


async def test_the_first_fault_that_matches_the_path_is_spent(
    sandbox: Sandbox, api: httpx2.AsyncClient
) -> None:
    elsewhere, first, second = Fault(path="/sales", status=503), Fault(status=480), Fault(status=401)
    sandbox.faults.extend([elsewhere, first, second])
    assert (await api.get("/v1/501/vatTypes")).status_code == 480
    assert sandbox.faults == [elsewhere, second]


async def test_a_fault_may_be_a_web_page_with_a_200(sandbox: Sandbox, api: httpx2.AsyncClient) -> None:
    page = Fault(status=200, body=b"<html>", content_type="text/html", headers={"x-from": "proxy"})
    sandbox.faults.append(page)
    answer = await api.get("/v1/501/vatTypes")
    assert (answer.status_code, answer.text, answer.headers["x-from"]) == (200, "<html>", "proxy")
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_right_answer_may_break_off(sandbox: Sandbox, api: httpx2.AsyncClient) -> None:
    sandbox.faults.append(Fault(path="accountingyears", alter=lambda body: body[:20]))
    answer = await api.get("/v1/501/accountingyears")
    assert (answer.status_code, answer.text) == (200, '[{"Name":"2024","Fro')
    assert answer.headers["content-type"] == "application/json"


async def test_a_field_may_get_another_type(sandbox: Sandbox, api: httpx2.AsyncClient) -> None:
    sandbox.faults.append(Fault(alter=lambda body: body.replace(b"55000", b'"bank"')))
    assert (await api.get("/v1/501/accounts/deposit")).json()[0]["AccountNumber"] == "bank"


async def test_a_late_answer_is_still_the_right_one(sandbox: Sandbox, api: httpx2.AsyncClient) -> None:
    sandbox.faults.append(Fault(delay=0.01))
    answer = await api.get("/v1/organizations")
    assert answer.json()[0]["id"] == 501


@pytest.mark.parametrize("cut", [True, False])
async def test_a_cut_connection_leaves_the_answer_unfinished(sandbox: Sandbox, cut: bool) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    if cut:
        sandbox.faults.append(Fault(cut=True))
    scope: Scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    await sandbox.app(scope, receive, send)
    finished = [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert finished is not cut
