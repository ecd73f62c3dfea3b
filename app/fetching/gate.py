"""Asking before knocking: what a fetch has to pass before each request, so that no site is asked too often."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from app.fetching.address import Address


class Turn(Protocol):
    """The right to ask one host once."""

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Told what came back, so that the host's wishes can be kept."""


Gate = Callable[[Address], AbstractAsyncContextManager[Turn]]
"""Waits for the right to ask the host of an address once, and keeps it until the answer has been read.

Opened for the first address and for that of each redirect. Waiting in it does not count against the time-out.
"""


class _FreeTurn:
    """A turn that nobody keeps count of."""

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Nobody to tell."""


@asynccontextmanager
async def open_gate(_address: Address) -> AsyncIterator[Turn]:
    """A gate that is always open."""
    yield _FreeTurn()
