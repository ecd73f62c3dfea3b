"""Every wording, as it was read: immutable, numbered from 1, or (of an archive) by the moment of its capture."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.archives import FIRST_ARCHIVED, Origin
from app.domain.errors import NotFound
from app.domain.ids import StatementId
from app.domain.pages import Redirect
from app.domain.statements import Statement, Version, Wording
from app.storage.circumstances import IN_DOCUMENT, document_of, facts_of, text_of
from app.storage.latest_texts import NOTHING, Added, Beside, is_short, keep_latest
from app.storage.sending import send
from app.storage.tables import version
from app.storage.tables.base import VersionNumber
from app.storage.texts import columns_of, read_kept
from app.storage.together import Turn, write

WORDING = ("text", "title", "author", "published_at", "language", "marked_edited", "details")
APART = {"redirects", "origin", "text_difference", "text_whole", "text_before"}
OWN = tuple(column.name for column in version.c if column.name not in {*WORDING, *APART})
_ADD = sa.insert(version)
_ONE = sa.select(version).where(
    version.c.statement_id == sa.bindparam("of_statement"), version.c.number == sa.bindparam("numbered")
)


def add_version(conn: sa.Connection, new: Version, beside: Beside = NOTHING) -> None:
    """Keep a wording for good, with what is different from it in the one before."""
    write(conn, Turn.VERSION, _add_all, [(new, beside)])


def _add_all(conn: sa.Connection, added: Sequence[tuple[Version, Beside]]) -> None:
    rows, kept = [], []
    for new, beside in added:
        row = _row(new)
        is_plain = is_short(new.wording.text)
        one = Added(new.statement_id, new.number, row["text"] if is_plain else document_of(row), beside)
        rows.append(row | ({} if is_plain else IN_DOCUMENT) | columns_of(conn, one))
        kept.append(one)
    send(conn, _ADD, rows)
    keep_latest(conn, kept)


def _row(new: Version) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(new, name) for name in OWN}
    row |= {name: getattr(new.wording, name) for name in WORDING}
    row |= {"details": dict(new.wording.details), "headers": dict(new.headers)}
    row["redirects"] = [{"status": hop.status, "location": hop.location} for hop in new.redirects]
    return row | {"origin": _origin_to_json(new.origin) if new.origin else None}


def get_version(conn: sa.Connection, statement_id: StatementId, number: int) -> Version:
    """The wording with this number.

    Raises:
        NotFound: the statement has no such version.
    """
    row = conn.execute(_ONE, {"of_statement": statement_id, "numbered": number}).one_or_none()
    if row is None:
        raise NotFound("version", f"{number} of statement {statement_id}")
    return build_versions(conn, [row])[0]


_MINE = (version.c.statement_id == sa.bindparam("of_statement"), version.c.number == sa.bindparam("numbered"))
_CAPTURE, _TEXT_SHA256 = (
    sa.select(version.c.capture_sha256).where(*_MINE),
    sa.select(version.c.text_sha256).where(*_MINE),
)


def find_capture(conn: sa.Connection, statement_id: StatementId, number: int) -> str | None:
    """The SHA-256 of the page that a version was read from; None where there is no such version."""
    return conn.execute(_CAPTURE, {"of_statement": statement_id, "numbered": number}).scalar_one_or_none()


def find_text_sha256(conn: sa.Connection, statement_id: StatementId, number: int) -> str | None:
    """The SHA-256 of the text of a version, without the text; None where there is no such version."""
    return conn.execute(_TEXT_SHA256, {"of_statement": statement_id, "numbered": number}).scalar_one_or_none()


def first_numbers(conn: sa.Connection, statement_id: StatementId, wordings: Iterable[str]) -> dict[str, int]:
    """SHA-256 of a text → the number of the first version that had it, for those of these texts that ever stood."""
    mine = (version.c.statement_id == statement_id, version.c.text_sha256.in_(list(wordings)))
    query = sa.select(version.c.text_sha256, sa.func.min(version.c.number).label("number")).where(*mine)
    return {row.text_sha256: row.number for row in conn.execute(query.group_by(version.c.text_sha256))}


def list_versions(
    conn: sa.Connection, statement_id: StatementId, *, after: int = 0, limit: int = 50
) -> tuple[Version, ...]:
    """The versions that we saw ourselves, numbered above ``after``, oldest first."""
    own = sa.and_(version.c.number > after, version.c.number < FIRST_ARCHIVED)
    mine = sa.and_(version.c.statement_id == statement_id, own)
    rows = conn.execute(sa.select(version).where(mine).order_by(version.c.number).limit(limit))
    return build_versions(conn, rows)


def list_archived(conn: sa.Connection, statement_id: StatementId) -> tuple[Version, ...]:
    """The versions that archives saw, oldest first."""
    mine = sa.and_(version.c.statement_id == statement_id, version.c.number >= FIRST_ARCHIVED)
    return build_versions(conn, conn.execute(sa.select(version).where(mine).order_by(version.c.number)))


def list_history(
    conn: sa.Connection, statement_id: StatementId, *, after: int | None = None, limit: int = 50
) -> tuple[Version, ...]:
    """All versions in the order of time, ours and those of archives, behind the one numbered ``after``."""
    place = sa.tuple_(version.c.first_seen_at, version.c.number)
    query = sa.select(version).where(version.c.statement_id == statement_id)
    if after is not None:
        last = version.alias("last")
        behind = sa.select(last.c.first_seen_at).where(last.c.statement_id == statement_id, last.c.number == after)
        query = query.where(place > sa.tuple_(behind.scalar_subquery(), sa.literal(after, VersionNumber)))
    rows = conn.execute(query.order_by(version.c.first_seen_at, version.c.number).limit(limit))
    return build_versions(conn, rows)


def find_latest(conn: sa.Connection, of: Statement) -> Version:
    """The latest wording of a statement: of our own, or the archive's last where we never saw it ourselves.

    Raises:
        NotFound: there is none.
    """
    if of.version_count:
        return get_version(conn, of.id, of.version_count)
    row = conn.execute(
        sa.select(version).where(version.c.statement_id == of.id).order_by(version.c.number.desc()).limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound("version", f"of statement {of.id}")
    return build_versions(conn, [row])[0]


def find_previous(conn: sa.Connection, statement_id: StatementId, number: int) -> int | None:
    """The number of the version before another one: of our own, or behind our first the last that an archive saw."""
    if 1 < number < FIRST_ARCHIVED:
        return number - 1
    last = version.alias("last")
    of_it = sa.select(last.c.first_seen_at).where(last.c.statement_id == statement_id, last.c.number == number)
    mine = sa.and_(version.c.statement_id == statement_id, version.c.first_seen_at < of_it.scalar_subquery())
    query = sa.select(version.c.number).where(mine)
    order = (version.c.first_seen_at.desc(), version.c.number.desc())
    return conn.execute(query.order_by(*order).limit(1)).scalar_one_or_none()


def find_version_at(conn: sa.Connection, statement_id: StatementId, time: datetime) -> Version | None:
    """The wording that was in force at an instant, as far as was seen; None before the first sight.

    What we saw ourselves goes before what an archive saw.
    """
    mine = sa.and_(version.c.statement_id == statement_id, version.c.first_seen_at <= time)
    by_us = sa.case((version.c.number < FIRST_ARCHIVED, 1), else_=0)
    query = sa.select(version).where(mine).order_by(by_us.desc(), version.c.number.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    return None if row is None else build_versions(conn, [row])[0]


def build_versions(conn: sa.Connection, rows: Iterable[sa.Row[Any]]) -> tuple[Version, ...]:
    """The versions in rows that have all columns of their table.

    Raises:
        StorageError: one of them is damaged.
    """
    found = tuple(rows)
    kept = read_kept(conn, found)
    return tuple(build_version(row, kept[place]) for place, row in enumerate(found))


def build_version(row: sa.Row[Any], kept: str) -> Version:
    """A version out of a row that has all columns of its table, and what is kept of its text.

    Raises:
        StorageError: that is damaged.
    """
    values = {**row._mapping, **facts_of(row, kept), "text": text_of(row, kept)}
    redirects = tuple(Redirect(hop["status"], hop["location"]) for hop in values["redirects"])
    wording = Wording(**{name: values[name] for name in WORDING})
    own = {name: values[name] for name in OWN}
    origin = _origin_from_json(values["origin"]) if values["origin"] else None
    return Version(**own, wording=wording, redirects=redirects, origin=origin)


def _origin_to_json(origin: Origin) -> dict[str, Any]:
    return {
        "archive": origin.archive,
        "capture_url": origin.capture_url,
        "original_url": origin.original_url,
        "captured_at": origin.captured_at.isoformat(),
        "imported_at": origin.imported_at.isoformat(),
        "digest": origin.digest,
    }


def _origin_from_json(kept: Mapping[str, Any]) -> Origin:
    times = {name: datetime.fromisoformat(kept[name]) for name in ("captured_at", "imported_at")}
    return Origin(kept["archive"], kept["capture_url"], kept["original_url"], digest=kept["digest"], **times)
