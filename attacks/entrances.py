"""Every way by which an address comes in that Walkback may go to: one row each. A new way is one more row."""

import asyncio
import csv
import html
import io
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import sqlalchemy as sa
import structlog
from typer.testing import CliRunner

from app.__main__ import app as command_line
from app.domain.archives import Range
from app.domain.destinations import Alert, DestinationKind
from app.domain.ids import WatchId
from app.domain.observations import VisitOutcome
from app.domain.watches import SourceKind, Watch, WatchDraft
from app.pipeline.backfill import Place, begin_backfill
from app.pipeline.backfilling import do_backfill, take_backfills
from app.pipeline.check_here import check_here
from app.pipeline.deliver import deliver_once
from app.pipeline.destinations import DestinationDraft, create_destination, remove_destination, send_test
from app.pipeline.poll import poll_once
from app.pipeline.watchlist import add_watch, remove_watch
from app.storage import alerts, destinations
from app.storage.tables import backfill, destination, host, watch
from attacks.stage import PROXY, SITE, Door, Stage

Verdict = str | None
"""How the address was refused, "" where it was not; None where that cannot be seen from outside, and only what was
dialled counts."""
NOT_REFUSED = ""
Go = Callable[[Stage, str], Awaitable[Verdict]]
READ = (VisitOutcome.READ, VisitOutcome.NOT_MODIFIED, VisitOutcome.GONE)
HONEST = "http://8.8.8.8/"
BOT = "1234567:" + "t" * 35


@dataclass(frozen=True)
class Entrance:
    """One way in. ``fetches`` where the address is asked for at once; ``needs_site`` where a site has to play along."""

    name: str
    go: Go
    fetches: bool
    needs_site: bool


def refusal_in(answer: httpx2.Response) -> str:
    """The type of the problem in an answer of the interface that names what is wrong with an address."""
    assert answer.status_code < 500, answer.text
    told: str = answer.json()["type"] if answer.status_code == 422 else NOT_REFUSED
    return told.rpartition(":")[2]


def sent(method: str, path: str, body: Callable[[str], object]) -> Go:
    """Over the interface, as JSON; only a refusal that names what is wrong counts."""

    async def go(stage: Stage, url: str) -> Verdict:
        return refusal_in(await stage.api.request(method, path, json=body(url)))

    return go


def imported(content_type: str, written: Callable[[str], str]) -> Go:
    """Over the interface, as a row of a list."""

    async def go(stage: Stage, url: str) -> Verdict:
        content = written(url).encode("utf-8", "replace")
        answer = await stage.api.post("/v1/watches/import", content=content, headers={"Content-Type": content_type})
        if refused := refusal_in(answer):
            return refused
        told = answer.json()
        problems = [row["problem"]["type"].rpartition(":")[2] for row in told["rows"] if row["problem"]]
        return NOT_REFUSED if told["added"] else f"{problems[0]} (a row)" if problems else "no row in it"

    return go


def typed(*words: str) -> Go:
    """At the command line; ``URL`` stands for the address, ``FILE`` for a file that holds it."""

    async def go(stage: Stage, url: str) -> Verdict:
        file = stage.folder / "list.txt"
        file.write_text(f"{url}\n", encoding="utf-8", errors="replace")
        line = [{"URL": url, "FILE": str(file)}.get(word, word) for word in words]
        with _logs_left_alone():
            result = await asyncio.to_thread(CliRunner().invoke, command_line, line, env=_environment(stage))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return f"exit code {result.exit_code}" if result.exit_code else NOT_REFUSED

    return go


@contextmanager
def _logs_left_alone() -> Iterator[None]:
    """A command sends the log to its own standard error, which is gone behind it."""
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    yield
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


def _environment(stage: Stage) -> dict[str, str | None]:
    through = stage.door in (Door.PROXY, Door.PROXY_BY_NAME)
    return {
        "WALKBACK_DATABASE_URL": f"sqlite:///{stage.folder / 'record.db'}",
        "WALKBACK_SECRET_KEY": "a key for attacks",
        "WALKBACK_ALLOW_NETWORKS": ",".join(map(str, stage.newsroom.policy.allow_networks)),
        "WALKBACK_ALLOW_PORTS": f"80,443,{stage.inner_port}",
        "WALKBACK_EGRESS_PROXY": f"http://{PROXY}:9" if through else None,
        "WALKBACK_EGRESS_PROXY_BY_NAME": "true" if stage.door is Door.PROXY_BY_NAME else None,
    }


async def previewed(stage: Stage, url: str) -> Verdict:
    """A look before watching; as a page, and where that would be, as a feed."""
    found = [
        refusal_in(await stage.api.post("/v1/watches/preview", json={"url": url, "kind": kind}))
        for kind in ("web_page", "feed")
    ]
    return found[-1] if all(found) else NOT_REFUSED


