"""A database is moved whole: every table, every value, from each kind to each, also when the first try was killed."""

import math
import random
import shutil
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.claims.clean import match_key
from app.domain.errors import Conflict, SchemaMismatch
from app.domain.ids import claim_id
from app.domain.records import sha256_hex
from app.storage import copying
from app.storage.canonical import digester, plain_table
from app.storage.claim_keys import left_out
from app.storage.copying import compare, copy_rows, count_rows, finish, prepare
from app.storage.database import Database
from app.storage.dialect import Sha256, UtcTime
from app.storage.identity import new_id
from app.storage.migrating import migrate
from app.storage.packed_numbers import pack_numbers
from app.storage.partitions import partition
from app.storage.schema import COPY_MARK, check_schema
from app.storage.tables import capture, check, metadata, version, watch

ROWS = 7
TEXTS = ("", "Київ", "a\nb\t\"'\\", "e\u0301 and é", "\u202ettfel", "🕊️", "null", "0")
NUMBERS = (0.0, -0.0, 1.0, 0.1, -1e-300, 1e22, math.pi, 123456789.125)
JSONS = (None, {}, [], 0, 1.0, 1e16, "null", {"б": [0.1, None, True], "a": {"z": 1, "y": "\u2028"}})

PLACES = {("claim_wording", "spans"), ("ledger", "places")}
STEMS = ("claim_wording", "words")


class Values:
    """Values of every kind for every column, and of every shape that could be lost on the way."""

    def __init__(self):
        self._rng = random.Random(17)
        self._made = 0

    def of(self, column, parents):
        self._made += 1
        if (column.table.name, column.name) in PLACES:
            return pack_numbers([self._made % 7, 0, 70_000] * 2)
        if (column.table.name, column.name) == STEMS:
            return self._rng.randbytes(4 * (self._made % 9))
        if column.foreign_keys:
            (key,) = column.foreign_keys
            return parents[key.column.table.name][self._made % ROWS][key.column.name]
        if column.nullable and self._made % 3 == 0:
            return sa.null()
        return self._plain(column)

    def _plain(self, column):
        kind, number = column.type, self._made
        match kind:
            case sa.Uuid():
                return new_id()
            case Sha256():
                return sha256_hex(str(number).encode())
            case UtcTime():
                return datetime(2025, 1, 7, tzinfo=UTC) + timedelta(microseconds=number * 1_000_003)
            case sa.JSON():
                return JSONS[number % len(JSONS)]
            case sa.Boolean():
                return number % 2 == 0
            case sa.Float():
                return NUMBERS[number % len(NUMBERS)]
            case sa.BigInteger():
                return (-1) ** number * (2**62 + number)
            case sa.Integer():
                return number
            case sa.LargeBinary():
                return self._rng.randbytes(number % 300)
            case sa.String(length=int(length)):
                return f"{number:x}"[:length]
            case _:
                return f"{number} {TEXTS[number % len(TEXTS)]}"


def fill(database):
    """A few rows in every table that there is."""
    values, parents = Values(), {}
    with database.write() as conn:
        for table in metadata.sorted_tables:
            parents[table.name] = [{c.name: values.of(c, parents) for c in table.columns} for _ in range(ROWS)]
            for row in parents[table.name]:
                if table.name == "claim":
                    row.update(fitting(row))
                conn.execute(sa.insert(table).values(row))


def fitting(row):
    """Of a claim what is made of its other values."""
    start = int.from_bytes(claim_id(row["statement_id"], row["number"]).bytes[:8], signed=True)
    key = match_key(row["text"]) if row["number"] % 2 else "no part of the text"
    cuts = left_out(row["text"], key)
    return {"id_start": start, "left_out": cuts, "key": key if cuts is None else None}


@pytest.fixture
def source(database):
    fill(database)
    return database


