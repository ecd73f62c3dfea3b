"""A whole newsroom on a real database, with a clock that stands still and sites on loopback."""

import ipaddress
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.demo.receiver import Receiver
from app.demo.serving import serving
from app.demo.telegram import TelegramStandIn
from app.domain.archives import Range
from app.domain.claims import PinVariant
from app.domain.destinations import Alert, AlertFilter, Destination, DestinationKind, DestinationState
from app.domain.edits import Edit
from app.domain.events import Event
from app.domain.flags import Flag
from app.domain.ids import DestinationId, PinId
from app.domain.observations import Gap, Outcome
from app.domain.pins import Pin
from app.domain.statements import Statement, Version
from app.domain.watches import Watch
from app.pipeline.backfill import Place, Progress, begin_backfill, find_place, progress_of
from app.pipeline.backfilling import do_backfill, take_backfills
from app.pipeline.newsroom import Newsroom
from app.pipeline.poll import poll_once
from app.settings import Settings
from app.storage import alerts, destinations, edits, events, flags, observations, pins, statements, versions, watches
from app.storage.backfills import get_backfill
from app.storage.identity import new_id
from app.wiring.newsroom import open_newsroom

EVERYTHING = AlertFilter()
SECRET = "whsec_" + "QUFB" * 10


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def telegram() -> TelegramStandIn:
    return TelegramStandIn("generalstaff", "General Staff of Ukraine")


@pytest.fixture
async def telegram_url(telegram: TelegramStandIn) -> AsyncIterator[str]:
    async with serving(telegram.application()) as url:
        yield url


@dataclass
class Site:
    """A web site of which a test says what each path answers: a text, or status, headers and body."""

    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._answer)])

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        answer = self.pages.get(request.url.path)
        if answer is None:
            return Response(status_code=404)
        if isinstance(answer, str):
            answer = (200, {"content-type": "text/html; charset=utf-8"}, answer.encode())
        if isinstance(answer, Response):
            return answer
        status, headers, body = answer
        if status == 200 and headers.get("etag") and request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return Response(body, status, headers)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    async with serving(made.application()) as url:
        made.url = url
        yield made


@pytest.fixture
async def receiver(clock: Any) -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver(clock)
    async with serving(made.application()) as url:
        yield made, f"{url}/alerts"


@pytest.fixture
async def newsroom(database_url: str, clock: Any, telegram_url: str) -> AsyncIterator[Newsroom]:
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        telegram_base_url=telegram_url,
        allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
        host_gap_seconds=0,
        secret_key=SecretStr("a key for tests"),
    )
    async with open_newsroom(settings, clock=clock) as made:
        yield replace(made, random=lambda: 0.5)  # no spread: the same looks at the same times on every run


@pytest.fixture
def later(newsroom: Newsroom, clock: Any) -> Any:
    """Let time pass and make every check that has fallen due meanwhile."""

    async def go(seconds: float) -> datetime:
        now: datetime = clock.move(seconds)
        while await poll_once(newsroom):
            clock.move(0.001)
        return now

    return go


@dataclass(frozen=True)
class Record:
    """What stands in the record, in short words."""

    newsroom: Newsroom

    def statements(self) -> tuple[Statement, ...]:
        with self.newsroom.database.read() as conn:
            return statements.list_statements(conn, limit=500).items

    @property
    def statement(self) -> Statement:
        (only,) = self.statements()
        return only

    def versions(self, of: Statement | None = None) -> tuple[Version, ...]:
        """Oldest first."""
        with self.newsroom.database.read() as conn:
            return versions.list_versions(conn, (of or self.statement).id)

    def texts(self, of: Statement | None = None) -> list[str]:
        return [version.wording.text for version in self.versions(of)]

    def outcomes(self, of: Statement | None = None) -> list[Outcome]:
        """Oldest first."""
        with self.newsroom.database.read() as conn:
            seen = observations.list_observations(conn, (of or self.statement).id, limit=500)
        return [one.outcome for one in reversed(seen)]

    def edits(self) -> tuple[Edit, ...]:
        """Oldest first."""
        with self.newsroom.database.read() as conn:
            return edits.list_edits(conn, limit=500).items[::-1]

    def flags(self) -> tuple[Flag, ...]:
        """Oldest first."""
        with self.newsroom.database.read() as conn:
            return flags.list_flags(conn, limit=500).items[::-1]

    def alerts(self) -> tuple[Alert, ...]:
        """Oldest first."""
        with self.newsroom.database.read() as conn:
            return alerts.list_alerts(conn, limit=500).items[::-1]

    def events(self) -> tuple[Event, ...]:
        with self.newsroom.database.read() as conn:
            return events.list_events(conn, limit=500)

    def told(self) -> list[str]:
        """The types of all events but first sights, in order."""
        return [event.type.value for event in self.events() if event.type != "statement.first_seen"]

    def gaps(self, watch: Watch) -> tuple[Gap, ...]:
        """Newest first."""
        with self.newsroom.database.read() as conn:
            return observations.list_gaps(conn, watch.id)

    def visits(self, watch: Watch) -> list[tuple[str, str | None]]:
        """Outcome and detail, oldest first."""
        with self.newsroom.database.read() as conn:
            return [(one.outcome, one.detail) for one in observations.list_visits(conn, watch.id)][::-1]

    def watch(self, watch: Watch) -> Watch:
        with self.newsroom.database.read() as conn:
            return watches.get_watch(conn, watch.id)


