"""Statements as they are kept: where each stands, and what the next check has to know of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.domain.archives import FIRST_ARCHIVED
from app.domain.errors import LeaseLost, NotFound
from app.domain.ids import StatementId, WatchId
from app.domain.statements import Statement, StatementState
from app.domain.watches import SourceKind
from app.storage.circumstances import text_of
from app.storage.paging import PageOf, Place, newest_first
from app.storage.sending import send
from app.storage.tables import latest_text, statement, version, watch, watch_tag
from app.storage.texts import IS_LATEST, LATEST, latest_of
from app.storage.together import Turn, by_shape, write

NOT_LIVING = (StatementState.WITHDRAWN, StatementState.ARCHIVED)
HIDDEN = {"text_sha256", "last_edited_at", "read_from", "read_by"}
COLUMNS = [column for column in statement.c if column.name not in HIDDEN]


@dataclass(frozen=True)
class Standing:
    """What a check has to know of a statement before it can say what happened: its latest wording and all before.

    ``first_seen_at`` and ``last_seen_at`` are those of the latest wording; ``read_by`` are the rules by which it was
    last read.
    """

    statement: Statement
    read_from: str
    read_by: str
    kept_text: sa.Row[Any]
    text_sha256: str
    capture_sha256: str
    """Of the page that the latest wording was read from."""
    first_seen_at: datetime
    last_seen_at: datetime
    last_edited_at: datetime | None
    earlier: Mapping[str, int]
    """SHA-256 of every text that ever stood → the latest version number that had it."""

    @cached_property
    def kept(self) -> str:
        """What is kept of the latest wording, unpacked when it is asked for: most checks find the same hash.

        Raises:
            StorageError: it is damaged.
        """
        return latest_of(self.kept_text)

    @cached_property
    def text(self) -> str:
        """The latest wording.

        Raises:
            StorageError: it is damaged.
        """
        return text_of(self.kept_text, self.kept)


_ONE = sa.select(*COLUMNS).where(statement.c.id == sa.bindparam("of_id"))


def get_statement(conn: sa.Connection, statement_id: StatementId) -> Statement:
    """The statement.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(_ONE, {"of_id": statement_id}).one_or_none()
    if row is None:
        raise NotFound("statement", statement_id)
    return _build(row)


def get_of_watch(conn: sa.Connection, watch_id: WatchId, statement_id: StatementId) -> Statement:
    """The statement, if it is one of this watch.

    Raises:
        NotFound: the watch has none of this id.
    """
    found = get_statement(conn, statement_id)
    if found.watch_id != watch_id:
        raise NotFound("statement", f"{statement_id} of watch {watch_id}")
    return found


def find_last_edited_at(conn: sa.Connection, statement_id: StatementId) -> datetime | None:
    """When the publisher's latest edit of a statement was seen; None where there was none."""
    query = sa.select(statement.c.last_edited_at).where(statement.c.id == statement_id)
    return conn.execute(query).scalar_one_or_none()


def get_read_from(conn: sa.Connection, statement_id: StatementId) -> str:
    """Which answer the wordings of a statement come from.

    Raises:
        NotFound: there is no such statement.
    """
    query = sa.select(statement.c.read_from).where(statement.c.id == statement_id)
    read_from = conn.execute(query).scalar_one_or_none()
    if read_from is None:
        raise NotFound("statement", statement_id)
    return str(read_from)


def get_statements(conn: sa.Connection, ids: Iterable[StatementId]) -> dict[StatementId, Statement]:
    """Those of the statements that exist, by id."""
    rows = conn.execute(sa.select(*COLUMNS).where(statement.c.id.in_(list(set(ids)))))
    return {StatementId(row.id): _build(row) for row in rows}


