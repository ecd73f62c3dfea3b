"""Old checks in packs are read as if they still had their rows: the same order and pages, nothing lost or twice."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command

from app.domain.errors import StorageError
from app.domain.ids import ObservationId, StatementId, VisitId
from app.domain.observations import Observation, Outcome, Visit, VisitOutcome
from app.domain.old_checks import FEWEST_TOGETHER, RESTING
from app.domain.records import sha256_hex
from app.domain.statements import Statement, StatementState
from app.storage import beginnings, check_packing
from app.storage.check_packing import PAUSE, Step, pack_some
from app.storage.forgetting import forget
from app.storage.migrating import _config, migrate
from app.storage.observations import (
    add_observations,
    add_visits,
    find_last_missing,
    list_observations,
    list_visits,
)
from app.storage.soundness_of_checks import count_packs, false_packs
from app.storage.tables import observation, observation_pack, packing, visit, visit_pack, watch

URL = "https://example.org/release"
EVERY = timedelta(minutes=5)
OUTCOMES = (Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.MISSING, Outcome.UNREACHABLE)


def id_at(at, chance):
    """An id as of version 7, made at an instant of the clock of the test."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | 7 << 76 | chance.getrandbits(76))


@pytest.fixture
def add_statement(database, add_watch, clock):
    def add(url=URL):
        watch, key, now = add_watch(url), StatementId(id_at(clock(), random.Random(url))), clock()
        new = Statement(
            id=key, watch_id=watch.id, external_id="page", url=url, state=StatementState.PRESENT, published_at=None,
            first_seen_at=now, last_seen_at=now, last_checked_at=now, missing_since=None, withdrawn_at=None,
            version_count=0, edit_count=0, title=None, language=None,
        )  # fmt: skip
        with database.write() as conn:
            beginnings.add_statement(conn, new, read_from="own", read_by="1", text_sha256=sha256_hex(b""))
        return new

    return add


@pytest.fixture
def add_checks(database, clock):
    """So many checks of a statement, one every five minutes from now on; the clock stands behind the last."""
    chance = random.Random(3)

    def one(of, at):
        outcome = chance.choice(OUTCOMES)
        is_lost = outcome is Outcome.UNREACHABLE
        made = Visit(
            VisitId(id_at(at, chance)), of.watch_id, at, of.url,
            VisitOutcome.UNREACHABLE if is_lost else VisitOutcome.READ, "no route" if is_lost else None,
            None if is_lost else 200, None if is_lost else chance.random(), chance.randrange(10**6), 1,
        )  # fmt: skip
        seen = Observation(
            ObservationId(id_at(at, chance)), of.id, made.id, at, outcome, made.detail, None if is_lost else 1
        )
        return made, seen

    def add(of, count, *, since=None):
        at = since or clock()
        made = [one(of, at + number * EVERY + timedelta(microseconds=number)) for number in range(count)]
        with database.write() as conn:
            add_visits(conn, [visit for visit, _ in made])
            add_observations(conn, [seen for _, seen in made])
        clock.now = max(clock(), at + count * EVERY)
        return tuple(visit for visit, _ in made), tuple(seen for _, seen in made)

    return add


@pytest.fixture
def pack(database, clock):
    """Walk to the end, once; how many checks went into packs."""

    def walk(*, after=RESTING + PAUSE):
        clock.move(after.total_seconds())
        checks, goes_on = 0, True
        while goes_on:
            with database.write() as conn:
                step = pack_some(conn, now=clock())
            checks, goes_on = checks + step.checks, step.goes_on
        return checks

    return walk


def count(database, table):
    with database.read() as conn:
        return conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def newest_first(some):
    return tuple(sorted(some, key=lambda one: one.id, reverse=True))


def in_pages(ask, limit):
    found, after = [], None
    while page := ask(after, limit):
        found += page
        after = page[-1].id
    return tuple(found)


def test_a_list_reads_the_same_before_and_behind_packing_whatever_is_on_a_page(
    database, add_statement, add_checks, pack
):
    of = add_statement()
    visits, seen = add_checks(of, 300)
    with database.read() as conn:
        missing = find_last_missing(conn, of.id)
    assert pack() == 600
    assert (count(database, visit), count(database, observation), count(database, visit_pack)) == (0, 0, 1)
    late_visits, late_seen = add_checks(of, 10)
    with database.read() as conn:
        for limit in (97, 299, 500):
            found = in_pages(lambda after, limit: list_visits(conn, of.watch_id, after=after, limit=limit), limit)
            assert found == newest_first(visits + late_visits)
            found = in_pages(lambda after, limit: list_observations(conn, of.id, after=after, limit=limit), limit)
            assert found == newest_first(seen + late_seen)
        assert missing == max(one.at for one in seen if one.outcome is Outcome.MISSING)
        assert list(false_packs(conn)) == [None, None]


