"""Servers on loopback that misbehave in every way, and a client that is allowed to visit them."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.fetching.address import EgressPolicy
from app.fetching.client import WebClient, user_agent
from app.fetching.exchange import FetchLimits

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
MONDAY = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)

Answering = bytes | Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """One server: where it is, every request that it got, and over how many connections."""

    port: int
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Lookups:
    """A resolver that answers what the test says, in turn, and the last answer for ever; counts its questions."""

    answers: Sequence[Sequence[str]]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def whole(status: str, body: bytes = b"", *headers: str) -> bytes:
    """An honest answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[Site]]]:
    """Start a server that gives its answers in turn, and the last one for ever."""
    conversations: list[asyncio.Future[None]] = []
    async with AsyncExitStack() as stack:

        async def start(*answers: Answering, host: str = "127.0.0.1", ssl: object = None) -> Site:
            site = Site(0)

            async def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                conversations.append(asyncio.ensure_future(talk(reader, writer)))

            async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                site.connections += 1
                try:
                    while True:
                        request = await reader.readuntil(b"\r\n\r\n")
                        if (length := declared(request)) > 0:
                            request += await reader.readexactly(length)
                        site.requests.append(request)
                        answer = answers[min(len(site.requests), len(answers)) - 1]
                        if isinstance(answer, bytes):
                            writer.write(answer)
                            await writer.drain()
                        else:
                            await answer(request, writer)
                            return
                except (asyncio.IncompleteReadError, OSError):
                    return
                finally:
                    writer.close()
                    await writer.wait_closed()

            server = await asyncio.start_server(tracked, host, 0, ssl=ssl)
            site.port = server.sockets[0].getsockname()[1]
            stack.callback(server.close)
            return site

        yield start
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)


def declared(request: bytes) -> int:
    for line in request.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@pytest.fixture
async def client_of() -> AsyncIterator[Callable[..., WebClient]]:
    """Build a client; loopback may be visited unless the test says otherwise."""
    made: list[WebClient] = []

    def build(limits: FetchLimits | None = None, *, policy: EgressPolicy | None = None, **options: object) -> WebClient:
        made.append(
            WebClient(
                limits or FetchLimits(timeout_seconds=60.0),
                policy or EgressPolicy(allow_networks=LOOPBACK),
                user_agent=user_agent("1.2", "https://newsroom.example/bot"),
                **options,
            )
        )
        return made[-1]

    yield build
    for client in made:
        async with client:
            pass


@pytest.fixture
def now() -> Callable[[], datetime]:
    return lambda: MONDAY


@pytest.fixture
def answer_of() -> Callable[..., bytes]:
    return whole


@pytest.fixture
def lookups() -> type[Lookups]:
    return Lookups


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that its own key signed, for the name site.example."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("site.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


@pytest.fixture
def server_context(certificates: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    return context
