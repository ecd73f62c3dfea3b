"""Reading the captures of an import, one by one, the oldest first; each is one request and one transaction.

One that the archive does not give now is asked for again after all the others: one broken capture holds up none.
"""

import asyncio
from dataclasses import replace

from app.domain.archives import Backfill, BackfillSource, BackfillState, CaptureOutcome, KnownCapture
from app.domain.pages import Page
from app.domain.watches import Watch
from app.pipeline.archive_asking import Later, ask, freed, host_asked, put_off, release
from app.pipeline.archive_record import Taken, keep_taken, page_as_kept, read_taken
from app.pipeline.newsroom import Newsroom
from app.sources.archived import Unusable, page_of
from app.storage import archives, backfills, hosts, watches
from app.storage.database import Connection

MOST_TRIES = 3


async def read_next(newsroom: Newsroom, job: Backfill) -> None:
    """Read the oldest capture that was not read yet, from the archive or from the bytes that are here.

    Raises:
        LeaseLost: another worker has this import now; nothing was written.
    """
    with newsroom.database.read() as conn:
        capture = archives.find_unread(conn, job.id, last=job.seen_keys)
        watch = watches.get_watch(conn, job.watch_id)
    if capture is None:
        await asyncio.to_thread(enter, newsroom, job, BackfillState.COMPARING)
        return
    if job.source is BackfillSource.WARC:
        await asyncio.to_thread(_read_kept, newsroom, job, watch, capture)
        return
    answer = await ask(newsroom, capture.capture_url)
    match answer:
        case Later():
            await asyncio.to_thread(_put_off, newsroom, job, capture, answer)
        case Unusable():
            await asyncio.to_thread(_keep_unusable, newsroom, job, capture, answer, None)
        case Page():
            await asyncio.to_thread(_read_answer, newsroom, job, watch, capture, answer)


def _put_off(newsroom: Newsroom, job: Backfill, capture: KnownCapture, later: Later) -> None:
    """Ask for the others first. What an archive does not give, while it gives others, is left to another day."""
    is_of_capture = later.is_failure and not later.is_final and (later.answer is None or later.answer.status != 429)
    failed = (*job.seen_keys, capture.key) if is_of_capture else job.seen_keys
    times = failed.count(capture.key)
    if is_of_capture and times >= MOST_TRIES and job.failures + 1 < times:
        not_given = Unusable(CaptureOutcome.NOT_KEPT, f"{later.detail}, {times} times")
        _keep_unusable(newsroom, job, capture, not_given, later.answer)
    else:
        put_off(newsroom, replace(job, seen_keys=failed), later)


def _read_answer(newsroom: Newsroom, job: Backfill, watch: Watch, capture: KnownCapture, answer: Page) -> None:
    page = page_of(answer, capture.listed, newsroom.rules.archive_capture_url)
    read = page if isinstance(page, Unusable) else read_taken(newsroom, watch, capture, page)
    if isinstance(read, Unusable):
        _keep_unusable(newsroom, job, capture, read, answer)
    else:
        _keep(newsroom, job, watch, read, answer)


def _read_kept(newsroom: Newsroom, job: Backfill, watch: Watch, capture: KnownCapture) -> None:
    """Read a capture out of a file, whose bytes are here; or of a record that says "the same bytes as before"."""
    with newsroom.database.read() as conn:
        page = _bytes_of(conn, capture)
    read = page if isinstance(page, Unusable) else read_taken(newsroom, watch, capture, page)
    if isinstance(read, Unusable):
        _keep_unusable(newsroom, job, capture, read, None)
    else:
        _keep(newsroom, job, watch, read, None)


def _bytes_of(conn: Connection, capture: KnownCapture) -> Page | Unusable:
    if capture.capture_sha256 is not None:
        return page_as_kept(conn, capture)
    same = archives.find_same_bytes(conn, capture.watch_id, capture.listed.digest) if capture.listed.digest else None
    if same is None:
        return Unusable(CaptureOutcome.NOT_KEPT, "it says “the same bytes as before”, and those are not here")
    return page_as_kept(conn, replace(same, listed=capture.listed))


def _keep(newsroom: Newsroom, job: Backfill, watch: Watch, taken: Taken, answer: Page | None) -> None:
    with newsroom.database.write() as conn:
        backfills.save_backfill(conn, job, freed(job, newsroom.clock()))
        keep_taken(conn, newsroom, watch, taken)
        release(conn, newsroom, job, answer)


def _keep_unusable(
    newsroom: Newsroom, job: Backfill, capture: KnownCapture, unusable: Unusable, answer: Page | None
) -> None:
    """Name what came in the place of the page; it becomes no version."""
    now = newsroom.clock()
    with newsroom.database.write() as conn:
        backfills.save_backfill(conn, job, freed(job, now))
        archives.mark_capture(
            conn, capture, outcome=unusable.outcome, detail=unusable.detail, found=0, versions=0, now=now
        )
        release(conn, newsroom, job, answer)


def enter(newsroom: Newsroom, job: Backfill, state: BackfillState) -> None:
    """Begin the next part of an import, or end it. Nobody was asked for that."""
    now = newsroom.clock()
    is_over = state is BackfillState.DONE
    name = host_asked(newsroom, job.source)
    with newsroom.database.write() as conn:
        new = replace(freed(job, now), state=state, finished_at=now if is_over else None)
        backfills.save_backfill(conn, job, new)
        if name is not None:
            hosts.release_held(conn, name, job.lease, next_at=now)
