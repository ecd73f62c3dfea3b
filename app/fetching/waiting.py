"""For whoever answers in a thread of its own, as the pages do: what goes out to the network is waited for there."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from anyio import from_thread

T = TypeVar("T")


def wait_for(act: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it on the loop that started this thread, and wait for what it brings."""
    return from_thread.run(act)
