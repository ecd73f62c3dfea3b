"""Going to look: the request that a check owes, and the reading of what came back."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self, assert_never

import structlog

from app.domain.checks import Check, Purpose
from app.domain.errors import EgressError
from app.domain.observations import Outcome, VisitOutcome
from app.domain.pages import Page, Request
from app.domain.records import sha256_hex
from app.domain.watches import Watch
from app.pipeline.newsroom import Newsroom
from app.sources.contract import Gone, Other, Reading, Same, Source, Statements, Target, Unread
from app.sources.glance import is_proof_owed

log = structlog.get_logger()
FRESH = frozenset({Purpose.SECOND_LOOK, Purpose.OWN_PLACE})
"""Checks that are there to be sure: they ask for the whole answer and read it."""
AT_ONCE_BYTES = 128 * 1024
"""A glance at so small a page takes less than handing it to a thread; to read it takes some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server said that nothing changed since the last answer (304)."""


@dataclass(frozen=True, slots=True)
class Look:
    """One check that was made. ``page`` is None where none came back, with ``error`` saying why."""

    check: Check
    watch: Watch
    target: Target
    request: Request
    page: Page | None
    reading: Reading | NotModified | Same
    error: EgressError | None = None

    @property
    def outcome(self) -> VisitOutcome:
        """What the request brought."""
        match self.reading:
            case Statements() | Same():
                return VisitOutcome.READ
            case NotModified():
                return VisitOutcome.NOT_MODIFIED
            case Gone():
                return VisitOutcome.GONE
            case Unread(outcome=outcome):
                return VisitOutcome(outcome)

    @property
    def detail(self) -> str | None:
        """In words, where there is something to say."""
        return self.reading.detail if isinstance(self.reading, Gone | Unread) else None


def target_of(watch: Watch) -> Target:
    """What the source has to know of a watch."""
    return Target(
        kind=watch.kind,
        url=watch.url,
        target=watch.target,
        selectors=watch.selectors,
        language=watch.language,
        identity=watch.identity,
        respect_robots=watch.respect_robots,
    )


def request_of(check: Check, source: Source, target: Target, *, now: datetime) -> Request:
    """What a check has to fetch.

    Once a day all of a page is asked for: its server may say wrongly that nothing changed.
    """
    match check.purpose:
        case Purpose.LIST:
            request = source.list_request(target)
        case Purpose.OLDER:
            older = source.older_request(target, check.before) if check.before else None
            request = older or source.list_request(target)
        case Purpose.STATEMENT | Purpose.SECOND_LOOK:
            assert check.external_id is not None
            around = source.list_request_around(target, check.external_id)
            request = around or source.statement_request(target, check.external_id, check.url or target.url)
        case Purpose.OWN_PLACE:
            assert check.external_id is not None
            request = source.statement_request(target, check.external_id, check.url or target.url)
        case _:
            assert_never(check.purpose)
    wants_all = check.purpose in FRESH or is_proof_owed(check.mark, now)
    etag, last_modified = (None, None) if wants_all else (check.etag, check.last_modified)
    return replace(request, etag=etag, last_modified=last_modified, respect_robots=target.respect_robots)


async def look(newsroom: Newsroom, check: Check, watch: Watch) -> Look:
    """Make one check: fetch what it owes, and read it. Never raises for what the network or the page does."""
    source = newsroom.sources[watch.kind]
    target = target_of(watch)
    request = request_of(check, source, target, now=newsroom.clock())
    try:
        page = await fetch(newsroom, request)
    except EgressError as error:
        return Look(check, watch, target, request, None, Unread(error.outcome, error.message), error)
    if page.status == 304:
        return Look(check, watch, target, request, page, NotModified())
    external_id = None if _asks_list(check, source, target) else check.external_id
    glanced = await _glance(newsroom, source, page, check, target, external_id=external_id)
    if isinstance(glanced, Same) and not glanced.is_proof_due:
        return Look(check, watch, target, request, page, glanced)
    other = glanced if isinstance(glanced, Other) else None
    reading = await read_answer(newsroom, source, page, target, external_id=external_id, other=other)
    if isinstance(glanced, Same):
        _prove(glanced, reading, watch)
    return Look(check, watch, target, request, page, reading)


async def _glance(
    newsroom: Newsroom, source: Source, page: Page, check: Check, target: Target, *, external_id: str | None
) -> Same | Other | None:
    """What can be told without reading. A second look is there to be sure, so it reads; so does a glance that fails."""
    if check.mark is None or check.purpose in FRESH:
        return None
    glance = partial(source.glance, page, target, check.mark, external_id=external_id, now=page.fetched_at)
    with _Failure() as failure:
        return glance() if len(page.body) <= AT_ONCE_BYTES else await newsroom.hands.do_long(glance)
    log.error("source.failed", source=source.kind, error=failure.name, bytes=len(page.body))
    return None


def _prove(same: Same, reading: Reading, watch: Watch) -> None:
    """Say it in the log where a glance would have missed a change: such a page is a mistake of the marks."""
    texts = [one.wording.text for one in reading.found] if isinstance(reading, Statements) else []
    if texts and all(sha256_hex(text.encode()) != same.text_sha256 for text in texts):
        log.error("glance.missed_a_change", watch_id=str(watch.id))


async def read_answer(
    newsroom: Newsroom,
    source: Source,
    page: Page,
    target: Target,
    *,
    external_id: str | None,
    other: Other | None = None,
) -> Reading:
    """What an answer says. A page on which our own reader fails is one that we could not read, like any other."""
    work = partial(source.read, page, target, external_id=external_id, now=page.fetched_at, other=other)
    with _Failure() as failure:
        hands = newsroom.hands
        return await (hands.do(work) if len(page.body) <= AT_ONCE_BYTES else hands.do_long(work))
    log.error("source.failed", source=source.kind, error=failure.name, bytes=len(page.body))
    return Unread(Outcome.UNREADABLE, f"our own reader failed on this page ({failure.name})")


class _Failure:
    """Takes a mistake of a reader that is made inside the block, and keeps its name."""

    name: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is None or not issubclass(kind, Exception):
            return False
        self.name = kind.__name__
        return True


def _asks_list(check: Check, source: Source, target: Target) -> bool:
    """True where a check reads a list page, even if it is made for one statement."""
    if check.external_id is None:
        return True
    return check.purpose is not Purpose.OWN_PLACE and source.list_request_around(target, check.external_id) is not None


async def fetch(newsroom: Newsroom, request: Request) -> Page:
    """Fetch politely: each host in its turn, and robots.txt first unless the operator or the watch says otherwise.

    Raises:
        EgressError: the page could not be had; the kind of error says why.
    """
    obeys = newsroom.rules.respect_robots and request.respect_robots
    return await newsroom.polite.fetch(replace(request, respect_robots=obeys), now=newsroom.clock)
