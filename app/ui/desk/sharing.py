"""Share links: one statement or one edit for whoever has the link, without a key, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from markupsafe import Markup
from starlette.responses import Response

from app.claims.diff import diff_words
from app.domain.edits import Edit
from app.domain.errors import NotFound
from app.domain.ids import EditId, ShareId, StatementId
from app.domain.keys import Scope
from app.domain.shares import Share, SharedKind, ShareState
from app.domain.statements import Statement, Version
from app.domain.terms import term_of
from app.domain.words import Words, msgid
from app.messages.message import Marked
from app.pipeline.shares import NewShare, address_of, open_share, revoke_share, share_edit, share_statement
from app.storage import edits, shares, statements, versions, watches
from app.storage.database import Connection
from app.ui.desk.paging import place_of, place_to_text, uuid_of
from app.ui.drawings.strip import draw_version_strip
from app.ui.marking import pieces_of, shortened
from app.ui.naming import name_of
from app.ui.views.history import chart_of, history_of, strip_of
from app.ui.views.statement import chart_drawn, name_of_version
from app.ui.visit import Page, Visit

ON_ONE_PAGE: Final = 50
MOST_EDITS: Final = 12
LONGEST_TEXT: Final = 12_000
AROUND: Final = 240
"""Characters that stayed, on each side of what changed: the place is understood, and found in a long text."""
DAYS: Final = (1, 7, 30, 90, 365)
STATES: Final = {
    ShareState.OPEN: msgid("open"),
    ShareState.EXPIRED: msgid("expired"),
    ShareState.REVOKED: msgid("closed"),
}
KINDS: Final = {SharedKind.STATEMENT: msgid("a statement"), SharedKind.EDIT: msgid("one edit")}


def list_shares(visit: Visit) -> Response:
    """Every link that was made, whether it opens anything or not."""
    return _page(visit)


def make(visit: Visit) -> Response:
    """Make a link to the statement or edit that the form names; its address is shown once."""
    days = visit.form.get("days", "")
    lasts = timedelta(days=int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 7)
    edit_id, statement_id = uuid_of(visit.form.get("edit")), uuid_of(visit.form.get("statement"))
    if edit_id is not None:
        made = share_edit(visit.newsroom, EditId(edit_id), lasts=lasts)
    elif statement_id is not None:
        made = share_statement(visit.newsroom, StatementId(statement_id), lasts=lasts)
    else:
        raise NotFound("statement", "to share")
    return _page(visit, made=made)


def revoke(visit: Visit) -> Response:
    """Close a link before its time."""
    revoke_share(visit.newsroom, ShareId(visit.id_of("share_id")))
    return visit.redirect("/shares", said="share-closed")


def show_shared(visit: Visit) -> Response:
    """What a link shows, to whoever has it: read by the house, so that it may be private, and nothing beside it."""
    bare = replace(visit, session=None, rules=replace(visit.rules, public_read=False))
    try:
        found = open_share(visit.house, str(visit.request.path_params["token"]))
    except NotFound:
        return _unlisted(bare.page("desk/shared_gone.html", status=404))
    with visit.house.database.read() as conn:
        statement = statements.get_statement(conn, found.statement_id)
        watch = watches.get_watch(conn, statement.watch_id)
        edit = None if found.edit_id is None else edits.get_edit(conn, found.edit_id)
        shown = _statement(conn, visit, statement) if edit is None else _edit(conn, visit.words, edit)
        name = name_of(conn, statement, visit.words)
    return _unlisted(
        bare.page("desk/shared.html", share=found, name=name, statement=statement, watch=watch, edit=edit, **shown)
    )


def _unlisted(answer: Response) -> Response:
    """For whoever has the link, and for nobody's list or store."""
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _statement(conn: Connection, visit: Visit, statement: Statement) -> dict[str, Any]:
    latest = versions.find_latest(conn, statement)
    history = history_of(conn, statement.id)
    names = {mark.number: name_of_version(mark.number, visit.words) for mark in history.marks}
    strip = strip_of(history, names, until=statement.last_checked_at)
    steps = tuple(reversed(history.steps))[:MOST_EDITS]
    wanted = {number for step in steps for number in (step.from_version, step.to_version)}
    known = {number: versions.get_version(conn, statement.id, number) for number in sorted(wanted)}
    return {
        "state": term_of(statement.state, visit.words),
        "text": latest.wording.text[:LONGEST_TEXT],
        "chart": chart_drawn(chart_of(history), visit.words),
        "strip": Markup(draw_version_strip(strip, visit.words)),  # noqa: S704  # drawings escape their words themselves
        "steps": [_step(visit.words, step, known) for step in steps],
        "is_cut": len(history.steps) > MOST_EDITS or history.older is not None,
    }


def _edit(conn: Connection, words: Words, edit: Edit) -> dict[str, Any]:
    known = {number: versions.get_version(conn, edit.statement_id, number) for number in _ends(edit)}
    return {"steps": [_step(words, edit, known)], "state": "", "text": "", "chart": "", "strip": "", "is_cut": False}


def _ends(edit: Edit) -> set[int]:
    return {edit.from_version, edit.to_version}


def _step(words: Words, edit: Edit, known: dict[int, Version]) -> tuple[Edit, str, str, Marked]:
    """An edit, its name, its level, and the way from the old words to the new ones."""
    before, after = known[edit.from_version].wording.text, known[edit.to_version].wording.text
    name = f"{name_of_version(edit.from_version, words)} → {name_of_version(edit.to_version, words)}"
    pieces = pieces_of(diff_words(before[:LONGEST_TEXT], after[:LONGEST_TEXT])) if before != after else ()
    return edit, name, term_of(edit.level, words), shortened(pieces, AROUND)


def _page(visit: Visit, *, made: NewShare | None = None) -> Response:
    now = visit.newsroom.clock()
    statement_id = uuid_of(visit.query.get("statement"))
    with visit.newsroom.database.read() as conn:
        page = shares.list_shares(conn, after=place_of(visit.query.get("after")), limit=ON_ONE_PAGE)
        asked = statements.get_statement(conn, StatementId(statement_id)) if statement_id else None
        asked_name = name_of(conn, asked, visit.words) if asked else ""
    following = place_to_text(page.next)
    answer = visit.page(
        "desk/shares.html",
        rows=[(one, visit.words.text(KINDS[one.kind]), _state(one, visit)) for one in page.items],
        open_state=ShareState.OPEN,
        asked=asked,
        asked_name=asked_name,
        edit=uuid_of(visit.query.get("edit")),
        days=[(str(count), visit.words.plural("{count} day", "{count} days", count)) for count in DAYS],
        made=made,
        address=_address(visit, made.token) if made else None,
        following=visit.here(after=following) if following else None,
        now=now,
    )
    if made is not None:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _state(share: Share, visit: Visit) -> tuple[str, bool]:
    state = share.state_at(visit.newsroom.clock())
    return visit.words.text(STATES[state]), state is ShareState.OPEN


def _address(visit: Visit, token: str) -> str:
    base = visit.newsroom.rules.public_url or str(visit.request.base_url)
    return address_of(base, token)


PAGES: Final = (
    Page("GET", "/shares", list_shares, needs=Scope.WRITE),
    Page("POST", "/shares", make, needs=Scope.WRITE),
    Page("POST", "/shares/{share_id:uuid}/close", revoke, needs=Scope.WRITE),
    Page("GET", "/shared/{token:str}", show_shared, needs=None),
)
