"""Comparing two wordings where it cannot harm: in a thread of its own, with a deadline, its failure a value.

No failure of the analysis may stop a version being stored. Whatever goes wrong in it comes back as ``Owed``, and the
edit is compared later.
"""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog

from app.claims.compare import compare, first_ledger
from app.claims.languages import detect_language
from app.claims.pins import PinMatch, PinSet
from app.domain.claims import Analysis, Ledger
from app.domain.pins import Pin

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Owed:
    """The claims could not be compared now; ``reason`` says why in a word."""

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
        pin_set = PinSet.of({str(pin.id): pin.variants for pin in pins})

        def work() -> Analysis:
            return compare(
                before,
                after,
                language=language,
                ledger=ledger,
                version=version,
                pins=pin_set,
                out_of_time=self._deadline(),
            )

        future = self._threads.submit(work)
        error = future.exception()
        if error is not None:
            log.error("analysis.failed", error=type(error).__name__, characters=len(before) + len(after))
            return Owed(type(error).__name__)
        return future.result()

    def begin_ledger(self, text: str, *, language: str) -> Ledger | None:
        """The claims of a first version; None where they could not be found now."""
        future = self._threads.submit(first_ledger, text, language=language)
        error = future.exception()
        if error is not None:
            log.error("analysis.failed", error=type(error).__name__, characters=len(text))
            return None
        return future.result()

    def find_pins(self, text: str, language: str, pins: Iterable[Pin]) -> tuple[PinMatch, ...]:
        """Where pinned phrases stand in a text; nothing where they could not be looked for now."""
        pin_set = PinSet.of({str(pin.id): pin.variants for pin in pins})
        future = self._threads.submit(pin_set.find, text, language)
        error = future.exception()
        if error is not None:
            log.error("analysis.failed", error=type(error).__name__, characters=len(text))
            return ()
        return tuple(future.result())

    def language_of(self, text: str, *, asked: str | None) -> str:
        """The language of a wording: the one the watch says, else the one it looks like."""
        return asked or detect_language(text)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(cancel_futures=True)

    def _deadline(self) -> Callable[[], bool]:
        end = time.monotonic() + self._deadline_seconds
        return lambda: time.monotonic() > end
