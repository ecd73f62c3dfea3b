"""Asking an archive for one thing, and letting go of it: its wishes are kept, and failures put off what is owed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from app.domain.archives import Backfill, BackfillSource, BackfillState, CaptureOutcome
from app.domain.errors import AddressRefused, BodyTooLarge, EgressError, HostResting, TooManyRedirects
from app.domain.hosts import host_of
from app.domain.pages import Page, Request
from app.fetching.pace import HostPace, after_answer, gap_seconds
from app.pipeline.newsroom import Newsroom
from app.sources.archived import Unusable
from app.storage import backfills, checks, hosts
from app.storage.database import Connection

log = structlog.get_logger()
MOST_FAILURES = 6
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 600.0
BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Later:
    """The archive could not be asked now. ``until`` None: our own pause, which grows with every failure.

    ``is_final``: asking again cannot help. ``answer`` is what came back, where something did; ``is_failure`` is false
    where nothing was asked, because the archive had asked for a pause before.
    """

    detail: str
    until: datetime | None = None
    is_final: bool = False
    is_failure: bool = True
    answer: Page | None = None


def host_asked(newsroom: Newsroom, source: BackfillSource) -> str | None:
    """Whom an import asks, by where its captures come from; None for files."""
    match source:
        case BackfillSource.INDEX:
            return host_of(newsroom.rules.archive_index_url)
        case BackfillSource.WARC:
            return None
        case _:
            assert_never(source)


async def ask(newsroom: Newsroom, url: str) -> Page | Later | Unusable:
    """Ask for one page of an index, or for one capture.

    The robots.txt of an archive is for crawlers; its index and its captures are made to be asked for by programs.
    """
    try:
        page = await newsroom.polite.fetch(Request(url, respect_robots=False), now=newsroom.clock)
    except HostResting as resting:
        return Later(resting.message, resting.until, is_failure=False)
    except (BodyTooLarge, TooManyRedirects) as error:
        outcome = CaptureOutcome.TOO_LARGE if isinstance(error, BodyTooLarge) else CaptureOutcome.ELSEWHERE
        return Unusable(outcome, error.message)
    except AddressRefused as error:
        return Later(error.message, is_final=True)
    except EgressError as error:
        return Later(error.message)
    if page.status in BUSY and "memento-datetime" not in page.headers:
        rest = after_answer(HostPace(), page.status, page.headers, newsroom.clock()).rest_until
        return Later(f"the archive answered {page.status}", rest, answer=page)
    return page


def freed(job: Backfill, now: datetime) -> Backfill:
    """The import as it is after a step that went well, for anybody to go on with."""
    return replace(job, updated_at=now, due_at=now, lease=None, failures=0, detail=None)


def put_off(newsroom: Newsroom, job: Backfill, later: Later) -> None:
    """Try again later; after too many failures in a row the import ends, and can be begun again where it is."""
    now = newsroom.clock()
    failures = job.failures + later.is_failure
    is_over = later.is_final or failures >= MOST_FAILURES
    pause = min(FIRST_PAUSE_SECONDS * 2.0 ** max(failures - 1, 0), LONGEST_PAUSE_SECONDS)
    due_at = later.until or now + timedelta(seconds=pause)
    new = replace(freed(job, now), failures=failures, detail=later.detail, due_at=due_at)
    if is_over:
        new = replace(new, state=BackfillState.FAILED, finished_at=now)
    with newsroom.database.write() as conn:
        backfills.save_backfill(conn, job, new)
        release(conn, newsroom, job, later.answer)
    log.info("backfill.put_off", backfill_id=str(job.id), failures=failures, reason=later.detail)


def release(conn: Connection, newsroom: Newsroom, job: Backfill, answer: Page | None) -> None:
    """Let others ask the archive, after the pause that it has or asked for."""
    name = host_asked(newsroom, job.source)
    if name is None or job.lease is None:
        return
    now = newsroom.clock()
    pace = HostPace(strikes=checks.get_host_refusals(conn, name))
    if answer is not None:
        pace = after_answer(pace, answer.status, answer.headers, now)
    gap = gap_seconds(pace, newsroom.rules.pace)
    rest = (pace.rest_until - now).total_seconds() if pace.rest_until else 0.0
    next_at = now + timedelta(seconds=max(gap, rest))
    hosts.release_held(conn, name, job.lease, next_at=next_at, gap_seconds=gap, refusals=pace.strikes)
