"""Destinations: who is told, what they want to hear, and what they would have heard; secrets are shown once."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from app.domain.claims import Level
from app.domain.destinations import Destination, DestinationKind, host_only
from app.domain.errors import WalkbackError
from app.domain.ids import DestinationId
from app.domain.keys import Scope
from app.domain.terms import term_of
from app.pipeline import destinations as acts
from app.pipeline.destinations import DestinationChange, DestinationDraft
from app.pipeline.dry_run import DryRun, try_filter
from app.pipeline.watch_fields import line_of
from app.storage import alerts, destinations, pins, watches
from app.ui.desk.choices import options_of
from app.ui.desk.filters import as_written, boxes, told, wish_of_form
from app.ui.desk.paging import place_of, place_to_text
from app.ui.visit import Page, Visit

ON_ONE_PAGE: Final = 25
MOST_BOXES: Final = 60
MOST_ALERTS: Final = 15
MOST_HEADLINES: Final = 15
TRIED_BACK: Final = timedelta(days=30)
REACHED: Final = ("url", "token", "chat_id", "recipients")
FIELDS: Final = (*REACHED, "name", "kind", "tags", "languages", "min_level")


def list_destinations(visit: Visit) -> Response:
    """Every destination, what it wants to hear, and how it fares."""
    with visit.newsroom.database.read() as conn:
        page = destinations.list_destinations(conn, after=place_of(visit.query.get("after")), limit=ON_ONE_PAGE)
    following = place_to_text(page.next)
    return visit.page(
        "desk/destinations.html",
        rows=[
            (
                address_for(visit, one),
                one,
                term_of(one.kind, visit.words),
                term_of(one.state, visit.words),
                told(one.wish, visit.words),
            )
            for one in page.items
        ],
        following=visit.here(after=following) if following else None,
    )


def show_adding(visit: Visit) -> Response:
    """The empty form."""
    return _form(visit, {})


def try_or_add(visit: Visit) -> Response:
    """Try the filter on what happened of late, or tell somebody from now on."""
    try:
        wish = wish_of_form(visit.form)
        if visit.form.get("step") == "add":
            made = acts.create_destination(visit.newsroom, _draft(visit.form))
            return _page(visit, made.destination.id, secret=made.secret, is_new=True)
        found = try_filter(visit.newsroom, wish, back=TRIED_BACK)
    except WalkbackError as problem:
        return _form(visit, visit.form, problem=problem)
    return _form(visit, visit.form, found=found)


def show_destination(visit: Visit) -> Response:
    """One destination with its last alerts."""
    return _page(visit, DestinationId(visit.id_of("destination_id")))


def change(visit: Visit) -> Response:
    """Try a changed filter, or keep what somebody wrote if nobody else was faster."""
    destination_id = DestinationId(visit.id_of("destination_id"))
    try:
        wish = wish_of_form(visit.form)
        if visit.form.get("step") == "try":
            found = try_filter(visit.newsroom, wish, back=TRIED_BACK)
            return _page(visit, destination_id, form=visit.form, found=found)
        revision = visit.form.get("revision", "")
        asked = DestinationChange(name=line_of(visit.form.get("name", ""), "name"), wish=wish)
        acts.change_destination(
            visit.newsroom, destination_id, asked, revision=int(revision) if revision.isdigit() else 0
        )
    except WalkbackError as problem:
        return _page(visit, destination_id, form=visit.form, problem=problem)
    return visit.redirect(f"/destinations/{destination_id}", said="destination-changed")


def rotate(visit: Visit) -> Response:
    """A new secret, shown once."""
    made = acts.rotate_secret(visit.newsroom, DestinationId(visit.id_of("destination_id")))
    return _page(visit, made.destination.id, secret=made.secret)


def remove(visit: Visit) -> Response:
    """Forget it with its alerts."""
    acts.remove_destination(visit.newsroom, DestinationId(visit.id_of("destination_id")))
    return visit.redirect("/destinations", said="destination-removed")


def address_for(visit: Visit, destination: Destination) -> str:
    """The address as this visitor may see it: who has the whole address of a webhook can often write to it."""
    return destination.url if visit.may_administer else host_only(destination.url)


def _step(act: Callable[..., object], said: str) -> Callable[[Visit], Response]:
    def answer(visit: Visit) -> Response:
        destination_id = DestinationId(visit.id_of("destination_id"))
        act(visit.newsroom, destination_id)
        return visit.redirect(f"/destinations/{destination_id}", said=said)

    return answer


def _form(
    visit: Visit, form: Mapping[str, str], *, found: DryRun | None = None, problem: WalkbackError | None = None
) -> Response:
    return visit.page(
        "desk/destination_adding.html",
        status=422 if problem else 200,
        kinds=options_of(visit, DestinationKind),
        problem=problem.message if problem else None,
        **_asked(visit, form, found),
    )


def _page(
    visit: Visit,
    destination_id: DestinationId,
    *,
    form: Mapping[str, str] | None = None,
    found: DryRun | None = None,
    problem: WalkbackError | None = None,
    secret: str | None = None,
    is_new: bool = False,
) -> Response:
    with visit.newsroom.database.read() as conn:
        destination = destinations.get_destination(conn, destination_id)
        last = alerts.list_alerts(conn, destination_id=destination_id, limit=MOST_ALERTS)
    written = _as_written(destination) if form is None else form
    answer = visit.page(
        "desk/destination.html",
        status=422 if problem else 200,
        destination=destination,
        address=address_for(visit, destination),
        kind=term_of(destination.kind, visit.words),
        state=term_of(destination.state, visit.words),
        wish_told=told(destination.wish, visit.words),
        alerts=[(one, term_of(one.type, visit.words), term_of(one.state, visit.words)) for one in last.items],
        has_more=last.next is not None,
        secret=secret,
        is_new=is_new,
        problem=problem.message if problem else None,
        **_asked(visit, written, found),
    )
    if secret is not None:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked(visit: Visit, form: Mapping[str, str], found: DryRun | None) -> dict[str, object]:
    """What both forms show: fields, boxes, and the trial where one was asked for."""
    with visit.newsroom.database.read() as conn:
        known_watches = watches.list_watches(conn, limit=MOST_BOXES).items
        known_pins = pins.list_pins(conn, limit=MOST_BOXES).items
    return {
        "form": {name: form.get(name, "") for name in FIELDS},
        "boxes": boxes(form, visit.words),
        "watches": [(f"watch-{one.id}", one.name, f"watch-{one.id}" in form) for one in known_watches],
        "pins": [(f"pin-{one.id}", one.name, f"pin-{one.id}" in form) for one in known_pins],
        "levels": options_of(visit, Level),
        "found": found,
        "headlines": found.newest[:MOST_HEADLINES] if found else (),
    }


def _draft(form: Mapping[str, str]) -> DestinationDraft:
    kind = form.get("kind", "")
    given = {name: form.get(name, "").strip()[:2000] for name in REACHED}
    name = form.get("name", "").strip()
    return DestinationDraft(
        url=given["url"] or None,
        name=line_of(name, "name") if name else None,
        kind=DestinationKind(kind) if kind in set(DestinationKind) else DestinationKind.WEBHOOK,
        wish=wish_of_form(form),
        token=given["token"] or None,
        chat_id=given["chat_id"] or None,
        recipients=tuple(given["recipients"].replace(",", " ").split()),
    )


def _as_written(destination: Destination) -> dict[str, str]:
    return {**as_written(destination.wish), "name": destination.name}


ONE: Final = "/destinations/{destination_id:uuid}"
PAGES: Final = (
    Page("GET", "/destinations", list_destinations, needs=Scope.READ),
    Page("GET", "/destinations/add", show_adding, needs=Scope.ADMIN),
    Page("POST", "/destinations/add", try_or_add, needs=Scope.ADMIN),
    Page("GET", ONE, show_destination, needs=Scope.READ),
    Page("POST", ONE, change, needs=Scope.ADMIN),
    Page("POST", f"{ONE}/rotate", rotate, needs=Scope.ADMIN),
    Page("POST", f"{ONE}/remove", remove, needs=Scope.ADMIN),
    Page("POST", f"{ONE}/pause", _step(acts.pause_destination, "destination-paused"), needs=Scope.ADMIN),
    Page("POST", f"{ONE}/resume", _step(acts.resume_destination, "destination-resumed"), needs=Scope.ADMIN),
    Page("POST", f"{ONE}/test", _step(acts.send_test, "destination-tested"), needs=Scope.ADMIN),
)
