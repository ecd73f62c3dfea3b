"""Ids as people type them: any ending or beginning that means one thing only."""

import re
import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from app.domain.errors import InvalidInput, NotFound
from app.storage.dialect import digits_of
from app.storage.tables import alert, api_key, destination, edit, event, flag, pin, share_link, statement, watch

TABLES: Mapping[str, sa.Table] = {
    "watch": watch,
    "statement": statement,
    "edit": edit,
    "flag": flag,
    "pin": pin,
    "destination": destination,
    "alert": alert,
    "key": api_key,
    "event": event,
    "share link": share_link,
}
FEWEST_DIGITS = 6
DIGITS = re.compile(r"[0-9a-f]+", re.ASCII)


def find_id(conn: sa.Connection, kind: str, written: str) -> uuid.UUID:
    """The id of the one thing of a kind (a key of ``TABLES``) that is meant by a whole id, by its end, or its start.

    Raises:
        InvalidInput: it is no part of an id, or several things are meant.
        NotFound: there is nothing with it.
    """
    digits = written.strip().lower().replace("-", "")
    if not DIGITS.fullmatch(digits) or not FEWEST_DIGITS <= len(digits) <= 32:
        raise InvalidInput(f"“{written}” is no id; write at least its last {FEWEST_DIGITS} characters.")
    column = TABLES[kind].c.id
    hexadecimal = digits_of(conn, column)
    either = sa.or_(hexadecimal.like(f"%{digits}"), hexadecimal.like(f"{digits}%"))
    wanted = column == uuid.UUID(digits) if len(digits) == 32 else either
    found = conn.execute(sa.select(column).where(wanted).limit(2)).scalars().all()
    if not found:
        raise NotFound(kind, written.strip())
    if len(found) > 1:
        raise InvalidInput(f"“{written}” means more than one {kind}; write more of the id.")
    key: uuid.UUID = found[0]
    return key
