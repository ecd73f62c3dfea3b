"""Gathering: at destinations that want to hear at their own times, what may leave now, and what becomes a digest.

what is due ─▶ quiet now? put off ─▶ by its rhythm and its cap: leave alone, become one digest, or wait

All of it is decided in the transaction that takes alerts, and a digest is a row before it is sent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

import structlog

from app.domain.claims import Level
from app.domain.digests import MOST_MEMBERS, digest_body
from app.domain.ids import AlertId, DestinationId, EventId
from app.domain.timing import Gather, Hold, Leave, decide, end_of_quiet
from app.pipeline.newsroom import Newsroom
from app.storage import digests
from app.storage.database import Connection
from app.storage.digests import TimedDestination
from app.storage.identity import new_id
from app.storage.outbox import Allowance, TakenAlert

log = structlog.get_logger()
MOST_AT_A_TIME = 16
"""Destinations with times of their own that are looked at in one transaction."""


def allow_timed(
    conn: Connection, newsroom: Newsroom, *, now: datetime
) -> tuple[dict[DestinationId, Allowance], list[TimedDestination]]:
    """What each destination with times of its own may be sent now. Their rows are held until the commit."""
    found = list(digests.lock_timed(conn, now=now, limit=MOST_AT_A_TIME))
    return {timed.id: _allow(conn, newsroom, timed, now=now) for timed in found}, found


def note_taken(
    conn: Connection, timed: list[TimedDestination], taken: Mapping[DestinationId, list[TakenAlert]], *, now: datetime
) -> None:
    """Count the requests that leave now, where their number is limited."""
    for one in timed:
        count = len(taken.get(one.id, ()))
        if count and one.timing.most_an_hour is not None:
            digests.note_sent(conn, one, count=count, now=now)


def _allow(conn: Connection, newsroom: Newsroom, timed: TimedDestination, *, now: datetime) -> Allowance:
    """How many alerts of a destination may leave now; any number where only tests are left."""
    timing = timed.timing
    if (until := end_of_quiet(timing, now)) > now:
        but_major = timing.quiet is not None and timing.quiet.lets_major_through
        if digests.put_off(conn, timed.id, now=now, until=until, but_major=but_major) >= MOST_MEMBERS:
            return Allowance(now=0)
    waiting = digests.count_due(conn, timed.id, now=now)
    if waiting.begun + waiting.fresh == 0:
        return Allowance()
    decision = decide(timing, waiting, sent_at=timed.sent_at, now=now)
    match decision:
        case Leave(most=most):
            return Allowance(now=most)
        case Gather(alone=alone):
            _make_digest(conn, newsroom, timed.id, now=now)
            return Allowance(now=alone + 1, fresh=False)
        case Hold(until=until):
            is_all = digests.put_off(conn, timed.id, now=now, until=until) < MOST_MEMBERS
            return Allowance() if is_all else Allowance(now=0)
        case _:
            assert_never(decision)


def _make_digest(conn: Connection, newsroom: Newsroom, destination_id: DestinationId, *, now: datetime) -> None:
    digest_id = EventId(new_id())
    found = digests.gather(conn, destination_id, digest_id, now=now)
    public_url = newsroom.rules.public_url
    body = digest_body(digest_id, destination_id, found.contents, now=now, public_url=public_url)
    level = max((level for _, level in found.contents.counts), key=lambda level: level.rank, default=Level.COSMETIC)
    owed = digests.a_digest(AlertId(new_id()), digest_id, destination_id, level, now)
    digests.add_digest(conn, owed, body=body, last_position=found.last_position)
    log.info("digest", digest_id=str(digest_id), destination_id=str(destination_id), alerts=found.contents.total)
