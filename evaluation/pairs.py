"""Measures over pairs of wordings: does what people called a factual change stand out, and does a typo stay quiet?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.domain.claims import MEANING_FACETS, FacetKind, Level
from evaluation import metrics
from evaluation.baselines import difflib_distance, numbers_or_names_changed, word_distance
from evaluation.corpora import Pair
from evaluation.metrics import Estimate
from evaluation.report import CorpusReport, Engine, Failure, Measure, Unit, Verdict

WORDS = "word edit distance"
DIFFLIB = "difflib sentences"
NUMBERS_NAMES = "numbers or names changed"
MUCH = 0.20
"""From this share of changed words on, the rival by word edit distance calls an edit substantive."""
SHOWN_CHARACTERS = 600
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair and what the analysis said about it."""

    pair: Pair
    verdict: Verdict

    @property
    def has_meaning(self) -> bool:
        """Whether a facet of meaning was found."""
        return bool(self.verdict.facets & MEANING_FACETS)

    def is_at_least(self, level: Level) -> bool:
        """Whether the edit came out at this level or above."""
        return self.verdict.level.rank >= level.rank


def judge_all(pairs: Sequence[Pair], engine: Engine) -> tuple[Judged, ...]:
    """Every pair with its verdict."""
    return tuple(Judged(pair, engine.judge(pair.before, pair.after, pair.language)) for pair in pairs)


def by_document(judged: Sequence[Judged], value: Callable[[Judged], Item]) -> list[list[Item]]:
    """One value for each case, grouped by document for the bootstrap."""
    groups: dict[str, list[Item]] = {}
    for one in judged:
        groups.setdefault(one.pair.document, []).append(value(one))
    return list(groups.values())


def swapped(pair: Pair) -> Pair:
    """The same pair in the other direction of time."""
    return Pair(pair.document, pair.held_out, pair.language, pair.after, pair.before, pair.label)


def factual_transitions(pairs: Sequence[Pair], engine: Engine) -> CorpusReport:
    """VitaminC: every edit changes the verdict on a claim, so every one should stand out; in both directions."""
    forth = judge_all(pairs, engine)
    back = judge_all([swapped(pair) for pair in pairs], engine)
    any_change = {
        WORDS: metrics.share(word_distance(pair.before, pair.after) > 0 for pair in pairs),
        DIFFLIB: metrics.share(difflib_distance(pair.before, pair.after) > 0 for pair in pairs),
        NUMBERS_NAMES: metrics.share(numbers_or_names_changed(pair.before, pair.after) for pair in pairs),
    }
    much = any_change | {WORDS: metrics.share(word_distance(pair.before, pair.after) >= MUCH for pair in pairs)}
    measures = []
    for judged, suffix, words in ((forth, "", ""), (back, "_back", ", directions swapped")):
        measures += [
            Measure(
                f"vitaminc.above_cosmetic{suffix}",
                f"above cosmetic{words}",
                metrics.share(one.is_at_least(Level.MINOR) for one in judged),
                rivals=any_change,
            ),
            Measure(
                f"vitaminc.substantive{suffix}",
                f"substantive or more{words}",
                metrics.share(one.is_at_least(Level.SUBSTANTIVE) for one in judged),
                rivals=much,
            ),
        ]
    measures.append(Measure("vitaminc.meaning", "has a meaning facet", metrics.share(one.has_meaning for one in forth)))
    flips = [one for one in forth if set(one.pair.label.split(" > ")) == {"SUPPORTS", "REFUTES"}]
    measures.append(
        Measure(
            "vitaminc.flip_substantive",
            "verdict turns round: substantive or more",
            metrics.share(one.is_at_least(Level.SUBSTANTIVE) for one in flips),
        )
    )
    quiet = sorted((one for one in forth if not one.is_at_least(Level.SUBSTANTIVE)), key=_score)
    return _report("VitaminC, factual edits of Wikipedia (en)", forth + back, measures, quiet)


