"""Measures of the word diff people read: does it keep the words together that people say stand for each other?"""

from collections.abc import Callable, Sequence

from evaluation import metrics
from evaluation.baselines import difflib_links
from evaluation.corpora import AlignedPair
from evaluation.metrics import Counts, Estimate, add_up
from evaluation.report import CorpusReport, Engine, Failure, Measure
from evaluation.timing import Stopwatch

Links = frozenset[tuple[int, int]]
RIVAL = "difflib words"


def same_word_links(pair: AlignedPair) -> Links:
    """The gold links between equal words: all that a diff, which knows no synonyms, can find."""
    before, after = pair.before.split(), pair.after.split()
    return frozenset((left, right) for left, right in pair.links if before[left] == after[right])


def compare_links(found: Links, gold: Links) -> Counts:
    """Right, invented and missed links."""
    return Counts(len(found & gold), len(found - gold), len(gold - found))


def word_alignment(pairs: Sequence[AlignedPair], engine: Engine) -> CorpusReport:
    """MultiMWA: the equal words that the diff keeps, against the links drawn by people."""
    watch = Stopwatch()
    with watch:
        found = [engine.links(pair.before, pair.after) for pair in pairs]
    plain = [difflib_links(pair.before, pair.after) for pair in pairs]

    def against(gold: Callable[[AlignedPair], Links], answers: Sequence[Links]) -> list[list[Counts]]:
        return [[compare_links(answer, gold(pair))] for pair, answer in zip(pairs, answers, strict=True)]

    def measure(
        key: str, name: str, gold: Callable[[AlignedPair], Links], figure: Callable[[Counts], float]
    ) -> Measure:
        def estimate(answers: Sequence[Links]) -> Estimate:
            return metrics.bootstrap(against(gold, answers), lambda counts: figure(add_up(counts)))

        return Measure(key, name, estimate(found), rivals={RIVAL: estimate(plain)})

    measures = (
        measure("multimwa.same_f1", "links of equal words, F1", same_word_links, lambda counts: counts.f1),
        measure("multimwa.precision", "precision against all links", all_links, lambda counts: counts.precision),
        measure("multimwa.recall", "recall of all links", all_links, lambda counts: counts.recall),
    )
    wrong = [
        (compare_links(answer, same_word_links(pair)), pair, answer) for pair, answer in zip(pairs, found, strict=True)
    ]
    wrong.sort(key=lambda case: case[0].f1)
    failures = tuple(
        Failure(pair.document, _told(pair, answer), pair.before, pair.after)
        for counts, pair, answer in wrong
        if counts.f1 < 1 and not pair.held_out
    )
    title = "MultiMWA, word alignment of Wikipedia sentences (en)"
    remark = "A diff pairs equal words only; links between different words are out of its reach."
    return CorpusReport(title, len(pairs), len(pairs), watch.seconds, measures, failures, (remark,))


def all_links(pair: AlignedPair) -> Links:
    """Every link drawn by people."""
    return pair.links


def _told(pair: AlignedPair, answer: Links) -> str:
    before, after = pair.before.split(), pair.after.split()
    gold = same_word_links(pair)
    missed = " ".join(before[left] for left, _ in sorted(gold - answer))
    invented = " ".join(f"{before[left]}={after[right]}" for left, right in sorted(answer - pair.links))
    return f"missed: {missed[:200]}; invented: {invented[:200]}"
