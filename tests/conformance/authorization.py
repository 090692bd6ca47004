"""The suite's scenarios for an authorization server, with somebody in front of the browser it asks for."""

import re
import shutil
import subprocess
from collections.abc import Iterator

import httpx2
from node import PACKAGES, started
from person import sign_in
from row import Row
from serving import free_port
from suite import KEPT, results

_PROGRAM = PACKAGES / "conformance" / "dist" / "index.js"
_IS_WAITING = "Callback server started"
_ADDRESS = re.compile(r"https?://\S+/authorize\?\S+")


def authorized(server: str, address: str, resource: str) -> Iterator[Row]:
    """Every scenario for an authorization server, by a client that registered itself there."""
    kept, port = KEPT / f"{server}, authorization", free_port()
    shutil.rmtree(kept, ignore_errors=True)
    client = _registered(address, f"http://127.0.0.1:{port}/callback")
    what = ("--url", address, "--client-id", client, "--resource", resource)
    with started(_PROGRAM, "authorization", *what, "-p", str(port), "-o", str(kept)) as suite:
        yield from results(server, "authorization", "".join(_accompanied(suite)))


def _registered(address: str, back: str) -> str:
    described = {"client_name": "Conformance", "redirect_uris": [back], "token_endpoint_auth_method": "none"}
    answer = httpx2.post(f"{address}/register", json=described)
    return answer.raise_for_status().json()["client_id"]


def _accompanied(suite: subprocess.Popen[str]) -> Iterator[str]:
    """What it prints; once it waits for a browser that it told where to go, somebody signs in there."""
    assert suite.stdout
    address = ""
    for line in suite.stdout:
        yield line
        address = found[0] if (found := _ADDRESS.search(line)) else address
        if address and line.startswith(_IS_WAITING):
            sign_in(address)
