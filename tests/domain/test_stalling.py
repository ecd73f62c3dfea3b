"""When the whole service stands still, and since when."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.stalling import Pulse, longest_seconds, missed, standstill

NOW = datetime(2025, 1, 7, 12, tzinfo=UTC)
LONGEST = 900.0


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


STANDSTILLS = {
    "nothing waits": (Pulse(ago(300), None), None),
    "work waits, and something was finished just now": (Pulse(ago(1), ago(60)), None),
    "work fell due a minute ago after a quiet day": (Pulse(ago(1_440), ago(1)), None),
    "work waits for an hour, and nothing was finished for half of it": (Pulse(ago(30), ago(60)), ago(30)),
    "work waits for as long as may be": (Pulse(ago(60), ago(15)), ago(15)),
    "nothing was ever finished": (Pulse(None, ago(20)), ago(20)),
}


@pytest.mark.parametrize("name", STANDSTILLS)
def test_since_when_the_service_stands_still(name):
    pulse, since = STANDSTILLS[name]
    assert standstill(pulse, now=NOW, longest=LONGEST) == since


MISSED = {
    "made in time": (Pulse(ago(60), None), ago(1), None),
    "late in a queue that moves": (Pulse(ago(1), None), ago(60), None),
    "the first after a night without any": (Pulse(ago(600), None), ago(590), ago(590)),
    "the first after a standstill in a queue": (Pulse(ago(100), None), ago(200), ago(100)),
}


@pytest.mark.parametrize("name", MISSED)
def test_what_the_first_check_after_a_standstill_has_missed(name):
    pulse, due_at, since = MISSED[name]
    assert missed(pulse, due_at=due_at, now=NOW, longest=LONGEST) == since


def test_work_of_a_dead_worker_is_taken_up_before_anybody_is_alarmed():
    assert longest_seconds(60, lease_seconds=120) == 240
    assert longest_seconds(900, lease_seconds=120) == 900
