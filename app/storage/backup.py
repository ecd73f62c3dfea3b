"""A copy of a SQLite database that can be kept: made while the service runs, looked at, and only then given its name.

one view of the file ─▶ FILE.part, page by page ─▶ every promise of the record asked of it ─▶ FILE
"""

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from app.domain.errors import Conflict, DatabaseGone, InvalidInput
from app.storage.database import Database
from app.storage.schema import check_schema
from app.storage.soundness import Soundness, Told, check_record

PAGES_AT_ONCE = 1_000
COPIES = "Copying"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished copy: its size in bytes, and what was found in it."""

    path: Path
    size: int
    soundness: Soundness


def back_up(database: Database, path: Path, *, now: Callable[[], datetime], lease_seconds: float, told: Told) -> Backup:
    """Copy the database into a new file, which needs no other file beside it.

    Those who write meanwhile are not held up, and what they write is not in the copy. A copy in which something is
    wrong is kept all the same: it is what there is.

    Raises:
        InvalidInput: the database is no file; Conflict: there is a file of that name.
        DatabaseGone: the copy could not be written, or the database could not be read.
    """
    if not database.is_sqlite:
        raise InvalidInput("Only a SQLite database is one file. On PostgreSQL use pg_dump: docs/operating.md.")
    if path.exists():
        raise Conflict(f"{path} is there already; name a new file.")
    if not path.parent.is_dir():
        raise DatabaseGone(f"The copy {path} could not be made: there is no folder {path.parent}.")
    part = path.with_name(f"{path.name}.part")
    try:
        _make_private(part)
        _copy(database, part, told)
        soundness = _look_at(part, now=now(), lease_seconds=lease_seconds, told=told)
        _make_lasting(part)
        part.rename(path)
        _sync(path.parent)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DatabaseGone(f"The copy {path} could not be made: {reason}.") from error
    finally:
        for left in (part, *(part.with_name(part.name + ending) for ending in ("-wal", "-shm", "-journal"))):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    return Backup(path, path.stat().st_size, soundness)


def _make_private(part: Path) -> None:
    """An empty file that only its owner may read: what was watched is nobody else's business."""
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, stat.S_IRUSR | stat.S_IWUSR))


def _copy(database: Database, part: Path, told: Told) -> None:
    """Page by page inside one reading transaction: without that, each write of others would begin it again."""
    with database.read() as conn, closing(sqlite3.connect(part)) as target:
        conn.execute(sa.text("SELECT count(*) FROM sqlite_schema"))
        source = conn.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(
            target, pages=PAGES_AT_ONCE, progress=lambda _, left, total: told(COPIES, total - left, total), sleep=0.0
        )


def _look_at(part: Path, *, now: datetime, lease_seconds: float, told: Told) -> Soundness:
    try:
        with Database(f"sqlite:///{part}") as copy:
            check_schema(copy)
            return check_record(copy, now=now, lease_seconds=lease_seconds, told=told)
    except exc.DatabaseError as error:
        raise DatabaseGone(f"The copy cannot be read: {error.orig}.") from error


def _make_lasting(part: Path) -> None:
    """One file without others beside it, and on the disk for good."""
    with closing(sqlite3.connect(part)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
    _sync(part)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
