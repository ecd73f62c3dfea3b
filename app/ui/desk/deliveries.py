"""Deliveries: what was owed to a destination, every try of it with what came back, and sending it again."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from starlette.responses import Response

from app.domain.destinations import AlertState
from app.domain.errors import InvalidInput
from app.domain.events import EventType
from app.domain.ids import AlertId, DestinationId
from app.domain.keys import Scope
from app.domain.terms import term_of
from app.messages.reading import headline_in
from app.pipeline.sending_again import replay_alert, replay_range, replay_since
from app.pipeline.timings import zone_of
from app.storage import alerts, destinations, events
from app.ui.desk.choices import choices_of, wanted
from app.ui.desk.destinations import show_destination
from app.ui.desk.paging import place_of, place_to_text, uuid_of
from app.ui.visit import Page, Visit

ON_ONE_PAGE: Final = 50


def list_alerts(visit: Visit) -> Response:
    """The alerts of one destination, newest first."""
    destination_id = DestinationId(visit.id_of("destination_id"))
    with visit.newsroom.database.read() as conn:
        destination = destinations.get_destination(conn, destination_id)
        page = alerts.list_alerts(
            conn,
            destination_id=destination_id,
            state=wanted(AlertState, visit.query.get("state")),
            after=place_of(visit.query.get("after")),
            limit=ON_ONE_PAGE,
        )
    following = place_to_text(page.next)
    return visit.page(
        "desk/alerts.html",
        destination=destination,
        alerts=[(one, term_of(one.type, visit.words), term_of(one.state, visit.words)) for one in page.items],
        states=choices_of(visit, "state", AlertState),
        following=visit.here(after=following) if following else None,
    )


def show_alert(visit: Visit) -> Response:
    """One alert with every try."""
    with visit.newsroom.database.read() as conn:
        alert = alerts.get_alert(conn, AlertId(visit.id_of("alert_id")))
        destination = destinations.get_destination(conn, alert.destination_id)
        tries = alerts.list_deliveries(conn, alert.id)
        body = json.loads(events.get_body(conn, alert.event_id))
    return visit.page(
        "desk/alert.html",
        alert=alert,
        headline=headline_in(body, visit.words),
        about=_place_of(body),
        type=term_of(alert.type, visit.words),
        state=term_of(alert.state, visit.words),
        destination=destination,
        tries=tries,
        is_of_an_event=alert.type is not EventType.DIGEST,
    )


def _place_of(body: Mapping[str, Any]) -> str | None:
    """The page of what an alert tells of; None where it is about no statement."""
    told = body.get("statement")
    found = uuid_of(str(told.get("id"))) if isinstance(told, dict) else None
    return f"/statements/{found}" if found else None


def replay(visit: Visit) -> Response:
    """Send one alert again."""
    alert = replay_alert(visit.newsroom, AlertId(visit.id_of("alert_id")))
    return visit.redirect(f"/alerts/{alert.id}", said="replayed")


def replay_since_event(visit: Visit) -> Response:
    """Send again what the destination of an alert was told of its event and of all after it."""
    with visit.newsroom.database.read() as conn:
        alert = alerts.get_alert(conn, AlertId(visit.id_of("alert_id")))
    count = replay_since(visit.newsroom, alert.destination_id, alert.event_id)
    return visit.redirect(f"/destinations/{alert.destination_id}", said=_said(count))


def replay_stretch(visit: Visit) -> Response:
    """Send again all that was owed in a stretch of time."""
    destination_id = DestinationId(visit.id_of("destination_id"))
    try:
        since, until = _stretch(visit.form, visit.newsroom.clock())
        count = replay_range(visit.newsroom, destination_id, since=since, until=until)
    except InvalidInput as problem:
        return show_destination(visit, problem=problem)
    return visit.redirect(f"/destinations/{destination_id}", said=_said(count))


def _stretch(form: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """From when until when, on the clocks of the zone that the form names.

    Raises:
        InvalidInput: a time or the zone is none.
    """
    zone = zone_of(form.get("replay_zone", "").strip() or "UTC")
    since, until = (_moment(form.get(name, "").strip(), zone, name) for name in ("since", "until"))
    if since is None:
        raise InvalidInput("Say from when on.", pointer="/since")
    return since, until or now


def _moment(written: str, zone: tzinfo, name: str) -> datetime | None:
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput(f"“{written[:40]}” is no time; write 2025-01-08T07:30.", pointer=f"/{name}") from None


def _said(count: int) -> str:
    return "replayed" if count else "nothing-replayed"


PAGES: Final = (
    Page("GET", "/destinations/{destination_id:uuid}/alerts", list_alerts, needs=Scope.READ),
    Page("POST", "/destinations/{destination_id:uuid}/replay", replay_stretch, needs=Scope.ADMIN),
    Page("GET", "/alerts/{alert_id:uuid}", show_alert, needs=Scope.READ),
    Page("POST", "/alerts/{alert_id:uuid}/replay", replay, needs=Scope.WRITE),
    Page("POST", "/alerts/{alert_id:uuid}/replay-since", replay_since_event, needs=Scope.ADMIN),
)
