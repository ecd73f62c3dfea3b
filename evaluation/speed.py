"""Measures of cost: the processor time of one whole analysis at three sizes, texts of our own making."""

import statistics

from evaluation.baselines import difflib_words
from evaluation.generated_text import VOCABULARIES, edited_pair
from evaluation.metrics import Estimate
from evaluation.report import CorpusReport, Engine, Measure, Unit
from evaluation.timing import Stopwatch

RIVAL = "difflib words"
SIZES = {1_500: 15, 10_000: 7, 100_000: 3}
"""Characters of a text, and how many times it is compared in each language."""


def whole_analysis(engine: Engine) -> CorpusReport:
    """Median CPU milliseconds for each size over languages and runs, from the fastest to the slowest run."""
    measures, total, runs = [], 0.0, 0
    for characters, times in SIZES.items():
        taken, plain = [], Stopwatch()
        for language in VOCABULARIES:
            before, after = edited_pair(language, characters)
            engine.judge(before, after, language)
            taken += [engine.judge(before, after, language).seconds * 1000 for _ in range(times)]
            with plain:
                difflib_words(before, after)
        total += sum(taken) / 1000
        runs += len(taken)
        estimate = Estimate(statistics.median(taken), min(taken), max(taken), len(taken))
        once = plain.seconds * 1000 / len(VOCABULARIES)
        rivals = {RIVAL: Estimate(once, once, once, len(VOCABULARIES))}
        name = f"{characters:,} characters"
        measures.append(Measure(f"speed.{characters}", name, estimate, Unit.MILLISECONDS, rivals))
    return CorpusReport(
        "Cost of the whole analysis (generated texts, one sentence in twenty edited)",
        len(SIZES),
        runs,
        total,
        tuple(measures),
        remarks=("Median, fastest and slowest run over en, uk and ru; dictionaries already loaded.",),
    )
