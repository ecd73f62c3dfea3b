"""A soak: the service runs, is killed, fails to deliver, is backed up and restored, while a site changes all the time.

Each thing that is done to the site stands until every record that is kept of it knows it. So at the end each record
has to tell the very story that the site has lived, step by step, each step told once, and nothing else.
``make soak MINUTES=10`` is a long one; it prints what was counted.
"""

import asyncio
import random
import signal
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa

from app.domain.watches import WatchDraft
from app.pipeline.destinations import DestinationChange, change_destination
from app.pipeline.newsroom import Newsroom
from app.pipeline.watchlist import add_watch
from app.settings import Settings
from app.storage import versions
from app.storage.tables import alert, destination, edit, event, statement, version, visit
from app.storage.versions import build_versions
from app.wiring.newsroom import open_newsroom

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(7_200)]

PATIENCE_SECONDS = 180.0
API_ONLY = ("serve", "--api-only")
PAUSE_SECONDS = 0.02
LEASE_SECONDS = 1.0
MISTAKES = ("worker.mistake", "request.failed", "analysis.failed", "source.failed", "missed_a_change", "Traceback")
MEBIBYTE = 1024 * 1024
GROWTH_BYTES = 64 * MEBIBYTE
"""More than this in a service that only goes on as before is a leak."""


@dataclass
class Place:
    """A record, the services on it, and what was measured of them."""

    newsroom: Newsroom
    settings: dict[str, Any]
    services: list[Any] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)
    known: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    async def start(self, programs: Any, *words: str) -> None:
        service = await programs.start(*words, **self.settings)
        self.services.append((words, service))
        self.logs.append(service.log)

    async def kill_one(self, programs: Any, rng: random.Random) -> None:
        """End one of the services in the middle of whatever it does, and start it again."""
        words, victim = self.services.pop(rng.randrange(len(self.services)))
        assert await victim.end(signal.SIGKILL) == -signal.SIGKILL
        await self.start(programs, *words)

    async def stop(self) -> None:
        """Let all end as they should, once they listen to signals."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            for words, service in self.services:
                said = "is running" if words == API_ONLY else "worker.started"
                while True:
                    if said in service.log.read_text():
                        break
                    await asyncio.sleep(0.05)
        assert [await service.end(signal.SIGTERM) for _, service in self.services] == [0] * len(self.services)

    def at_rest(self) -> dict[str, tuple[str, bool]]:
        """By the ends of addresses: the latest words of each statement with nothing left to do, and if it stands."""
        undone = sa.or_(edit.c.confirmation == "awaited", edit.c.analysis_state == "owed")
        open_edits = sa.select(edit.c.id).where(edit.c.statement_id == statement.c.id, undone)
        of = sa.and_(statement.c.id == version.c.statement_id, statement.c.version_count == version.c.number)
        wanted = sa.select(version, statement.c.url, statement.c.state).join(statement, of)
        with self.newsroom.database.read() as conn:
            rows = conn.execute(wanted.where(~open_edits.exists())).all()
            texts = [one.wording.text for one in build_versions(conn, rows)]
        return {
            row.url.rpartition("/")[2]: (text, row.state == "present")
            for row, text in zip(rows, texts, strict=True)
            if row.state in {"present", "withdrawn"}
        }

    def owed(self) -> int:
        """Alerts that have not arrived."""
        with self.newsroom.database.read() as conn:
            waiting = sa.select(sa.func.count()).select_from(alert).where(alert.c.state != "delivered")
            return conn.execute(waiting).scalar_one()

    def bytes_on_disk(self) -> int:
        database = self.newsroom.database
        if database.is_sqlite:
            path = Path(database.engine.url.database or "")
            return sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))
        with database.read() as conn:
            return int(conn.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())

    def measure(self) -> None:
        self.memory.append(psutil.Process(self.services[0][1].pid).memory_info().rss)


@dataclass
class Editor:
    """Does something to the site wherever every record knows what was done before."""

    site: Any
    rng: random.Random
    places: list[Place]
    words_only: bool = False
    stopped: bool = False

    def unknown_to(self, place: Place) -> list[str]:
        """The statements of which a record does not know the latest yet."""
        at_rest = place.at_rest()
        unknown = []
        for name, story in self.site.stories.items():
            found = at_rest.get(name.rpartition("/")[2])
            if found is None or (found != (story.text, True) if story.is_there else found[1]):
                unknown.append(name)
            elif place.known[name] < len(story.moves):
                place.known[name] = len(story.moves)
                place.delays.append(time.monotonic() - story.moves[-1].at)
        return unknown

    async def unknown(self) -> set[str]:
        """Those of which one of the records does not know the latest."""
        return {name for place in self.places for name in await asyncio.to_thread(self.unknown_to, place)}

    async def settled(self) -> None:
        """When every record knows all, and everybody is told of it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if not await self.unknown() and not any(one.owed() for one in self.places):
                    return
                await asyncio.sleep(0.1)

    async def words_alone(self) -> float:
        """From now on nothing is taken away or put back; since when there are edits that are not known yet."""
        self.words_only = True
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                last = [self.site.stories[name].moves[-1] for name in await self.unknown()]
                if all(move.kind == "wording" for move in last):
                    return min(time.monotonic(), *(move.at for move in last), float("inf"))
                await asyncio.sleep(0.1)

    async def work(self) -> None:
        """Go on until told to stop, or until something that was done has not been seen for long."""
        self.stopped = False
        while not self.stopped:
            unknown = await self.unknown()
            free = [name for name in self.site.stories if name not in unknown]
            standing = [name for name in free if not self.words_only or self.site.stories[name].is_there]
            for name in self.rng.sample(standing, k=min(2, len(standing))):
                self.site.move(name, self.rng, words_only=self.words_only)
            since = min((self.site.stories[name].moves[-1].at for name in unknown), default=time.monotonic())
            assert time.monotonic() - since < PATIENCE_SECONDS, f"never seen: {unknown}"
            await asyncio.sleep(0.15)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """While the block lasts; at its end everything is known and told."""
        working = asyncio.create_task(self.work())
        yield
        self.stopped = True
        await working
        await self.settled()


