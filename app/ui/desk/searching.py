"""Ask by words: the sentences that hold them, present and past, each with its state and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.domain.ids import StatementId, WatchId
from app.domain.search_terms import LAST_PLACE
from app.domain.searching import SearchAnswer, SearchHit, SearchMark, SearchOrder, SearchWish, Standing
from app.domain.words import Words, msgid
from app.pipeline.searching import search
from app.storage import watches
from app.storage.database import Connection
from app.ui.desk.choices import Choice, choices_of, wanted
from app.ui.desk.extents import not_found_yet, searched
from app.ui.desk.fates import fate
from app.ui.desk.marking import Piece, compared, excerpt
from app.ui.desk.paging import uuid_of
from app.ui.naming import names_of
from app.ui.visit import Visit

ON_ONE_PAGE: Final = 15
LONGEST_NAME: Final = 200
MOST_TAGS: Final = 30
EXAMPLES: Final = (msgid('"peace talks"'), msgid("bridge -closed"), msgid("EU sanctions"))
"""Searches that an empty box begins with."""


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """One hit: its words marked, what became of it, and how it reads now."""

    hit: SearchHit
    said: str
    words: tuple[Piece, ...]
    present: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the page shows of a search.

    ``narrowed`` are filters with the addresses without them; ``since`` and ``until`` are days, or empty.
    """

    answer: SearchAnswer
    sentences: Sequence[FoundSentence]
    names: Mapping[StatementId, str]
    following: str | None
    since: str
    until: str
    narrowed: Sequence[tuple[str, str, str]]
    searched: str
    not_found_yet: str


def find(visit: Visit, asked: str) -> Found:
    """The page of sentences that somebody asks for.

    Raises:
        InvalidInput: it is no search.
    """
    wish, words = _wish(visit, asked), visit.words
    with visit.newsroom.database.read() as conn:
        answer = search(conn, wish, after=_mark(visit.query.get("after")), limit=ON_ONE_PAGE)
        names = names_of(conn, [hit.statement for hit in answer.hits], words)
        narrowed = _narrowed(conn, visit, wish)
    return Found(
        answer=answer,
        sentences=[_sentence(hit, words) for hit in answer.hits],
        names=names,
        following=visit.here(after=_told(answer.next)) if answer.next else None,
        since=f"{wish.since:%Y-%m-%d}" if wish.since else "",
        until=f"{wish.until:%Y-%m-%d}" if wish.until else "",
        narrowed=narrowed,
        searched=searched(answer.searched, words),
        not_found_yet=not_found_yet(answer.not_searched, words),
    )


def filters_of(visit: Visit) -> dict[str, list[Choice]]:
    """The filters that are links."""
    with visit.newsroom.database.read() as conn:
        tags = watches.list_tags(conn)[:MOST_TAGS]
    chosen = visit.query.get("tag")
    return {
        "standings": choices_of(visit, "standing", Standing, usual=Standing.ANY),
        "orders": choices_of(visit, "order", SearchOrder, usual=SearchOrder.NEWEST),
        "tags": [
            Choice(one, visit.here(tag=None if one == chosen else one, after=None), one == chosen) for one in tags
        ],
    }


def _wish(visit: Visit, asked: str) -> SearchWish:
    """What the address asks for; a filter that is none is left out."""
    query = visit.query
    watch_id = uuid_of(query.get("watch"))
    return SearchWish(
        asked,
        standing=wanted(Standing, query.get("standing")) or Standing.ANY,
        order=wanted(SearchOrder, query.get("order")) or SearchOrder.NEWEST,
        watch_id=WatchId(watch_id) if watch_id else None,
        publisher=query.get("publisher", "")[:LONGEST_NAME] or None,
        tag=query.get("tag", "")[:LONGEST_NAME] or None,
        since=_day(query.get("since")),
        until=_day(query.get("until")),
    )


def _narrowed(conn: Connection, visit: Visit, wish: SearchWish) -> list[tuple[str, str, str]]:
    """Filters that no list of links shows: what they are, whom they name, the address without them."""
    shown = []
    if wish.watch_id is not None:
        known = watches.get_watches(conn, [wish.watch_id]).get(wish.watch_id)
        name = known.name if known else str(wish.watch_id)
        shown.append((visit.words.text("Watch"), name, visit.here(watch=None, after=None)))
    if wish.publisher is not None:
        shown.append((visit.words.text("Publisher"), wish.publisher, visit.here(publisher=None, after=None)))
    return shown


def _sentence(hit: SearchHit, words: Words) -> FoundSentence:
    gone = not hit.stands and hit.present_text is not None
    return FoundSentence(
        hit=hit,
        said=fate(
            [hit.versions], (hit.first_seen_at, hit.last_seen_at), words, stands=hit.stands, removed_by=hit.removed_by
        ),
        words=excerpt(hit.text, hit.marks) or (Piece(hit.text),),
        present=compared(hit.text, hit.present_text) if gone and hit.present_text else (),
    )


def _day(written: str | None) -> datetime | None:
    """The beginning of a day (UTC) as a field for days has it; None where it is none."""
    try:
        return datetime.strptime(written or "", "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _told(mark: SearchMark) -> str:
    return f"{mark.place}.{mark.score}"


def _mark(written: str | None) -> SearchMark | None:
    """Where a page begins; what names no place begins the list anew."""
    parts = (written or "").split(".")
    if len(parts) != 2 or not all(one.isascii() and one.isdigit() and len(one) <= 19 for one in parts):
        return None
    place, score = map(int, parts)
    return SearchMark(place, score) if place <= LAST_PLACE else None
