"""Where the attacks are made: a whole program on a new SQLite file, a site that plays along, and inner services that
nobody may reach. Every connection that this process opens is noted by the interpreter itself (an audit hook), so that
nothing that goes around the guarded client can go unnoticed."""

import asyncio
import ipaddress
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr

from app.domain.keys import Scope
from app.fetching.address import EgressPolicy
from app.fetching.client import WebClient
from app.fetching.exchange import FetchLimits
from app.fetching.pace import PaceRules
from app.fetching.polite import PoliteClient
from app.fetching.politeness import HostKeeper
from app.fetching.proxy import EgressProxy
from app.fetching.robots import RobotsKeeper
from app.pipeline.keys import create_key
from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.storage.migrating import migrate
from app.wiring.interface import build_api
from app.wiring.newsroom import open_newsroom
from attacks.answers import Serving, says

SITE, PROXY = "127.0.0.2", "127.0.0.3"
"""The site that plays along, which the operator allows, and the operator's proxy. All else on loopback is inner."""
LIMITS = FetchLimits(
    timeout_seconds=0.5, connect_seconds=0.5, max_wire_bytes=65_536, max_body_bytes=262_144, max_redirects=3
)


class Door(StrEnum):
    """How the operator has set the way out."""

    STRICT = "nothing allowed"
    ALLOWED = "one network allowed"
    PROXY = "through a proxy"
    PROXY_BY_NAME = "through a proxy that resolves"


@dataclass
class Dials:
    """Every connection that was opened while somebody looked: the numeric address and the port."""

    seen: list[tuple[str, int]] = field(default_factory=list)
    is_looking: bool = False

    def note(self, event: str, given: tuple[Any, ...]) -> None:
        """The audit hook; it cannot be taken off again."""
        if self.is_looking and event in ("socket.connect", "socket.sendto") and isinstance(given[1], tuple):
            self.seen.append((str(given[1][0]), int(given[1][1])))


DIALS = Dials()
sys.addaudithook(DIALS.note)


@dataclass
class Names:
    """The resolver: what each name leads to, the first time, the second time, and so on."""

    numbers: dict[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        answers = self.numbers.get(host)
        if answers is None:
            return [host] if _is_number(host) else _nobody(host)
        times = self.asked[host] = self.asked.get(host, 0) + 1
        return answers[min(times, len(answers)) - 1]


@dataclass
class Stage:
    """One program with everything around it."""

    newsroom: Newsroom
    api: httpx2.AsyncClient
    door: Door
    site: str
    inner_port: int
    folder: Path
    names: Names
    pages: dict[str, Serving]
    reached: list[str]
    tunnels: list[str]
    count: int = 0

    def fresh(self) -> str:
        """A path that no case had before."""
        self.count += 1
        return f"/case-{self.count}"

    def leads(self, path: str, url: str) -> None:
        """Have the site redirect from ``path``."""
        location = url.encode("utf-8", "surrogatepass")
        self.pages[path] = says(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")

    def shows(self, path: str, body: str, *lines: str, kind: str = "text/html") -> None:
        """Have the site show a text at ``path``."""
        content = body.encode("utf-8", "replace")
        heads = [f"Content-Type: {kind}; charset=utf-8", f"Content-Length: {len(content)}", *lines]
        self.pages[path] = says(b"HTTP/1.1 200 OK\r\n" + "\r\n".join(heads).encode() + b"\r\n\r\n" + content)

    def escapes(self) -> list[str]:
        """What was dialled, and should not have been, since the last time somebody asked."""
        allowed = {(SITE, int(self.site.rpartition(":")[2]))}
        strays = [f"{host}:{port}" for host, port in DIALS.seen if (host, port) not in allowed and host != PROXY]
        strays += [f"{one} reached" for one in self.reached]
        strays += [f"{one} through the proxy" for one in self.tunnels if _leads_inside(one)]
        DIALS.seen.clear()
        self.reached.clear()
        self.tunnels.clear()
        return strays


@asynccontextmanager
async def open_stage(folder: Path, door: Door, *, hole: Sequence[str] = ()) -> AsyncIterator[Stage]:
    """The whole program, its way out set as ``door`` says. A ``hole`` is a network that is allowed by mistake."""
    pages: dict[str, Serving] = {}
    reached: list[str] = []
    tunnels: list[str] = []
    async with AsyncExitStack() as stack:
        site_port = await _listen(stack, SITE, 0, _site(pages))
        inner_port = await _listen(stack, "127.0.0.1", 0, _inner(reached, "127.0.0.1"))
        if socket.has_ipv6:
            await _listen(stack, "::1", inner_port, _inner(reached, "::1"))
        proxy_port = await _listen(stack, PROXY, 0, _proxy(tunnels))
        settings = _settings(folder, door, hole, ports=(80, 443, inner_port))
        names = Names()
        newsroom = await stack.enter_async_context(_newsroom(settings, door, names, proxy_port))
        key = create_key(newsroom, name="attacker", scope=Scope.ADMIN)
        api = await stack.enter_async_context(
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=build_api(newsroom, settings)),
                base_url="http://walkback.test",
                headers={"Authorization": f"Bearer {key.secret}"},
            )
        )
        site = f"http://{SITE}:{site_port}"
        DIALS.is_looking = True
        stack.callback(setattr, DIALS, "is_looking", False)
        DIALS.seen.clear()
        yield Stage(newsroom, api, door, site, inner_port, folder, names, pages, reached, tunnels)


