"""Every benchmark by its name. To add one: a module with EXAMPLE and main, and a line in BENCHMARKS."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from benchmarks import (
    analysis,
    compare,
    delivery,
    glances,
    pages,
    polling,
    quotes,
    schedule,
    searches,
    soak,
    steps,
    storage,
    taking,
)


class Benchmark(Protocol):
    """A module of this package. The first line of its docstring says what it measures."""

    __doc__: str | None
    EXAMPLE: str

    def main(self, given: Sequence[str] | None = None, /) -> int:
        """Measure, print, give the exit code; the words are those behind the name of the benchmark."""


BENCHMARKS: Mapping[str, Benchmark] = {
    "analysis": analysis,
    "compare": compare,
    "delivery": delivery,
    "glances": glances,
    "pages": pages,
    "polling": polling,
    "quotes": quotes,
    "schedule": schedule,
    "searches": searches,
    "soak": soak,
    "steps": steps,
    "storage": storage,
    "taking": taking,
}


def what_it_measures(benchmark: Benchmark) -> str:
    """The first line of its docstring."""
    return (benchmark.__doc__ or "").partition("\n")[0]
