"""Watches with work that is due, a million in seconds: every row is made by the database itself.

The shapes are what taking work could suffer from: much that is not due, everything due at once, one site that owns it
all. Each watch has one check; each host has ``PER_HOST`` watches, unless one host has a great share.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.storage.database import Connection, Database
from app.storage.dialect import EPOCH, UtcTime
from app.storage.tables import check, host, watch

PER_HOST = 4
A_SECOND = 8
"""Checks that fall due in a second, where not everything is due."""
Number = sa.ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Shape:
    """How work lies: the host of the n-th watch of so many, and after how many thousandths of a second it is due."""

    host_of: Callable[[Number, int], Number]
    due_after: Callable[[Number], Number]


def _own(number: Number, watches: int) -> Number:
    return number % max(1, watches // PER_HOST)


def _mostly_one(number: Number, watches: int) -> Number:
    return sa.case((number >= watches // 10, 0), else_=number + 1)


SHAPES: Mapping[str, Shape] = {
    "a little is due at a time": Shape(_own, lambda number: number * (1000 // A_SECOND)),
    "everything is due at once": Shape(_own, lambda number: number - 100_000_000),
    "nine in ten are due at one host": Shape(_mostly_one, lambda number: -number - 100_000),
}


def fill(database: Database, shape: Shape, *, watches: int, now: datetime) -> None:
    """Write the watches, their hosts and what is owed, all counted in, and let the database look at its tables."""
    with database.write() as conn:
        numbers = numbers_up_to(watches)
        number, its_host = numbers.c.number, _name(shape.host_of(numbers.c.number, watches))
        due = _time(conn, now, sa.cast(shape.due_after(number), sa.BigInteger))
        insert_rows(conn, watch, sa.select(*_watch_values(conn, number, now)))
        owed = sa.select(*_check_values(conn, number, its_host, due))
        insert_rows(conn, check, owed)
        first = sa.func.min(check.c.due_at)
        known = sa.select(
            check.c.host.label("name"),
            sa.literal(EPOCH, UtcTime).label("next_at"),
            first.label("ready_at"),
            sa.literal(0.0).label("gap_seconds"),
            sa.literal(0).label("refusals"),
        ).group_by(check.c.host)
        insert_rows(conn, host, known)
    with database.engine.connect() as plain:
        plain.execution_options(isolation_level="AUTOCOMMIT", is_reading=True).exec_driver_sql("ANALYZE")


def numbers_up_to(count: int) -> sa.CTE:
    """The numbers from 0 on, so many."""
    numbers = sa.select(sa.literal(0).label("number")).cte("numbers", recursive=True)
    return numbers.union_all(sa.select(numbers.c.number + 1).where(numbers.c.number < count - 1))


def insert_rows(conn: Connection, table: sa.Table, rows: sa.Select[*tuple[Any, ...]]) -> None:
    """Write the rows that a query makes."""
    conn.execute(sa.insert(table).from_select([column.name for column in rows.selected_columns], rows))


def _name(number: Number) -> sa.ColumnElement[str]:
    return sa.literal("host-") + sa.cast(number, sa.Text) + sa.literal(".example.org")


def key_of(number: int) -> uuid.UUID:
    """The id that a number makes: sixteen digits, each of them a byte."""
    return uuid.UUID(bytes=f"{number:016d}".encode())


def id_of(conn: Connection, number: Number) -> sa.ColumnElement[Any]:
    """The same, made by the database."""
    if conn.dialect.name == "sqlite":
        return sa.cast(sa.func.printf("%016d", number), sa.LargeBinary)
    digits = sa.func.lpad(sa.cast(number, sa.Text), 16, "0")
    return sa.cast(sa.func.encode(sa.func.convert_to(digits, "UTF8"), "hex"), sa.Uuid)


def _time(conn: Connection, start: datetime, milliseconds: Number) -> sa.ColumnElement[datetime]:
    if conn.dialect.name == "sqlite":
        return sa.type_coerce(sa.literal(start, UtcTime) + milliseconds * 1000, UtcTime)
    return sa.type_coerce(sa.literal(start, UtcTime) + milliseconds * sa.literal(timedelta(milliseconds=1)), UtcTime)


def _watch_values(conn: Connection, number: Number, now: datetime) -> list[sa.ColumnElement[Any]]:
    text = sa.literal("https://example.org/") + sa.cast(number, sa.Text)
    same = {"kind": "web_page", "name": "a page", "publisher": "a site", "state": "active", "health": "unknown"}
    values: dict[str, sa.ColumnElement[Any]] = {name: sa.literal(value) for name, value in same.items()}
    values |= {"id": id_of(conn, number), "url": text, "target": text, "live_target": text}
    values |= {"selectors": sa.literal({"include": [], "exclude": []}, watch.c.selectors.type)}
    values |= {"respect_robots": sa.true(), "revision": sa.literal(1)}
    values |= {name: sa.literal(now, UtcTime) for name in ("created_at", "updated_at")}
    return [value.label(name) for name, value in values.items()]


def _check_values(
    conn: Connection, number: Number, its_host: sa.ColumnElement[str], due: sa.ColumnElement[datetime]
) -> list[sa.ColumnElement[Any]]:
    values: dict[str, sa.ColumnElement[Any]] = {
        "id": id_of(conn, number),
        "watch_id": id_of(conn, number),
        "purpose": sa.literal("list"),
        "host": its_host,
        "due_at": due,
        "reason": sa.literal("every five minutes"),
        "failures": sa.literal(0),
        "is_paused": sa.false(),
        "is_counted": sa.true(),
    }
    return [value.label(name) for name, value in values.items()]
