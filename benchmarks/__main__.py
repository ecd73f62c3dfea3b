"""How fast the program is on this machine: lists the benchmarks, or runs one.

python -m benchmarks
python -m benchmarks NAME [its options]
"""

import sys
from collections.abc import Sequence

from benchmarks.catalogue import BENCHMARKS, what_it_measures

PROGRAM = "python -m benchmarks"


def listing() -> str:
    """Every benchmark with what it measures and an example."""
    lines = [f"usage: {PROGRAM} NAME [options]      {PROGRAM} NAME --help", ""]
    width = max(map(len, BENCHMARKS)) + 2
    for name, benchmark in sorted(BENCHMARKS.items()):
        lines += [f"  {name:{width}}{what_it_measures(benchmark)}", f"  {'':{width}}{benchmark.EXAMPLE}"]
    return "\n".join(lines)


def main(given: Sequence[str]) -> int:
    """Run the benchmark that the first word names; 2 if there is none of that name."""
    if not given or given[0] in ("-h", "--help"):
        print(listing())
        return 0
    name, options = given[0], given[1:]
    if name not in BENCHMARKS:
        print(f"There is no benchmark {name!r}. There are: {', '.join(sorted(BENCHMARKS))}.", file=sys.stderr)
        return 2
    return BENCHMARKS[name].main(options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
