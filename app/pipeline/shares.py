"""Share links: made by an editor, opened by whoever has them, and closed again before their time if need be."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from app.domain.audit import Act, changes_between
from app.domain.errors import InvalidInput, NotFound
from app.domain.headlines import shorten
from app.domain.ids import EditId, ShareId, StatementId
from app.domain.shares import LONGEST, Share, SharedKind, ShareState
from app.pipeline.audit import note
from app.pipeline.newsroom import Newsroom
from app.storage import claims, edits, shares, statements, watches
from app.storage.identity import new_id

TOKEN_BYTES: Final = 24
LONGEST_TOKEN: Final = 64
LONGEST_NAME: Final = 120
CLOSED: Final = "This link opens nothing: it was closed, has expired, or was never given out."


@dataclass(frozen=True, slots=True)
class NewShare:
    """A link that was just made. ``token`` opens it and cannot be shown again."""

    share: Share
    token: str


def share_statement(newsroom: Newsroom, statement_id: StatementId, *, lasts: timedelta) -> NewShare:
    """Make a link that shows one statement with its history.

    Raises:
        NotFound: there is no such statement; InvalidInput: it is to last too long, or no time at all.
    """
    return _make(newsroom, statement_id, None, lasts)


def share_edit(newsroom: Newsroom, edit_id: EditId, *, lasts: timedelta) -> NewShare:
    """Make a link that shows one edit: the wordings before and behind it, and nothing else of the statement.

    Raises:
        NotFound: there is no such edit; InvalidInput: it is to last too long, or no time at all.
    """
    with newsroom.database.read() as conn:
        edit = edits.get_edit(conn, edit_id)
    return _make(newsroom, edit.statement_id, edit_id, lasts)


def revoke_share(newsroom: Newsroom, share_id: ShareId) -> Share:
    """Let a link open nothing any more; one that is closed already stays as it is.

    Raises:
        NotFound: there is no such link.
    """
    with newsroom.database.write() as conn:
        old = shares.get_share(conn, share_id)
        if old.revoked_at is None:
            shares.revoke_share(conn, share_id, now=newsroom.clock())
            note(conn, newsroom, Act.SHARE_REVOKED, old)
        return shares.get_share(conn, share_id)


def open_share(newsroom: Newsroom, token: str) -> Share:
    """What a token opens.

    Raises:
        NotFound: nothing (any more); it does not say which, so that nobody learns what was shared once.
    """
    digest = sha256(token[:LONGEST_TOKEN].encode("utf-8", "replace")).hexdigest()
    with newsroom.database.read() as conn:
        found = shares.find_share(conn, digest)
    if found is None or found.state_at(newsroom.clock()) is not ShareState.OPEN:
        raise NotFound("share link", CLOSED)
    return found


def address_of(base_url: str, token: str) -> str:
    """Where a link is opened."""
    return f"{base_url.rstrip('/')}/shared/{token}"


def _make(newsroom: Newsroom, statement_id: StatementId, edit_id: EditId | None, lasts: timedelta) -> NewShare:
    if not timedelta() < lasts <= LONGEST:
        raise InvalidInput(f"A link lasts for {LONGEST.days} days at most, and for more than none.", pointer="/days")
    token, now = secrets.token_urlsafe(TOKEN_BYTES), newsroom.clock()
    with newsroom.database.write() as conn:
        statement = statements.get_statement(conn, statement_id)
        watch = watches.get_watch(conn, statement.watch_id)
        begun = claims.find_first_words(conn, [statement_id]).get(statement_id, statement.external_id)
        made = Share(
            id=ShareId(new_id()),
            kind=SharedKind.STATEMENT if edit_id is None else SharedKind.EDIT,
            statement_id=statement_id,
            edit_id=edit_id,
            name=f"{watch.publisher}: {statement.title or shorten(begun)}"[:LONGEST_NAME],
            made_by=newsroom.actor.name,
            created_at=now,
            expires_at=now + lasts,
            revoked_at=None,
        )
        shares.add_share(conn, made, sha256=sha256(token.encode()).hexdigest())
        note(conn, newsroom, Act.SHARE_MADE, made, changes_between(None, made, ("kind", "expires_at")))
    return NewShare(made, token)
