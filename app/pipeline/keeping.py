"""Keeping what a look brought: each answer is one transaction, wholly done or not at all."""

from dataclasses import replace
from typing import assert_never

from app.domain.checks import Purpose
from app.domain.errors import HostResting
from app.domain.observations import Outcome, VisitOutcome
from app.domain.pages import Page
from app.domain.watches import SourceKind
from app.pipeline.absence import note_absence
from app.pipeline.confirming import confirm_edits
from app.pipeline.findings import ITEM, Known, load_one
from app.pipeline.keeping_statements import desk_of, keep_standing, keep_statements
from app.pipeline.looking import Look, NotModified
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import tell
from app.pipeline.visiting import Seen, add_seen, after_failure, after_success, close_check, host_rest
from app.sources.contract import FoundStatement, Gone, Statements, Unread
from app.storage import checks, statements

SINGLE = frozenset({SourceKind.WEB_PAGE, SourceKind.TELEGRAM_POST})
GIVE_UP_PAGE_AFTER = 2


def keep(newsroom: Newsroom, look: Look) -> None:
    """Write down what one look brought.

    Raises:
        LeaseLost: another worker has the check now; nothing was written.
        StorageError: the database could not be used; nothing was written.
    """
    if isinstance(look.error, HostResting):
        _postpone(newsroom, look, look.error)
        return
    match look.reading:
        case Statements() as reading:
            keep_statements(newsroom, look, reading)
        case NotModified():
            _keep_not_modified(newsroom, look)
        case Gone() as gone:
            _keep_gone(newsroom, look, gone)
        case Unread() as unread:
            _keep_unread(newsroom, look, unread)
        case _:
            assert_never(look.reading)


def _postpone(newsroom: Newsroom, look: Look, resting: HostResting) -> None:
    """Nothing was fetched, because the site asked for a pause: the check waits for its end."""
    reason = f"the site asked for a pause until {resting.until:%H:%M} UTC"
    later = replace(look.check, due_at=resting.until, reason=reason, lease=None)
    with newsroom.database.write() as conn:
        rest = host_rest(conn, newsroom, look)
        gap, refusals = rest.gap_seconds, rest.refusals
        checks.finish_check(conn, look.check, next_check=later)
        checks.release_host(conn, look.check, next_at=resting.until, gap_seconds=gap, refusals=refusals)


def _keep_not_modified(newsroom: Newsroom, look: Look) -> None:
    """The server says that nothing changed: what stood there stands."""
    assert look.page is not None
    now = look.page.fetched_at
    known = _known_one(newsroom, look)
    standing = next(iter(known.standing.values()), None)
    about_one = look.check.external_id is not None or look.watch.kind in SINGLE
    if about_one and standing is None:
        detail = "the server says that nothing changed (304), and nothing was ever seen there"
        _keep_unread(newsroom, look, Unread(Outcome.UNREADABLE, detail))
        return
    desk = desk_of(newsroom, look, look.page)
    with newsroom.database.write() as conn:
        following = after_success(newsroom, look, now=now, standing=standing)
        outcome = VisitOutcome.NOT_MODIFIED
        visit_id, news = close_check(conn, newsroom, look, next_check=following, outcome=outcome, found=0, now=now)
        if standing is not None:
            seen, told = keep_standing(conn, desk, standing, named=Outcome.NOT_MODIFIED)
            add_seen(conn, visit_id, [seen], now=now)
            news += told + confirm_edits(conn, newsroom, desk, known, {standing.statement.id: standing.text})
        tell(conn, news, now=now)


def _keep_gone(newsroom: Newsroom, look: Look, gone: Gone) -> None:
    """The answer says that the statement is not there."""
    assert look.page is not None
    known = _known_one(newsroom, look)
    standing = next(iter(known.standing.values()), None)
    if standing is None:
        _keep_unread(newsroom, look, Unread(Outcome.UNREADABLE, f"nothing was ever seen there: {gone.detail}"))
        return
    now = look.page.fetched_at
    desk = desk_of(newsroom, look, look.page)
    with newsroom.database.write() as conn:
        following = after_success(newsroom, look, now=now, standing=standing)
        outcome = VisitOutcome.GONE
        visit_id, news = close_check(conn, newsroom, look, next_check=following, outcome=outcome, found=0, now=now)
        noted = note_absence(conn, newsroom, desk, standing, at_own_place=True, detail=gone.detail, pins=known.pins)
        add_seen(conn, visit_id, [noted.seen], now=now)
        checks.add_checks(conn, noted.owed)
        tell(conn, (*news, *noted.news), now=now)


def _keep_unread(newsroom: Newsroom, look: Look, unread: Unread) -> None:
    """Nothing can be said: the check is made again later, and no version is touched."""
    look = replace(look, reading=unread)
    if _reads_fallback(look, unread):
        _keep_fallback(newsroom, look)
        return
    now = look.page.fetched_at if look.page else newsroom.clock()
    standing = next(iter(_known_one(newsroom, look).standing.values()), None)
    with newsroom.database.write() as conn:
        rest = host_rest(conn, newsroom, look)
        again = after_failure(newsroom, look, now=now, rest_seconds=rest.seconds)
        outcome = VisitOutcome(unread.outcome)
        visit_id, news = close_check(conn, newsroom, look, next_check=again, outcome=outcome, found=0, now=now)
        if standing is not None:
            statements.mark_checked(conn, [standing.statement.id], now=now)
            add_seen(conn, visit_id, [Seen(standing.statement.id, unread.outcome, None, unread.detail)], now=now)
        tell(conn, news, now=now)


def _reads_fallback(look: Look, unread: Unread) -> bool:
    """True where the page of a feed item cannot be had, and what the feed says of it has to do."""
    if look.check.fallback is None or not look.check.fallback.text:
        return False
    lasting = (Outcome.UNREADABLE, Outcome.REFUSED, Outcome.TOO_LARGE)
    return unread.outcome in lasting or look.check.failures + 1 >= GIVE_UP_PAGE_AFTER


def _keep_fallback(newsroom: Newsroom, look: Look) -> None:
    """Take the feed's own words for an item as the statement, from now on."""
    assert look.check.fallback is not None
    assert look.check.external_id is not None
    found = FoundStatement(look.check.external_id, look.check.url or look.target.url, look.check.fallback)
    now = newsroom.clock()
    body = look.check.fallback.text.encode()
    page = look.page or Page(look.request.url, look.request.url, 0, {}, body, (), now)
    kept = replace(look, page=replace(page, body=body, headers={"content-type": "text/plain; charset=utf-8"}))
    keep_statements(newsroom, kept, Statements(found=(found,)), read_from=ITEM)


def _known_one(newsroom: Newsroom, look: Look) -> Known:
    """What is known of the one statement that a check is about; nothing where it is about a list."""
    is_only_one = look.check.purpose is Purpose.LIST and look.watch.kind in SINGLE
    return load_one(newsroom.database, look.watch, None if is_only_one else look.check.external_id, is_only_one)
