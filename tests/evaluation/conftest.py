"""A tiny corpus folder in the shape of the real ones, and an engine of a few lines to measure."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from app.domain.claims import Action, FacetKind, Level
from evaluation.baselines import difflib_links, plain_boundaries
from evaluation.operations import plain_acts
from evaluation.report import Engine, Step, Verdict

WriteCorpus = Callable[[str, list[dict]], Path]


@pytest.fixture
def write_corpus(tmp_path: Path) -> WriteCorpus:
    """Writes rows as one corpus file and gives back the folder."""

    def write(name: str, rows: list[dict]) -> Path:
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return tmp_path

    return write


def judge_by_digits(before: str, after: str, language: str) -> Verdict:
    """Major with a quantity facet where digits differ, cosmetic with a format facet elsewhere."""
    digits = ["".join(filter(str.isdigit, text)) for text in (before, after)]
    if digits[0] != digits[1]:
        return Verdict(Level.MAJOR, 0.9, frozenset({FacetKind.QUANTITY}), frozenset({Action.EDITED}), 0.001)
    return Verdict(Level.COSMETIC, 0.02, frozenset({FacetKind.FORMAT}), frozenset({Action.EDITED}), 0.001)


def walk_by_lines(texts: Sequence[str], language: str) -> Iterator[Step]:
    """Calls a step restored, over its whole text, if that text stood before."""
    for number in range(1, len(texts)):
        came_back = texts[number] in texts[: number - 1]
        restored = ((0, len(texts[number])),) if came_back else ()
        yield Step(3, 4, Level.MINOR, restored, truncated=False, seconds=0.002)


@pytest.fixture
def digit_engine() -> Engine:
    """An engine so plain that every figure can be counted by hand."""
    return Engine(
        "digits",
        judge_by_digits,
        walk_by_lines,
        difflib_links,
        lambda text, language: plain_boundaries(text) | {0},
        lambda phrase, text, language: phrase in text.lower(),
        plain_acts,
    )