def factual_or_wording(pairs: Sequence[Pair], engine: Engine, looked_at: Sequence[Pair]) -> CorpusReport:
    """SummEdits: does a facet of meaning tell a factual edit from a mere wording?

    ``looked_at`` is the half on which the rival by word edit distance may choose its best threshold.
    """
    judged = judge_all(pairs, engine)
    threshold = metrics.best_threshold(
        [(pair.label == "factual", word_distance(pair.before, pair.after)) for pair in looked_at]
    )
    fewest = -metrics.best_threshold(
        [(pair.label == "wording", -word_distance(pair.before, pair.after)) for pair in looked_at]
    )
    both_ways = max(
        (
            _balanced(judged, lambda one: word_distance(one.pair.before, one.pair.after) >= threshold),
            _balanced(judged, lambda one: word_distance(one.pair.before, one.pair.after) <= fewest),
        ),
        key=lambda estimate: estimate.value,
    )
    factual = [one for one in judged if one.pair.label == "factual"]
    wording = [one for one in judged if one.pair.label == "wording"]
    measures = (
        Measure(
            "summedits.balanced",
            "balanced accuracy of “has a meaning facet”",
            _balanced(judged, lambda one: one.has_meaning),
            rivals={
                WORDS: both_ways,
                NUMBERS_NAMES: _balanced(judged, lambda one: numbers_or_names_changed(one.pair.before, one.pair.after)),
            },
        ),
        Measure(
            "summedits.found", "factual edits with a meaning facet", metrics.share(one.has_meaning for one in factual)
        ),
        Measure("summedits.spared", "wording edits without one", metrics.share(not one.has_meaning for one in wording)),
        _auc("summedits.auc", "factual against wording, AUC of the score", judged, {"factual"}),
    )
    missed = sorted((one for one in factual if not one.has_meaning), key=_score)
    invented = sorted((one for one in wording if one.has_meaning), key=_score, reverse=True)
    return _report("SummEdits, edited summaries (en)", judged, measures, _in_turn(missed, invented))


def ranked_revisions(
    pairs: Sequence[Pair], engine: Engine, *, name: str, title: str, positive: str, remarks: tuple[str, ...] = ()
) -> CorpusReport:
    """Two classes of revisions: does the score put the class ``positive`` above the rest?"""
    judged = judge_all(pairs, engine)
    positives = [one for one in judged if one.pair.label == positive]
    others = [one for one in judged if one.pair.label != positive]
    spoken = positive.replace("_", " ")
    measures = (
        _auc(f"{name}.auc", f"{spoken} against the rest, AUC of the score", judged, {positive}),
        Measure(
            f"{name}.above_cosmetic",
            f"{spoken}: above cosmetic",
            metrics.share(one.is_at_least(Level.MINOR) for one in positives),
        ),
        Measure(
            f"{name}.positive_substantive",
            f"{spoken}: substantive or more",
            metrics.share(one.is_at_least(Level.SUBSTANTIVE) for one in positives),
        ),
        Measure(
            f"{name}.rest_substantive",
            "the rest: substantive or more",
            metrics.share(one.is_at_least(Level.SUBSTANTIVE) for one in others),
        ),
    )
    low = sorted(positives, key=_score)
    high = sorted(others, key=_score, reverse=True)
    return _report(title, judged, measures, _in_turn(low, high), remarks)


def false_alarms(pairs: Sequence[Pair], engine: Engine, *, name: str, title: str) -> CorpusReport:
    """Corpora of spelling and grammar fixes: nothing in them should look like a change of meaning."""
    judged = judge_all(pairs, engine)
    details = {FacetKind.DETAIL_ADDED, FacetKind.DETAIL_REMOVED}
    measures = (
        Measure(
            f"{name}.false_meaning",
            "false meaning facet",
            metrics.share(one.has_meaning for one in judged),
            rivals={
                NUMBERS_NAMES: metrics.share(numbers_or_names_changed(pair.before, pair.after) for pair in pairs),
            },
        ),
        Measure(
            f"{name}.false_meaning_but_details",
            "the same, details added or removed not counted",
            metrics.share(bool((one.verdict.facets & MEANING_FACETS) - details) for one in judged),
        ),
        Measure(
            f"{name}.substantive",
            "substantive or more",
            metrics.share(one.is_at_least(Level.SUBSTANTIVE) for one in judged),
            rivals={
                WORDS: metrics.share(word_distance(pair.before, pair.after) >= MUCH for pair in pairs),
                DIFFLIB: metrics.share(difflib_distance(pair.before, pair.after) > 0 for pair in pairs),
            },
        ),
        Measure(
            f"{name}.above_cosmetic",
            "above cosmetic",
            metrics.share(one.is_at_least(Level.MINOR) for one in judged),
        ),
    )
    loud = [one for one in judged if one.has_meaning or one.is_at_least(Level.SUBSTANTIVE)]
    return _report(title, judged, measures, sorted(loud, key=_score, reverse=True))


