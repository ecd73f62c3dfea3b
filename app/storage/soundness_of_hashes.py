"""Whether what is kept is what was read: every text, record and capture against the hash that stands beside it."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app.domain.archives import is_archived
from app.domain.errors import StorageError
from app.domain.records import canonical_record, sha256_hex
from app.domain.statements import Version
from app.storage.captures import Bodies, list_captures, read_body
from app.storage.latest_texts import LATEST, with_latest
from app.storage.packing import Damaged
from app.storage.tables import statement, version
from app.storage.texts import Later
from app.storage.versions import build_version

AT_A_TIME = 200


def false_versions(conn: sa.Connection) -> Iterator[str | None]:
    """Of each version, the last key first, as texts are read beside later ones: what is wrong with it, or None."""
    last = statement.c.version_count == version.c.number
    of = sa.and_(statement.c.id == version.c.statement_id, last)
    latest = sa.select(version, *LATEST, statement.c.text_sha256.label("of_statement"))
    query = latest.select_from(with_latest(version).outerjoin(statement, of))
    query = query.order_by(version.c.statement_id.desc(), version.c.number.desc())
    later = Later()
    for row in conn.execute(query.execution_options(yield_per=AT_A_TIME)):
        wrong = _wrong_in(row, later)
        yield None if wrong is None else f"statement {row.statement_id}, version {row.number} {wrong}"


def _wrong_in(row: sa.Row[Any], later: Later) -> str | None:
    try:
        found = build_version(row, later.kept_of(row))
    except StorageError:
        return "has a text that cannot be unpacked"
    wrong = _wrong_with(found)
    if wrong is None and row.of_statement not in (None, found.text_sha256):
        return "is the latest, and the statement has another hash"
    return wrong


def _wrong_with(one: Version) -> str | None:
    if sha256_hex(one.wording.text.encode()) != one.text_sha256:
        return "has another text than its hash says"
    record = canonical_record(
        statement_id=one.statement_id,
        number=one.number,
        url=one.fetched_url,
        wording=one.wording,
        first_seen_at=one.first_seen_at,
        text_sha256=one.text_sha256,
        capture_sha256=one.capture_sha256,
        extractor_version=one.extractor_version,
        normaliser_version=one.normaliser_version,
    )
    if sha256_hex(record) != one.record_sha256:
        return "has another record than its hash says"
    return "is of an archive that is not named" if is_archived(one.number) and one.origin is None else None


def false_captures(conn: sa.Connection) -> Iterator[str | None]:
    """Of each capture: what is wrong with it, or None."""
    known = Bodies()
    for row in list_captures(conn, at_a_time=AT_A_TIME):
        try:
            read_body(conn, row, known)
        except Damaged as damaged:
            yield str(damaged)
        else:
            yield None
