"""Where wordings are that have all of these terms: by walking down the places of the rarest of them."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from app.domain.ids import StatementId, WatchId
from app.domain.quotes import Sighting
from app.domain.runs import MOST_PLACES, Run, places_in
from app.domain.statements import StatementState
from app.storage.claim_places import LAST_VERSION, OF_LEDGER
from app.storage.dialect import numbers_bound, numbers_named
from app.storage.quotes import SIGHTINGS, build_sighting
from app.storage.search_index import unpacked
from app.storage.search_runs import ask_each
from app.storage.statements import get_statements
from app.storage.tables import claim, claim_wording, ledger, statement, watch, watch_tag
from app.storage.wording_texts import OF_CLAIM, TEXT

Terms = frozenset[int]
"""Under any of these a wording may be found."""
PLACES_AT_ONCE: Final = 2_000
WORDINGS_AT_ONCE: Final = 400
HALF_FULL: Final = MOST_PLACES // 2
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
    """About how many places have one of these terms; each is counted only so far."""
    enough = max(20, COUNTED_OF_A_TERM // max(1, len(terms))) // HALF_FULL
    arm = (
        "SELECT coalesce(sum(size), 0) FROM (SELECT size FROM {table} WHERE term = :t{n} AND first >= :first "
        "AND first < :end LIMIT :most) AS a{n}"
    )
    counts = ask_each(conn, arm, _asked(terms), first=bounds.first, end=bounds.end, most=enough + 1)
    return sum(int(row[0]) for row in counts)


def find_terms(conn: sa.Connection, terms: Terms) -> Terms:
    """Those of the terms that any wording has."""
    arm = "SELECT * FROM (SELECT term FROM {table} WHERE term = :t{n} LIMIT 1) AS a{n}"
    return frozenset(row[0] for row in ask_each(conn, arm, _asked(terms)))


def last_places(conn: sa.Connection, terms: Terms, bounds: Bounds, *, limit: int) -> list[int]:
    """The last ``limit`` places that have one of these terms, the last first."""
    arm = (
        "SELECT * FROM (SELECT {columns} FROM {table} WHERE term = :t{n} AND first < :end{n} "
        "ORDER BY first DESC LIMIT :most) AS a{n}"
    )
    most = limit // MOST_PLACES + 2
    found: dict[int, list[int]] = {term: [] for term in terms}
    ends = dict.fromkeys(sorted(terms), bounds.end)
    while ends:
        runs: dict[int, list[Run]] = {term: [] for term in ends}
        for row in ask_each(conn, arm, [{"t": term, "end": end} for term, end in ends.items()], most=most):
            runs[row.term].append(Run(row.first, row.size, row.others))
        for term, some in runs.items():
            places = (place for run in some for place in places_in(run))
            found[term] += [place for place in places if bounds.first <= place < bounds.end]
        ends = {
            term: some[-1].first
            for term, some in runs.items()
            if len(some) == most and len(found[term]) < limit and some[-1].first > bounds.first
        }
    return sorted({place for places in found.values() for place in places}, reverse=True)[:limit]


def with_terms(conn: sa.Connection, places: Sequence[int], terms: Terms) -> list[int]:
    """Those of the places that have one of these terms too, in their order."""
    query = _homes(conn.dialect.name)
    found: set[int] = set()
    for some in _slices(places, PLACES_AT_ONCE):
        bound = {"places": numbers_bound(conn, some), "terms": numbers_bound(conn, terms)}
        there = (place for row in conn.execute(query, bound) for place in places_in(Run(*row)))
        found.update(set(some).intersection(there))
    return [place for place in places if place in found]


HOMES: Final = (
    "SELECT s.first, s.size, s.others FROM (SELECT DISTINCT terms.value AS term, (SELECT h.first "
    "FROM search_term AS h WHERE h.term = terms.value AND h.first <= places.value "
    "ORDER BY h.first DESC LIMIT 1) AS first FROM {terms} CROSS JOIN {places}) AS homes "
    "CROSS JOIN search_term AS s WHERE s.term = homes.term AND s.first = homes.first"
)
"""The runs in which places are, where they have one of these terms."""


@lru_cache
def _homes(dialect: str) -> sa.TextClause:
    return sa.text(HOMES.format(**{name: numbers_named(dialect, name) for name in ("places", "terms")}))


_PLACED = (
    sa.select(
        claim_wording.c.place,
        claim_wording.c.statement_id,
        claim_wording.c.number,
        claim_wording.c.first_version,
        statement.c.watch_id,
        claim_wording.c.language,
        claim_wording.c.words,
        TEXT,
        claim_wording.c.last_version,
        LAST_VERSION.label("until_version"),
        statement.c.version_count,
        statement.c.state,
    )
    .join(statement, statement.c.id == claim_wording.c.statement_id)
    .join(claim, OF_CLAIM)
    .outerjoin(ledger, OF_LEDGER)
    .where(claim_wording.c.place.in_(sa.bindparam("places", expanding=True)))
)


def wordings_at(conn: sa.Connection, places: Sequence[int]) -> list[Placed]:
    """The wordings at these places, the last place first."""
    rows = [row for some in _slices(places, WORDINGS_AT_ONCE) for row in conn.execute(_PLACED, {"places": some})]
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


def _asked(terms: Terms) -> list[dict[str, int]]:
    return [{"t": term} for term in sorted(terms)]


def _slices(things: Sequence[int], length: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(things), length):
        yield things[start : start + length]
