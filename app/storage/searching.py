"""Where wordings are that have all of these terms: by walking down the places of the rarest of them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from app.domain.ids import StatementId, WatchId
from app.domain.quotes import Sighting
from app.domain.search_terms import LAST_PLACE
from app.domain.statements import StatementState
from app.storage.quotes import SIGHTINGS, build_sighting
from app.storage.search_index import unpacked
from app.storage.statements import get_statements
from app.storage.tables import claim, claim_wording, search_term, statement, watch, watch_tag

Terms = frozenset[int]
"""Under any of these a wording may be found."""
TERMS_AT_ONCE: Final = 96
PLACES_AT_ONCE: Final = 400
COUNTED_OF_A_TERM: Final = 2_000
"""So far places are counted to see which term is the rarest."""
MOST_SCOPED: Final = 100
"""So many watches are looked for by their terms; of more the wordings are only asked whose they are."""


class Bounds(NamedTuple):
    """Places from ``first`` on, and before ``end``."""

    first: int
    end: int


class Placed(NamedTuple):
    """A wording at a place, with what is needed to see whether it is wanted."""

    place: int
    statement_id: StatementId
    number: int
    first_version: int
    watch_id: WatchId
    language: str
    stems: Sequence[int]
    text: str
    stands: bool

    @property
    def key(self) -> tuple[StatementId, int, int]:
        """Which wording it is."""
        return self.statement_id, self.number, self.first_version


def count_places(conn: sa.Connection, terms: Terms, bounds: Bounds) -> int:
    """How many places have one of these terms; each is counted only so far."""
    enough = max(20, COUNTED_OF_A_TERM // max(1, len(terms)))
    arm = (
        "SELECT count(*) FROM (SELECT 1 FROM search_term WHERE term = :t{0} AND place >= :first AND place < :end "
        "LIMIT :most) AS a{0}"
    )
    return sum(row[0] for row in _each(conn, arm, terms, bounds, enough))


def find_terms(conn: sa.Connection, terms: Terms) -> Terms:
    """Those of the terms that any wording has."""
    arm = (
        "SELECT * FROM (SELECT term FROM search_term WHERE term = :t{0} AND place >= :first AND place < :end "
        "LIMIT :most) AS a{0}"
    )
    return frozenset(row[0] for row in _each(conn, arm, terms, Bounds(0, LAST_PLACE), 1))


def last_places(conn: sa.Connection, terms: Terms, bounds: Bounds, *, limit: int) -> list[int]:
    """The last ``limit`` places that have one of these terms, the last first."""
    arm = (
        "SELECT * FROM (SELECT place FROM search_term WHERE term = :t{0} AND place >= :first AND place < :end "
        "ORDER BY place DESC LIMIT :most) AS a{0}"
    )
    return sorted({row[0] for row in _each(conn, arm, terms, bounds, limit)}, reverse=True)[:limit]


def with_terms(conn: sa.Connection, places: Sequence[int], terms: Terms) -> list[int]:
    """Those of the places that have one of these terms too, in their order."""
    query = sa.select(search_term.c.place).where(
        search_term.c.term.in_(sa.bindparam("terms", expanding=True)),
        search_term.c.place.in_(sa.bindparam("places", expanding=True)),
    )
    found: set[int] = set()
    for some in _slices(places, PLACES_AT_ONCE):
        for group in _slices(sorted(terms), TERMS_AT_ONCE):
            found.update(conn.execute(query, {"terms": group, "places": some}).scalars())
    return [place for place in places if place in found]


_PLACED = (
    sa.select(
        claim_wording.c.place,
        claim_wording.c.statement_id,
        claim_wording.c.number,
        claim_wording.c.first_version,
        statement.c.watch_id,
        claim_wording.c.language,
        claim_wording.c.words,
        claim_wording.c.text,
        claim_wording.c.last_version,
        claim.c.last_version.label("until_version"),
        statement.c.version_count,
        statement.c.state,
    )
    .join(statement, statement.c.id == claim_wording.c.statement_id)
    .join(claim, sa.and_(claim.c.statement_id == statement.c.id, claim.c.number == claim_wording.c.number))
    .where(claim_wording.c.place.in_(sa.bindparam("places", expanding=True)))
)


def wordings_at(conn: sa.Connection, places: Sequence[int]) -> list[Placed]:
    """The wordings at these places, the last place first."""
    rows = [row for some in _slices(places, PLACES_AT_ONCE) for row in conn.execute(_PLACED, {"places": some})]
    found = [Placed(*row[:6], unpacked(row.words), row.text, _stands(row.last_version, row)) for row in rows]
    return sorted(found, key=lambda one: (-one.place, str(one.statement_id), one.number, -one.first_version))


def get_sightings(conn: sa.Connection, wanted: Iterable[Placed]) -> list[Sighting]:
    """All that is to be said of these wordings, in their order."""
    placed = list(wanted)
    keys = [one.key for one in placed]
    query = SIGHTINGS.where(claim_wording.c.place.in_(sa.bindparam("places", expanding=True)))
    rows = {
        (row.statement_id, row.number, row.first_version): row
        for row in conn.execute(query, {"places": sorted({one.place for one in placed})})
    }
    known = get_statements(conn, [key[0] for key in keys])
    return [build_sighting(rows[key], known[key[0]]) for key in keys if key in rows]


def find_watches(
    conn: sa.Connection, *, watch_id: WatchId | None, publisher: str | None, tag: str | None
) -> frozenset[WatchId] | None:
    """The watches that are searched in; None where all of them are."""
    if watch_id is None and publisher is None and tag is None:
        return None
    query = sa.select(watch.c.id)
    if watch_id is not None:
        query = query.where(watch.c.id == watch_id)
    if publisher is not None:
        query = query.where(watch.c.publisher == publisher)
    if tag is not None:
        query = query.join(watch_tag, watch_tag.c.watch_id == watch.c.id).where(watch_tag.c.tag == tag)
    return frozenset(WatchId(one) for one in conn.execute(query).scalars())


def _stands(last_version: int | None, row: Any) -> bool:
    is_last = last_version is None and row.until_version == row.version_count
    return is_last and row.state != StatementState.WITHDRAWN


def _each(conn: sa.Connection, arm: str, terms: Collection[int], bounds: Bounds, most: int) -> Iterator[sa.Row[Any]]:
    """The same asked of each term, many in one statement."""
    for some in _slices(sorted(terms), TERMS_AT_ONCE):
        query = sa.text(" UNION ALL ".join(arm.format(place) for place in range(len(some))))
        values = {f"t{place}": term for place, term in enumerate(some)}
        yield from conn.execute(query, {**values, "first": bounds.first, "end": bounds.end, "most": most})


def _slices(things: Sequence[int], length: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(things), length):
        yield things[start : start + length]
