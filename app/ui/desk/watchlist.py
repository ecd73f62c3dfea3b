"""The watchlist: how each watch fares, when it is looked at next and why, and how often it was edited."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup
from starlette.responses import Response

from app.domain.ids import WatchId
from app.domain.keys import Scope
from app.domain.observations import VisitOutcome
from app.domain.terms import term_of
from app.domain.watches import SourceKind, Watch, WatchState
from app.pipeline import watchlist
from app.pipeline.newsroom import Newsroom
from app.storage import edit_days, watches
from app.storage.database import Connection
from app.ui.desk.choices import Choice, choices_of, wanted
from app.ui.desk.paging import place_of, place_to_text
from app.ui.drawings.bars import draw_sparkline
from app.ui.visit import Page, Visit

ON_ONE_PAGE: Final = 25
DAYS: Final = 30
LONGEST_TAG: Final = 64


@dataclass(frozen=True, slots=True)
class Row:
    """One watch as the list shows it."""

    watch: Watch
    kind: str
    health: str
    outcome: str | None
    edits: int
    spark: Markup


def show_watchlist(visit: Visit) -> Response:
    """The list, newest first, narrowed by what the address says."""
    tag = (visit.query.get("tag") or "")[:LONGEST_TAG] or None
    state = wanted(WatchState, visit.query.get("state"))
    kind = wanted(SourceKind, visit.query.get("kind"))
    with visit.newsroom.database.read() as conn:
        page = watches.list_watches(
            conn, tag=tag, state=state, kind=kind, after=place_of(visit.query.get("after")), limit=ON_ONE_PAGE
        )
        rows = rows_of(conn, visit, page.items)
        tags = watches.list_tags(conn)
    following = place_to_text(page.next)
    return visit.page(
        "desk/watchlist.html",
        rows=rows,
        tag=tag,
        tags=[Choice(one, visit.here(tag=one, after=None), one == tag) for one in tags],
        all_tags=visit.here(tag=None, after=None),
        states=choices_of(visit, "state", WatchState),
        kinds=choices_of(visit, "kind", SourceKind),
        following=visit.here(after=following) if following else None,
        is_narrowed=bool(tag or state or kind),
    )


def rows_of(conn: Connection, visit: Visit, shown: tuple[Watch, ...]) -> list[Row]:
    """Watches with their edits of the last days, counted in one reading for all of them."""
    today = visit.newsroom.clock().date()
    counts = edit_days.count_by_day(conn, [watch.id for watch in shown], since=today - timedelta(days=DAYS - 1))
    return [_row(visit, watch, counts.get(watch.id, {}), today) for watch in shown]


def _row(visit: Visit, watch: Watch, counts: Mapping[date, int], today: date) -> Row:
    days = [counts.get(today - timedelta(days=back), 0) for back in reversed(range(DAYS))]
    return Row(
        watch=watch,
        kind=term_of(watch.kind, visit.words),
        health=term_of(watch.health, visit.words),
        outcome=term_of(VisitOutcome(watch.last_outcome), visit.words) if watch.last_outcome else None,
        edits=sum(days),
        spark=Markup(draw_sparkline(days, visit.words, key=f"spark-{watch.id.hex}")),  # noqa: S704  # escaped by itself
    )


def _step(act: Callable[[Newsroom, WatchId], Watch], said: str) -> Callable[[Visit], Response]:
    """A button of a watch: do it, and go back to where it was pressed."""

    def answer(visit: Visit) -> Response:
        watch = act(visit.newsroom, WatchId(visit.id_of("watch_id")))
        back = f"/watches/{watch.id}" if visit.form.get("from") == "watch" else "/watches"
        return visit.redirect(back, said=said)

    return answer


PAGES: Final = (
    Page("GET", "/watches", show_watchlist, needs=Scope.READ, is_public=True),
    Page("POST", "/watches/{watch_id:uuid}/pause", _step(watchlist.pause_watch, "paused"), needs=Scope.WRITE),
    Page("POST", "/watches/{watch_id:uuid}/resume", _step(watchlist.resume_watch, "resumed"), needs=Scope.WRITE),
    Page("POST", "/watches/{watch_id:uuid}/check", _step(watchlist.check_now, "check-asked"), needs=Scope.WRITE),
)
