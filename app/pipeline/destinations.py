"""Destinations: where alerts go, with secrets that are shown once, kept sealed, and can be changed without a gap."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.delivery.reach import Given
from app.delivery.senders import SENDERS
from app.domain.audit import Act, Changed, changes_between
from app.domain.claims import Level
from app.domain.destinations import (
    Alert,
    AlertFilter,
    AlertState,
    Destination,
    DestinationKind,
    DestinationState,
    Signing,
    host_only,
)
from app.domain.errors import Conflict, StaleRevision
from app.domain.events import EventType
from app.domain.gists import Deed, Gist
from app.domain.ids import AlertId, DestinationId, EventId
from app.domain.timing import ANY_TIME, Timing, due_at
from app.domain.words import ENGLISH
from app.pipeline.audit import note
from app.pipeline.messages import first_line
from app.pipeline.newsroom import Newsroom
from app.pipeline.reaching import reach_of, sealed, spoken
from app.pipeline.signing import new_key, shown, signing_of
from app.pipeline.timings import told_timing
from app.pipeline.watchlist import UNSET, Unset
from app.storage import alerts, destinations, digests, events
from app.storage.database import Connection
from app.storage.events import NewEvent
from app.storage.identity import new_id

EVERYTHING = AlertFilter()
ACT_OF_STATE = {DestinationState.PAUSED: Act.DESTINATION_PAUSED, DestinationState.ACTIVE: Act.DESTINATION_RESUMED}
SECRETS_KEPT = 2
"""The newest secret, and the one before it, with which receivers may still check during a change."""


@dataclass(frozen=True, slots=True)
class DestinationDraft:
    """A destination as somebody asks for it; without a ``name`` it is called after its host.

    Which of ``url``, ``token``, ``chat_id`` and ``recipients`` it needs, its kind says (app.delivery).
    """

    url: str | None
    name: str | None
    kind: DestinationKind = DestinationKind.WEBHOOK
    wish: AlertFilter = EVERYTHING
    token: str | None = None
    chat_id: str | None = None
    recipients: tuple[str, ...] = ()
    timing: Timing = ANY_TIME
    language: str = ENGLISH.language
    signing: Signing = Signing.HMAC


@dataclass(frozen=True, slots=True)
class DestinationChange:
    """What somebody wants changed of a destination; fields left ``UNSET`` stay as they are.

    Of ``url``, ``token``, ``chat_id`` and ``recipients`` either none or all are given that its kind needs.
    """

    url: str | Unset = UNSET
    name: str | Unset = UNSET
    wish: AlertFilter | Unset = UNSET
    token: str | Unset = UNSET
    chat_id: str | Unset = UNSET
    recipients: tuple[str, ...] | Unset = UNSET

    @property
    def given(self) -> Given | None:
        """How it is reached from now on; None where that stays as it is."""
        names = ("url", "token", "chat_id", "recipients")
        said = {name: value for name in names if not isinstance(value := getattr(self, name), Unset)}
        return Given(**said) if said else None

    timing: Timing | Unset = UNSET
    language: str | Unset = UNSET


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A destination and what its receiver checks signatures with, shown once; None where its kind is not signed."""

    destination: Destination
    secret: str | None


def create_destination(newsroom: Newsroom, draft: DestinationDraft) -> NewSecret:
    """Tell somebody from now on.

    Raises:
        AddressRefused: the guard would not let alerts go there; InvalidInput: the kind needs other fields than these;
        MissingScope: only an administrator may make one of this kind.
    """
    key = new_key(draft.signing) if SENDERS[draft.kind].is_signed else None
    given = Given(url=draft.url, token=draft.token, chat_id=draft.chat_id, recipients=draft.recipients)
    reach = reach_of(newsroom, draft.kind, given)
    destination = Destination(
        id=DestinationId(new_id()),
        kind=draft.kind,
        name=draft.name or host_only(reach.shown),
        url=reach.shown,
        wish=draft.wish,
        state=DestinationState.ACTIVE,
        state_reason=None,
        failing_since=None,
        created_at=newsroom.clock(),
        revision=1,
        timing=draft.timing,
        language=spoken(draft.language),
    )
    with newsroom.database.write() as conn:
        destinations.add_destination(conn, destination, secrets=sealed(newsroom, reach, key))
        note(conn, newsroom, Act.DESTINATION_ADDED, destination, _changes(None, destination))
    return NewSecret(destination, None if key is None else shown(key))


