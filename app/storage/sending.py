"""Sending one statement with many rows: how it is written, and how its values are, is worked out once.

It is what ``conn.execute(statement, rows)`` does, at less than half of its cost for each row.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

Kept = Callable[[Any], Any] | None
"""How a value is written for the driver; None where it goes as it is."""


class _Written(NamedTuple):
    """A statement as text, what each of its places takes, and the values that it brings along itself.

    The places have names where ``is_named``.
    """

    text: str
    places: tuple[tuple[str, Kept], ...]
    own: Mapping[str, Any]
    is_named: bool


def send(conn: sa.Connection, statement: sa.Insert | sa.Update | sa.Delete, rows: Sequence[Mapping[str, Any]]) -> int:
    """Send a statement with rows that all have values for the same names; how many rows were touched.

    The statement is made once, not anew for each call. Values go only where the rows or bound parameters say.
    """
    if not rows:
        return 0
    written = _written(conn.dialect, statement, frozenset(rows[0]))
    places, own = written.places, written.own
    if own:
        rows = [{**row, **own} for row in rows]
    if written.is_named:
        named = [{name: row[name] if kept is None else kept(row[name]) for name, kept in places} for row in rows]
        return conn.exec_driver_sql(written.text, named).rowcount
    values = [tuple([row[name] if kept is None else kept(row[name]) for name, kept in places]) for row in rows]
    return conn.exec_driver_sql(written.text, values).rowcount


@lru_cache(maxsize=256)
def _written(dialect: Dialect, statement: sa.Insert | sa.Update | sa.Delete, names: frozenset[str]) -> _Written:
    compiled: Any = statement.compile(dialect=dialect, column_keys=sorted(names))
    order = compiled.positiontup if compiled.positional else list(compiled.params)
    places = tuple((name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order)
    own = {name: compiled.binds[name].effective_value for name in order if name not in names}
    assert not any(compiled.binds[name].required for name in own), f"{compiled} wants values that the rows lack"
    return _Written(str(compiled), places, own, is_named=not compiled.positional)