@pytest.fixture
def second_url(database_url, request, tmp_path):
    """Where the backup goes: a new file, or a new and empty database."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'restored.db'}"
        return
    databases = request.getfixturevalue("postgres_template")
    url = databases()
    yield url
    databases.drop(url)


@pytest.fixture
def settings_of(site):
    def make(database_url: str, contact: str) -> dict[str, Any]:
        return {
            "database_url": database_url,
            "telegram_base_url": site.channel_url,
            "allow_networks": "127.0.0.0/8",
            "secret_key": "a key for tests",
            "user_agent_contact": f"https://{contact}.example.org",
            "host_gap_seconds": PAUSE_SECONDS,
            "host_requests_per_hour": 0,
            "requests_per_hour": 0,
            "lease_seconds": LEASE_SECONDS,
            "second_look_seconds": 0.1,
            "confirm_after_seconds": 0.1,
            "flapping_window_seconds": 0,
            "idle_seconds": 0.05,
            "port": 0,
        }

    return make


@asynccontextmanager
async def place_at(settings):
    async with open_newsroom(Settings(_env_file=None, **settings)) as newsroom:
        yield Place(newsroom, settings)


async def run(programs, *words, settings):
    """One command, to its end; what it said."""
    command = await programs.start(*words, **settings)
    code = await command.ended()
    said = command.log.read_text()
    assert code == 0, said
    return said


async def back_up(programs, postgres_programs, place, second_url, folder):
    """As docs/operating.md says, while the service is at work: a copy that is checked, and then put in a new place."""
    folder.mkdir()
    if place.newsroom.database.is_sqlite:
        await run(programs, "backup", str(folder / "copy.db"), settings=place.settings)
        Path(second_url.removeprefix("sqlite:///")).parent.mkdir()
        (folder / "copy.db").rename(second_url.removeprefix("sqlite:///"))
        return
    first, second = (url.replace("+psycopg", "") for url in (place.settings["database_url"], second_url))
    file = str(folder / "copy.dump")
    for words in (
        ("pg_dump", "--format=custom", f"--file={file}", first),
        ("pg_restore", "--clean", "--if-exists", f"--dbname={second}", file),
    ):
        process = await asyncio.create_subprocess_exec(postgres_programs / words[0], *words[1:])
        assert await process.wait() == 0


def story_of(place: Place, name: str) -> list[tuple[str, str]]:
    """What a record says was done to a statement: kind and words after it, in order."""
    ends = statement.c.url.endswith(f"/{name.rpartition('/')[2]}")
    wanted = (
        sa.select(edit.c.kind, edit.c.statement_id, edit.c.to_version)
        .join(statement, statement.c.id == edit.c.statement_id)
        .where(ends, edit.c.confirmation != "overtaken")
        .order_by(edit.c.first_seen_changed_at, edit.c.id)
    )
    with place.newsroom.database.read() as conn:
        return [
            (row.kind, versions.get_version(conn, row.statement_id, row.to_version).wording.text)
            for row in conn.execute(wanted).all()
        ]


def story_told(place: Place, site: Any, blind: tuple[float, float]) -> Counter[str]:
    """How the stories of a record differ from those of the site; what was done while nobody looked may be missing."""
    counted = Counter(dict.fromkeys(("made", "seen", "while nobody looked", "lost", "invented"), 0))
    for name, story in site.stories.items():
        told = story_of(place, name)
        seen = 0
        for move in story.moves:
            counted["made"] += 1
            if seen < len(told) and told[seen] == (move.kind, move.text):
                seen += 1
            else:
                counted["while nobody looked" if blind[0] <= move.at <= blind[1] else "lost"] += 1
        counted["seen"] += seen
        counted["invented"] += len(told) - seen
    return counted


def alerts_told(place: Place, taken: Counter[str]) -> dict[str, int]:
    """Every step has one event, every event one alert, every alert arrived; what came twice has the same id."""
    with place.newsroom.database.read() as conn:
        steps = conn.execute(sa.select(edit.c.id).where(edit.c.confirmation != "overtaken")).scalars().all()
        events = conn.execute(sa.select(event.c.id, event.c.edit_id).where(event.c.edit_id.is_not(None))).all()
        delivered = conn.execute(sa.select(alert.c.event_id).where(alert.c.state == "delivered")).scalars()
        alerted = {str(one) for one in delivered}
        counts = {
            name: conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in (("looks", visit), ("versions", version), ("alerts", alert))
        }
    told = Counter(row.edit_id for row in events)
    return counts | {
        "untold": len(set(steps) - told.keys()),
        "told twice": told.total() - len(told),
        "not alerted": len({str(row.id) for row in events} - alerted),
        "not arrived": len(alerted - taken.keys()),
    }


def pause_of(place: Place, site: Any) -> float:
    """The shortest pause that the services on a record left to a host, in seconds."""
    mine = place.settings["user_agent_contact"]
    return min(pause for one in site.pauses for asker, pause in one.shortest.items() if mine in asker)


def requests_of(place: Place, site: Any) -> int:
    """How often the services on a record have asked the site."""
    mine = place.settings["user_agent_contact"]
    return sum(count for one in site.pauses for asker, count in one.requests.items() if mine in asker)


def mistakes_in(place: Place) -> list[str]:
    lines = (line for log in place.logs for line in log.read_text().splitlines())
    return [line for line in lines if any(word in line for word in MISTAKES)]


def leases_lost(place: Place) -> int:
    """How often the machine was so busy that work was done too late."""
    return sum(log.read_text().count("lease_lost") for log in place.logs)


async def kill_for(
    seconds: float, place: Place, programs: Any, site: Any, rng: random.Random, measured: Sequence[Place]
) -> int:
    """End a service of a place again and again, whenever it has worked for a while; how often."""
    until, kills = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        wanted = requests_of(place, site) + rng.randint(5, 40)
        while True:
            await asyncio.sleep(rng.uniform(0.02, 0.08))  # somewhere in the middle of keeping the answer
            if requests_of(place, site) >= wanted:
                break
        await place.kill_one(programs, rng)
        kills += 1
        for one in measured:
            one.measure()
    return kills


async def begin(first: Place, programs: Any, site: Any) -> None:
    """Put everything of the site on the watchlist, and let the services run."""
    channel = f"{site.channel_url}/{site.channel.channel}"
    for url in (channel, *(f"{site.pages_url}{name}" for name in site.stories if not name.isdigit())):
        add_watch(first.newsroom, WatchDraft(url, interval_seconds=1))
    is_sqlite = first.newsroom.database.is_sqlite
    for words in [("serve",)] if is_sqlite else [API_ONLY, ("work",), ("work",)]:
        await first.start(programs, *words)


async def go_on_from_backup(second: Place, programs: Any, url: str) -> None:
    """Look at what was restored, send its alerts somewhere else, and let a service run on it."""
    await run(programs, "check-record", settings=second.settings)
    with second.newsroom.database.read() as conn:
        desk = conn.execute(sa.select(destination.c.id)).scalar_one()
    change_destination(second.newsroom, desk, DestinationChange(url=url), revision=None)
    await second.start(programs, "serve")


def account(place: Place, site: Any, blind: tuple[float, float], taken: Counter[str]) -> dict[str, Any]:
    """Everything that was counted of one record; nothing of it may be wrong."""
    counted = {**story_told(place, site, blind), **alerts_told(place, taken)}
    wrong = ("lost", "invented", "untold", "told twice", "not alerted", "not arrived")
    assert {name: counted[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert mistakes_in(place) == []
    pause, late = pause_of(place, site), leases_lost(place)
    assert pause >= PAUSE_SECONDS or late, f"a host was asked again after {pause:.4f} s"
    delays = sorted(place.delays)
    return counted | {
        "arrived": taken.total(),
        "duplicates (same id)": taken.total() - len(taken),
        "leases lost": late,
        "shortest pause s": round(pause, 3),
        "known after s, half": round(statistics.median(delays), 1) if delays else "-",
        "most": round(delays[-1], 1) if delays else "-",
        "MiB on disk": round(place.bytes_on_disk() / MEBIBYTE, 1),
    }


async def test_what_is_killed_backed_up_and_restored_while_it_runs_tells_the_whole_story_once(
    programs, postgres_programs, site, receivers, settings_of, database_url, second_url, add_destination, minutes,
    tell_counts, tmp_path,
):  # fmt: skip
    """Kills for a third of the time; then a backup, and on with a second service from it, which is never killed."""
    rng, third = random.Random(1_917), minutes * 60 / 3
    async with place_at(settings_of(database_url, "first")) as first:
        add_destination(first.newsroom, "desk", receivers[0].url)
        await begin(first, programs, site)
        editor = Editor(site, rng, [first])
        await editor.settled()
        async with editor.at_work():
            kills = await kill_for(third, first, programs, site, rng, [])
            since = await editor.words_alone()
            await back_up(programs, postgres_programs, first, second_url, tmp_path / "copies")
            before = first.bytes_on_disk()
        async with place_at(settings_of(second_url, "second")) as second:
            await go_on_from_backup(second, programs, receivers[1].url)
            editor.places.append(second)
            await editor.settled()
            blind, editor.words_only = (since, time.monotonic()), False
            async with editor.at_work():
                kills += await kill_for(2 * third, first, programs, site, rng, [second])
            for place in (first, second):
                await place.stop()
                await run(programs, "check-record", settings=place.settings)
            ours, both = receivers[0].taken, receivers[0].taken + receivers[1].taken
            assert receivers[0].false + receivers[1].false == 0
            tell_counts(minutes=minutes, kills=kills, **account(first, site, (0.0, 0.0), ours))
            grown = second.memory[-1] - second.memory[len(second.memory) // 4]
            assert grown < GROWTH_BYTES
            memory = {"MiB in memory": second.memory[-1] // MEBIBYTE, "grown by MiB": round(grown / MEBIBYTE, 1)}
            size = {"MiB when backed up": round(before / MEBIBYTE, 1)}
            tell_counts(restored="", **account(second, site, blind, both), **memory, **size)
