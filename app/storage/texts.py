"""The texts of wordings: the latest of a statement is kept whole, each earlier one as what is different from the next.

So what is compared with a new answer is read at once, and an old wording through at most so many later ones as lie
before the next whole one. Texts of archives are kept whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.domain.archives import FIRST_ARCHIVED
from app.domain.errors import StorageError
from app.domain.ids import StatementId
from app.storage.packing import Damaged, comes_back, pack, unpack
from app.storage.sending import send
from app.storage.tables import version

WHOLE_EVERY = 32
"""Every so many numbers a text stays whole."""
LONGEST = 2**31 - 1


_WHOLE = (
    version.c.statement_id == sa.bindparam("of_statement"),
    version.c.number == sa.bindparam("numbered"),
    version.c.text_difference.is_(None),
)
_TEXT, _SHRINK = sa.select(version.c.text).where(*_WHOLE), sa.update(version).where(*_WHOLE)


class Step(NamedTuple):
    """From the text of a version to the next one; ``text`` is that of the version, where it is known."""

    statement_id: StatementId
    number: int
    next_text: str
    text: str | None


def keep_differences(conn: sa.Connection, steps: Iterable[Step]) -> None:
    """Keep texts as what is different from the next ones, where that is smaller."""
    rows = [row for step in steps if step.number % WHOLE_EVERY and (row := _shrunk(conn, step)) is not None]
    send(conn, _SHRINK, rows)


def _shrunk(conn: sa.Connection, step: Step) -> dict[str, Any] | None:
    mine = {"of_statement": step.statement_id, "numbered": step.number}
    whole = step.text if step.text is not None else conn.execute(_TEXT, mine).scalar_one_or_none()
    if whole is None:
        return None
    body, base = whole.encode(), step.next_text.encode()
    difference = pack(body, base=base)
    is_good = len(difference) < len(body) and comes_back(difference, body, base=base)
    return {**mine, "text": "", "text_difference": difference} if is_good else None


def read_texts(conn: sa.Connection, rows: Sequence[sa.Row[Any]]) -> tuple[str, ...]:
    """The texts of rows of versions, in their order.

    Raises:
        StorageError: one of them is damaged.
    """
    texts: dict[tuple[StatementId, int], str] = {}
    later = Later()
    for row in sorted(rows, key=lambda one: (one.statement_id, one.number), reverse=True):
        if row.text_difference is not None and not later.is_before(row):
            for one in _behind(conn, row):
                later.text_of(one)
        texts[row.statement_id, row.number] = later.text_of(row)
    return tuple(texts[row.statement_id, row.number] for row in rows)


@dataclass
class Later:
    """The text that was read last, of rows that are read backwards: the one before it may be what differs from it."""

    _key: tuple[StatementId, int] | None = None
    _text: str = ""

    def is_before(self, row: sa.Row[Any]) -> bool:
        """True where the text that was read last is that of the version after this one."""
        return self._key == (row.statement_id, row.number + 1)

    def text_of(self, row: sa.Row[Any]) -> str:
        """The text of a row.

        Raises:
            StorageError: it is damaged, or the one after it was not read before.
        """
        before = self._text if self.is_before(row) else None
        self._key = None
        self._text = row.text if row.text_difference is None else _text(row, before)
        self._key = (row.statement_id, row.number)
        return self._text


def _behind(conn: sa.Connection, row: sa.Row[Any]) -> list[sa.Row[Any]]:
    """The rows after a version up to the next whole one, that one first."""
    behind = sa.and_(version.c.number > row.number, version.c.number <= row.number + WHOLE_EVERY)
    mine = sa.and_(version.c.statement_id == row.statement_id, behind, version.c.number < FIRST_ARCHIVED)
    query = sa.select(version.c.statement_id, version.c.number, version.c.text, version.c.text_difference)
    found = conn.execute(query.where(mine).order_by(version.c.number)).all()
    whole = next((place for place, one in enumerate(found) if one.text_difference is None), len(found) - 1)
    return list(reversed(found[: whole + 1]))


def _text(row: sa.Row[Any], next_text: str | None) -> str:
    name = f"version {row.number} of statement {row.statement_id}"
    if next_text is None:
        raise StorageError(f"The text of {name} cannot be had: the version after it is missing.")
    try:
        return unpack(row.text_difference, size=LONGEST, name=name, base=next_text.encode()).decode()
    except (Damaged, UnicodeDecodeError) as error:
        raise StorageError(f"The text of {name} cannot be unpacked.") from error