@pytest.fixture
def record(newsroom: Newsroom) -> Record:
    return Record(newsroom)


@pytest.fixture
def add_pin(newsroom: Newsroom) -> Callable[..., Pin]:
    """Follow phrases everywhere: ``add_pin("en: new offensive")``."""

    def add(*phrases: str, name: str | None = None) -> Pin:
        variants = tuple(PinVariant(*phrase.split(": ", 1)) for phrase in phrases)
        new = Pin(PinId(new_id()), name or phrases[0], variants, (), newsroom.clock(), 1)
        with newsroom.database.write() as conn:
            pins.add_pin(conn, new)
        return new

    return add


@pytest.fixture
def add_destination(newsroom: Newsroom) -> Callable[..., Destination]:
    """A webhook, on a port where nobody listens unless a url is given."""

    def add(
        name: str = "desk", *, url: str = "http://127.0.0.1:9/alerts", wish: AlertFilter = EVERYTHING
    ) -> Destination:
        new = Destination(
            id=DestinationId(new_id()),
            kind=DestinationKind.WEBHOOK,
            name=name,
            url=url,
            wish=wish,
            state=DestinationState.ACTIVE,
            state_reason=None,
            failing_since=None,
            created_at=newsroom.clock(),
            revision=1,
        )
        with newsroom.database.write() as conn:
            destinations.add_destination(conn, new, secrets=[newsroom.seal.seal(SECRET)])
        return new

    return add


@pytest.fixture
def desk(add_destination: Callable[..., Destination]) -> Destination:
    """Somebody who is told of everything that is worth telling."""
    return add_destination()


@pytest.fixture
def release() -> Callable[..., str]:
    """The page of a press release, long enough that its text is found, with parts around it that do not count."""

    def page(*paragraphs: str, title: str = "Statement of the ministry", views: int = 1) -> str:
        body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
            '<nav><a href="/">Home</a> <a href="/news">News</a></nav>'
            f"<main><article><h1>{title}</h1>{body}</article></main>"
            f"<footer>Seen {views} times</footer></body></html>"
        )

    return page


@dataclass
class Archive:
    """A web archive on loopback: an index in the form of Wayback's, and captures by time and address.

    ``broken`` maps what is asked for ("index", or a timestamp) to answers that come first, one each time.
    """

    captures: dict[tuple[int, str], Any] = field(default_factory=dict)
    rows: list[list[str]] | None = None
    page_rows: int = 1000
    broken: dict[str, list[Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def keep(self, timestamp: int, url: str, page: str, **headers: str) -> None:
        """A capture of a page that answered 200."""
        self.captures[timestamp, url] = (200, headers, page.encode())

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/cdx", self._index), Route("/web/{time}id_/{rest:path}", self._capture)])

    async def _index(self, request: Request) -> Response:
        self.asked.append("index")
        if self.broken.get("index"):
            return self.broken["index"].pop(0)
        wanted = request.query_params
        of_url = sorted(key for key in self.captures if _bare(key[1]) == _bare(wanted["url"]))
        rows = self.rows
        if rows is None:
            rows = [[str(time), url, "text/html", "200", f"DIGEST{time}"] for time, url in of_url]
            rows = [row for row in rows if wanted.get("from", "0") <= row[0] <= wanted.get("to", "9")]
        start = int(wanted.get("resumeKey", "0"))
        page = rows[start : start + self.page_rows]
        more = [[], [str(start + self.page_rows)]] if start + self.page_rows < len(rows) else []
        return JSONResponse([["timestamp", "original", "mimetype", "statuscode", "digest"], *page, *more])

    async def _capture(self, request: Request) -> Response:
        time = request.path_params["time"]
        self.asked.append(time)
        if self.broken.get(time):
            return self.broken[time].pop(0)
        url = str(request.url).partition("id_/")[2]
        found = next((page for key, page in self.captures.items() if key[0] == int(time) and key[1] == url), None)
        if found is None:
            return Response("not in the archive", 404)
        status, headers, body = found
        moment = datetime.strptime(time, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        kept = {"memento-datetime": format_datetime(moment, usegmt=True), "content-type": "text/html; charset=utf-8"}
        return Response(body, status, {**kept, **headers})


def _bare(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


@pytest.fixture
async def archive() -> AsyncIterator[Archive]:
    made = Archive()
    async with serving(made.application()) as url:
        made.url = url
        yield made


@pytest.fixture
def room(newsroom: Newsroom, archive: Archive) -> Newsroom:
    """A newsroom whose backfills ask the archive on loopback."""
    rules = replace(newsroom.rules, archive_index_url=f"{archive.url}/cdx", archive_capture_url=f"{archive.url}/web")
    return replace(newsroom, rules=rules)


@pytest.fixture
def bring(room: Newsroom, clock: Any) -> Any:
    """Import the past of a place and make every step of it; time passes only where the archive asks for a pause."""

    async def go(where: str | Watch, wanted: Range = Range()) -> Progress:  # noqa: B008  # a frozen value
        with room.database.read() as conn:
            place = find_place(conn, room, where) if isinstance(where, str) else Place(where)
        job = begin_backfill(room, place, wanted)
        for _ in range(2000):
            taken = take_backfills(room, limit=1, only=job.id)
            for one in taken:
                await do_backfill(room, one)
            with room.database.read() as conn:
                job = get_backfill(conn, job.watch_id, job.id)
                if not job.is_open:
                    return progress_of(conn, job, in_full=True)
            if not taken:
                clock.move(5)
        raise AssertionError(job)

    return go
