"""Short work is done one piece after another, long work a few at a time, and neither waits for the other."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from app.pipeline.hands import Hands

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def hands() -> Iterator[Hands]:
    made = Hands(short=1, long=2)
    yield made
    made.close()


class Inside:
    """Counts who is inside at once; nobody leaves before ``together`` are there."""

    def __init__(self, together: int) -> None:
        self.most = self.now = 0
        self._counting, self._all_in = threading.Lock(), threading.Barrier(together)

    def work(self, number: int) -> int:
        with self._counting:
            self.now += 1
            self.most = max(self.most, self.now)
        self._all_in.wait(20)
        with self._counting:
            self.now -= 1
        return number


async def test_short_work_is_done_one_piece_at_a_time(hands):
    may_go_on = threading.Event()
    done: list[int] = []

    def work(number: int) -> None:
        assert number or may_go_on.wait(20)
        done.append(number)

    asked = [asyncio.ensure_future(hands.do(lambda n=n: work(n))) for n in range(12)]
    assert await hands.do_long(lambda: "others could have gone on meanwhile")
    assert done == [], "the first one holds up all others"
    may_go_on.set()
    await asyncio.gather(*asked)
    assert done == [*range(12)]


async def test_long_work_is_done_a_few_pieces_at_a_time(hands):
    inside = Inside(together=2)
    assert await asyncio.gather(*(hands.do_long(lambda n=n: inside.work(n)) for n in range(12))) == [*range(12)]
    assert inside.most == 2


async def test_short_work_does_not_wait_for_what_is_long(hands):
    may_end = threading.Event()
    long = [asyncio.ensure_future(hands.do_long(lambda: may_end.wait(20))) for _ in range(5)]
    assert await hands.do(lambda: "done meanwhile") == "done meanwhile"
    assert not any(one.done() for one in long)
    may_end.set()
    assert await asyncio.gather(*long) == [True] * 5


@pytest.mark.parametrize("way", ["do", "do_long"])
async def test_what_goes_wrong_is_raised_where_it_was_asked_for(hands, way):
    with pytest.raises(ZeroDivisionError):
        await getattr(hands, way)(lambda: 1 // 0)
    assert await getattr(hands, way)(lambda: "the next") == "the next"
