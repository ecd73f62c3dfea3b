"""How far a change to the shape of the database is, for whoever waits for it: of a large record it takes minutes.

0033   table 7 of 41   claim   20,000 of 64,210 rows
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

T = TypeVar("T")
LISTENER: Final = "walkback.progress"
"""Where the settings of Alembic hold whoever listens."""
ROWS_AT_ONCE = 10_000
"""So many rows are changed between two reports."""
FEWEST_ROWS = 1_000
"""A table with fewer is done at once, and not told of: the number of the next one says that it is done."""


class HowFar(NamedTuple):
    """``table`` is the ``place``-th of ``tables`` that a step changes; ``done`` of its ``rows`` are."""

    revision: str
    table: str
    place: int
    tables: int
    done: int
    rows: int

    def __str__(self) -> str:
        """One line for people."""
        where = f"{self.revision}: table {self.place} of {self.tables}, {self.table}"
        return f"{where}: {self.done:,} of {self.rows:,} rows"


Listener = Callable[[HowFar], None]


def ignore(_: HowFar) -> None:
    """Nobody waits."""


@dataclass
class StepProgress:
    """Counts what a step has changed, and tells it."""

    conn: sa.Connection
    revision: str
    tables: int
    tell: Listener
    _place: int = field(default=0, init=False)
    _table: str = field(default="", init=False)
    _rows: int = field(default=0, init=False)
    _done: int = field(default=0, init=False)
    _told: int = field(default=-1, init=False)

    @classmethod
    def of(cls, context: MigrationContext, revision: str, tables: Sequence[str]) -> "StepProgress":
        """That of a step which changes these tables, told to whom :func:`app.storage.migrating.migrate` was given."""
        assert context.connection is not None
        listener = context.config.attributes.get(LISTENER, ignore) if context.config is not None else ignore
        return cls(context.connection, revision, len(tables), listener)

    def start(self, table: str) -> None:
        """The next table: its rows are counted."""
        self._place += 1
        self._table, self._done, self._told = table, 0, -1
        count = sa.select(sa.func.count()).select_from(sa.table(table))
        self._rows = int(self.conn.execute(count).scalar_one())
        self._say()

    def add(self, rows: int) -> None:
        """So many rows more are done."""
        self._done += rows
        if self._done - max(self._told, 0) >= ROWS_AT_ONCE:
            self._say()

    def finish(self) -> None:
        """The table is done."""
        self._done = self._rows
        if self._told != self._done:
            self._say()

    def each(self, table: str, rows: Iterable[T]) -> Iterator[T]:
        """These rows of a table, one after another, counted as they are taken."""
        self.start(table)
        for row in rows:
            yield row
            self.add(1)
        self.finish()

    def _say(self) -> None:
        self._told = self._done
        if self._rows >= FEWEST_ROWS:
            self.tell(HowFar(self.revision, self._table, self._place, self.tables, self._done, self._rows))
