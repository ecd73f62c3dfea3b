"""Keeping looks that found nothing new, nearly all of them, many in one transaction with a few statements.

A look is quiet where its request was answered, every statement that it shows stands as it did, none is missing, none
waits for a second look, and the watch fares as before. Whatever is not quiet is left to :mod:`app.pipeline.keeping`.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.checks import Purpose
from app.domain.errors import LeaseLost
from app.domain.ids import CheckId, WatchId
from app.domain.observations import Outcome
from app.domain.records import sha256_hex
from app.domain.statements import StatementState
from app.domain.watches import SourceKind, WatchHealth
from app.pipeline.findings import ITEM, OWN, RECENT, absent_from, reading_rules
from app.pipeline.keeping_statements import PAGES, address_of, postpone_shown
from app.pipeline.looking import Look, NotModified
from app.pipeline.newsroom import Newsroom
from app.pipeline.planning import clock_of, lessons_of_one
from app.pipeline.plans import plan_after
from app.pipeline.stalling import note_finished
from app.pipeline.telling import tell
from app.pipeline.visiting import Seen, observation_of, rest_after, visit_of
from app.pipeline.writing import lease_lost
from app.sources.contract import Same, Statements
from app.sources.page_marks import read_mark
from app.sources.web_page import THE_PAGE
from app.storage import finished, statements, watches
from app.storage.awaited import find_awaited
from app.storage.database import Connection
from app.storage.finished import Finished
from app.storage.standing import Standing, load_standing_of_many

Key = tuple[WatchId, str]


@dataclass(frozen=True, slots=True)
class _Shown:
    """One statement as a look shows it: the hash of its text and its address; None where they cannot have changed."""

    external_id: str
    text_sha256: str | None
    url: str | None


def may_be_quiet(look: Look) -> bool:
    """True where it is worth asking the record, and not sure already that the look brings something new."""
    check, watch = look.check, look.watch
    if look.page is None or check.purpose not in (Purpose.LIST, Purpose.STATEMENT):
        return False
    if check.failures or check.fallback is not None or watch.health is not WatchHealth.HEALTHY:
        return False
    match look.reading:
        case Same():
            return True
        case NotModified():
            return check.external_id is not None or watch.kind in PAGES
        case Statements(links=links, name=name, identity=identity):
            is_named = name is None or watch.url not in (watch.name, watch.publisher)
            return not links and is_named and identity in (None, watch.identity) and not _is_changed(look)
        case _:
            return False


def _is_changed(look: Look) -> bool:
    """True where the last look at a page left the mark of another text than it shows now."""
    mark = read_mark(look.check.mark) if look.check.mark is not None else None
    if mark is None or not isinstance(look.reading, Statements):
        return False
    return all(sha256_hex(one.wording.text.encode()) != mark.text_sha256 for one in look.reading.found)


def keep_quiet(conn: Connection, newsroom: Newsroom, looks: Sequence[Look]) -> dict[CheckId, LeaseLost | None]:
    """Write down those of the looks that turn out to be quiet: their checks, with None, and those that were lost.

    A check that is not in the answer found something, and nothing was written of it.
    """
    held = finished.lock_held(conn, [look.check for look in looks])
    lost = [look for look in looks if look.check.id not in held]
    mine = [look for look in looks if look.check.id in held]
    shown = {look.check.id: _shown(look) for look in mine}
    wanted = {(look.watch.id, one.external_id) for look in mine for one in shown[look.check.id]}
    known = load_standing_of_many(conn, wanted, with_texts=False) if wanted else {}
    troubled = finished.find_open_gaps(conn, {look.watch.id for look in mine})
    awaited = {edit.statement_id for edit in find_awaited(conn, [one.statement.id for one in known.values()])}
    done: list[Finished] = []
    for look in mine:
        standing = _standing(newsroom, look, shown[look.check.id], known)
        if standing is None or look.watch.id in troubled or awaited & {one.statement.id for one in standing}:
            continue
        if not _lacks_any(conn, newsroom, look):
            done.append(_finished(newsroom, look, standing, refusals=held[look.check.id]))
    finished.write_finished(conn, done)
    kept = {one.done.id: one for one in done}
    for look in sorted(mine, key=lambda look: look.watch.id):
        if one := kept.get(look.check.id):
            taught = (lessons_of_one(still, now=_now(look), was_edited=False) for still in one.standing)
            watches.learn(conn, look.watch.id, itertools.chain.from_iterable(taught))
            if isinstance(look.reading, Statements):
                postpone_shown(conn, look, one.standing, one.own)
    if done:
        longest_due = min(done, key=lambda one: one.done.due_at)
        now = longest_due.visit.at
        tell(conn, note_finished(conn, newsroom, longest_due.done, now=now), now=now)
    return dict.fromkeys(kept) | {look.check.id: lease_lost(look.check) for look in lost}


def _shown(look: Look) -> tuple[_Shown, ...]:
    """Each statement that a look shows, once."""
    match look.reading:
        case Same(external_id=external_id, text_sha256=text_sha256):
            url = look.target.url if look.check.external_id is None else look.request.url
            return (_Shown(external_id, text_sha256, url),)
        case Statements(found=found):
            several = (
                _Shown(one.external_id, sha256_hex(one.wording.text.encode()), address_of(look, one)) for one in found
            )
            return tuple({one.external_id: one for one in several}.values())
        case _:
            if look.watch.kind is SourceKind.FEED and look.check.external_id is None:
                return ()
            return (_Shown(look.check.external_id or THE_PAGE, None, None),)


def _standing(
    newsroom: Newsroom, look: Look, shown: Sequence[_Shown], known: Mapping[Key, Standing]
) -> tuple[Standing, ...] | None:
    """What stands of a look in which nothing changed; None where something did."""
    if not shown and isinstance(look.reading, Statements):
        return None
    found = []
    for one in shown:
        standing = known.get((look.watch.id, one.external_id))
        if standing is None or not _stands(newsroom, look, one, standing):
            return None
        found.append(standing)
    return tuple(found)


def _stands(newsroom: Newsroom, look: Look, shown: _Shown, standing: Standing) -> bool:
    statement = standing.statement
    is_quiet = statement.flapping_since is None and statement.unread_since is None
    if statement.state is not StatementState.PRESENT or not is_quiet:
        return False
    if shown.text_sha256 is None:
        return True
    if look.watch.kind in PAGES and shown.url != statement.url:
        return False
    rules = reading_rules(newsroom.sources[look.watch.kind].extractor_version, look.watch.selectors, OWN)
    return standing.text_sha256 == shown.text_sha256 and standing.read_from != ITEM and standing.read_by == rules


def _lacks_any(conn: Connection, newsroom: Newsroom, look: Look) -> bool:
    """True where a list does not show a statement that it should."""
    if not isinstance(look.reading, Statements) or look.reading.window is None:
        return False
    recent = statements.find_recent_external_ids(conn, look.watch.id, limit=RECENT)
    found = [one.external_id for one in look.reading.found]
    missing = absent_from(newsroom.sources[look.watch.kind], look.reading.window, recent, found)
    return bool(missing and statements.find_known(conn, look.watch.id, missing))


def _finished(newsroom: Newsroom, look: Look, standing: tuple[Standing, ...], *, refusals: int) -> Finished:
    now = _now(look)
    is_told_by_server = isinstance(look.reading, NotModified)
    about = standing if is_told_by_server or isinstance(look.reading, Same) else _about(look, standing)
    shown = tuple(map(clock_of, standing))
    plan = plan_after(newsroom, look, shown, now=now, standing=about[0] if about else None)
    assert plan.following is not None
    rest = rest_after(newsroom, look, refusals=refusals)
    visit = visit_of(look, outcome=look.outcome, found=0 if is_told_by_server else len(standing), now=now)
    named = Outcome.NOT_MODIFIED if is_told_by_server else Outcome.UNCHANGED
    seen = (Seen(one.statement.id, named, one.statement.version_count) for one in standing)
    return Finished(
        done=look.check,
        next_check=plan.following,
        own=plan.own,
        host_next_at=now + timedelta(seconds=rest.seconds),
        gap_seconds=rest.gap_seconds,
        refusals=rest.refusals,
        paid_until=rest.paid_until,
        visit=visit,
        standing=standing,
        observations=tuple(observation_of(visit.id, one, now=now) for one in seen),
        is_list=look.check.purpose is Purpose.LIST,
    )


def _about(look: Look, standing: tuple[Standing, ...]) -> tuple[Standing, ...]:
    return tuple(one for one in standing if one.statement.external_id == look.check.external_id)


def _now(look: Look) -> datetime:
    assert look.page is not None
    return look.page.fetched_at
