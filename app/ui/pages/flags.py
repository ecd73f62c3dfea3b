"""The start page: the work list, the most severe first, and what people make of each flag."""

from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from app.domain.errors import InvalidInput
from app.domain.flags import ReviewState
from app.domain.ids import FlagId
from app.domain.keys import Scope
from app.pipeline.reviews import review_flag
from app.ui.asking import number_in, word_in
from app.ui.pages.signing import safe_address
from app.ui.views.flags import Days, WorkList, days_of, work_list_of
from app.ui.visit import Page, Visit

LONGEST_NOTE: Final = 5000
FEED: Final = "/v1/feeds/flags.atom"
SAID: Final = {
    ReviewState.CONFIRMED: "confirmed",
    ReviewState.DISMISSED: "dismissed",
    ReviewState.OPEN: "reopened",
}


def show_flags(visit: Visit) -> Response:
    """The work list, with what each of the last days brought."""
    work, days = work_list_of(visit), days_of(visit, until=visit.newsroom.clock())
    return visit.page("flags.html", work=work, days=days, tag=tag_of(visit, work, days), feed=feed_of(visit))


def feed_of(visit: Visit) -> str | None:
    """Where a reader of feeds finds this list by itself: only where no key is asked for, since it could send none."""
    if not visit.rules.public_read:
        return None
    names = {"watch_id": "watch", "pin_id": "pin", "min_level": "min_level"}
    held = {name: visit.query[ours] for name, ours in names.items() if visit.query.get(ours)}
    return FEED + (f"?{urlencode(held)}" if held else "")


def show_live(visit: Visit) -> Response:
    """The list and the chart alone, for the script that keeps an open page up to date; 304 where nothing changed."""
    work, days = work_list_of(visit), days_of(visit, until=visit.newsroom.clock())
    tag = tag_of(visit, work, days)
    if visit.request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    answer = visit.page("flags_live.html", work=work, days=days)
    answer.headers["ETag"] = tag
    return answer


def tag_of(visit: Visit, work: WorkList, days: Days) -> str:
    """What tells one state of the list from another, by what is shown and not by how: nothing is drawn for it."""
    shown = [(row.flag, row.headline, row.pins, row.watch.publisher, row.statement.url) for row in work.rows]
    facts = (visit.words.language, visit.may_write, work.states, work.narrowed_to, work.next, shown, days)
    return f'"{sha256(repr(facts).encode()).hexdigest()[:32]}"'


def review(visit: Visit) -> Response:
    """Confirm or dismiss a flag, or open it again, and go back to where one was."""
    state = word_in(visit.form, "state", ReviewState)
    if state is None:
        raise InvalidInput("Say what you make of the flag: open, confirmed or dismissed.")
    note = visit.form.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"A note may have {LONGEST_NOTE} characters at most.")
    review_flag(
        visit.newsroom,
        FlagId(visit.id_of("flag_id")),
        state=state,
        note=note or None,
        reviewer=visit.name,
        revision=number_in(visit.form, "revision"),
    )
    return visit.redirect(safe_address(visit.form.get("back", "/")), said=SAID[state])


PAGES: Final = (
    Page("GET", "/", show_flags, needs=Scope.READ, is_public=True),
    Page("GET", "/flags/live", show_live, needs=Scope.READ, is_public=True, is_part=True),
    Page("POST", "/flags/{flag_id:uuid}/review", review, needs=Scope.WRITE),
)