def test_when_a_statement_was_last_missing_is_known_from_rows_and_from_packs(database, add_statement, add_checks, pack):
    of = add_statement()
    with database.read() as conn:
        assert find_last_missing(conn, of.id) is None
    _, seen = add_checks(of, FEWEST_TOGETHER)
    pack()
    last = max(one.at for one in seen if one.outcome is Outcome.MISSING)
    with database.read() as conn:
        assert find_last_missing(conn, of.id) == last
    later = replace(
        seen[0], id=ObservationId(UUID(int=seen[-1].id.int + 1)), at=last + RESTING, outcome=Outcome.MISSING
    )
    with database.write() as conn:
        add_observations(conn, [later])
        assert find_last_missing(conn, of.id) == later.at


def test_a_check_keeps_its_row_for_a_day_and_until_enough_are_together(database, add_statement, add_checks, pack):
    of = add_statement()
    add_checks(of, FEWEST_TOGETHER - 1)
    assert pack() == 0
    add_checks(of, 1)
    assert pack(after=timedelta(hours=2)) == 0
    assert pack() == 2 * FEWEST_TOGETHER
    assert pack() == 0


def test_a_walk_rests_when_it_has_come_to_the_end(database, add_statement, add_checks, pack):
    of = add_statement()
    pack()
    add_checks(of, FEWEST_TOGETHER, since=of.first_seen_at - 10 * RESTING)
    assert pack(after=timedelta(seconds=1)) == 0
    assert pack(after=PAUSE) == 2 * FEWEST_TOGETHER


def test_a_step_is_short_and_the_next_goes_on_where_it_ended(
    database, add_statement, add_checks, pack, clock, monkeypatch
):
    monkeypatch.setattr(check_packing, "OWNERS_AT_ONCE", 2)
    monkeypatch.setattr(check_packing, "CHECKS_AT_ONCE", FEWEST_TOGETHER + 1)
    monkeypatch.setattr(check_packing, "MOST_TOGETHER", FEWEST_TOGETHER)
    start, all_of = clock(), [add_statement(f"{URL}/{number}") for number in range(5)]
    for of in all_of:
        add_checks(of, 3 * FEWEST_TOGETHER, since=start)
    clock.move((RESTING + PAUSE).total_seconds())
    with database.write() as conn:
        assert pack_some(conn, now=clock()).checks == 2 * FEWEST_TOGETHER
    assert pack(after=timedelta(0)) == 28 * FEWEST_TOGETHER
    with database.read() as conn:
        assert count_packs(conn) == 30
        assert not any(false_packs(conn))
        assert all(len(list_observations(conn, of.id, limit=500)) == 3 * FEWEST_TOGETHER for of in all_of)


def test_what_comes_late_with_an_older_id_stays_a_row_and_stands_in_its_place(
    database, add_statement, add_checks, pack, clock
):
    """A worker that was stopped for two days, or a clock that was set back."""
    of, start = add_statement(), clock()
    _, seen = add_checks(of, FEWEST_TOGETHER)
    pack()
    _, late = add_checks(of, 2 * FEWEST_TOGETHER, since=start + timedelta(seconds=7))
    assert pack() == 2 * sum(one.id > seen[-1].id for one in late)
    with database.read() as conn:
        found = in_pages(lambda after, limit: list_observations(conn, of.id, after=after, limit=limit), 9)
        assert found == newest_first(seen + late)
        assert not any(false_packs(conn))


def test_a_step_that_is_undone_leaves_every_row(database, add_statement, add_checks, pack, clock):
    of = add_statement()
    visits, _ = add_checks(of, FEWEST_TOGETHER)
    clock.move((RESTING + PAUSE).total_seconds())

    def step(then):
        with database.write() as conn:
            return then / pack_some(conn, now=clock()).packs / 0

    with pytest.raises(ZeroDivisionError):
        step(1)
    assert (count(database, visit), count(database, visit_pack)) == (FEWEST_TOGETHER, 0)
    assert pack(after=timedelta(0)) == 2 * FEWEST_TOGETHER
    with database.read() as conn:
        assert list_visits(conn, of.watch_id, limit=199) == newest_first(visits)


