"""What one corpus says about the analysis: figures, what plain rivals reach on the same rows, the worst errors."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.claims import Action, FacetKind, Level
from evaluation.metrics import Estimate


class Unit(StrEnum):
    """How a figure is written."""

    SHARE = "share"
    """Between 0 and 1, written in percent."""
    AREA = "area"
    """An area under a curve, written with three places."""
    MILLISECONDS = "ms"
    """CPU time."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of a table. ``key`` is stable and unique over all corpora (``vitaminc.above_cosmetic``)."""

    key: str
    name: str
    estimate: Estimate
    unit: Unit = Unit.SHARE
    rivals: Mapping[str, Estimate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """One case that came out wrong; only ever of the half that may be looked at."""

    document: str
    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """One table. ``cpu_seconds`` is what the analysis alone took; ``remarks`` say what the table cannot."""

    title: str
    documents: int
    cases: int
    cpu_seconds: float
    measures: tuple[Measure, ...]
    failures: tuple[Failure, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the analysis said about one pair of texts. ``seconds`` are CPU seconds."""

    level: Level
    score: float
    facets: frozenset[FacetKind]
    actions: frozenset[Action]
    seconds: float


@dataclass(frozen=True, slots=True)
class Step:
    """What the analysis said about one step of a chain.

    ``restored`` are the spans, in the new text, of claims that came back. ``seconds`` are CPU seconds.
    """

    unchanged: int
    total: int
    level: Level
    restored: tuple[tuple[int, int], ...]
    truncated: bool
    seconds: float


Acts = Callable[[str, str, str], Iterable[tuple[Action, bool, str, str]]]
"""From (before, after, language) to what befell each claim: action, whether it moved, old wording, new wording."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The parts of the analysis under measurement, so that an earlier or another engine can be measured likewise.

    ``judge(before, after, language)`` compares two texts; ``walk(texts, language)`` follows a chain, one step for
    each text but the first; ``links(before, after)`` pairs equal words by their places among the words separated by
    spaces; ``starts(text, language)`` gives the offsets at which sentences start; ``finds(phrase, text, language)``
    says whether a pinned phrase stands in a text; ``acts`` tells what befell each claim.
    """

    version: str
    judge: Callable[[str, str, str], Verdict]
    walk: Callable[[Sequence[str], str], Iterator[Step]]
    links: Callable[[str, str], frozenset[tuple[int, int]]]
    starts: Callable[[str, str], frozenset[int]]
    finds: Callable[[str, str, str], bool]
    acts: Acts
