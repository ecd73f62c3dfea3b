"""A migration is killed at each of its statements, up and down: the record is as before it, and a second try succeeds.

Each kill is a SIGKILL of a process of its own. The short form kills each migration once.
"""

import os
import random
import signal
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from app.storage.database import Database
from app.storage.migrating import _config
from app.storage.schema import check_schema, current_revision
from app.storage.tables import metadata

pytestmark = pytest.mark.timeout(1_800)

REVISIONS = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def run(url, direction, revision):
    """Bring a database to a revision, as ``walkback migrate`` does."""
    with Database(url) as database, database.engine.connect() as conn:
        config = _config()
        config.attributes["connection"] = conn
        getattr(command, direction)(config, revision)


@contextmanager
def dying_at(step):
    """SIGKILL of this very process before the statement or commit of this number, counted over all connections."""
    count = 0

    def note(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(sa.Engine, name, note)
    yield


def killed_at(step, url, direction, revision):
    """Run a migration in a process of its own that is killed at a step; False where it was through before."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with dying_at(step):
                run(url, direction, revision)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


SAMPLES: dict[type[Any], Any] = {
    int: 1,
    float: 1.0,
    str: "x",
    bool: False,
    bytes: b"x",
    datetime: datetime(2025, 1, 7, tzinfo=UTC),
    dict: {},
    UUID: UUID(int=7),
}
READ_BY_STEPS = {"spans": b"", "places": b"", "words": bytes(8)}
"""Bytes that a step takes apart: no places, and two stems, which are one pair of words."""


def a_row(table):
    """A row with something in each column, the same on each call, so that all references meet."""
    values = {}
    for column in table.c:
        kind = column.type
        values[column.name] = {} if isinstance(kind, sa.JSON) else SAMPLES[kind.python_type]
        if isinstance(kind, sa.Uuid) or (isinstance(kind, sa.CHAR) and kind.length == 32):
            values[column.name] = SAMPLES[UUID] if isinstance(kind, sa.Uuid) else SAMPLES[UUID].hex
        elif kind.python_type is bytes and (column.name == "id" or column.name.endswith("_id")):
            values[column.name] = SAMPLES[UUID].bytes
        elif kind.python_type is bytes and column.name in READ_BY_STEPS:
            values[column.name] = READ_BY_STEPS[column.name]
        elif column.name.endswith("sha256"):
            values[column.name] = bytes(32) if kind.python_type is bytes else 32 * "00"
    return values


ONE_WAY = {"observation_pack", "visit_pack", "latest_text"}
"""While these have rows, the schema does not go back: an earlier program could not read them."""


def fill(url):
    """One row in each table, whatever tables there are, but for those that bar the way back."""
    with Database(url) as database, database.write() as conn:
        there = sa.MetaData()
        there.reflect(conn)
        for table in there.sorted_tables:
            if table.name not in {"alembic_version", *ONE_WAY} and not conn.execute(sa.select(table)).first():
                conn.execute(sa.insert(table).values(a_row(table)))


def everything(url):
    """All that stands in all tables but the one of Alembic, as texts."""
    with Database(url) as database, database.read() as conn:
        names = set(sa.inspect(conn).get_table_names()) - {"alembic_version"}
        return {
            name: sorted(tuple(map(str, row)) for row in conn.exec_driver_sql(f'SELECT * FROM "{name}"'))
            for name in sorted(names)
        }


def kept(before, after):
    """That each table which there still is has as many rows."""
    shared = before.keys() & after.keys()
    return {name: len(before[name]) for name in shared} == {name: len(after[name]) for name in shared}


@pytest.fixture
def empty_url(request, tmp_path):
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    url = request.getfixturevalue("postgres_template")()
    run(url, "downgrade", "base")
    return url


def step(url, direction, start, end, chosen):
    """One migration, killed at each chosen step and then let through; how often it was killed."""
    kills = 0
    before = everything(url)
    for number in chosen:
        if not killed_at(number, url, direction, end or "base"):
            return kills
        kills += 1
        with Database(url) as database:
            assert current_revision(database) == start
        assert everything(url) == before, f"killed at {number}"
    run(url, direction, end or "base")
    assert kept(before, everything(url))
    return kills


def steps_of(is_long, rng):
    """Every step, or any one."""
    return range(1, 10_000) if is_long else [rng.randint(2, 12)]


@pytest.mark.parametrize("empty_url", ["sqlite", "postgres"], indirect=True)
def test_a_migration_that_is_killed_leaves_the_record_as_it_was_and_succeeds_the_next_time(
    empty_url, is_long, tell_counts
):
    rng = random.Random(42)
    ways = [None, *REVISIONS]
    up = down = 0
    for start, end in pairwise(ways):
        up += step(empty_url, "upgrade", start, end, steps_of(is_long, rng))
        fill(empty_url)
    for start, end in pairwise(ways[::-1]):
        down += step(empty_url, "downgrade", start, end, steps_of(is_long, rng))
    run(empty_url, "upgrade", "head")
    with Database(empty_url) as database:
        check_schema(database)
        with database.read() as conn:
            assert compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata) == []
    tell_counts(migrations=len(REVISIONS), **{"kills up": up, "kills down": down})
    assert up > 0
    assert down > 0
