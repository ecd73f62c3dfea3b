"""A look before watching: what would be read at an address, stored nowhere."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.errors import PreviewFailed
from app.domain.observations import Outcome
from app.domain.pages import Page, Redirect
from app.domain.watches import SourceKind, Watch, WatchDraft
from app.fetching.waiting import wait_for
from app.pipeline.looking import fetch, read_answer, target_of
from app.pipeline.newsroom import Newsroom
from app.pipeline.watchlist import draft_watch
from app.sources.contract import FoundLink, FoundStatement, Gone, Statements, Unread
from app.sources.registry import advertised_feeds, refine

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class PreviewedStatement:
    """One statement as it would be read; ``text`` is None for an item that is read at its own page later."""

    external_id: str
    url: str
    title: str | None
    text: str | None
    published_at: datetime | None
    marked_edited: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be watched, newest statements last, as the source gives them; ``feeds`` are those a page names."""

    kind: SourceKind
    target: str
    url: str
    name: str | None
    statements: tuple[PreviewedStatement, ...]
    feeds: tuple[str, ...]
    redirects: tuple[Redirect, ...]


async def preview(newsroom: Newsroom, draft: WatchDraft) -> Preview:
    """Fetch an address once and say what would be read there.

    A kind that was not named is corrected by what answers: an address that looked like a page may be a feed.

    Raises:
        InvalidAddress, InvalidSelector: it cannot be watched so.
        EgressError: it cannot be fetched; the kind of error says why.
        PreviewFailed: it answers, and holds nothing that could be watched.
    """
    watch = draft_watch(newsroom, draft)
    request = newsroom.sources[watch.kind].list_request(target_of(watch))
    page = await fetch(newsroom, replace(request, respect_robots=draft.respect_robots))
    if draft.kind is None:
        kind = refine(watch.kind, page)
        watch = watch if kind is watch.kind else draft_watch(newsroom, replace(draft, kind=kind))
    source = newsroom.sources[watch.kind]
    reading = await read_answer(newsroom, source, page, target_of(watch), external_id=None)
    match reading:
        case Gone(detail=detail):
            raise PreviewFailed(f"There is nothing at {watch.url}: {detail}.", Outcome.MISSING)
        case Unread(outcome=outcome, detail=detail):
            raise PreviewFailed(f"{watch.url} was fetched, but not read: {detail}.", outcome)
        case Statements():
            return _preview(watch, page, reading)


def preview_waited_for(newsroom: Newsroom, draft: WatchDraft) -> Preview:
    """The same for whoever answers in a thread of its own.

    Raises:
        See `preview`.
    """
    return wait_for(lambda: preview(newsroom, draft))


def _preview(watch: Watch, page: Page, reading: Statements) -> Preview:
    shown = [_found(one) for one in reading.found] + [_link(one) for one in reading.links]
    feeds = advertised_feeds(page) if watch.kind is SourceKind.WEB_PAGE else ()
    return Preview(
        kind=watch.kind,
        target=watch.target,
        url=watch.url,
        name=reading.name,
        statements=tuple(shown[-MOST_SHOWN:]),
        feeds=feeds,
        redirects=page.redirects,
    )


def _found(one: FoundStatement) -> PreviewedStatement:
    wording = one.wording
    return PreviewedStatement(
        one.external_id, one.url, wording.title, wording.text, wording.published_at, wording.marked_edited
    )


def _link(one: FoundLink) -> PreviewedStatement:
    return PreviewedStatement(
        one.external_id, one.url, one.fallback.title, None, one.fallback.published_at, one.fallback.marked_edited
    )
