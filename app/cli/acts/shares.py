"""Share links from the command line: made and shown once, listed, closed before their time."""

from datetime import timedelta

from app.cli.acts.paging import gather, show_page, tell_of_more
from app.cli.options import seconds_of
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.rooms import with_newsroom
from app.cli.screen import moment, remark, short, show, show_json, show_table
from app.cli.wire import told
from app.domain.errors import InvalidInput
from app.domain.ids import EditId, ShareId, StatementId
from app.domain.shares import Share
from app.pipeline.newsroom import Newsroom
from app.pipeline.shares import NewShare, address_of, revoke_share, share_edit, share_statement
from app.storage import shares
from app.storage.short_ids import find_id
from app.wiring.newsroom import system_clock

KIND = "share link"
NO_HOST = "Its address is without a host: set WALKBACK_PUBLIC_URL to where the pages are."


def make(statement: str | None, *, edit: str | None, lasts: str, as_json: bool) -> None:
    """Show one statement, or one edit, to whoever has the link.

    Raises:
        InvalidInput: neither or both are named, or it is to last too long; NotFound: there is no such thing.
    """
    if (statement is None) == (edit is None):
        raise InvalidInput("Name a statement, or an edit with --edit.")
    good_for = timedelta(seconds=seconds_of(lasts))

    def act(newsroom: Newsroom) -> tuple[NewShare, str]:
        with newsroom.database.read() as conn:
            found = find_id(conn, "statement", statement) if statement else find_id(conn, "edit", edit or "")
        if statement:
            made = share_statement(newsroom, StatementId(found), lasts=good_for)
        else:
            made = share_edit(newsroom, EditId(found), lasts=good_for)
        return made, newsroom.rules.public_url or ""

    made, base = with_newsroom(act)
    address = address_of(base, made.token)
    if as_json:
        show_json({**_told(made.share), "url": address})
        return
    show(address)
    remark(f"It shows “{one_line(made.share.name)}” until {moment(made.share.expires_at)} UTC.")
    remark("Its address is shown only this once.")
    if not base:
        remark(NO_HOST)


def show_list(*, limit: int, as_json: bool) -> None:
    """Every link, newest first."""
    with open_record() as database, database.read() as conn:
        found, is_more = gather(lambda after, most: shares.list_shares(conn, after=after, limit=most), limit)
    if as_json:
        show_page([_told(one) for one in found], is_more=is_more)
        return
    now = system_clock()
    show_table(
        ("id", "shows", "state", "until (UTC)", "made by", "what"),
        [
            (
                short(one.id),
                one.kind,
                one.state_at(now),
                moment(one.expires_at),
                one_line(one.made_by),
                one_line(one.name),
            )
            for one in found
        ],
        empty="There is no share link. Make one: walkback share make ID",
    )
    tell_of_more(is_more=is_more)


def close(written: str, *, as_json: bool) -> None:
    """Let a link open nothing any more."""

    def act(newsroom: Newsroom) -> Share:
        with newsroom.database.read() as conn:
            share_id = ShareId(find_id(conn, KIND, written))
        return revoke_share(newsroom, share_id)

    share = with_newsroom(act)
    if as_json:
        show_json(_told(share))
    else:
        show(one_line(f"{short(share.id)} “{share.name}” opens nothing any more."))


def _told(share: Share) -> dict[str, object]:
    return {**told(share), "state": share.state_at(system_clock())}
