"""Destinations at a browser: everything that can be wished for is set by forms, said in words, and tried first."""

import re
from typing import Any
from uuid import UUID

import pytest

from app.catalogues.choosing import catalogue_of
from app.domain.destinations import AlertState, DestinationKind, Signing
from app.domain.ids import DestinationId
from app.domain.timing import Timing
from app.domain.words import ENGLISH
from app.pipeline.destinations import DestinationDraft, create_destination
from app.pipeline.newsroom import Newsroom
from app.pipeline.timings import WrittenQuiet, WrittenTiming, timing_of
from app.storage import alerts, audit, destinations
from app.ui.desk.destination_forms import SIGNED, TAKEN_BY, as_form, change_of_form, draft_of_form
from app.ui.desk.timings import timing_as_form, timing_in_words, timing_of_form

NIGHTS = {
    "daily_at": "08:00",
    "zone": "Europe/Kyiv",
    "quiet_begins": "22:00",
    "quiet_ends": "07:00",
    "lets_major_through": "yes",
    "most_an_hour": "10",
}
WISHED = {
    "url": "https://hooks.example.org/y",
    "name": "Night desk",
    "language": "uk",
    "signing": "ed25519",
    "min_level": "minor",
    "tags": "war, sea",
    "languages": "uk en",
    "event-statement.edited": "yes",
    "action-removed": "yes",
    "facet-quantity": "yes",
    "state-present": "yes",
    **NIGHTS,
}


def only(newsroom: Newsroom, name: str) -> Any:
    with newsroom.database.read() as conn:
        (found,) = [one for one in destinations.list_destinations(conn).items if one.name == name]
    return found


def test_all_that_the_interface_can_wish_for_is_wished_for_by_a_form(
    administrator: Any, newsroom: Newsroom, story: Any
):
    made = administrator.sends("/destinations/add", step="add", **WISHED)
    assert "whpk_" in made.text
    kept = only(newsroom, "Night desk")
    asked = draft_of_form(WISHED)
    assert (kept.wish, kept.timing, kept.language) == (asked.wish, asked.timing, "uk")
    assert kept.timing == timing_of(
        WrittenTiming(None, "08:00", "Europe/Kyiv", WrittenQuiet("22:00", "07:00", True), 10)
    )
    page = administrator.get(f"/destinations/{kept.id}").text
    assert "a digest every day at 08:00 Europe/Kyiv; quiet from 22:00 to 07:00 Europe/Kyiv" in page
    assert "but not for what is major; at most 10 messages an hour" in page
    assert 'value="08:00"' in page


def test_a_form_that_is_sent_back_as_it_came_changes_nothing(administrator: Any, newsroom: Newsroom, story: Any):
    administrator.sends("/destinations/add", step="add", **WISHED)
    before = only(newsroom, "Night desk")
    sent = administrator.sends(f"/destinations/{before.id}", revision=str(before.revision), **as_form(before))
    assert sent.status_code == 303
    after = only(newsroom, "Night desk")
    assert (after.wish, after.timing, after.language, after.url) == (
        before.wish,
        before.timing,
        before.language,
        before.url,
    )


def test_where_and_when_are_changed_by_a_form(administrator: Any, newsroom: Newsroom, story: Any):
    address = f"/destinations/{story.destination_id}"
    sent = administrator.sends(
        address, revision="1", name="desk", url="https://other.example.org/z", digest_minutes="30"
    )
    assert sent.status_code == 303
    kept = only(newsroom, "desk")
    assert kept.url == "https://other.example.org/z"
    assert "a digest every 30 minutes" in administrator.get(address).text


WRONG = [
    ({"digest_minutes": "many"}, "digest_minutes", "“many” is no whole number."),
    ({"digest_minutes": "0"}, "digest_minutes", "every 1 to 1440 minutes"),
    ({"digest_minutes": "30", "daily_at": "08:00"}, "daily_at", "not both"),
    ({"daily_at": "8 o'clock"}, "daily_at", "is no time of day"),
    ({"daily_at": "08:00", "zone": "Mars/Olympus"}, "zone", "is no time zone"),
    ({"quiet_begins": "22:00", "quiet_ends": ""}, "quiet_ends", "is no time of day"),
    ({"quiet_begins": "22:00", "quiet_ends": "22:00"}, "quiet_ends", "end at another time"),
    ({"most_an_hour": "1001"}, "most_an_hour", "At most 1 to 1000"),
    ({"languages": "english"}, "languages", "is no language"),
    ({"tags": "a" * 70}, "tags", "is no tag"),
    ({"url": "ftp://example.org/x"}, "url", "Only http and https"),
    ({"kind": "telegram", "url": "", "token": "x", "chat_id": "1"}, "token", "token"),
    ({"kind": "slack", "url": ""}, "url", "needs"),
    ({"kind": "fax"}, "kind", "no kind"),
    ({"language": "xx"}, "language", "“xx” is none of them"),
]


