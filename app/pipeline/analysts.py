"""Comparing two wordings where it cannot harm: in a thread of its own, with a deadline, its failure a value.

No failure of the analysis may stop a version being stored. Whatever goes wrong in it comes back as ``Owed``, and the
edit is compared later.
"""

import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import structlog

from app.claims.compare import compare, first_ledger
from app.claims.languages import detect_language
from app.claims.pins import PinMatch, PinSet
from app.domain.claims import Analysis, Ledger
from app.domain.pins import Pin

log = structlog.get_logger()
FIRST_WORDS = {
    "en": ("The ministry has begun a new exercise.", "The ministry may have ended an exercise."),
    "uk": ("Міністерство розпочало нові навчання.", "Міністерство, можливо, завершило навчання."),
    "ru": ("Министерство начало новые учения.", "Министерство, возможно, завершило учения."),
}
T = TypeVar("T")
PATIENCE = 6
"""A comparison that takes so many times its deadline is left behind: it does not look at the clock any more."""


@dataclass(frozen=True, slots=True)
class Owed:
    """It could not be done now; ``reason`` says why in a word."""

    reason: str


class Analysts:
    """A few threads that compare wordings. One comparison takes at most ``deadline_seconds``, then it is coarser."""

    def __init__(self, *, deadline_seconds: float, threads: int = 2) -> None:
        self._deadline_seconds = deadline_seconds
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="analyst")

    def compare(
        self, before: str, after: str, *, language: str, ledger: Ledger | None, version: int, pins: Iterable[Pin]
    ) -> Analysis | Owed:
        """What happened to each claim between two wordings, or that it is owed."""
        followed = tuple(pins)

        def work() -> Analysis:
            return compare(
                before,
                after,
                language=language,
                ledger=ledger,
                version=version,
                pins=_pin_set(followed) if followed else None,
                out_of_time=self._deadline(),
            )

        return self.attempt(work, characters=len(before) + len(after))

    def begin_ledger(self, text: str, *, language: str) -> Ledger | None:
        """The claims of a first version; None where they could not be found now."""
        found = self.attempt(lambda: first_ledger(text, language=language), characters=len(text))
        return None if isinstance(found, Owed) else found

    def find_pins(self, text: str, language: str, pins: Iterable[Pin]) -> tuple[PinMatch, ...]:
        """Where pinned phrases stand in a text; nothing where they could not be looked for now."""
        found = self.attempt(lambda: tuple(_pin_set(tuple(pins)).find(text, language)), characters=len(text))
        return () if isinstance(found, Owed) else found

    def language_of(self, text: str, *, asked: str | None) -> str:
        """The language of a wording: the one the watch says, else the one it looks like ("und" where unknown)."""
        if asked is not None:
            return asked
        found = self.attempt(lambda: detect_language(text), characters=len(text))
        return "und" if isinstance(found, Owed) else found

    def attempt(self, work: Callable[[], T], *, characters: int) -> T | Owed:
        """Do a piece of pure work, and take whatever goes wrong in it for "not now"."""
        future = self._threads.submit(work)
        failure = self._failure(future)
        if failure is None:
            return future.result()
        log.error("analysis.failed", error=failure, characters=characters)
        return Owed(failure)

    def warm_up(self, languages: Collection[str]) -> None:
        """Read the dictionaries of these languages now (a second or two each): the first edit then need not wait.

        Those of others are read when they are needed; each takes ten to twenty megabytes.
        """
        for language, (before, after) in FIRST_WORDS.items():
            if language in languages:
                self.compare(before, after, language=language, ledger=None, version=2, pins=())

    def close(self) -> None:
        """Let the threads go; one that is stuck is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _failure(self, future: Future[T]) -> str | None:
        """The name of what went wrong, or None where all is well."""
        try:
            error = future.exception(timeout=PATIENCE * self._deadline_seconds)
        except TimeoutError:
            future.cancel()
            return "OutOfTime"
        return None if error is None else type(error).__name__

    def _deadline(self) -> Callable[[], bool]:
        end = time.monotonic() + self._deadline_seconds
        return lambda: time.monotonic() > end


@lru_cache(maxsize=16)
def _pin_set(pins: tuple[Pin, ...]) -> PinSet:
    """The index of these pins, made once: ten thousand of them take seconds."""
    return PinSet.of({str(pin.id): pin.variants for pin in pins})
