"""When our own rules of reading change: the bytes that were kept are read again first, so that this is no edit.

A new version of the program or other selectors may find other words on the same page. So before a text that differs
is called an edit, the latest version's own bytes are read by the rules of today: what differs there already is kept
as a technical version, which alerts nobody, and only what differs from that is the publisher's doing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from app.domain.errors import NotFound
from app.domain.pages import Page
from app.domain.statements import Capture, Version, Wording
from app.domain.watches import Watch
from app.pipeline.analysts import Owed
from app.pipeline.edit_making import Desk
from app.pipeline.findings import ITEM, Known, Technical, decide, load_known, reading_rules
from app.pipeline.looking import target_of
from app.pipeline.newsroom import Newsroom
from app.pipeline.record import index_wordings, record_wording
from app.sources.charset import decode
from app.sources.contract import FoundStatement, Source, Statements, Target
from app.sources.normalise import normalise
from app.storage import captures, statements, versions
from app.storage.standing import Standing


class Rereading(Enum):
    """What the kept bytes of one statement say by the rules of today."""

    SAME = "same"
    DIFFERENT = "different"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading again brought: whether something was stored, and of which statements nobody can tell."""

    stored: bool
    unclear: frozenset[str]


def read_again(
    newsroom: Newsroom, watch: Watch, known: Known, wordings: Iterable[tuple[FoundStatement, str]]
) -> Reread:
    """Keep the technical versions that stand between what was read by other rules and what was found now.

    Each is a transaction of its own: stored before the answer is, and true without it.

    Raises:
        LeaseLost: another worker stored a version of the statement meanwhile.
    """
    stored = False
    unclear = set()
    for found, read_from in wordings:
        standing = known.standing.get(found.external_id)
        if standing is None or standing.text == found.wording.text or _is_current(newsroom, watch, standing, read_from):
            continue
        wording = _wording_by_todays_rules(newsroom, watch, standing)
        if wording is None:
            unclear.add(found.external_id)
        elif wording.text != standing.text:
            _keep(newsroom, watch, known, standing, wording)
            stored = True
    return Reread(stored, frozenset(unclear))


def reread_one(newsroom: Newsroom, watch: Watch, external_id: str) -> Rereading:
    """Read the kept bytes of one statement again now, and keep what comes of it: nobody is alerted.

    Raises:
        NotFound: it was forgotten meanwhile; LeaseLost: another worker stored a version of it meanwhile.
    """
    source = newsroom.sources[watch.kind]
    asked = Statements((FoundStatement(external_id, watch.url, Wording("")),))
    known = load_known(newsroom.database, source, watch, asked)
    standing = known.standing.get(external_id)
    if standing is None:
        raise NotFound("statement", external_id)
    wording = _wording_by_todays_rules(newsroom, watch, standing)
    if wording is None:
        return Rereading.UNCLEAR
    if wording.text != standing.text:
        _keep(newsroom, watch, known, standing, wording)
        return Rereading.DIFFERENT
    read_by = reading_rules(source.extractor_version, watch.selectors, standing.read_from)
    with newsroom.database.write() as conn:
        statements.mark_statement(conn, standing.statement, read_by=read_by)
    return Rereading.SAME


def _is_current(newsroom: Newsroom, watch: Watch, standing: Standing, read_from: str) -> bool:
    return standing.read_by == reading_rules(newsroom.sources[watch.kind].extractor_version, watch.selectors, read_from)


def _wording_by_todays_rules(newsroom: Newsroom, watch: Watch, standing: Standing) -> Wording | None:
    """What the kept bytes say now; None where they cannot be read any more."""
    version, capture = _kept(newsroom, standing)
    page = _page_of(version, capture)
    source, target = newsroom.sources[watch.kind], target_of(watch)
    name = standing.statement.external_id

    def read() -> Wording | None:
        if standing.read_from == ITEM:
            return _read_item(source, page, target, name, version.wording)
        return _read(source, page, target, name)

    found = newsroom.analysts.attempt(read, characters=len(capture.body))
    return None if isinstance(found, Owed) else found


def _read(source: Source, page: Page, target: Target, external_id: str) -> Wording | None:
    """The statement on its own page, or on the list that showed it."""
    for asked in (external_id, None):
        reading = source.read(page, target, external_id=asked, now=page.fetched_at)
        if isinstance(reading, Statements):
            wording = next((one.wording for one in reading.found if one.external_id == external_id), None)
            if wording is not None:
                return wording
    return None


def _read_item(source: Source, page: Page, target: Target, external_id: str, kept: Wording) -> Wording | None:
    """What the feed itself says of an item: on the kept page of the feed, or where only its words were kept, these."""
    if page.content_type == "text/plain":
        return replace(kept, text=normalise(decode(page)))
    reading = source.read(page, target, external_id=None, now=page.fetched_at)
    if not isinstance(reading, Statements):
        return None
    return next((link.fallback for link in reading.links if link.external_id == external_id), None)


def _keep(newsroom: Newsroom, watch: Watch, known: Known, standing: Standing, wording: Wording) -> None:
    version, capture = _kept(newsroom, standing)
    now = newsroom.clock()
    source = newsroom.sources[watch.kind]
    page, rules = _page_of(version, capture), newsroom.rules
    desk = Desk(watch, page, source.extractor_version, now, rules.public_url, rules.flapping_window_seconds)
    found = FoundStatement(standing.statement.external_id, standing.statement.url, wording)
    (finding,) = decide(newsroom.analysts, watch, known, [(found, standing.read_from)])
    with newsroom.database.write() as conn:
        record_wording(conn, desk, replace(finding, technical=Technical.REREAD), known.pins)
        index_wordings(conn, [(watch.id, [finding])])


def _kept(newsroom: Newsroom, standing: Standing) -> tuple[Version, Capture]:
    with newsroom.database.read() as conn:
        version = versions.get_version(conn, standing.statement.id, standing.statement.version_count)
        return version, captures.get_capture(conn, version.capture_sha256)


def _page_of(version: Version, capture: Capture) -> Page:
    """The answer as it came, out of what is kept of it."""
    return Page(
        requested_url=version.fetched_url,
        url=version.fetched_url,
        status=200,
        headers=version.headers,
        body=capture.body,
        redirects=version.redirects,
        fetched_at=version.first_seen_at,
    )