def test_what_cannot_be_used_is_named_at_its_field_and_kept(administrator: Any):
    for wrong, field, said in WRONG:
        shows_what_is_wrong(administrator, wrong, field, said)


def shows_what_is_wrong(administrator: Any, wrong: dict[str, str], field: str, said: str) -> None:
    answer = administrator.sends("/destinations/add", step="add", **{**WISHED, "daily_at": "", **wrong})
    assert answer.status_code == 422, wrong
    assert said in answer.text.replace("&#39;", "'")
    if field not in ("kind", "language"):
        assert f'aria-describedby="{field}-wrong' in answer.text
        assert f'id="{field}-wrong"' in answer.text
    for value in ("Night desk", *(value for name, value in wrong.items() if name not in ("kind", "language"))):
        assert value.replace("'", "&#39;") in answer.text


def test_a_trial_counts_messages_by_the_timing_and_sends_nothing(
    administrator: Any, newsroom: Newsroom, story: Any, press: Any, clock: Any
):
    press.cannot_be_read()
    press.cannot_be_read()
    press.says("Our forces began combat operations in the Kursk region. Nine villages were taken on Friday.")
    clock.move(2 * 86_400)
    tried = administrator.sends(
        "/destinations/add", step="try", url="https://hooks.example.org/y", digest_minutes="1440"
    )
    assert "it would have been told" in tried.text
    assert "in 1 message, 1 of them a digest." in tried.text, re.findall(r"<p>in .*", tried.text)
    assert 'value="1440"' in tried.text
    with newsroom.database.read() as conn:
        assert len(destinations.list_destinations(conn).items) == 1


def test_a_stretch_is_sent_again_on_the_clocks_of_whoever_asks(
    administrator: Any, newsroom: Newsroom, story: Any, clock: Any
):
    address = f"/destinations/{story.destination_id}/replay"
    with newsroom.database.read() as conn:
        owed = alerts.list_alerts(conn, destination_id=DestinationId(UUID(story.destination_id))).items
    made = min(one.created_at for one in owed)
    nobody = administrator.sends(address, since=f"{made.year + 1}-01-01T00:00", until=f"{made.year + 1}-01-02T00:00")
    assert nobody.headers["location"].endswith("said=nothing-replayed")
    kyiv = f"{made.replace(tzinfo=None):%Y-%m-%dT00:00}"
    done = administrator.sends(address, since=kyiv, replay_zone="Europe/Kyiv")
    assert done.headers["location"].endswith("said=replayed")
    with newsroom.database.read() as conn:
        (last, *_) = audit.list_entries(conn).items
    assert "T22:00:00+00:00" in str(last.changes)
    assert administrator.sends(address, since="yesterday").status_code == 422
    assert "Say from when on." in administrator.sends(address).text


def test_everything_since_an_event_is_sent_again(administrator: Any, newsroom: Newsroom, story: Any):
    assert "replay-since" in administrator.get(f"/alerts/{story.alert_id}").text
    assert administrator.sends(f"/alerts/{story.alert_id}/replay-since").status_code == 303
    with newsroom.database.read() as conn:
        owed = alerts.list_alerts(conn, destination_id=DestinationId(UUID(story.destination_id))).items
    assert {one.state for one in owed} == {AlertState.PENDING}


def test_a_chat_is_asked_for_what_it_takes_and_has_no_secret_to_change(
    administrator: Any, newsroom: Newsroom, story: Any
):
    chat = create_destination(
        newsroom, DestinationDraft("https://hooks.slack.com/services/T/B/x", "chat", DestinationKind.SLACK)
    ).destination
    page = administrator.get(f"/destinations/{chat.id}").text
    assert 'name="url"' in page
    assert 'name="token"' not in page
    assert "/rotate" not in page
    assert "services/T" not in page
    assert SIGNED == (DestinationKind.WEBHOOK,)
    assert set(TAKEN_BY) == {DestinationKind.TELEGRAM, DestinationKind.EMAIL}
    assert draft_of_form({}).signing is Signing.HMAC
    assert not isinstance(change_of_form({"name": "x"}).timing, str)


@pytest.mark.parametrize(
    "written",
    [
        WrittenTiming(),
        WrittenTiming(digest_minutes=30),
        WrittenTiming(daily_at="08:00", zone="Europe/Kyiv", quiet_hours=WrittenQuiet("22:00", "07:00", True)),
        WrittenTiming(quiet_hours=WrittenQuiet("22:00", "07:00"), zone="UTC", most_an_hour=3),
    ],
)
def test_every_timing_stands_in_a_form_and_is_read_back(written: WrittenTiming):
    timing: Timing = timing_of(written)
    assert timing_of_form(timing_as_form(timing)) == timing
    assert timing_in_words(timing, ENGLISH) != timing_in_words(timing, catalogue_of("uk"))
