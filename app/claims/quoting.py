"""Finding a sentence again among a million: exactly, inflected, with a word changed, or as a part of a longer one.

A wording is kept under a digest of its match key, and under pairs of its neighbouring words, each word by its family.
Of every two neighbouring pairs the one with the smaller digest is kept ("winnowing", Schleimer, Wilkerson & Aiken,
2003), so whatever shares any three telling words in a row with a quote is found by one look at an index. What is found
so is then measured: by the indel likeness of the two rows of words, or of the quote and its best place in the wording.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from app.claims.clean import clean, match_key
from app.claims.languages import detect_language, paragraph_language
from app.claims.stemming import stem
from app.claims.words import TokenKind, tokenize, word_keys
from app.domain.claims import Ledger, StandingClaim
from app.domain.quotes import KeptWording, WordingStep

INDEX_VERSION = 1
"""Grows whenever the same wording may be kept under another key or other pairs than before."""
ALL_PAIRS = 8
"""Of so few pairs all are kept."""
MOST_ASKED = 96
"""So many pairs of one sentence of a quote are looked up."""
FEWEST_WORDS = 3
"""Quotes of fewer telling words are looked up exactly only."""
NEAR_WHOLE = 0.60
"""Least likeness of two whole sentences."""
NEAR_PART = 0.75
"""Least likeness of a quote and a part of a longer sentence."""
FIRST_UNSPACED = "\u0e00"
"""From here on scripts have words of one or two letters that tell something (Thai, Chinese, Japanese, Korean)."""


class Likeness(NamedTuple):
    """How alike a quote and a wording are, and whether that is enough to be shown."""

    similarity: float
    is_near: bool


def text_key(text: str) -> str:
    """What is equal for two wordings that differ only in case, spacing, punctuation, apostrophes and the like.

    Raises:
        app.domain.errors.InvalidInput: the text holds an unpaired surrogate.
    """
    return match_key(clean(text).text)


def key_hash(key: str) -> int:
    """A match key as a whole number of 64 bits (signed)."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def telling_words(text: str, language: str) -> tuple[str, ...]:
    """The families of the words of a text in order, without the shortest words ("у", "на", "of").

    Raises:
        app.domain.errors.InvalidInput: the text holds an unpaired surrogate.
    """
    return tuple(
        family(token.key, language) if token.kind is TokenKind.WORD else token.key
        for token in tokenize(clean(text).text)
        if token.kind is not TokenKind.WORD or len(token.key) > 2 or token.key >= FIRST_UNSPACED
    )


@lru_cache(65536)
def family(word: str, language: str) -> str:
    """One name for all forms of a lower-case word: the stem of its dictionary form, where it has one."""
    kind, _, form = word_keys(word, language)[0].partition(" ")
    return stem(form, language) if kind == "lemma" else form


def kept_terms(words: Sequence[str]) -> tuple[int, ...]:
    """The pairs under which a wording is kept, as sorted whole numbers of 32 bits (signed)."""
    pairs = _pairs(words)
    if len(pairs) <= ALL_PAIRS:
        return tuple(sorted(set(pairs)))
    return tuple(sorted({min(two) for two in pairwise(pairs)}))


def asked_terms(words: Sequence[str]) -> tuple[int, ...]:
    """The pairs by which a quote is looked up: all of them, of very long sentences those that would be kept."""
    pairs = set(_pairs(words))
    asked = pairs if len(pairs) <= MOST_ASKED else kept_terms(words)
    return tuple(sorted(asked)[:MOST_ASKED])


def likely_languages(text: str, language: str | None) -> tuple[str, ...]:
    """The languages in whose way the words of a short quote are read, the likeliest first."""
    if language is not None:
        return (language,)
    found = detect_language(text)
    neighbours = {"uk": ("ru",), "ru": ("uk",), "be": ("uk", "ru"), "bg": ("ru", "uk"), "en": (), "und": ("en",)}
    return (found, *neighbours.get(found, ("en",) if text.isascii() else ()))


def likeness(quote: Sequence[str], wording: Sequence[str]) -> Likeness:
    """How alike two rows of telling words are; a quote may be a part of a longer wording, and not the other way."""
    if len(quote) < FEWEST_WORDS:
        return Likeness(0.0, is_near=False)
    whole = Indel.normalized_similarity(quote, wording)
    if len(quote) >= len(wording):
        return Likeness(whole, whole >= NEAR_WHOLE)
    part = fuzz.partial_ratio(quote, wording, score_cutoff=100 * NEAR_PART) / 100
    return Likeness(max(whole, part), whole >= NEAR_WHOLE or part >= NEAR_PART)


def stands_in(key: str, longer: str) -> bool:
    """Whether one match key stands word for word within another."""
    return f" {key} " in f" {longer} "


def wording_step(old: Ledger | None, new: Ledger, language: str) -> WordingStep:
    """What the step from one ledger to the next did to the forms of claims. ``language`` is the statement's.

    Raises:
        app.domain.errors.InvalidInput: a claim holds an unpaired surrogate.
    """
    known = {claim.number: claim for claim in old.claims} if old else {}
    gained, ended = [], []
    for claim in new.claims:
        before = known.get(claim.number)
        if before is not None and before.standing:
            if claim.standing and claim.text == before.text:
                continue
            ended.append((claim.number, before.last_version))
        if claim.standing or before is None:
            is_first_form = before is None and not claim.earlier_keys
            since = claim.first_version if is_first_form else claim.last_version
            gained.append(_kept(claim, since, language))
    return WordingStep(tuple(gained), tuple(ended))


def _kept(claim: StandingClaim, first_version: int, language: str) -> KeptWording:
    own = paragraph_language(claim.text, language)
    return KeptWording(
        number=claim.number,
        text=claim.text,
        language=own,
        spans=claim.spans,
        first_version=first_version,
        last_version=None if claim.standing else claim.last_version,
        key_hash=key_hash(text_key(claim.text)),
        terms=kept_terms(telling_words(claim.text, own)),
    )


def _pairs(words: Sequence[str]) -> list[int]:
    return [
        int.from_bytes(blake2b(f"{one} {other}".encode(), digest_size=4).digest(), "big", signed=True)
        for one, other in pairwise(words)
    ]
