"""Importing the past: what archives kept of a watch or of one statement, asked for once and worked off step by step."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.domain.archives import (
    Backfill,
    BackfillSource,
    BackfillState,
    CaptureOutcome,
    Lookup,
    Range,
)
from app.domain.audit import Act
from app.domain.edits import Edit
from app.domain.errors import InvalidInput, NotFound
from app.domain.headlines import gist_of_change, headline_of
from app.domain.hosts import host_of
from app.domain.ids import BackfillId, StatementId, WatchId
from app.domain.watches import SourceKind, Watch, WatchState
from app.domain.words import ENGLISH
from app.pipeline.archive_asking import host_asked
from app.pipeline.audit import note
from app.pipeline.backfilling import do_backfill, take_backfills
from app.pipeline.newsroom import Newsroom
from app.sources.archived import lookups_of
from app.sources.registry import detect
from app.storage import archived, archives, backfills, edits, hosts, statements, watches
from app.storage.database import Connection
from app.storage.identity import new_id

PAUSE_SECONDS = 0.25
LEAST_WAIT_SECONDS = 5
MOST_NAMED = 20
HEAVIEST = 3


@dataclass(frozen=True, slots=True)
class Place:
    """What a backfill is about: a watch, or one statement in it by its name there."""

    watch: Watch
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """One capture that could not be used, and why. ``capture`` has 14 digits."""

    capture: int
    outcome: CaptureOutcome
    detail: str


@dataclass(frozen=True, slots=True)
class Heavy:
    """One of the weightiest steps, in words."""

    edit: Edit
    headline: str

    @property
    def facts(self) -> dict[str, Any]:
        """As the interface and the command line tell it."""
        return {
            "edit_id": self.edit.id,
            "level": self.edit.level,
            "score": self.edit.score,
            "headline": self.headline,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. ``repeated`` counts readings that showed the words as they were before.

    ``waits_until`` is when it goes on, where nobody is at it because the archive is to be left alone until then.
    """

    backfill: Backfill
    listed: int
    unread: int
    outcomes: Mapping[CaptureOutcome, int]
    versions: int
    repeated: int
    rejected: tuple[Rejected, ...] = ()
    heaviest: tuple[Heavy, ...] = ()
    waits_until: datetime | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """As the interface and the command line tell it."""
        job = self.backfill
        same = ("id", "watch_id", "statement_id", "source", "archive", "state", "detail", "is_cut", "refused", "edits")
        times = ("created_at", "updated_at", "finished_at")
        return {
            **{name: getattr(job, name) for name in (*same, *times)},
            "addresses": [lookup.url for lookup in job.lookups],
            "since": job.wanted.since,
            "until": job.wanted.until,
            "limit": job.wanted.most,
            "captures": {"listed": self.listed, "unread": self.unread, "outcomes": self.outcomes},
            "versions": self.versions,
            "repeated": self.repeated,
            "rejected": self.rejected,
            "heaviest": [heavy.facts for heavy in self.heaviest],
        }

    @property
    def read(self) -> int:
        """Captures that are done with, whatever came of them."""
        return self.listed - self.unread


def find_place(conn: Connection, newsroom: Newsroom, url: str) -> Place:
    """The watch that reads an address, or the statement of one that stands there.

    Raises:
        InvalidAddress: it cannot be one; NotFound: nothing on the watchlist reads it.
    """
    kind, target = detect(url, newsroom.sources)
    watch = watches.find_live_watch(conn, kind, target) or _feed_at(conn, target)
    if watch is not None:
        return Place(watch)
    if kind is SourceKind.TELEGRAM_POST:
        channel, _, number = target.partition("/")
        watch = watches.find_live_watch(conn, SourceKind.TELEGRAM_CHANNEL, channel)
        if watch is not None:
            return Place(watch, number)
    item = statements.find_item_at(conn, target)
    if item is not None:
        return Place(watches.get_watch(conn, item.watch_id), item.external_id)
    raise NotFound("watch or statement", f"at {url}; add it first: walkback watch add {url}")


def begin_backfill(newsroom: Newsroom, place: Place, wanted: Range) -> Backfill:
    """Owe the import of a place, or go on with the same one where it was not finished.

    Raises:
        InvalidInput: the watch was removed, or the range cannot be.
        NotFound: there is no such statement in the watch.
    """
    watch = place.watch
    if watch.state is WatchState.REMOVED:
        raise InvalidInput("The watch was removed; add it again first.")
    if wanted.since is not None and wanted.until is not None and wanted.since > wanted.until:
        raise InvalidInput("The range ends before it begins.")
    if wanted.most < 0:
        raise InvalidInput("The limit is a number of captures, or 0 for all.")
    with newsroom.database.write() as conn:
        known = archived.find_statements(conn, watch.id, [place.external_id] if place.external_id else [])
        statement_id = known.get(place.external_id) if place.external_id else None
        lookups = _lookups(conn, place, statement_id)
        earlier = _unfinished(conn, watch.id, lookups, wanted)
        archive = host_of(newsroom.rules.archive_capture_url)
        blank = new_backfill(newsroom, watch.id, wanted, BackfillSource.INDEX, archive)
        new = earlier or replace(blank, statement_id=statement_id, lookups=lookups)
        if earlier is None:
            backfills.add_backfill(conn, new, host_name=host_asked(newsroom, new.source))
            note(conn, newsroom, Act.WATCH_BACKFILLED, watch)
        elif not earlier.is_open:
            new = _resumed(newsroom, earlier)
            backfills.save_backfill(conn, earlier, new)
        return new


