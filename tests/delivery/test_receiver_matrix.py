"""What becomes of an alert with each kind of receiver: the table of docs/alerts.md, against real ones on loopback."""

import asyncio
import socket
import ssl
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.delivery.outgoing import Outgoing, WaysOut
from app.delivery.signature import new_secret
from app.delivery.webhook import WebhookSender
from app.domain.destinations import Alert, AlertState
from app.domain.events import EventType
from app.domain.ids import AlertId, DestinationId, EventId
from app.pipeline.deliver import judge
from app.storage.outbox import TakenAlert

pytestmark = pytest.mark.anyio

NOW = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)
DOCUMENT = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text("utf-8")
ID = UUID(int=1)


def says(status: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


async def silent(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def hang_up(_writer: asyncio.StreamWriter) -> None:
    """Says nothing and closes."""


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def no_http(writer: asyncio.StreamWriter) -> None:
    writer.write(b"hello\r\n")
    await writer.drain()


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 1000)
        await writer.drain()


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-more: " + b"y" * 1000 + b"\r\n")
        await writer.drain()


ANSWERS = {
    "`200`": (says("200 OK", body=b"thanks"), "delivered", "well"),
    "`204`": (says("204 No Content"), "delivered", "well"),
    "`301`, also where it leads to a receiver": (says("301 Moved", "Location: /alerts"), "again in 5 s", "failing"),
    "`400`": (says("400 Bad Request"), "again in 5 s", "failing"),
    "`401`": (says("401 Unauthorized"), "again in 5 s", "failing"),
    "`404`": (says("404 Not Found"), "again in 5 s", "failing"),
    "`410`": (says("410 Gone"), "given up", "disabled"),
    "`429` with `Retry-After: 3600`": (says("429 Too Many", "Retry-After: 3600"), "again in 3,600 s", "failing"),
    "`429` with `Retry-After: 1`": (says("429 Too Many", "Retry-After: 1"), "again in 5 s", "failing"),
    "`500`": (says("500 Broken"), "again in 5 s", "failing"),
    "`503` with a date in ten minutes": (
        says("503 Busy", "Retry-After: Tue, 07 Jan 2025 09:50:00 GMT"),
        "again in 600 s",
        "failing",
    ),
    "too slow: no answer in time": (silent, "again in 5 s", "failing"),
    "hangs up without an answer": (hang_up, "again in 5 s", "failing"),
    "resets the connection": (reset, "again in 5 s", "failing"),
    "answers something that is no HTTP": (no_http, "again in 5 s", "failing"),
    "`200`, and a body without end": (endless, "delivered", "well"),
    "headers without end": (endless_headers, "again in 5 s", "failing"),
}


def taken(url: str) -> TakenAlert:
    alert = Alert(
        AlertId(ID), EventId(ID), DestinationId(ID), EventType.TEST, AlertState.PENDING, 0, NOW, NOW, None
    )  # fmt: skip
    return TakenAlert(
        alert=alert,
        round=0,
        lease="lease",
        body="{}",
        event_at=NOW,
        sequence=1,
        kind="webhook",
        url=url,
        language="en",
        encrypted_secrets=(),
        failing_since=None,
    )


async def outcome(web: Any, url: str, *, timeout_seconds: float = 60.0) -> tuple[str, str]:
    """What becomes of the alert after one try, and of its destination, in the words of the table."""
    outgoing = Outgoing(str(ID), b"{}", url, (new_secret(),))
    result = await WebhookSender().send(WaysOut(web), outgoing, now=NOW, timeout_seconds=timeout_seconds)
    verdict = judge(result, taken(url), now=NOW, jitter=0.5)
    if verdict.state is AlertState.DELIVERED:
        return "delivered", "well"
    stands = "failing" if verdict.stop_reason is None else "disabled"
    if verdict.next_try_at is None:
        return "given up", stands
    return f"again in {(verdict.next_try_at - NOW) // timedelta(seconds=1):,} s", stands


def documented(name: str, alert: str, destination: str) -> bool:
    return f"| {name} | {alert} | {destination} |" in DOCUMENT


@pytest.mark.parametrize("name", ANSWERS)
async def test_what_becomes_of_an_alert_is_what_the_table_says(web: Any, receiver: Any, name: str) -> None:
    answering, alert, destination = ANSWERS[name]
    inbox = await receiver(answering)
    patience = 0.4 if answering is silent else 60.0
    assert await outcome(web, inbox.url, timeout_seconds=patience) == (alert, destination)
    assert len(inbox.bodies) == 1
    assert documented(name, alert, destination)


async def test_where_nobody_listens_it_is_tried_again(web: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert await outcome(web, url) == ("again in 5 s", "failing")
    assert documented("nobody listens", "again in 5 s", "failing")


@pytest.mark.parametrize("name", ["10.0.0.1", "169.254.169.254", "[::1]"])
async def test_an_address_that_our_own_guard_refuses_is_given_up(web: Any, name: str) -> None:
    assert await outcome(web, f"http://{name}/") == ("given up", "disabled")
    assert documented("an address that our guard refuses", "given up", "disabled")


async def test_a_certificate_that_nobody_vouches_for_is_not_believed(web: Any, tmp_path: Path) -> None:
    heard = []
    server = await asyncio.start_server(lambda *_: heard.append(1), "127.0.0.1", 0, ssl=_own_certificate(tmp_path))
    async with server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        assert await outcome(web, url) == ("again in 5 s", "failing")
    assert documented("a certificate that cannot be verified", "again in 5 s", "failing")


async def test_no_tls_where_tls_was_asked_for(web: Any, receiver: Any) -> None:
    inbox = await receiver(says("200 OK"))
    assert await outcome(web, inbox.url.replace("http:", "https:"), timeout_seconds=0.4) == ("again in 5 s", "failing")
    assert documented("no TLS where the address says `https`", "again in 5 s", "failing")


def _own_certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=36_500))
    signed = made.sign(key, hashes.SHA256())
    file = folder / "own.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context
