"""Polling: take what is due, go and look, and keep what was found."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from app.domain.checks import Check
from app.domain.errors import LeaseLost
from app.domain.watches import Watch
from app.pipeline.keeping import keep
from app.pipeline.looking import look
from app.pipeline.newsroom import Newsroom
from app.storage import checks, watches

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Duty:
    """One check that this worker has taken, and the watch that it is for."""

    check: Check
    watch: Watch


def take_duties(newsroom: Newsroom, *, limit: int) -> tuple[Duty, ...]:
    """Up to ``limit`` checks that are due now, at most one a host, held for this worker."""
    now = newsroom.clock()
    with newsroom.database.write() as conn:
        taken = checks.take_checks(
            conn, now=now, limit=limit, lease=secrets.token_hex(16), lease_seconds=newsroom.rules.lease_seconds
        )
        found = watches.get_watches(conn, [check.watch_id for check in taken])
    return tuple(Duty(check, found[check.watch_id]) for check in taken)


async def do_duty(newsroom: Newsroom, duty: Duty) -> None:
    """Make one check and keep what it brought; work that somebody else has taken meanwhile is let go.

    Raises:
        StorageError: the database could not be used; the check falls due again when its lease ends.
    """
    seen = await look(newsroom, duty.check, duty.watch)
    try:
        await asyncio.to_thread(keep, newsroom, seen)
    except LeaseLost as lost:
        log.warning("check.lease_lost", check_id=str(duty.check.id), message=lost.message)
        return
    log.info(
        "check",
        watch_id=str(duty.watch.id),
        purpose=duty.check.purpose,
        outcome=seen.outcome,
        status=seen.page.status if seen.page else None,
        late_seconds=round((newsroom.clock() - duty.check.due_at).total_seconds(), 3),
    )


def give_back(newsroom: Newsroom, duties: Sequence[Duty]) -> None:
    """Let others do what this worker took and will not do."""
    if duties:
        with newsroom.database.write() as conn:
            checks.give_back(conn, [duty.check for duty in duties], now=newsroom.clock())


async def poll_once(newsroom: Newsroom, *, limit: int = 64) -> int:
    """Make every check that is due now, once; how many there were."""
    duties = await asyncio.to_thread(take_duties, newsroom, limit=limit)
    await asyncio.gather(*(do_duty(newsroom, duty) for duty in duties))
    return len(duties)
