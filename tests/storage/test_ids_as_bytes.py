"""On SQLite ids stand as their bytes; the step to that, and back, keeps every row and every index."""

import uuid

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.storage.migrating import _config, migrate
from app.storage.short_ids import find_id
from app.storage.tables import metadata, statement_rules
from tests.storage.test_copying import fill, on_a_file

__all__ = ["on_a_file"]


def test_ids_become_bytes_and_go_back_to_digits_with_every_row_as_it_was(on_a_file):
    without_what_is_lost(on_a_file)
    before, indexes = everything_in(on_a_file), indexes_of(on_a_file)
    go_down(on_a_file)
    assert kinds_of_ids(on_a_file) == {("text", 32)}
    migrate(on_a_file)
    assert kinds_of_ids(on_a_file) == {("blob", 16)}
    assert everything_in(on_a_file) == before
    assert indexes_of(on_a_file) == indexes
    with on_a_file.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata) == []
        assert conn.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]


def test_digits_in_a_table_that_an_earlier_step_made_with_bytes_become_bytes_too(on_a_file):
    without_what_is_lost(on_a_file)
    before = everything_in(on_a_file)
    go_down(on_a_file)
    with on_a_file.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA writable_schema = ON")
        conn.exec_driver_sql(
            "UPDATE sqlite_schema SET sql = replace(sql, 'CHAR(32)', 'BLOB') WHERE name = 'statement_rules'"
        )
        conn.commit()
    migrate(on_a_file)
    assert everything_in(on_a_file) == before


def test_an_id_is_found_by_a_part_of_it_and_by_a_value_of_no_column(database):
    fill(database)
    with database.read() as conn:
        key = conn.execute(sa.select(metadata.tables["statement"].c.id).limit(1)).scalar_one()
        assert find_id(conn, "statement", str(key)[-20:]) == find_id(conn, "statement", key.hex.upper()) == key
        assert conn.execute(sa.select(sa.literal(key))).scalar_one() == key
        greater = sa.tuple_(statement_rules.c.statement_id, statement_rules.c.rules) >= sa.tuple_(uuid.UUID(int=0), "")
        assert len(conn.execute(sa.select(statement_rules).where(greater)).all()) > 0
        never = sa.tuple_(statement_rules.c.statement_id, statement_rules.c.rules) > sa.tuple_(
            uuid.UUID(int=2**128 - 1), ""
        )
        assert conn.execute(sa.select(statement_rules).where(never)).all() == []


def without_what_is_lost(database):
    """Later steps, taken back, forget how often a host was silent, and make pairs of words of the words."""
    with database.write() as conn:
        conn.execute(sa.delete(metadata.tables["quote_term"]))
        conn.execute(sa.update(metadata.tables["claim_wording"]).values(words=b""))
        conn.execute(sa.update(metadata.tables["host"]).values(silences=0))


def go_down(database):
    config = _config()
    with database.engine.connect() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, "0032")


def everything_in(database):
    """All rows of all tables, as the program reads them, in the order of their keys."""
    with database.read() as conn:
        return {
            table.name: [tuple(row) for row in conn.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
        }


def kinds_of_ids(database):
    """How ids are kept, and how long, over all tables."""
    found = set()
    with database.read() as conn:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, sa.Uuid):
                    query = f'SELECT DISTINCT typeof("{column.name}"), length("{column.name}") FROM "{table.name}"'
                    found |= {tuple(row) for row in conn.exec_driver_sql(query) if row[0] != "null"}
    return found


def indexes_of(database):
    with database.read() as conn:
        query = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY 1"
        return [tuple(row) for row in conn.exec_driver_sql(query)]
