"""A database that tests use one after the other: none can tell what was there before it."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.storage.database import Database
from app.storage.tables import metadata

CHANGES = {
    "a column": "ALTER TABLE watch ADD COLUMN mood text",
    "an index": "CREATE INDEX of_a_test ON watch (id)",
    "a rule": "ALTER TABLE watch ADD CONSTRAINT of_a_test CHECK (id IS NOT NULL)",
    "a table": "CREATE TABLE of_a_test (id int)",
    "a table gone": "DROP TABLE pin CASCADE",
    "what the planner knows": "ANALYZE",
    "the revision": "UPDATE alembic_version SET version_num = 'another'",
    "a setting": "ALTER DATABASE {name} SET work_mem = '1MB'",
    "much room": "INSERT INTO watch_tag SELECT gen_random_uuid(), md5(i::text) FROM generate_series(1, 5000) i",
}


@pytest.fixture
def left_behind(postgres_template: Any) -> Any:
    """Whether a database in which this was done is lent again."""

    def is_lent_again(*statements: str) -> bool:
        url = postgres_template()
        with Database(url) as database, database.engine.connect() as conn:
            conn.exec_driver_sql("SET session_replication_role = replica")
            for statement in statements:
                conn.exec_driver_sql(statement.format(name=url.partition("?")[0].rpartition("/")[2]))
            conn.commit()
        postgres_template.drop(url)
        following = postgres_template()
        try:
            with Database(following) as database, database.read() as conn:
                for table in metadata.sorted_tables:
                    assert conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0, table
        finally:
            postgres_template.drop(following)
        return bool(following == url)

    return is_lent_again


def test_one_in_which_only_rows_were_written_is_emptied_and_lent_again(left_behind: Any) -> None:
    assert left_behind("INSERT INTO watch_tag (watch_id, tag) VALUES (gen_random_uuid(), 'war')")


@pytest.mark.parametrize("change", CHANGES)
def test_one_in_which_more_was_changed_is_not_lent_again(left_behind: Any, change: str) -> None:
    assert not left_behind(CHANGES[change])


def test_what_still_uses_it_is_cut_off(postgres_template: Any) -> None:
    url = postgres_template()
    with Database(url) as database, database.engine.connect() as forgotten:
        forgotten.exec_driver_sql("LOCK TABLE watch")
        postgres_template.drop(url)
        with pytest.raises(sa.exc.OperationalError):
            forgotten.exec_driver_sql("SELECT 1")
        forgotten.invalidate()
