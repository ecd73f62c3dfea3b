"""What a statement is called where it is a line in a list: its title, or how its text begins; never a bare number."""

from collections.abc import Iterable, Mapping
from typing import Final

from app.domain.headlines import shorten
from app.domain.ids import StatementId
from app.domain.statements import Statement
from app.domain.words import Words
from app.storage import claims
from app.storage.database import Connection

LONGEST: Final = 90


def names_of(conn: Connection, found: Iterable[Statement], words: Words) -> Mapping[StatementId, str]:
    """A name for each statement, asked for together."""
    known = list(found)
    begun = claims.find_first_words(conn, [one.id for one in known if not one.title])
    return {one.id: one.title or shorten(begun.get(one.id, ""), LONGEST) or _by_time(one, words) for one in known}


def name_of(conn: Connection, statement: Statement, words: Words) -> str:
    """The same for one."""
    return names_of(conn, [statement], words)[statement.id]


def _by_time(statement: Statement, words: Words) -> str:
    """“Published 7 January 2025, 09:12 UTC”."""
    if statement.published_at is not None:
        return words.text("Published {moment}", moment=words.moment(statement.published_at))
    return words.text("First seen {moment}", moment=words.moment(statement.first_seen_at))
