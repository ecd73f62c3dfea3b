"""Destinations: where alerts go, with secrets that are shown once, kept sealed, and can be changed without a gap."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.delivery.signature import new_secret
from app.domain.audit import Act, Changed, changes_between
from app.domain.destinations import Alert, AlertFilter, AlertState, Destination, DestinationKind, DestinationState
from app.domain.errors import Conflict, InvalidInput, StaleRevision
from app.domain.events import EventType
from app.domain.ids import AlertId, DestinationId, EventId
from app.fetching.address import judge_written, parse_address
from app.pipeline.audit import note
from app.pipeline.newsroom import Newsroom
from app.pipeline.watchlist import UNSET, Unset
from app.storage import alerts, destinations, events
from app.storage.database import Connection
from app.storage.events import NewEvent
from app.storage.identity import new_id

EVERYTHING = AlertFilter()
ACT_OF_STATE = {DestinationState.PAUSED: Act.DESTINATION_PAUSED, DestinationState.ACTIVE: Act.DESTINATION_RESUMED}
SECRETS_KEPT = 2
"""The newest secret, and the one before it, with which receivers may still check during a change."""


@dataclass(frozen=True, slots=True)
class DestinationDraft:
    """A destination as somebody asks for it."""

    url: str
    name: str
    kind: DestinationKind = DestinationKind.WEBHOOK
    wish: AlertFilter = EVERYTHING


@dataclass(frozen=True, slots=True)
class DestinationChange:
    """What somebody wants changed of a destination; fields left ``UNSET`` stay as they are."""

    url: str | Unset = UNSET
    name: str | Unset = UNSET
    wish: AlertFilter | Unset = UNSET


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A destination and its newest signing secret, which cannot be shown again."""

    destination: Destination
    secret: str


def create_destination(newsroom: Newsroom, draft: DestinationDraft) -> NewSecret:
    """Tell somebody from now on.

    Raises:
        AddressRefused: the guard would not let alerts go there.
    """
    secret = new_secret()
    destination = Destination(
        id=DestinationId(new_id()),
        kind=draft.kind,
        name=draft.name,
        url=_address(newsroom, draft.url),
        wish=draft.wish,
        state=DestinationState.ACTIVE,
        state_reason=None,
        failing_since=None,
        created_at=newsroom.clock(),
        revision=1,
    )
    with newsroom.database.write() as conn:
        destinations.add_destination(conn, destination, secrets=[newsroom.seal.seal(secret)])
        note(conn, newsroom, Act.DESTINATION_ADDED, destination, _changes(None, destination))
    return NewSecret(destination, secret)


def change_destination(
    newsroom: Newsroom, destination_id: DestinationId, change: DestinationChange, *, revision: int | None
) -> Destination:
    """Change a destination. ``revision`` None changes whatever stands there.

    Raises:
        NotFound, AddressRefused, StaleRevision: it is not there, cannot be so, or was changed meanwhile.
    """
    url = UNSET if isinstance(change.url, Unset) else _address(newsroom, change.url)
    with newsroom.database.write() as conn:
        old = _current(conn, destination_id, revision)
        new = replace(
            old,
            url=old.url if isinstance(url, Unset) else url,
            name=old.name if isinstance(change.name, Unset) else change.name,
            wish=old.wish if isinstance(change.wish, Unset) else change.wish,
            revision=old.revision + 1,
        )
        destinations.change_destination(conn, old, new)
        note(conn, newsroom, Act.DESTINATION_CHANGED, new, _changes(old, new))
        return new


def pause_destination(newsroom: Newsroom, destination_id: DestinationId) -> Destination:
    """Send nothing there until it is resumed; what is owed waits.

    Raises:
        NotFound: there is none.
    """
    return _set_state(newsroom, destination_id, DestinationState.PAUSED, "paused by a person")


def resume_destination(newsroom: Newsroom, destination_id: DestinationId) -> Destination:
    """Send there again, first what waited.

    Raises:
        NotFound: there is none.
    """
    return _set_state(newsroom, destination_id, DestinationState.ACTIVE, None)


