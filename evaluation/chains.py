"""Measures over chains of versions: returns to earlier wordings recognised, most claims left alone, at what cost."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.claims import Level
from evaluation import metrics
from evaluation.corpora import Chain
from evaluation.metrics import share
from evaluation.report import CorpusReport, Engine, Failure, Measure, Step, Unit

NOT_WORD = re.compile(r"[\W_]+")
FEWEST_LETTERS = 12
"""Shorter lines ("Read more") come and go too often to be called a return."""


@dataclass(frozen=True, slots=True)
class Walked:
    """One step of a chain: the analysis, what returned by our own plain count, and the size of the new text.

    ``returned`` are the offsets, in the new text, of whole lines that were not in the version before but in an
    earlier one; ``true_restored`` counts the claims called restored that an earlier version does hold.
    """

    chain: Chain
    number: int
    step: Step
    characters: int
    returned: tuple[tuple[int, int], ...]
    true_restored: int
    is_exact_return: bool

    @property
    def recognised(self) -> list[bool]:
        """For each line that returned, whether a claim in it was called restored."""
        return [
            any(start < line_end and end > line_start for start, end in self.step.restored)
            for line_start, line_end in self.returned
        ]


def version_chains(chains: Sequence[Chain], engine: Engine, *, name: str, title: str) -> CorpusReport:
    """One table for one corpus of chains."""
    walked = [one for chain in chains for one in walk(chain, engine)]
    groups = [[one for one in walked if one.chain is chain] for chain in chains]
    measures = (
        Measure(
            f"{name}.restored_recall",
            "returned lines with a claim called restored",
            share(hit for one in walked for hit in one.recognised),
        ),
        Measure(
            f"{name}.restored_precision",
            "claims called restored that stood earlier",
            metrics.share_of(sum(one.true_restored for one in walked), sum(len(one.step.restored) for one in walked)),
        ),
        Measure(
            f"{name}.exact_returns",
            "exact returns that add lines: seen as restored",
            share(bool(one.step.restored) for one in walked if one.is_exact_return and one.returned),
        ),
        Measure(
            f"{name}.unchanged",
            "claims left unchanged in a step",
            metrics.bootstrap(groups, _unchanged_share),
        ),
        Measure(
            f"{name}.cosmetic_steps",
            "steps with nothing above cosmetic",
            share(one.step.level is Level.COSMETIC for one in walked),
        ),
        Measure(
            f"{name}.ms_per_step",
            "CPU for one step",
            metrics.bootstrap(groups, _milliseconds_per_step),
            Unit.MILLISECONDS,
        ),
        Measure(
            f"{name}.ms_per_10k",
            "CPU for 10,000 characters",
            metrics.bootstrap(groups, _milliseconds_per_10k),
            Unit.MILLISECONDS,
        ),
    )
    missed = [
        Failure(one.chain.document, f"step to version {one.number}: a returned line not called restored", "", line)
        for one in walked
        if not one.chain.held_out
        for line in _missed_lines(one)
    ]
    remarks = (
        f"{sum(len(one.returned) for one in walked)} lines returned",
        f"{sum(one.is_exact_return for one in walked)} steps are exact returns of the whole text",
        f"longest step {max((one.step.seconds * 1000 for one in walked), default=0):.0f} ms",
        f"{sum(one.step.truncated for one in walked)} steps cut short",
    )
    seconds = sum(one.step.seconds for one in walked)
    return CorpusReport(title, len(chains), len(walked), seconds, measures, tuple(missed), remarks)


def walk(chain: Chain, engine: Engine) -> Iterator[Walked]:
    """The steps of one chain, each beside our own plain count of the lines that returned."""
    earlier_lines: set[str] = set()
    earlier_texts = [line_key(chain.texts[0])]
    previous = set(lines_by_key(chain.texts[0]))
    for number, (text, step) in enumerate(
        zip(chain.texts[1:], engine.walk(chain.texts, chain.language), strict=True), start=2
    ):
        lines = lines_by_key(text)
        returned = tuple(span for key, span in lines.items() if key in earlier_lines and key not in previous)
        whole = line_key(text)
        stood = sum(any(line_key(text[start:end]) in old for old in earlier_texts) for start, end in step.restored)
        is_exact = whole in earlier_texts[:-1] and whole != earlier_texts[-1]
        yield Walked(chain, number, step, len(text), returned, stood, is_exact)
        earlier_lines |= previous
        earlier_texts.append(whole)
        previous = set(lines)


def line_key(text: str) -> str:
    """Letters and digits only, without case: what two prints of the same words share."""
    return NOT_WORD.sub("", text).casefold()


def lines_by_key(text: str) -> dict[str, tuple[int, int]]:
    """Each line that is long enough, by its key, with its offsets (the first place of a repeated line)."""
    found: dict[str, tuple[int, int]] = {}
    start = 0
    for line in text.split("\n"):
        key = line_key(line)
        if len(key) >= FEWEST_LETTERS:
            found.setdefault(key, (start, start + len(line)))
        start += len(line) + 1
    return found


def _missed_lines(one: Walked) -> list[str]:
    text = one.chain.texts[one.number - 1]
    return [text[start:end][:300] for (start, end), hit in zip(one.returned, one.recognised, strict=True) if not hit]


def _unchanged_share(walked: Sequence[Walked]) -> float:
    return sum(one.step.unchanged for one in walked) / max(1, sum(one.step.total for one in walked))


def _milliseconds_per_step(walked: Sequence[Walked]) -> float:
    return sum(one.step.seconds for one in walked) * 1000 / max(1, len(walked))


def _milliseconds_per_10k(walked: Sequence[Walked]) -> float:
    return sum(one.step.seconds for one in walked) * 1e7 / max(1, sum(one.characters for one in walked))
