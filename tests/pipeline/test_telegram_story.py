"""The case that started it: a post announces an offensive, is edited, and the claim is gone."""

from datetime import timedelta

import pytest

from app.domain.claims import Action, Level, PinEventKind, PinVariant, StatementAction
from app.domain.destinations import AlertFilter, AlertState, Destination, DestinationKind, DestinationState
from app.domain.edits import Confirmation
from app.domain.events import EventType
from app.domain.ids import DestinationId, PinId
from app.domain.observations import Outcome
from app.domain.pins import Pin
from app.domain.statements import StatementState
from app.domain.watches import SourceKind, WatchDraft
from app.pipeline.deliver import deliver_once
from app.pipeline.watchlist import add_watch, check_now
from app.storage import alerts, destinations, edits, events, flags, observations, pins, statements, versions
from app.storage.identity import new_id

pytestmark = pytest.mark.anyio

BEFORE = (
    "Ситуація на Курщині.\n\n"
    "Сили оборони України розпочали нові наступальні дії в Курській області. Бої тривають.\n\n"
    "Situation in the Kursk region.\n\n"
    "The Defence Forces of Ukraine have launched new offensive operations in the Kursk region. Fighting goes on."
)
AFTER = BEFORE.replace("нові наступальні дії", "бойові дії").replace("new offensive operations", "combat operations")
UKRAINIAN = PinVariant("uk", "нов* наступ*")
ENGLISH = PinVariant("en", "new offensive")


@pytest.fixture
def pin(newsroom, clock):
    new = Pin(PinId(new_id()), "new offensive", (ENGLISH, UKRAINIAN, PinVariant("ru", "нов* наступ*")), (), clock(), 1)
    with newsroom.database.write() as conn:
        pins.add_pin(conn, new)
    return new


@pytest.fixture
def destination(newsroom, clock, receiver):
    secret = "whsec_" + "QUFB" * 10
    receiver[0].secret = secret
    new = Destination(
        id=DestinationId(new_id()),
        kind=DestinationKind.WEBHOOK,
        name="desk",
        url=receiver[1],
        wish=AlertFilter(),
        state=DestinationState.ACTIVE,
        state_reason=None,
        failing_since=None,
        created_at=clock(),
        revision=1,
    )
    with newsroom.database.write() as conn:
        destinations.add_destination(conn, new, secrets=[newsroom.seal.seal(secret)])
    return new


@pytest.fixture
async def watch(newsroom, telegram, telegram_url, clock, later):
    telegram.publish("Ранкове зведення вийде о шостій.", clock() - timedelta(hours=3))
    telegram.publish(BEFORE, clock() - timedelta(minutes=1))
    made = add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff", publisher="General Staff of Ukraine"))
    await later(1)
    return made


def the_statement(newsroom, number):
    with newsroom.database.read() as conn:
        page = statements.list_statements(conn)
    return next(one for one in page.items if one.external_id == str(number))


async def test_a_channel_is_recognised_and_its_posts_become_statements(newsroom, watch):
    assert watch.kind is SourceKind.TELEGRAM_CHANNEL
    statement = the_statement(newsroom, 2)
    with newsroom.database.read() as conn:
        version = versions.get_version(conn, statement.id, 1)
        seen = observations.list_observations(conn, statement.id)
    assert version.wording.text == BEFORE
    assert the_statement(newsroom, 1).language == "uk"
    assert [one.outcome for one in seen] == [Outcome.FIRST_SEEN]


async def test_looking_again_at_the_same_posts_stores_nothing_new(newsroom, watch, later):
    await later(301)
    statement = the_statement(newsroom, 2)
    assert statement.version_count == 1
    with newsroom.database.read() as conn:
        seen = observations.list_observations(conn, statement.id)
    assert [one.outcome for one in seen] == [Outcome.UNCHANGED, Outcome.FIRST_SEEN]


async def test_an_edit_is_stored_flagged_confirmed_and_told(
    newsroom, watch, pin, destination, receiver, telegram, later, clock
):
    telegram.edit(2, AFTER)
    changed_at = await later(301)
    statement = the_statement(newsroom, 2)
    assert statement.version_count == 2
    with newsroom.database.read() as conn:
        (edit,) = edits.list_edits(conn).items
        made = flags.list_flags(conn).items
        waiting = alerts.list_alerts(conn).items
        first = versions.get_version(conn, statement.id, 1)
    assert edit.confirmation is Confirmation.AWAITED
    assert waiting == ()
    assert first.last_seen_at == edit.last_seen_unchanged_at < changed_at <= edit.first_seen_changed_at
    assert {flag.action for flag in made} == {Action.EDITED}
    assert all(flag.level in (Level.SUBSTANTIVE, Level.MAJOR) for flag in made)
    assert {flag.pin_ids for flag in made} == {(pin.id,)}
    assert any("нові наступальні дії" in flag.before and "бойові дії" in flag.after for flag in made)
    assert {(touch.event, touch.variant) for touch in edit.pins} >= {
        (PinEventKind.REMOVED, UKRAINIAN),
        (PinEventKind.REMOVED, ENGLISH),
    }

    await later(6)
    with newsroom.database.read() as conn:
        (edit,) = edits.list_edits(conn).items
        (alert,) = alerts.list_alerts(conn).items
    assert edit.confirmation is Confirmation.CONFIRMED
    assert edit.confirmed_at > edit.first_seen_changed_at
    assert await deliver_once(newsroom) == 1
    (arrived,) = receiver[0].received
    assert arrived.is_genuine
    assert arrived.id == str(alert.event_id) == arrived.body["id"]
    assert arrived.body["type"] == "statement.edited"
    assert arrived.body["headline"].startswith("General Staff of Ukraine removed “")
    assert arrived.body["edit"]["second_look"] == "confirmed"
    with newsroom.database.read() as conn:
        assert alerts.get_alert(conn, alert.id).state is AlertState.DELIVERED


