"""Whether the story has no hole: versions, the edits between them, the events that tell of them, and their alerts."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from app.domain.archives import FIRST_ARCHIVED
from app.domain.destinations import AlertFilter, AlertState
from app.domain.edits import AnalysisState, Confirmation, EditKind
from app.domain.events import EventType
from app.storage.destinations import list_wishes
from app.storage.tables import (
    alert,
    claim,
    claim_wording,
    delivery,
    destination,
    digest,
    edit,
    event,
    feed_position,
    flag,
    statement,
    version,
)
from app.storage.wording_texts import OF_CLAIM

OF_EDITS = (
    EventType.STATEMENT_EDITED,
    EventType.STATEMENT_RESTORED,
    EventType.STATEMENT_WITHDRAWN,
    EventType.STATEMENT_REPUBLISHED,
    EventType.STATEMENT_FLAPPING,
)
"""The events that tell of one edit, of which an edit has one at most."""


def gaps_in_numbers(conn: sa.Connection) -> Iterator[str]:
    """Statements whose own versions are not numbered 1, 2, 3 … to the number that the statement has of them."""
    own = sa.and_(version.c.statement_id == statement.c.id, version.c.number < FIRST_ARCHIVED)
    found = sa.func.count(version.c.number)
    first, last = sa.func.min(version.c.number), sa.func.max(version.c.number)
    wrong = sa.or_(found != statement.c.version_count, sa.and_(found > 0, sa.or_(first != 1, last != found)))
    columns = (statement.c.id, statement.c.version_count, found.label("found"))
    query = sa.select(*columns).select_from(statement.outerjoin(version, own)).group_by(statement.c.id)
    for row in conn.execute(query.having(wrong)):
        yield f"statement {row.id} has {row.found} versions and should have {row.version_count}"


def steps_without_edit(conn: sa.Connection) -> Iterator[str]:
    """Own versions after the first that no edit leads to, or more than one."""
    leads = sa.and_(
        edit.c.statement_id == version.c.statement_id,
        edit.c.to_version == version.c.number,
        edit.c.from_version == version.c.number - 1,
        edit.c.kind == EditKind.WORDING,
        sa.not_(edit.c.is_archived),
    )
    steps = sa.select(version.c.statement_id, version.c.number, sa.func.count(edit.c.id).label("edits"))
    query = steps.select_from(version.outerjoin(edit, leads))
    query = query.where(version.c.number > 1, version.c.number < FIRST_ARCHIVED)
    query = query.group_by(version.c.statement_id, version.c.number).having(sa.func.count(edit.c.id) != 1)
    for row in conn.execute(query):
        yield f"statement {row.statement_id}, version {row.number} has {row.edits} edits"


def forms_without_text(conn: sa.Connection) -> Iterator[str]:
    """Forms of claims that have no text of their own, while the claim that they would have it from is not there."""
    query = sa.select(claim_wording.c.statement_id, claim_wording.c.number, claim_wording.c.first_version)
    query = query.outerjoin(claim, OF_CLAIM).where(claim_wording.c.text.is_(None), claim.c.text.is_(None))
    for row in conn.execute(query):
        yield f"claim {row.number} of statement {row.statement_id}, as it read from version {row.first_version} on"


def flags_without_edit(conn: sa.Connection) -> Iterator[str]:
    """Flags of an edit that is not there."""
    of = sa.and_(edit.c.statement_id == flag.c.statement_id, edit.c.id == flag.c.edit_id)
    for key in conn.execute(sa.select(flag.c.id).outerjoin(edit, of).where(edit.c.id.is_(None))).scalars():
        yield f"flag {key}"


def edits_told_wrongly(conn: sa.Connection) -> Iterator[str]:
    """Edits that have another number of events than they should.

    One is told when its claims are compared and it needs no second look, or the look has confirmed it. What our own
    rules did, what an archive saw, and what a second look took back is told never; a turn of many, once or never.
    """
    told = sa.func.count(event.c.position)
    of = sa.and_(event.c.edit_id == edit.c.id, event.c.type.in_(OF_EDITS))
    settled = edit.c.confirmation.in_([Confirmation.NOT_NEEDED, Confirmation.CONFIRMED])
    compared = edit.c.analysis_state != AnalysisState.OWED
    silent = sa.or_(edit.c.is_technical, edit.c.is_archived)
    wanted = sa.case((sa.and_(sa.not_(silent), settled, compared), 1), else_=0)
    wrong = sa.or_(told > 1, sa.and_(sa.not_(edit.c.is_flap), told != wanted))
    columns = (edit.c.statement_id, edit.c.id, told.label("told"), wanted.label("wanted"))
    query = sa.select(*columns).select_from(edit.outerjoin(event, of)).group_by(edit.c.statement_id, edit.c.id)
    for row in conn.execute(query.having(wrong)):
        yield f"statement {row.statement_id}, edit {row.id} was told {row.told} times instead of {row.wanted}"


def gaps_in_feed(conn: sa.Connection) -> Iterator[str]:
    """Where the positions of events are not 1, 2, 3 … to the last that was given."""
    last = conn.execute(sa.select(sa.func.max(feed_position.c.last))).scalar_one() or 0
    columns = (sa.func.count(), sa.func.min(event.c.position), sa.func.max(event.c.position))
    count, first, highest = conn.execute(sa.select(*columns).select_from(event)).one()
    if (count, first or 0, highest or 0) != (last, min(last, 1), last):
        yield f"{count} events from {first} to {highest}, and {last} positions were given"


def events_without_alert(conn: sa.Connection, settling: timedelta) -> Iterator[str]:
    """Events of a flagged edit, and destinations that want to hear everything and have no alert of it.

    Others cannot be judged afterwards: what a destination wished at the time of the event is not kept.
    """
    for wish in list_wishes(conn):
        if wish.filter != AlertFilter():
            continue
        destination_id = wish.destination_id
        made = sa.select(destination.c.created_at).where(destination.c.id == destination_id)
        since = conn.execute(made).scalar_one() + settling
        is_flagged = sa.and_(flag.c.statement_id == edit.c.statement_id, flag.c.edit_id == edit.c.id)
        mine = sa.and_(alert.c.event_id == event.c.id, alert.c.destination_id == destination_id)
        heavy = sa.select(event.c.id).join(edit, edit.c.id == event.c.edit_id).outerjoin(alert, mine)
        heavy = heavy.where(event.c.type.in_(OF_EDITS), event.c.at >= since, alert.c.id.is_(None))
        heavy = heavy.where(sa.not_(edit.c.is_flap), sa.not_(edit.c.analysis_is_technical))
        heavy = heavy.where(sa.exists(sa.select(flag.c.id).where(is_flagged)))
        for key in conn.execute(heavy).scalars():
            yield f"event {key} and destination {destination_id}"


def alerts_without_event(conn: sa.Connection) -> Iterator[str]:
    """Alerts of an event, or a digest, that is not there."""
    lost = sa.select(alert.c.id).outerjoin(event, event.c.id == alert.c.event_id)
    lost = lost.outerjoin(digest, digest.c.id == sa.func.coalesce(alert.c.digest_id, alert.c.event_id))
    is_lost = sa.case(
        (alert.c.type == EventType.DIGEST, digest.c.id.is_(None)),
        (alert.c.digest_id.is_not(None), sa.or_(event.c.id.is_(None), digest.c.id.is_(None))),
        else_=event.c.id.is_(None),
    )
    for key in conn.execute(lost.where(is_lost)).scalars():
        yield f"alert {key}"


def stuck_alerts(conn: sa.Connection) -> Iterator[str]:
    """Alerts that are neither delivered, with the time of it, nor given up, nor owed, with the time of the next try."""
    no_delivery, no_try = alert.c.delivered_at.is_(None), alert.c.next_try_at.is_(None)
    wrong = sa.or_(
        sa.and_(alert.c.state == AlertState.DELIVERED, no_delivery),
        sa.and_(alert.c.state == AlertState.PENDING, no_try),
        sa.and_(alert.c.state == AlertState.GATHERED, alert.c.digest_id.is_(None)),
        alert.c.state.not_in(list(AlertState)),
    )
    for row in conn.execute(sa.select(alert.c.id, alert.c.state).where(wrong)):
        yield f"alert {row.id} is {row.state}"


def miscounted_tries(conn: sa.Connection) -> Iterator[str]:
    """Alerts with another number of tries than were noted; a delivered one with none."""
    noted = sa.func.count(delivery.c.number)
    query = sa.select(alert.c.id, alert.c.tries, noted.label("noted"))
    query = query.select_from(alert.outerjoin(delivery, delivery.c.alert_id == alert.c.id)).group_by(alert.c.id)
    unsent = sa.and_(alert.c.state == AlertState.DELIVERED, alert.c.digest_id.is_(None), noted == 0)
    for row in conn.execute(query.having(sa.or_(noted != alert.c.tries, unsent))):
        yield f"alert {row.id} counts {row.tries} tries, and {row.noted} are noted"
