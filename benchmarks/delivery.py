"""How fast alerts leave: taken from among a million, a thousand a second to one receiver, and at once when idle.

    python -m benchmarks delivery taking [--alerts 1000000] [--takes 100] [--postgres ADDRESS]
    python -m benchmarks delivery rate [--alerts 5000] [--destinations 1] [--postgres ADDRESS]
    python -m benchmarks delivery delay [--alerts 50] [--postgres ADDRESS]

``taking``: a worker takes eight alerts and finishes them, of a thousand that are owed and of as many as you like; the
two databases take turns. ``rate``: a worker delivers what is owed to a receiver in a process of its own, beside the
same client that posts the same bodies without any database. ``delay``: an idle worker; from the commit of the
transaction that owes an alert to its first byte at the receiver.
"""

import argparse
import asyncio
import ipaddress
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from pydantic import SecretStr
from rich import box
from rich.console import Console
from rich.table import Table

from app.delivery.outgoing import Outgoing, WaysOut
from app.delivery.senders import SENDERS
from app.delivery.signature import new_secret
from app.domain.claims import Level
from app.domain.destinations import AlertState, Delivery, DestinationKind, Subject
from app.domain.events import EventType
from app.domain.ids import EventId
from app.pipeline.destinations import DestinationDraft, create_destination
from app.pipeline.loop import Worker
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import News, tell
from app.settings import Settings
from app.storage import outbox, stock
from app.storage.database import Database
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.wiring.newsroom import open_newsroom
from benchmarks.owed_alerts import fill
from benchmarks.receiver import Arrived, receive
from benchmarks.taking import opened

EXAMPLE = "python -m benchmarks delivery rate --alerts 5000"
NOW = datetime(2026, 1, 7, tzinfo=UTC)
FEW = 1_000
AT_ONCE = 8
WARM_UP = 5
BODY = {"type": "statement.edited", "headline": "x" * 200, "claims": ["y" * 1_000, "z" * 1_000]}


