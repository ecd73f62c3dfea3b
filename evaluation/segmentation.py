"""Measures of where sentences end, on official style in our own words with its boundaries marked.

``gold/sentences_<language>.txt`` holds one paragraph a line; " | " stands where one sentence ends and the next begins,
" ¦ " where people disagree (inside a quotation): either answer is right there. One space stands in place of the mark
in the text that is measured. Lines starting with "#" are remarks; of the others even ones may be looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation import metrics
from evaluation.baselines import plain_boundaries
from evaluation.corpora import Part
from evaluation.metrics import Counts, Estimate, add_up
from evaluation.report import CorpusReport, Engine, Failure, Measure
from evaluation.timing import Stopwatch

GOLD = Path(__file__).parent / "gold"
MARK = re.compile(r" ([|¦]) ")
LANGUAGES = {"uk": "Ukrainian", "ru": "Russian", "en": "English"}
RIVAL = "full stop and capital"
Starts = frozenset[int]


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph, the offsets at which its second and later sentences start, and those where they might."""

    text: str
    starts: Starts
    possible: Starts
    held_out: bool = False

    def judge(self, answer: Starts) -> Counts:
        """Right, invented and missed boundaries."""
        return Counts(len(answer & self.starts), len(self.invented(answer)), len(self.starts - answer))

    def invented(self, answer: Starts) -> Starts:
        """Boundaries where there are none."""
        return answer - self.starts - self.possible - {0}


def read_marked(line: str, *, held_out: bool = False) -> MarkedParagraph:
    """A line of a gold file as text and offsets."""
    pieces = MARK.split(line.strip())
    offsets: dict[str, set[int]] = {"|": set(), "¦": set()}
    position = 0
    for sentence, mark in zip(pieces[::2], pieces[1::2], strict=False):
        position += len(sentence) + 1
        offsets[mark].add(position)
    return MarkedParagraph(" ".join(pieces[::2]), frozenset(offsets["|"]), frozenset(offsets["¦"]), held_out)


def read_gold(language: str, part: Part = Part.ALL, folder: Path = GOLD) -> tuple[MarkedParagraph, ...]:
    """The marked paragraphs of one language, of one half or all."""
    lines = (folder / f"sentences_{language}.txt").read_text(encoding="utf-8").splitlines()
    marked = [line for line in lines if line.strip() and not line.startswith("#")]
    paragraphs = [read_marked(line, held_out=number % 2 == 1) for number, line in enumerate(marked)]
    return tuple(one for one in paragraphs if part is Part.ALL or one.held_out == (part is Part.HELD_OUT))


def sentence_boundaries(engine: Engine, part: Part) -> CorpusReport:
    """One row for each language: F1 of the inner boundaries of paragraphs."""
    gold = {language: read_gold(language, part) for language in LANGUAGES}
    watch = Stopwatch()
    measures, failures = [], []
    for language, paragraphs in gold.items():
        with watch:
            found = [engine.starts(one.text, language) for one in paragraphs]
        measures.append(
            Measure(
                f"segmentation.{language}",
                f"{LANGUAGES[language]}: boundary F1",
                _f1(paragraphs, found),
                rivals={RIVAL: _f1(paragraphs, [plain_boundaries(one.text) for one in paragraphs])},
            )
        )
        failures += [
            Failure(language, _told(one, answer))
            for one, answer in zip(paragraphs, found, strict=True)
            if one.judge(answer).f1 < 1 and not one.held_out
        ]
    everything = [one for paragraphs in gold.values() for one in paragraphs]
    sentences = sum(len(one.starts) + 1 for one in everything)
    return CorpusReport(
        "Sentence ends in official style (our own wording)",
        len(everything),
        sentences,
        watch.seconds,
        tuple(measures),
        tuple(failures),
        ("Counts are of the boundaries inside paragraphs; the end of a paragraph is given and not counted.",),
    )


def _f1(paragraphs: Sequence[MarkedParagraph], found: Sequence[Starts]) -> Estimate:
    counts = [[one.judge(answer)] for one, answer in zip(paragraphs, found, strict=True)]
    estimate = metrics.bootstrap(counts, lambda several: add_up(several).f1)
    return Estimate(estimate.value, estimate.low, estimate.high, sum(len(one.starts) for one in paragraphs))


def _told(one: MarkedParagraph, answer: Starts) -> str:
    missed = [f"not cut: {_around(one.text, at)}" for at in sorted(one.starts - answer)]
    invented = [f"cut: {_around(one.text, at)}" for at in sorted(one.invented(answer))]
    return "; ".join(missed + invented)


def _around(text: str, at: int) -> str:
    return f"…{text[max(0, at - 25) : at]}▮{text[at : at + 15]}…"