async def checked(stage: Stage, url: str) -> Verdict:
    """A watch whose address was changed behind our back, or whose name leads elsewhere by now."""
    made = _watch(stage, HONEST, SourceKind.WEB_PAGE)
    with stage.newsroom.database.write() as conn:
        here = f"{made.kind}:{url}"
        row = {"url": url, "target": url, "live_target": here}
        conn.execute(sa.update(watch).where(watch.c.id == made.id).values(row))
    return await _is_refused(stage, made)


async def redirected(stage: Stage, url: str) -> Verdict:
    """A watched page that leads there."""
    path = stage.fresh()
    stage.leads(path, url)
    return await _is_refused(stage, _watch(stage, stage.site + path, SourceKind.WEB_PAGE))


async def redirected_preview(stage: Stage, url: str) -> Verdict:
    """A page that leads there, at a look before watching."""
    path = stage.fresh()
    stage.leads(path, url)
    return await previewed(stage, stage.site + path)


async def asked_for_robots(stage: Stage, url: str) -> Verdict:
    """A robots.txt that leads there."""
    name = f"case-{stage.count}.robots.test"
    stage.names.numbers[name] = [[SITE]]
    stage.leads("/robots.txt", url)
    path = stage.fresh()
    stage.shows(path, "<p>" + "A page that would be read. " * 20)
    await previewed(stage, f"http://{name}:{stage.site.rpartition(':')[2]}{path}")
    del stage.pages["/robots.txt"]
    return None


async def linked_in_feed(stage: Stage, url: str) -> Verdict:
    """An item of a watched feed."""
    path = stage.fresh()
    item = f"<item><title>News</title><link>{html.escape(url)}</link><description>Text of it.</description></item>"
    stage.shows(
        path, f'<rss version="2.0"><channel><title>News</title>{item}</channel></rss>', kind="application/rss+xml"
    )
    made = _watch(stage, stage.site + path, SourceKind.FEED)
    await check_here(stage.newsroom, made.id)
    await poll_once(stage.newsroom)
    remove_watch(stage.newsroom, made.id, forget_history=True)
    return None


async def index_of_archive(stage: Stage, url: str) -> Verdict:
    """The address of the index of the web archive, as an operator might have set it."""
    return await _import_of(stage, index=url, captures=stage.site)


async def redirected_index(stage: Stage, url: str) -> Verdict:
    """An index that leads there."""
    path = stage.fresh()
    stage.leads(path, url)
    return await _import_of(stage, index=stage.site + path, captures=stage.site)


async def capture_of_archive(stage: Stage, url: str) -> Verdict:
    """A capture that leads there."""
    index = stage.fresh()
    stage.shows(index, json.dumps([["timestamp", "original"], ["20250107091200", HONEST]]), kind="application/json")
    stage.leads(f"/web/20250107091200id_/{HONEST}", url)
    await _import_of(stage, index=stage.site + index, captures=f"{stage.site}/web")
    return None


async def listed_in_index(stage: Stage, url: str) -> Verdict:
    """An address that an index gives for the original of a capture."""
    index = stage.fresh()
    stage.shows(index, json.dumps([["timestamp", "original"], ["20250107091200", url]]), kind="application/json")
    await _import_of(stage, index=stage.site + index, captures=f"{stage.site}/web")
    return None


async def delivered(stage: Stage, url: str) -> Verdict:
    """A destination whose address was changed behind our back, or whose name leads elsewhere by now."""
    made = create_destination(stage.newsroom, DestinationDraft(HONEST, "desk")).destination
    with stage.newsroom.database.write() as conn:
        conn.execute(sa.update(destination).where(destination.c.id == made.id).values(url=url))
    alert = send_test(stage.newsroom, made.id)
    await deliver_once(stage.newsroom)
    refused = _was_refused(stage, alert)
    remove_destination(stage.newsroom, made.id, revision=None)
    return refused


async def delivered_to_chat(stage: Stage, url: str) -> Verdict:
    """A chat whose sealed address was changed behind our back, or whose name leads elsewhere by now."""
    draft = DestinationDraft(f"{HONEST}hook", "desk", DestinationKind.SLACK)
    made = create_destination(stage.newsroom, draft).destination
    with stage.newsroom.database.write() as conn:
        destinations.set_secrets(conn, made.id, [stage.newsroom.seal.seal(url)])
    alert = send_test(stage.newsroom, made.id)
    await deliver_once(stage.newsroom)
    refused = _was_refused(stage, alert)
    remove_destination(stage.newsroom, made.id, revision=None)
    return refused


async def redirected_delivery(stage: Stage, url: str) -> Verdict:
    """A receiver that leads there."""
    path = stage.fresh()
    stage.leads(path, url)
    await delivered(stage, stage.site + path)
    return None


