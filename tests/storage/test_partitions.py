"""The big tables in parts: the same tables to the program, and no question about one statement looks into all parts."""

import re

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.domain.errors import Conflict, InvalidInput
from app.storage import partitions
from app.storage.database import Database
from app.storage.identity import new_id
from app.storage.migrating import migrate
from app.storage.partitions import count_parts, is_ours, partition, partition_new_tables, partitioned_by
from app.storage.schema import check_schema
from app.storage.tables import capture, metadata, version

PARTS = 4
BIG = {
    "capture", "claim", "claim_change", "claim_wording", "earlier_analysis", "edit", "edit_pin", "flapping",
    "observation", "quote_term", "statement_gap", "statement_rules", "version", "visit",
}  # fmt: skip


@pytest.fixture
def whole(postgres_template):
    """An empty PostgreSQL whose tables are whole."""
    url = postgres_template()
    with Database(url) as opened:
        yield opened
    postgres_template.drop(url)


@pytest.fixture
def cut(whole):
    partition(whole, PARTS)
    return whole


def parts_of(database):
    with database.read() as conn:
        rows = conn.execute(
            sa.text(
                "SELECT inhparent::regclass::text, count(*) FROM pg_inherits "
                "JOIN pg_class ON pg_class.oid = inhparent WHERE relkind = 'p' GROUP BY 1"
            )
        )
        return {row[0]: row[1] for row in rows}


def test_every_table_whose_key_begins_with_the_statement_can_be_cut_by_it():
    by_statement = {table.name for table in metadata.sorted_tables if "statement_id" in table.primary_key.columns}
    assert {table.name for table in metadata.sorted_tables if partitioned_by(table) == "statement_id"} == by_statement
    assert {table.name for table in metadata.sorted_tables if partitioned_by(table)} >= BIG


@pytest.mark.parametrize("table", [table for table in metadata.sorted_tables if partitioned_by(table)], ids=str)
def test_nothing_in_a_table_that_is_cut_has_to_be_unique_across_its_parts(table):
    """PostgreSQL keeps such rules only within a part, so each has to hold the column by which the table is cut."""
    column = partitioned_by(table)
    unique = [rule for rule in table.constraints if isinstance(rule, (sa.UniqueConstraint, sa.PrimaryKeyConstraint))]
    unique += [index for index in table.indexes if index.unique]
    assert all(column in rule.columns for rule in unique)
    assert next(iter(table.primary_key)).name == column
    assert table.autoincrement_column is None


def test_the_tables_are_cut_and_are_still_exactly_those_of_the_program(cut):
    assert {table.name: PARTS for table in metadata.sorted_tables if partitioned_by(table)} == parts_of(cut)
    options = {"compare_type": True, "include_object": is_ours}
    with cut.read() as conn:
        assert count_parts(conn) == PARTS
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []
    check_schema(cut)


def test_the_rules_between_tables_stand_as_before(whole):
    def rules():
        query = sa.text(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype IN ('f', 'p', 'u') AND conparentid = 0 AND conrelid::regclass::text NOT LIKE '%\\_part\\_%'"
        )
        with whole.read() as conn:
            return {tuple(row) for row in conn.execute(query)}

    before = rules()
    partition(whole, PARTS)
    assert rules() == before


def test_cutting_twice_changes_nothing_and_into_another_number_cuts_anew(cut):
    partition(cut, PARTS)
    partition(cut, PARTS + 1)
    assert set(parts_of(cut).values()) == {PARTS + 1}


def test_rows_are_not_cut_where_they_stand(whole, clock):
    add_capture(whole, clock)
    with pytest.raises(Conflict, match="walkback copy"):
        partition(whole, PARTS)
    assert parts_of(whole) == {}


def add_capture(database, clock):
    row = {"sha256": "ab" * 32, "body": b"x", "size": 1, "content_type": "text/plain", "first_fetched_at": clock()}
    with database.write() as conn:
        conn.execute(sa.insert(capture).values(row))


def test_what_an_upgrade_adds_is_cut_like_the_others_with_its_rows(whole, clock, monkeypatch):
    with monkeypatch.context() as earlier:
        of_now = partitions.partitioned_by
        earlier.setattr(partitions, "partitioned_by", lambda table: None if table is version else of_now(table))
        partition(whole, PARTS)
    assert "version" not in parts_of(whole)
    partition_new_tables(whole)
    assert parts_of(whole)["version"] == PARTS


def test_an_upgrade_that_was_killed_before_its_last_step_is_ended_by_the_next(whole, monkeypatch):
    with monkeypatch.context() as earlier:
        of_now = partitions.partitioned_by
        earlier.setattr(partitions, "partitioned_by", lambda table: None if table is version else of_now(table))
        partition(whole, PARTS)
    migrate(whole)
    assert parts_of(whole)["version"] == PARTS


def test_an_upgrade_leaves_whole_tables_whole(whole):
    partition_new_tables(whole)
    assert parts_of(whole) == {}


@pytest.mark.parametrize("parts", [0, 1, 1025, -3])
def test_a_number_of_parts_that_is_none_is_refused(whole, parts):
    with pytest.raises(InvalidInput):
        partition(whole, parts)


def test_sqlite_says_that_it_has_no_partitions(tmp_path):
    with Database(f"sqlite:///{tmp_path / 'one.db'}") as database:
        migrate(database)
        with pytest.raises(InvalidInput, match="PostgreSQL"):
            partition(database, PARTS)


def test_a_question_about_one_key_looks_into_one_part(cut):
    keys = {
        "statement_id": new_id(),
        "watch_id": new_id(),
        "sha256": sa.literal_column(f"'\\x{'ab' * 32}'"),
        "term": 17,
    }
    for table in metadata.sorted_tables:
        column = partitioned_by(table)
        if column is None:
            continue
        query = sa.select(sa.func.count()).select_from(table).where(table.c[column] == keys[column])
        asked = query.compile(cut.engine, compile_kwargs={"literal_binds": True})
        with cut.read() as conn:
            plan = "\n".join(row[0] for row in conn.exec_driver_sql(f"EXPLAIN {asked}"))
        assert len(set(re.findall(r"_part_\d+\b(?!_)", plan))) == 1, plan
