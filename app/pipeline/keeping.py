"""Keeping what a look brought: what each answer means is found out first, and then written wholly or not at all.

Nothing here writes by itself: each function gives back what is to be done inside a transaction.
"""

from dataclasses import replace
from typing import assert_never

from app.domain.checks import Purpose
from app.domain.errors import HostResting
from app.domain.observations import Outcome, VisitOutcome
from app.domain.pages import Page
from app.domain.watches import SourceKind
from app.pipeline.absence import note_absence
from app.pipeline.confirming import Stand, confirm_edits
from app.pipeline.elsewhere import leads_elsewhere
from app.pipeline.findings import ITEM, Known, load_known, load_one, reading_rules
from app.pipeline.keeping_statements import desk_of, keep_standing, keep_statements
from app.pipeline.looking import Look, NotModified
from app.pipeline.newsroom import Newsroom
from app.pipeline.planning import clock_of, lessons_of_one
from app.pipeline.visiting import Seen, add_seen, after_failure, after_success, close_check, rest_after
from app.pipeline.writing import Ending, Writing
from app.sources.contract import FoundStatement, Gone, Same, Statements, Unread
from app.storage import checks, statement_gaps, statements, watches
from app.storage.database import Connection
from app.storage.standing import Standing

SINGLE = frozenset({SourceKind.WEB_PAGE, SourceKind.TELEGRAM_POST})
GIVE_UP_PAGE_AFTER = 2


def prepare(newsroom: Newsroom, look: Look, known: Known | None = None) -> Writing:
    """Find out what one look means. ``known`` is what the record knows of what it shows, where that was read before.

    Raises:
        StorageError: the database could not be used; nothing was written.
    """
    if isinstance(look.error, HostResting):
        return _postpone(newsroom, look, look.error)
    match look.reading:
        case Statements() as reading:
            return _keep_read(newsroom, look, reading, known)
        case Same() as same:
            return _keep_same(newsroom, look, same)
        case NotModified():
            return _keep_not_modified(newsroom, look)
        case Gone() as gone:
            return _keep_gone(newsroom, look, gone)
        case Unread() as unread:
            return _keep_unread(newsroom, look, unread)
        case _:
            assert_never(look.reading)


def _keep_read(newsroom: Newsroom, look: Look, reading: Statements, known: Known | None) -> Writing:
    """An answer that could be read; where the address led to something else, that says nothing of the statement."""
    assert look.page is not None
    if not look.page.redirects:
        return keep_statements(newsroom, look, reading, known=known)
    known = known or load_known(newsroom.database, newsroom.sources[look.watch.kind], look.watch, reading)
    elsewhere = leads_elsewhere(newsroom, look.page, reading, known)
    if elsewhere is not None:
        return _keep_unread(newsroom, look, elsewhere)
    return keep_statements(newsroom, look, reading, known=known)


def _postpone(newsroom: Newsroom, look: Look, resting: HostResting) -> Writing:
    """Nothing was fetched, because the site asked for a pause: the check waits for its end."""
    reason = f"the site asked for a pause until {resting.until:%H:%M} UTC"
    later = replace(look.check, due_at=resting.until, reason=reason, lease=None)

    def write(conn: Connection, refusals: int) -> Ending:
        rest = rest_after(newsroom, look, refusals=refusals)
        checks.finish_check(conn, look.check, next_check=later)
        gap, refused, silent = rest.gap_seconds, rest.refusals, rest.silences
        until = resting.until
        checks.release_host(conn, look.check, next_at=until, gap_seconds=gap, refusals=refused, silences=silent)
        return Ending(newsroom.clock())

    return Writing(look.check, write)


def _keep_not_modified(newsroom: Newsroom, look: Look) -> Writing:
    """The server says that nothing changed: what stood there stands."""
    assert look.page is not None
    known = _known_one(newsroom, look)
    standing = next(iter(known.standing.values()), None)
    about_one = look.check.external_id is not None or look.watch.kind in SINGLE
    if about_one and standing is None:
        detail = "the server says that nothing changed (304), and nothing was ever seen there"
        return _keep_unread(newsroom, look, Unread(Outcome.UNREADABLE, detail))
    return _keep_as_it_was(newsroom, look, look.page, known, standing, named=Outcome.NOT_MODIFIED)


def _keep_same(newsroom: Newsroom, look: Look, same: Same) -> Writing:
    """A glance told that the statement stands as it did; where that is not what the record knows, it is read."""
    assert look.page is not None
    known = load_one(newsroom.database, look.watch, same.external_id, is_only_one=False)
    standing = known.standing.get(same.external_id)
    if is_as_known(newsroom, look, same, standing):
        return _keep_as_it_was(newsroom, look, look.page, known, standing, named=Outcome.UNCHANGED)
    source, target, now = newsroom.sources[look.watch.kind], look.target, look.page.fetched_at
    reading = source.read(look.page, target, external_id=look.check.external_id, now=now)
    return prepare(newsroom, replace(look, reading=reading))


def is_as_known(newsroom: Newsroom, look: Look, same: Same, standing: Standing | None) -> bool:
    """True where the text that a glance saw is the latest wording, at the address and by the rules that are known."""
    if standing is None or standing.text_sha256 != same.text_sha256:
        return False
    url = look.target.url if look.check.external_id is None else look.request.url
    rules = reading_rules(newsroom.sources[look.watch.kind].extractor_version, look.watch.selectors, standing.read_from)
    return standing.statement.url == url and standing.read_by == rules


