"""When alerts leave: every one exactly once, in order, never in quiet hours, never more an hour than was asked for."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.claims import Level
from app.domain.timing import (
    ANY_TIME,
    HOUR,
    AtOnce,
    DailyAt,
    EveryMinutes,
    Gather,
    Hold,
    Leave,
    QuietHours,
    Timing,
    Waiting,
    decide,
    due_at,
    end_of_quiet,
    is_let_through,
    is_quiet,
)

KYIV, BERLIN, LORD_HOWE, APIA = map(ZoneInfo, ("Europe/Kyiv", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"))
NIGHT = QuietHours(time(22), time(7), KYIV)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


DUE = {
    "at once": (Timing(), "2025-01-07 09:12", "2025-01-07 09:12"),
    "every half an hour": (Timing(EveryMinutes(30)), "2025-01-07 09:12", "2025-01-07 09:30"),
    "every half an hour, on the half": (Timing(EveryMinutes(30)), "2025-01-07 09:30", "2025-01-07 09:30"),
    "every seven hours, which do not fill a day": (Timing(EveryMinutes(420)), "2025-01-07 22:00", "2025-01-08 00:00"),
    "daily, still to come": (Timing(DailyAt(time(8), KYIV)), "2025-01-07 05:59", "2025-01-07 06:00"),
    "daily, at the moment": (Timing(DailyAt(time(8), KYIV)), "2025-01-07 06:00", "2025-01-07 06:00"),
    "daily, just gone by": (Timing(DailyAt(time(8), KYIV)), "2025-01-07 06:01", "2025-01-08 06:00"),
    "daily in summer": (Timing(DailyAt(time(8), KYIV)), "2025-07-07 05:01", "2025-07-08 05:00"),
    "daily, over the change to summer": (Timing(DailyAt(time(8), KYIV)), "2025-03-29 06:01", "2025-03-30 05:00"),
    "daily, over the change to winter": (Timing(DailyAt(time(8), KYIV)), "2025-10-25 05:01", "2025-10-26 06:00"),
    "daily at a time that is skipped": (Timing(DailyAt(time(2, 30), BERLIN)), "2025-03-29 12:00", "2025-03-30 01:00"),
    "daily at a time that comes twice": (Timing(DailyAt(time(2, 30), BERLIN)), "2025-10-25 12:00", "2025-10-26 00:30"),
    "daily, between the two": (Timing(DailyAt(time(2, 30), BERLIN)), "2025-10-26 01:00", "2025-10-27 01:30"),
    "in quiet hours": (Timing(quiet=NIGHT), "2025-01-07 21:00", "2025-01-08 05:00"),
    "at the end of quiet hours": (Timing(quiet=NIGHT), "2025-01-08 05:00", "2025-01-08 05:00"),
    "just before quiet hours": (Timing(quiet=NIGHT), "2025-01-07 19:59", "2025-01-07 19:59"),
    "quiet over the change to summer": (Timing(quiet=NIGHT), "2025-03-29 23:00", "2025-03-30 04:00"),
    "quiet over the change to winter": (Timing(quiet=NIGHT), "2025-10-25 23:00", "2025-10-26 05:00"),
    "a digest that would come in quiet hours": (
        Timing(EveryMinutes(60), NIGHT),
        "2025-01-07 20:12",
        "2025-01-08 05:00",
    ),
    "a daily one that would come in quiet hours": (
        Timing(DailyAt(time(6), KYIV), NIGHT),
        "2025-01-07 12:00",
        "2025-01-08 05:00",
    ),
}


@pytest.mark.parametrize("name", DUE)
def test_when_an_alert_falls_due(name):
    timing, now, due = DUE[name]
    assert due_at(timing, now=utc(now), level=Level.MINOR) == utc(due)


def test_quiet_hours_that_end_in_a_time_that_is_skipped_end_with_the_leap():
    quiet = Timing(quiet=QuietHours(time(1), time(2, 30), BERLIN))
    assert end_of_quiet(quiet, utc("2025-03-30 00:30")) == utc("2025-03-30 01:00")


def test_a_quiet_time_that_comes_twice_is_quiet_twice():
    quiet = Timing(quiet=QuietHours(time(2), time(2, 30), BERLIN))
    assert end_of_quiet(quiet, utc("2025-10-26 00:10")) == utc("2025-10-26 00:30")
    assert end_of_quiet(quiet, utc("2025-10-26 00:40")) == utc("2025-10-26 00:40")
    assert end_of_quiet(quiet, utc("2025-10-26 01:10")) == utc("2025-10-26 01:30")


def test_a_leap_of_half_an_hour_and_one_of_a_whole_day_are_met():
    half = Timing(DailyAt(time(2, 15), LORD_HOWE))
    assert due_at(half, now=utc("2025-10-04 10:00"), level=Level.MINOR) == utc("2025-10-04 15:30")
    day = Timing(DailyAt(time(12), APIA))
    assert due_at(day, now=utc("2011-12-29 23:00"), level=Level.MINOR) == utc("2011-12-30 10:00")


def test_only_major_alerts_break_through_quiet_hours_and_only_where_they_may():
    open_night = Timing(quiet=QuietHours(time(22), time(7), KYIV, lets_major_through=True))
    midnight = utc("2025-01-07 22:00")
    assert due_at(open_night, now=midnight, level=Level.MAJOR) == midnight
    assert due_at(open_night, now=midnight, level=Level.SUBSTANTIVE) == utc("2025-01-08 05:00")
    assert due_at(Timing(quiet=NIGHT), now=midnight, level=Level.MAJOR) == utc("2025-01-08 05:00")


NOW = utc("2025-01-07 12:00")
CAP = Timing(most_an_hour=3)
DECISIONS = {
    "no wishes": (ANY_TIME, Waiting(2, 900, 0), [], Leave(902)),
    "a lone alert of a digest": (Timing(EveryMinutes(30)), Waiting(0, 1, 1), [], Leave(1)),
    "a digest": (Timing(EveryMinutes(30)), Waiting(0, 2, 2), [], Gather(0)),
    "a digest beside one that was tried": (Timing(EveryMinutes(30)), Waiting(1, 2, 2), [], Gather(1)),
    "what fell into quiet hours": (Timing(quiet=NIGHT), Waiting(0, 5, 4), [], Gather(0)),
    "by day": (Timing(quiet=NIGHT), Waiting(0, 5, 0), [], Leave(5)),
    "below the cap": (CAP, Waiting(0, 2, 0), [], Leave(3)),
    "at the cap": (CAP, Waiting(0, 3, 0), [], Gather(0)),
    "a storm": (CAP, Waiting(0, 5_000, 0), [], Gather(0)),
    "the last of an hour, for one": (CAP, Waiting(0, 1, 0), [1, 2], Leave(1)),
    "the last of an hour, for several": (CAP, Waiting(0, 2, 0), [1, 2], Gather(0)),
    "none left": (CAP, Waiting(0, 2, 0), [50, 10, 20], Hold(NOW + timedelta(minutes=10))),
    "none left, also not for one that was tried": (CAP, Waiting(1, 0, 0), [1, 2, 59], Hold(NOW + timedelta(minutes=1))),
    "an hour later": (CAP, Waiting(0, 2, 2), [60, 61, 62], Gather(0)),
    "those that were tried come first": (CAP, Waiting(3, 9, 0), [], Leave(3)),
    "a cap that was lowered": (Timing(most_an_hour=1), Waiting(0, 1, 0), [40, 30], Hold(NOW + timedelta(minutes=30))),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_what_may_leave_now(name):
    timing, waiting, minutes_ago, decision = DECISIONS[name]
    sent_at = [NOW - timedelta(minutes=minutes) for minutes in minutes_ago]
    assert decide(timing, waiting, sent_at=sent_at, now=NOW) == decision


zones = st.sampled_from([KYIV, BERLIN, LORD_HOWE, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns"), UTC])
clock_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
rhythms = st.one_of(
    st.just(AtOnce()), st.builds(EveryMinutes, st.integers(1, 1440)), st.builds(DailyAt, clock_times, zones)
)
quiet_hours = st.builds(QuietHours, clock_times, clock_times, zones, st.booleans())
timings = st.builds(Timing, rhythm=rhythms, quiet=st.none() | quiet_hours, most_an_hour=st.none() | st.integers(1, 4))
starts = st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(timing=timings, now=starts, level=st.sampled_from(Level))
def test_an_alert_never_falls_due_in_quiet_hours_and_never_before_it_is_owed(timing, now, level):
    due = due_at(timing, now=now, level=level)
    assert now <= due <= now + timedelta(days=3)
    if timing.quiet and not is_let_through(timing, level):
        assert not is_quiet(timing.quiet, due)


@given(at=clock_times, zone=zones, day=st.dates(date(2024, 1, 2), date(2026, 1, 1)))
def test_a_daily_digest_comes_once_a_day_whatever_the_clocks_do(at, zone, day):
    midnight = datetime.combine(day, time(), UTC)
    timing, moments, now = Timing(DailyAt(at, zone)), [], midnight - timedelta(days=1)
    while now < midnight + timedelta(days=1):
        moments.append(due_at(timing, now=now, level=Level.MINOR))
        now = moments[-1] + timedelta(microseconds=1)
    days = [moment.astimezone(zone).date() for moment in moments]
    assert len(set(days)) == len(days)
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))


@dataclass
class Post:
    """An outbox in the smallest form: alerts with the moment they fall due, and the messages that left."""

    timing: Timing
    waiting: list = field(default_factory=list)  # number, level, due, owed since, begun
    left: list = field(default_factory=list)  # when, numbers

    def owe(self, number, level, now):
        self.waiting.append([number, level, due_at(self.timing, now=now, level=level), now, False])

    def work(self, now, fails):
        """One look at what is due; ``fails`` says whether a receiver takes what is sent."""
        held = end_of_quiet(self.timing, now)
        for one in self.waiting:
            if one[2] <= now < held and not is_let_through(self.timing, one[1]):
                one[2] = held
        due = [one for one in self.waiting if one[2] <= now]
        fresh = [one for one in due if not one[4]]
        if not due:
            return
        counted = Waiting(len(due) - len(fresh), len(fresh), sum(one[2] > one[3] for one in fresh))
        decision = decide(self.timing, counted, sent_at=[when for when, _ in self.left], now=now)
        match decision:
            case Hold(until=until):
                for one in due:
                    one[2] = until
            case Leave(most=most):
                for one in due[:most]:
                    self.send([one], now, fails)
            case Gather(alone=alone):
                for one in [one for one in due if one[4]][:alone]:
                    self.send([one], now, fails)
                self.send(fresh, now, fails=False)

    def send(self, some, now, fails):
        self.left.append((now, [(one[0], one[1]) for one in some]))
        if fails:
            some[0][2:] = [now + timedelta(minutes=5), some[0][3], True]
        else:
            self.waiting = [one for one in self.waiting if one not in some]


steps = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from([Level.MINOR, Level.MAJOR]), st.integers(0, 3), st.booleans()),
    min_size=1,
    max_size=30,
)


@given(timing=timings, start=starts, steps=steps)
def test_every_alert_leaves_exactly_once_in_order_never_in_quiet_hours_and_never_above_the_cap(timing, start, steps):
    post, now, number, failed = Post(timing), start, 0, []
    for minutes, level, count, fails in steps:
        now += timedelta(minutes=minutes)
        for _ in range(count):
            post.owe(number, level, now)
            number += 1
        before = len(post.left)
        post.work(now, fails)
        failed += [numbers for _, numbers in post.left[before:] if fails and len(numbers) == 1]
    for _ in range(2_000):
        if not post.waiting:
            break
        now = max(now, min(one[2] for one in post.waiting))
        post.work(now, fails=False)
    sent = [one for _, numbers in post.left for one in numbers]
    again = [one for numbers in failed for one in numbers]
    assert sorted(sent) == sorted([(n, lvl) for n, lvl in set(sent)] + again)
    assert {one for one, _ in sent} == set(range(number))
    quick = timing.quiet is not None and timing.quiet.lets_major_through
    for level in Level if quick else [None]:
        first = list(dict.fromkeys(n for n, its in sent if level in (None, its)))
        assert first == sorted(first)
    for when, numbers in post.left:
        for _, level in numbers:
            assert timing.quiet is None or is_let_through(timing, level) or not is_quiet(timing.quiet, when)
        if timing.most_an_hour:
            assert sum(when - HOUR < other <= when for other, _ in post.left) <= timing.most_an_hour
