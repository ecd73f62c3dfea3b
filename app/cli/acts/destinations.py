"""Destinations from the command line: where alerts go, and whether a test arrives."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.cli.acts.alert_views import show_alert
from app.cli.acts.paging import gather, show_page, tell_of_more
from app.cli.acts.wishes import When, Wish, filter_of, timing_from, wants
from app.cli.exits import Exit, Failure
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.rooms import in_newsroom, with_newsroom
from app.cli.screen import remark, short, show, show_facts, show_json, show_table
from app.cli.wire import told
from app.domain.destinations import Alert, AlertState, Delivery, Destination, DestinationKind, Signing
from app.domain.ids import DestinationId
from app.domain.timing import ANY_TIME
from app.pipeline.deliver import deliver_once
from app.pipeline.destinations import (
    DestinationChange,
    DestinationDraft,
    NewSecret,
    change_destination,
    create_destination,
    pause_destination,
    remove_destination,
    resume_destination,
    rotate_secret,
    send_test,
)
from app.pipeline.newsroom import Newsroom
from app.pipeline.timings import in_words, told_timing
from app.pipeline.watch_fields import line_of
from app.storage import alerts, destinations
from app.storage.short_ids import find_id

PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Typed:
    """How a destination is reached, as it was typed; “-” stands for a line of standard input."""

    kind: DestinationKind
    url: str | None
    token: str | None
    chat_id: str | None
    recipients: tuple[str, ...] = ()
    language: str = "en"
    signing: Signing = Signing.HMAC


def add(typed: Typed, *, name: str | None, wish: Wish, when: When, as_json: bool) -> None:
    """Tell somebody from now on; a signing secret is shown once.

    Raises:
        AddressRefused: alerts may not go there; InvalidInput: the wish cannot be read, or the kind needs other fields.
    """
    called = None if name is None else line_of(name, "name")
    url, token = _read(typed.url), _read(typed.token)
    timing = timing_from(when)

    def act(newsroom: Newsroom) -> NewSecret:
        with newsroom.database.read() as conn:
            wanted = filter_of(conn, wish)
        draft = DestinationDraft(
            url=url,
            name=called,
            kind=typed.kind,
            wish=wanted,
            token=token,
            chat_id=typed.chat_id,
            recipients=typed.recipients,
            timing=timing,
            language=typed.language,
            signing=typed.signing,
        )
        return create_destination(newsroom, draft)

    made = with_newsroom(act)
    if as_json:
        show_json({**_told(made.destination), "secret": made.secret})
        return
    _show(made.destination)
    if made.secret is not None:
        show_facts([("secret", made.secret)])
        remark("The secret, by which the receiver checks the signature, is shown only this once.")


def show_list(*, limit: int, as_json: bool) -> None:
    """Every destination, newest first."""
    with open_record() as database, database.read() as conn:
        found, is_more = gather(
            lambda after, most: destinations.list_destinations(conn, after=after, limit=most), limit
        )
    if as_json:
        show_page([_told(one) for one in found], is_more=is_more)
        return
    show_table(
        ("id", "kind", "name", "state", "wants", "address"),
        [
            (short(one.id), one.kind, one_line(one.name), _state(one), wants(one.wish), one_line(one.url))
            for one in found
        ],
        empty="Nobody is told. Add a webhook: walkback destination add https://example.org/hook",
    )
    tell_of_more(is_more=is_more)


def test(written: str, *, here: bool, wait_seconds: float, as_json: bool) -> None:
    """Send a test alert and show what became of it; ``here`` sends it (and what else is due) in this process.

    Raises:
        Failure: it did not arrive, or was not sent in the time.
    """

    async def act(newsroom: Newsroom) -> tuple[Alert, tuple[Delivery, ...]]:
        alert = send_test(newsroom, _key(newsroom, written))
        for _ in range(max(1, round(wait_seconds / PAUSE_SECONDS))):
            if here:
                await deliver_once(newsroom)
            with newsroom.database.read() as conn:
                tries = alerts.list_deliveries(conn, alert.id)
                alert = alerts.get_alert(conn, alert.id)
            if tries:
                return alert, tries
            await asyncio.sleep(PAUSE_SECONDS)
        return alert, ()

    alert, tries = in_newsroom(act)
    if as_json:
        show_json({**told(alert), "deliveries": tries})
    else:
        show_alert(alert, tries)
    if not tries:
        message = "It waits: no worker sent it in time. Start “walkback serve” or “walkback work”, or use --here."
        raise Failure(message, Exit.FAILED)
    if alert.state is not AlertState.DELIVERED:
        raise Failure("It did not arrive; it is tried again as its schedule says.", Exit.FAILED)


def set_timing(written: str, when: When, *, as_json: bool) -> None:
    """Say anew when alerts leave.

    Raises:
        InvalidInput: the timing cannot be read.
    """
    change = DestinationChange(timing=timing_from(when))
    _show_changed(written, lambda room, key: change_destination(room, key, change, revision=None), as_json=as_json)


def pause(written: str, *, as_json: bool) -> None:
    """Send nothing there until it is resumed; what is owed waits."""
    _show_changed(written, pause_destination, as_json=as_json)


def resume(written: str, *, as_json: bool) -> None:
    """Send there again, first what waited."""
    _show_changed(written, resume_destination, as_json=as_json)


def rotate(written: str, *, signing: Signing | None, as_json: bool) -> None:
    """A new signing secret, shown once; the one before it stays good until the next change."""
    made = with_newsroom(lambda newsroom: rotate_secret(newsroom, _key(newsroom, written), signing=signing))
    if as_json:
        show_json({**_told(made.destination), "secret": made.secret})
        return
    show(made.secret or "")
    remark("The new secret is shown only this once; alerts are signed with the one before it too.")


def remove(written: str, *, as_json: bool) -> None:
    """Forget a destination with its secrets, alerts and deliveries."""

    def act(newsroom: Newsroom) -> Destination:
        with newsroom.database.read() as conn:
            found = destinations.get_destination(conn, DestinationId(find_id(conn, "destination", written)))
        remove_destination(newsroom, found.id)
        return found

    found = with_newsroom(act)
    if as_json:
        show_json(_told(found))
    else:
        show(one_line(f"{short(found.id)} “{found.name}” is told nothing more; its alerts are forgotten."))


def _show_changed(written: str, change: Callable[[Newsroom, DestinationId], Destination], *, as_json: bool) -> None:
    found = with_newsroom(lambda newsroom: change(newsroom, _key(newsroom, written)))
    if as_json:
        show_json(_told(found))
    else:
        _show(found)


def _key(newsroom: Newsroom, written: str) -> DestinationId:
    with newsroom.database.read() as conn:
        return DestinationId(find_id(conn, "destination", written))


def _read(typed: str | None) -> str | None:
    """What was typed, or the next line of standard input, so that a password need not stand in a list of processes."""
    return sys.stdin.readline(4_096).strip() if typed == "-" else typed


def _told(destination: Destination) -> dict[str, object]:
    """As the interface tells it, where the wish is called a filter."""
    flat = told(replace(destination, timing=ANY_TIME)) | {"timing": told_timing(destination.timing)}
    return {("filter" if name == "wish" else name): value for name, value in flat.items()}


def _show(destination: Destination) -> None:
    show_facts(
        [
            ("destination", short(destination.id)),
            ("name", one_line(destination.name)),
            ("address", one_line(destination.url)),
            ("wants", wants(destination.wish)),
            ("when", in_words(destination.timing)),
            ("state", _state(destination)),
        ]
    )


def _state(destination: Destination) -> str:
    return one_line(": ".join(filter(None, (destination.state, destination.state_reason))))
