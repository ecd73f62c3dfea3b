"""The texts of wordings: the latest of a statement has a row of its own, each version brings the one before it along.

    latest_text  ──▶  text of version 9   replaced when the next version comes (app/storage/latest_texts.py)
    version 9    ──▶  text of version 8   as what is different from that of version 9: written once, with version 9
    version 8    ──▶  text of version 7   …

So what is compared with a new answer is read at once, and an old wording through at most so many later ones as lie
before the next whole one. Texts of archives are whole, and short ones stand in their rows as they are. Rows of before
this was so are whole, or have their own difference from the next one; they are read as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from app.domain.archives import FIRST_ARCHIVED
from app.domain.errors import StorageError
from app.domain.ids import StatementId
from app.domain.records import sha256_hex
from app.storage.latest_texts import LATEST, LONGEST, Added, PageOfText, is_short, page_of, with_latest
from app.storage.packing import Damaged, comes_back, pack, unpack
from app.storage.tables import version

WHOLE_EVERY = 128
"""Every so many numbers a text is kept whole."""
BRISK_LEVEL = 7
"""For a text beside its neighbour: a third of the time of the usual level, for the same bytes."""
NO_WORDS: Final = sha256_hex(b"")
OF_TEXTS: Final = (
    version.c.statement_id,
    version.c.number,
    version.c.text,
    version.c.text_sha256,
    version.c.text_whole,
    version.c.text_before,
    version.c.text_difference,
)
_ROWS: sa.Select[Any] = sa.select(*OF_TEXTS, *LATEST).select_from(with_latest(version))
_FROM = _ROWS.where(
    version.c.statement_id == sa.bindparam("of_statement"),
    version.c.number >= sa.bindparam("first"),
    version.c.number < FIRST_ARCHIVED,
)
_FROM = _FROM.order_by(version.c.number).limit(WHOLE_EVERY + 1)


def columns_of(conn: sa.Connection, new: Added) -> dict[str, Any]:
    """What the row of a version keeps of texts, for good."""
    body = new.text.encode()
    stands_plain, is_archived = is_short(new.text), new.number >= FIRST_ARCHIVED
    is_whole = not stands_plain and (is_archived or new.number % WHOLE_EVERY == 0)
    return {
        "text": new.text if stands_plain else "",
        "text_whole": pack(body) if is_whole else None,
        "text_before": None if is_archived or new.number == 1 else _before(conn, new, body),
    }


def latest_of(row: sa.Row[Any], page: PageOfText | None) -> str:
    """What is kept of the latest text of a statement, out of a row with ``LATEST``, beside the page under it.

    Raises:
        StorageError: it is damaged.
    """
    name = f"the latest text of statement {row.statement_id}"
    return _unpacked(row.latest, name, base=None if page is None else page.body)


def read_kept(conn: sa.Connection, rows: Sequence[sa.Row[Any]]) -> tuple[str, ...]:
    """What is kept of the texts of rows of versions, in their order.

    Raises:
        StorageError: one of them is damaged.
    """
    texts: dict[tuple[StatementId, int], str] = {}
    later = Later()
    for row in sorted(rows, key=lambda one: (one.statement_id, one.number), reverse=True):
        texts[row.statement_id, row.number] = _read(conn, row, later)
    return tuple(texts[row.statement_id, row.number] for row in rows)


@dataclass
class Later:
    """The version that was read last, of rows that are read backwards: it brings the one before it along."""

    _row: sa.Row[Any] | None = None
    _text: str = ""

    def is_before(self, row: sa.Row[Any]) -> bool:
        """True where the version that was read last is the one after this one."""
        last = self._row
        return last is not None and (last.statement_id, last.number) == (row.statement_id, row.number + 1)

    def kept_of(self, row: sa.Row[Any]) -> str:
        """The text of a row, which may have ``LATEST``.

        Raises:
            StorageError: it is damaged, or the one after it was not read before.
        """
        name = f"version {row.number} of statement {row.statement_id}"
        behind = (self._row, self._text) if self.is_before(row) else None
        self._row = None
        own = _own(row, name)
        self._text = own if own is not None else _from_next(row, behind, name)
        self._row = row
        return self._text


def _read(conn: sa.Connection, row: sa.Row[Any], later: Later) -> str:
    if not later.is_before(row) and not _has_own(row):
        chain = conn.execute(_FROM, {"of_statement": row.statement_id, "first": row.number}).all()
        end = next((place for place, one in enumerate(chain) if _has_own(one)), len(chain) - 1)
        for one in reversed(chain[1 : end + 1]):
            later.kept_of(one)
        row = chain[0] if chain else row
    return later.kept_of(row)


def _text_at(conn: sa.Connection, statement_id: StatementId, number: int) -> str | None:
    """The text of a version that is not read otherwise; None where there is none."""
    found = conn.execute(_FROM, {"of_statement": statement_id, "first": number}).first()
    return None if found is None or found.number != number else _read(conn, found, Later())


def _is_empty(row: sa.Row[Any]) -> bool:
    return row.text_difference is None and row.text_sha256 == NO_WORDS


def _has_own(row: sa.Row[Any]) -> bool:
    """True where a text is had out of its own row."""
    return bool(row.text) or row.text_whole is not None or _latest(row) is not None or _is_empty(row)


def _latest(row: sa.Row[Any]) -> bytes | None:
    """What is kept of the text in the row of the latest one."""
    kept: bytes | None = row._mapping.get("latest")
    return kept


def _own(row: sa.Row[Any], name: str) -> str | None:
    if row.text:
        return str(row.text)
    if row.text_whole is not None:
        return _unpacked(row.text_whole, name)
    if _latest(row) is not None:
        return latest_of(row, page_of(row))
    return "" if _is_empty(row) else None


def _from_next(row: sa.Row[Any], behind: tuple[Any, str] | None, name: str) -> str:
    if behind is None:
        raise StorageError(f"The text of {name} cannot be had: the version after it is missing.")
    next_row, next_text = behind
    difference = row.text_difference if row.text_difference is not None else next_row.text_before
    if difference is None:
        raise StorageError(f"The text of {name} cannot be had: the version after it does not bring it along.")
    return _unpacked(difference, name, base=next_text.encode())


def _before(conn: sa.Connection, new: Added, body: bytes) -> bytes | None:
    """What is different in the text before a new one; all of it, where that would not come back; None where short."""
    before = new.beside.before
    if before is None:
        before = _text_at(conn, new.statement_id, new.number - 1)
    if before is None or is_short(before):
        return None
    whole = before.encode()
    difference = pack(whole, base=body, level=BRISK_LEVEL)
    return difference if comes_back(difference, whole, base=body) else pack(whole)


def _unpacked(packed: bytes, name: str, *, base: bytes | None = None) -> str:
    try:
        return unpack(packed, size=LONGEST, name=name, base=base).decode()
    except (Damaged, UnicodeDecodeError) as error:
        raise StorageError(f"The text of {name} cannot be unpacked.") from error
