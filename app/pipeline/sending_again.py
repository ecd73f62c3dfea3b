"""Sending again what was sent: one alert, a stretch of time, or everything since an event; with the same ids."""

from datetime import datetime

from app.domain.audit import Act, Changed
from app.domain.destinations import Alert
from app.domain.errors import InvalidInput
from app.domain.ids import AlertId, DestinationId, EventId
from app.pipeline.audit import note
from app.pipeline.newsroom import Newsroom
from app.storage import alerts, destinations, events


def replay_alert(newsroom: Newsroom, alert_id: AlertId) -> Alert:
    """Send an alert again, with the same id, whatever became of it before.

    Raises:
        NotFound: there is no such alert.
    """
    with newsroom.database.write() as conn:
        replayed = alerts.replay_alert(conn, alert_id, now=newsroom.clock())
        note(conn, newsroom, Act.ALERTS_REPLAYED, destinations.get_destination(conn, replayed.destination_id))
        return replayed


def replay_since(newsroom: Newsroom, destination_id: DestinationId, event_id: EventId) -> int:
    """Send again what a destination was told of an event and of all after it, with the same ids; how many messages.

    Raises:
        NotFound: there is no such destination, or no such event.
    """
    with newsroom.database.write() as conn:
        destination = destinations.get_destination(conn, destination_id)
        position = events.get_event(conn, event_id).position
        note(conn, newsroom, Act.ALERTS_REPLAYED, destination, {"since_event": Changed(None, str(event_id))})
        return alerts.replay_since(conn, destination_id, position, now=newsroom.clock())


def replay_range(newsroom: Newsroom, destination_id: DestinationId, *, since: datetime, until: datetime) -> int:
    """Send again all alerts of a destination that were made in a stretch of time; how many.

    Raises:
        NotFound: there is no such destination; InvalidInput: the stretch ends before it begins.
    """
    if until <= since:
        raise InvalidInput("The stretch of time ends before it begins.", pointer="/until")
    with newsroom.database.write() as conn:
        destination = destinations.get_destination(conn, destination_id)
        stretch = {"since": Changed(None, since.isoformat()), "until": Changed(None, until.isoformat())}
        note(conn, newsroom, Act.ALERTS_REPLAYED, destination, stretch)
        return alerts.replay_range(conn, destination_id, since=since, until=until, now=newsroom.clock())
