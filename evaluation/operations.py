"""Measures of what happened to whole claims, on texts of our own making in which every operation is known.

Documents of a dozen sentences, each with one to four operations: a sentence removed, added, moved, or its figures
altered; everything else stays.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.claims import Action
from evaluation import metrics
from evaluation.baselines import SENTENCE_END
from evaluation.corpora import Part
from evaluation.generated_text import as_text, official_sentences
from evaluation.metrics import Counts, Estimate, add_up
from evaluation.report import Acts, CorpusReport, Engine, Failure, Measure
from evaluation.timing import Stopwatch

DOCUMENTS = 60
CHARACTERS = 900
NEXT_DIGIT = str.maketrans("123456789", "234567891")
LANGUAGES = {"en": "English", "uk": "Ukrainian", "ru": "Russian"}
KINDS = (Action.REMOVED, Action.ADDED, Action.EDITED, Action.MOVED)
RIVAL = "plain sentence diff"


@dataclass(frozen=True, slots=True)
class Operated:
    """A document, its edited copy, and the sentences each action befell: old ones, for added ones the new."""

    language: str
    held_out: bool
    before: Sequence[str]
    after: Sequence[str]
    gold: Mapping[Action, Counter[str]]


def operated(language: str, number: int) -> Operated:
    """The document of this number, the same one on every run."""
    dice = random.Random(number)
    before = list(dict.fromkeys(official_sentences(language, CHARACTERS, seed=1_000 + number)))
    fresh = [one for one in official_sentences(language, CHARACTERS, seed=9_000 + number) if one not in before]
    gold: dict[Action, Counter[str]] = {kind: Counter() for kind in KINDS}
    after = list(before)
    for sentence in dice.sample(before, k=dice.randint(1, 4)):
        kind = dice.choice(KINDS)
        befallen = operate(after, sentence, kind, fresh)
        if befallen is not None:
            gold[kind][befallen] += 1
    return Operated(language, number % 2 == 1, before, after, gold)


def operate(sentences: list[str], sentence: str, kind: Action, fresh: list[str]) -> str | None:
    """Do one thing at the place of a sentence; the sentence it befell, or None where it cannot be done.

    A move goes to the mirrored place and must pass more than a few neighbours, or nobody could say which one moved.
    """
    place = sentences.index(sentence)
    altered = sentence.translate(NEXT_DIGIT)
    if kind is Action.REMOVED:
        return sentences.pop(place)
    if kind is Action.ADDED:
        sentences.insert(place, fresh.pop())
        return sentences[place]
    if kind is Action.EDITED and altered != sentence:
        sentences[place] = altered
        return sentence
    if kind is Action.MOVED and abs(2 * place - len(sentences)) > 4:
        sentences.insert(len(sentences) - 1 - place, sentences.pop(place))
        return sentence
    return None


def found_by(document: Operated, acts: Acts) -> dict[Action, Counter[str]]:
    """The sentences each operation befell, as an engine tells it."""
    found: dict[Action, Counter[str]] = {kind: Counter() for kind in KINDS}
    for action, moved, before, after in acts(as_text(document.before), as_text(document.after), document.language):
        if action in found:
            found[action][after if action is Action.ADDED else before] += 1
        if moved and action is not Action.MOVED:
            found[Action.MOVED][before] += 1
    return found


def judged(document: Operated, found: Mapping[Action, Counter[str]]) -> dict[Action, Counts]:
    """Right, invented and missed sentences for each kind of operation."""
    return {kind: compared(found[kind], document.gold[kind]) for kind in KINDS}


def compared(found: Counter[str], gold: Counter[str]) -> Counts:
    """Right, invented and missed, with repeated sentences counted as often as they stand."""
    right = (found & gold).total()
    return Counts(right, found.total() - right, gold.total() - right)


def plain_acts(before: str, after: str, _: str) -> list[tuple[Action, bool, str, str]]:
    """The rival: sentences cut at full stops; gone ones were removed, new ones added, nothing else is known."""
    old, new = (Counter(SENTENCE_END.split(text)) for text in (before, after))
    gone, come = (old - new).elements(), (new - old).elements()
    return [(Action.REMOVED, False, one, "") for one in gone] + [(Action.ADDED, False, "", one) for one in come]


def known_operations(engine: Engine, part: Part) -> CorpusReport:
    """F1 of each action in each language."""
    odd = {Part.ALL: (False, True), Part.LOOKED_AT: (False,), Part.HELD_OUT: (True,)}[part]
    numbers = [number for number in range(DOCUMENTS) if (number % 2 == 1) in odd]
    watch = Stopwatch()
    measures: list[Measure] = []
    failures: list[Failure] = []
    for language, name in LANGUAGES.items():
        documents = [operated(language, number) for number in numbers]
        with watch:
            found = [found_by(document, engine.acts) for document in documents]
        ours = [judged(document, one) for document, one in zip(documents, found, strict=True)]
        plain = [judged(document, found_by(document, plain_acts)) for document in documents]
        for kind in KINDS:
            rivals = {RIVAL: _f1(plain, kind)} if kind in {Action.REMOVED, Action.ADDED} else {}
            estimate = _f1(ours, kind)
            measures.append(Measure(f"operations.{language}.{kind}", f"{name}: {kind}, F1", estimate, rivals=rivals))
        failures += [
            failure
            for document, one in zip(documents, found, strict=True)
            if not document.held_out
            for failure in _failures(document, one)
        ]
    return CorpusReport(
        "Known operations on generated texts (our own wording)",
        len(numbers) * len(LANGUAGES),
        len(numbers) * len(LANGUAGES),
        watch.seconds,
        tuple(measures),
        tuple(failures),
        ("Counts are of sentences that the operation befell.",),
    )


def _failures(document: Operated, found: Mapping[Action, Counter[str]]) -> list[Failure]:
    return [
        Failure(
            document.language,
            f"{kind}: missed (-), invented (+)",
            " / ".join((document.gold[kind] - found[kind]).elements()),
            " / ".join((found[kind] - document.gold[kind]).elements()),
        )
        for kind in KINDS
        if document.gold[kind] != found[kind]
    ]


def _f1(documents: Sequence[Mapping[Action, Counts]], kind: Action) -> Estimate:
    estimate = metrics.bootstrap([[one[kind]] for one in documents], lambda counts: add_up(counts).f1)
    total = add_up(one[kind] for one in documents)
    return Estimate(estimate.value, estimate.low, estimate.high, total.right + total.missed)
