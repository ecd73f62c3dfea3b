"""Rehearsing: what would have left when, without sending anything."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.claims import Level
from app.domain.rehearsal import Owed, rehearse
from app.domain.timing import ANY_TIME, HOUR, DailyAt, EveryMinutes, QuietHours, Timing

START = datetime(2025, 1, 7, 9, tzinfo=UTC)
END = START + timedelta(days=30)
KYIV = ZoneInfo("Europe/Kyiv")


def owed(*minutes):
    return [Owed(START + timedelta(minutes=minute), Level.MINOR) for minute in minutes]


def messages(timing, *minutes):
    """Minutes since the start, and how many alerts left then."""
    return [
        ((one.at - START) // timedelta(minutes=1), len(one.alerts))
        for one in rehearse(timing, owed(*minutes), until=END)
    ]


def test_without_wishes_each_alert_leaves_at_once():
    assert messages(ANY_TIME, 1, 2, 2, 90) == [(1, 1), (2, 1), (2, 1), (90, 1)]


def test_digests_are_folded():
    assert messages(Timing(EveryMinutes(30)), 1, 2, 29, 30, 31) == [(30, 4), (60, 1)]
    assert messages(Timing(DailyAt(time(8), KYIV)), 1, 500, 1440) == [(21 * 60, 2), (45 * 60, 1)]


def test_a_night_is_one_message():
    assert messages(Timing(quiet=QuietHours(time(22), time(7), KYIV)), 1, 700, 800, 1300) == [
        (1, 1),
        (1200, 2),
        (1300, 1),
    ]


def test_a_storm_is_one_message():
    assert messages(Timing(most_an_hour=2), *[5] * 100, 6, 7, 8) == [(5, 100), (6, 1), (65, 2)]


def test_what_would_wait_still_is_in_no_message():
    assert rehearse(Timing(EveryMinutes(1440)), owed(1, 2), until=START + timedelta(hours=1)) == ()


@given(
    minutes=st.lists(st.integers(0, 600), max_size=60),
    cap=st.none() | st.integers(1, 4),
    rhythm=st.sampled_from([ANY_TIME.rhythm, EveryMinutes(7), DailyAt(time(12), KYIV)]),
)
def test_each_alert_is_in_one_message_and_the_cap_holds(minutes, cap, rhythm):
    found = rehearse(Timing(rhythm, most_an_hour=cap), owed(*sorted(minutes)), until=END)
    assert [number for message in found for number in message.alerts] == list(range(len(minutes)))
    for message in found:
        recent = sum(message.at - HOUR < other.at <= message.at for other in found)
        assert cap is None or recent <= cap