def law_paragraphs(pairs: Sequence[Pair], engine: Engine) -> CorpusReport:
    """Paragraphs of Ukrainian laws: changed text stands out, mere formatting does not. The labels are weak."""
    judged = judge_all(pairs, engine)
    changed = [one for one in judged if one.pair.label == "text_changed"]
    formatting = [one for one in judged if one.pair.label == "formatting_only"]
    measures = (
        _auc("ua_laws.auc", "text against formatting only, AUC of the score", changed + formatting, {"text_changed"}),
        Measure(
            "ua_laws.above_cosmetic",
            "changed text: above cosmetic",
            metrics.share(one.is_at_least(Level.MINOR) for one in changed),
        ),
        Measure(
            "ua_laws.formatting_substantive",
            "formatting only: substantive or more",
            metrics.share(one.is_at_least(Level.SUBSTANTIVE) for one in formatting),
        ),
        Measure(
            "ua_laws.formatting_meaning",
            "formatting only: meaning facet other than a link",
            metrics.share(bool((one.verdict.facets & MEANING_FACETS) - {FacetKind.LINK}) for one in formatting),
        ),
    )
    failures = _in_turn(sorted(changed, key=_score), sorted(formatting, key=_score, reverse=True))
    return _report("Ukrainian laws, changed paragraphs (uk, labels by rule)", judged, measures, failures)


def _score(one: Judged) -> float:
    return one.verdict.score


def _balanced(judged: Sequence[Judged], answer: Callable[[Judged], bool]) -> Estimate:
    cases = by_document(judged, lambda one: (one.pair.label == "factual", answer(one)))
    return metrics.bootstrap(cases, metrics.balanced_accuracy)


def _auc(key: str, name: str, judged: Sequence[Judged], positive: set[str]) -> Measure:
    def area(score: Callable[[Judged], float]) -> Estimate:
        if len({one.pair.label in positive for one in judged}) < 2:
            return Estimate(0.5, 0.0, 1.0, len(judged))
        return metrics.bootstrap(
            by_document(judged, lambda one: (one.pair.label in positive, score(one))), metrics.area_under_curve
        )

    return Measure(
        key,
        name,
        area(_score),
        Unit.AREA,
        {
            WORDS: area(lambda one: word_distance(one.pair.before, one.pair.after)),
            DIFFLIB: area(lambda one: difflib_distance(one.pair.before, one.pair.after)),
            NUMBERS_NAMES: area(lambda one: float(numbers_or_names_changed(one.pair.before, one.pair.after))),
        },
    )


def _in_turn(left: Sequence[Judged], right: Sequence[Judged]) -> list[Judged]:
    """One from each side in turn, so that the worst of both kinds of error are seen."""
    longest = max(len(left), len(right))
    return [side[index] for index in range(longest) for side in (left, right) if index < len(side)]


def _report(
    title: str,
    judged: Sequence[Judged],
    measures: Sequence[Measure],
    failures: Sequence[Judged],
    remarks: tuple[str, ...] = (),
) -> CorpusReport:
    return CorpusReport(
        title,
        len({one.pair.document for one in judged}),
        len(judged),
        sum(one.verdict.seconds for one in judged),
        tuple(measures),
        tuple(_failure(one) for one in failures if not one.pair.held_out),
        remarks,
    )


def _failure(one: Judged) -> Failure:
    facets = " ".join(sorted(one.verdict.facets)) or "no facet"
    actions = " ".join(sorted(one.verdict.actions))
    return Failure(
        one.pair.document[:80],
        f"{one.pair.label}: {one.verdict.level} {one.verdict.score:.2f}, {actions}; {facets}",
        one.pair.before[:SHOWN_CHARACTERS],
        one.pair.after[:SHOWN_CHARACTERS],
    )