@pytest.fixture
def on_a_file(tmp_path, sqlite_template):
    """A filled SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "filled.db")
    with Database(f"sqlite:///{tmp_path / 'filled.db'}") as opened:
        fill(opened)
        yield opened


@pytest.fixture(params=["sqlite", "postgres", "partitions"])
def target(request, tmp_path):
    """An empty database of each kind, and one whose big tables are cut into parts."""
    if request.param == "sqlite":
        path = tmp_path / "target.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        with Database(f"sqlite:///{path}") as opened:
            yield opened
        return
    make = request.getfixturevalue("postgres_template")
    url = make()
    with Database(url) as opened:
        if request.param == "partitions":
            partition(opened, 3)
        yield opened
    make.drop(url)


@pytest.fixture
def another(tmp_path, sqlite_template):
    """An empty SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "another.db")
    with Database(f"sqlite:///{tmp_path / 'another.db'}") as opened:
        yield opened


def quiet(_table, _rows):
    """Nobody looks at the bar."""


def move(source, target):
    prepare(source, target)
    checks = compare(target, copy_rows(source, target, progress=quiet), progress=quiet)
    if all(one.is_same for one in checks):
        finish(target)
    return checks


def values_of(database):
    """Every row of every table as Python sees it, and what JSON stands there as text."""
    found = {}
    with database.read() as conn:
        for table in metadata.sorted_tables:
            digest = digester(table)
            plain = plain_table(table, conn.dialect.name)
            typed = {tuple(map(repr, row)) for row in conn.execute(sa.select(table))}
            found[table.name] = typed, {digest(row) for row in conn.execute(sa.select(*plain.columns))}
    return found


def test_every_value_of_every_table_arrives(source, target):
    checks = move(source, target)
    assert [one.name for one in checks if not one.is_same] == []
    assert {one.name: one.rows for one in checks} == {table.name: ROWS for table in metadata.sorted_tables}
    was, now = values_of(source), values_of(target)
    for name, (typed, digests) in was.items():
        assert now[name][1] == digests, name
        if source.is_sqlite == target.is_sqlite:
            assert now[name][0] == typed, name
    check_schema(target)


def test_no_table_of_the_database_is_forgotten(source):
    with source.read() as conn:
        there = set(sa.inspect(conn).get_table_names()) - {"alembic_version"}
    assert there == set(count_rows(source))


def test_the_bar_reaches_its_end(on_a_file, another):
    told = []
    prepare(on_a_file, another)
    said = copy_rows(on_a_file, another, progress=lambda _, rows: told.append(rows))
    assert sum(told) == sum(count_rows(on_a_file).values())
    told.clear()
    compare(another, said, progress=lambda _, rows: told.append(rows))
    assert sum(told) == sum(count_rows(on_a_file).values())


