"""Pinned phrases found in a text in any inflection: an index for thousands of them; their syntax is in pin_syntax.py.

The words of a phrase stand in order, with at most one other word between two of them (articles not counted), never
across the end of a sentence. A variant is looked for wherever its script is written: a watch may name one language and
a post hold two, and Ukrainian and Russian are easily taken for one another.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from app.claims.document import Document, document_of
from app.claims.facts.marks import gap
from app.claims.languages import UNKNOWN, detect_language, script_of, script_of_language
from app.claims.lexicons import lexicon_of
from app.claims.pin_syntax import PinWord, parse_variant, warnings_of, words_of
from app.claims.words import Token, TokenKind, tokenize, word_keys
from app.domain.claims import PinVariant, Span

__all__ = ["PinMatch", "PinSet", "parse_variant", "warnings_of"]

EXTRA_WORDS = 1
"""Other words allowed between two words of a phrase."""
MOST_MET = 50_000
BEGINNING = 3
"""Letters by which words with a star are looked up."""
ENDS_SENTENCE = re.compile(r"\n|[.!?…]\s")


class PinMatch(NamedTuple):
    """One place where a variant of a pin stands; the span is in the raw text."""

    pin: str
    variant: PinVariant
    span: Span


KnownSentences = dict[tuple[str, str], tuple[PinMatch, ...]]
"""What was found in a sentence, by its text and language; spans are into the sentence."""


class Phrase(NamedTuple):
    """One variant made ready to be looked for. ``order`` is its place in the set: the earlier of two equals wins."""

    order: int
    pin: str
    variant: PinVariant
    words: tuple[PinWord, ...]


Candidate = tuple[Phrase, int]
"""A phrase, and which word of it may stand at the place."""


class Seen(NamedTuple):
    """One word of a text with the keys of its forms; ``opens`` where a sentence ends before it."""

    token: Token
    keys: frozenset[str]
    opens: bool


class Index(NamedTuple):
    """For the phrases of one language: which phrase may stand where a word with some key stands, and as which word."""

    by_key: Mapping[str, Sequence[Candidate]]
    by_beginning: Mapping[str, Sequence[Candidate]]
    met: dict[tuple[str, bool], Sequence[Candidate]]
    """Words met before, and whether they were words, with their candidates: most words have none."""


class Found(NamedTuple):
    """A phrase in a clean text."""

    phrase: Phrase
    span: Span
    own_language: bool


@dataclass(frozen=True, slots=True)
class PinSet:
    """Many pins, indexed by the most telling word of each phrase; immutable."""

    by_language: Mapping[str, Index]
    by_pin: Mapping[str, Sequence[Phrase]]

    @classmethod
    def of(cls, pins: Mapping[str, Sequence[PinVariant]]) -> "PinSet":
        """Index pins: from the caller's own name of each to its variants.

        Raises:
            app.domain.errors.InvalidPin: a variant cannot be read.
        """
        order = count()
        return cls._indexed(
            {
                pin: [Phrase(next(order), pin, variant, words_of(variant)) for variant in variants]
                for pin, variants in pins.items()
            }
        )

    @classmethod
    def _indexed(cls, by_pin: Mapping[str, Sequence[Phrase]]) -> "PinSet":
        by_language: dict[str, list[Phrase]] = defaultdict(list)
        for phrases in by_pin.values():
            for phrase in phrases:
                by_language[phrase.variant.language].append(phrase)
        return cls({language: _index(phrases) for language, phrases in by_language.items()}, by_pin)

    def only(self, pins: Set[str]) -> "PinSet":
        """Some of the pins as a set of their own, which finds each of them where the whole set does.

        Raises:
            KeyError: no pin has such a name.
        """
        return PinSet._indexed({pin: self.by_pin[pin] for pin in sorted(pins)})

    def find(self, text: str, language: str) -> tuple[PinMatch, ...]:
        """Every place where a pinned phrase stands in a raw text, in reading order.

        Where two variants of one pin stand in overlapping places, the one in the language of the text is given.

        Raises:
            app.domain.errors.InvalidInput: the text holds an unpaired surrogate.
        """
        return self.find_in(document_of(text, language))

    def find_in(self, document: Document, known: KnownSentences | None = None) -> tuple[PinMatch, ...]:
        """The same for a text that is already cut. What is in ``known`` is not looked for again; it is added to."""
        found: list[PinMatch] = []
        known = {} if known is None else known
        for sentence in document.sentences:
            matches = known.get((sentence.text, sentence.language))
            if matches is None:
                matches = self.find_in_sentence(sentence.text, sentence.language)
                known[sentence.text, sentence.language] = matches
            for pin, variant, span in matches:
                raw = document.clean.raw_span(sentence.start + span.start, sentence.start + span.end)
                found.append(PinMatch(pin, variant, raw))
        return tuple(found)

    def find_in_sentence(self, text: str, language: str) -> tuple[PinMatch, ...]:
        """Where phrases stand in one clean sentence; the spans are into it."""
        found = [
            match
            for tried in _languages_tried(text, language, tuple(self.by_language))
            for match in _found_in(self.by_language[tried], text, tried, own_language=tried == language)
        ]
        return tuple(PinMatch(item.phrase.pin, item.phrase.variant, item.span) for item in _best(found))


@lru_cache(4096)
def _languages_tried(text: str, language: str, offered: tuple[str, ...]) -> tuple[str, ...]:
    """In which languages phrases are looked for in a sentence.

    Its own; every one of the script where that is not Latin; of the Latin ones also the language that the sentence
    itself seems to be in, or all if it is too short to tell.
    """
    script = script_of(text)
    same_script = [one for one in offered if not script or script_of_language(one) in ("", script)]
    if script != "LATIN" or all(one == language for one in same_script):
        return tuple(same_script)
    guess = detect_language(text)
    return tuple(one for one in same_script if one in (language, guess) or UNKNOWN in (language, guess))


def _index(phrases: Sequence[Phrase]) -> Index:
    by_key: dict[str, list[tuple[Phrase, int]]] = defaultdict(list)
    by_beginning: dict[str, list[tuple[Phrase, int]]] = defaultdict(list)
    common = Counter(key for phrase in phrases for word in phrase.words for key in _keys(word))
    for phrase in phrases:
        place = min(range(len(phrase.words)), key=lambda n: _commonness(phrase.words[n], common))
        word = phrase.words[place]
        for key in _keys(word):
            by_key[key].append((phrase, place))
        for beginning in {one[:BEGINNING] for one in word.beginnings}:
            by_beginning[beginning].append((phrase, place))
    return Index(dict(by_key), dict(by_beginning), {})


def _keys(word: PinWord) -> set[str]:
    return {*word.forms, *("=" + exact for exact in word.exact)}


def _commonness(word: PinWord, common: Counter[str]) -> tuple[bool, int, int]:
    """How often a word may be met: beginnings more than whole words, then by phrases of the set, then by length."""
    lengths = [len(one) for one in (*word.exact, *word.beginnings)] or [max(map(len, word.forms))]
    return bool(word.beginnings), max((common[key] for key in _keys(word)), default=0), -min(lengths)


def _found_in(index: Index, text: str, language: str, *, own_language: bool) -> Iterator[Found]:
    if not any(_candidates(index, token, language) for token in tokenize(text)):
        return
    seen = _seen(text, language)
    for place, word in enumerate(seen):
        tried: set[int] = set()
        for phrase, number in _candidates(index, word.token, language):
            if phrase.order in tried:
                continue
            tried.add(phrase.order)
            stretch = _stretch(phrase.words, number, seen, place)
            if stretch is not None:
                span = Span(seen[stretch[0]].token.start, seen[stretch[1]].token.end)
                yield Found(phrase, span, own_language)


def _seen(text: str, language: str) -> list[Seen]:
    tokens = tokenize(text)
    articles = lexicon_of(language).articles
    seen = []
    opens = False
    for place, token in enumerate(tokens):
        between = gap(text, tokens, place - 1) if place else " "
        opens = opens or (between != " " and ENDS_SENTENCE.search(between) is not None)
        if token.key in articles:
            continue
        seen.append(Seen(token, _keys_of(token, language), opens))
        opens = False
    return seen


def _keys_of(token: Token, language: str) -> frozenset[str]:
    return _key_set(token.key, language) if token.kind is TokenKind.WORD else frozenset()


@lru_cache(16384)
def _key_set(word: str, language: str) -> frozenset[str]:
    return frozenset(word_keys(word, language))


def _candidates(index: Index, token: Token, language: str) -> Sequence[Candidate]:
    """The phrases that may stand where a word stands, and as which of their words."""
    asked = token.key, token.kind is TokenKind.WORD
    found = index.met.get(asked)
    if found is None:
        if len(index.met) >= MOST_MET:
            index.met.clear()
        found = index.met[asked] = tuple(_looked_up(index, token.key, _keys_of(token, language)))
    return found


def _looked_up(index: Index, key: str, keys: frozenset[str]) -> Iterator[Candidate]:
    for one in keys:
        yield from index.by_key.get(one, ())
    yield from index.by_key.get("=" + key, ())
    if index.by_beginning:
        for length in range(1, BEGINNING + 1):
            yield from index.by_beginning.get(key[:length], ()) if len(key) >= length else ()


def _stretch(words: Sequence[PinWord], number: int, seen: Sequence[Seen], place: int) -> tuple[int, int] | None:
    """The places from the first to the last word of a phrase whose ``number``-th word stands at ``place``."""
    if not words[number].found_in(seen[place].token.key, seen[place].keys):
        return None
    first = last = place
    for word in reversed(words[:number]):
        found = _beside(word, seen, first, -1)
        if found is None:
            return None
        first = found
    for word in words[number + 1 :]:
        found = _beside(word, seen, last, 1)
        if found is None:
            return None
        last = found
    return first, last


def _beside(word: PinWord, seen: Sequence[Seen], place: int, step: int) -> int | None:
    for distance in range(1, EXTRA_WORDS + 2):
        there = place + step * distance
        if not 0 <= there < len(seen) or seen[there if step > 0 else there + 1].opens:
            return None
        if word.found_in(seen[there].token.key, seen[there].keys):
            return there
    return None


def _best(found: list[Found]) -> list[Found]:
    """In reading order; of overlapping places of one pin only the best: in the text's own language, then the first."""
    kept: list[Found] = []
    ends: dict[str, list[Span]] = defaultdict(list)
    for item in sorted(found, key=lambda item: (not item.own_language, item.phrase.order, item.span)):
        taken = ends[item.phrase.pin]
        if all(item.span.end <= span.start or item.span.start >= span.end for span in taken):
            taken.append(item.span)
            kept.append(item)
    return sorted(kept, key=lambda item: (item.span, item.phrase.order))
