"""Alerts from the command line: what was sent to whom, and sending it again."""

import json
from dataclasses import dataclass

from rich.text import Text

from app.cli.acts.alert_views import show_alert, state_of
from app.cli.acts.paging import gather, show_page, tell_of_more
from app.cli.options import instant_of
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.rooms import with_newsroom
from app.cli.screen import moment, short, show, show_json, show_table
from app.cli.speech import words_here
from app.cli.wire import told
from app.domain.destinations import Alert, AlertState
from app.domain.errors import InvalidInput
from app.domain.ids import AlertId, DestinationId, EventId
from app.messages.message import lines_of
from app.messages.reading import message_of
from app.pipeline.newsroom import Newsroom
from app.pipeline.sending_again import replay_alert, replay_range, replay_since
from app.storage import alerts, events
from app.storage.short_ids import find_id


def show_list(*, destination: str | None, state: AlertState | None, limit: int, as_json: bool) -> None:
    """The alerts, newest first."""
    with open_record() as database, database.read() as conn:
        key = None if destination is None else DestinationId(find_id(conn, "destination", destination))
        found, is_more = gather(
            lambda after, most: alerts.list_alerts(conn, destination_id=key, state=state, after=after, limit=most),
            limit,
        )
    if as_json:
        show_page(found, is_more=is_more)
        return
    show_table(
        ("id", "made (UTC)", "type", "destination", "state", "tries", "next try (UTC)"),
        [
            (
                short(one.id),
                moment(one.created_at),
                one.type,
                short(one.destination_id),
                state_of(one),
                str(one.tries),
                moment(one.next_try_at) if one.state is AlertState.PENDING else "",
            )
            for one in found
        ],
        empty="No alerts here.",
    )
    tell_of_more(is_more=is_more)


def show_one(written: str, *, as_json: bool) -> None:
    """One alert with every try."""
    with open_record() as database, database.read() as conn:
        alert = alerts.get_alert(conn, AlertId(find_id(conn, "alert", written)))
        tries = alerts.list_deliveries(conn, alert.id)
        body = json.loads(events.get_body(conn, alert.event_id))
    if as_json:
        show_json({**told(alert), "deliveries": tries})
    else:
        show_alert(alert, tries)
        show("", *(Text(one_line(line)) for line in lines_of(message_of(body, words_here()))))


@dataclass(frozen=True, slots=True)
class Which:
    """Which alerts of a destination are to be sent again, as it was typed."""

    destination: str | None
    since: str | None
    until: str | None
    since_event: str | None


def replay(written: str | None, which: Which, *, as_json: bool) -> None:
    """Send one alert again, or those of a destination from a moment or an event on; with the same ids.

    Raises:
        InvalidInput: neither or both are named.
    """
    if (written is None) == (which.destination is None):
        raise InvalidInput("Name an alert, or a destination with --since or --since-event.")
    if written is not None:
        _replay_one(written, as_json=as_json)
    else:
        _replay_some(which, as_json=as_json)


def _replay_one(written: str, *, as_json: bool) -> None:
    def act(newsroom: Newsroom) -> Alert:
        with newsroom.database.read() as conn:
            key = AlertId(find_id(conn, "alert", written))
        return replay_alert(newsroom, key)

    alert = with_newsroom(act)
    if as_json:
        show_json(alert)
    else:
        show(f"{short(alert.id)} is sent again when a worker comes to it.")


def _replay_some(which: Which, *, as_json: bool) -> None:
    start, end = instant_of(which.since), instant_of(which.until)
    if (start is None) == (which.since_event is None):
        raise InvalidInput("Say from when on with --since 2025-01-07, or from which event on with --since-event.")

    def act(newsroom: Newsroom) -> int:
        with newsroom.database.read() as conn:
            key = DestinationId(find_id(conn, "destination", which.destination or ""))
            first = None if which.since_event is None else EventId(find_id(conn, "event", which.since_event))
        if first is not None:
            return replay_since(newsroom, key, first)
        assert start is not None
        return replay_range(newsroom, key, since=start, until=end or newsroom.clock())

    count = with_newsroom(act)
    if as_json:
        show_json({"replayed": count})
    else:
        show(f"{count} messages are sent again when a worker comes to them.")
