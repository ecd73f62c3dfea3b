"""The hands of a worker: one thread for all short work on checks, a few for what is long, however much is waiting.

Python does one thing at a time. Threads that want to do short things at once hand its lock from core to core, which
costs more than it brings; and one that reads holds a tree of its page, some megabytes, and leaves as much behind. So
what takes milliseconds (reading a usual page, writing looks down, taking checks) is done by one thread in its turn.
Whoever takes longer has others, so that nobody waits for it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

LONG = 2
"""Threads for what is long."""
BESIDE_A_SERVER = 2
"""Threads for what is short where the database is a server: one works while another waits for its answer."""
T = TypeVar("T")


class Hands:
    """Threads that work; everything else waits its turn. They are started when they are needed."""

    def __init__(self, short: int = 1, long: int = LONG) -> None:
        self._short = ThreadPoolExecutor(short, thread_name_prefix="hand")
        self._long = ThreadPoolExecutor(long, thread_name_prefix="long-hand")

    async def do(self, work: Callable[[], T]) -> T:
        """Do what takes milliseconds; what goes wrong in it is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._short, work)

    async def do_long(self, work: Callable[[], T]) -> T:
        """The same for what may take a second or more, beside what is short."""
        return await asyncio.get_running_loop().run_in_executor(self._long, work)

    def close(self) -> None:
        """Let the threads go; one that is stuck is not waited for."""
        for threads in (self._short, self._long):
            threads.shutdown(wait=False, cancel_futures=True)
