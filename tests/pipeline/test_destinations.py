"""Destinations: secrets sealed and rotated, tests and replays owed like any alert, none where the guard says no."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from app.delivery.signature import Doubtful, Genuine, sign, verify
from app.domain.claims import Level
from app.domain.destinations import AlertFilter, AlertState, DestinationState, Signing
from app.domain.errors import AddressRefused, Conflict, InvalidInput, NotFound, StaleRevision
from app.domain.ids import AlertId, DestinationId
from app.pipeline.deliver import take_alerts
from app.pipeline.destinations import (
    DestinationChange,
    DestinationDraft,
    change_destination,
    create_destination,
    pause_destination,
    remove_destination,
    resume_destination,
    rotate_secret,
    send_test,
)
from app.pipeline.sending_again import replay_alert, replay_range
from app.storage import alerts, destinations, events

pytestmark = pytest.mark.anyio
NOWHERE = DestinationId(uuid.UUID(int=1))


@pytest.fixture
async def made(newsroom: Any) -> Any:
    return create_destination(newsroom, DestinationDraft("https://hooks.example.org/x", "desk"))


def kept_secrets(newsroom: Any, destination: Any) -> list[str]:
    with newsroom.database.read() as conn:
        return [newsroom.seal.open(sealed) for sealed in destinations.get_secrets(conn, destination.id)]


async def test_a_secret_is_sealed_and_the_one_before_is_good_until_the_next(newsroom: Any, made: Any):
    with newsroom.database.read() as conn:
        assert made.secret not in str(destinations.get_secrets(conn, made.destination.id))
    assert kept_secrets(newsroom, made.destination) == [made.secret]
    second = rotate_secret(newsroom, made.destination.id).secret
    assert kept_secrets(newsroom, made.destination) == [second, made.secret]
    third = rotate_secret(newsroom, made.destination.id).secret
    assert kept_secrets(newsroom, made.destination) == [third, second]


async def test_a_receiver_of_a_signing_key_is_shown_its_public_half_and_rotation_may_change_the_way(newsroom: Any):
    draft = DestinationDraft("https://hooks.example.org/x", "desk", signing=Signing.ED25519)
    made = create_destination(newsroom, draft)
    assert made.secret is not None
    assert made.secret.startswith("whpk_")
    (kept,) = kept_secrets(newsroom, made.destination)
    body, now = b"{}", newsroom.clock()
    headers = sign("id", int(now.timestamp()), body, [kept])
    assert verify(headers, body, [made.secret], now=now) == Genuine("id", now)
    again = rotate_secret(newsroom, made.destination.id)
    secret = rotate_secret(newsroom, made.destination.id, signing=Signing.HMAC).secret
    assert (again.secret or "").startswith("whpk_")
    assert (secret or "").startswith("whsec_")
    headers = sign("id", int(now.timestamp()), body, kept_secrets(newsroom, made.destination))
    for known in (again.secret, secret):
        assert verify(headers, body, [known or ""], now=now) == Genuine("id", now)
    assert isinstance(verify(headers, body, [made.secret], now=now), Doubtful)


async def test_a_change_leaves_alone_what_is_not_named(newsroom: Any, made: Any):
    wish = AlertFilter(min_level=Level.MAJOR)
    changed = change_destination(newsroom, made.destination.id, DestinationChange(wish=wish), revision=1)
    assert (changed.name, changed.url, changed.wish) == ("desk", made.destination.url, wish)
    with pytest.raises(StaleRevision):
        change_destination(newsroom, made.destination.id, DestinationChange(name="x"), revision=1)
    with newsroom.database.read() as conn:
        assert destinations.get_destination(conn, made.destination.id) == changed


@pytest.mark.parametrize(
    "url", ["http://10.1.2.3/", "http://169.254.169.254/", "file:///etc/passwd", "https://a@b.example/"]
)
async def test_no_destination_where_the_guard_says_no(newsroom: Any, made: Any, url: str):
    with pytest.raises(AddressRefused):
        create_destination(newsroom, DestinationDraft(url, "x"))
    with pytest.raises(AddressRefused):
        change_destination(newsroom, made.destination.id, DestinationChange(url=url), revision=None)


async def test_a_paused_destination_gets_nothing_until_it_is_resumed(newsroom: Any, made: Any):
    send_test(newsroom, made.destination.id)
    paused = pause_destination(newsroom, made.destination.id)
    assert (paused.state, paused.state_reason) == (DestinationState.PAUSED, "paused by a person")
    assert pause_destination(newsroom, made.destination.id) == paused
    assert take_alerts(newsroom, limit=8) == ()
    with pytest.raises(Conflict):
        send_test(newsroom, made.destination.id)
    assert resume_destination(newsroom, made.destination.id).state_reason is None
    assert len(take_alerts(newsroom, limit=8)) == 1


async def test_a_test_goes_to_one_destination_alone_whatever_it_wants_to_hear(newsroom: Any, made: Any):
    other = create_destination(newsroom, DestinationDraft("https://hooks.example.org/y", "other")).destination
    alert = send_test(newsroom, made.destination.id)
    with newsroom.database.read() as conn:
        (event,) = events.list_events(conn)
        assert alerts.list_alerts(conn, destination_id=other.id).items == ()
    assert event.id == alert.event_id
    (taken,) = take_alerts(newsroom, limit=8)
    assert taken.alert.id == alert.id


async def test_what_was_owed_can_be_owed_again(newsroom: Any, made: Any, clock: Any):
    first = send_test(newsroom, made.destination.id)
    clock.move(60)
    send_test(newsroom, made.destination.id)
    start = first.created_at
    assert replay_alert(newsroom, first.id).state is AlertState.PENDING
    minute = timedelta(minutes=1)
    assert replay_range(newsroom, made.destination.id, since=start, until=start + minute) == 1
    assert replay_range(newsroom, made.destination.id, since=start, until=start + 2 * minute) == 2
    with pytest.raises(InvalidInput):
        replay_range(newsroom, made.destination.id, since=start, until=start)


async def test_a_removed_destination_leaves_nothing_behind(newsroom: Any, made: Any):
    send_test(newsroom, made.destination.id)
    with pytest.raises(StaleRevision):
        remove_destination(newsroom, made.destination.id, revision=7)
    remove_destination(newsroom, made.destination.id)
    with newsroom.database.read() as conn:
        assert alerts.list_alerts(conn).items == ()


async def test_what_is_not_there_is_not_found(newsroom: Any, clock: Any):
    for act in (pause_destination, resume_destination, rotate_secret, send_test, remove_destination):
        with pytest.raises(NotFound):
            act(newsroom, NOWHERE)
    with pytest.raises(NotFound):
        replay_alert(newsroom, AlertId(NOWHERE))
    with pytest.raises(NotFound):
        replay_range(newsroom, NOWHERE, since=clock.now, until=clock.now + timedelta(days=1))