STANDING = sa.select(
    statement,
    statement.c.id.label("statement_id"),
    version.c.number,
    version.c.text,
    version.c.text_difference,
    version.c.text_whole,
    version.c.fetched_url,
    LATEST,
    version.c.capture_sha256,
    version.c.first_seen_at.label("wording_from"),
    version.c.last_seen_at.label("wording_until"),
)
STANDING = STANDING.join(
    version, sa.and_(version.c.statement_id == statement.c.id, version.c.number == statement.c.version_count)
).outerjoin(latest_text, IS_LATEST)
OF_WATCH = STANDING.where(
    statement.c.watch_id == sa.bindparam("watch_id"),
    statement.c.external_id.in_(sa.bindparam("external_ids", expanding=True)),
)
OF_WATCHES = STANDING.where(
    statement.c.watch_id.in_(sa.bindparam("watch_ids", expanding=True)),
    statement.c.external_id.in_(sa.bindparam("external_ids", expanding=True)),
)


def load_standing(conn: sa.Connection, watch_id: WatchId, external_ids: Iterable[str]) -> dict[str, Standing]:
    """What is known of these statements of a watch, by external id; unknown ones are left out."""
    rows = conn.execute(OF_WATCH, {"watch_id": watch_id, "external_ids": list(external_ids)}).all()
    return {key: one for (_, key), one in _standing(conn, rows).items()}


def load_standing_of_many(
    conn: sa.Connection, wanted: Collection[tuple[WatchId, str]]
) -> dict[tuple[WatchId, str], Standing]:
    """The same for statements of several watches, by watch and external id."""
    watch_ids, external_ids = list({key[0] for key in wanted}), list({key[1] for key in wanted})
    rows = conn.execute(OF_WATCHES, {"watch_ids": watch_ids, "external_ids": external_ids}).all()
    return _standing(conn, [row for row in rows if (row.watch_id, row.external_id) in wanted])


def _standing(conn: sa.Connection, rows: Sequence[sa.Row[Any]]) -> dict[tuple[WatchId, str], Standing]:
    changed = [row.id for row in rows if row.version_count > 1]
    earlier = _earlier_texts(conn, changed) if changed else {}
    return {
        (row.watch_id, row.external_id): Standing(
            statement=_build(row),
            read_from=row.read_from,
            read_by=row.read_by,
            kept_text=row,
            text_sha256=row.text_sha256,
            capture_sha256=row.capture_sha256,
            first_seen_at=row.wording_from,
            last_seen_at=row.wording_until,
            last_edited_at=row.last_edited_at,
            earlier=earlier.get(row.id, {row.text_sha256: 1}),
        )
        for row in rows
    }