def main(given: Sequence[str] | None = None) -> int:
    """Print the table of one of the three."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks delivery", epilog=f"example: {EXAMPLE}")
    parser.add_argument("what", choices=["taking", "rate", "delay"])
    parser.add_argument("--alerts", type=int, help="taking: 1,000,000; rate: 5,000; delay: 50.")
    parser.add_argument("--takes", type=int, default=100)
    parser.add_argument("--destinations", type=int, default=1)
    parser.add_argument("--postgres", metavar="ADDRESS", help="A PostgreSQL database, in place of SQLite files.")
    options = parser.parse_args(given)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    kind = "PostgreSQL" if options.postgres else "SQLite"
    match options.what:
        case "taking":
            table = taking(options.alerts or 1_000_000, options.takes, options.postgres, kind)
        case "rate":
            table = asyncio.run(rate(options.alerts or 5_000, options.destinations, options.postgres, kind))
        case _:
            table = asyncio.run(delay(options.alerts or 50, options.postgres, kind))
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    return 0


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, justify="right" if table.columns else "left")
    return table


def taking(alerts: int, takes: int, postgres: str | None, kind: str) -> Table:
    """What it costs to take and to finish eight alerts, of few and of many that are owed."""
    clock = time.perf_counter if postgres else time.process_time
    spent: dict[tuple[str, int], list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        opened("delivery_few", postgres, Path(folder)) as few,
        opened("delivery_many", postgres, Path(folder)) as many,
    ):
        benches = ((few, min(FEW, alerts)), (many, alerts))
        for database, count in benches:
            fill(database, alerts=count, destinations=4, now=NOW)
        for number in range(takes + WARM_UP):
            for database, count in benches if number % 2 else benches[::-1]:
                took = _take(database, NOW + timedelta(seconds=number), clock)
                for step, milliseconds in took.items():
                    spent.setdefault((step, count), []).append(milliseconds)
    table = _table(f"{kind}: {AT_ONCE} alerts, median of {takes}", "step", f"{FEW:,} owed", f"{alerts:,} owed", "ratio")
    for step in ("take", "finish"):
        one, other = (statistics.median(spent[step, count][WARM_UP:]) for _, count in benches)
        table.add_row(step, f"{one:.2f} ms", f"{other:.2f} ms", f"{other / one:.2f}×")
    return table


def _take(database: Database, now: datetime, clock: Callable[[], float]) -> dict[str, float]:
    started = clock()
    with database.write() as conn:
        taken = outbox.take_alerts(conn, now=now, limit=AT_ONCE, lease=outbox.new_lease(), lease_seconds=60)
    between = clock()
    with database.write() as conn:
        outbox.finish_tries(
            conn,
            [
                outbox.Finished(one, Delivery(one.alert.id, 1, now, 204, "", None, 0.01), AlertState.DELIVERED, None)
                for one in taken
            ],
        )
    ended = clock()
    assert len(taken) == AT_ONCE
    return {"take": (between - started) * 1000, "finish": (ended - between) * 1000}


async def rate(alerts: int, destinations: int, postgres: str | None, kind: str) -> Table:
    """Deliveries a second to a fast receiver, beside the client alone."""
    table = _table(f"{kind}: {alerts:,} alerts to {destinations} destinations", "what", "a second", "CPU of the sender")
    async with _bench(postgres) as (room, url, arrived):
        plain, cpu = await _post_plainly(room, url, alerts)
        table.add_row("the client alone, no database", f"{alerts / plain:,.0f}", f"{cpu / alerts * 1000:.2f} ms each")
        for number in range(destinations):
            create_destination(room, DestinationDraft(url, f"desk {number}"))
        before = arrived.value
        _owe(room, alerts // destinations)
        wanted = before + alerts // destinations * destinations
        worker = Worker(room, concurrency=8, idle_seconds=1.0)
        started, cpu_before = time.perf_counter(), time.process_time()
        task = asyncio.create_task(worker.run())
        while arrived.value < wanted or _waiting(room):  # noqa: ASYNC110  # another process counts
            await asyncio.sleep(0.05)
        took, cpu = time.perf_counter() - started, time.process_time() - cpu_before
        worker.stop()
        await task
        each = f"{cpu / alerts * 1000:.2f} ms each"
        table.add_row("taken, signed, sent, written down", f"{alerts / took:,.0f}", each)
        table.add_row("of what the client alone can", f"{plain / took:.2f}×", "")
        table.add_row("arrived more than once", str(arrived.value - wanted), "")
    return table


def _waiting(room: Newsroom) -> bool:
    with room.database.read() as conn:
        return stock.count_waiting_alerts(conn).count > 0


async def _post_plainly(room: Newsroom, url: str, count: int) -> tuple[float, float]:
    body = str(BODY).encode()
    sender, secret, left = SENDERS[DestinationKind.WEBHOOK], new_secret(), iter(range(count))

    async def post_some() -> None:
        for _ in left:
            outgoing = Outgoing(str(new_id()), body, url, (secret,), 1)
            await sender.send(WaysOut(room.web), outgoing, now=room.clock(), timeout_seconds=15)

    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(post_some() for _ in range(32)))
    return time.perf_counter() - started, time.process_time() - cpu


async def delay(alerts: int, postgres: str | None, kind: str) -> Table:
    """From the commit to the first byte at the receiver, on an idle system."""
    waits: list[float] = []
    async with _bench(postgres) as (room, url, arrived):
        create_destination(room, DestinationDraft(url, "desk"))
        worker = Worker(room, concurrency=8, idle_seconds=1.0)
        task = asyncio.create_task(worker.run())
        await asyncio.sleep(3)
        for _ in range(alerts):
            before = arrived.value
            await asyncio.to_thread(_owe, room, 1)
            committed = time.monotonic()
            while arrived.value == before:  # noqa: ASYNC110  # another process counts
                await asyncio.sleep(0.002)
            waits.append((arrived.last - committed) * 1000)
            await asyncio.sleep(0.15)
        worker.stop()
        await task
    waits.sort()
    table = _table(f"{kind}: commit to first byte, {alerts} alerts one by one", "median", "p90", "longest")
    cells = (statistics.median(waits), waits[int(len(waits) * 0.9)], waits[-1])
    table.add_row(*(f"{cell:.0f} ms" for cell in cells))
    return table


def _owe(room: Newsroom, count: int) -> None:
    """Tell of so many edits in one transaction."""
    now = room.clock()
    subject = Subject(EventType.STATEMENT_EDITED, None, (), (), Level.MAJOR)
    ids = [EventId(new_id()) for _ in range(count)]
    news = [News(NewEvent(key, EventType.STATEMENT_EDITED, now, {**BODY, "id": str(key)}), subject) for key in ids]
    with room.database.write() as conn:
        tell(conn, news, now=now)


@asynccontextmanager
async def _bench(postgres: str | None) -> AsyncIterator[tuple[Newsroom, str, Arrived]]:
    """A newsroom on an empty database, and a receiver in a process of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        opened("delivery_rate", postgres, Path(folder)) as database,
        receive() as (url, arrived),
    ):
        settings = Settings(  # type: ignore[call-arg]  # the rest has its usual values
            database_url=database.url,
            allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
            secret_key=SecretStr("a key for a benchmark"),
        )
        async with open_newsroom(settings) as room:
            yield room, url, arrived
