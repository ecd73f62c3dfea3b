"""All of it, printed: python -m attacks [every n-th case]."""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from attacks.campaign import attack


def main(given: list[str]) -> int:
    """Drive the corpus and print the counts by class; 1 where anything got through."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        tally = asyncio.run(attack(Path(folder), every=int(given[0]) if given else 1))
    print("\n".join(tally.lines()))
    return 1 if tally.through else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
