"""Deliveries: what was owed to a destination, every try of it with what came back, and sending it again."""

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from app.domain.destinations import AlertState
from app.domain.ids import AlertId, DestinationId
from app.domain.keys import Scope
from app.domain.terms import term_of
from app.pipeline.sending_again import replay_alert, replay_range
from app.storage import alerts, destinations
from app.ui.desk.choices import choices_of, wanted
from app.ui.desk.paging import place_of, place_to_text
from app.ui.visit import Page, Visit

ON_ONE_PAGE: Final = 50
STRETCHES: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


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
    return visit.page(
        "desk/alert.html",
        alert=alert,
        type=term_of(alert.type, visit.words),
        state=term_of(alert.state, visit.words),
        destination=destination,
        tries=tries,
    )


def replay(visit: Visit) -> Response:
    """Send one alert again."""
    alert = replay_alert(visit.newsroom, AlertId(visit.id_of("alert_id")))
    return visit.redirect(f"/alerts/{alert.id}", said="replayed")


def replay_stretch(visit: Visit) -> Response:
    """Send again all that was owed in the last hour, day or week."""
    destination_id = DestinationId(visit.id_of("destination_id"))
    until = visit.newsroom.clock()
    back = STRETCHES.get(visit.form.get("stretch", ""), STRETCHES["hour"])
    replay_range(visit.newsroom, destination_id, since=until - back, until=until)
    return visit.redirect(f"/destinations/{destination_id}", said="replayed")


PAGES: Final = (
    Page("GET", "/destinations/{destination_id:uuid}/alerts", list_alerts, needs=Scope.READ),
    Page("POST", "/destinations/{destination_id:uuid}/replay", replay_stretch, needs=Scope.ADMIN),
    Page("GET", "/alerts/{alert_id:uuid}", show_alert, needs=Scope.READ),
    Page("POST", "/alerts/{alert_id:uuid}/replay", replay, needs=Scope.WRITE),
)
