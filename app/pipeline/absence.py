"""When a statement is not found: missing at first, withdrawn once a second look at its own place confirms it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from app.domain.checks import Check, Purpose
from app.domain.claims import PinEventKind, StatementAction
from app.domain.edits import PinChange
from app.domain.hosts import host_of
from app.domain.ids import CheckId
from app.domain.observations import Outcome
from app.domain.pins import Pin
from app.domain.statements import StatementState
from app.domain.transitions import KnownGone, NewlyMissing, StillMissing, Withdrawn, what_absence_means
from app.domain.watches import Watch
from app.pipeline.edit_making import Desk
from app.pipeline.findings import ITEM
from app.pipeline.looking import target_of
from app.pipeline.newsroom import Newsroom
from app.pipeline.record import record_whole
from app.pipeline.telling import News
from app.pipeline.visiting import Seen
from app.storage import checks, statement_gaps, statements
from app.storage.database import Connection
from app.storage.identity import new_id
from app.storage.standing import Standing


class Place(Protocol):
    """Whatever knows where a statement stands: the statement itself, or what was found of it."""

    @property
    def external_id(self) -> str:
        """Its identity within its watch."""

    @property
    def url(self) -> str:
        """Its address."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What noting an absence brought: a line for the log, news, and the second look that is owed."""

    seen: Seen
    news: tuple[News, ...] = ()
    owed: tuple[Check, ...] = ()


def note_absence(
    conn: Connection,
    newsroom: Newsroom,
    desk: Desk,
    standing: Standing,
    *,
    at_own_place: bool,
    detail: str,
    pins: tuple[Pin, ...],
) -> Noted:
    """Say of a statement that it was not found, and draw the consequence."""
    known = standing.statement
    seen = Seen(known.id, Outcome.MISSING, None, detail)
    if at_own_place:
        statement_gaps.close_gap(conn, known, now=desk.now)
    meaning = what_absence_means(
        known.state,
        missing_since=known.missing_since,
        now=desk.now,
        at_own_place=at_own_place,
        confirm_after_seconds=newsroom.rules.confirm_after_seconds,
    )
    match meaning:
        case NewlyMissing():
            statements.mark_statement(
                conn, known, state=StatementState.MISSING, missing_since=desk.now, last_checked_at=desk.now
            )
            due_at = desk.now + timedelta(seconds=newsroom.rules.confirm_after_seconds)
            owed = look_again(newsroom, desk.watch, Purpose.OWN_PLACE, known, due_at=due_at)
            return Noted(seen, owed=(owed,))
        case StillMissing() | KnownGone():
            statements.mark_checked(conn, [known.id], now=desk.now)
            return Noted(seen)
        case Withdrawn():
            statements.mark_statement(
                conn, known, state=StatementState.WITHDRAWN, withdrawn_at=desk.now, last_checked_at=desk.now
            )
            gone = pins_in(newsroom, standing, pins)
            action = StatementAction.WITHDRAWN
            since = standing.last_seen_at
            outcome = record_whole(conn, desk, standing, action, standing.text, since=since, pins=gone)
            return Noted(seen, news=outcome.news)
        case _:
            assert_never(meaning)


def owe_second_look(
    conn: Connection,
    newsroom: Newsroom,
    watch: Watch,
    place: Place,
    *,
    read_from: str,
    now: datetime,
    large_loss: bool,
) -> None:
    """Look again soon at words that were removed, where they were read: at their own page, or in the feed.

    After a large loss of text it is looked at as late as a missing statement: a page that came half may do so again.
    """
    rules = newsroom.rules
    pause = max(rules.second_look_seconds, rules.confirm_after_seconds if large_loss else 0.0)
    due_at = now + timedelta(seconds=pause)
    owed = look_again(newsroom, watch, Purpose.SECOND_LOOK, place, due_at=due_at)
    if read_from == ITEM:
        owed = replace(owed, url=watch.url, host=host_of(own_url(newsroom, watch, place.external_id, watch.url)))
    checks.add_checks(conn, [owed])


def look_again(newsroom: Newsroom, watch: Watch, purpose: Purpose, place: Place, *, due_at: datetime) -> Check:
    """A check of one statement, to be sure: of a removal (SECOND_LOOK) or of its absence (OWN_PLACE)."""
    external_id, url = place.external_id, place.url
    return Check(
        id=CheckId(new_id()),
        watch_id=watch.id,
        statement_id=None,
        purpose=purpose,
        host=host_of(own_url(newsroom, watch, external_id, url)),
        url=url,
        external_id=external_id,
        before=None,
        until=None,
        fallback=None,
        due_at=due_at,
        reason="a second look, to be sure before anybody is told",
        failures=0,
        etag=None,
        last_modified=None,
        lease=None,
    )


def own_url(newsroom: Newsroom, watch: Watch, external_id: str, url: str) -> str:
    """The address that is asked when one statement is looked at by itself."""
    return newsroom.sources[watch.kind].statement_request(target_of(watch), external_id, url).url


def pins_in(newsroom: Newsroom, standing: Standing, pins: tuple[Pin, ...]) -> tuple[PinChange, ...]:
    """The pinned phrases that stood in a text that is gone."""
    by_id = {str(pin.id): pin for pin in pins}
    matches = newsroom.analysts.find_pins(standing.text, standing.statement.language or "und", pins)
    return tuple(
        PinChange(
            pin_id=by_id[match.pin].id,
            name=by_id[match.pin].name,
            variant=match.variant,
            event=PinEventKind.REMOVED,
            before=(match.span,),
            after=(),
            claim_numbers=(),
        )
        for match in matches
    )
