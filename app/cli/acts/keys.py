"""API keys from the command line: made, listed, revoked. A key is shown once."""

from datetime import timedelta
from typing import assert_never

from app.cli.options import seconds_of
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.rooms import with_newsroom
from app.cli.screen import moment, remark, short, show, show_json, show_table
from app.cli.wire import told
from app.domain.errors import InvalidInput
from app.domain.ids import KeyId
from app.domain.keys import ApiKey, KeyState, Scope
from app.pipeline.keys import NewKey, create_key, revoke_key, rotate_key
from app.pipeline.newsroom import Newsroom
from app.pipeline.watch_fields import line_of
from app.storage import keys
from app.storage.short_ids import find_id
from app.wiring.newsroom import system_clock

LONGEST_OVERLAP = timedelta(days=30)


def create(name: str, scope: Scope, *, expires_in: str | None, as_json: bool) -> None:
    """Make a key for somebody, and show it once."""
    good_for = None if expires_in is None else timedelta(seconds=seconds_of(expires_in))
    called = line_of(name, "name")

    def act(newsroom: Newsroom) -> NewKey:
        expires_at = None if good_for is None else newsroom.clock() + good_for
        return create_key(newsroom, name=called, scope=scope, expires_at=expires_at)

    _show_once(with_newsroom(act), as_json=as_json)


def _show_once(made: NewKey, *, as_json: bool) -> None:
    if as_json:
        show_json({**_told(made.key), "key": made.secret})
        return
    show(made.secret)
    until = f", good until {moment(made.key.expires_at)} UTC" if made.key.expires_at else ""
    remark(f"The key of “{made.key.name}” ({made.key.scope}{until}) is shown only this once.")


def rotate(written: str, *, overlap: str, as_json: bool) -> None:
    """Put a new key in the place of an old one, and show it once."""
    kept = timedelta(seconds=seconds_of(overlap))
    if kept > LONGEST_OVERLAP:
        raise InvalidInput("The old key may go on for 30 days at most.")

    def act(newsroom: Newsroom) -> tuple[NewKey, ApiKey]:
        with newsroom.database.read() as conn:
            key_id = KeyId(find_id(conn, "key", written))
        made = rotate_key(newsroom, key_id, overlap=kept)
        with newsroom.database.read() as conn:
            return made, keys.get_key(conn, key_id)

    made, old = with_newsroom(act)
    _show_once(made, as_json=as_json)
    if not as_json:
        remark(f"The old key {short(old.id)} opens what it did until {moment(old.expires_at)} UTC.")


def show_list(*, as_json: bool) -> None:
    """Every key, newest first; never the key itself."""
    with open_record() as database, database.read() as conn:
        found = keys.list_keys(conn)
    if as_json:
        show_json({"items": [_told(key) for key in found]})
        return
    show_table(
        ("id", "begins", "name", "scope", "state", "made (UTC)", "last used (UTC)"),
        [
            (
                short(key.id),
                f"{key.prefix}…",
                one_line(key.name),
                key.scope,
                _state(key),
                moment(key.created_at),
                moment(key.last_used_at),
            )
            for key in found
        ],
        empty="There is no key. Make one: walkback key create newsroom --scope write",
    )


def revoke(written: str, *, as_json: bool) -> None:
    """Let a key open nothing any more."""

    def act(newsroom: Newsroom) -> ApiKey:
        with newsroom.database.read() as conn:
            key_id = KeyId(find_id(conn, "key", written))
        return revoke_key(newsroom, key_id)

    key = with_newsroom(act)
    if as_json:
        show_json(_told(key))
    else:
        show(one_line(f"{short(key.id)} “{key.name}” opens nothing any more."))


def _told(key: ApiKey) -> dict[str, object]:
    return {**told(key), "state": key.state_at(system_clock())}


def _state(key: ApiKey) -> str:
    match key.state_at(system_clock()):
        case KeyState.REVOKED:
            return f"revoked {moment(key.revoked_at)}"
        case KeyState.EXPIRED:
            return f"expired {moment(key.expires_at)}"
        case KeyState.ENDING:
            return f"ends soon: {moment(key.expires_at)}"
        case KeyState.VALID:
            return "valid" if key.expires_at is None else f"until {moment(key.expires_at)}"
        case other:
            assert_never(other)
