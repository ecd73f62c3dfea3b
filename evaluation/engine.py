"""Ties the harness to the analysis of the product: the only place here that calls app.claims."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from app.claims.compare import ANALYZER_VERSION, compare, first_ledger
from app.claims.diff import OperationKind, diff_words
from app.claims.pins import PinSet
from app.claims.segment import sentences
from app.domain.claims import Action, Analysis, PinVariant, Span
from evaluation.report import Engine, Step, Verdict
from evaluation.timing import Stopwatch


def walkback() -> Engine:
    """The analysis as the product runs it."""
    return Engine(str(ANALYZER_VERSION), judge, walk, links, starts, finds, acts)


def judge(before: str, after: str, language: str) -> Verdict:
    """One comparison of two texts."""
    watch = Stopwatch()
    with watch:
        analysis = compare(before, after, language=language)
    return Verdict(
        analysis.level,
        analysis.score,
        frozenset(facet.kind for change in analysis.changes for facet in change.facets),
        frozenset(change.action for change in analysis.changes),
        watch.seconds,
    )


def walk(texts: Sequence[str], language: str) -> Iterator[Step]:
    """The steps of a chain, the ledger handed on from step to step."""
    ledger = first_ledger(texts[0], language=language)
    for version, (before, after) in enumerate(pairwise(texts), start=2):
        watch = Stopwatch()
        with watch:
            analysis = compare(before, after, language=language, ledger=ledger, version=version)
        ledger = analysis.ledger
        yield step_of(analysis, watch.seconds)


def step_of(analysis: Analysis, seconds: float) -> Step:
    """What a table needs of one analysis."""
    restored = [change for change in analysis.changes if change.action is Action.RESTORED]
    return Step(
        sum(change.action is Action.UNCHANGED for change in analysis.changes),
        len(analysis.changes),
        analysis.level,
        tuple((span.start, span.end) for change in restored for span in change.after_spans),
        analysis.truncated,
        seconds,
    )


def links(before: str, after: str) -> frozenset[tuple[int, int]]:
    """Words separated by spaces that the word diff keeps whole, by their places."""
    places = {span: place for place, span in enumerate(spaced_words(after))}
    numbered = list(enumerate(spaced_words(before)))
    found = set()
    for operation in diff_words(before, after).operations:
        if operation.kind is not OperationKind.EQUAL:
            continue
        shift = operation.after.start - operation.before.start
        for place, span in numbered:
            if operation.before.start <= span.start and span.end <= operation.before.end:
                kept = places.get(Span(span.start + shift, span.end + shift))
                if kept is not None:
                    found.add((place, kept))
    return frozenset(found)


def spaced_words(text: str) -> Iterator[Span]:
    """The words of a text as its single spaces separate them."""
    start = 0
    for word in text.split(" "):
        yield Span(start, start + len(word))
        start += len(word) + 1


def starts(text: str, language: str) -> frozenset[int]:
    """Where sentences start."""
    return frozenset(span.start for span in sentences(text, language))


def finds(phrase: str, text: str, language: str) -> bool:
    """Whether a pinned phrase stands in a text."""
    return bool(_pins(phrase, language).find(text, language))


def acts(before: str, after: str, language: str) -> Iterator[tuple[Action, bool, str, str]]:
    """What befell each claim."""
    for change in compare(before, after, language=language).changes:
        yield change.action, change.moved, change.before, change.after


@lru_cache(256)
def _pins(phrase: str, language: str) -> PinSet:
    return PinSet.of({phrase: [PinVariant(language, phrase)]})