def progress_of(conn: Connection, job: Backfill, *, in_full: bool = False) -> Progress:
    """How far an import is; ``in_full`` with the captures that could not be used and the weightiest steps."""
    outcomes = backfills.count_outcomes(conn, job.id)
    new, repeated = backfills.count_versions(conn, job.id)
    rejected = backfills.list_rejected(conn, job.id, limit=MOST_NAMED) if in_full else ()
    return Progress(
        backfill=job,
        listed=sum(outcomes.values()),
        unread=outcomes.get(None, 0),
        outcomes={outcome: count for outcome, count in outcomes.items() if outcome is not None},
        versions=new,
        repeated=repeated,
        rejected=tuple(Rejected(*one) for one in rejected),
        heaviest=_heaviest(conn, job) if in_full else (),
    )


async def work_off(newsroom: Newsroom, job: Backfill, *, told: Callable[[Progress], None]) -> Progress:
    """Make the steps of an import in this process until it is over; where a worker is at it, follow that.

    Raises:
        StorageError: the database could not be used; what is kept stays, and the same command goes on.
    """
    while True:
        taken = await asyncio.to_thread(take_backfills, newsroom, limit=1, only=job.id)
        for one in taken:
            await do_backfill(newsroom, one)
        with newsroom.database.read() as conn:
            job = backfills.get_backfill(conn, job.watch_id, job.id)
            progress = progress_of(conn, job, in_full=not job.is_open)
            waits = None if taken else _waits_until(conn, newsroom, job)
        told(replace(progress, waits_until=waits))
        if not job.is_open:
            return progress
        if not taken:
            await asyncio.sleep(PAUSE_SECONDS)


def _waits_until(conn: Connection, newsroom: Newsroom, job: Backfill) -> datetime | None:
    """When its next step may be made; None where that is soon, or somebody is making one."""
    name = host_asked(newsroom, job.source) if job.state is not BackfillState.COMPARING else None
    free = None if name is None else hosts.find_next_at(conn, name)
    until = max(job.due_at, free or job.due_at)
    is_long = until > newsroom.clock() + timedelta(seconds=LEAST_WAIT_SECONDS)
    return until if is_long and job.is_open and job.lease is None else None


def _lookups(conn: Connection, place: Place, statement_id: StatementId | None) -> tuple[Lookup, ...]:
    watch = place.watch
    if watch.kind is SourceKind.FEED:
        if statement_id is None:
            raise InvalidInput("A feed has no past of its own in archives; name one of its articles by its address.")
        url = statements.get_statement(conn, statement_id).url
        return lookups_of(watch.kind, watch.target, url, place.external_id)
    return lookups_of(watch.kind, watch.target, watch.url, place.external_id)


def _feed_at(conn: Connection, target: str) -> Watch | None:
    return watches.find_live_watch(conn, SourceKind.FEED, target)


def _unfinished(conn: Connection, watch_id: WatchId, lookups: tuple[Lookup, ...], wanted: Range) -> Backfill | None:
    """The same import, if it was asked for before and is not done."""
    for one in backfills.list_backfills(conn, watch_id):
        is_same = one.lookups == lookups and one.wanted == wanted and one.source is BackfillSource.INDEX
        if is_same and one.state is not BackfillState.DONE:
            return one
    return None


def _resumed(newsroom: Newsroom, job: Backfill) -> Backfill:
    """An import that failed, to be gone on with where it was."""
    now = newsroom.clock()
    blank = replace(job, failures=0, detail=None, due_at=now, updated_at=now, finished_at=None, lease=None)
    if job.place < len(job.lookups):
        return replace(blank, state=BackfillState.LISTING)
    return replace(blank, state=BackfillState.READING, seen_keys=())


def new_backfill(
    newsroom: Newsroom, watch_id: WatchId, wanted: Range, source: BackfillSource, archive: str
) -> Backfill:
    """An import that has not begun; of files there is nothing to look up."""
    now = newsroom.clock()
    return Backfill(
        id=BackfillId(new_id()),
        watch_id=watch_id,
        statement_id=None,
        source=source,
        archive=archive,
        lookups=(),
        wanted=wanted,
        state=BackfillState.LISTING,
        place=0,
        resume_key=None,
        seen_keys=(),
        is_cut=False,
        refused={},
        edits=0,
        failures=0,
        detail=None,
        created_at=now,
        updated_at=now,
        finished_at=None,
        due_at=now,
        lease=None,
    )


def _heaviest(conn: Connection, job: Backfill) -> tuple[Heavy, ...]:
    """The weightiest steps of what it read, in words; those of which no claim could be compared have none."""
    ids = archives.find_heaviest_edits(conn, job.id, limit=HEAVIEST)
    found = edits.get_edits(conn, ids)
    told = []
    for edit in (found[key] for key in ids):
        watch = watches.get_watch(conn, edit.watch_id)
        statement = statements.get_statement(conn, edit.statement_id)
        heaviest = max(edits.list_changes(conn, edit), key=lambda kept: kept.change.score, default=None)
        if heaviest is not None:
            gist = gist_of_change(
                heaviest.change,
                (),
                publisher=watch.publisher,
                kind=watch.kind,
                published_at=statement.published_at,
                seen=(edit.last_seen_unchanged_at, edit.first_seen_changed_at),
                before_text="",
            )
            told.append(Heavy(edit, headline_of(gist, ENGLISH)))
    return tuple(told)
