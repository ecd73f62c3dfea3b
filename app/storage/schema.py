"""The shape of the database: knowing whether it is the one that this program needs.

What changes it is :mod:`app.storage.migrating`. It stands apart, because a program that finds its database in order has
no need of the tools for that.
"""

import re
from pathlib import Path

import sqlalchemy as sa

from app.domain.errors import SchemaMismatch
from app.storage.database import Database

COPY_MARK = sa.Table("copy_in_progress", sa.MetaData(), sa.Column("source", sa.Text, primary_key=True))
"""Stands in a database as long as a copy into it is not whole (app.storage.copying)."""
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
REVISION_MARK = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))
_REVISION = re.compile(r"^revision = [\"'](\w+)[\"']$", re.MULTILINE)
_FOLLOWS = re.compile(r"^down_revision = [\"'](\w+)[\"']$", re.MULTILINE)


def check_schema(database: Database) -> None:
    """Pass where the database has the shape that this program needs, and is whole.

    Raises:
        SchemaMismatch: it is older, newer, half a copy, or no database of Walkback; the message says what to do.
    """
    check_revision(database)
    with database.read() as conn:
        if sa.inspect(conn).has_table(COPY_MARK.name):
            raise SchemaMismatch(
                "The database holds half a copy of another one. Let “walkback copy” finish it, or begin with an "
                "empty database."
            )


def check_revision(database: Database, *, called: str = "The database") -> None:
    """Pass where the tables of the database are those of this program; ``called`` is its name in what is said.

    Raises:
        SchemaMismatch: they are older, newer, or none at all.
    """
    current = current_revision(database)
    refuse_unknown(current, called=called)
    if current != newest_revision():
        raise SchemaMismatch(
            f"{called} is empty or of an older version. Run “walkback migrate” first."
            if current is None
            else f"{called} is at revision {current}, older than this program. Run “walkback migrate” on it."
        )


def current_revision(database: Database) -> str | None:
    """The revision of the database; None where it is empty."""
    with database.read() as conn:
        if not sa.inspect(conn).has_table(REVISION_MARK.name):
            return None
        return conn.execute(sa.select(REVISION_MARK.c.version_num)).scalar_one_or_none()


def refuse_unknown(revision: str | None, *, called: str = "The database") -> None:
    """Pass where this program knows a revision.

    Raises:
        SchemaMismatch: it does not.
    """
    if revision is not None and revision not in _revisions()[0]:
        raise SchemaMismatch(
            f"{called} is at revision {revision}, which this program does not know: it was made by a newer "
            "version of Walkback. Use that version, or restore a backup."
        )


def newest_revision() -> str:
    """The revision of the tables that this program works with."""
    known, followed = _revisions()
    (newest,) = known - followed
    return newest


def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """All revisions of this program, and those that another one follows, as the migrations name them."""
    texts = [path.read_text("utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    known, followed = (
        frozenset(name for text in texts for name in form.findall(text)) for form in (_REVISION, _FOLLOWS)
    )
    return known, followed