def change_destination(
    newsroom: Newsroom, destination_id: DestinationId, change: DestinationChange, *, revision: int | None
) -> Destination:
    """Change a destination. ``revision`` None changes whatever stands there.

    Raises:
        NotFound, AddressRefused, InvalidInput, StaleRevision: it is not there, cannot be so, or was changed meanwhile.
    """
    with newsroom.database.write() as conn:
        old = _current(conn, destination_id, revision)
        reach = None if change.given is None else reach_of(newsroom, old.kind, change.given)
        new = replace(
            old,
            url=old.url if reach is None else reach.shown,
            name=old.name if isinstance(change.name, Unset) else change.name,
            wish=old.wish if isinstance(change.wish, Unset) else change.wish,
            timing=old.timing if isinstance(change.timing, Unset) else change.timing,
            language=old.language if isinstance(change.language, Unset) else spoken(change.language),
            revision=old.revision + 1,
        )
        destinations.change_destination(conn, old, new)
        if new.timing != old.timing:
            _reschedule(conn, new, now=newsroom.clock())
        if reach is not None and reach.is_secret:
            destinations.set_secrets(conn, destination_id, sealed(newsroom, reach, None))
        moved = {} if reach is None else {"url": Changed(None, None)}
        note(conn, newsroom, Act.DESTINATION_CHANGED, new, _changes(old, new) | moved)
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


def rotate_secret(newsroom: Newsroom, destination_id: DestinationId, *, signing: Signing | None = None) -> NewSecret:
    """A new secret or key, of the kind that it was or of another. Alerts are signed with it and with the one before.

    Raises:
        NotFound: there is no such destination; Conflict: alerts of its kind are not signed.
    """
    with newsroom.database.write() as conn:
        destination = destinations.get_destination(conn, destination_id)
        if not SENDERS[destination.kind].is_signed:
            raise Conflict(
                f"Alerts to a destination of kind “{destination.kind}” are not signed: it has no such secret."
            )
        kept = destinations.get_secrets(conn, destination_id)
        key = new_key(signing or signing_of(newsroom, next(iter(kept), None)))
        sealed = [newsroom.seal.seal(key), *kept][:SECRETS_KEPT]
        destinations.set_secrets(conn, destination_id, sealed)
        note(conn, newsroom, Act.DESTINATION_SECRET_ROTATED, destination)
    return NewSecret(destination, shown(key))


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


def remove_destination(newsroom: Newsroom, destination_id: DestinationId, *, revision: int | None = None) -> None:
    """Forget a destination with its secrets, alerts and deliveries.

    Raises:
        NotFound, StaleRevision: it is not there, or was changed meanwhile.
    """
    with newsroom.database.write() as conn:
        old = _current(conn, destination_id, revision)
        destinations.remove_destination(conn, destination_id)
        note(conn, newsroom, Act.DESTINATION_REMOVED, old, _changes(old, None))


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


def _reschedule(conn: Connection, destination: Destination, *, now: datetime) -> None:
    """Let what waits for its time wait by the new timing."""
    timing, others = destination.timing, Level.SUBSTANTIVE
    moments = {level: due_at(timing, now=now, level=level) for level in (Level.MAJOR, others)}
    digests.reschedule(conn, destination.id, now=now, major_at=moments[Level.MAJOR], others_at=moments[others])


def _changes(old: Destination | None, new: Destination | None) -> dict[str, Changed]:
    """What differs. An address may hold a secret: it is only named."""
    found = changes_between(old, new, ("kind", "name", "url", "wish", "language"), hidden=["url"])
    before, after = (None if one is None else told_timing(one.timing) for one in (old, new))
    return found if before == after else {**found, "timing": Changed(before, after)}


def _test_body(event_id: EventId, destination: Destination, now: datetime) -> dict[str, object]:
    return {
        "type": EventType.TEST,
        "id": str(event_id),
        "time": now.isoformat(),
        **first_line(Gist(Deed.TESTED, who=destination.name)),
        "destination": {"id": str(destination.id), "name": destination.name, "state": destination.state},
    }
