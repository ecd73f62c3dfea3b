"""Reading pages beside everything else: a few threads of their own, however many answers come at once.

A thread that reads holds a tree of its page, some megabytes, and leaves as much behind. Python reads one page at a time
in any case, so more threads than these would cost memory and bring nothing.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

READERS = 2
T = TypeVar("T")


class Readers:
    """Threads that read; the others wait their turn. They are started when they are needed."""

    def __init__(self, threads: int = READERS) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    async def read(self, work: Callable[[], T]) -> T:
        """Do a piece of pure work in one of them; what goes wrong in it is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Let the threads go; one that is stuck is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
