"""Where do these words stand, or stood? Found by the rarest of them, looked at one by one, and told with their fate.

    words ─▶ terms ─▶ the places of the rarest, newest first ─▶ those that have the others ─▶ read ─▶ hits
A page goes through so many places and no more: where little of what it meets is wanted it is short, and has a next one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from app.claims.languages import UNKNOWN
from app.claims.search_words import READ_IN_THEIR_OWN_WAY, Search, read_search
from app.domain.archives import provenance_of
from app.domain.ids import WatchId
from app.domain.search_terms import LAST_PLACE, first_place_at, gone_term, language_term, watch_term
from app.domain.searching import (
    NotSearched,
    SearchAnswer,
    SearchHit,
    SearchMark,
    SearchOrder,
    SearchWish,
    Standing,
)
from app.domain.statements import StatementState
from app.pipeline.quote_answers import Known
from app.storage import coverage, search_index, searching
from app.storage.database import Connection
from app.storage.searching import Bounds, Placed, Terms

STEPS: Final = (100, 400, 1_500, 4_000, 7_000, 7_000)
"""So many places are gone through for one page, at once and at most."""
MOST_LOOKED_AT: Final = 3_000
"""So many wordings are looked at for one page: those that have all terms and may be of another kind than is wanted."""
MOST_READ: Final = 500
"""So many texts are read for one page: that the stems are there does not say in which order."""
PLACES_AT_ONCE: Final = 100
MOST_RANKED: Final = 300
"""So many hits, the newest, are put in order where the best are to come first."""


class Match(NamedTuple):
    """A wording that holds the words, and where its page would end behind it."""

    placed: Placed
    mark: SearchMark


@dataclass(slots=True)
class _Walk:
    """One page in the making. ``edge``: the last place that was gone through; None where there are no more."""

    search: Search
    wish: SearchWish
    scope: frozenset[WatchId] | None
    matches: list[Match] = field(default_factory=list)
    looked_at: int = 0
    read: int = 0
    edge: int | None = None

    def is_wanted(self, one: Placed) -> bool:
        """Whether a wording is what was asked for, by all that is quickly seen, and then by its text."""
        wish = self.wish
        if wish.standing is not Standing.ANY and one.stands is not (wish.standing is Standing.NOW):
            return False
        if (self.scope is not None and one.watch_id not in self.scope) or wish.language not in (None, one.language):
            return False
        if not self.search.may_hold(one.stems, one.language):
            return False
        self.read += 1
        return self.search.places(one.text, one.language, one.stems) is not None


def search(conn: Connection, wish: SearchWish, *, after: SearchMark | None = None, limit: int = 20) -> SearchAnswer:
    """One page of the wordings, present and past, that hold the words.

    Raises:
        InvalidInput: the text is no search (:func:`app.claims.search_words.read_search`).
    """
    asked = read_search(wish.text)
    scope = searching.find_watches(conn, watch_id=wish.watch_id, publisher=wish.publisher, tag=wish.tag)
    walk = _Walk(asked, wish, scope)
    is_best = wish.order is SearchOrder.BEST
    if scope is None or scope:
        _go(conn, walk, after=None if is_best else after, enough=MOST_RANKED if is_best else limit)
    page, following = _ranked(walk, after, limit) if is_best else _newest(walk, limit)
    reach = coverage.load_reach(conn, wish.watch_id)
    return SearchAnswer(
        hits=tuple(_told(conn, asked, page)),
        next=following,
        ignored=asked.ignored,
        is_all_ranked=not is_best or walk.edge is None,
        searched=reach.searched,
        not_searched=NotSearched(search_index.count_waiting(conn), reach.not_compared, reach.not_indexed),
    )


def _go(conn: Connection, walk: _Walk, *, after: SearchMark | None, enough: int) -> None:
    """Go down the places until there is one match more than enough, they end, or it was far enough."""
    last: int | None = None
    for one in _candidates(conn, walk, after):
        is_enough = len(walk.matches) > enough or walk.read >= MOST_READ or walk.looked_at >= MOST_LOOKED_AT
        if is_enough and one.place != last:
            walk.edge = last
            return
        walk.looked_at += 1
        if walk.is_wanted(one):
            score = walk.search.score(one.stems, one.language) if walk.wish.order is SearchOrder.BEST else 0
            walk.matches.append(Match(one, SearchMark(one.place, score)))
        last = one.place


def _candidates(conn: Connection, walk: _Walk, after: SearchMark | None) -> Iterator[Placed]:
    """The wordings at places that have all terms, the newest first; the edge of the walk is where they end."""
    wish = walk.wish
    end = first_place_at(wish.until) if wish.until else LAST_PLACE
    bounds = Bounds(first_place_at(wish.since) if wish.since else 0, min(end, after.place) if after else end)
    driving, *others = _rarest_first(conn, walk, bounds)
    for step in STEPS:
        places = searching.last_places(conn, driving, bounds, limit=step)
        edge = places[-1] if len(places) == step else None
        for terms in others:
            places = searching.with_terms(conn, places, terms)
        for start in range(0, len(places), PLACES_AT_ONCE):
            yield from searching.wordings_at(conn, places[start : start + PLACES_AT_ONCE])
        walk.edge = edge
        if edge is None:
            return
        bounds = bounds._replace(end=edge)


def _rarest_first(conn: Connection, walk: _Walk, bounds: Bounds) -> list[Terms]:
    """The terms of each word, and of the watches where these are few; those that stand in the fewest places first."""
    gone = [frozenset((gone_term(),))] if walk.wish.standing is Standing.GONE else []
    groups = list(walk.search.terms(_languages(conn, walk.wish.language))) + gone
    if walk.scope is not None and len(walk.scope) <= searching.MOST_SCOPED:
        groups.append(frozenset(map(watch_term, walk.scope)))
    if len(groups) == 1:
        return groups
    return sorted(groups, key=lambda terms: searching.count_places(conn, terms, bounds))


def _languages(conn: Connection, wanted: str | None) -> tuple[str, ...]:
    """The languages in whose way the words are read: those of the record, or the one that is wanted."""
    if wanted is not None:
        return (wanted,)
    known = {language_term(language): language for language in READ_IN_THEIR_OWN_WAY}
    return (UNKNOWN, *sorted(known[term] for term in searching.find_terms(conn, frozenset(known))))


def _newest(walk: _Walk, limit: int) -> tuple[list[Match], SearchMark | None]:
    """The first matches, and all others at the place where they end."""
    page = walk.matches[:limit]
    page += [one for one in walk.matches[limit:] if one.placed.place == page[-1].placed.place]
    if len(walk.matches) > len(page):
        return page, page[-1].mark
    return page, None if walk.edge is None else SearchMark(walk.edge)


def _ranked(walk: _Walk, after: SearchMark | None, limit: int) -> tuple[list[Match], SearchMark | None]:
    """The best matches behind a mark; of those as good as each other the newest first."""
    inside = [one for one in walk.matches if after is None or one.mark[::-1] < after[::-1]]
    inside.sort(key=lambda one: one.mark[::-1], reverse=True)
    page = inside[:limit]
    return page, page[-1].mark if len(inside) > limit else None


def _told(conn: Connection, asked: Search, page: Sequence[Match]) -> Iterator[SearchHit]:
    matches = {one.placed.key: one for one in page}
    sightings = searching.get_sightings(conn, [one.placed for one in page])
    known = Known.of_places(conn, sightings)
    for one in sightings:
        match = matches[one.statement.id, one.number, one.first_version]
        gone = one.statement.state is StatementState.WITHDRAWN
        present = None if gone else one.present_text
        yield SearchHit(
            mark=match.mark,
            publisher=one.publisher,
            statement=one.statement,
            claim_id=one.claim_id,
            text=one.text,
            language=one.language,
            marks=asked.places(one.text, one.language, match.placed.stems) or (),
            spans=one.spans,
            versions=(one.first_version, one.last_version),
            first_seen_at=one.first_seen_at,
            first_seen_by=provenance_of(one.first_version),
            last_seen_at=one.last_seen_at,
            stands=one.stands and not gone,
            removed_by=known.removal_of(one),
            present_text=present,
            still_holds=present is not None and asked.places(present, one.language) is not None,
        )
