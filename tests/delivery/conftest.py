"""Receivers on loopback that answer as real ones do, well and badly."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from app.fetching.address import EgressPolicy
from app.fetching.client import WebClient
from app.fetching.exchange import FetchLimits

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
