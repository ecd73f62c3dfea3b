"""Statements as they are kept: what is known of each, and noting that it was looked at."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.errors import LeaseLost, NotFound
from app.domain.ids import StatementId, WatchId
from app.domain.statements import Statement, StatementState
from app.domain.watches import SourceKind
from app.storage.paging import PageOf, Place, newest_first
from app.storage.search_index import index_statement_again
from app.storage.sending import send
from app.storage.tables import statement, version, watch, watch_tag
from app.storage.together import Turn, by_shape, write

NOT_LIVING = (StatementState.WITHDRAWN, StatementState.ARCHIVED)
HIDDEN = {"text_sha256", "last_edited_at", "read_from", "read_by"}
COLUMNS = [column for column in statement.c if column.name not in HIDDEN]


_ONE = sa.select(*COLUMNS).where(statement.c.id == sa.bindparam("of_id"))


def get_statement(conn: sa.Connection, statement_id: StatementId) -> Statement:
    """The statement.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(_ONE, {"of_id": statement_id}).one_or_none()
    if row is None:
        raise NotFound("statement", statement_id)
    return build_statement(row)


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
    return {StatementId(row.id): build_statement(row) for row in rows}


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
    return None if row is None else build_statement(row)


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
    return newest_first(
        conn, query, at=first_seen, key=key, after=after, limit=limit, build=build_statement, sieve=sieve
    )


_KNOWN = (statement.c.id == sa.bindparam("of_id"), statement.c.version_count == sa.bindparam("known_count"))
_MARK = sa.update(statement).where(*_KNOWN)


def mark_statement(conn: sa.Connection, known: Statement, **changes: Any) -> None:
    """Change columns of a statement that still has as many versions as ``known`` says.

    Raises:
        LeaseLost: another worker stored a version of it in the meantime.
    """
    row = {**changes, "of_id": known.id, "known_count": known.version_count}
    write(conn, Turn.STATEMENT, _mark_all, [row])
    if (changes.get("state", known.state) is StatementState.WITHDRAWN) is not (known.state is StatementState.WITHDRAWN):
        index_statement_again(conn, known.id)


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


def build_statement(row: sa.Row[Any]) -> Statement:
    """From a row that has all of ``COLUMNS``."""
    values = {column.name: row._mapping[column] for column in COLUMNS}
    return Statement(**{**values, "state": StatementState(values["state"])})
