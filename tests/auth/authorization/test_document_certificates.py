"""Over real TLS: the connection goes to an address, and the certificate must be the name's all the same."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import anyio.abc
import httpx2
import pytest
from anyio.streams.tls import TLSListener
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dinero_mcp.auth.authorization.document_address import document_address
from dinero_mcp.auth.authorization.document_fetch import DocumentError, DocumentFetch
from tests.auth.authorization.internet import DOCUMENT, HOST, PUBLIC

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
)


def certificate(name: str, path: Path) -> Path:
    """A certificate that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(pem))
    return path


class Diverted(httpx2.AsyncBaseTransport):
    """The network, on which a public address is on this machine."""

    def __init__(self, port: int, trusted: Path) -> None:
        self._network = httpx2.AsyncHTTPTransport(
            verify=ssl.create_default_context(cafile=str(trusted)), trust_env=False
        )
        self._port = port

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        assert request.url.host == PUBLIC
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return await self._network.handle_async_request(request)


@asynccontextmanager
async def a_host(held: Path, trusted: Path) -> AsyncGenerator[DocumentFetch]:
    """Reading from a host that holds this certificate, by somebody who trusts that one."""

    async def answer(stream: anyio.abc.ByteStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(ANSWER)

    async def resolve(_: str) -> list[str]:
        return [PUBLIC]

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(held)
    plain = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = plain.extra(anyio.abc.SocketAttribute.local_port)
    async with plain, anyio.create_task_group() as group:
        group.start_soon(TLSListener(plain, context, standard_compatible=False).serve, answer)
        yield DocumentFetch(Diverted(port, trusted), resolve)
        group.cancel_scope.cancel()


async def test_a_host_with_the_names_certificate_is_believed(tmp_path: Path) -> None:
    held = certificate(HOST, tmp_path / "host.pem")
    address = document_address(DOCUMENT)
    assert address
    async with a_host(held, held) as fetch:
        assert await fetch.read(address) == b"{}"


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1", PUBLIC])
async def test_a_host_with_anothers_certificate_is_not(tmp_path: Path, name: str) -> None:
    held = certificate(name, tmp_path / "host.pem")
    address = document_address(DOCUMENT)
    assert address
    async with a_host(held, held) as fetch:
        with pytest.raises(DocumentError, match="could not be reached"):
            await fetch.read(address)


async def test_a_certificate_that_nobody_trusts_is_not(tmp_path: Path) -> None:
    held, trusted = certificate(HOST, tmp_path / "host.pem"), certificate(HOST, tmp_path / "trusted.pem")
    address = document_address(DOCUMENT)
    assert address
    async with a_host(held, trusted) as fetch:
        with pytest.raises(DocumentError, match="could not be reached"):
            await fetch.read(address)