def _keep_as_it_was(
    newsroom: Newsroom, look: Look, page: Page, known: Known, standing: Standing | None, *, named: Outcome
) -> Writing:
    """What stood there stands."""
    now = page.fetched_at
    desk = desk_of(newsroom, look, page)

    def write(conn: Connection, refusals: int) -> Ending:
        shown = (clock_of(standing),) if standing is not None else ()
        following = after_success(newsroom, look, now=now, standing=standing, shown=shown)
        found = 0 if standing is None or named is Outcome.NOT_MODIFIED else 1
        outcome = look.outcome
        visit_id, news = close_check(
            conn, newsroom, look, refusals=refusals, next_check=following, outcome=outcome, found=found, now=now
        )
        if standing is not None:
            watches.learn(conn, look.watch.id, lessons_of_one(standing, now=now, was_edited=False))
            seen, told = keep_standing(conn, desk, standing, named=named)
            add_seen(conn, visit_id, [seen], now=now)
            stand = Stand(standing.text, standing.statement.url, standing.earlier)
            news += told + confirm_edits(conn, newsroom, desk, known, {standing.statement.id: stand})
        return Ending(now, news)

    return Writing(look.check, write)


def _keep_gone(newsroom: Newsroom, look: Look, gone: Gone) -> Writing:
    """The answer says that the statement is not there."""
    assert look.page is not None
    known = _known_one(newsroom, look)
    standing = next(iter(known.standing.values()), None)
    if standing is None:
        return _keep_unread(newsroom, look, Unread(Outcome.UNREADABLE, f"nothing was ever seen there: {gone.detail}"))
    now = look.page.fetched_at
    desk = desk_of(newsroom, look, look.page)

    def write(conn: Connection, refusals: int) -> Ending:
        following = after_success(newsroom, look, now=now, standing=standing, shown=(clock_of(standing),))
        outcome = VisitOutcome.GONE
        visit_id, news = close_check(
            conn, newsroom, look, refusals=refusals, next_check=following, outcome=outcome, found=0, now=now
        )
        noted = note_absence(conn, newsroom, desk, standing, at_own_place=True, detail=gone.detail, pins=known.pins)
        add_seen(conn, visit_id, [noted.seen], now=now)
        checks.add_checks(conn, noted.owed)
        return Ending(now, (*news, *noted.news))

    return Writing(look.check, write)


def _keep_unread(newsroom: Newsroom, look: Look, unread: Unread) -> Writing:
    """Nothing can be said: the check is made again later, and no version is touched."""
    look = replace(look, reading=unread)
    if _reads_fallback(look, unread):
        return _keep_fallback(newsroom, look)
    now = look.page.fetched_at if look.page else newsroom.clock()
    standing = next(iter(_known_one(newsroom, look).standing.values()), None)

    def write(conn: Connection, refusals: int) -> Ending:
        rest = rest_after(newsroom, look, refusals=refusals)
        again = after_failure(newsroom, look, now=now, rest_seconds=rest.seconds)
        outcome = VisitOutcome(unread.outcome)
        visit_id, news = close_check(
            conn, newsroom, look, refusals=refusals, next_check=again, outcome=outcome, found=0, now=now
        )
        if standing is not None:
            statements.mark_checked(conn, [standing.statement.id], now=now)
            if look.check.purpose is not Purpose.LIST:
                statement_gaps.note_gap(conn, standing.statement, unread.outcome, unread.detail, now=now)
            add_seen(conn, visit_id, [Seen(standing.statement.id, unread.outcome, None, unread.detail)], now=now)
        return Ending(now, news)

    return Writing(look.check, write)


def _reads_fallback(look: Look, unread: Unread) -> bool:
    """True where the page of a feed item cannot be had, and what the feed says of it has to do."""
    if look.check.fallback is None or not look.check.fallback.text:
        return False
    lasting = (Outcome.UNREADABLE, Outcome.REFUSED, Outcome.TOO_LARGE)
    return unread.outcome in lasting or look.check.failures + 1 >= GIVE_UP_PAGE_AFTER


def _keep_fallback(newsroom: Newsroom, look: Look) -> Writing:
    """Take the feed's own words for an item as the statement, from now on."""
    assert look.check.fallback is not None
    assert look.check.external_id is not None
    found = FoundStatement(look.check.external_id, look.check.url or look.target.url, look.check.fallback)
    now = newsroom.clock()
    body = look.check.fallback.text.encode()
    page = look.page or Page(look.request.url, look.request.url, 0, {}, body, (), now)
    kept = replace(look, page=replace(page, body=body, headers={"content-type": "text/plain; charset=utf-8"}))
    return keep_statements(newsroom, kept, Statements(found=(found,)), read_from=ITEM)


def _known_one(newsroom: Newsroom, look: Look) -> Known:
    """What is known of the one statement that a check is about; nothing where it is about a list."""
    is_only_one = look.check.purpose is Purpose.LIST and look.watch.kind in SINGLE
    return load_one(newsroom.database, look.watch, None if is_only_one else look.check.external_id, is_only_one)
