"""Polling: take what is due, go and look, and keep what was found."""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from app.domain.checks import Check
from app.domain.errors import LeaseLost
from app.domain.ids import WatchId
from app.domain.watches import Watch, WatchState
from app.pipeline.keeper import Keeper
from app.pipeline.looking import Look, look
from app.pipeline.newsroom import Newsroom
from app.pipeline.spending import affordable, spend
from app.storage import checks, watches
from app.storage.database import Connection
from app.storage.server_time import now_in

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Duty:
    """One check that this worker has taken, and the watch that it is for.

    ``held_until`` is when its lease ends, by the clock of this worker: from then on another may ask the site.
    """

    check: Check
    watch: Watch
    held_until: datetime


def take_duties(newsroom: Newsroom, *, limit: int) -> tuple[Duty, ...]:
    """Up to ``limit`` checks that are due now, at most one a host, held for this worker."""
    held_until = newsroom.clock() + timedelta(seconds=newsroom.rules.lease_seconds)
    with newsroom.database.write() as conn:
        now = now_in(conn, newsroom.clock)
        limit = affordable(conn, newsroom, now=now, limit=limit)
        if not limit:
            return ()
        taken = checks.take_checks(
            conn, now=now, limit=limit, lease=secrets.token_hex(16), lease_seconds=newsroom.rules.lease_seconds
        )
        spend(conn, newsroom, now=now, count=len(taken))
        found = watches.get_watches(conn, [check.watch_id for check in taken])
        strays = [check for check in taken if found[check.watch_id].state is not WatchState.ACTIVE]
        _set_aside(conn, strays, found, now=now)
    newsroom.meter.note_taken([(now - check.due_at).total_seconds() for check in taken])
    return tuple(Duty(check, found[check.watch_id], held_until) for check in taken if check not in strays)


def _set_aside(conn: Connection, strays: Sequence[Check], found: Mapping[WatchId, Watch], *, now: datetime) -> None:
    """Checks that were owed while somebody paused or removed their watch at the same moment."""
    checks.give_back(conn, strays, now=now)
    for watch_id in {check.watch_id for check in strays}:
        if found[watch_id].state is WatchState.REMOVED:
            checks.remove_checks(conn, watch_id)
        else:
            checks.set_paused(conn, watch_id, is_paused=True)


async def do_duty(newsroom: Newsroom, duty: Duty, keeper: Keeper | None = None) -> None:
    """Make one check and keep what it brought; work that somebody else has taken meanwhile is let go.

    A worker that stood still for so long that its lease is over does not ask: the site may be with another by now.

    Raises:
        StorageError: the database could not be used; the check falls due again when its lease ends.
    """
    with newsroom.meter.check_in_hand():
        seen = await look_in_time(newsroom, duty)
        if seen is not None:
            await keep_seen(newsroom, duty, seen, keeper or Keeper(newsroom))


async def look_in_time(newsroom: Newsroom, duty: Duty) -> Look | None:
    """The first half of a duty: go and look; None where the lease is over by now, and the check was let go."""
    if newsroom.clock() >= duty.held_until:
        await _let_go(newsroom, duty, "The lease ended before the site was asked; another worker may be asking it.")
        return None
    return await look(newsroom, duty.check, duty.watch)


async def keep_seen(newsroom: Newsroom, duty: Duty, seen: Look, keeper: Keeper) -> None:
    """The second half of a duty: keep what was seen.

    Raises:
        StorageError: the database could not be used; the check falls due again when its lease ends.
    """
    try:
        is_quiet = await keeper.keep(seen)
    except LeaseLost as lost:
        await _let_go(newsroom, duty, lost.message)
        return
    if is_quiet and not keeper.log.is_enabled_for(logging.DEBUG):
        return
    (keeper.log.debug if is_quiet else log.info)(
        "check",
        **names_of(duty),
        host=duty.check.host,
        purpose=duty.check.purpose,
        outcome=seen.outcome,
        detail=seen.detail,
        status=seen.page.status if seen.page else None,
        late_seconds=round((newsroom.clock() - duty.check.due_at).total_seconds(), 3),
    )


async def _let_go(newsroom: Newsroom, duty: Duty, why: str) -> None:
    newsroom.meter.note_lease_lost("check")
    log.warning("check.lease_lost", **names_of(duty), message=why)
    await newsroom.hands.do(partial(give_back, newsroom, [duty]))


def names_of(duty: Duty) -> dict[str, str | None]:
    """The ids by which a check is found in the log and in the record."""
    statement_id = duty.check.statement_id
    return {
        "watch_id": str(duty.watch.id),
        "statement_id": None if statement_id is None else str(statement_id),
        "check_id": str(duty.check.id),
        "lease": duty.check.lease,
    }


def give_back(newsroom: Newsroom, duties: Sequence[Duty]) -> None:
    """Let others do what this worker took and will not do."""
    if duties:
        with newsroom.database.write() as conn:
            checks.give_back(conn, [duty.check for duty in duties], now=now_in(conn, newsroom.clock))


async def poll_once(newsroom: Newsroom, *, limit: int = 64) -> int:
    """Make every check that is due now, once; how many there were."""
    duties = await newsroom.hands.do(partial(take_duties, newsroom, limit=limit))
    keeper = Keeper(newsroom)
    await asyncio.gather(*(do_duty(newsroom, duty, keeper) for duty in duties))
    return len(duties)
