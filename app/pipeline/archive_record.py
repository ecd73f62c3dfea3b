"""Writing down what one capture showed: a reading of each statement, and a version where the words are others.

    capture ─▶ bytes kept ─▶ each statement in it ─▶ a reading; the same words as before it: no version
Readings may come in any order. One that lands between two others can make a version of the later one, too, whose bytes
are read again for that. Nothing here is told to anybody.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.archives import CaptureOutcome, KnownCapture, Origin
from app.domain.ids import StatementId
from app.domain.pages import Page
from app.domain.records import canonical_record, sha256_hex
from app.domain.statements import Capture, Statement, StatementState, Version, Wording
from app.domain.watches import Watch
from app.pipeline.analysts import Owed
from app.pipeline.findings import OWN, extractor_stamp, reading_rules
from app.pipeline.looking import target_of
from app.pipeline.newsroom import Newsroom
from app.pipeline.wordings import RULES
from app.sources.archived import Unusable, read_capture, replayed
from app.sources.contract import FoundStatement, Statements
from app.sources.normalise import NORMALISER_VERSION
from app.storage import archived, archives, beginnings, captures, coverage, rules, statements, versions
from app.storage.archived import Reading
from app.storage.coverage import Growth
from app.storage.database import Connection
from app.storage.identity import new_id


@dataclass(frozen=True, slots=True)
class Taken:
    """One capture with what it says: the page, and the statements in it with the languages of their words."""

    capture: KnownCapture
    page: Page
    found: tuple[FoundStatement, ...]


def read_taken(newsroom: Newsroom, watch: Watch, capture: KnownCapture, page: Page) -> Taken | Unusable:
    """What a captured page says, by the reader of today. A page on which the reader fails is one we cannot read."""
    source, target = newsroom.sources[watch.kind], target_of(watch)
    external_id = capture.external_id
    reading = newsroom.analysts.attempt(
        lambda: read_capture(source, page, target, external_id=external_id), characters=len(page.body)
    )
    match reading:
        case Owed(reason=reason):
            return Unusable(CaptureOutcome.UNREADABLE, f"our own reader failed on this page ({reason})")
        case Unusable():
            return reading
        case Statements(found=found):
            by_name = {one.external_id: _with_language(newsroom, watch, one) for one in found}
            return Taken(capture, page, tuple(by_name.values()))


def keep_taken(conn: Connection, newsroom: Newsroom, watch: Watch, taken: Taken) -> None:
    """Keep the bytes of a capture and what it showed of each statement."""
    now, page = newsroom.clock(), taken.page
    kept = Capture(sha256_hex(page.body), page.body, page.content_type, now)
    captures.add_capture(conn, kept)
    capture = replace(taken.capture, capture_sha256=kept.sha256, headers=dict(page.headers), http_status=page.status)
    known = archived.find_statements(conn, watch.id, [one.external_id for one in taken.found])
    added = made = 0
    for one in taken.found:
        statement_id = known.get(one.external_id)
        if statement_id is None:
            statement_id, is_new = _add_statement(conn, newsroom, watch, one, capture.listed.captured_at)
            added += is_new
        statement = statements.get_statement(conn, statement_id)
        made += Shelf(conn, newsroom, watch, statement).put(capture, one)
    coverage.extend(conn, [Growth(watch.id, added, made)])
    archives.mark_capture(
        conn,
        capture,
        outcome=CaptureOutcome.READ,
        detail=None,
        found=len(taken.found),
        versions=made,
        now=now,
        capture_sha256=kept.sha256,
        headers=dict(page.headers),
        http_status=page.status,
    )


def page_as_kept(conn: Connection, capture: KnownCapture) -> Page:
    """The page of a capture whose bytes are kept.

    Raises:
        NotFound: they are not.
    """
    body = captures.get_capture(conn, capture.capture_sha256 or "").body
    return replayed(capture.listed, status=capture.http_status, headers=capture.headers, body=body)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the readings of one statement are put, in one transaction."""

    conn: Connection
    newsroom: Newsroom
    watch: Watch
    known: Statement

    def put(self, capture: KnownCapture, found: FoundStatement) -> int:
        """Keep one reading; how many versions it made."""
        conn, statement_id, at = self.conn, self.known.id, capture.listed.captured_at
        if archived.find_reading(conn, statement_id, self.watch.id, capture.key):
            return 0
        number = archived.free_number(conn, statement_id, capture.listed.timestamp)
        reading = Reading(number, at, sha256_hex(found.wording.text.encode()), capture.key)
        archived.add_reading(conn, statement_id, self.watch.id, reading)
        archived.mark_known_longer(conn, self.known, at)
        before, behind = archived.neighbours(conn, statement_id, number)
        made = 0
        if self._begins_a_wording(before, reading):
            self._add_version(reading, capture, found.wording)
            made += 1
        if behind is not None and not archived.has_version(conn, statement_id, behind.number):
            made += self._begins_a_wording(reading, behind) and self._make_version_of(behind)
        return made

    def _begins_a_wording(self, before: Reading | None, one: Reading) -> bool:
        """True where the words are other than at the reading before, and other than ours at that time."""
        ours = archived.own_in_force(self.conn, self.known.id, one.at)
        if ours is not None and ours.text_sha256 == one.text_sha256:
            return False
        if before is None or before.text_sha256 != one.text_sha256:
            return True
        return ours is not None and ours.first_seen_at > before.at

    def _make_version_of(self, reading: Reading) -> bool:
        """Make a version of a reading that was none so far, out of the bytes that are kept of it."""
        capture = archives.get_capture(self.conn, self.watch.id, reading.capture_key)
        again = read_taken(self.newsroom, self.watch, capture, page_as_kept(self.conn, capture))
        of_it = () if isinstance(again, Unusable) else again.found
        for found in of_it:
            is_same = sha256_hex(found.wording.text.encode()) == reading.text_sha256
            if is_same and found.external_id == self.known.external_id:
                self._add_version(reading, capture, found.wording)
                return True
        return False

    def _add_version(self, reading: Reading, capture: KnownCapture, wording: Wording) -> None:
        assert capture.capture_sha256 is not None
        version = self.newsroom.sources[self.watch.kind].extractor_version
        made_by = {
            "extractor_version": extractor_stamp(version, self.watch.selectors, OWN),
            "normaliser_version": NORMALISER_VERSION,
        }
        same: dict[str, Any] = {
            "statement_id": self.known.id,
            "number": reading.number,
            "wording": wording,
            "first_seen_at": reading.at,
            "text_sha256": reading.text_sha256,
            "capture_sha256": capture.capture_sha256,
            **made_by,
        }
        record = canonical_record(**same, url=capture.capture_url)
        new = Version(
            **same,
            last_seen_at=reading.at,
            record_sha256=sha256_hex(record),
            restores=archived.find_same_text(self.conn, self.known.id, reading.text_sha256, below=reading.number),
            is_technical=False,
            fetched_url=capture.capture_url,
            headers=capture.headers,
            redirects=(),
            origin=_origin(capture, self.newsroom.clock()),
        )
        versions.add_version(self.conn, new)


