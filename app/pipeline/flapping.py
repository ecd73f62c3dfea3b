"""Telling once that a statement goes back and forth between wordings, and once that it has settled.

return of a wording ─▶ first in a while: told   second soon after: "flapping"   more: kept, not told ─▶ "settled"
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from app.domain.claims import ClaimChange
from app.domain.destinations import Subject
from app.domain.edits import AnalysisState, Edit
from app.domain.events import EventType
from app.domain.flagging import is_flagged
from app.domain.flapping import BeginsToFlap, Flapping, Flips, Return, Returned, Unsaid, is_over, what_a_return_means
from app.domain.gists import Deed, Gist
from app.domain.ids import EventId
from app.domain.statements import Statement
from app.domain.transitions import Restored
from app.pipeline.edit_making import Desk, news_of_edit
from app.pipeline.findings import Finding
from app.pipeline.messages import Telling, edit_message, settled_message
from app.pipeline.telling import News
from app.storage import edits, flappings, versions
from app.storage.awaited import find_awaited
from app.storage.database import Connection
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.storage.standing import Standing


def meaning_of_return(conn: Connection, desk: Desk, finding: Finding) -> Return:
    """What it means that this wording stands (again)."""
    if not isinstance(finding.what, Restored) or finding.standing is None:
        return Returned()
    known = finding.standing.statement
    return what_a_return_means(
        finding.what.number,
        latest=known.version_count,
        now=desk.now,
        last_seen_at=finding.standing.last_seen_at,
        window_seconds=desk.flapping_window_seconds,
        earlier_return=edits.find_last_return(conn, known.id),
        flapping=flappings.find_flapping(conn, known.id) if known.flapping_since else None,
        awaited=find_awaited(conn, [known.id]),
    )


def record_flip(
    conn: Connection,
    desk: Desk,
    finding: Finding,
    turn: Unsaid | BeginsToFlap | Flips,
    *,
    statement: Statement,
    edit: Edit,
    changes: Sequence[ClaimChange],
) -> tuple[News, ...]:
    """Keep one step of a statement that goes back and forth, with all that it did; the news is that it does.

    A return that undoes what nobody was told of stands in the feed, and alerts only those who ask for every return.
    """
    edit = replace(edit, is_flap=True)
    edits.add_edit(conn, edit, changes)
    match turn:
        case Unsaid():
            url = desk.public_url
            return (news_of_edit(desk.watch, statement, edit, changes, (), now=desk.now, public_url=url),)
        case Flips(flapping=flapping):
            flappings.mark_flip(conn, flapping, wording=finding.text_sha256, now=desk.now)
            return ()
        case BeginsToFlap():
            return (_begin(conn, desk, finding, turn, statement=statement, edit=edit, changes=changes),)
        case _:
            assert_never(turn)


def _begin(
    conn: Connection,
    desk: Desk,
    finding: Finding,
    turn: BeginsToFlap,
    *,
    statement: Statement,
    edit: Edit,
    changes: Sequence[ClaimChange],
) -> News:
    assert finding.standing is not None
    is_owed = edit.analysis_state is AnalysisState.OWED
    flapping = Flapping(
        statement_id=statement.id,
        began_at=turn.since,
        ended_at=None,
        last_flip_at=desk.now,
        flips=2,
        wordings=(finding.text_sha256, finding.standing.text_sha256),
        window_seconds=turn.window_seconds,
        level=edit.level,
        pin_ids=tuple(dict.fromkeys(pin.pin_id for pin in edit.pins)),
        is_worth_telling=is_owed or any(is_flagged(change, edit.pins) for change in changes),
    )
    flappings.add_flapping(conn, flapping)
    gist = Gist(
        Deed.FLAPPING,
        who=desk.watch.publisher,
        kind=desk.watch.kind,
        published_at=statement.published_at,
        since=flapping.began_at,
        count=len(flapping.wordings),
        turns=flapping.flips,
    )
    kind, event_id = EventType.STATEMENT_FLAPPING, EventId(new_id())
    told = Telling(kind, event_id, desk.now, gist, desk.watch, statement, edit, changes, ())
    body = {**edit_message(told, public_url=desk.public_url), "flapping": flapping_facts(conn, flapping)}
    return News(
        NewEvent(event_id, kind, desk.now, body, statement.id, edit.id), _subject(kind, desk, flapping, statement)
    )


def settle(conn: Connection, desk: Desk, standing: Standing) -> tuple[News, ...]:
    """Where a statement has stood as it is for long enough, the back and forth is over: say so, once."""
    statement = standing.statement
    flapping = flappings.find_flapping(conn, statement.id)
    if flapping is None or not is_over(flapping, desk.now):
        return ()
    flappings.end_flapping(conn, flapping, now=desk.now)
    gist = Gist(
        Deed.SETTLED,
        who=desk.watch.publisher,
        kind=desk.watch.kind,
        published_at=statement.published_at,
        since=flapping.last_flip_at,
        count=statement.version_count,
        turns=flapping.flips,
    )
    facts = flapping_facts(conn, replace(flapping, ended_at=desk.now))
    kind, event_id = EventType.STATEMENT_SETTLED, EventId(new_id())
    body = settled_message(
        event_id, desk.now, gist, statement=statement, watch=desk.watch, flapping=facts, public_url=desk.public_url
    )
    return (News(NewEvent(event_id, kind, desk.now, body, statement.id), _subject(kind, desk, flapping, statement)),)


def flapping_now(conn: Connection, statement: Statement) -> dict[str, Any] | None:
    """How a statement goes back and forth at this moment; None where it does not."""
    flapping = flappings.find_flapping(conn, statement.id) if statement.flapping_since else None
    return None if flapping is None else flapping_facts(conn, flapping)


def flapping_facts(conn: Connection, flapping: Flapping) -> dict[str, Any]:
    """A back and forth as messages and answers show it: since when, how often, between which versions."""
    numbers = versions.first_numbers(conn, flapping.statement_id, flapping.wordings)
    return {
        "since": _written(flapping.began_at),
        "until": _written(flapping.ended_at),
        "last_flip_at": _written(flapping.last_flip_at),
        "flips": flapping.flips,
        "versions": sorted(numbers.values()),
        "settles_after_seconds": flapping.window_seconds,
    }


def _subject(kind: EventType, desk: Desk, flapping: Flapping, statement: Statement) -> Subject:
    return Subject(
        kind,
        desk.watch.id,
        desk.watch.tags,
        flapping.pin_ids,
        flapping.level,
        is_worth_telling=flapping.is_worth_telling,
        claims=None,
        state=statement.state,
        language=statement.language,
    )


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