_RECENT = (
    sa.select(statement.c.external_id)
    .where(statement.c.watch_id == sa.bindparam("of_watch"), statement.c.state.not_in(NOT_LIVING))
    .order_by(statement.c.first_seen_at.desc(), statement.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def find_recent_external_ids(conn: sa.Connection, watch_id: WatchId, *, limit: int) -> tuple[str, ...]:
    """The external ids of the newest living statements of a watch, newest first."""
    return tuple(conn.execute(_RECENT, {"of_watch": watch_id, "most": limit}).scalars())


def find_only_external_id(conn: sa.Connection, watch_id: WatchId) -> str | None:
    """The external id of the one statement of a watch that has one only."""
    query = sa.select(statement.c.external_id).where(statement.c.watch_id == watch_id)
    return conn.execute(query.order_by(statement.c.first_seen_at).limit(1)).scalar_one_or_none()


def find_item_at(conn: sa.Connection, url: str) -> Statement | None:
    """The item of a feed that stands at an address, of a watch that is not removed; the one seen first."""
    query = sa.select(*COLUMNS).join(watch, watch.c.id == statement.c.watch_id)
    mine = sa.and_(watch.c.kind == SourceKind.FEED, watch.c.live_target.is_not(None), statement.c.url == url)
    row = conn.execute(query.where(mine).order_by(statement.c.first_seen_at).limit(1)).one_or_none()
    return None if row is None else _build(row)


def find_known(conn: sa.Connection, watch_id: WatchId, external_ids: Iterable[str]) -> dict[str, str]:
    """Those of the external ids that have a statement → what its wordings are read from."""
    query = sa.select(statement.c.external_id, statement.c.read_from).where(
        statement.c.watch_id == watch_id,
        statement.c.external_id.in_(list(external_ids)),
        statement.c.state != StatementState.ARCHIVED,
    )
    return {row.external_id: row.read_from for row in conn.execute(query)}


def list_statements(
    conn: sa.Connection,
    *,
    watch_id: WatchId | None = None,
    tag: str | None = None,
    state: StatementState | None = None,
    edited_since: datetime | None = None,
    published_after: datetime | None = None,
    published_before: datetime | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> PageOf[Statement]:
    """A page of statements, the ones first seen last first."""
    query = sa.select(*COLUMNS)
    sieve: list[sa.ColumnElement[bool]] = []
    if watch_id:
        query = query.where(statement.c.watch_id == watch_id)
    if tag:
        sieve.append(statement.c.watch_id.in_(sa.select(watch_tag.c.watch_id).where(watch_tag.c.tag == tag)))
    if state:
        sieve.append(statement.c.state == state)
    if edited_since:
        sieve.append(statement.c.last_edited_at >= edited_since)
    if published_after:
        sieve.append(statement.c.published_at >= published_after)
    if published_before:
        sieve.append(statement.c.published_at < published_before)
    first_seen, key = statement.c.first_seen_at, statement.c.id
    return newest_first(conn, query, at=first_seen, key=key, after=after, limit=limit, build=_build, sieve=sieve)


_KNOWN = (statement.c.id == sa.bindparam("of_id"), statement.c.version_count == sa.bindparam("known_count"))
_MARK = sa.update(statement).where(*_KNOWN)


def mark_statement(conn: sa.Connection, known: Statement, **changes: Any) -> None:
    """Change columns of a statement that still has as many versions as ``known`` says.

    Raises:
        LeaseLost: another worker stored a version of it in the meantime.
    """
    row = {**changes, "of_id": known.id, "known_count": known.version_count}
    write(conn, Turn.STATEMENT, _mark_all, [row])


def _mark_all(conn: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if sum(send(conn, _MARK, several) for several in by_shape(rows, key="of_id")) != len(rows):
        raise LeaseLost(f"Statement {rows[0]['of_id']} was changed by another worker.")


_MARK_THESE = sa.update(statement).where(statement.c.id.in_(sa.bindparam("ids", expanding=True)))
_LATEST = sa.select(statement.c.version_count).where(statement.c.id == version.c.statement_id).scalar_subquery()
_MARK_LATEST = sa.update(version).where(
    version.c.statement_id.in_(sa.bindparam("ids", expanding=True)), version.c.number == _LATEST
)


def mark_seen(conn: sa.Connection, ids: Iterable[StatementId], *, now: datetime, read_by: str | None = None) -> None:
    """Note that the latest wording of these statements was seen again, unchanged; ``read_by`` None where not read."""
    wanted = list(ids)
    if not wanted:
        return
    values = {"last_seen_at": now, "last_checked_at": now} | ({} if read_by is None else {"read_by": read_by})
    conn.execute(_MARK_THESE, {"ids": wanted, **values})
    conn.execute(_MARK_LATEST, {"ids": wanted, "last_seen_at": now})


def mark_checked(conn: sa.Connection, ids: Iterable[StatementId], *, now: datetime) -> None:
    """Note that these statements were looked for, and nothing could be said."""
    wanted = list(ids)
    if wanted:
        conn.execute(_MARK_THESE, {"ids": wanted, "last_checked_at": now})


_EARLIER = (
    sa.select(version.c.statement_id, version.c.text_sha256, version.c.number)
    .where(version.c.statement_id.in_(sa.bindparam("ids", expanding=True)), version.c.number < FIRST_ARCHIVED)
    .order_by(version.c.statement_id, version.c.number)
)


def _earlier_texts(conn: sa.Connection, ids: list[StatementId]) -> dict[StatementId, dict[str, int]]:
    found: dict[StatementId, dict[str, int]] = {}
    for row in conn.execute(_EARLIER, {"ids": ids}):
        found.setdefault(row.statement_id, {})[row.text_sha256] = row.number
    return found


def _build(row: sa.Row[Any]) -> Statement:
    values = {column.name: row._mapping[column] for column in COLUMNS}
    return Statement(**{**values, "state": StatementState(values["state"])})
