"""Importing the past out of WARC files: their captures are put beside those of archives, and worked off like them.

    files ─▶ records ─▶ which watch reads this address? ─▶ bytes kept, capture listed ─▶ read by whoever works it off
A record that was listed before, by this command or an earlier one, is not listed again: a command may be repeated.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from app.domain.archives import (
    Backfill,
    BackfillSource,
    BackfillState,
    CaptureOutcome,
    KnownCapture,
    Range,
)
from app.domain.errors import InvalidAddress
from app.domain.ids import WatchId
from app.domain.records import sha256_hex
from app.domain.statements import Capture
from app.domain.watches import SourceKind, Watch
from app.pipeline.backfill import Place, new_backfill
from app.pipeline.backfill_listing import capture_key
from app.pipeline.newsroom import Newsroom
from app.sources.addresses import canonical
from app.sources.archived import TELEGRAM, lookups_of
from app.sources.cdx import place_key
from app.sources.telegram_address import find_place
from app.sources.warc import BrokenRecord, WarcCapture, read_warc
from app.storage import archives, backfills, captures, statements, watches
from app.storage.database import Connection

AT_ONCE = 100
OF_OTHERS = "records of addresses that are not watched"
OUTSIDE = "records outside the time asked for"


@dataclass(slots=True)
class FilesRead:
    """What files held: the imports that they began, and what could not be used, by file or by reason."""

    jobs: list[Backfill] = field(default_factory=list)
    listed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[str, BrokenRecord]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which addresses are read by what: by their places, and Telegram's by the names of channels."""

    places: Mapping[str, Place]
    channels: Mapping[str, Place]

    def of(self, url: str) -> Place | None:
        """Whose capture an address is; None where nothing reads it."""
        try:
            known = self.places.get(place_key(url))
            post = None if known is not None else find_place(url, canonical(TELEGRAM))
        except InvalidAddress:
            return None
        if known is not None or post is None:
            return known
        channel = self.channels.get(post.channel)
        if channel is None or (channel.external_id is not None and str(post.post) != channel.external_id):
            return None
        return channel if post.post is None else replace(channel, external_id=str(post.post))


def read_files(
    newsroom: Newsroom, files: Iterable[tuple[str, BinaryIO]], place: Place | None, wanted: Range, *, most_bytes: int
) -> FilesRead:
    """List the captures of files, of one place or of all that is watched, and keep their bytes.

    A file comes with its name, by which its records are cited; several may have the same.

    Raises:
        StorageError: the database could not be used; what was listed stays.
        OSError: a file could not be read any further.
    """
    with newsroom.database.read() as conn:
        reads = _wanted(conn, place)
    desk = FilesDesk(newsroom, wanted)
    for name, file in files:
        desk.file = name
        for found in read_warc(file, now=newsroom.clock(), most_bytes=most_bytes):
            desk.take(found, reads)
        desk.keep_batch()
    desk.account.jobs = [_opened(newsroom, job) for job in desk.jobs.values()]
    return desk.account


