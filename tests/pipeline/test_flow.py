"""How much a worker takes: enough to be busy, little more than it does at once, and nothing ahead when it is slow."""

import asyncio

import pytest

from app.pipeline.flow import MOST_AHEAD, MOST_UNWRITTEN, Flow

pytestmark = pytest.mark.anyio


class Seconds:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


async def do(flow: Flow, count: int) -> None:
    """Make so many pieces from beginning to end."""
    flow.took(count)
    for _ in range(count):
        async with flow.turn():
            pass
        with flow.written():
            pass
        flow.ended()


async def test_whoever_has_done_nothing_yet_takes_one_piece_for_each_turn(seconds) -> None:
    flow = Flow(4, ahead_seconds=0.1, seconds=seconds)
    assert flow.room() == 4
    flow.took(4)
    assert flow.room() == 0


async def test_a_fast_worker_takes_what_it_will_do_in_a_moment_and_no_more(seconds) -> None:
    flow = Flow(4, ahead_seconds=0.1, seconds=seconds)
    for _ in range(20):
        await do(flow, 10)
        seconds.now += 0.1  # a hundred pieces a second
        flow.room()
    assert 4 + 8 <= flow.room() <= 4 + 10
    for _ in range(20):
        await do(flow, 1_000)
        seconds.now += 0.1
        flow.room()
    assert flow.room() == 4 + MOST_AHEAD * 4


async def test_a_slow_worker_takes_nothing_ahead(seconds) -> None:
    flow = Flow(4, ahead_seconds=0.1, seconds=seconds)
    await do(flow, 1_000)
    seconds.now += 0.1
    assert flow.room() > 4
    for _ in range(20):
        await do(flow, 1)
        seconds.now += 1.0
        flow.room()
    assert flow.room() == 4


async def test_no_more_is_taken_while_half_of_what_was_taken_ahead_still_waits(seconds) -> None:
    flow = Flow(2, ahead_seconds=0.1, seconds=seconds)
    await do(flow, 1_000)
    seconds.now += 0.1
    taken = flow.room()
    flow.took(taken)
    rooms = []
    async with flow.turn(), flow.turn():
        for _ in range(taken - 2):
            rooms.append(flow.room())
            flow.ended()
    assert rooms[0] == 0
    assert rooms[-1] > 0
    assert all(not room for room in rooms[: len(rooms) // 2])


async def test_what_waits_to_be_written_down_leaves_its_turn_to_others_until_it_is_too_much(seconds) -> None:
    flow = Flow(2, seconds=seconds)
    held = []
    while (free := flow.room()) and len(held) < 100:
        flow.took(free)
        for _ in range(free):
            async with flow.turn():
                pass
            held.append(flow.written())
            held[-1].__enter__()
    assert len(held) == (1 + MOST_UNWRITTEN) * 2
    held.pop().__exit__(None, None, None)
    flow.ended()
    assert flow.room() == 1
    assert flow.more.is_set()


async def test_no_more_than_the_turns_are_done_at_once(seconds) -> None:
    flow = Flow(3, seconds=seconds)
    most = 0

    async def one() -> None:
        nonlocal most
        async with flow.turn():
            most = max(most, flow.doing)
            await asyncio.sleep(0)

    flow.took(20)
    await asyncio.gather(*(one() for _ in range(20)))
    assert most == 3
    assert flow.doing == 0
