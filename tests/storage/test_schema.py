"""The database gets its shape by migrations, and a program knows a database that is not its own."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.domain.errors import DatabaseGone, DatabaseReadOnly, SchemaMismatch, StorageError
from app.storage.database import Database
from app.storage.migrating import _config, migrate
from app.storage.schema import check_schema, current_revision, newest_revision, refuse_unknown
from app.storage.tables import metadata


def test_the_migrations_make_exactly_the_tables_of_the_program(database):
    with database.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata) == []


def test_a_migrated_database_is_accepted(database):
    check_schema(database)
    newest = current_revision(database)
    assert newest is not None
    assert migrate(database) == (newest, newest)


def test_the_revisions_that_the_program_reads_by_itself_are_those_of_its_migrations():
    scripts = ScriptDirectory.from_config(_config())
    assert newest_revision() == scripts.get_current_head()
    for script in scripts.walk_revisions():
        refuse_unknown(script.revision)
    with pytest.raises(SchemaMismatch):
        refuse_unknown("none of them")


def test_migrations_go_down_and_up_again(database):
    config = _config()
    with database.engine.connect() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, "base")
    with database.read() as conn:
        assert set(sa.inspect(conn).get_table_names()) <= {"alembic_version"}
    migrate(database)
    check_schema(database)


def test_an_empty_database_says_what_to_run(tmp_path):
    with Database(f"sqlite:///{tmp_path / 'new.db'}") as database, pytest.raises(SchemaMismatch) as refusal:
        check_schema(database)
    assert "walkback migrate" in refusal.value.message


def test_a_database_of_a_newer_program_is_left_alone(database):
    with database.write() as conn:
        conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch) as refusal:
        migrate(database)
    assert "9999" in refusal.value.message


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 100)
    with Database(f"sqlite:///{path}") as database, pytest.raises(DatabaseGone):
        check_schema(database)


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'walkback.db'}") as database, pytest.raises(DatabaseGone):
        check_schema(database)


def test_a_postgres_that_is_not_there_is_named():
    with Database("postgresql+psycopg://nobody@127.0.0.1:1/none") as database, pytest.raises(DatabaseGone):
        check_schema(database)


def test_an_address_that_is_none_is_refused():
    with pytest.raises(StorageError):
        Database("walkback.db")


def test_writing_to_a_read_only_database_is_named(tmp_path, sqlite_template):
    with (
        Database(f"sqlite:///file:{sqlite_template}?mode=ro&uri=true") as database,
        pytest.raises(DatabaseReadOnly),
        database.write() as conn,
    ):
        conn.execute(sa.text("DELETE FROM watch"))
