"""Destinations, typed: added with a secret that is shown once, tried, listed, removed; and alerts sent again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.api.alerts import Alerts, AlertTold
from app.api.destinations import Destinations, DestinationTold, DestinationWithSecret
from app.api.filters import DryRunTold
from app.delivery.signature import new_secret
from app.demo.receiver import Receiver

PUBLISHED = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)


def test_a_test_alert_arrives_signed(has_shape: Any, run: Any, receiver: tuple[Receiver, str]) -> None:
    taker, url = receiver
    made = run("destination", "add", url, "--name", "desk", "--tag", "kursk", "--level", "major", "--json").json
    has_shape(DestinationWithSecret, made)
    taker.secret = made["secret"]
    done = run("destination", "test", made["id"][-8:], "--here")
    assert done.code == 0
    assert "delivered" in done.out
    assert [alert.is_genuine for alert in taker.received] == [True]


def test_a_refusal_of_the_receiver_is_shown(run: Any, receiver: tuple[Receiver, str]) -> None:
    made = run("destination", "add", receiver[1], "--json").json
    receiver[0].secret = new_secret()
    done = run("destination", "test", made["id"][-8:], "--here")
    assert done.code == 1
    assert "401" in done.out
    assert "did not arrive" in done.err


def test_without_a_worker_the_test_waits(run: Any, receiver: tuple[Receiver, str]) -> None:
    made = run("destination", "add", receiver[1], "--json").json
    done = run("destination", "test", made["id"], "--wait", "0")
    assert done.code == 1
    assert "no worker" in done.err


def test_alerts_are_listed_and_sent_again_with_the_same_id(
    has_shape: Any, on_each: Any, receiver: tuple[Receiver, str]
) -> None:
    taker, url = receiver
    made = on_each("destination", "add", url, "--json").json
    taker.secret = made["secret"]
    on_each("destination", "test", made["id"], "--here")
    listed = on_each("alerts", "list", "--state", "delivered", "--destination", made["id"][-8:], "--json").json
    has_shape(Alerts, listed)
    (alert,) = listed["items"]
    assert "204" in on_each("alerts", "show", alert["id"][-8:]).out
    again = on_each("alerts", "replay", alert["id"][-8:], "--json").json
    assert AlertTold.model_validate(again).state == "pending"
    ranged = on_each("alerts", "replay", "--destination", made["id"][-8:], "--since", "2020-01-01", "--json").json
    assert ranged == {"replayed": 1}
    on_each("destination", "test", made["id"], "--here")
    assert len({one.id for one in taker.received}) == 2
    assert len(taker.received) == 3


def test_what_to_replay_must_be_named(run: Any) -> None:
    assert run("alerts", "replay").code == 2
    assert run("alerts", "replay", "--destination", "abcdef12").code == 2
    assert run("alerts", "replay", "abcdef12").code == 3


def test_a_destination_is_listed_with_its_wish_and_removed(has_shape: Any, run: Any) -> None:
    words = ["--event", "statement.withdrawn", "--tag", "kursk"]
    made = run("destination", "add", "http://127.0.0.1:9/hook?token=x", *words)
    assert made.code == 0
    assert "whsec_" in made.out
    assert "only this once" in made.err
    listed = run("destination", "list", "--json").json
    has_shape(Destinations, listed)
    shown = run("destination", "list").out
    assert "statement.withdrawn; #kursk" in shown
    assert "whsec_" not in shown
    gone = run("destination", "remove", listed["items"][0]["id"][-8:], "--json").json
    assert gone["filter"]["tags"] == ["kursk"]
    assert set(gone) == set(DestinationTold.model_fields)
    assert run("destination", "list", "--json").json["items"] == []


def test_a_destination_is_paused_resumed_and_given_a_new_secret(run: Any, receiver: tuple[Receiver, str]) -> None:
    made = run("destination", "add", receiver[1], "--json").json
    assert run("destination", "pause", made["id"][-8:], "--json").json["state"] == "paused"
    assert run("destination", "test", made["id"]).code == 4
    assert "active" in run("destination", "resume", made["id"][-8:]).out
    receiver[0].secret = run("destination", "rotate", made["id"][-8:]).out.strip()
    assert run("destination", "test", made["id"], "--here").code == 0
    receiver[0].secret = made["secret"]
    assert run("destination", "test", made["id"], "--here").code == 0


def test_a_destination_that_cannot_be_is_refused(run: Any) -> None:
    assert run("destination", "add", "http://10.0.0.1/hook").code == 4
    assert run("destination", "add", "gopher://example.org").code == 4
    assert run("destination", "add", "https://example.org/", "--pin", "abcdef12").code == 3
    assert run("destination", "add", "https://example.org/", "--tag", "a,b").code == 2
    assert run("destination", "list", "--json").json["items"] == []


def test_a_filter_is_tried_before_anybody_is_told(has_shape: Any, run: Any, telegram: Any) -> None:
    """The story has one removed claim, in English; what was first seen is told to those who ask for it."""
    post = telegram.publish("The new offensive began. It rained all day in the region.", PUBLISHED)
    watch = run("watch", "add", "@generalstaff", "--no-preview", "--json").json["id"]
    run("watch", "check", watch, "--here")
    telegram.edit(post.number, "It rained all day in the region.")
    run("watch", "check", watch, "--here")
    run("watch", "check", watch, "--here")
    found = run("destination", "dry-run", "--action", "removed", "--days", "7")
    assert "removed “The new offensive began.”" in found.out
    assert "1 of 2 events since" in found.err
    assert "on " in found.err
    told = run("destination", "dry-run", "--event", "statement.first_seen", "--language", "EN", "--json").json
    has_shape(DryRunTold, told)
    assert told["wanted"] == told["by_day"][0]["wanted"] == 1
    later = run("destination", "dry-run", "--digest", "1d", "--event", "statement.first_seen")
    assert "0 messages (a digest every 1440 min), 0 of them digests" in later.err
    nothing = run("destination", "dry-run", "--facet", "quantity", "--state", "withdrawn")
    assert "Nothing would have been sent" in nothing.out + nothing.err


def test_what_a_destination_wants_is_said_in_words(run: Any, receiver: Any) -> None:
    words = ("--action", "removed", "--facet", "quantity", "--state", "present", "--language", "uk", "--level", "major")
    run("destination", "add", receiver[1], *words)
    assert "major and above; claims removed; quantity; present statements; uk" in run("destination", "list").out


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("--language", "Ukrainian"), "is no language", 2),
        (("--action", "vanished"), "vanished", 2),
        (("--days", "91"), "less than or equal to 90", 2),
        (("--watch", "ffffffff"), "ffffffff", 3),
        (("--tag", "x" * 500), "tag", 2),
    ],
    ids=["language", "action", "days", "watch", "tag"],
)
def test_a_filter_that_cannot_be_read_is_refused(run: Any, words: tuple[str, ...], said: str, code: int) -> None:
    run("migrate")
    done = run("destination", "dry-run", *words)
    assert done.code == code
    assert said in done.err


def test_a_chat_is_added_by_its_kind_and_its_address_is_shown_to_nobody(run: Any) -> None:
    made = run("destination", "add", "--kind", "slack", "--url", "http://127.0.0.1:9/hooks/secret-part")
    assert made.code == 0
    assert "secret" not in made.out + made.err
    assert "http://127.0.0.1:9/…" in made.out
    listed = run("destination", "list", "--json")
    assert listed.json["items"][0]["kind"] == "slack"
    assert "secret-part" not in listed.out
    assert run("destination", "rotate", listed.json["items"][0]["id"]).code == 4


def test_a_token_comes_in_by_standard_input(run: Any) -> None:
    token = "1234567:" + "t" * 35
    words = ["--kind", "telegram", "--url", "http://127.0.0.1:9", "--token", "-", "--chat", "-1001"]
    made = run("destination", "add", *words, stdin=f"{token}\n")
    assert made.code == 0
    assert token not in made.out
    assert "chat_id=-1001" in made.out
    lacking = run("destination", "add", "--kind", "telegram", "--chat", "1")
    assert (lacking.code, "token" in lacking.err) == (2, True)


def test_times_of_a_destination_are_typed_shown_and_changed(
    has_shape: Any, run: Any, receiver: tuple[Receiver, str]
) -> None:
    times = ("--daily", "08:00", "--zone", "Europe/Kyiv", "--quiet", "22:00-07:00", "--at-most", "10")
    made = run("destination", "add", receiver[1], *times, "--json").json
    has_shape(DestinationWithSecret, made)
    assert made["timing"] == {
        "digest_minutes": None,
        "daily_at": "08:00",
        "zone": "Europe/Kyiv",
        "quiet_hours": {"begins": "22:00", "ends": "07:00", "lets_major_through": False},
        "most_an_hour": 10,
    }
    changed = run("destination", "timing", made["id"][-8:], "--digest", "2h")
    assert "a digest every 120 min" in changed.out
    assert "at once" in run("destination", "timing", made["id"][-8:]).out


@pytest.mark.parametrize(
    "times",
    [
        ("--digest", "90s"),
        ("--digest", "30m", "--daily", "08:00"),
        ("--quiet", "22:00"),
        ("--zone", "Mars"),
        ("--major-through",),
        ("--at-most", "1001"),
    ],
    ids=" ".join,
)
def test_times_that_mean_nothing_are_refused(run: Any, receiver: tuple[Receiver, str], times: tuple[str, ...]) -> None:
    assert run("destination", "add", receiver[1], *times).code == 2
