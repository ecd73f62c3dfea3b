"""Turns: one at a time per host, with the gap held until the answer has been read, whoever asks in whatever order."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import HostResting, Unreachable
from app.fetching.pace import PaceRules
from app.fetching.politeness import HostKeeper

pytestmark = pytest.mark.anyio


class Time:
    """A clock that moves only when somebody sleeps by it."""

    def __init__(self) -> None:
        self.now_is = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.now_is

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_is += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def keeper(time: Time) -> HostKeeper:
    return HostKeeper(PaceRules(gap_seconds=2.0), sleep=time.sleep)


async def test_the_first_turn_waits_for_nothing_and_the_second_for_the_gap(keeper: HostKeeper, time: Time) -> None:
    for _ in range(2):
        async with keeper.turn("t.me", now=time.now):
            time.now_is += timedelta(seconds=7)
    assert time.slept == [2.0]


async def test_another_host_waits_for_nothing(keeper: HostKeeper, time: Time) -> None:
    async with keeper.turn("t.me", now=time.now), keeper.turn("example.com", now=time.now):
        assert time.slept == []


async def test_a_turn_that_failed_keeps_the_gap_too(keeper: HostKeeper, time: Time) -> None:
    with pytest.raises(Unreachable):
        async with keeper.turn("t.me", now=time.now):
            raise Unreachable("nobody there")
    assert keeper.ready_at("t.me", time.now()) == time.now() + timedelta(seconds=2)


async def test_a_host_that_asks_for_a_short_rest_is_waited_for(keeper: HostKeeper, time: Time) -> None:
    async with keeper.turn("t.me", now=time.now) as turn:
        turn.answered(429, {"retry-after": "30"})
    async with keeper.turn("t.me", now=time.now):
        assert sum(time.slept) == 30.0


async def test_a_host_that_asks_for_a_long_rest_is_left_alone(keeper: HostKeeper, time: Time) -> None:
    async with keeper.turn("t.me", now=time.now) as turn:
        turn.answered(503, {"retry-after": "3600"})
    with pytest.raises(HostResting) as raised:
        async with keeper.turn("t.me", now=time.now):
            pytest.fail("asked all the same")
    assert raised.value.until == time.now() + timedelta(hours=1)
    assert raised.value.retryable
    assert time.slept == []


async def test_the_pause_of_robots_txt_is_kept(keeper: HostKeeper, time: Time) -> None:
    for _ in range(2):
        async with keeper.turn("t.me", now=time.now, crawl_delay_seconds=15.0):
            pass
    assert time.slept == [15.0]


async def test_a_turn_that_is_cancelled_while_waiting_passes_the_host_on(keeper: HostKeeper, time: Time) -> None:
    async def ask() -> None:
        async with keeper.turn("t.me", now=time.now):
            await asyncio.Event().wait()

    first, second = asyncio.create_task(ask()), asyncio.create_task(ask())
    await asyncio.sleep(0)
    for task in (second, first):
        task.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    async with keeper.turn("t.me", now=time.now):
        assert time.slept == [2.0]


async def test_nobody_waits_in_line_for_a_host_longer_than_the_patience(time: Time) -> None:
    """Many pages may lead on to one host; each of them would be waited for as long as all before it."""
    keeper = HostKeeper(PaceRules(gap_seconds=0.0), patience_seconds=0.01, sleep=time.sleep)
    async with keeper.turn("t.me", now=time.now):
        with pytest.raises(HostResting) as resting:
            async with keeper.turn("t.me", now=time.now):
                pass
    assert resting.value.until > time.now()
    async with keeper.turn("t.me", now=time.now):
        assert time.slept == []


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.floats(0, 9), st.sampled_from([200, 404, 429, 503])),
        max_size=25,
    )
)
@settings(deadline=None)
def test_whoever_asks_in_whatever_order_no_two_requests_to_a_host_are_closer_than_the_gap(
    visits: list[tuple[str, float, int]],
) -> None:
    time = Time()
    keeper = HostKeeper(PaceRules(gap_seconds=2.0), patience_seconds=1e9, sleep=time.sleep)
    spans: dict[str, list[tuple[datetime, datetime]]] = {}

    async def visit(host: str, seconds: float, status: int) -> None:
        async with keeper.turn(host, now=time.now) as turn:
            began = time.now()
            await time.sleep(seconds)
            turn.answered(status, {})
            spans.setdefault(host, []).append((began, time.now()))

    async def run() -> None:
        await asyncio.gather(*(visit(*each) for each in visits))

    asyncio.run(run())
    assert sum(map(len, spans.values())) == len(visits)
    for visited in spans.values():
        for (_, left), (came, _) in itertools.pairwise(visited):
            assert came - left >= timedelta(seconds=1.999)


async def test_many_hosts_are_not_remembered_for_ever(time: Time) -> None:
    keeper = HostKeeper(PaceRules(gap_seconds=0.0), sleep=time.sleep)
    for number in range(10_050):
        async with keeper.turn(f"host-{number}.example", now=time.now):
            pass
    assert len(keeper._hosts) < 10_000
