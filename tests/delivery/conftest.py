"""Receivers on loopback that answer as real ones do, well and badly."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.fetching.address import EgressPolicy
from app.fetching.client import WebClient
from app.fetching.exchange import FetchLimits
from app.fetching.mail_server import MailSecurity

Answering = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Inbox:
    """One receiver: its address, and what arrived."""

    url: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


async def received(reader: asyncio.StreamReader, inbox: Inbox) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
    headers = {name.lower(): value for name, _, value in lines}
    inbox.bodies.append(await reader.readexactly(int(headers.get("content-length", "0"))))
    inbox.headers.append(headers)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def receiver() -> AsyncIterator[Callable[[Answering], Awaitable[Inbox]]]:
    """Start a receiver that answers every message the same way."""
    conversations: list[asyncio.Future[None]] = []
    servers: list[asyncio.Server] = []

    async def start(answering: Answering) -> Inbox:
        inbox = Inbox()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await received(reader, inbox)
                if isinstance(answering, bytes):
                    writer.write(answering)
                    await writer.drain()
                else:
                    await answering(writer)
            except (asyncio.IncompleteReadError, OSError):
                return
            finally:
                writer.close()

        def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            conversations.append(asyncio.ensure_future(talk(reader, writer)))

        server = await asyncio.start_server(tracked, "127.0.0.1", 0)
        servers.append(server)
        inbox.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/alerts"
        return inbox

    yield start
    for conversation in conversations:
        conversation.cancel()
    await asyncio.gather(*conversations, return_exceptions=True)
    for server in servers:
        server.close()


@pytest.fixture
async def web() -> AsyncIterator[WebClient]:
    """The one client, allowed to visit loopback over IPv4 and nothing else that is private."""
    policy = EgressPolicy(allow_networks=(ipaddress.ip_network("127.0.0.0/8"),))
    async with WebClient(FetchLimits(), policy, user_agent="Walkback/test") as client:
        yield client


class Postman:
    """A mail server on loopback that takes mails as a test has it take them."""

    def __init__(self) -> None:
        self.rcpt: dict[str, str] = {}
        self.data = "250 2.0.0 Ok: queued as 1"
        self.mails: list[Envelope] = []
        self.named: list[str] = []
        self.account = ("desk", "pass word")
        self.was_encrypted: list[bool] = []
        self.port = 0

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        self.named.append(address)
        reply = self.rcpt.get(address, "250 2.1.5 Ok")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.data == "drop":
            server.transport.abort()
            return "421 gone"
        self.was_encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        if self.data.startswith("250"):
            self.mails.append(envelope)
        return self.data

    def authenticate(self, server: SMTP, session: Any, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        is_right = (data.login.decode(), data.password.decode()) == self.account
        return AuthResult(success=is_right, handled=is_right)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate that its own key signed, for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("mail")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


@pytest.fixture
async def postman(certificate: Path) -> AsyncIterator[Callable[..., Awaitable[Postman]]]:
    """Start a mail server: in clear, with STARTTLS asked for, or encrypted from the start."""
    servers: list[asyncio.Server] = []
    talks: list[SMTP] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")

    async def start(security: MailSecurity = MailSecurity.NONE, *, wants_account: bool = False) -> Postman:
        made = Postman()
        starttls = security is MailSecurity.STARTTLS

        def talk() -> SMTP:
            protocol = SMTP(
                made,
                hostname="mail.example",
                tls_context=context if starttls else None,
                require_starttls=starttls,
                auth_required=wants_account,
                auth_require_tls=security is MailSecurity.STARTTLS,
                authenticator=made.authenticate,
                loop=asyncio.get_running_loop(),
            )
            talks.append(protocol)
            return protocol

        outer = context if security is MailSecurity.TLS else None
        server = await asyncio.get_running_loop().create_server(talk, "127.0.0.1", 0, ssl=outer)
        servers.append(server)
        made.port = server.sockets[0].getsockname()[1]
        return made

    yield start
    for server in servers:
        server.close()
    for one in talks:
        for transport in filter(None, (one.transport, one._original_transport)):
            transport.abort()
    for _ in range(5):  # turns of the loop, in which what was aborted is closed
        await asyncio.sleep(0)
