"""Finding a sentence again among a million: exactly, inflected, with a word changed, or as a part of a longer one.

A wording is kept under a digest of its match key, and under pairs of its neighbouring words (app.domain.word_pairs),
each word by its stem. What is found so is measured: first by the indel likeness of the two rows of stems, or of the
quote and its best place in the wording; then, for the few that are near enough, by word families.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from app.claims.clean import clean, match_key
from app.claims.languages import detect_language, paragraph_language
from app.claims.stemming import stem
from app.claims.words import Families, Token, TokenKind, tokenize, word_keys
from app.domain.claims import Ledger, StandingClaim
from app.domain.quotes import KeptWording, WordingStep

INDEX_VERSION = 1
"""Grows whenever the same wording may be kept under another key or other pairs than before."""
FEWEST_WORDS = 3
"""Quotes of fewer telling words are looked up exactly only."""
NEAR_WHOLE = 0.60
"""Least likeness of two whole sentences, by word families."""
NEAR_PART = 0.75
"""Least likeness of a quote and a part of a longer sentence."""
LESS_BY_STEMS = 0.15
"""Forms of one word may have different stems: by stems alone so much less is enough."""
SHORT_WORD = 6
"""Of words up to this length a stemmer cuts too little or too much ("нові", "нових"); a dictionary knows them."""
FIRST_UNSPACED = "\u0e00"
"""From here on scripts have words of one or two letters that tell something (Thai, Chinese, Japanese, Korean)."""


class Likeness(NamedTuple):
    """How alike a quote and a wording are, and whether that is enough."""

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


def telling_stems(text: str, language: str) -> tuple[int, ...]:
    """The stems of the telling words of a text in order, each as a digest of 32 bits (signed).

    Raises:
        app.domain.errors.InvalidInput: the text holds an unpaired surrogate.
    """
    return tuple(
        stem_digest(token.key, language) if token.kind is TokenKind.WORD else digest(token.key)
        for token in _telling(text)
    )


@lru_cache(65536)
def stem_digest(word: str, language: str) -> int:
    """The stem of a lower-case word as a digest; of a short word that of its dictionary form, where it has one."""
    if len(word) <= SHORT_WORD:
        kind, _, form = word_keys(word, language)[0].partition(" ")
        word = form if kind == "lemma" else word
    return digest(stem(word, language))


def likely_languages(text: str, language: str | None) -> tuple[str, ...]:
    """The languages in whose way the words of a short quote are read, the likeliest first."""
    if language is not None:
        return (language,)
    found = detect_language(text)
    neighbours = {"uk": ("ru",), "ru": ("uk",), "be": ("uk", "ru"), "bg": ("ru", "uk"), "en": (), "und": ("en",)}
    return (found, *neighbours.get(found, ("en",) if text.isascii() else ()))


def stem_likeness(quote: Sequence[int], wording: Sequence[int]) -> Likeness:
    """How alike two rows of stems are: a quick look that lets through all that may be near."""
    return _likeness(quote, wording, less=LESS_BY_STEMS)


def family_likeness(quote: str, wording: str, language: str) -> Likeness:
    """How alike the telling words of two texts are, all forms of a word being one.

    Raises:
        app.domain.errors.InvalidInput: a text holds an unpaired surrogate.
    """
    families = Families()
    both = [_telling(text) for text in (quote, wording)]
    families.add((token.key, language) for tokens in both for token in tokens if token.kind is TokenKind.WORD)
    rows = [[families.number_of(token) for token in tokens] for tokens in both]
    return _likeness(rows[0], rows[1])


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
        words=telling_stems(claim.text, own),
    )


def _telling(text: str) -> list[Token]:
    """The words of a text without the shortest ones ("у", "на", "of")."""
    return [
        token
        for token in tokenize(clean(text).text)
        if token.kind is not TokenKind.WORD or len(token.key) > 2 or token.key >= FIRST_UNSPACED
    ]


def _likeness(quote: Sequence[int], wording: Sequence[int], *, less: float = 0.0) -> Likeness:
    """A quote may be a part of a longer wording, and not the other way."""
    if len(quote) < FEWEST_WORDS:
        return Likeness(0.0, is_near=False)
    whole = Indel.normalized_similarity(quote, wording)
    if len(quote) >= len(wording):
        return Likeness(whole, whole >= NEAR_WHOLE - less)
    part = fuzz.partial_ratio(quote, wording, score_cutoff=100 * (NEAR_PART - less)) / 100
    return Likeness(max(whole, part), whole >= NEAR_WHOLE - less or part >= NEAR_PART - less)


def digest(word: str) -> int:
    """A word as a whole number of 32 bits (signed)."""
    return int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "big", signed=True)
