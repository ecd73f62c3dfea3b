"""The watchlist: adding, changing, pausing and removing what is watched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Final

from app.domain.audit import Act, changes_between
from app.domain.errors import InvalidInput, StaleRevision, WalkbackError
from app.domain.ids import WatchId
from app.domain.watches import Selectors, Visibility, Watch, WatchDraft, WatchHealth, WatchState
from app.fetching.address import judge_written, parse_address
from app.pipeline.audit import note
from app.pipeline.following import list_check, older_check
from app.pipeline.looking import target_of
from app.pipeline.newsroom import Newsroom
from app.sources.main_text import check_selectors
from app.sources.registry import address_to_keep, detect
from app.storage import checks, pins, watches
from app.storage.database import Connection
from app.storage.events import publish_events
from app.storage.forgetting import forget
from app.storage.identity import new_id
from app.storage.search_index import change_readers
from app.storage.server_time import now_in


class Unset(Enum):
    """A field that a change leaves as it is."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET

ANEW: Mapping[str, str] = {
    "interval_seconds": "its interval was",
    "selectors": "its selectors were",
    "language": "its language was",
    "respect_robots": "its rule about robots.txt was",
}
"""Fields after whose change a watch is looked at anew."""
NOTED = ("name", "publisher", "language", "tags", "interval_seconds", "selectors", "respect_robots", "visibility")
ACT_OF_STATE = {WatchState.PAUSED: Act.WATCH_PAUSED, WatchState.ACTIVE: Act.WATCH_RESUMED}


@dataclass(frozen=True, slots=True)
class WatchChange:
    """What somebody wants changed of a watch; fields left ``UNSET`` stay as they are."""

    name: str | Unset = UNSET
    publisher: str | Unset = UNSET
    language: str | Unset | None = UNSET
    tags: tuple[str, ...] | Unset = UNSET
    interval_seconds: int | Unset | None = UNSET
    selectors: Selectors | Unset = UNSET
    respect_robots: bool | Unset = UNSET
    visibility: Visibility | Unset = UNSET


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What became of one row of an import: a watch, or the problem with it. ``line`` counts from 1."""

    line: int
    url: str
    watch: Watch | None
    problem: WalkbackError | None


def draft_watch(newsroom: Newsroom, draft: WatchDraft) -> Watch:
    """The watch that a draft asks for, its address checked by form alone; nothing is stored or fetched.

    Raises:
        InvalidAddress, InvalidSelector: it cannot be watched so.
        AddressRefused: the guard would not let it be fetched.
    """
    kind, target = (
        detect(draft.url, newsroom.sources)
        if draft.kind is None
        else (draft.kind, newsroom.sources[draft.kind].target_of(draft.url))
    )
    check_selectors(draft.selectors)
    url = address_to_keep(draft.url, kind, newsroom.sources)
    judge_written(parse_address(url), newsroom.policy)
    now = newsroom.clock()
    return Watch(
        id=WatchId(new_id()),
        kind=kind,
        url=url,
        target=target,
        name=draft.name or url,
        publisher=draft.publisher or draft.name or url,
        language=draft.language,
        tags=draft.tags,
        state=WatchState.ACTIVE,
        interval_seconds=draft.interval_seconds,
        selectors=draft.selectors,
        respect_robots=draft.respect_robots,
        visibility=draft.visibility,
        identity=None,
        health=WatchHealth.UNKNOWN,
        last_checked_at=None,
        last_outcome=None,
        next_check_at=None,
        next_check_reason=None,
        created_at=now,
        updated_at=now,
        revision=1,
    )


def add_watch(newsroom: Newsroom, draft: WatchDraft) -> Watch:
    """Put an address on the watchlist; its first check is due at once.

    Raises:
        InvalidAddress, InvalidSelector, AddressRefused: it cannot be watched so.
        DuplicateWatch: it is on the list already.
        NotFound: one of the pins does not exist.
    """
    watch = draft_watch(newsroom, draft)
    with newsroom.database.write() as conn:
        return add_drafted(conn, newsroom, draft, watch)


def add_drafted(conn: Connection, newsroom: Newsroom, draft: WatchDraft, watch: Watch) -> Watch:
    """The same inside a transaction of the caller's."""
    watches.add_watch(conn, watch)
    pins.bind_pins(conn, watch.id, draft.pins)
    first = list_check(newsroom, watch, now=watch.created_at, reason="new on the watchlist")
    owed = [first]
    if draft.older_pages:
        until = f"pages:{draft.older_pages}"
        url = newsroom.sources[watch.kind].list_request(target_of(watch)).url
        owed.append(older_check(watch, url, before=None, until=until, now=watch.created_at))
    checks.add_checks(conn, owed)
    note(conn, newsroom, Act.WATCH_ADDED, watch, changes_between(None, watch, ("kind", "url", *NOTED)))
    return watches.get_watch(conn, watch.id)


