"""A site of very many short statements on many hosts, of which some are bad; it notes all that it was asked.

    python -m benchmarks.soak_site PORT EDITS GAP_SECONDS

Each page is at ``/p/<number>``. Asked for again it is another one with the chance EDITS: a number in it grows.
Hosts are the addresses of loopback. Of those that end in 0, some answer 503 and some never; what refuses
connections is asked at another port. ``/told`` says what was counted, ``/versions`` what each page shows now.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

PAGE = """<!doctype html><html lang="en"><head><title>Statement {number}</title>
<meta name="token" content="{token}"></head>
<body><header><nav><a href="/">Home</a> <a href="/press">Press</a></nav></header>
<main><article><h1>Statement {number}</h1>
<p>The office of region {number} announced measure {version} on Tuesday, its spokesman said to the press.</p>
<p>About {people} people in {number} places will be paid 500 euros each before the winter ends, as was promised.</p>
<p>The money comes from the reserve of the region, which was set up after the floods of the year before the last.</p>
<p>Nobody has to apply: the names are taken from the register that the region keeps, and letters go out in January.</p>
</article></main><footer>{token}</footer></body></html>"""
SILENT, BROKEN = "silent", "broken"


@dataclass
class Site:
    """What the pages show, and what was asked."""

    edits: float
    gap_seconds: float
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    versions: dict[int, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    ended: dict[str, float] = field(default_factory=dict)
    open: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    shortest_pause: float = 1e9

    def ask(self, host: str) -> None:
        """A request begins: how long the host has had peace, and whether it is asked twice at once."""
        now = time.monotonic()
        pause = now - self.ended.get(host, 0.0)
        self.shortest_pause = min(self.shortest_pause, pause)
        self.counts["asked"] += 1
        self.counts["asked too soon"] += pause < self.gap_seconds
        self.counts["asked twice at once"] += self.open[host] > 0
        self.open[host] += 1

    def end(self, host: str) -> None:
        """A request is answered, or its asker has gone."""
        self.open[host] -= 1
        self.ended[host] = time.monotonic()

    def page(self, number: int) -> bytes:
        """The page as it is now."""
        known = self.versions.get(number)
        if known is None:
            self.versions[number] = 1
        elif self.chance.random() < self.edits:
            self.versions[number] = known + 1
            self.counts["edited"] += 1
        self.counts["shown"] += 1
        version, token = self.versions[number], f"{self.chance.getrandbits(64):x}"
        return PAGE.format(number=number, version=version, people=100 + 17 * version, token=token).encode()


def kind_of(host: str) -> str | None:
    """Whether a host is a bad one."""
    last = int(host.rpartition(".")[2])
    return None if last % 10 else (SILENT, BROKEN)[last // 10 % 2]


async def serve(site: Site, port: int) -> None:
    """Answer until the process is ended."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host: str = writer.get_extra_info("sockname")[0]
        try:
            while (line := await reader.readline()) != b"":
                while (await reader.readline()).strip():
                    pass
                path = line.split()[1].decode()
                if not await respond(path, host, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def respond(path: str, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if not path.startswith("/p/"):
            write(writer, *other(path))
            return True
        site.ask(host)
        try:
            kind = kind_of(host)
            if kind == SILENT:
                site.counts["kept waiting"] += 1
                await reader.read(1)
                return False
            if kind == BROKEN:
                write(writer, 503, b"broken", "text/html")
            else:
                write(writer, 200, site.page(int(path[3:])), "text/html; charset=utf-8")
            await writer.drain()
        finally:
            site.end(host)
        return True

    def other(path: str) -> tuple[int, bytes, str]:
        if path == "/told":
            told = {**site.counts, "pages": len(site.versions), "shortest pause": round(site.shortest_pause, 3)}
            return 200, json.dumps(told).encode(), "application/json"
        if path == "/versions":
            return 200, json.dumps(list(site.versions.items())).encode(), "application/json"
        return 404, b"not here", "text/plain"

    server = await asyncio.start_server(answer, "0.0.0.0", port, backlog=1024)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


def write(writer: asyncio.StreamWriter, status: int, body: bytes, kind: str) -> None:
    """One answer; the connection stays."""
    head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)


if __name__ == "__main__":
    asyncio.run(serve(Site(float(sys.argv[2]), float(sys.argv[3])), int(sys.argv[1])))
