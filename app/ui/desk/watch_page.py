"""One watch: how it fares, what it has found, when it could not be read, and everything that can be changed of it."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from app.domain.errors import NotFound, WalkbackError
from app.domain.ids import WatchId
from app.domain.keys import Scope
from app.domain.terms import term_of
from app.domain.watches import Visibility, Watch, WatchState
from app.messages.kept.telling import retold
from app.pipeline.lapses import lapses_of_watch
from app.pipeline.watch_fields import draft_of
from app.pipeline.watchlist import WatchChange, change_watch, remove_watch
from app.storage import pins, statements, watches
from app.ui.desk.choices import options_of
from app.ui.desk.paging import place_of, place_to_text
from app.ui.desk.watchlist import rows_of
from app.ui.naming import names_of
from app.ui.visit import Page, Visit

MOST_STATEMENTS: Final = 10
MOST_GAPS: Final = 10
CHANGED: Final = ("name", "publisher", "language", "tags", "interval_seconds", "include", "exclude", "visibility")


def show_watch(visit: Visit) -> Response:
    """The watch as it stands."""
    return _page(visit)


def change(visit: Visit) -> Response:
    """Keep what somebody wrote, if nobody else was faster."""
    watch_id = WatchId(visit.id_of("watch_id"))
    try:
        with visit.newsroom.database.read() as conn:
            old = _live(watches.get_watch(conn, watch_id))
        revision = int(visit.form.get("revision", "0")) if visit.form.get("revision", "0").isdigit() else 0
        change_watch(visit.newsroom, watch_id, change_of_form(visit.form, old), revision=revision)
    except WalkbackError as problem:
        return _page(visit, form=visit.form, problem=problem)
    return visit.redirect(f"/watches/{watch_id}", said="watch-changed")


def remove(visit: Visit) -> Response:
    """Take it off the list; its history goes only where that was ticked too."""
    watch_id = WatchId(visit.id_of("watch_id"))
    with visit.newsroom.database.read() as conn:
        _live(watches.get_watch(conn, watch_id))
    remove_watch(visit.newsroom, watch_id, forget_history="forget" in visit.form)
    return visit.redirect("/watches", said="watch-removed")


def change_of_form(form: Mapping[str, str], old: Watch) -> WatchChange:
    """What a form asks for. An empty name or publisher leaves the old one; an empty language is found out.

    Raises:
        InvalidInput: a field cannot be used; the message names it.
    """
    fields: dict[str, object] = {name: form.get(name, "").strip() for name in CHANGED}
    draft = draft_of({**fields, "url": old.url}, split=str.splitlines)
    return WatchChange(
        name=draft.name or old.name,
        publisher=draft.publisher or old.publisher,
        language=draft.language,
        tags=draft.tags,
        interval_seconds=draft.interval_seconds,
        selectors=draft.selectors,
        respect_robots="respect_robots" in form,
        visibility=draft.visibility,
    )


def _page(visit: Visit, *, form: Mapping[str, str] | None = None, problem: WalkbackError | None = None) -> Response:
    watch_id = WatchId(visit.id_of("watch_id"))
    with visit.newsroom.database.read() as conn:
        watch = _live(watches.get_watch(conn, watch_id))
        (row,) = rows_of(conn, visit, (watch,))
        after = place_of(visit.query.get("after"))
        found = statements.list_statements(conn, watch_id=watch_id, after=after, limit=MOST_STATEMENTS)
        gaps = lapses_of_watch(conn, watch)
        followed = pins.find_pins_of_watch(conn, watch_id)
        names = names_of(conn, found.items, visit.words)
    following = place_to_text(found.next)
    return visit.page(
        "desk/watch.html",
        status=422 if problem else 200,
        row=row,
        watch=watch,
        form=_as_written(watch) if form is None else {**dict.fromkeys(CHANGED, ""), **form},
        respects=watch.respect_robots if form is None else "respect_robots" in form,
        problem=retold(problem.message, visit.words) if problem else None,
        statements=[(one, names[one.id], term_of(one.state, visit.words)) for one in found.items],
        following=f"/watches/{watch.id}?after={following}#statements" if following else None,
        gaps=[(gap, term_of(gap.outcome, visit.words) if gap.outcome else None) for gap in gaps[:MOST_GAPS]],
        more_gaps=max(0, len(gaps) - MOST_GAPS),
        pins=followed,
        visibility=term_of(watch.visibility, visit.words),
        visibilities=options_of(visit, Visibility),
    )


def _live(watch: Watch) -> Watch:
    """The watch, unless it was removed.

    Raises:
        NotFound: it was.
    """
    if watch.state is WatchState.REMOVED:
        raise NotFound("watch", watch.id)
    return watch


def _as_written(watch: Watch) -> dict[str, str]:
    """A watch as its form holds it."""
    return {
        "name": watch.name,
        "publisher": watch.publisher,
        "language": watch.language or "",
        "tags": ", ".join(watch.tags),
        "interval_seconds": str(watch.interval_seconds or ""),
        "include": "\n".join(watch.selectors.include),
        "exclude": "\n".join(watch.selectors.exclude),
        "visibility": watch.visibility,
    }


PAGES: Final = (
    Page("GET", "/watches/{watch_id:uuid}", show_watch, needs=Scope.READ, is_public=True),
    Page("POST", "/watches/{watch_id:uuid}", change, needs=Scope.WRITE),
    Page("POST", "/watches/{watch_id:uuid}/remove", remove, needs=Scope.WRITE),
)
