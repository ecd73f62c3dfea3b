"""When a return to an earlier wording is news, and when it is one more turn of a statement that goes back and forth."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from app.domain.claims import Level
from app.domain.flapping import BeginsToFlap, Flapping, Flips, Returned, Unsaid, is_over, what_a_return_means
from app.domain.ids import StatementId
from app.storage.identity import new_id

NOW = datetime(2025, 1, 7, 12, tzinfo=UTC)
DAY = 86_400.0


def hours(count):
    return timedelta(hours=count)


def step(ago_hours, *, from_version=1, to_version=2):
    at = NOW - hours(ago_hours)
    return SimpleNamespace(
        first_seen_changed_at=at, last_seen_unchanged_at=at - hours(1), from_version=from_version, to_version=to_version
    )


FLAPPING = Flapping(StatementId(new_id()), NOW, None, NOW, 2, ("a", "b"), DAY, Level.MAJOR, (), is_worth_telling=True)

CASES = {
    "the first return of all": ({}, Returned()),
    "a return long after another": ({"earlier_return": step(25)}, Returned()),
    "a second return within a day": ({"earlier_return": step(23)}, BeginsToFlap(NOW - hours(24), DAY)),
    "a second return within three looks at a page that is looked at daily": (
        {"earlier_return": step(60), "last_seen_at": NOW - hours(24)},
        BeginsToFlap(NOW - hours(61), 3 * DAY),
    ),
    "a second return where flapping is switched off": ({"earlier_return": step(1), "window_seconds": 0.0}, Returned()),
    "one more turn": ({"earlier_return": step(1), "flapping": FLAPPING}, Flips(FLAPPING)),
    "the wording before an edit that nobody heard of": ({"awaited": [step(0.1)]}, Unsaid()),
    "another wording than the one before that edit": (
        {"number": 1, "latest": 3, "awaited": [step(0.1, from_version=2, to_version=3)]},
        Returned(),
    ),
    "a wording before an edit that was followed by another": ({"latest": 3, "awaited": [step(0.1)]}, Returned()),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_return_means(name):
    given, meaning = CASES[name]
    usual = {
        "number": 1,
        "latest": 2,
        "now": NOW,
        "last_seen_at": NOW - hours(0.1),
        "window_seconds": DAY,
        "earlier_return": None,
        "flapping": None,
        "awaited": [],
    }
    facts = {**usual, **given}
    assert what_a_return_means(facts.pop("number"), **facts) == meaning


def test_it_is_over_when_nothing_turned_for_as_long_as_the_window():
    assert not is_over(FLAPPING, NOW + timedelta(seconds=DAY - 1))
    assert is_over(FLAPPING, NOW + timedelta(seconds=DAY))
