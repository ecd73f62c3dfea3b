"""Keeping the index of words: putting places into the runs of their terms, and taking them out.

A term has one run after another, and each place stands in the last run that begins at it or before it. Most new places
are behind all others of their term, so its last run is looked at first.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from app.domain.runs import Run, places_in, run_of, runs_of, with_places
from app.storage.dialect import alone, insert_or_replace, numbers_bound, numbers_named
from app.storage.sending import send

Places = Mapping[int, Collection[int]]
"""Terms, and places of each."""
Home = tuple[int, int]
"""A term and the first place of a run."""
ARMS_AT_ONCE: Final = 96
COLUMNS: Final = "term, first, size, others"
END: Final = (
    "SELECT s.term, s.first, s.size, s.others FROM {terms} CROSS JOIN {table} AS s WHERE s.term = terms.value "
    "AND s.first = (SELECT {end}(h.first) FROM {table} AS h WHERE h.term = terms.value)"
)
OF_PLACE: Final = (
    "SELECT CAST(:p{n} AS BIGINT) AS place, a{n}.* FROM (SELECT {columns} FROM {table} "
    "WHERE term = :t{n} AND first <= :p{n} ORDER BY first DESC LIMIT 1) AS a{n}"
)
LAST_ONES: Final = (
    "SELECT * FROM (SELECT {columns} FROM {table} WHERE term = :t{n} AND first <= :last{n} "
    "ORDER BY first DESC LIMIT :most{n}) AS a{n}"
)
LOCK: Final = 7_365_617
"""Of whoever changes the index: runs are read, made longer and written."""


def add_places(conn: sa.Connection, table: sa.Table, wanted: Places) -> None:
    """Put places into the runs of their terms; what is there already stays as it is."""
    if not wanted:
        return
    alone(conn, LOCK)
    last = _ends(conn, table, "max", wanted)
    kept: list[dict[str, Any]] = []
    early: dict[int, list[int]] = {}
    for term in sorted(wanted):
        places, run = sorted(set(wanted[term])), last.get(term)
        if run is None:
            kept += [_row(term, one) for one in runs_of(places)]
        elif places[0] >= run.first:
            kept += [_row(term, one) for one in with_places(run, places) if one != run]
        else:
            early[term] = places
    send(conn, insert_or_replace(conn, table), kept)
    _add_early(conn, table, early, last)


def _add_early(conn: sa.Connection, table: sa.Table, wanted: Mapping[int, list[int]], last: Mapping[int, Run]) -> None:
    """The same of places some of which are before the last run of their term: each goes into the run that is there.

    What is before all of them becomes a part of the first one.
    """
    before = {term: [place for place in places if place < last[term].first] for term, places in wanted.items()}
    homes = _near_homes(conn, table, before)
    lost = [term for term, places in wanted.items() if (term, places[0]) not in homes]
    first = _ends(conn, table, "min", lost) if lost else {}
    kept: list[dict[str, Any]] = []
    gone: list[Home] = []
    for term, places in wanted.items():
        groups: dict[int, tuple[Run, list[int]]] = {}
        for place in places:
            run = last[term] if place >= last[term].first else homes.get((term, place)) or first[term]
            groups.setdefault(run.first, (run, []))[1].append(place)
        for run, new in groups.values():
            kept += [_row(term, one) for one in with_places(run, new) if one != run]
            gone += [(term, run.first)] if new[0] < run.first else []
    _remove_runs(conn, table, gone)
    send(conn, insert_or_replace(conn, table), kept)


def remove_places(conn: sa.Connection, table: sa.Table, wanted: Places) -> None:
    """Take places out of the runs of their terms; what is not there is passed over."""
    if not wanted:
        return
    alone(conn, LOCK)
    runs: dict[Home, Run] = {}
    leaving: defaultdict[Home, set[int]] = defaultdict(set)
    for (term, place), run in _homes(conn, table, wanted).items():
        runs[term, run.first] = run
        leaving[term, run.first].add(place)
    left = {home: [one for one in places_in(run) if one not in leaving[home]] for home, run in runs.items()}
    changed = {home: places for home, places in left.items() if len(places) < runs[home].size}
    _remove_runs(conn, table, [home for home, places in changed.items() if places[:1] != [home[1]]])
    send(conn, insert_or_replace(conn, table), [_row(home[0], run_of(left)) for home, left in changed.items() if left])


def find_places(conn: sa.Connection, table: sa.Table, wanted: Places) -> set[int]:
    """Those of the places that are there under the term they are asked for."""
    homes = _homes(conn, table, wanted)
    return {place for (_, place), run in homes.items() if place in places_in(run)}


def _ends(conn: sa.Connection, table: sa.Table, end: str, terms: Collection[int]) -> dict[int, Run]:
    """The last run of each term ("max"), or the first one ("min")."""
    query = _end_of(conn.dialect.name, table.name, end)
    rows: Sequence[Any] = conn.execute(query, {"terms": numbers_bound(conn, terms)}).all()
    return {term: Run(first, size, others) for term, first, size, others in rows}


@lru_cache
def _end_of(dialect: str, table: str, end: str) -> sa.TextClause:
    return sa.text(END.format(terms=numbers_named(dialect, "terms"), table=table, end=end))


def _homes(conn: sa.Connection, table: sa.Table, wanted: Places) -> dict[tuple[int, int], Run]:
    """The run in which each place of a term is, if it is anywhere; none where no run begins so early."""
    asked = [{"t": term, "p": place} for term, places in wanted.items() for place in places]
    rows = ask_each(conn, OF_PLACE, asked, table=table.name)
    return {(term, place): Run(first, size, others) for place, term, first, size, others in rows}


def _near_homes(conn: sa.Connection, table: sa.Table, wanted: Mapping[int, list[int]]) -> dict[tuple[int, int], Run]:
    """The same of places in order: most are close together, so as many runs of a term are read as it has places."""
    asked = [{"t": term, "last": places[-1], "most": len(places)} for term, places in wanted.items()]
    runs: defaultdict[int, list[Run]] = defaultdict(list)
    for term, first, size, others in ask_each(conn, LAST_ONES, asked, table=table.name):
        runs[term].append(Run(first, size, others))
    homes: dict[tuple[int, int], Run] = {}
    far: dict[int, list[int]] = {}
    for term, places in wanted.items():
        near = sorted(runs[term])
        begins = [run.first for run in near]
        for place in places:
            behind = bisect_right(begins, place)
            if behind:
                homes[term, place] = near[behind - 1]
            elif len(near) == len(places):
                far.setdefault(term, []).append(place)
    return homes | _homes(conn, table, far)


def _remove_runs(conn: sa.Connection, table: sa.Table, homes: Sequence[Home]) -> None:
    named = sa.and_(table.c.term == sa.bindparam("of_term"), table.c.first == sa.bindparam("of_first"))
    send(conn, sa.delete(table).where(named), [{"of_term": term, "of_first": first} for term, first in homes])


def _row(term: int, run: Run) -> dict[str, Any]:
    return {"term": term, "first": run.first, "size": run.size, "others": run.others}


def ask_each(
    conn: sa.Connection, arm: str, asked: Sequence[Mapping[str, int]], *, table: str = "search_term", **same: int
) -> Iterator[Any]:
    """The same asked many times over, many in one statement; ``asked`` are the values of each, ``same`` those of all.

    In ``arm`` the names of the former end in ``{n}``.
    """
    for start in range(0, len(asked), ARMS_AT_ONCE):
        some = asked[start : start + ARMS_AT_ONCE]
        values = {f"{name}{place}": value for place, one in enumerate(some) for name, value in one.items()}
        yield from conn.execute(_arms(arm, table, len(some)), values | same).all()


@lru_cache(maxsize=1_000)
def _arms(arm: str, table: str, count: int) -> sa.TextClause:
    arms = (arm.format(columns=COLUMNS, table=table, n=place) for place in range(count))
    return sa.text(" UNION ALL ".join(arms))
