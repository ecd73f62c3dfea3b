"""The bytes exactly as fetched, compressed, once per content.

The page of a new version is kept as the difference from the page of the version before it, where that is smaller;
after a hundred differences in a row one is kept whole. A difference is added only beside a living statement of which
it is the next version, so whoever forgets that statement meets both (see :func:`remove_captures`). Whatever is read is
checked against its hash.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.domain.errors import NotFound, StorageError
from app.domain.ids import WatchId
from app.domain.records import sha256_hex
from app.domain.statements import Capture
from app.storage.dialect import insert_or_skip
from app.storage.packing import Damaged, comes_back, pack, unpack
from app.storage.sending import send
from app.storage.sister_pages import find_sisters
from app.storage.tables import archive_capture, capture, version
from app.storage.together import Turn, write

MOST_DIFFERENCES = 100
"""So many rows are read at most, beside its own, to have a page back."""
WORTH_TRYING_WHOLE, WORTH_A_CHAIN = 0.5, 0.9
PLAINLY_ALIKE, WORTH_A_SISTER = 0.05, 0.6
AT_ONCE = 200
REMEMBERED_BYTES = 64 * 2**20
_KEPT = sa.select(capture.c.sha256).where(capture.c.sha256.in_(sa.bindparam("several", expanding=True)))
_PACKED = sa.select(
    capture.c.sha256, capture.c.body, capture.c.size, capture.c.base_sha256, capture.c.differences
).where(capture.c.sha256 == sa.bindparam("sha256"))


def _chains() -> sa.Select[Any]:
    """Pages that something may still be the difference from, each with all those that it is the difference from."""
    columns = (capture.c.sha256, capture.c.body, capture.c.size, capture.c.base_sha256, capture.c.differences)
    wanted = capture.c.sha256.in_(sa.bindparam("wanted", expanding=True))
    first = sa.select(capture.c.sha256.label("of_sha256"), sa.literal_column("0", sa.Integer).label("step"), *columns)
    chain = first.where(wanted, capture.c.differences < MOST_DIFFERENCES).cte("chain", recursive=True)
    further = sa.select(chain.c.of_sha256, chain.c.step + 1, *columns)
    before = sa.and_(capture.c.sha256 == chain.c.base_sha256, chain.c.step < MOST_DIFFERENCES)
    return sa.select(chain.union_all(further.join(chain, before)))


CHAINS = _chains()


@dataclass(frozen=True, slots=True)
class _Base:
    """What a new page may be the difference from: its bytes, and how many differences it took to have them."""

    sha256: str
    body: bytes
    differences: int


class _Added(NamedTuple):
    new: Capture
    before: str | None
    of_watch: WatchId | None


@dataclass
class Bodies:
    """Bytes that were unpacked lately, for those who read many pages of one chain."""

    most_bytes: int = REMEMBERED_BYTES
    _kept: dict[str, bytes] = field(default_factory=dict)
    _bytes: int = 0

    def find(self, sha256: str) -> bytes | None:
        """The bytes, if they are still at hand."""
        return self._kept.get(sha256)

    def add(self, sha256: str, body: bytes) -> None:
        """Remember them; what was added first is forgotten first."""
        self._kept[sha256] = body
        self._bytes += len(body)
        while self._bytes > self.most_bytes:
            self._bytes -= len(self._kept.pop(next(iter(self._kept))))


def add_capture(
    conn: sa.Connection, new: Capture, *, before: str | None = None, of_watch: WatchId | None = None
) -> None:
    """Keep these bytes, unless the same bytes are kept already.

    ``before`` is the SHA-256 of the page that the version before it was read from; where there is none, it may be
    like another page of its watch.
    """
    write(conn, Turn.CAPTURE, _add_all, [_Added(new, before, of_watch)])


def _add_all(conn: sa.Connection, added: Sequence[_Added]) -> None:
    kept = set(conn.execute(_KEPT, {"several": [one.new.sha256 for one in added]}).scalars())
    fresh = {one.new.sha256: one for one in reversed(added) if one.new.sha256 not in kept}.values()
    bases = _bases(conn, {one.before for one in fresh if one.before is not None})
    sisters = _sisters(conn, {one.of_watch for one in fresh if one.before is None and one.of_watch is not None})
    rows = [
        _row(one.new, *_packed(one.new.body, bases.get(one.before)))
        if one.before is not None
        else _row(one.new, *_packed_beside(one.new.body, sisters.get(one.of_watch)))
        for one in fresh
    ]
    send(conn, insert_or_skip(conn, capture), rows)


def _row(new: Capture, body: bytes, base: _Base | None) -> dict[str, Any]:
    return {
        "sha256": new.sha256,
        "body": body,
        "size": len(new.body),
        "content_type": new.content_type,
        "first_fetched_at": new.first_fetched_at,
        "base_sha256": base.sha256 if base else None,
        "differences": base.differences + 1 if base else 0,
    }


def get_capture(conn: sa.Connection, sha256: str) -> Capture:
    """The bytes with this SHA-256 (hex).

    Raises:
        NotFound: no such bytes are kept.
        StorageError: they are damaged.
    """
    row = conn.execute(sa.select(capture).where(capture.c.sha256 == sha256)).one_or_none()
    if row is None:
        raise NotFound("capture", sha256)
    try:
        body = read_body(conn, row, Bodies())
    except Damaged as damaged:
        raise StorageError(str(damaged)) from damaged
    return Capture(row.sha256, body, row.content_type, row.first_fetched_at)


def read_body(conn: sa.Connection, row: Any, known: Bodies) -> bytes:
    """The bytes of a row of captures, through all the pages that it is the difference from.

    Raises:
        Damaged: they cannot be had back, or are not those of the hash.
    """
    chain: list[Any] = [row]
    body: bytes | None = None
    while body is None and chain[-1].base_sha256 is not None:
        sha256 = chain[-1].base_sha256
        body = known.find(sha256)
        if body is None:
            before = conn.execute(_PACKED, {"sha256": sha256}).one_or_none()
            if before is None or len(chain) > MOST_DIFFERENCES:
                raise Damaged(f"capture {row.sha256} cannot be unpacked: the page before it is missing")
            chain.append(before)
    for one in reversed(chain):
        body = unpack(one.body, size=one.size, base=body, name=f"capture {one.sha256}")
        if sha256_hex(body) != one.sha256:
            raise Damaged(f"capture {one.sha256} has other bytes than its hash says")
        known.add(one.sha256, body)
    assert body is not None
    return body


def list_captures(conn: sa.Connection, *, at_a_time: int) -> Iterator[sa.Row[Any]]:
    """The rows of all captures, oldest first, so that a page comes after those that it is the difference from."""
    query = sa.select(capture.c.sha256).order_by(capture.c.first_fetched_at, capture.c.differences)
    keys = conn.execute(query.execution_options(yield_per=at_a_time)).scalars()
    for some in _in_batches(keys, at_a_time):
        found = conn.execute(sa.select(capture).where(capture.c.sha256.in_(some)))
        rows = {row.sha256: row for row in found}
        yield from (rows[key] for key in some if key in rows)


def remove_captures(conn: sa.Connection, of_forgotten: Collection[str]) -> None:
    """Remove those of these pages that nothing was read from any more.

    What stays is kept whole where it was the difference from one of them: those might go later.
    """
    still_used = sa.select(version.c.capture_sha256).where(version.c.capture_sha256 == capture.c.sha256)
    also_used = sa.select(archive_capture.c.key).where(archive_capture.c.capture_sha256 == capture.c.sha256)
    used = sa.or_(still_used.exists(), also_used.exists())
    bases = frozenset(of_forgotten)
    for some in _in_batches(of_forgotten, AT_ONCE):
        rows = conn.execute(sa.select(capture).where(capture.c.sha256.in_(some), used)).all()
        for row in rows:
            if row.base_sha256 in bases:
                _keep_whole(conn, row)
    for some in _in_batches(of_forgotten, AT_ONCE):
        conn.execute(sa.delete(capture).where(capture.c.sha256.in_(some), sa.not_(used)))


def count_captures(conn: sa.Connection, *, since: datetime) -> int:
    """How many different answers were first fetched since then."""
    query = sa.select(sa.func.count()).select_from(capture).where(capture.c.first_fetched_at >= since)
    return conn.execute(query).scalar_one()


def _bases(conn: sa.Connection, wanted: Collection[str]) -> dict[str, _Base]:
    """The pages that new ones may be the difference from; without those after many differences, and damaged ones."""
    chains: dict[str, list[sa.Row[Any]]] = {}
    for row in conn.execute(CHAINS, {"wanted": list(wanted)}) if wanted else ():
        chains.setdefault(row.of_sha256, []).append(row)
    found = ((sha256, _base(sha256, chain)) for sha256, chain in chains.items())
    return {sha256: base for sha256, base in found if base is not None}


def _base(sha256: str, chain: Sequence[sa.Row[Any]]) -> _Base | None:
    """A page out of its row and of all those that it is the difference from, in any order."""
    body: bytes | None = None
    differences = 0
    for row in sorted(chain, key=lambda one: one.step, reverse=True):
        if (row.base_sha256 is None) != (body is None):
            return None
        try:
            body, differences = unpack(row.body, size=row.size, base=body, name=row.sha256), row.differences
        except Damaged:
            return None
    return None if body is None or sha256_hex(body) != sha256 else _Base(sha256, body, differences)


def _packed(body: bytes, base: _Base | None) -> tuple[bytes, _Base | None]:
    """The smaller of the whole page compressed and its difference; the whole is tried where little is alike."""
    if base is None:
        return pack(body), None
    difference = pack(body, base=base.body)
    is_good = comes_back(difference, body, base=base.body)
    if is_good and len(difference) < WORTH_TRYING_WHOLE * len(body):
        return difference, base
    whole = pack(body)
    return (difference, base) if is_good and len(difference) < WORTH_A_CHAIN * len(whole) else (whole, None)


def _sisters(conn: sa.Connection, watches: Collection[WatchId]) -> dict[WatchId | None, _Base]:
    """Whole pages beside which others of their watches may be kept; without damaged ones."""
    found = ((key, _base(row.sha256, [row])) for key, row in find_sisters(conn, watches).items())
    return {key: base for key, base in found if base is not None}


def _packed_beside(body: bytes, sister: _Base | None) -> tuple[bytes, _Base | None]:
    """The difference from another page where it is much smaller than the whole; else the next ones go by this one."""
    if sister is None:
        return pack(body), None
    difference = pack(body, base=sister.body)
    if not comes_back(difference, body, base=sister.body):
        return pack(body), None
    if len(difference) < PLAINLY_ALIKE * len(body):
        return difference, sister
    whole = pack(body)
    return (difference, sister) if len(difference) < WORTH_A_SISTER * len(whole) else (whole, None)


def _keep_whole(conn: sa.Connection, row: Any) -> None:
    """Where it is damaged already, it stays as it is."""
    try:
        body = read_body(conn, row, Bodies())
    except Damaged:
        return
    values = {"body": pack(body), "base_sha256": None, "differences": 0}
    conn.execute(sa.update(capture).where(capture.c.sha256 == row.sha256).values(values))


def _in_batches(keys: Iterable[str], size: int) -> Iterator[Sequence[str]]:
    left = iter(keys)
    while some := list(islice(left, size)):
        yield some
