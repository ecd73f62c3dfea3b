"""Timings as people write them: read, kept, and said again in the same words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidInput
from app.domain.timing import ANY_TIME
from app.pipeline.timings import WrittenQuiet, WrittenTiming, in_words, timing_of, written_timing, zone_of
from app.storage.timings import timing_from_json, timing_to_json

WRITTEN = {
    "at once": WrittenTiming(),
    "a digest every 30 min": WrittenTiming(digest_minutes=30),
    "a digest daily at 08:00 Europe/Kyiv": WrittenTiming(daily_at="08:00", zone="Europe/Kyiv"),
    "at once; quiet 22:00-07:00 UTC; at most 10 an hour": WrittenTiming(
        zone="UTC", quiet_hours=WrittenQuiet("22:00", "07:00"), most_an_hour=10
    ),
    "a digest every 5 min; quiet 22:00-07:00 Europe/Kyiv, but for what is major": WrittenTiming(
        5, None, "Europe/Kyiv", WrittenQuiet("22:00", "07:00", lets_major_through=True)
    ),
}


@pytest.mark.parametrize("words", WRITTEN)
def test_a_timing_is_read_kept_and_said_again(words):
    timing = timing_of(WRITTEN[words])
    assert written_timing(timing) == WRITTEN[words]
    assert timing_from_json(timing_to_json(timing)) == timing
    assert in_words(timing) == words
    assert (timing_to_json(timing) is None) == (timing == ANY_TIME)


WRONG = [
    WrittenTiming(digest_minutes=0),
    WrittenTiming(digest_minutes=1441),
    WrittenTiming(daily_at="24:00"),
    WrittenTiming(daily_at="8:00"),
    WrittenTiming(daily_at="08:00", digest_minutes=5),
    WrittenTiming(zone="Europe/Nowhere"),
    WrittenTiming(zone="Europe"),
    WrittenTiming(quiet_hours=WrittenQuiet("22:00", "22:00")),
    WrittenTiming(quiet_hours=WrittenQuiet("22", "07:00")),
    WrittenTiming(most_an_hour=0),
]


@pytest.mark.parametrize("written", WRONG, ids=str)
def test_what_is_no_timing_is_refused(written):
    with pytest.raises(InvalidInput):
        timing_of(written)


@given(name=st.text(max_size=70) | st.sampled_from(["../../etc/passwd", "/etc/passwd", "posixrules/x", "Europe/\x00"]))
def test_whatever_is_written_for_a_zone_is_one_or_is_refused(name):
    with suppress(InvalidInput):
        assert str(zone_of(name)) == name
