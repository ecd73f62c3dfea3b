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
from typing import Any

import sqlalchemy as sa

from app.domain.errors import NotFound, StorageError
from app.domain.records import sha256_hex
from app.domain.statements import Capture
from app.storage.dialect import insert_or_skip
from app.storage.packing import Damaged, comes_back, pack, unpack
from app.storage.tables import archive_capture, capture, version
from app.storage.together import Turn, write

MOST_DIFFERENCES = 100
"""So many rows are read at most, beside its own, to have a page back."""
WORTH_TRYING_WHOLE, WORTH_A_CHAIN = 0.5, 0.9
AT_ONCE = 200
REMEMBERED_BYTES = 64 * 2**20
_KEPT = sa.select(capture.c.sha256).where(capture.c.sha256.in_(sa.bindparam("several", expanding=True)))
_PACKED = sa.select(
    capture.c.sha256, capture.c.body, capture.c.size, capture.c.base_sha256, capture.c.differences
).where(capture.c.sha256 == sa.bindparam("sha256"))


@dataclass(frozen=True, slots=True)
class _Base:
    """What a new page may be the difference from: its bytes, and how many differences it took to have them."""

    sha256: str
    body: bytes
    differences: int


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


def add_capture(conn: sa.Connection, new: Capture, *, before: str | None = None) -> None:
    """Keep these bytes, unless the same bytes are kept already.

    ``before`` is the SHA-256 of the page that the version before it was read from.
    """
    write(conn, Turn.CAPTURE, _add_all, [(new, before)])


def _add_all(conn: sa.Connection, added: Sequence[tuple[Capture, str | None]]) -> None:
    kept = set(conn.execute(_KEPT, {"several": [new.sha256 for new, _ in added]}).scalars())
    rows = [_row(conn, new, before) for new, before in added if new.sha256 not in kept]
    if rows:
        conn.execute(insert_or_skip(conn, capture), rows)


def _row(conn: sa.Connection, new: Capture, before: str | None) -> dict[str, Any]:
    base = _base(conn, before) if before is not None else None
    body, base = _packed(new.body, base)
    return {
        "sha256": new.sha256,
        "body": body,
        "size": len(new.body),
        "content_type": new.content_type,
        "first_fetched_at": new.first_fetched_at,
        "base_sha256": bytes.fromhex(base.sha256) if base else None,
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
        sha256 = bytes(chain[-1].base_sha256).hex()
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
    bases = {bytes.fromhex(sha256) for sha256 in of_forgotten}
    for some in _in_batches(of_forgotten, AT_ONCE):
        rows = conn.execute(sa.select(capture).where(capture.c.sha256.in_(some), used)).all()
        for row in rows:
            if row.base_sha256 is not None and bytes(row.base_sha256) in bases:
                _keep_whole(conn, row)
    for some in _in_batches(of_forgotten, AT_ONCE):
        conn.execute(sa.delete(capture).where(capture.c.sha256.in_(some), sa.not_(used)))


def count_captures(conn: sa.Connection, *, since: datetime) -> int:
    """How many different answers were first fetched since then."""
    query = sa.select(sa.func.count()).select_from(capture).where(capture.c.first_fetched_at >= since)
    return conn.execute(query).scalar_one()


def _base(conn: sa.Connection, sha256: str) -> _Base | None:
    """The page that a new one may be the difference from; None after many differences, or where it is damaged."""
    row = conn.execute(_PACKED, {"sha256": sha256}).one_or_none()
    if row is None or row.differences >= MOST_DIFFERENCES:
        return None
    try:
        return _Base(row.sha256, read_body(conn, row, Bodies()), row.differences)
    except Damaged:
        return None


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
