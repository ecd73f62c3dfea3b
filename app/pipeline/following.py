"""What is owed next: the page before this one, the items that a feed points to, a statement that left its list."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.checks import Check, Purpose
from app.domain.hosts import host_of
from app.domain.ids import CheckId, StatementId
from app.domain.schedule import NextLook
from app.domain.statements import Wording
from app.domain.watches import Watch
from app.pipeline.absence import own_url
from app.pipeline.edit_making import Desk
from app.pipeline.findings import Known
from app.pipeline.looking import Look, target_of
from app.pipeline.newsroom import Newsroom
from app.pipeline.visiting import OWN_CHECK_FACTOR, usual_seconds
from app.sources.contract import FoundLink, FoundStatement, Statements
from app.storage.identity import new_id

PAGES = "pages:"


def next_of_list(
    newsroom: Newsroom, look: Look, reading: Statements, known: Known, *, now: datetime
) -> tuple[Check, ...]:
    """The checks that one answer gives rise to: items not seen yet, and one more page back where posts are missing."""
    fresh = [link for link in reading.links if link.external_id not in known.items.keys() | known.owed_items]
    items = tuple(_item_check(newsroom, look.watch, link, now=now) for link in fresh)
    back = _page_back(look, reading, known, now=now)
    return (*items, back) if back else items


def own_check(
    newsroom: Newsroom, desk: Desk, found: FoundStatement, statement_id: StatementId, *, following: NextLook
) -> Check:
    """A statement of a list is looked at by itself later, when the list does not show it any more.

    It asks for nothing in the long run before its first look by itself: while the list shows it, none is made.
    """
    url = own_url(newsroom, desk.watch, found.external_id, found.url)
    blank = _check(desk.watch, Purpose.STATEMENT, url, due_at=following.due_at, reason=following.reason)
    return _about(blank, found.external_id, found.url, statement_id=statement_id)


def own_look_later(newsroom: Newsroom, watch: Watch, *, now: datetime, next_list_at: datetime | None) -> NextLook:
    """When a statement that a list has just shown is next looked at by itself, should it leave the list."""
    usual = usual_seconds(newsroom, watch)
    seconds = max(usual, (next_list_at - now).total_seconds()) if next_list_at else usual
    return NextLook(now + timedelta(seconds=seconds * OWN_CHECK_FACTOR), "seen on the list just now")


def older_check(watch: Watch, url: str, *, before: str | None, until: str, now: datetime) -> Check:
    """One page further back: to the post ``until``, or ``pages:N`` pages. ``before`` None starts at the newest."""
    reason = "older posts, as asked" if until.startswith(PAGES) else "posts missed since the last look"
    check = _check(watch, Purpose.OLDER, url, due_at=now, reason=reason)
    return replace(check, before=before, until=until)


def list_check(newsroom: Newsroom, watch: Watch, *, now: datetime, reason: str) -> Check:
    """The first look at a watch."""
    url = newsroom.sources[watch.kind].list_request(target_of(watch)).url
    return _check(watch, Purpose.LIST, url, due_at=now, reason=reason)


def _item_check(newsroom: Newsroom, watch: Watch, link: FoundLink, *, now: datetime) -> Check:
    url = own_url(newsroom, watch, link.external_id, link.url)
    check = _check(watch, Purpose.STATEMENT, url, due_at=now, reason="new in the feed")
    return _about(check, link.external_id, link.url, fallback=link.fallback)


def _page_back(look: Look, reading: Statements, known: Known, *, now: datetime) -> Check | None:
    """The page before this one, where there are posts that were never seen between it and what is known."""
    if reading.older is None or reading.window is None or not reading.found:
        return None
    before = str(reading.window.first)
    check, url = look.check, reading.older.url
    if check.purpose is Purpose.OLDER and check.until is not None and check.until.startswith(PAGES):
        left = int(check.until.removeprefix(PAGES)) - 1
        return older_check(look.watch, url, before=before, until=f"{PAGES}{left}", now=now) if left >= 0 else None
    until = check.until if check.purpose is Purpose.OLDER else known.newest
    meets_known = any(found.external_id in known.standing for found in reading.found)
    if until is None or meets_known or check.purpose not in (Purpose.LIST, Purpose.OLDER):
        return None
    if until.isdigit() and reading.window.first <= int(until):
        return None
    return older_check(look.watch, url, before=before, until=until, now=now)


def _check(watch: Watch, purpose: Purpose, url: str, *, due_at: datetime, reason: str) -> Check:
    return Check(
        id=CheckId(new_id()),
        watch_id=watch.id,
        statement_id=None,
        purpose=purpose,
        host=host_of(url),
        url=None,
        external_id=None,
        before=None,
        until=None,
        fallback=None,
        due_at=due_at,
        reason=reason,
        failures=0,
        etag=None,
        last_modified=None,
        lease=None,
    )


def _about(
    check: Check,
    external_id: str,
    url: str,
    *,
    statement_id: StatementId | None = None,
    fallback: Wording | None = None,
) -> Check:
    return replace(check, external_id=external_id, url=url, statement_id=statement_id, fallback=fallback)
