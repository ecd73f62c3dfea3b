"""How much a worker takes: enough to be busy, little more than it does at once, and nothing ahead when it is slow."""

import asyncio

import pytest

from app.pipeline.flow import MOST_AHEAD, MOST_DONE, MOST_UNWRITTEN, Flow

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


async def begin(flow: Flow, turns: list, count: int) -> None:
    """So many pieces that take their turns and do not come to an end, unless they are told to."""
    flow.took(count)
    for _ in range(count):
        turns.append(flow.turn())
        await turns[-1].__aenter__()


async def lose_patience() -> None:
    """Let what was to be called at once be called."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_piece_that_takes_too_long_gives_its_turn_away_and_goes_on(seconds) -> None:
    flow = Flow(2, patience_seconds=0.0, seconds=seconds)
    turns: list = []
    await begin(flow, turns, 2)
    assert (flow.room(), flow.doing, flow.beside) == (0, 2, 0)
    await lose_patience()
    assert (flow.room(), flow.doing, flow.beside) == (2, 0, 2)
    assert flow.more.is_set()
    for one in turns:
        await one.__aexit__(None, None, None)
        flow.ended()
    assert (flow.room(), flow.doing, flow.beside) == (2, 0, 0)


async def test_only_so_many_pieces_wait_beside_and_the_next_follows_when_one_ends(seconds, monkeypatch) -> None:
    monkeypatch.setattr("app.pipeline.flow.MOST_BESIDE", 2)
    flow = Flow(1, patience_seconds=0.0, seconds=seconds)
    turns: list = []
    for place in range(3):
        await begin(flow, turns, 1)
        await lose_patience()
        assert (flow.doing, flow.beside) == ((0, place + 1) if place < 2 else (1, 2))
    assert flow.room() == 0
    await turns[0].__aexit__(None, None, None)
    flow.ended()
    assert (flow.doing, flow.beside, flow.room()) == (0, 2, 1)


async def test_a_piece_that_ends_while_no_more_may_wait_beside_gives_back_one_turn_only(seconds, monkeypatch) -> None:
    monkeypatch.setattr("app.pipeline.flow.MOST_BESIDE", 1)
    flow = Flow(1, patience_seconds=0.0, seconds=seconds)
    turns: list = []
    for _ in range(2):
        await begin(flow, turns, 1)
        await lose_patience()
    await turns[1].__aexit__(None, None, None)
    flow.ended()
    await turns[0].__aexit__(None, None, None)
    flow.ended()
    assert (flow.doing, flow.beside, flow.room()) == (0, 0, 1)
    await begin(flow, turns, 1)
    assert (flow.doing, flow.beside, flow.room()) == (1, 0, 0)


async def test_with_as_many_turns_as_there_may_be_nothing_waits_beside(seconds) -> None:
    flow = Flow(MOST_DONE, patience_seconds=0.0, seconds=seconds)
    turns: list = []
    await begin(flow, turns, 1)
    await lose_patience()
    assert (flow.doing, flow.beside) == (1, 0)
