"""Old checks that were put together: how a pack is written and read, and lists in which nobody can tell that it is one.

A pack is written once and never changed. Every reading holds it against its hash, which covers whose checks they are.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

import sqlalchemy as sa

from app.domain.errors import StorageError
from app.domain.ids import StatementId
from app.domain.observations import Observation, Outcome, Visit, VisitOutcome
from app.storage.columns import ColumnsReader, ColumnsWriter
from app.storage.packing import Damaged
from app.storage.tables import observation, observation_pack, statement, visit, visit_pack, watch

T = TypeVar("T", Visit, Observation)


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One of the two sorts of checks: where single ones and packs are, whose they are, and how they are written."""

    loose: sa.Table
    packs: sa.Table
    owners: sa.Table
    owner: str
    write: Callable[[Sequence[T]], bytes]
    read: Callable[[uuid.UUID, ColumnsReader], list[T]]
    built: Callable[[sa.Row[Any]], T]
    facts: Callable[[Sequence[T]], dict[str, Any]] = lambda _: {}
    """What else a row of packs says of the checks in it."""

    @property
    def of(self) -> sa.Column[uuid.UUID]:
        """Whose a single check is."""
        return self.loose.c[self.owner]

    @property
    def pack_of(self) -> sa.Column[uuid.UUID]:
        """Whose checks are in a pack."""
        return self.packs.c[self.owner]

    def name(self, row: Any) -> str:
        """How a pack is called in an error."""
        return f"the pack of {row.count} checks of {self.owners.name} {row._mapping[self.owner]} from {row.first_id}"

    def unpacked(self, row: sa.Row[Any]) -> list[T]:
        """The checks in a pack, oldest id first.

        Raises:
            Damaged: they are not those that were put in.
        """
        name, owner = self.name(row), row._mapping[self.owner]
        body = bytes(row.body)
        if pack_hash(owner, body) != bytes(row.sha256):
            raise Damaged(f"{name} has other bytes than its hash says")
        columns = ColumnsReader(body, name=name)
        try:
            found = self.read(owner, columns)
        except ValueError as error:
            raise Damaged(f"{name} cannot be read") from error
        columns.finish()
        ids = [one.id for one in found]
        if not ids or (len(ids), ids[0], ids[-1]) != (row.count, row.first_id, row.last_id) or ids != sorted(set(ids)):
            raise Damaged(f"{name} holds other checks than it says")
        return found


def pack_hash(owner: uuid.UUID, body: bytes) -> bytes:
    """The SHA-256 of a pack and of whose it is."""
    return hashlib.sha256(owner.bytes + body).digest()


def list_checks(
    conn: sa.Connection, kind: Kind[T], owner: uuid.UUID, *, after: uuid.UUID | None, limit: int
) -> tuple[T, ...]:
    """The checks before ``after`` (an id), newest first, single ones and those in packs.

    Raises:
        StorageError: a pack is damaged.
    """
    query = sa.select(kind.loose).where(kind.of == owner)
    if after is not None:
        query = query.where(kind.loose.c.id < after)
    rows = conn.execute(query.order_by(kind.loose.c.id.desc()).limit(limit))
    found = [kind.built(row) for row in rows]
    for pack in _packs(conn, kind, owner, before=after):
        if len(found) >= limit and found[limit - 1].id > pack.last_id:
            break
        found += (one for one in opened(kind, pack) if after is None or one.id < after)
        found.sort(key=attrgetter("id"), reverse=True)
    return tuple(found[:limit])


def opened(kind: Kind[T], row: sa.Row[Any]) -> list[T]:
    """The checks in a pack.

    Raises:
        StorageError: it is damaged.
    """
    try:
        return kind.unpacked(row)
    except Damaged as damaged:
        raise StorageError(f"{damaged}.".capitalize()) from damaged


