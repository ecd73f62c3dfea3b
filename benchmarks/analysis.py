"""What the whole analysis of an edit costs: time by length and by number of pins, beside difflib; memory.

    python -m benchmarks analysis [--sizes 1500 10000 …] [--pins 0 100 10000] [--runs 15]

Processor time of one thread, over English, Ukrainian and Russian. Every run has two texts of its own that were never
compared before (one sentence in twenty edited, its paragraph where it was; once more with all paragraphs filled up
anew, so that hardly any is as it was, the worst case); dictionaries are loaded, their usual words known. The rival is
difflib over sentences, on the same texts in turn with ours: it says which lines differ and nothing else. Pins are
looked for in texts of 1,500 characters; their index is made once, before, and each has a word of the texts in it.
"""

import argparse
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table

from app.claims.compare import ANALYZER_VERSION, compare
from app.claims.pins import PinSet
from app.domain.claims import PinVariant
from benchmarks.compare import resident_with_languages
from evaluation.baselines import difflib_distance
from evaluation.generated_text import (
    VOCABULARIES,
    as_text,
    edited_paragraphs,
    in_paragraphs,
    official_sentences,
    written,
)
from evaluation.timing import Stopwatch

EXAMPLE = "python -m benchmarks analysis --sizes 1500 10000 --pins 0 100 --runs 9"
SIZES = (1_500, 10_000, 100_000, 1_000_000)
PINS = (0, 100, 10_000)
CHARACTERS_TOGETHER = 1_500_000
"""A long text is compared fewer times, so that all runs of a size together have no more than this."""
PINNED_SIZE = 1_500


class Texts(NamedTuple):
    """Two wordings of a text."""

    language: str
    before: str
    after: str


class Cost(NamedTuple):
    """Milliseconds of each run of ours, and of the rival on the same texts."""

    ours: list[float]
    rival: list[float]


def texts(characters: int, runs: int, *, first_seed: int = 100, filled_anew: bool = False) -> list[Texts]:
    """So many pairs of texts in turn in each language, no two of them alike.

    An edit leaves the other paragraphs as they are, or with ``filled_anew`` has each begin at another sentence.
    """
    made = []
    for seed in range(first_seed, first_seed + runs):
        for language in VOCABULARIES:
            sentences = official_sentences(language, characters, seed=seed)
            edited = edited_paragraphs(in_paragraphs(sentences), language, seed=seed + 50_000)
            after = as_text([one for some in edited for one in some]) if filled_anew else written(edited)
            made.append(Texts(language, as_text(sentences), after))
    return made


def milliseconds(work: Callable[..., object], *given: object, **named: object) -> float:
    """Processor time of this thread for one call."""
    watch = Stopwatch()
    with watch:
        work(*given, **named)
    return watch.seconds * 1000


def cost(pairs: Sequence[Texts], pins: PinSet | None = None) -> Cost:
    """Ours and the rival in turn over the same texts."""
    found = Cost([], [])
    for one in pairs:
        found.ours.append(milliseconds(compare, one.before, one.after, language=one.language, pins=pins))
        found.rival.append(milliseconds(difflib_distance, one.before, one.after))
    return found


def runs_of(characters: int, most: int) -> int:
    """How often a length is measured in each language."""
    return max(1, min(most, CHARACTERS_TOGETHER // characters // len(VOCABULARIES)))


def pin_set(count: int) -> PinSet:
    """Two-word phrases in three languages: a word of the texts and a made-up one; one in twenty wholly of theirs."""
    dice = random.Random(5)
    pins = {}
    for number in range(count):
        language = list(VOCABULARIES)[number % len(VOCABULARIES)]
        own = words_of(language)
        other = dice.choice(own) if number % 20 == 0 else made_up(language, dice)
        pins[str(number)] = [PinVariant(language, f"{dice.choice(own)} {other}")]
    return PinSet.of(pins)


@cache
def words_of(language: str) -> list[str]:
    """The longer words that the texts are made of."""
    phrases = (phrase for some in VOCABULARIES[language].gaps.values() for phrase in some)
    return sorted({word for phrase in phrases for word in phrase.split() if word.isalpha() and len(word) > 3})


def made_up(language: str, dice: random.Random) -> str:
    """A word that looks like one."""
    consonants, vowels = ("bdfgklmnprstv", "aeiou") if language == "en" else ("бвгдзклмнпрст", "аеиоу")
    return "".join(dice.choice(consonants) + dice.choice(vowels) for _ in range(dice.choice((2, 3, 3, 4))))


def by_length(sizes: Sequence[int], runs: int) -> Table:
    """A row for each length: median and fastest, time for a thousand characters, the rival."""
    shown = Table(title=f"whole analysis {ANALYZER_VERSION}, en, uk and ru, one sentence in twenty edited")
    shown.box = box.SIMPLE_HEAD
    for name in ("characters", "median", "fastest", "for 1,000", "paragraphs anew", "difflib, sentences", "runs"):
        shown.add_column(name, justify="right")
    for characters in sizes:
        found = cost(texts(characters, runs_of(characters, runs)))
        anew = cost(texts(characters, runs_of(characters, runs), first_seed=500, filled_anew=True))
        median, rival = statistics.median(found.ours), statistics.median(found.rival)
        shown.add_row(
            f"{characters:,}",
            f"{median:,.2f} ms",
            f"{min(found.ours):,.2f} ms",
            f"{median / characters * 1000:.2f} ms",
            f"{statistics.median(anew.ours):,.2f} ms",
            f"{rival:,.2f} ms ({rival / median:.2g}×)",
            str(len(found.ours)),
        )
    return shown


def by_pins(counts: Sequence[int], runs: int) -> Table:
    """A row for each number of pins: the same texts, and what the pins add."""
    shown = Table(title=f"with pins, {PINNED_SIZE:,} characters", box=box.SIMPLE_HEAD)
    for name in ("pins", "median", "fastest", "added to the median", "index made in"):
        shown.add_column(name, justify="right")
    pairs = texts(PINNED_SIZE, runs, first_seed=9_000)
    without = statistics.median(cost(pairs).ours)
    for count in counts:
        watch = Stopwatch()
        with watch:
            pins = pin_set(count)
        found = cost(pairs, pins).ours
        median = statistics.median(found)
        shown.add_row(
            f"{count:,}",
            f"{median:.2f} ms",
            f"{min(found):.2f} ms",
            f"{median - without:+.2f} ms",
            f"{watch.seconds * 1000:,.0f} ms",
        )
    return shown


def main(given: Sequence[str] | None = None) -> int:
    """Print both tables, and the memory of a process that only compares."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks analysis", epilog=f"example: {EXAMPLE}")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="Characters of a text.")
    parser.add_argument("--pins", type=int, nargs="+", default=list(PINS), help="How many pins are looked for.")
    parser.add_argument("--runs", type=int, default=15, help="Runs in each language, of a long text fewer.")
    options = parser.parse_args(given)
    console = Console(width=None if sys.stdout.isatty() else 140)
    mebibytes = resident_with_languages()  # first: a child counts what its parent held when it was born
    cost(texts(20_000, 2, first_seed=1))
    console.print(by_length(options.sizes, options.runs))
    console.print(by_pins(options.pins, options.runs))
    console.print(f"peak memory of a process that only compares, in en, uk and ru: {mebibytes:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