def change_watch(newsroom: Newsroom, watch_id: WatchId, change: WatchChange, *, revision: int | None) -> Watch:
    """Change what is known of a watch; ``revision`` None changes whatever stands there.

    Raises:
        NotFound, InvalidSelector, StaleRevision: it is not there, cannot be so, or was changed meanwhile.
    """
    if isinstance(change.selectors, Selectors):
        check_selectors(change.selectors)
    given = {field.name: getattr(change, field.name) for field in fields(change)}
    values = {name: value for name, value in given.items() if value is not UNSET}
    with newsroom.database.write() as conn:
        old = _current(conn, watch_id, revision)
        new = _changed(newsroom, old, **values)
        watches.change_watch(conn, old, new)
        changed = [name for name in ANEW if getattr(new, name) != getattr(old, name)]
        if changed:
            checks.begin_anew(conn, watch_id, now=newsroom.clock(), reason=f"{ANEW[changed[0]]} changed")
        note(conn, newsroom, Act.WATCH_CHANGED, new, changes_between(old, new, NOTED))
        if new.visibility is Visibility.PUBLIC and old.visibility is not Visibility.PUBLIC:
            publish_events(conn, watch_id)
        if new.visibility is not old.visibility:
            change_readers(conn, watch_id, is_public=new.visibility is Visibility.PUBLIC)
        return watches.get_watch(conn, watch_id)


def pause_watch(newsroom: Newsroom, watch_id: WatchId) -> Watch:
    """Check a watch no more until it is resumed.

    Raises:
        NotFound: there is none; InvalidInput: it was removed.
    """
    return _set_state(newsroom, watch_id, WatchState.PAUSED)


def resume_watch(newsroom: Newsroom, watch_id: WatchId) -> Watch:
    """Check a watch again, at once.

    Raises:
        NotFound: there is none; InvalidInput: it was removed.
    """
    return _set_state(newsroom, watch_id, WatchState.ACTIVE)


def check_now(newsroom: Newsroom, watch_id: WatchId) -> Watch:
    """Make the next check of a watch due at once; the gap of its host is kept.

    Raises:
        NotFound: there is none; InvalidInput: it is paused or removed.
    """
    with newsroom.database.write() as conn:
        watch = _current(conn, watch_id, None)
        if watch.state is not WatchState.ACTIVE:
            raise InvalidInput(f"The watch is {watch.state}; resume it first.")
        checks.make_due(conn, watch_id, now=now_in(conn, newsroom.clock), reason="asked for")
        return watches.get_watch(conn, watch_id)


def remove_watch(newsroom: Newsroom, watch_id: WatchId, *, forget_history: bool, revision: int | None = None) -> None:
    """Take a watch off the list. Its history stays, unless it is to be forgotten too.

    Raises:
        NotFound: there is none; StaleRevision: it was changed meanwhile.
    """
    with newsroom.database.write() as conn:
        old = watches.get_watch(conn, watch_id)
        _require(old, revision)
        if old.state is not WatchState.REMOVED:
            watches.change_watch(conn, old, _changed(newsroom, old, state=WatchState.REMOVED))
            note(conn, newsroom, Act.WATCH_REMOVED, old)
        checks.remove_checks(conn, watch_id)
        if forget_history:
            forget(conn, watch_id)
            note(conn, newsroom, Act.WATCH_FORGOTTEN, old)


def import_watches(newsroom: Newsroom, rows: Iterable[WatchDraft | InvalidInput]) -> tuple[ImportRow, ...]:
    """Add many watches, each for itself: a bad row is reported and the others are added all the same."""
    return tuple(_import_row(newsroom, line, row) for line, row in enumerate(rows, start=1))


def _import_row(newsroom: Newsroom, line: int, row: WatchDraft | InvalidInput) -> ImportRow:
    if isinstance(row, InvalidInput):
        return ImportRow(line, "", None, row)
    try:
        return ImportRow(line, row.url, add_watch(newsroom, row), None)
    except WalkbackError as problem:
        return ImportRow(line, row.url, None, problem)


def _set_state(newsroom: Newsroom, watch_id: WatchId, state: WatchState) -> Watch:
    with newsroom.database.write() as conn:
        old = _current(conn, watch_id, None)
        if old.state is state:
            return old
        watches.change_watch(conn, old, _changed(newsroom, old, state=state))
        checks.set_paused(conn, watch_id, is_paused=state is WatchState.PAUSED)
        note(conn, newsroom, ACT_OF_STATE[state], old)
        if state is WatchState.ACTIVE:
            checks.make_due(conn, watch_id, now=newsroom.clock(), reason="resumed")
        return watches.get_watch(conn, watch_id)


def _current(conn: Connection, watch_id: WatchId, revision: int | None) -> Watch:
    watch = watches.get_watch(conn, watch_id)
    _require(watch, revision)
    if watch.state is WatchState.REMOVED:
        raise InvalidInput("The watch was removed; add its address again to go on watching it.")
    return watch


def _require(watch: Watch, revision: int | None) -> None:
    if revision is not None and revision != watch.revision:
        raise StaleRevision(f"Watch {watch.id} is at revision {watch.revision}, not {revision}.")


def _changed(newsroom: Newsroom, old: Watch, **values: object) -> Watch:
    return replace(old, **values, updated_at=newsroom.clock(), revision=old.revision + 1)  # type: ignore[arg-type]
