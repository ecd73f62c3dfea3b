"""The keeper of a worker: writes down looks as they are finished, in groups that form by themselves.

A look waits a moment for those that are being made beside it; and while one group is written, what is finished
meanwhile is the next. So a lone look waits for nobody, and a busy worker pays for one transaction where it would have
paid for twenty. One that fails or has lost its lease fails alone.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

import structlog

from app.domain.errors import LeaseLost, StorageError
from app.pipeline.keeping import prepare
from app.pipeline.keeping_quiet import keep_quiet, may_be_quiet
from app.pipeline.looking import Look
from app.pipeline.newsroom import Newsroom
from app.pipeline.preparing import is_small, prepare_several
from app.pipeline.writing import Writing, write_pieces

GATHER_SECONDS = 0.02
"""How long a finished look waits for others, while some are being made."""
MOST_TOGETHER = 64
"""Looks in one transaction. Other writers of a SQLite file wait for its end."""
MOST_NEW_TOGETHER = 16
"""Of them such as bring something new: what is known of each, and what is to be written, is in memory until the end."""


class Verdict(Enum):
    """What became of a piece in a group that was committed."""

    KEPT = "kept"
    NOT_QUIET = "not quiet"
    """Nothing was written: the look found something, and what that means is to be found out first."""
    LEFT = "left"
    """Nothing was written: to find out what the others of the group mean took too long."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A look that brings something new: what it means is found out with the others of its group."""

    look: Look


Piece = Look | Changed | Writing
Result = Verdict | StorageError


@dataclass(frozen=True, slots=True)
class _Waiting:
    piece: Piece
    result: asyncio.Future[Result]


class Keeper:
    """Keeps the looks of one worker. It belongs to one event loop."""

    def __init__(self, newsroom: Newsroom, *, others: Callable[[], int] = lambda: 0) -> None:
        """``others`` says how many looks are being made at this moment."""
        self.log = structlog.get_logger().bind()
        self._newsroom = newsroom
        self._others = others
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, look: Look) -> bool:
        """Write down what one look brought; True where it was nothing new.

        Raises:
            LeaseLost: another worker has the check now; nothing was written.
            StorageError: the database could not be used; nothing was written.
        """
        if may_be_quiet(look) and await self._write(look) is Verdict.KEPT:
            return True
        if not is_small(look) or await self._write(Changed(look)) is Verdict.LEFT:
            await self._write(await self._newsroom.hands.do_long(partial(prepare, self._newsroom, look)))
        return False

    async def _write(self, piece: Piece) -> Verdict:
        waiting = _Waiting(piece, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        result = await waiting.result
        if isinstance(result, StorageError):
            raise result
        return result

    async def _write_all(self) -> None:
        """One group after another, until nobody waits."""
        try:
            while self._waiting:
                if len(self._waiting) < MOST_TOGETHER and self._others():
                    await asyncio.sleep(GATHER_SECONDS)
                end = end_of_group([one.piece for one in self._waiting])
                group, self._waiting = self._waiting[:end], self._waiting[end:]
                await self._write_group(group)
        finally:
            self._writing = None

    async def _write_group(self, group: Sequence[_Waiting]) -> None:
        """Where a mistake of the program undid a group, each piece is tried alone, so that one alone fails."""
        (results,) = await asyncio.gather(self._in_thread(group), return_exceptions=True)
        if isinstance(results, BaseException):
            if len(group) > 1 and not isinstance(results, StorageError):
                for one in group:
                    await self._write_group([one])
                return
            for one in group:
                one.result.set_exception(results)
            return
        for one, result in zip(group, results, strict=True):
            if not one.result.done():
                one.result.set_result(result)

    async def _in_thread(self, group: Sequence[_Waiting]) -> list[Result]:
        return await self._newsroom.hands.do(partial(write_group, self._newsroom, [one.piece for one in group]))


def end_of_group(waiting: Sequence[Piece]) -> int:
    """How many of those that wait are written together, the first come first."""
    new = 0
    for place, piece in enumerate(waiting[:MOST_TOGETHER]):
        new += not isinstance(piece, Look)
        if new > MOST_NEW_TOGETHER:
            return place
    return min(len(waiting), MOST_TOGETHER)


def write_group(newsroom: Newsroom, pieces: Sequence[Piece]) -> list[Result]:
    """Write several pieces in one transaction; what became of each, in their order.

    Raises:
        StorageError: the database could not be used; nothing was written.
    """
    ready = _prepared(newsroom, pieces)
    try:
        return _write_together(newsroom, ready)
    except LeaseLost:
        return [result for one in ready for result in _write_together(newsroom, [one])]


def _prepared(newsroom: Newsroom, pieces: Sequence[Piece]) -> list[Look | Writing | Result]:
    """The same pieces, ready to be written, or why they are not."""
    changed = [piece.look for piece in pieces if isinstance(piece, Changed)]
    found = iter(prepare_several(newsroom, changed) if changed else ())
    return [(next(found) or Verdict.LEFT) if isinstance(piece, Changed) else piece for piece in pieces]


def _write_together(newsroom: Newsroom, ready: Sequence[Look | Writing | Result]) -> list[Result]:
    looks = [one for one in ready if isinstance(one, Look)]
    writings = [one for one in ready if isinstance(one, Writing)]
    with newsroom.database.write() as conn:
        quiet = keep_quiet(conn, newsroom, looks) if looks else {}
        written = iter(write_pieces(conn, newsroom, writings))
    results: list[Result] = []
    for one in ready:
        match one:
            case Look():
                is_done = one.check.id in quiet
                results.append((quiet[one.check.id] or Verdict.KEPT) if is_done else Verdict.NOT_QUIET)
            case Writing():
                results.append(next(written) or Verdict.KEPT)
            case _:
                results.append(one)
    return results
