"""Pages are read a few at a time, however many answers come at once."""

import asyncio
import threading

import pytest

from app.pipeline.readers import Readers


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_no_more_read_at_once_than_there_are_readers() -> None:
    readers = Readers(threads=2)
    inside, most = 0, 0
    counting, both_in = threading.Lock(), threading.Barrier(2)

    def read(number: int) -> int:
        nonlocal inside, most
        with counting:
            inside += 1
            most = max(most, inside)
        both_in.wait(20)  # nobody ends before there are two
        with counting:
            inside -= 1
        return number

    assert await asyncio.gather(*(readers.read(lambda number=number: read(number)) for number in range(12))) == [
        *range(12)
    ]
    assert most == 2
    readers.close()


@pytest.mark.anyio
async def test_what_goes_wrong_in_a_reader_is_raised_where_it_was_asked_for() -> None:
    readers = Readers()
    with pytest.raises(ZeroDivisionError):
        await readers.read(lambda: 1 // 0)
    assert await readers.read(lambda: "the next") == "the next"
    readers.close()