@asynccontextmanager
async def _newsroom(settings: Settings, door: Door, names: Names, proxy_port: int) -> AsyncIterator[Newsroom]:
    proxy = None
    if door in (Door.PROXY, Door.PROXY_BY_NAME):
        proxy = EgressProxy.parse(f"http://{PROXY}:{proxy_port}", asks_by_name=door is Door.PROXY_BY_NAME)
    policy = EgressPolicy(settings.allow_networks, frozenset(settings.allow_ports))
    async with open_newsroom(settings) as opened:
        migrate(opened.database)
        async with WebClient(LIMITS, policy, user_agent="tests", resolver=names, proxy=proxy) as web:
            polite = PoliteClient(web, HostKeeper(PaceRules(gap_seconds=0)), RobotsKeeper())
            rules = replace(opened.rules, webhook_timeout_seconds=0.5)
            yield replace(opened, web=web, policy=policy, polite=polite, rules=rules)


def _settings(folder: Path, door: Door, hole: Sequence[str], *, ports: tuple[int, ...]) -> Settings:
    allowed = hole if door is Door.STRICT else (f"{SITE}/32", *hole)
    networks = tuple(map(ipaddress.ip_network, allowed))
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it, and does not say so
        database_url=f"sqlite:///{folder / 'record.db'}",
        allow_networks=networks,
        allow_ports=ports,
        host_gap_seconds=0,
        rate_limit_per_minute=10**9,
        secret_key=SecretStr("a key for attacks"),
    )


async def _listen(stack: AsyncExitStack, host: str, port: int, talk: Any) -> int:
    """Serve until the stage is taken down; conversations that go on for ever end with it."""
    open_now: set[asyncio.Task[None]] = set()

    async def end_all() -> None:
        for one in open_now:
            one.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        one = asyncio.ensure_future(talk(reader, writer))
        open_now.add(one)
        one.add_done_callback(open_now.discard)

    server = await asyncio.start_server(begin, host, port)
    stack.push_async_callback(end_all)
    stack.callback(server.close)
    found: int = server.sockets[0].getsockname()[1]
    return found


def _site(pages: Mapping[str, Serving]) -> Any:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
            answer = pages.get(path) or says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            await answer(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort() if writer.transport.get_write_buffer_size() > 1 << 20 else writer.close()

    return talk


def _inner(reached: list[str], name: str) -> Any:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(name)
        writer.close()

    return talk


def _proxy(tunnels: list[str]) -> Any:
    """Notes where it is asked to lead, and leads nowhere."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            tunnels.append(request.split(b" ", 2)[1].decode("latin-1").rpartition(":")[0].strip("[]"))
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    return talk


def _is_number(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _nobody(host: str) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, f"{host} is not known")


def _leads_inside(target: str) -> bool:
    """Whether a proxy was asked for a number that is not the public one of the tests; a name is its own to judge."""
    return _is_number(target) and target not in ("93.184.215.14", "2606:4700::1111")
