"""Which addresses are one host's on the public internet."""

import pytest

from dinero_mcp.auth.authorization.document_address import document_address
from dinero_mcp.auth.authorization.public_addresses import is_public


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001::1",
        "2001:db8::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "localhost",
        "127.1",
        "0177.0.0.1",
        "",
    ],
)
def test_ours_our_neighbours_and_those_that_lead_elsewhere_are_not(address: str):
    assert not is_public(address)


@pytest.mark.parametrize(
    "client_id",
    [
        "https://vscode.dev/oauth/client-metadata.json",
        "https://claude.ai/oauth/claude-code-client-metadata",
        "https://chatgpt.com/oauth/IbUR3zxyNQ16/client.json",
        "https://app.example.com/client?version=2",
    ],
)
def test_a_plain_https_address_names_a_client(client_id: str):
    address = document_address(client_id)
    assert address
    assert f"https://{address.host}{address.rest}" == client_id


@pytest.mark.parametrize(
    "client_id",
    [
        "http://app.example.com/client.json",
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com:8443/client.json",
        "https://app.example.com:443/client.json",
        "https://user:secret@app.example.com/client.json",
        "https://app.example.com/client.json#x",
        "https://app.example.com/a/../client.json",
        "https://app.example.com/./client.json",
        "https://app.example.com/a/%2e%2E/client.json",
        "https://app.example.com/..",
        "https://APP.example.com/client.json",
        "https://127.0.0.1/client.json",
        "https://2130706433/client.json",
        "https://0x7f.1/client.json",
        "https://[::1]/client.json",
        "https://localhost/client.json",
        "https://app.example.com./client.json",
        "https://app.example.com\\@evil.example/client.json",
        "https://app.example.com/client json",
        "https://app.example.com/client.json\n",
        "https://app.example.com/\x00",
        "https://app.example.com/" + "a" * 500,
    ],
)
def test_anything_that_could_be_read_in_two_ways_does_not(client_id: str):
    assert document_address(client_id) is None