def rotate_secret(newsroom: Newsroom, destination_id: DestinationId) -> NewSecret:
    """A new secret. Alerts are signed with it and with the one before, until the next change of secrets.

    Raises:
        NotFound: there is no such destination.
    """
    secret = new_secret()
    with newsroom.database.write() as conn:
        destination = destinations.get_destination(conn, destination_id)
        kept = destinations.get_secrets(conn, destination_id)
        sealed = [newsroom.seal.seal(secret), *kept][:SECRETS_KEPT]
        destinations.set_secrets(conn, destination_id, sealed)
        note(conn, newsroom, Act.DESTINATION_SECRET_ROTATED, destination)
    return NewSecret(destination, secret)


def send_test(newsroom: Newsroom, destination_id: DestinationId) -> Alert:
    """Owe a test alert to one destination alone, whatever its filter; it is sent like any other.

    Raises:
        NotFound: there is no such destination; Conflict: it is not active, so nothing would be sent.
    """
    now = newsroom.clock()
    event_id = EventId(new_id())
    with newsroom.database.write() as conn:
        destination = destinations.get_destination(conn, destination_id)
        if destination.state is not DestinationState.ACTIVE:
            raise Conflict(f"Destination {destination_id} is {destination.state}; resume it first.")
        alert = Alert(
            id=AlertId(new_id()),
            event_id=event_id,
            destination_id=destination_id,
            type=EventType.TEST,
            state=AlertState.PENDING,
            tries=0,
            next_try_at=now,
            created_at=now,
            delivered_at=None,
        )
        alerts.add_alerts(conn, [alert], edit_id=None)
        events.add_events(conn, [NewEvent(event_id, EventType.TEST, now, _test_body(event_id, destination, now))])
        note(conn, newsroom, Act.DESTINATION_TESTED, destination)
    return alert


def replay_alert(newsroom: Newsroom, alert_id: AlertId) -> Alert:
    """Send an alert again, with the same id, whatever became of it before.

    Raises:
        NotFound: there is no such alert.
    """
    with newsroom.database.write() as conn:
        replayed = alerts.replay_alert(conn, alert_id, now=newsroom.clock())
        note(conn, newsroom, Act.ALERTS_REPLAYED, destinations.get_destination(conn, replayed.destination_id))
        return replayed


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


def remove_destination(newsroom: Newsroom, destination_id: DestinationId, *, revision: int | None = None) -> None:
    """Forget a destination with its secrets, alerts and deliveries.

    Raises:
        NotFound, StaleRevision: it is not there, or was changed meanwhile.
    """
    with newsroom.database.write() as conn:
        old = _current(conn, destination_id, revision)
        destinations.remove_destination(conn, destination_id)
        note(conn, newsroom, Act.DESTINATION_REMOVED, old, _changes(old, None))


def _address(newsroom: Newsroom, url: str) -> str:
    address = parse_address(url)
    judge_written(address, newsroom.policy)
    return address.url


def _current(conn: Connection, destination_id: DestinationId, revision: int | None) -> Destination:
    destination = destinations.get_destination(conn, destination_id)
    if revision is not None and revision != destination.revision:
        raise StaleRevision(f"Destination {destination_id} is at revision {destination.revision}, not {revision}.")
    return destination


def _set_state(
    newsroom: Newsroom, destination_id: DestinationId, state: DestinationState, reason: str | None
) -> Destination:
    with newsroom.database.write() as conn:
        old = destinations.get_destination(conn, destination_id)
        if old.state is state:
            return old
        new = replace(old, state=state, state_reason=reason, failing_since=None, revision=old.revision + 1)
        destinations.change_destination(conn, old, new)
        note(conn, newsroom, ACT_OF_STATE[state], new)
        return new


def _changes(old: Destination | None, new: Destination | None) -> dict[str, Changed]:
    """What differs. An address may hold a secret: it is only named."""
    return changes_between(old, new, ("kind", "name", "url", "wish"), hidden=["url"])


def _test_body(event_id: EventId, destination: Destination, now: datetime) -> dict[str, object]:
    return {
        "type": EventType.TEST,
        "id": str(event_id),
        "time": now.isoformat(),
        "headline": f"A test of “{destination.name}”: alerts arrive here",
        "destination": {"id": str(destination.id), "name": destination.name, "state": destination.state},
    }
