"""API keys from the command line: made, listed, revoked. A key is shown once."""

from datetime import timedelta

from app.cli.options import seconds_of
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.rooms import with_newsroom
from app.cli.screen import moment, remark, short, show, show_json, show_table
from app.cli.wire import told
from app.domain.ids import KeyId
from app.domain.keys import ApiKey, Scope
from app.pipeline.keys import NewKey, create_key, revoke_key
from app.pipeline.newsroom import Newsroom
from app.pipeline.watch_fields import line_of
from app.storage import keys
from app.storage.short_ids import find_id
from app.wiring.newsroom import system_clock


def create(name: str, scope: Scope, *, expires_in: str | None, as_json: bool) -> None:
    """Make a key for somebody, and show it once."""
    good_for = None if expires_in is None else timedelta(seconds=seconds_of(expires_in))
    called = line_of(name, "name")

    def act(newsroom: Newsroom) -> NewKey:
        expires_at = None if good_for is None else newsroom.clock() + good_for
        return create_key(newsroom, name=called, scope=scope, expires_at=expires_at)

    made = with_newsroom(act)
    if as_json:
        show_json({**told(made.key), "key": made.secret})
        return
    show(made.secret)
    until = f", good until {moment(made.key.expires_at)} UTC" if made.key.expires_at else ""
    remark(f"The key of “{made.key.name}” ({made.key.scope}{until}) is shown only this once.")


def show_list(*, as_json: bool) -> None:
    """Every key, newest first; never the key itself."""
    with open_record() as database, database.read() as conn:
        found = keys.list_keys(conn)
    if as_json:
        show_json({"items": found})
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
        show_json(key)
    else:
        show(one_line(f"{short(key.id)} “{key.name}” opens nothing any more."))


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {moment(key.revoked_at)}"
    if not key.is_valid(system_clock()):
        return f"expired {moment(key.expires_at)}"
    return "valid" if key.expires_at is None else f"until {moment(key.expires_at)}"
