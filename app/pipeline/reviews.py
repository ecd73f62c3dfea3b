"""Reviews: what people make of a flag, with a note and a name, and told to those who want to hear of it."""

from dataclasses import replace

from app.domain.audit import Act, changes_between
from app.domain.destinations import Subject
from app.domain.errors import StaleRevision
from app.domain.events import EventType
from app.domain.flags import Flag, ReviewState
from app.domain.gists import Deed, Gist
from app.domain.ids import EventId, FlagId
from app.domain.watches import Watch
from app.pipeline import audit
from app.pipeline.audit import Thing
from app.pipeline.messages import first_line, watch_facts
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import News, tell
from app.pipeline.watchlist import UNSET, Unset
from app.storage import flags, watches
from app.storage.events import NewEvent
from app.storage.identity import new_id


def review_flag(
    newsroom: Newsroom,
    flag_id: FlagId,
    *,
    state: ReviewState,
    reviewer: str,
    note: str | Unset | None = UNSET,
    revision: int | None = None,
) -> Flag:
    """Confirm, dismiss or open a flag again. ``revision`` None reviews it whatever somebody else made of it.

    A note that is ``UNSET`` stays as it is.

    Raises:
        NotFound, StaleRevision: it is not there, or was reviewed meanwhile.
    """
    now = newsroom.clock()
    with newsroom.database.write() as conn:
        old = flags.get_flag(conn, flag_id)
        if revision is not None and revision != old.revision:
            raise StaleRevision(f"Flag {flag_id} is at revision {old.revision}, not {revision}.")
        is_open = state is ReviewState.OPEN
        new = replace(
            old,
            review_state=state,
            note=old.note if isinstance(note, Unset) else note,
            reviewed_at=None if is_open else now,
            reviewed_by=None if is_open else reviewer,
            revision=old.revision + 1,
        )
        flags.change_review(conn, old, new)
        watch = watches.get_watch(conn, new.watch_id)
        changes = changes_between(old, new, ("review_state", "note"), hidden=["note"])
        audit.note(conn, newsroom, Act.FLAG_REVIEWED, Thing(flag_id, watch.name), changes)
        tell(conn, [_news(newsroom, watch, new, reviewer)], now=now)
    return new


def _news(newsroom: Newsroom, watch: Watch, flag: Flag, reviewer: str) -> News:
    event_id = EventId(new_id())
    kind = EventType.FLAG_REVIEWED
    base = f"{newsroom.rules.public_url or ''}/v1"
    body = {
        "type": kind,
        "id": str(event_id),
        "time": newsroom.clock().isoformat(),
        **first_line(_gist(flag, reviewer)),
        "watch": watch_facts(watch),
        "flag": {
            "id": str(flag.id),
            "edit": str(flag.edit_id),
            "statement": str(flag.statement_id),
            "review_state": flag.review_state,
            "note": flag.note,
            "reviewed_by": reviewer,
        },
        "links": {"flag": f"{base}/flags/{flag.id}", "edit": f"{base}/edits/{flag.edit_id}"},
    }
    subject = Subject(kind, flag.watch_id, watch.tags, flag.pin_ids, flag.level, is_worth_telling=False)
    return News(NewEvent(event_id, kind, newsroom.clock(), body, flag.statement_id, flag.edit_id), subject)


def _gist(flag: Flag, reviewer: str) -> Gist:
    words = "" if flag.gist else flag.headline
    return Gist(Deed.REVIEWED, who=reviewer, new=words, state=flag.review_state, about=flag.gist)
