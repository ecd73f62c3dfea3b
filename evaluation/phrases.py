"""Measures of pins: is a phrase found in every inflected form, and only there?"""

from collections.abc import Sequence

from evaluation import metrics
from evaluation.corpora import Halves, Part
from evaluation.metrics import Counts, Estimate, add_up
from evaluation.paradigms import PinCase, read_cases
from evaluation.report import CorpusReport, Engine, Failure, Measure
from evaluation.timing import Stopwatch

LANGUAGES = {"en": "English", "uk": "Ukrainian", "ru": "Russian"}
RIVAL = "exact words"
Answers = Sequence[tuple[PinCase, bool]]


def phrase_cases(language: str, part: Part) -> tuple[PinCase, ...]:
    """The cases of one half; phrases are numbered in their order, even ones may be looked at."""
    halves = Halves()
    cases = [(case, halves.held_out(case.phrase)) for case in read_cases(language)]
    return tuple(case for case, held_out in cases if part is Part.ALL or held_out == (part is Part.HELD_OUT))


def pinned_phrases(engine: Engine, part: Part) -> CorpusReport:
    """Recall and precision for each language."""
    watch = Stopwatch()
    measures: list[Measure] = []
    failures: list[Failure] = []
    everything: list[PinCase] = []
    for language, name in LANGUAGES.items():
        cases = phrase_cases(language, part)
        everything += cases
        with watch:
            answers = [(case, engine.finds(case.phrase, case.text, language)) for case in cases]
        plain = [(case, case.phrase in case.text.lower()) for case in cases]
        measures += [
            _measure(f"phrases.{language}.recall", f"{name}: recall", answers, plain, precision=False),
            _measure(f"phrases.{language}.precision", f"{name}: precision", answers, plain, precision=True),
        ]
        shown = {case.text for case in phrase_cases(language, Part.LOOKED_AT)}
        failures += [
            Failure(language, f"{'missed' if case.stands else 'invented'}: {case.phrase}", case.text)
            for case, found in answers
            if found != case.stands and case.text in shown
        ]
    return CorpusReport(
        "Pins in every inflected form (our own paradigms)",
        len({(case.language, case.phrase) for case in everything}),
        len(everything),
        watch.seconds,
        tuple(measures),
        tuple(failures),
        ("Texts without a match hold the words apart, across a sentence end, in the wrong order, or look-alikes.",),
    )


def _measure(key: str, name: str, answers: Answers, plain: Answers, *, precision: bool) -> Measure:
    def estimate(several: Answers) -> Estimate:
        groups: dict[str, list[Counts]] = {}
        for case, found in several:
            counts = Counts(int(found and case.stands), int(found and not case.stands), int(case.stands and not found))
            groups.setdefault(case.phrase, []).append(counts)
        figured = metrics.bootstrap(
            list(groups.values()),
            lambda counts: add_up(counts).precision if precision else add_up(counts).recall,
        )
        count = sum(case.stands for case, _ in several)
        return Estimate(figured.value, figured.low, figured.high, count)

    return Measure(key, name, estimate(answers), rivals={RIVAL: estimate(plain)})