def _was_refused(stage: Stage, alert: Alert) -> str:
    with stage.newsroom.database.read() as conn:
        (tried,) = alerts.list_deliveries(conn, alert.id)
    return "not sent" if tried.http_status is None else NOT_REFUSED


def _watch(stage: Stage, url: str, kind: SourceKind) -> Watch:
    _wake_hosts(stage)
    return add_watch(stage.newsroom, WatchDraft(url, kind=kind))


def _wake_hosts(stage: Stage) -> None:
    """No site rests because of the case before."""
    with stage.newsroom.database.write() as conn:
        awake = {"next_at": stage.newsroom.clock(), "refusals": 0, "lease": None, "gap_seconds": 0.0}
        conn.execute(sa.update(host).values(awake))


async def _is_refused(stage: Stage, made: Watch) -> str:
    seen = await check_here(stage.newsroom, made.id)
    remove_watch(stage.newsroom, WatchId(made.id), forget_history=True)
    assert seen is not None
    return NOT_REFUSED if seen.visit.outcome in READ else str(seen.visit.outcome)


async def _import_of(stage: Stage, *, index: str, captures: str) -> str:
    """Import what an archive has of a page: the index, and the captures that it lists."""
    rules = replace(stage.newsroom.rules, archive_index_url=index, archive_capture_url=captures)
    room = replace(stage.newsroom, rules=rules)
    made = _watch(stage, HONEST, SourceKind.WEB_PAGE)
    begun = begin_backfill(room, Place(made), Range(most=5, since=datetime(2025, 1, 1, tzinfo=UTC)))
    refused = NOT_REFUSED
    for _ in range(4):
        for job in take_backfills(room, limit=1, only=begun.id):
            await do_backfill(room, job)
        with room.database.read() as conn:
            told: Any = conn.execute(sa.select(backfill.c.detail).where(backfill.c.id == begun.id)).one()
        refused = refused or ("put off" if told.detail is not None else NOT_REFUSED)
        _wake_hosts(stage)
    remove_watch(room, made.id, forget_history=True)
    return refused


def _csv(url: str) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["url"], [url]])
    return written.getvalue()


def _opml(url: str) -> str:
    return f'<opml version="2.0"><body><outline text="a" xmlUrl="{html.escape(url)}"/></body></opml>'


def _row(name: str, go: Go, *, fetches: bool = False, needs_site: bool = False) -> Entrance:
    return Entrance(name, go, fetches, needs_site)


ENTRANCES: tuple[Entrance, ...] = (
    _row("add", sent("POST", "/v1/watches", lambda url: {"url": url})),
    _row("add as a feed", sent("POST", "/v1/watches", lambda url: {"url": url, "kind": "feed"})),
    _row("import JSON", imported("application/json", lambda url: json.dumps([url]))),
    _row("import CSV", imported("text/csv", _csv)),
    _row("import OPML", imported("text/x-opml", _opml)),
    _row("import text", imported("text/plain", lambda url: f"{url}\n")),
    _row(
        "make a destination", sent("POST", "/v1/destinations", lambda url: {"url": url, "kind": "webhook", "name": "a"})
    ),
    _row("make a chat", sent("POST", "/v1/destinations", lambda url: {"url": url, "kind": "slack", "name": "a"})),
    _row(
        "make a bot",
        sent(
            "POST",
            "/v1/destinations",
            lambda url: {"url": url, "kind": "telegram", "token": BOT, "chat_id": "1", "name": "a"},
        ),
    ),
    _row("make by Apprise", sent("POST", "/v1/destinations", lambda url: {"url": url, "kind": "apprise", "name": "a"})),
    _row("command line: add", typed("watch", "add", "--no-preview", "--", "URL")),
    _row("command line: preview", typed("watch", "preview", "--", "URL")),
    _row("command line: import", typed("watch", "import", "FILE")),
    _row("command line: destination", typed("destination", "add", "--", "URL")),
    _row("command line: chat", typed("destination", "add", "--kind", "mattermost", "--", "URL")),
    _row("preview", previewed, fetches=True),
    _row("check", checked, fetches=True),
    _row("deliver", delivered, fetches=True),
    _row("deliver to a chat", delivered_to_chat, fetches=True),
    _row("index of an archive", index_of_archive, fetches=True),
    _row("redirect of a page", redirected, fetches=True, needs_site=True),
    _row("redirect at a preview", redirected_preview, fetches=True, needs_site=True),
    _row("redirect of robots.txt", asked_for_robots, fetches=True, needs_site=True),
    _row("item of a feed", linked_in_feed, fetches=True, needs_site=True),
    _row("redirect of an index", redirected_index, fetches=True, needs_site=True),
    _row("redirect of a capture", capture_of_archive, fetches=True, needs_site=True),
    _row("original of a capture", listed_in_index, fetches=True, needs_site=True),
    _row("redirect of a receiver", redirected_delivery, fetches=True, needs_site=True),
)