def test_what_does_not_come_back_is_not_packed(database, add_statement, add_checks, pack, monkeypatch):
    of = add_statement()
    add_checks(of, FEWEST_TOGETHER)
    wrong = replace(
        check_packing.VISITS, write=lambda some: check_packing_write([*some[:-1], replace(some[-1], found=9)])
    )
    check_packing_write = check_packing.VISITS.write
    monkeypatch.setattr(check_packing, "VISITS", wrong)
    with pytest.raises(StorageError, match="not what was put in"):
        pack()
    assert (count(database, visit), count(database, visit_pack)) == (FEWEST_TOGETHER, 0)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_of_two_workers_one_packs(database, add_statement, add_checks, clock):
    add_checks(add_statement(), FEWEST_TOGETHER)
    clock.move((RESTING + PAUSE).total_seconds())
    with database.write() as conn:
        pack_some(conn, now=clock() - 2 * RESTING)
    with database.write() as first, database.write() as second:
        assert pack_some(first, now=clock()).checks == FEWEST_TOGETHER
        assert pack_some(second, now=clock()) == Step(0, 0, goes_on=False)
    assert count(database, packing) == 1


def test_forgetting_a_watch_forgets_its_packs(database, add_statement, add_checks, pack):
    of, other = add_statement(), add_statement(f"{URL}/other")
    add_checks(of, FEWEST_TOGETHER)
    add_checks(other, FEWEST_TOGETHER)
    pack()
    with database.write() as conn:
        forget(conn, of.watch_id)
        assert list_visits(conn, of.watch_id) == list_observations(conn, of.id) == ()
        assert len(list_observations(conn, other.id, limit=199)) == FEWEST_TOGETHER
        assert count_packs(conn) == 2


def damaged(body):
    return body[:40] + bytes([body[40] ^ 1]) + body[41:]


@pytest.mark.parametrize("table", [visit_pack, observation_pack], ids=str)
def test_a_pack_that_was_altered_is_refused_and_found(database, add_statement, add_checks, pack, table):
    of = add_statement()
    add_checks(of, FEWEST_TOGETHER)
    pack()
    with database.write() as conn:
        body = conn.execute(sa.select(table.c.body)).scalar_one()
        conn.execute(sa.update(table).values(body=damaged(bytes(body))))
        assert len([wrong for wrong in false_packs(conn) if wrong]) == 1
        with pytest.raises(StorageError, match="other bytes than its hash says"):
            list_visits(conn, of.watch_id) if table is visit_pack else list_observations(conn, of.id)


def test_a_pack_that_was_put_under_another_statement_is_refused(database, add_statement, add_checks, pack):
    of, other = add_statement(), add_statement(f"{URL}/other")
    add_checks(of, FEWEST_TOGETHER)
    pack()
    with database.write() as conn:
        conn.execute(sa.update(observation_pack).values(statement_id=other.id))
        with pytest.raises(StorageError):
            list_observations(conn, other.id)


def test_a_check_that_is_in_a_pack_and_a_row_is_found(database, add_statement, add_checks, pack):
    _, seen = add_checks(add_statement(), FEWEST_TOGETHER)
    pack()
    with database.write() as conn:
        add_observations(conn, seen[:2])
        assert ["2 that are single rows too" in wrong for wrong in false_packs(conn) if wrong] == [True]


def test_strangers_read_packs_of_public_watches_only(database, add_statement, add_checks, pack):
    of = add_statement()
    add_checks(of, FEWEST_TOGETHER)
    pack()
    with database.for_strangers().read() as conn:
        assert list_visits(conn, of.watch_id) == list_observations(conn, of.id) == ()
    with database.write() as conn:
        conn.execute(sa.update(watch).values(visibility="public"))
    with database.for_strangers().read() as conn:
        assert len(list_visits(conn, of.watch_id, limit=199)) == FEWEST_TOGETHER
        assert len(list_observations(conn, of.id, limit=199)) == FEWEST_TOGETHER


def test_the_schema_does_not_go_back_while_checks_are_in_packs(database, add_statement, add_checks, pack):
    of = add_statement()
    visits, seen = add_checks(of, FEWEST_TOGETHER)
    pack()
    config = _config()
    with database.engine.connect() as conn:
        config.attributes["connection"] = conn
        with pytest.raises(RuntimeError, match="in 2 packs"):
            command.downgrade(config, "0021")
    migrate(database)
    with database.read() as conn:
        assert list_visits(conn, of.watch_id, limit=199) == newest_first(visits)
        assert list_observations(conn, of.id, limit=199) == newest_first(seen)
