"""Destinations: who is told, what they want to hear, and what they would have heard; secrets are shown once."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from app.domain.claims import Level
from app.domain.destinations import Destination, DestinationKind, Signing, host_only
from app.domain.errors import WalkbackError
from app.domain.ids import DestinationId
from app.domain.keys import Scope
from app.domain.terms import term_of
from app.messages.kept.telling import retold
from app.pipeline import destinations as acts
from app.pipeline.dry_run import DryRun, try_filter
from app.storage import alerts, destinations, pins, watches
from app.ui.desk import destination_forms as forms
from app.ui.desk.choices import options_of, wanted
from app.ui.desk.filters import boxes, told, wish_of_form
from app.ui.desk.paging import place_of, place_to_text
from app.ui.desk.timings import ZONES, timing_in_words, timing_of_form
from app.ui.visit import Page, Visit

ON_ONE_PAGE: Final = 25
MOST_BOXES: Final = 60
MOST_ALERTS: Final = 15
MOST_HEADLINES: Final = 15
TRIED_BACK: Final = timedelta(days=30)


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
                timing_in_words(one.timing, visit.words),
            )
            for one in page.items
        ],
        following=visit.here(after=following) if following else None,
    )


def show_adding(visit: Visit) -> Response:
    """The empty form; messages are written as whoever fills it in reads, unless they say otherwise."""
    return _form(visit, {"language": visit.words.language})


def try_or_add(visit: Visit) -> Response:
    """Try the filter on what happened of late, or tell somebody from now on."""
    try:
        if visit.form.get("step") == "add":
            made = acts.create_destination(visit.newsroom, forms.draft_of_form(visit.form))
            return _page(visit, made.destination.id, secret=made.secret, is_new=True)
        found = _try(visit)
    except WalkbackError as problem:
        return _form(visit, visit.form, problem=problem)
    return _form(visit, visit.form, found=found)


def show_destination(visit: Visit, *, problem: WalkbackError | None = None) -> Response:
    """One destination with its last alerts; with what was sent, where something is wrong with it."""
    destination_id = DestinationId(visit.id_of("destination_id"))
    return _page(visit, destination_id, replay=visit.form if problem else {}, problem=problem)


def change(visit: Visit) -> Response:
    """Try a changed filter, or keep what somebody wrote if nobody else was faster."""
    destination_id = DestinationId(visit.id_of("destination_id"))
    try:
        if visit.form.get("step") == "try":
            return _page(visit, destination_id, form=visit.form, found=_try(visit))
        revision = visit.form.get("revision", "")
        known = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0
        acts.change_destination(visit.newsroom, destination_id, forms.change_of_form(visit.form), revision=known)
    except WalkbackError as problem:
        return _page(visit, destination_id, form=visit.form, problem=problem)
    return visit.redirect(f"/destinations/{destination_id}", said="destination-changed")


def rotate(visit: Visit) -> Response:
    """A new secret, shown once; of the kind that it was, or of the one that the form names."""
    signing = wanted(Signing, visit.form.get("signing"))
    made = acts.rotate_secret(visit.newsroom, DestinationId(visit.id_of("destination_id")), signing=signing)
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


def _try(visit: Visit) -> DryRun:
    """What a destination with the filter and the timing of the form would have been told of late."""
    return try_filter(
        visit.newsroom, wish_of_form(visit.form), timing_of_form(visit.form), back=TRIED_BACK, words=visit.words
    )


def _form(
    visit: Visit, form: Mapping[str, str], *, found: DryRun | None = None, problem: WalkbackError | None = None
) -> Response:
    return visit.page(
        "desk/destination_adding.html",
        status=422 if problem else 200,
        kinds=options_of(visit, DestinationKind),
        **_asked(visit, form, found, problem),
    )


def _page(
    visit: Visit,
    destination_id: DestinationId,
    *,
    form: Mapping[str, str] | None = None,
    found: DryRun | None = None,
    replay: Mapping[str, str] | None = None,
    problem: WalkbackError | None = None,
    secret: str | None = None,
    is_new: bool = False,
) -> Response:
    words = visit.words
    with visit.newsroom.database.read() as conn:
        destination = destinations.get_destination(conn, destination_id)
        last = alerts.list_alerts(conn, destination_id=destination_id, limit=MOST_ALERTS)
    answer = visit.page(
        "desk/destination.html",
        status=422 if problem else 200,
        destination=destination,
        address=address_for(visit, destination),
        kind=term_of(destination.kind, words),
        state=term_of(destination.state, words),
        wish_told=told(destination.wish, words),
        timing_told=timing_in_words(destination.timing, words),
        language_told=dict(forms.languages_to_choose()).get(destination.language, destination.language),
        alerts=[(one, term_of(one.type, words), term_of(one.state, words)) for one in last.items],
        has_more=last.next is not None,
        reached_by=forms.TAKEN_BY.get(destination.kind, ("url",)),
        is_signed=destination.kind in forms.SIGNED,
        secret=secret,
        is_new=is_new,
        **_asked(visit, {**forms.as_form(destination), **(replay or {})} if form is None else form, found, problem),
    )
    if secret is not None:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked(
    visit: Visit, form: Mapping[str, str], found: DryRun | None, problem: WalkbackError | None
) -> dict[str, object]:
    """What both forms show: fields, boxes, the field that cannot be used, and the trial where one was asked for."""
    with visit.newsroom.database.read() as conn:
        known_watches = watches.list_watches(conn, limit=MOST_BOXES).items
        known_pins = pins.list_pins(conn, limit=MOST_BOXES).items
    return {
        "form": {name: form.get(name, "") for name in forms.FIELDS},
        "boxes": boxes(form, visit.words),
        "watches": [(f"watch-{one.id}", one.name, f"watch-{one.id}" in form) for one in known_watches],
        "pins": [(f"pin-{one.id}", one.name, f"pin-{one.id}" in form) for one in known_pins],
        "levels": options_of(visit, Level),
        "languages": forms.languages_to_choose(),
        "signings": [(one.value, visit.words.text(name)) for one, name in forms.SIGNINGS.items()],
        "zones": ZONES,
        "found": found,
        "headlines": found.newest_messages[:MOST_HEADLINES] if found else (),
        "problem": retold(problem.message, visit.words) if problem else None,
        "wrong": forms.field_of(problem),
    }


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
