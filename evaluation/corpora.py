"""The revision corpora people may put in a folder, read into typed rows, each row marked as looked at or held out.

Every file is gzip with one JSON object a line, named ``<corpus>.jsonl.gz``. Rows of one document always fall on the
same side: documents are numbered from 0 in order of first appearance, even ones may be looked at while tuning, odd
ones may not. Where a corpus has no documents the line is the document.
"""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

Row = Mapping[str, Any]


class Part(StrEnum):
    """Which half of a corpus is measured."""

    LOOKED_AT = "looked-at"
    HELD_OUT = "held-out"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings of one sentence or paragraph. ``label`` is what people (or a rule) said about the change."""

    document: str
    held_out: bool
    language: str
    before: str
    after: str
    label: str


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """Two tokenised sentences (tokens separated by one space) and which token stands for which."""

    document: str
    held_out: bool
    before: str
    after: str
    links: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Chain:
    """All wordings of one page, oldest first."""

    document: str
    held_out: bool
    language: str
    texts: tuple[str, ...]
    seen_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came, without its body; ``quality`` from 0 to 1 is what its collectors gave it."""

    document: str
    held_out: bool
    url: str
    status: int
    headers: dict[str, str]
    title: str
    length: int
    quality: float


Entry = TypeVar("Entry", Pair, AlignedPair, Chain, Answer)


def corpus_path(folder: Path, name: str) -> Path:
    """Where a corpus of this name lies in the data folder."""
    return folder / f"{name}.jsonl.gz"


def read_rows(folder: Path, name: str) -> Iterator[Row]:
    """The rows of one corpus file in their order. Raises FileNotFoundError and json.JSONDecodeError as they come."""
    with gzip.open(corpus_path(folder, name), "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def choose(entries: Iterable[Entry], part: Part) -> tuple[Entry, ...]:
    """The entries of one half, or all of them."""
    if part is Part.ALL:
        return tuple(entries)
    return tuple(entry for entry in entries if entry.held_out == (part is Part.HELD_OUT))


def sample(entries: tuple[Entry, ...], at_most: int) -> tuple[Entry, ...]:
    """At most so many entries, evenly spread, the same ones on every run."""
    if len(entries) <= at_most:
        return entries
    return tuple(entries[index * len(entries) // at_most] for index in range(at_most))


class Halves:
    """Numbers documents in order of first appearance: even is looked at, odd is held out."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def held_out(self, document: str) -> bool:
        """Whether this document belongs to the half nobody looked at while tuning."""
        return self._numbers.setdefault(document, len(self._numbers)) % 2 == 1


def vitaminc(folder: Path) -> tuple[Pair, ...]:
    """Factual revisions of Wikipedia: those under which the verdict on the claim differs. Document: the article."""
    halves = Halves()
    rows = ((row, halves.held_out(row["page"])) for row in read_rows(folder, "vitaminc_claim_transitions"))
    return tuple(
        Pair(row["page"], held_out, "en", row["evidence_1"], row["evidence_2"], f"{row['label_1']} > {row['label_2']}")
        for row, held_out in rows
        if row["label_1"] != row["label_2"]
    )


def summedits(folder: Path) -> tuple[Pair, ...]:
    """Edits of summaries, ``factual`` or ``wording``. Document: the summary that was edited."""
    return _pairs(
        folder,
        "summedits_pairs",
        document=lambda row: str(row["source"]) + "/" + str(row["old"]),
        label=lambda row: "factual" if row["factual"] else "wording",
    )


def arxivedits(folder: Path) -> tuple[Pair, ...]:
    """Revised sentences of papers, ``factual`` (with a content edit) or ``wording``. Document: the paper."""
    return _pairs(folder, "arxivedits_pairs", label=lambda row: "factual" if row["factual"] else "wording")


def ua_gec(folder: Path) -> tuple[Pair, ...]:
    """Ukrainian spelling, grammar and punctuation fixes. Document: the essay."""
    return _pairs(folder, "ua_gec_cosmetic", label=lambda _: "cosmetic", language="uk")


def ru_spell(folder: Path) -> tuple[Pair, ...]:
    """Russian spelling fixes. Document: the line."""
    return _pairs(folder, "ru_spell_cosmetic", label=lambda _: "cosmetic", language="ru")


def ua_laws(folder: Path) -> tuple[Pair, ...]:
    """Changed paragraphs of Ukrainian laws with labels by rule. Document: the law."""
    return _pairs(folder, "ua_laws_paragraph_changes", label=lambda row: str(row["weak_label"]), language="uk")


def ota_pairs(folder: Path) -> tuple[Pair, ...]:
    """Two versions of terms of service: changed by the publisher, or by the collector's own tools."""
    return _pairs(folder, "ota_pairs", label=lambda row: str(row["label"]))


def edgi_pairs(folder: Path) -> tuple[Pair, ...]:
    """Two versions of a government page (HTML), significant or not."""
    return _pairs(folder, "edgi_labelled_pairs", label=lambda row: str(row["label"]))


def multimwa(folder: Path) -> tuple[AlignedPair, ...]:
    """Sentences of Wikipedia with the words that stand for each other. Document: the line."""
    halves = Halves()
    return tuple(
        AlignedPair(
            row["doc_id"],
            halves.held_out(row["doc_id"]),
            row["old"],
            row["new"],
            frozenset((left, right) for left, right in row["word_alignment_1_2"]),
        )
        for row in read_rows(folder, "multimwa_wiki_test")
    )


def chains(folder: Path, name: str) -> tuple[Chain, ...]:
    """The version chains of one corpus, each with at least two versions. Document: the page."""
    pages: dict[str, list[Row]] = {}
    for row in read_rows(folder, name):
        pages.setdefault(f"{row['source']}/{row['doc_id']}", []).append(row)
    halves = Halves()
    return tuple(
        Chain(
            document,
            halves.held_out(document),
            str(rows[0].get("lang", "en")),
            tuple(row["text"] for row in _in_order(rows)),
            tuple(datetime.fromisoformat(row["timestamp"]) for row in _in_order(rows) if "timestamp" in row),
        )
        for document, rows in pages.items()
        if len(rows) > 1
    )


def fetch_quality(folder: Path) -> tuple[Answer, ...]:
    """Answers of bot walls, networks and servers to requests for government pages. Document: the answer."""
    halves = Halves()
    return tuple(
        Answer(
            row["doc_id"],
            halves.held_out(row["doc_id"]),
            row["url"],
            int(row["status"]),
            dict(row["headers"]),
            row["title"] or "",
            int(row["content_length"]),
            float(row["expected_quality"]),
        )
        for row in read_rows(folder, "edgi_fetch_quality")
    )


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: int(row["version"]))


def _pairs(
    folder: Path,
    name: str,
    *,
    label: Callable[[Row], str],
    document: Callable[[Row], str] = lambda row: str(row["doc_id"]),
    language: str = "en",
) -> tuple[Pair, ...]:
    halves = Halves()
    return tuple(
        Pair(
            document(row),
            halves.held_out(document(row)),
            str(row.get("lang", language)),
            row["old"],
            row["new"],
            label(row),
        )
        for row in read_rows(folder, name)
    )
