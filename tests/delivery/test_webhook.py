"""Webhooks against receivers of every kind: 2xx alone is success, and nothing that a receiver does is an exception."""

import asyncio
import socket
import struct
from datetime import UTC, datetime

import pytest

from app.delivery.outgoing import Delivered, Failed, Outgoing, Rejected, WaysOut
from app.delivery.posting import GONE_REASON
from app.delivery.senders import SENDERS
from app.delivery.signature import Genuine, new_secret, verify
from app.delivery.webhook import WebhookSender
from app.domain.destinations import DestinationKind

pytestmark = pytest.mark.anyio

NOW = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)
SECRETS = (new_secret(), new_secret())


def outgoing(url: str) -> Outgoing:
    return Outgoing("01941f2c-7a1e-7000-8000-000000000001", '{"headline":"є"}'.encode(), url, SECRETS)


async def send(web, url: str, *, timeout_seconds: float = 60.0):
    return await WebhookSender().send(WaysOut(web), outgoing(url), now=NOW, timeout_seconds=timeout_seconds)


def says(status: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


def test_every_kind_of_destination_has_its_sender() -> None:
    assert set(SENDERS) == set(DestinationKind)


async def test_a_receiver_gets_the_body_to_the_byte_and_signed_with_every_secret(web, receiver) -> None:
    inbox = await receiver(says("204 No Content"))
    assert isinstance(await send(web, inbox.url), Delivered)
    headers = inbox.headers[0]
    assert inbox.bodies == ['{"headline":"є"}'.encode()]
    assert (headers["content-type"], headers["user-agent"]) == ("application/json", "Walkback/test")
    for secret in SECRETS:
        assert verify(headers, inbox.bodies[0], [secret], now=NOW) == Genuine(outgoing("").id, NOW)


async def test_every_try_carries_the_same_id(web, receiver) -> None:
    inbox = await receiver(says("500 Broken"))
    for _ in range(3):
        await send(web, inbox.url)
    assert len({headers["webhook-id"] for headers in inbox.headers}) == 1
    assert len(inbox.headers) == 3


ANSWERS = {
    "200": (says("200 OK", body=b"thanks"), Delivered(200, "thanks", 0.0)),
    "201": (says("201 Created"), Delivered(201, "", 0.0)),
    "202": (says("202 Accepted"), Delivered(202, "", 0.0)),
    "204": (says("204 No Content"), Delivered(204, "", 0.0)),
    "301": (says("301 Moved", "Location: /elsewhere"), Rejected(301, "", 0.0, None, is_final=False)),
    "304": (b"HTTP/1.1 304 Not Modified\r\n\r\n", Rejected(304, "", 0.0, None, is_final=False)),
    "307": (says("307 Moved", "Location: http://127.0.0.1/"), Rejected(307, "", 0.0, None, is_final=False)),
    "400": (says("400 Bad Request", body=b"no"), Rejected(400, "no", 0.0, None, is_final=False)),
    "401": (says("401 Unauthorized"), Rejected(401, "", 0.0, None, is_final=False)),
    "404": (says("404 Not Found"), Rejected(404, "", 0.0, None, is_final=False)),
    "410": (says("410 Gone"), Rejected(410, "", 0.0, None, is_final=True, reason=GONE_REASON)),
    "429": (says("429 Too Many", "Retry-After: 90"), Rejected(429, "", 0.0, 90.0, is_final=False)),
    "429, at a date": (
        says("429 Too Many", "Retry-After: Tue, 07 Jan 2025 09:50:00 GMT"),
        Rejected(429, "", 0.0, 600.0, is_final=False),
    ),
    "500": (says("500 Broken", body=b"\x00\xff"), Rejected(500, "��", 0.0, None, is_final=False)),
    "503": (says("503 Busy", "Retry-After: soon"), Rejected(503, "", 0.0, None, is_final=False)),
}


@pytest.mark.parametrize(("answer", "result"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_what_a_receiver_answers_is_noted(web, receiver, answer: bytes, result: Delivered | Rejected) -> None:
    inbox = await receiver(answer)
    got = await send(web, inbox.url)
    assert isinstance(got, Delivered | Rejected)
    assert 0.0 < got.elapsed_seconds < 2.0
    assert type(got)(**{**{name: getattr(got, name) for name in got.__slots__}, "elapsed_seconds": 0.0}) == result
    assert len(inbox.bodies) == 1


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


FAILS = {"silent": silent, "hangs up": hang_up, "resets": reset, "speaks something else": no_http}


@pytest.mark.parametrize("answering", FAILS.values(), ids=FAILS.keys())
async def test_a_receiver_without_an_answer_is_tried_again(web, receiver, answering) -> None:
    inbox = await receiver(answering)
    result = await send(web, inbox.url, timeout_seconds=0.5)
    assert isinstance(result, Failed)
    assert not result.is_refused


async def test_an_endless_answer_of_200_is_delivered(web, receiver) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 1000)
            await writer.drain()

    result = await send(web, (await receiver(endless)).url)
    assert isinstance(result, Delivered)
    assert len(result.answer) == 2048


async def test_a_receiver_with_bad_tls_is_tried_again(web, receiver) -> None:
    inbox = await receiver(says("200 OK"))
    result = await send(web, inbox.url.replace("http:", "https:"), timeout_seconds=0.5)
    assert isinstance(result, Failed)
    assert not result.is_refused


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "http://0x7f.1/", "x:y"]
)
async def test_a_receiver_on_a_private_address_is_refused_for_good(web, url: str) -> None:
    result = await send(web, url)
    assert isinstance(result, Failed)
    assert result.is_refused


async def test_one_dead_receiver_delays_none_of_the_others(web, receiver) -> None:
    dead, alive = await receiver(silent), await receiver(says("200 OK"))
    slow = asyncio.create_task(send(web, dead.url, timeout_seconds=300.0))
    results = [await send(web, alive.url) for _ in range(20)]
    assert all(isinstance(result, Delivered) for result in results)
    assert not slow.done(), "the dead one is still waited for"
    slow.cancel()
