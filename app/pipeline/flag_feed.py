"""The work list as a feed that people subscribe to: who changed what, with the words that went and came marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from app.claims.diff import diff_words
from app.claims.render import as_html
from app.domain.claims import Level
from app.domain.flags import Flag, ReviewState
from app.domain.headlines import headline_of_flag
from app.domain.ids import PinId, WatchId
from app.domain.statements import Statement
from app.domain.terms import term_of
from app.domain.words import Words
from app.pipeline.compare import within_seconds
from app.pipeline.newsroom import Newsroom
from app.storage import flags, pins, statements, watches
from app.storage.database import Connection
from app.storage.paging import Place

MOST_ENTRIES = 50
LONGEST_SECONDS = 0.05
"""For marking the words of one entry; a coarser mark is told as it is."""
IN_FORCE = (ReviewState.OPEN, ReviewState.CONFIRMED)
"""What was dismissed is no news to subscribers."""


@dataclass(frozen=True, slots=True)
class FeedWish:
    """Which flags a feed has; an empty field means any."""

    watch_id: WatchId | None = None
    pin_id: PinId | None = None
    tag: str | None = None
    min_level: Level | None = None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One flag. ``id`` is the same for ever (RFC 4151); ``words`` is HTML with ``<del>`` and ``<ins>`` alone."""

    id: str
    title: str
    url: str
    publisher: str
    at: datetime
    level: Level
    action: str
    facets: tuple[str, ...]
    words: str
    said: str
    """What was done and in what it differs, and how much it matters, in words."""


@dataclass(frozen=True, slots=True)
class FlagFeed:
    """The newest flags. ``changed_at`` is None while there are none."""

    id: str
    title: str
    language: str
    changed_at: datetime | None
    entries: tuple[FeedEntry, ...]


def flag_feed(newsroom: Newsroom, wish: FeedWish, words: Words, *, most: int = MOST_ENTRIES) -> FlagFeed:
    """The newest flags that somebody subscribed to, newest first.

    Raises:
        NotFound: there is no such watch or pin.
    """
    name = namespace_of(newsroom.rules.public_url)
    with newsroom.database.read() as conn:
        of = f" · {watches.get_watch(conn, wish.watch_id).name}" if wish.watch_id else ""
        of += f" · {pins.get_pin(conn, wish.pin_id).name}" if wish.pin_id else ""
        found = _newest(conn, wish, most)
        places = {one.statement_id: statements.get_statement(conn, one.statement_id) for one in found}
        publishers = {key: watches.get_watch(conn, key).publisher for key in {one.watch_id for one in found}}
    entries = tuple(_entry(one, words, name, places[one.statement_id], publishers[one.watch_id]) for one in found)
    narrowed = "".join(f";{part}" for part in (wish.watch_id, wish.pin_id, wish.tag, wish.min_level) if part)
    tagged = f" · #{wish.tag}" if wish.tag else ""
    return FlagFeed(
        id=f"{name}flags{narrowed}",
        title=words.text("Walkback: what was taken back") + of + tagged,
        language=words.language,
        changed_at=entries[0].at if entries else None,
        entries=entries,
    )


def namespace_of(public_url: str | None) -> str:
    """The beginning of the ids of this service, by the name under which it is public (RFC 4151)."""
    host = urlsplit(public_url).hostname if public_url else None
    return f"tag:{host or 'localhost'},2025:"


def _newest(conn: Connection, wish: FeedWish, most: int) -> Sequence[Flag]:
    found: list[Flag] = []
    after: Place | None = None
    while len(found) < most:
        page = flags.list_flags(
            conn,
            watch_id=wish.watch_id,
            pin_id=wish.pin_id,
            tag=wish.tag,
            min_level=wish.min_level,
            after=after,
            limit=most,
        )
        found += [one for one in page.items if one.review_state in IN_FORCE]
        after = page.next
        if after is None:
            break
    return found[:most]


def _entry(flag: Flag, words: Words, namespace: str, statement: Statement, publisher: str) -> FeedEntry:
    marked = diff_words(flag.before, flag.after, out_of_time=within_seconds(LONGEST_SECONDS))
    return FeedEntry(
        id=f"{namespace}flag:{flag.id}",
        title=headline_of_flag(flag, words),
        url=statement.url,
        publisher=publisher,
        at=flag.created_at,
        level=flag.level,
        action=flag.action,
        facets=tuple(flag.facets),
        words=as_html(marked),
        said=_said(flag, words),
    )


def _said(flag: Flag, words: Words) -> str:
    facets = "".join(f", {term_of(facet, words)}" for facet in flag.facets)
    return f"{term_of(flag.action, words)}{facets} · {term_of(flag.level, words)}"
