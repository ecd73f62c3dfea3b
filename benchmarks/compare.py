"""How the cost of a comparison grows with the text: time and peak memory, beside difflib and plain diff-match-patch.

    python -m benchmarks compare [--sizes 1500 10000 …] [--language uk] [--limit SECONDS]

Texts are generated, one sentence in twenty edited. Every figure comes from a fresh process: processor time is the best
of a few runs after a first one, memory is what the process needed at its peak beyond what it held before. A rival
that takes longer than the limit is stopped and shown as such.
"""

import argparse
import difflib
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diff_match_patch import diff_match_patch
from rich import box
from rich.console import Console
from rich.table import Table

from app.claims.compare import ANALYZER_VERSION, compare
from evaluation.generated_text import VOCABULARIES, edited_pair

EXAMPLE = "python -m benchmarks compare --sizes 1500 10000 --language uk"
SIZES = (1_500, 10_000, 100_000, 1_000_000)
RUNS_TOGETHER_SECONDS = 2.0
MOST_RUNS = 9
WORD = re.compile(r"\s+|\w+|[^\w\s]")
ONLY_COMPARE = """
import resource
from app.claims.compare import compare
from evaluation.generated_text import edited_pair
for language in ("en", "uk", "ru"):
    compare(*edited_pair(language, 10_000), language=language)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
WALKBACK = "Walkback, whole analysis"


def whole_analysis(before: str, after: str, language: str) -> None:
    compare(before, after, language=language)


def difflib_words(before: str, after: str, _: str) -> None:
    difflib.SequenceMatcher(None, WORD.findall(before), WORD.findall(after)).get_opcodes()


def difflib_lines(before: str, after: str, _: str) -> None:
    list(difflib.unified_diff(before.splitlines(), after.splitlines()))


def plain_diff_match_patch(before: str, after: str, _: str) -> None:
    differ = diff_match_patch()
    differ.Diff_Timeout = 0
    changes = differ.diff_main(before, after)
    differ.diff_cleanupSemantic(changes)


TOOLS: dict[str, Callable[[str, str, str], None]] = {
    WALKBACK: whole_analysis,
    "difflib, words": difflib_words,
    "difflib, lines": difflib_lines,
    "diff-match-patch": plain_diff_match_patch,
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor milliseconds of one comparison, and MiB beyond what the process held before."""

    milliseconds: float
    mebibytes: float


def measured_here(tool: str, language: str, characters: int) -> Cost:
    """The cost in this process, which must be a fresh one."""
    run = TOOLS[tool]
    before, after = edited_pair(language, characters)
    run(*edited_pair(language, 500), language)
    held = peak_mebibytes()
    taken: list[float] = []
    while len(taken) < MOST_RUNS and sum(taken) < RUNS_TOGETHER_SECONDS:
        started = time.process_time()
        run(before, after, language)
        taken.append(time.process_time() - started)
    return Cost(min(taken) * 1000, peak_mebibytes() - held)


def peak_mebibytes() -> float:
    """The most memory this process ever held (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(tool: str, language: str, characters: int, limit_seconds: float) -> Cost | None:
    """The cost in a fresh process; None if it took longer than the limit."""
    command = [sys.executable, "-m", "benchmarks.compare", "--one", tool, "--language", language]
    try:
        answer = subprocess.run(
            [*command, "--sizes", str(characters)], capture_output=True, text=True, check=True, timeout=limit_seconds
        )
    except subprocess.TimeoutExpired:
        return None
    return Cost(**json.loads(answer.stdout))


def resident_with_languages() -> float:
    """MiB a process holds at its peak that does nothing but compare texts in English, Ukrainian and Russian."""
    answer = subprocess.run([sys.executable, "-c", ONLY_COMPARE], capture_output=True, text=True, check=True)
    return float(answer.stdout)


def table(sizes: Sequence[int], language: str, limit_seconds: float) -> Table:
    """Time, memory and the ratio to our own time for every tool and size, and how each grows."""
    shown = Table(title=f"compare() {ANALYZER_VERSION}, {language}, one sentence in twenty edited", box=box.SIMPLE_HEAD)
    shown.add_column("tool")
    for characters in sizes:
        shown.add_column(f"{characters:,} characters", justify="right")
    shown.add_column("growth", justify="right")
    ours = {characters: measured(WALKBACK, language, characters, limit_seconds) for characters in sizes}
    for tool in TOOLS:
        costs = (
            ours
            if tool == WALKBACK
            else {characters: measured(tool, language, characters, limit_seconds) for characters in sizes}
        )
        cells = [cell(costs[characters], ours[characters], limit_seconds) for characters in sizes]
        shown.add_row(tool, *cells, growth(costs))
    return shown


def cell(cost: Cost | None, ours: Cost | None, limit_seconds: float) -> str:
    """Time, ratio to ours, memory."""
    if cost is None:
        return f"over {limit_seconds:.0f} s"
    ratio = "" if ours is None or ours is cost else f" ({cost.milliseconds / ours.milliseconds:.2g}×)"
    return f"{cost.milliseconds:,.1f} ms{ratio}, {cost.mebibytes:.0f} MiB"


def growth(costs: dict[int, Cost | None]) -> str:
    """By how much the time per character grew from the smallest to the largest size measured; 1 is linear."""
    known = [(characters, cost.milliseconds / characters) for characters, cost in costs.items() if cost]
    if len(known) < 2:
        return ""
    return f"{known[-1][1] / known[0][1]:.2g}× a character to {known[-1][0]:,}"


def main(given: Sequence[str] | None = None) -> int:
    """Print the table; with ``--one`` measure one tool in this process and print JSON (used by the table itself)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks compare", epilog=f"example: {EXAMPLE}")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--language", choices=list(VOCABULARIES), default="uk")
    parser.add_argument("--limit", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--one", choices=list(TOOLS), help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if options.one:
        cost = measured_here(options.one, options.language, options.sizes[0])
        print(json.dumps({"milliseconds": cost.milliseconds, "mebibytes": cost.mebibytes}))
        return 0
    console = Console(width=None if sys.stdout.isatty() else 180)
    console.print(table(options.sizes, options.language, options.limit))
    console.print(f"peak memory of a process that only compares, in en, uk and ru: {resident_with_languages():.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
