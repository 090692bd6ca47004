from datetime import date

import httpx2

from dinero_mcp.sandbox import DEMO_CLIENT_ID, Fault, Sandbox, SeenRequest


async def test_every_request_is_noted_with_its_organization_and_client(
    sandbox: Sandbox, api: httpx2.AsyncClient
) -> None:
    await api.get("/v2/501/contacts", params={"pageSize": 10, "fields": "Name"})
    signing_in, asking = sandbox.requests
    assert (signing_in.method, signing_in.host, signing_in.path, signing_in.client_id) == (
        "POST",
        "authz.dinero.dk",
        "/dineroapi/oauth/token",
        None,
    )
    assert asking == SeenRequest(
        method="GET",
        host="api.dinero.dk",
        path="/v2/501/contacts",
        query={"pageSize": "10", "fields": "Name"},
        organization_id=501,
        client_id=DEMO_CLIENT_ID,
    )


async def test_refused_and_faulty_requests_are_noted_too(sandbox: Sandbox, api: httpx2.AsyncClient) -> None:
    sandbox.faults.append(Fault(path="vatTypes", status=503))
    await api.get("/v1/501/vatTypes")
    await api.post("/v1/501/contacts")
    await api.get("/v1/nowhere")
    noted = [(request.method, request.organization_id) for request in sandbox.requests[1:]]
    assert noted == [("GET", 501), ("POST", 501), ("GET", None)]


async def test_the_demo_companies_are_there_unless_others_are_given() -> None:
    assert sorted(Sandbox(date(2026, 10, 9)).organizations) == [1001, 1002, 1003]