@dataclass(slots=True)
class FilesDesk:
    """Where the captures of files are sorted by watches, and kept some at a time."""

    newsroom: Newsroom
    wanted: Range
    file: str = ""
    account: FilesRead = field(default_factory=FilesRead)
    jobs: dict[WatchId, Backfill] = field(default_factory=dict)
    batch: list[tuple[Place, WarcCapture]] = field(default_factory=list)

    def take(self, found: WarcCapture | BrokenRecord, reads: Wanted) -> None:
        """Put one record where it belongs."""
        if isinstance(found, BrokenRecord):
            self.account.broken.append((self.file, found))
            return
        place = reads.of(found.listed.original_url)
        if place is None or not _is_within(found, self.wanted):
            self.account.refused[OF_OTHERS if place is None else OUTSIDE] += 1
            return
        self.batch.append((place, found))
        if len(self.batch) >= AT_ONCE:
            self.keep_batch()

    def keep_batch(self) -> None:
        """Keep some captures with their bytes, in one transaction."""
        with self.newsroom.database.write() as conn:
            for place, found in self.batch:
                self._keep(conn, place, found)
        self.batch = []

    def _keep(self, conn: Connection, place: Place, found: WarcCapture) -> None:
        job = self._job(conn, place.watch)
        if self.wanted.most and archives.count_captures(conn, job.id) >= self.wanted.most:
            self.jobs[place.watch.id] = replace(job, is_cut=True)
            return
        now = self.newsroom.clock()
        usable = found.body if found.is_intact else None
        sha256 = None if usable is None else _keep_bytes(conn, usable, found, now)
        known = _known(place, found, self.file, sha256)
        fresh = archives.not_read_yet(conn, place.watch.id, [known])
        self.account.listed += archives.add_captures(conn, job.id, fresh)
        if fresh and not found.is_intact:
            detail = "the bytes do not have the digest that the record names"
            outcome = CaptureOutcome.DAMAGED
            archives.mark_capture(conn, known, outcome=outcome, detail=detail, found=0, versions=0, now=now)

    def _job(self, conn: Connection, watch: Watch) -> Backfill:
        if watch.id not in self.jobs:
            job = new_backfill(self.newsroom, watch.id, self.wanted, BackfillSource.WARC, "WARC files")
            backfills.add_backfill(conn, job, host_name=None)
            self.jobs[watch.id] = job
        return self.jobs[watch.id]


def _keep_bytes(conn: Connection, body: bytes, found: WarcCapture, now: datetime) -> str:
    kept = Capture(sha256_hex(body), body, found.headers.get("content-type", "").partition(";")[0], now)
    captures.add_capture(conn, kept)
    return kept.sha256


def _known(place: Place, found: WarcCapture, file: str, sha256: str | None) -> KnownCapture:
    return KnownCapture(
        watch_id=place.watch.id,
        key=capture_key("warc", found.listed, place.external_id),
        listed=found.listed,
        external_id=place.external_id,
        archive="WARC",
        capture_url=file,
        headers=found.headers,
        http_status=found.status,
        capture_sha256=sha256,
    )


def _opened(newsroom: Newsroom, job: Backfill) -> Backfill:
    """Let the captures of an import be read, now that all are listed."""
    now = newsroom.clock()
    opened = replace(job, state=BackfillState.READING, due_at=now, updated_at=now)
    with newsroom.database.write() as conn:
        backfills.save_backfill(conn, job, opened)
    return opened


def _is_within(found: WarcCapture, wanted: Range) -> bool:
    at = found.listed.captured_at
    return (wanted.since is None or at >= wanted.since) and (wanted.until is None or at <= wanted.until)


def _wanted(conn: Connection, place: Place | None) -> Wanted:
    places: dict[str, Place] = {}
    channels: dict[str, Place] = {}
    for one in [place] if place is not None else map(Place, watches.walk_watches(conn)):
        watch = one.watch
        match watch.kind:
            case SourceKind.TELEGRAM_CHANNEL | SourceKind.TELEGRAM_POST:
                channel, _, number = watch.target.partition("/")
                channels[channel] = Place(watch, one.external_id or number or None)
            case SourceKind.WEB_PAGE:
                places[place_key(watch.url)] = one
            case SourceKind.FEED:
                places |= dict(_items(conn, one))
    return Wanted(places, channels)


def _items(conn: Connection, place: Place) -> Iterator[tuple[str, Place]]:
    """The articles of a feed, or the one that is wanted of it."""
    for item in statements.list_statements(conn, watch_id=place.watch.id, limit=10_000).items:
        if place.external_id in (None, item.external_id):
            for lookup in lookups_of(place.watch.kind, place.watch.target, item.url, item.external_id):
                yield place_key(lookup.url), Place(place.watch, item.external_id)