CHANGES = {
    "a letter": sa.update(version).where(
        version.c.number == sa.select(sa.func.min(version.c.number)).scalar_subquery()
    ),
    "a row": sa.delete(version).where(version.c.number == sa.select(sa.func.min(version.c.number)).scalar_subquery()),
    "all rows": sa.delete(version),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_difference_is_found_in_its_table_alone(on_a_file, another, change):
    prepare(on_a_file, another)
    said = copy_rows(on_a_file, another, progress=quiet)
    with another.write() as conn:
        act = CHANGES[change]
        conn.execute(act.values(text_sha256="f" * 64) if change == "a letter" else act)
    checks = compare(another, said, progress=quiet)
    assert [one.name for one in checks if not one.is_same] == ["version"]


def test_rows_that_swap_a_value_are_not_the_same(on_a_file, another):
    """The sum of the rows does not depend on their order, but on which value stands in which row."""
    prepare(on_a_file, another)
    said = copy_rows(on_a_file, another, progress=quiet)
    with another.write() as conn:
        one, two = conn.execute(sa.select(capture.c.sha256, capture.c.body).limit(2)).all()
        for row, body in ((one, two.body), (two, one.body)):
            conn.execute(sa.update(capture).where(capture.c.sha256 == row.sha256).values(body=body))
    checks = compare(another, said, progress=quiet)
    assert [check.name for check in checks if not check.is_same] == ["capture"]


class KilledError(Exception):
    """The copy was ended in the middle."""


def test_a_copy_that_was_killed_is_begun_again_and_ends_the_same_whatever_changed_meanwhile(
    source, target, monkeypatch
):
    monkeypatch.setattr(copying, "BATCH", 3)
    monkeypatch.setattr(copying, "SMALLER_BATCHES", {})
    batches = []

    def killed(_table, _rows):
        batches.append(_rows)
        if len(batches) == 40:
            raise KilledError

    assert prepare(source, target) is False
    with pytest.raises(KilledError):
        copy_rows(source, target, progress=killed)
    with pytest.raises(SchemaMismatch, match="walkback copy"):
        check_schema(target)
    with source.write() as conn:
        first = conn.execute(sa.select(watch.c.id).order_by(watch.c.id).limit(1)).scalar_one()
        conn.execute(sa.update(watch).where(watch.c.id == first).values(name="changed meanwhile"))
        lost = conn.execute(sa.select(check.c.id).limit(1)).scalar_one()
        conn.execute(sa.delete(check).where(check.c.id == lost))
    assert prepare(source, target) is True
    checks = compare(target, copy_rows(source, target, progress=quiet), progress=quiet)
    assert [one.name for one in checks if not one.is_same] == []
    finish(target)
    check_schema(target)


def test_what_is_written_while_it_is_copied_is_not_in_the_copy(source, another):
    written = []

    def write_meanwhile(_table, _rows):
        if not written:
            with source.write() as conn:
                conn.execute(sa.insert(capture).values(_a_capture()))
            written.append(True)

    prepare(source, another)
    said = copy_rows(source, another, progress=write_meanwhile)
    assert said["capture"].rows == ROWS
    assert all(one.is_same for one in compare(another, said, progress=quiet))


def _a_capture():
    now = datetime(2025, 1, 8, tzinfo=UTC)
    return {
        "sha256": 2 * uuid.uuid4().hex,
        "body": b"x",
        "size": 1,
        "content_type": "text/plain",
        "first_fetched_at": now,
    }


def test_a_target_that_is_not_empty_is_left_alone(on_a_file, another):
    with another.write() as conn:
        conn.execute(sa.insert(capture).values(_a_capture()))
    with pytest.raises(Conflict, match="capture"):
        prepare(on_a_file, another)


def test_half_a_copy_of_another_database_is_left_alone(on_a_file, another):
    with another.write() as conn:
        COPY_MARK.create(conn)
        conn.execute(sa.insert(COPY_MARK).values(source="sqlite:///elsewhere.db"))
    with pytest.raises(Conflict, match="another database"):
        prepare(on_a_file, another)


def test_a_database_is_not_copied_into_itself(on_a_file):
    with Database(on_a_file.url) as again, pytest.raises(Conflict, match="very database"):
        prepare(on_a_file, again)


def test_a_target_without_tables_gets_them(on_a_file, tmp_path):
    with Database(f"sqlite:///{tmp_path / 'new.db'}") as new:
        assert all(one.is_same for one in move(on_a_file, new))
        check_schema(new)


def test_a_source_of_an_older_program_is_refused(another, tmp_path):
    with Database(f"sqlite:///{tmp_path / 'old.db'}") as old:
        migrate(old, revision="0001")
        with pytest.raises(SchemaMismatch):
            prepare(old, another)


def test_a_target_of_an_older_program_is_named_as_the_target(source, tmp_path):
    with Database(f"sqlite:///{tmp_path / 'old.db'}") as old:
        migrate(old, revision="0001")
        with pytest.raises(SchemaMismatch, match="target"):
            prepare(source, old)
