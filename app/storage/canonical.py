"""What a row says, in bytes that are the same on SQLite and on PostgreSQL, so that two databases can be compared.

Instants are microseconds since 1970 in UTC, JSON has sorted keys, whole numbers have no fraction, ids are hexadecimal.
The hash of a table is the sum of the SHA-256 of its rows modulo 2²⁵⁶: it does not depend on their order.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from app.storage.dialect import EPOCH

MODULUS = 1 << 256


@dataclass(slots=True)
class TableHash:
    """How many rows a table has, and what they say together."""

    rows: int = 0
    total: int = 0

    def add(self, digests: Iterable[bytes]) -> None:
        """Take these rows into account, in any order."""
        for digest in digests:
            self.rows += 1
            self.total = (self.total + int.from_bytes(digest)) % MODULUS

    @property
    def hex(self) -> str:
        """64 hexadecimal digits."""
        return f"{self.total:064x}"


def plain_table(table: sa.Table, dialect: str) -> sa.TableClause:
    """The table for copying: JSON comes and goes as its text, so that "null" and nothing at all stay apart."""
    json_text = _JsonOnPostgres() if dialect == "postgresql" else _JsonText()
    columns = [sa.column(one.name, json_text if isinstance(one.type, sa.JSON) else one.type) for one in table.columns]
    return sa.table(table.name, *columns)


def digester(table: sa.Table) -> Callable[[Sequence[Any]], bytes]:
    """Gives the SHA-256 of a row, whose values stand in the order of the table's columns."""
    forms = [_form_of(column.type) for column in table.columns]

    def digest(row: Sequence[Any]) -> bytes:
        values = [None if value is None else form(value) for form, value in zip(forms, row, strict=True)]
        written = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).digest()

    return digest


def _form_of(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], object]:
    return _parsed if isinstance(kind, sa.JSON) else _plain


def _plain(value: object) -> object:
    match value:
        case datetime():
            return (value - EPOCH) // timedelta(microseconds=1)
        case UUID():
            return value.hex
        case bytes() | memoryview():
            return hashlib.sha256(value).hexdigest()
        case float():
            return _number(value)
        case _:
            return value


def _parsed(text: str) -> list[object]:
    """In a list of its own: the JSON value null is not the same as no value."""
    return [json.loads(text, parse_float=lambda written: _number(float(written)))]


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() else value


class _JsonText(sa.types.UserDefinedType[str]):
    """JSON as its text. (SQLite keeps a JSON value that is a lone number as a number.)"""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """As the column is declared."""
        return "JSON"

    def column_expression(self, colexpr: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """What is read."""
        return sa.cast(colexpr, sa.Text)


class _JsonOnPostgres(_JsonText):
    """The same where the text has to become binary JSON."""

    cache_ok = True

    def bind_expression(self, bindvalue: sa.BindParameter[Any]) -> sa.ColumnElement[Any]:
        """What is written."""
        return sa.cast(sa.type_coerce(bindvalue, sa.Text), postgresql.JSONB)
