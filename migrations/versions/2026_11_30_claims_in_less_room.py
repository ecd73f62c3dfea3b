"""Claims and their forms without what is there twice, at half the room

Revision: 0035
Follows: 0034
Made: 2026-11-30 06:15:00.000000+00:00
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from inspect import signature
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from app.domain.ids import StatementId, claim_id
from app.storage.claim_keys import key_of, left_out
from app.storage.dialect import Json
from app.storage.json_values import read_json
from app.storage.packed_numbers import numbers_in, pack_numbers
from app.storage.step_progress import StepProgress
from app.storage.writing_anew import declared, write_anew

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES: Final = ("claim", "claim_wording", "ledger")
AT_ONCE: Final = 2_000
TEXT_OF_CLAIM: Final = (
    "(SELECT c.text FROM claim AS c WHERE c.statement_id = claim_wording.statement_id AND c.number = claim_wording.number)"
)
SPAN, PLACE = 2, 3
"""Of so many numbers each is."""


def upgrade() -> None:
    """On SQLite three tables are written anew, so the room is there at once; elsewhere their rows are changed."""
    progress = StepProgress.of(op.get_context(), revision, TABLES)
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite(progress)
    else:
        _upgrade_postgres(progress)


def downgrade() -> None:
    progress = StepProgress.of(op.get_context(), revision, TABLES)
    if op.get_bind().dialect.name == "sqlite":
        _downgrade_sqlite(progress)
    else:
        _downgrade_postgres(progress)


def _upgrade_sqlite(progress: StepProgress) -> None:
    _teach(id_start=_id_start, whole_key=_whole_key, left_out=left_out, packed=_packed)
    _anew(
        progress,
        "claim",
        {'"?id"? BLOB NOT NULL': "id_start BIGINT NOT NULL", '"?key"? TEXT NOT NULL': '"key" TEXT, left_out BLOB'},
        {"id_start": "id_start(id)", "key": 'whole_key(text, "key")', "left_out": 'left_out(text, "key")'},
        {"ix_claim_id ": "ix_claim_id_start ", "(id)": "(id_start)"},
    )
    spans = {'"?text"? TEXT NOT NULL': "text TEXT", '"?spans"? JSON': "spans BLOB"}
    _anew(progress, "claim_wording", spans, {"text": f"nullif(text, {TEXT_OF_CLAIM})", "spans": "packed(spans)"})
    _anew(progress, "ledger", {'"?places"? JSON': "places BLOB"}, {"places": "packed(places)"})


def _downgrade_sqlite(progress: StepProgress) -> None:
    _teach(id_of=_id_of, key_again=_key_again, spans_of=lambda packed: _written(packed, SPAN))
    _teach(places_of=lambda packed: _written(packed, PLACE))
    text = f"coalesce(text, {TEXT_OF_CLAIM})"
    spans = {'"?text"? TEXT,': "text TEXT NOT NULL,", '"?spans"? BLOB': "spans JSON"}
    _anew(progress, "claim_wording", spans, {"text": text, "spans": "spans_of(spans)"})
    _anew(
        progress,
        "claim",
        {'"?id_start"? BIGINT NOT NULL': "id BLOB NOT NULL", '"?key"? TEXT,\\s*"?left_out"? BLOB': '"key" TEXT NOT NULL'},
        {"id": "id_of(statement_id, number)", "key": 'key_again(text, "key", left_out)'},
        {"ix_claim_id_start ": "ix_claim_id ", "(id_start)": "(id)"},
    )
    _anew(progress, "ledger", {'"?places"? BLOB': "places JSON"}, {"places": "places_of(places)"})


def _teach(**functions: Callable[..., Any]) -> None:
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    for name, function in functions.items():
        driver.create_function(name, len(signature(function).parameters), function, deterministic=True)


def _anew(
    progress: StepProgress,
    table: str,
    declarations: Mapping[str, str],
    values: Mapping[str, str],
    indexes: Mapping[str, str] | None = None,
) -> None:
    """Write a table anew with other columns."""
    conn = op.get_bind()
    made = declared(conn, table)
    for old, new in declarations.items():
        made, count = re.subn(rf"(?<![\w\"]){old}", new, made)
        if count != 1:
            raise RuntimeError(f"The table {table} is declared otherwise than a program of before would: {made}")
    progress.start(table)
    write_anew(conn, progress, table, made=made, values=values, indexes=indexes or {})
    progress.finish()


def _upgrade_postgres(progress: StepProgress) -> None:
    op.add_column("claim", sa.Column("id_start", sa.BigInteger(), nullable=True))
    op.add_column("claim", sa.Column("left_out", sa.LargeBinary(), nullable=True))
    op.alter_column("claim", "key", nullable=True)
    _change(
        progress,
        "claim",
        ("statement_id", "number"),
        "id, key, text",
        "id_start = :id_start, key = :key, left_out = :left_out",
        lambda row: {
            "id_start": _id_start(row.id.bytes),
            "key": _whole_key(row.text, row.key),
            "left_out": left_out(row.text, row.key),
        },
    )
    op.alter_column("claim", "id_start", nullable=False)
    op.drop_column("claim", "id")
    op.create_index("ix_claim_id_start", "claim", ["id_start"])
    op.alter_column("claim_wording", "text", nullable=True)
    _exchange(progress, "claim_wording", "spans", sa.LargeBinary(), lambda row: _packed(row.kept), let_go=True)
    _exchange(progress, "ledger", "places", sa.LargeBinary(), lambda row: _packed(row.kept))


def _downgrade_postgres(progress: StepProgress) -> None:
    _exchange(progress, "claim_wording", "spans", Json, lambda row: _written(row.kept, SPAN))
    op.execute(f"UPDATE claim_wording SET text = {TEXT_OF_CLAIM} WHERE text IS NULL")
    op.alter_column("claim_wording", "text", nullable=False)
    op.add_column("claim", sa.Column("id", sa.Uuid(), nullable=True))
    _change(
        progress,
        "claim",
        ("statement_id", "number"),
        "key, left_out, text",
        "id = :id, key = :key",
        lambda row: {
            "id": claim_id(row.statement_id, row.number),
            "key": _key_again(row.text, row.key, row.left_out),
        },
    )
    op.alter_column("claim", "id", nullable=False)
    op.alter_column("claim", "key", nullable=False)
    op.drop_column("claim", "left_out")
    op.drop_column("claim", "id_start")
    op.create_index("ix_claim_id", "claim", ["id"])
    _exchange(progress, "ledger", "places", Json, lambda row: _written(row.kept, PLACE))


def _exchange(
    progress: StepProgress,
    table: str,
    column: str,
    kind: sa.types.TypeEngine[Any],
    form: Callable[[Any], Any],
    *,
    let_go: bool = False,
) -> None:
    """Put a column of another kind in the place of one; with ``let_go``, and let texts go that are those of claims."""
    key = ("statement_id", "number", "first_version") if table == "claim_wording" else ("statement_id",)
    op.add_column(table, sa.Column("anew", kind, nullable=True))
    text = f", text = nullif(text, {TEXT_OF_CLAIM})" if let_go else ""
    kept = f"CAST({column} AS TEXT) AS kept" if isinstance(kind, sa.LargeBinary) else f"{column} AS kept"
    new = "CAST(:new AS JSONB)" if kind is Json else ":new"
    _change(progress, table, key, kept, f"anew = {new}{text}", lambda row: {"new": form(row)})
    op.alter_column(table, "anew", nullable=False)
    op.drop_column(table, column)
    op.alter_column(table, "anew", new_column_name=column)


def _change(
    progress: StepProgress,
    table: str,
    key: tuple[str, ...],
    columns: str,
    changes: str,
    values: Callable[[Any], dict[str, Any]],
) -> None:
    """Change all rows of a table by their keys, some at a time."""
    conn = op.get_bind()
    mine = " AND ".join(f"{name} = :of_{name}" for name in key)
    change = sa.text(f"UPDATE {table} SET {changes} WHERE {mine}")
    progress.start(table)
    for rows in _batches(conn, table, key, columns):
        conn.execute(change, [{**{f"of_{name}": getattr(row, name) for name in key}, **values(row)} for row in rows])
        progress.add(len(rows))
    progress.finish()


def _batches(conn: sa.Connection, table: str, key: tuple[str, ...], columns: str) -> Iterator[list[Any]]:
    names, order = ", ".join(f":{name}" for name in key), ", ".join(key)
    query = sa.text(
        f"SELECT {order}, {columns} FROM {table} WHERE ({order}) > ({names}) ORDER BY {order} LIMIT {AT_ONCE}"
    )
    last: dict[str, Any] = {name: UUID(int=0) if name == "statement_id" else 0 for name in key}
    while rows := list(conn.execute(query, last)):
        yield rows
        last = {name: getattr(rows[-1], name) for name in key}


def _id_start(key: bytes) -> int:
    return int.from_bytes(key[:8], signed=True)


def _id_of(statement_id: bytes, number: int) -> bytes:
    return claim_id(StatementId(UUID(bytes=statement_id)), number).bytes


def _whole_key(text: str, key: str) -> str | None:
    return key if left_out(text, key) is None else None


def _key_again(text: str, key: str | None, cuts: bytes | None) -> str | None:
    return key_of(text, cuts) if key is None and cuts is not None else key


def _packed(written: str) -> bytes:
    return pack_numbers([number for several in read_json(written) for number in several])


def _written(packed: bytes, each: int) -> str:
    numbers = numbers_in(packed)
    return json.dumps([numbers[place : place + each] for place in range(0, len(numbers), each)], separators=(",", ":"))