async def test_a_restored_wording_is_recognised_and_the_removal_is_not_told(
    newsroom, watch, pin, destination, telegram, later
):
    telegram.edit(2, AFTER)
    await later(301)
    telegram.edit(2, BEFORE)
    await later(6)
    statement = the_statement(newsroom, 2)
    with newsroom.database.read() as conn:
        back, gone = edits.list_edits(conn).items
        version = versions.get_version(conn, statement.id, 3)
        told = events.list_events(conn, types=[EventType.STATEMENT_EDITED, EventType.STATEMENT_RESTORED])
    assert version.restores == 1
    assert back.restores == 1
    assert gone.confirmation is Confirmation.OVERTAKEN
    assert [event.type for event in told] == [EventType.STATEMENT_RESTORED]


async def test_a_deleted_post_is_missing_first_and_withdrawn_after_a_second_look(
    newsroom, watch, destination, receiver, telegram, later
):
    telegram.delete(2)
    await later(301)
    assert the_statement(newsroom, 2).state is StatementState.MISSING
    with newsroom.database.read() as conn:
        assert flags.list_flags(conn).items == ()
    await later(61)
    gone = the_statement(newsroom, 2)
    assert gone.state is StatementState.WITHDRAWN
    with newsroom.database.read() as conn:
        (flag,) = flags.list_flags(conn).items
    assert flag.action is StatementAction.WITHDRAWN
    assert "not seen since" in flag.headline
    assert await deliver_once(newsroom) == 1
    assert receiver[0].received[0].body["type"] == "statement.withdrawn"


async def test_a_post_that_comes_back_is_republished(newsroom, watch, telegram, later):
    kept = telegram.posts[2]
    telegram.delete(2)
    await later(301)
    await later(61)
    telegram.posts[2] = kept
    await later(301)
    assert the_statement(newsroom, 2).state is StatementState.PRESENT
    with newsroom.database.read() as conn:
        types = [event.type for event in events.list_events(conn)]
    assert types[-2:] == [EventType.STATEMENT_WITHDRAWN, EventType.STATEMENT_REPUBLISHED]


async def test_a_post_that_was_only_missing_for_a_moment_alarms_nobody(newsroom, watch, telegram, later):
    kept = telegram.posts[2]
    telegram.delete(2)
    await later(301)
    telegram.posts[2] = kept
    await later(61)
    assert the_statement(newsroom, 2).state is StatementState.PRESENT
    with newsroom.database.read() as conn:
        assert flags.list_flags(conn).items == ()


async def test_posts_missed_between_two_looks_are_read_from_older_pages(newsroom, watch, telegram, later, clock):
    for number in range(50):
        telegram.publish(f"Post number {number} of a busy hour.", clock())
    await later(301)
    with newsroom.database.read() as conn:
        assert len(statements.list_statements(conn, limit=200).items) == 52


async def test_older_posts_are_read_where_asked_for(newsroom, telegram, telegram_url, later, clock):
    for number in range(65):
        telegram.publish(f"Post number {number}.", clock())
    add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff", older_pages=2))
    await later(1)
    await later(1)
    with newsroom.database.read() as conn:
        assert len(statements.list_statements(conn, limit=200).items) == 60


async def test_a_channel_without_preview_is_an_error_and_never_an_empty_channel(newsroom, telegram_url, later):
    watch = add_watch(newsroom, WatchDraft(f"{telegram_url}/no_such_channel"))
    await later(1)
    await later(400)
    await later(1000)
    with newsroom.database.read() as conn:
        (gap,) = observations.list_gaps(conn, watch.id)
        told = [event.type for event in events.list_events(conn)]
    assert gap.closed_at is None
    assert gap.outcome is Outcome.UNREADABLE
    assert told == [EventType.WATCH_FAILING]


async def test_checking_now_finds_an_edit_before_the_interval_ends(newsroom, watch, telegram, later):
    telegram.edit(2, AFTER)
    check_now(newsroom, watch.id)
    await later(1)
    assert the_statement(newsroom, 2).version_count == 2