def _origin(capture: KnownCapture, now: datetime) -> Origin:
    listed = capture.listed
    return Origin(
        archive=capture.archive,
        capture_url=capture.capture_url,
        original_url=listed.original_url,
        captured_at=listed.captured_at,
        imported_at=now,
        digest=listed.digest,
    )


def _add_statement(
    conn: Connection, newsroom: Newsroom, watch: Watch, found: FoundStatement, at: datetime
) -> tuple[StatementId, bool]:
    """A statement that only an archive saw so far; or (False) the one that a check has begun at this very moment."""
    wording = found.wording
    new = Statement(
        id=StatementId(new_id()),
        watch_id=watch.id,
        external_id=found.external_id,
        url=found.url,
        state=StatementState.ARCHIVED,
        published_at=wording.published_at,
        first_seen_at=at,
        last_seen_at=at,
        last_checked_at=newsroom.clock(),
        missing_since=None,
        withdrawn_at=None,
        version_count=0,
        edit_count=0,
        title=wording.title,
        language=wording.language,
    )
    read_by = reading_rules(newsroom.sources[watch.kind].extractor_version, watch.selectors, OWN)
    text_sha256 = sha256_hex(wording.text.encode())
    kept = beginnings.add_or_find_statement(conn, new, read_from=OWN, read_by=read_by, text_sha256=text_sha256)
    if kept == new.id:
        rules.add_rules(conn, new.id, RULES)
    return kept, kept == new.id


def _with_language(newsroom: Newsroom, watch: Watch, found: FoundStatement) -> FoundStatement:
    asked = watch.language or found.wording.language
    language = newsroom.analysts.language_of(found.wording.text, asked=asked)
    return replace(found, wording=replace(found.wording, language=language))
