"""Writing that waits for the end of a group of finished checks, so that each statement is sent once for all of them.

A statement costs more than the row that it brings. So a piece of such a group hands in what it writes, and when all
pieces are done it is sent, in the order of :class:`Turn`. A piece that is undone takes what it handed in along
(:meth:`app.storage.database.Database.piece`). Outside of a group everything is written at once.

Only what nobody reads again in the same transaction may wait.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum, auto
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
Write = Callable[[sa.Connection, Sequence[T]], None]
WAITING = "walkback.waiting"


class Turn(IntEnum):
    """What is sent first. Checks go before their hosts, and rows behind those that they point to."""

    CHECK_DONE = auto()
    HOST_FREE = auto()
    WATCH = auto()
    HABIT = auto()
    GAP = auto()
    VISIT = auto()
    STATEMENT = auto()
    CAPTURE = auto()
    VERSION = auto()
    CLAIM = auto()
    WORDING = auto()
    CONFIRMATION = auto()
    EDIT = auto()
    FLAG = auto()
    OBSERVATION = auto()
    CHECK_OWED = auto()
    ALERT = auto()


Waiting = list[tuple[Turn, Write[Any], Sequence[Any]]]


def write(conn: sa.Connection, turn: Turn, how: Write[T], items: Iterable[T]) -> None:
    """Write these things at once, or with those of the other pieces of a group. ``how`` has one turn of its own."""
    several = list(items)
    if not several:
        return
    waiting: Waiting | None = conn.info.get(WAITING)
    if waiting is None:
        how(conn, several)
    else:
        waiting.append((turn, how, several))


@contextmanager
def gathered(conn: sa.Connection) -> Iterator[None]:
    """Let what is written in the block wait, and send it at its end; where the block raises, nothing of it.

    A block within another is part of that one.

    Raises:
        LeaseLost: what one of the pieces wrote was written by another worker meanwhile; nobody knows which piece.
    """
    if WAITING in conn.info:
        yield
        return
    waiting: Waiting = []
    conn.info[WAITING] = waiting
    try:
        yield
    finally:
        del conn.info[WAITING]
    sent: dict[tuple[Turn, Write[Any]], list[Any]] = {}
    for turn, how, items in waiting:
        sent.setdefault((turn, how), []).extend(items)
    for (_, how), items in sorted(sent.items(), key=lambda one: one[0][0]):
        how(conn, items)


def count_waiting(conn: sa.Connection) -> int:
    """How much waits."""
    return len(conn.info.get(WAITING, ()))


def forget_waiting(conn: sa.Connection, kept: int) -> None:
    """Forget what was handed in since so much was waiting."""
    if WAITING in conn.info:
        del conn.info[WAITING][kept:]


def by_shape(rows: Iterable[Mapping[str, Any]], *, key: str) -> Iterator[list[Mapping[str, Any]]]:
    """The rows that have values for the same columns, together: one statement can write them.

    Each in the order of its key, so that two transactions seldom wait for each other in a circle.
    """
    shapes: dict[frozenset[str], list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda one: str(one[key])):
        shapes.setdefault(frozenset(row), []).append(row)
    yield from shapes.values()
