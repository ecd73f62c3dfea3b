"""Hashes stand in the database as their bytes; the step to that, and back, keeps every row on each kind of it."""

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.storage.migrating import _config, migrate
from app.storage.partitions import count_parts, is_ours
from app.storage.tables import claim, latest_text, metadata, public_term, search_term
from tests.storage.test_copying import fill, target

__all__ = ["target"]
HASHES = {
    "capture": "sha256",
    "statement": "text_sha256",
    "version": "record_sha256",
    "archive_capture": "capture_sha256",
    "archived_reading": "text_sha256",
}


def test_hashes_become_bytes_and_go_back_to_digits_with_every_row_as_it_was(target):
    """The step between the two writes each row of some tables anew; where captures are cut, into parts again."""
    fill(target)
    with target.write() as conn:
        conn.execute(sa.update(latest_text).values(page_number=None))  # an earlier program could not read it
        for words in (search_term, public_term):
            conn.execute(sa.delete(words))  # what they are filled with are no rows of places
        conn.execute(sa.update(claim).values(spans=[[0, 9]]))  # a later step reads what stands there
    before = everything_in(target)
    config = _config()
    with target.engine.connect() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, "0025")
    with target.read() as conn:
        for table, name in HASHES.items():
            digits = conn.exec_driver_sql(f"SELECT {name} FROM {table}").scalars().all()
            assert sorted(map(str, digits)) == sorted(str(row[name]) for row in before[table])
    migrate(target)
    assert everything_in(target) == before
    options = {"compare_type": True, "include_object": is_ours}
    with target.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []
        assert count_parts(conn) in (0, 3)


def everything_in(database):
    """All rows of the tables that keep hashes, as the program reads them, in the order of their keys."""
    with database.read() as conn:
        return {
            name: [row._mapping for row in conn.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for name, table in ((name, metadata.tables[name]) for name in HASHES)
        }
