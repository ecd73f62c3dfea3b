"""The places of words are kept many in a row, and are what a set of pairs would be, whatever comes and goes."""

import itertools

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.runs import MOST_PLACES, Run, places_in
from app.storage import searching
from app.storage.migrating import _config, migrate
from app.storage.partitions import count_parts, is_ours
from app.storage.search_runs import add_places, find_places, remove_places
from app.storage.searching import Bounds
from app.storage.tables import metadata, public_term, search_term
from tests.storage.test_copying import target

__all__ = ["target"]
TERMS = (-7, 0, 2**31 - 1)
EVERYWHERE = Bounds(0, 2**63 - 1)
places = st.one_of(st.integers(0, 400), st.integers(2**62, 2**62 + 2**36))
pairs = st.sets(st.tuples(st.sampled_from(TERMS), places), max_size=200)
rows = st.sets(st.integers(0, 2**40).map(lambda start: start * 100), max_size=3).map(
    lambda starts: {(TERMS[0], start + place) for start in starts for place in range(90)}
)
steps = st.lists(st.tuples(st.booleans(), st.one_of(pairs, rows)), max_size=8)


@pytest.fixture
def emptied(database):
    """The database with an index without words, again and again."""

    def begin():
        conn.execute(sa.delete(search_term))
        return conn

    with database.write() as conn:
        yield begin


def by_term(pairs):
    found = {}
    for term, place in pairs:
        found.setdefault(term, []).append(place)
    return found


def add_pairs(conn, table, pairs):
    add_places(conn, table, by_term(pairs))


def remove_pairs(conn, table, pairs):
    remove_places(conn, table, by_term(pairs))


def kept(conn, table=search_term):
    """Every pair, one by one; the runs of a term follow each other."""
    found = []
    for term, *run in conn.execute(sa.select(table).order_by(table.c.term, table.c.first)):
        assert 1 <= run[1] <= MOST_PLACES
        found += [(term, place) for place in places_in(Run(*run))]
    assert found == sorted(set(found))
    return set(found)


AGAIN = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@AGAIN
@given(steps=steps)
def test_the_index_holds_what_was_put_in_and_not_taken_out(emptied, steps):
    conn, wanted = emptied(), set()
    for is_put, some in steps:
        if is_put:
            add_pairs(conn, search_term, some)
            wanted |= some
        else:
            remove_pairs(conn, search_term, some)
            wanted -= some
        assert kept(conn) == wanted


@AGAIN
@given(put=pairs, terms=st.sets(st.sampled_from((*TERMS, 5))), two=st.tuples(places, places), limit=st.integers(1, 300))
def test_places_are_found_as_a_set_of_pairs_would_give_them(emptied, put, terms, two, limit):
    conn = emptied()
    for one in (list(put)[::2], list(put)[1::2]):
        add_pairs(conn, search_term, one)
    bounds, wanted = Bounds(min(two), max(two)), frozenset(terms)
    there = {place for term, place in put if term in terms}
    inside = sorted((place for place in there if bounds.first <= place < bounds.end), reverse=True)
    assert searching.last_places(conn, wanted, bounds, limit=limit) == inside[:limit]
    assert searching.find_terms(conn, wanted) == {term for term, _ in put} & terms
    asked = sorted({place for _, place in put} | set(two), reverse=True)
    assert searching.with_terms(conn, asked, wanted) == [place for place in asked if place in there]
    assert find_places(conn, search_term, dict.fromkeys(terms, asked)) == there
    assert (searching.count_places(conn, wanted, EVERYWHERE) > 0) == bool(there)


def test_a_long_list_of_places_is_gone_down_to_its_end(emptied):
    conn = emptied()
    for start in range(0, 4_000, 400):
        add_pairs(conn, search_term, ((17, place) for place in range(start, start + 400)))
    assert conn.execute(sa.select(sa.func.count()).select_from(search_term)).scalar_one() <= 4_000 // MOST_PLACES + 1
    wanted = frozenset((17,))
    assert searching.last_places(conn, wanted, Bounds(100, 3_990), limit=100) == list(range(3_989, 3_889, -1))
    assert searching.last_places(conn, wanted, Bounds(100, 3_990), limit=9_000) == list(range(3_989, 99, -1))
    remove_pairs(conn, search_term, ((17, place) for place in range(4_000) if place % 100))
    assert searching.last_places(conn, wanted, Bounds(100, 3_990), limit=9_000) == list(range(3_900, 99, -100))


def test_strangers_look_into_their_own(database):
    with database.write() as conn:
        add_pairs(conn, search_term, [(3, 10), (3, 20)])
        add_pairs(conn, public_term, [(3, 20)])
    with database.for_strangers().read() as conn:
        assert searching.last_places(conn, frozenset((3,)), EVERYWHERE, limit=9) == [20]
        assert searching.with_terms(conn, [20, 10], frozenset((3,))) == [20]


def test_the_step_to_rows_of_places_and_back_keeps_every_pair(target):
    wanted = {(term, place) for term, place in itertools.product(TERMS, range(2**62, 2**62 + 150))}
    with target.write() as conn:
        add_pairs(conn, search_term, wanted)
        add_pairs(conn, public_term, {(1, 2)})
        parts = count_parts(conn)
    config = _config()
    with target.engine.connect() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, "0030")
    with target.read() as conn:
        assert set(map(tuple, conn.exec_driver_sql("SELECT term, place FROM search_term"))) == wanted
    migrate(target)
    with target.read() as conn:
        assert (kept(conn), kept(conn, public_term)) == (wanted, {(1, 2)})
        assert count_parts(conn) == parts
        options = {"compare_type": True, "include_object": is_ours}
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []
