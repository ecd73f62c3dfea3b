"""One step of an import of the past: a page of the index, a capture, or the comparing of what came.

    take ─▶ ask the archive (or take bytes that are here) ─▶ read ─▶ keep, with how far we are ─▶ let go
Every step is one request and one transaction, so that an import may be stopped at any moment and goes on where it was,
in this process or another. The archive is one host among others: asked by one worker at a time, with its pause.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from app.domain.archives import Backfill, BackfillSource, BackfillState
from app.domain.errors import LeaseLost, NotFound
from app.domain.ids import BackfillId
from app.pipeline.archive_asking import FIRST_PAUSE_SECONDS, freed, host_asked
from app.pipeline.archive_history import compare_archived
from app.pipeline.backfill_listing import list_page
from app.pipeline.backfill_reading import enter, read_next
from app.pipeline.newsroom import Newsroom
from app.storage import archived, backfills

log = structlog.get_logger()


def take_backfills(newsroom: Newsroom, *, limit: int, only: BackfillId | None = None) -> tuple[Backfill, ...]:
    """Imports that have a step to make now, held for this worker."""
    now = newsroom.clock()
    with newsroom.database.read() as conn:
        if not backfills.is_any_due(conn, now=now):
            return ()
    with newsroom.database.write() as conn:
        return backfills.take_backfills(
            conn,
            _hosts(newsroom),
            now=now,
            until=now + timedelta(seconds=newsroom.rules.lease_seconds),
            lease=secrets.token_hex(16),
            limit=limit,
            only=only,
        )


def give_back_backfills(newsroom: Newsroom, taken: Sequence[Backfill]) -> None:
    """Let others go on with what this worker took and will not do."""
    if taken:
        with newsroom.database.write() as conn:
            backfills.give_back(conn, taken, _hosts(newsroom), now=newsroom.clock())


async def do_backfill(newsroom: Newsroom, job: Backfill) -> None:
    """Make one step of an import; what somebody else has taken meanwhile is let go.

    Raises:
        StorageError: the database could not be used; the step is made again when the lease ends.
    """
    try:
        match job.state:
            case BackfillState.LISTING:
                await list_page(newsroom, job)
            case BackfillState.READING:
                await read_next(newsroom, job)
            case BackfillState.COMPARING:
                await asyncio.to_thread(_compare_next, newsroom, job)
            case BackfillState.DONE | BackfillState.FAILED:
                pass
    except (LeaseLost, NotFound) as lost:
        log.warning("backfill.let_go", backfill_id=str(job.id), message=lost.message)


def _compare_next(newsroom: Newsroom, job: Backfill) -> None:
    """Compare the archived wordings of one statement; when none is left, the import is done."""
    with newsroom.database.read() as conn:
        behind = archived.find_behind(conn, watch_id=job.watch_id)
    if not behind:
        enter(newsroom, job, BackfillState.DONE)
        return
    new = compare_archived(newsroom, behind[0])
    now = newsroom.clock()
    due_at = now + timedelta(seconds=FIRST_PAUSE_SECONDS if new is None else 0)
    with newsroom.database.write() as conn:
        backfills.save_backfill(conn, job, replace(freed(job, now), edits=job.edits + (new or 0), due_at=due_at))


def _hosts(newsroom: Newsroom) -> Mapping[BackfillSource, str | None]:
    return {source: host_asked(newsroom, source) for source in BackfillSource}
