"""Hashes of texts and pages as their bytes, at half the room

Revision: 0026
Follows: 0025
Made: 2026-11-29 23:40:00.000000+00:00
"""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

HASHES: Mapping[str, tuple[str, ...]] = {
    "capture": ("sha256",),
    "statement": ("text_sha256",),
    "version": ("text_sha256", "record_sha256", "capture_sha256"),
    "archive_capture": ("capture_sha256",),
    "archived_reading": ("text_sha256",),
}
PAGE_OF_VERSION = "fk_version_capture_sha256"
AS_BYTES, AS_DIGITS = sa.LargeBinary(32), sa.String(64)


def upgrade() -> None:
    """Every row is written anew, so the room is there at once."""
    _rewrite(AS_BYTES, sqlite="from_digits({})", postgres="decode({}, 'hex')")


def downgrade() -> None:
    _rewrite(AS_DIGITS, sqlite="nullif(lower(hex({})), '')", postgres="encode({}, 'hex')")


def _rewrite(kind: sa.types.TypeEngine[object], *, sqlite: str, postgres: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite_on_sqlite(kind, sqlite)
    else:
        _rewrite_on_postgres(kind, postgres)


def _rewrite_on_sqlite(kind: sa.types.TypeEngine[object], form: str) -> None:
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.create_function("from_digits", 1, _from_digits, deterministic=True)
    for table, names in HASHES.items():
        op.execute(f"UPDATE {table} SET " + ", ".join(f"{name} = {form.format(name)}" for name in names))
        with op.batch_alter_table(table, recreate="always") as changed:
            for name in names:
                changed.alter_column(name, type_=kind)


def _from_digits(digits: str | None) -> bytes | None:
    return None if digits is None else bytes.fromhex(digits)


def _rewrite_on_postgres(kind: sa.types.TypeEngine[object], form: str) -> None:
    op.drop_constraint(PAGE_OF_VERSION, "version", type_="foreignkey")
    parts = _parts_of_captures()
    for table, names in HASHES.items():
        if table == "capture" and parts:
            _cut_captures_anew(parts, kind, form)
            continue
        for name in names:
            op.alter_column(table, name, type_=kind, postgresql_using=form.format(name))
    op.create_foreign_key(PAGE_OF_VERSION, "version", "capture", ["capture_sha256"], ["sha256"])


def _parts_of_captures() -> int:
    """Into how many parts captures are cut; 0 where they are whole."""
    parts = sa.text("SELECT count(*) FROM pg_inherits WHERE inhparent = CAST('capture' AS regclass)")
    return int(op.get_bind().execute(parts).scalar_one())


def _cut_captures_anew(parts: int, kind: sa.types.TypeEngine[object], form: str) -> None:
    """The type of a column by which a table is cut cannot be changed, so the table is made anew."""
    others = "body, size, content_type, first_fetched_at, base_sha256, differences"
    op.execute("CREATE TEMPORARY TABLE moving ON COMMIT DROP AS SELECT * FROM capture")
    op.execute("DROP TABLE capture")
    op.create_table(
        "capture",
        sa.Column("sha256", kind, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("first_fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("base_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("differences", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_capture")),
        postgresql_partition_by="HASH (sha256)",
    )
    for part in range(parts):
        op.execute(
            f'CREATE TABLE "capture_part_{part:04}" PARTITION OF capture '
            f"FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
        )
    op.execute(f"INSERT INTO capture (sha256, {others}) SELECT {form.format('sha256')}, {others} FROM moving")
    op.execute("DROP TABLE moving")