def find_packed_missing(conn: sa.Connection, statement_id: StatementId) -> Observation | None:
    """The last check in a pack that found a statement missing."""
    with_some = sa.and_(observation_pack.c.statement_id == statement_id, observation_pack.c.has_missing)
    query = sa.select(observation_pack).where(with_some).order_by(observation_pack.c.first_id.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    return next((one for one in reversed(opened(OBSERVATIONS, row)) if one.outcome == Outcome.MISSING), None)


def _packs(conn: sa.Connection, kind: Kind[T], owner: uuid.UUID, *, before: uuid.UUID | None) -> Iterator[sa.Row[Any]]:
    """The packs that may hold checks with ids before this one, the newest first, each read when it is asked for."""
    while True:
        query = sa.select(kind.packs).where(kind.pack_of == owner)
        if before is not None:
            query = query.where(kind.packs.c.first_id < before)
        row = conn.execute(query.order_by(kind.packs.c.first_id.desc()).limit(1)).one_or_none()
        if row is None:
            return
        yield row
        before = row.first_id


def _write_visits(some: Sequence[Visit]) -> bytes:
    columns, at = ColumnsWriter(len(some)), [one.at for one in some]
    columns.instants(at)
    columns.ids([one.id for one in some], near=at)
    columns.texts([one.url for one in some])
    columns.texts([one.outcome.value for one in some])
    columns.texts([one.detail for one in some])
    columns.optional([one.http_status for one in some])
    columns.seconds([one.elapsed_seconds for one in some])
    columns.optional([one.wire_bytes for one in some])
    columns.whole([one.found for one in some])
    return columns.finish()


def _read_visits(owner: uuid.UUID, columns: ColumnsReader) -> list[Visit]:
    at = columns.instants()
    ids, owners, urls = columns.ids(near=at), [owner] * len(at), columns.texts()
    outcomes = [VisitOutcome(str(one)) for one in columns.texts()]
    rest: tuple[list[Any], ...] = (
        columns.texts(), columns.optional(), columns.seconds(), columns.optional(), columns.whole(),
    )  # fmt: skip
    return [Visit(*row) for row in zip(*(ids, owners, at, urls, outcomes), *rest, strict=True)]


def _write_observations(some: Sequence[Observation]) -> bytes:
    columns, at = ColumnsWriter(len(some)), [one.at for one in some]
    columns.instants(at)
    columns.ids([one.id for one in some], near=at)
    columns.ids([one.visit_id for one in some], near=at)
    columns.texts([one.outcome.value for one in some])
    columns.texts([one.detail for one in some])
    columns.optional([one.version_number for one in some])
    return columns.finish()


def _read_observations(owner: uuid.UUID, columns: ColumnsReader) -> list[Observation]:
    at = columns.instants()
    ids, visits, owners = columns.ids(near=at), columns.ids(near=at), [owner] * len(at)
    outcomes = [Outcome(str(one)) for one in columns.texts()]
    rest: tuple[list[Any], ...] = (columns.texts(), columns.optional())
    return [Observation(*row) for row in zip(*(ids, owners, visits, at, outcomes), *rest, strict=True)]


def _built_visit(row: sa.Row[Any]) -> Visit:
    watch_id, key, at, url, outcome, *rest = tuple(row)
    return Visit(key, watch_id, at, url, VisitOutcome(outcome), *rest)


def _built_observation(row: sa.Row[Any]) -> Observation:
    statement_id, key, visit_id, at, outcome, *rest = tuple(row)
    return Observation(key, statement_id, visit_id, at, Outcome(outcome), *rest)


VISITS: Final = Kind(visit, visit_pack, watch, "watch_id", _write_visits, _read_visits, _built_visit)
OBSERVATIONS: Final = Kind(
    observation, observation_pack, statement, "statement_id", _write_observations, _read_observations,
    _built_observation, lambda some: {"has_missing": any(one.outcome == Outcome.MISSING for one in some)},
)  # fmt: skip
