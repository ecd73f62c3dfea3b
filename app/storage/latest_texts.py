"""The latest text of each statement, in a row that is replaced when the next comes: what a new answer is compared with.

    first page  ──▶  its text    nearly all of it stands in the page, so it is kept as what is different from that
                ──▶  the text of the next version, and so on, while that is small

A text is the difference only from a page that a version of the same statement was read from, which stays as long as the
statement does; and only from one that is read at once, or through one other. Where no such page is alike it is whole.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from app.domain.archives import FIRST_ARCHIVED
from app.domain.errors import StorageError
from app.domain.ids import StatementId
from app.domain.statements import Capture
from app.storage.dialect import insert_or_replace
from app.storage.packing import Damaged, comes_back, pack, unpack
from app.storage.sending import send
from app.storage.tables import capture, latest_text, version

LONGEST = 2**31 - 1
SHORT_BYTES = 300
"""Up to so many a text is not worth a row of its own, or a difference."""
QUICK_LEVEL = 3
"""For what is replaced soon."""
LARGEST_PAGE_BYTES = 2**19
"""What is different from a larger page is not worth the time that it takes."""
DEEPEST = 1
PLAINLY_ALIKE, WORTH_A_PAGE = 0.1, 0.7
_WITH_PAGE: Final = version.alias("with_page")
_PAGE: Final = capture.alias("page")
_UNDER_PAGE: Final = capture.alias("under_page")
IS_LATEST: Final = sa.and_(
    latest_text.c.statement_id == version.c.statement_id, latest_text.c.number == version.c.number
)
LATEST: Final = (
    latest_text.c.body.label("latest"),
    latest_text.c.page_number,
    _PAGE.c.body.label("page"),
    _PAGE.c.size.label("page_size"),
    _PAGE.c.differences.label("page_differences"),
    _UNDER_PAGE.c.body.label("under_page"),
    _UNDER_PAGE.c.size.label("under_page_size"),
)
"""What is kept of the latest text, and the page that it is the difference from."""
_DEPTHS: Final = sa.select(capture.c.sha256, capture.c.differences).where(
    capture.c.sha256.in_(sa.bindparam("several", expanding=True))
)


class PageOfText(NamedTuple):
    """A page that a text may be the difference from: that of which version of its statement, and its bytes."""

    number: int
    body: bytes


class Beside(NamedTuple):
    """What is at hand where a version is added; nothing of it has to be.

    ``before`` is what is kept of the text before it, and ``page_before`` the page that this is the difference from.
    """

    page: Capture | None = None
    before: str | None = None
    page_before: PageOfText | None = None


NOTHING: Final = Beside()


class Added(NamedTuple):
    """What is kept of a version that is added: a short text, or a document (app/storage/circumstances.py)."""

    statement_id: StatementId
    number: int
    text: str
    beside: Beside


def is_short(text: str) -> bool:
    """True where a text stands in its row as it is."""
    return len(text) <= SHORT_BYTES and len(text.encode()) <= SHORT_BYTES


def with_latest(versions: sa.FromClause) -> sa.FromClause:
    """Rows of versions, of which the latest have the columns of ``LATEST``."""
    of_page = sa.and_(
        _WITH_PAGE.c.statement_id == latest_text.c.statement_id, _WITH_PAGE.c.number == latest_text.c.page_number
    )
    found = versions.outerjoin(latest_text, IS_LATEST).outerjoin(_WITH_PAGE, of_page)
    found = found.outerjoin(_PAGE, _PAGE.c.sha256 == _WITH_PAGE.c.capture_sha256)
    return found.outerjoin(_UNDER_PAGE, _UNDER_PAGE.c.sha256 == _PAGE.c.base_sha256)


def keep_latest(conn: sa.Connection, added: Iterable[Added]) -> None:
    """Keep the latest texts of these statements."""
    newest = {one.statement_id: one for one in sorted(added, key=lambda one: one.number)}
    long = [one for one in newest.values() if one.number < FIRST_ARCHIVED and not is_short(one.text)]
    near = _read_at_once(conn, {one.beside.page.sha256 for one in long if one.beside.page is not None})
    send(conn, insert_or_replace(conn, latest_text), [_row(one, near) for one in long])


def page_of(row: sa.Row[Any]) -> PageOfText | None:
    """The page that the latest text in a row with ``LATEST`` is the difference from; None where it is whole.

    Raises:
        StorageError: it is damaged.
    """
    if row.page_number is None:
        return None
    name = f"the page under the latest text of statement {row.statement_id}"
    if row.page is None or row.page_differences > DEEPEST or (row.page_differences and row.under_page is None):
        raise StorageError(f"What belongs to {name} is missing.")
    try:
        under = unpack(row.under_page, size=row.under_page_size, name=name) if row.page_differences else None
        return PageOfText(row.page_number, unpack(row.page, size=row.page_size, base=under, name=name))
    except Damaged as damaged:
        raise StorageError(str(damaged)) from damaged


def _read_at_once(conn: sa.Connection, pages: Collection[str]) -> frozenset[str]:
    """Those of these pages that are read through one other at most."""
    rows: Sequence[Any] = conn.execute(_DEPTHS, {"several": list(pages)}).all() if pages else ()
    return frozenset(row.sha256 for row in rows if row.differences <= DEEPEST)


def _row(one: Added, near: Collection[str]) -> dict[str, Any]:
    text = one.text.encode()
    own, page = one.beside.page, one.beside.page_before
    if own is not None and own.sha256 in near:
        page = PageOfText(one.number, own.body)
    difference = None if page is None or len(page.body) > LARGEST_PAGE_BYTES else _difference(text, page.body)
    kept = {"statement_id": one.statement_id, "number": one.number}
    if difference is None or page is None:
        return kept | {"body": pack(text, level=QUICK_LEVEL), "page_number": None}
    return kept | {"body": difference, "page_number": page.number}


def _difference(text: bytes, page: bytes) -> bytes | None:
    """What is different from a page; None where that is not worth it, or would not come back."""
    difference = pack(text, base=page, level=QUICK_LEVEL, is_summed=True)
    is_alike = len(difference) < PLAINLY_ALIKE * len(text)
    if not is_alike and len(difference) > WORTH_A_PAGE * len(pack(text, level=QUICK_LEVEL)):
        return None
    return difference if comes_back(difference, text, base=page) else None
