"""Where a statement stands: all that a check has to know of it before it can say what happened."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.domain.archives import FIRST_ARCHIVED
from app.domain.ids import StatementId, WatchId
from app.domain.statements import Statement
from app.storage.circumstances import text_of
from app.storage.latest_texts import LATEST, PageOfText, page_of, with_latest
from app.storage.statements import build_statement
from app.storage.tables import statement, version
from app.storage.texts import Later, latest_of


@dataclass(frozen=True)
class Standing:
    """What a check has to know of a statement before it can say what happened: its latest wording and all before.

    ``first_seen_at`` and ``last_seen_at`` are those of the latest wording; ``read_by`` are the rules by which it was
    last read.
    """

    statement: Statement
    read_from: str
    read_by: str
    kept_text: sa.Row[Any] | None
    """Has the columns of ``TEXT``; None where it was read for checks that compare hashes alone."""
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
        return _kept(self._row, self.page)

    @cached_property
    def page(self) -> PageOfText | None:
        """The page that the latest wording is kept as the difference from, if it is.

        Raises:
            StorageError: it is damaged.
        """
        return page_of(self._row)

    @property
    def _row(self) -> sa.Row[Any]:
        assert self.kept_text is not None, "read without its text"
        return self.kept_text

    @cached_property
    def text(self) -> str:
        """The latest wording.

        Raises:
            StorageError: it is damaged.
        """
        return text_of(self._row, self.kept)


STANDING = sa.select(
    statement,
    statement.c.id.label("statement_id"),
    version.c.capture_sha256,
    version.c.first_seen_at.label("wording_from"),
    version.c.last_seen_at.label("wording_until"),
)
TEXT = (
    version.c.number,
    version.c.text,
    version.c.text_difference,
    version.c.text_whole,
    version.c.fetched_url,
    *LATEST,
)
_LATEST = statement.join(
    version, sa.and_(version.c.statement_id == statement.c.id, version.c.number == statement.c.version_count)
)
WITH_TEXT = STANDING.add_columns(*TEXT).select_from(with_latest(_LATEST))
OF_WATCH = WITH_TEXT.where(
    statement.c.watch_id == sa.bindparam("watch_id"),
    statement.c.external_id.in_(sa.bindparam("external_ids", expanding=True)),
)
_OF_WATCHES = (
    statement.c.watch_id.in_(sa.bindparam("watch_ids", expanding=True)),
    statement.c.external_id.in_(sa.bindparam("external_ids", expanding=True)),
)
OF_WATCHES, HASHES_OF_WATCHES = WITH_TEXT.where(*_OF_WATCHES), STANDING.select_from(_LATEST).where(*_OF_WATCHES)


def load_standing(conn: sa.Connection, watch_id: WatchId, external_ids: Iterable[str]) -> dict[str, Standing]:
    """What is known of these statements of a watch, by external id; unknown ones are left out."""
    rows = conn.execute(OF_WATCH, {"watch_id": watch_id, "external_ids": list(external_ids)}).all()
    return {key: one for (_, key), one in _standing(conn, rows).items()}


def load_standing_of_many(
    conn: sa.Connection, wanted: Collection[tuple[WatchId, str]], *, with_texts: bool = True
) -> dict[tuple[WatchId, str], Standing]:
    """The same for statements of several watches, by watch and external id; their texts are read where wanted."""
    watch_ids, external_ids = list({key[0] for key in wanted}), list({key[1] for key in wanted})
    query = OF_WATCHES if with_texts else HASHES_OF_WATCHES
    rows = conn.execute(query, {"watch_ids": watch_ids, "external_ids": external_ids}).all()
    mine = [row for row in rows if (row.watch_id, row.external_id) in wanted]
    return _standing(conn, mine, with_texts=with_texts)


def _standing(
    conn: sa.Connection, rows: Sequence[sa.Row[Any]], *, with_texts: bool = True
) -> dict[tuple[WatchId, str], Standing]:
    changed = [row.id for row in rows if row.version_count > 1]
    earlier = _earlier_texts(conn, changed) if changed else {}
    return {
        (row.watch_id, row.external_id): Standing(
            statement=build_statement(row),
            read_from=row.read_from,
            read_by=row.read_by,
            kept_text=row if with_texts else None,
            text_sha256=row.text_sha256,
            capture_sha256=row.capture_sha256,
            first_seen_at=row.wording_from,
            last_seen_at=row.wording_until,
            last_edited_at=row.last_edited_at,
            earlier=earlier.get(row.id, {row.text_sha256: 1}),
        )
        for row in rows
    }


def _kept(row: sa.Row[Any], page: PageOfText | None) -> str:
    return Later().kept_of(row) if page is None else latest_of(row, page)


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
