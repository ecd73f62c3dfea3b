"""What strangers may read is decided for every table, and no statement gets around it."""

import re

import pytest
import sqlalchemy as sa

from app.domain.errors import DatabaseReadOnly
from app.storage.strangers import PRIVATE, SEEN, SHOWN_AS, expression_of, hidden
from app.storage.tables import metadata


def test_somebody_has_decided_on_every_table():
    assert SEEN.keys() | PRIVATE == metadata.tables.keys()
    assert not SEEN.keys() & PRIVATE
    assert all(column in metadata.tables[table].columns for table, column in SHOWN_AS)


def test_an_expression_refers_to_tables_and_never_to_what_strangers_see_of_them():
    before: set[str] = set()
    for name, rows in SEEN.items():
        assert not before & set(re.findall(r"{at}(\w+)", rows)), name
        before.add(name)


def test_a_table_that_nobody_has_thought_of_is_empty(database):
    with database.for_strangers().read() as conn:
        for table in metadata.tables.values():
            assert conn.execute(sa.select(table)).all() == [] or table.name == "feed_position", table.name


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO watch DEFAULT VALUES",
        "UPDATE watch SET visibility = 'public'",
        "DELETE FROM watch",
        "PRAGMA table_list",
        "SELECT * FROM main.watch",
        "SELECT * FROM public . watch",
        "SELECT name FROM sqlite_schema",
        "SELECT relname FROM pg_class",
        "WITH RECURSIVE w AS (SELECT 1) SELECT * FROM w",
        "EXPLAIN SELECT 1",
        "",
    ],
)
@pytest.mark.parametrize("is_sqlite", [True, False])
def test_what_could_get_around_is_refused(statement, is_sqlite):
    with pytest.raises(RuntimeError):
        hidden(statement, is_sqlite=is_sqlite)


def test_a_statement_with_expressions_of_its_own_keeps_them():
    asked = hidden("WITH newest AS (SELECT id FROM watch) SELECT * FROM newest", is_sqlite=True)
    assert (
        asked == f"WITH {expression_of('watch', is_sqlite=True)}, newest AS (SELECT id FROM watch) SELECT * FROM newest"
    )


def test_what_names_no_table_is_asked_as_it_is():
    assert hidden("SELECT clock_timestamp()", is_sqlite=False) == "SELECT clock_timestamp()"


def test_strangers_write_nothing(database):
    with pytest.raises(DatabaseReadOnly), database.for_strangers().write():
        pass
    assert database.for_strangers().for_strangers().is_sqlite == database.is_sqlite
