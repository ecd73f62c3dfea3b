"""All of it, printed: python -m attacks [every n-th case]."""

import asyncio
import logging
import resource
import sys
import tempfile
from pathlib import Path

import structlog

from attacks.campaign import attack

MEBIBYTE = 1024**2
MOST_GROWN_MEBIBYTES = 512


def main(given: list[str]) -> int:
    """Drive the corpus and print the counts by class; 1 where anything got through."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    before = peak_memory()
    with tempfile.TemporaryDirectory() as folder:
        tally = asyncio.run(attack(Path(folder), every=int(given[0]) if given else 1, say=on_the_way))
    print("\n".join(tally.lines()))
    grown = (peak_memory() - before) // MEBIBYTE
    print(f"{'grown, MiB of at most ' + str(MOST_GROWN_MEBIBYTES):34}{grown:8}")
    return 1 if tally.through or grown > MOST_GROWN_MEBIBYTES else 0


def on_the_way(told: str) -> None:
    """Say how far it is, beside the counts."""
    print(told, file=sys.stderr, flush=True)


def peak_memory() -> int:
    """The most bytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
