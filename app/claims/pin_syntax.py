"""How a pinned phrase is written, what is wrong with it, and what should make its author think twice."""

import re
from typing import NamedTuple

from app.claims.clean import clean
from app.claims.lexicons import lexicon_of
from app.claims.words import TokenKind, tokenize, word_keys
from app.domain.claims import PinVariant
from app.domain.errors import InvalidInput, InvalidPin

WRITTEN = re.compile(r"\s*(?P<language>[A-Za-z]{2,3})(?:-[A-Za-z0-9]+)*\s*:\s*(?P<phrase>.*)", re.DOTALL)
LANGUAGE = re.compile(r"[a-z]{2,3}")
LONGEST = 200
MOST_WORDS = 12
SHORTEST_PREFIX = 2
SHORT_PREFIX = 5
"""A prefix of fewer letters begins many unrelated words."""


class PinWord(NamedTuple):
    """One word of a phrase: any of its forms, any word with one of its beginnings, or exactly one of its spellings."""

    forms: frozenset[str]
    beginnings: tuple[str, ...]
    exact: frozenset[str]

    def found_in(self, key: str, keys: frozenset[str]) -> bool:
        """Whether a lower-case word, with the keys of its forms, is this word."""
        return not self.forms.isdisjoint(keys) or key in self.exact or key.startswith(self.beginnings)


def parse_variant(written: str, language: str | None = None) -> PinVariant:
    """A variant out of "uk: новий наступ", or out of a phrase and its language.

    Raises:
        app.domain.errors.InvalidPin: what is wrong, and how it is written.
    """
    if language is None:
        match = WRITTEN.fullmatch(written)
        if match is None:
            raise InvalidPin('A phrase is written with its language before it, like "en: new offensive".')
        language, phrase = match["language"], match["phrase"]
    else:
        phrase = written
    language = language.strip().lower()
    if not LANGUAGE.fullmatch(language):
        raise InvalidPin(f'"{language}" is no language; use its two letters, like "en" or "uk".')
    variant = PinVariant(language, " ".join(_readable(phrase).split()))
    words_of(variant)
    return variant


def _readable(phrase: str) -> str:
    try:
        return clean(phrase).text
    except InvalidInput as error:
        raise InvalidPin(error.message) from error


def words_of(variant: PinVariant) -> tuple[PinWord, ...]:
    """The words of a variant, without articles.

    Raises:
        app.domain.errors.InvalidPin: the phrase is empty, too long, or a word of it cannot be read.
    """
    if len(variant.phrase) > LONGEST:
        raise InvalidPin(f"A phrase has at most {LONGEST} characters; this one has {len(variant.phrase)}.")
    articles = lexicon_of(variant.language).articles
    written = [word for word in variant.phrase.split() if word.lower() not in articles]
    words = tuple(word for piece in written for word in _words(piece, variant.language))
    if not words:
        raise InvalidPin("The phrase has no word to look for.")
    if len(words) > MOST_WORDS:
        raise InvalidPin(f"A phrase has at most {MOST_WORDS} words; this one has {len(words)}.")
    return words


def warnings_of(variant: PinVariant) -> tuple[str, ...]:
    """Why a variant may find more than its author wants; empty for a good one."""
    words = words_of(variant)
    lexicon = lexicon_of(variant.language)
    warnings = [
        f'"{beginning}*" finds every word that begins with it, also unrelated ones.'
        + (" With so few letters that is many." if len(beginning) < SHORT_PREFIX else "")
        for word in words
        for beginning in word.beginnings
    ]
    plain = [token.key for token in tokenize(variant.phrase)]
    if all(key in lexicon.function_words for key in plain):
        warnings.append("The phrase has only words that stand in nearly every text.")
    elif len(words) == 1 and words[0].forms:
        warnings.append("A single word is found wherever it stands; two or three words find less by chance.")
    return tuple(warnings)


def _words(piece: str, language: str) -> list[PinWord]:
    """One written word; a plain one with a hyphen or punctuation inside may be several."""
    alternatives = piece.split("/") if not any(letter.isdigit() for letter in piece) else [piece]
    if any(not alternative.strip("=*") for alternative in alternatives):
        raise InvalidPin(f'In "{piece}" a word is missing: write "word", "word*", "=word" or "one/other".')
    if len(alternatives) == 1 and "=" not in piece and "*" not in piece:
        return [_plain(token.key, token.kind, language) for token in tokenize(piece)]
    forms: set[str] = set()
    beginnings: list[str] = []
    exact: set[str] = set()
    for alternative in alternatives:
        _check_marks(alternative)
        tokens = tokenize(alternative.strip("=*"))
        if len(tokens) != 1:
            raise InvalidPin(f'"{alternative}" is not one word.')
        key = tokens[0].key
        if alternative[0] == "=":
            exact.add(key)
        elif alternative.endswith("*"):
            beginnings.append(key)
        else:
            forms |= _plain(key, tokens[0].kind, language).forms
    return [PinWord(frozenset(forms), tuple(beginnings), frozenset(exact))]


def _check_marks(alternative: str) -> None:
    inside = alternative.removeprefix("=").removesuffix("*")
    if "=" in inside or "*" in inside:
        raise InvalidPin(f'In "{alternative}" the star goes to the end of a word and the equals sign to its beginning.')
    if alternative[0] == "=" and alternative.endswith("*"):
        raise InvalidPin(f'"{alternative}" cannot be both exact and a beginning.')
    if alternative.endswith("*") and len(inside) < SHORTEST_PREFIX:
        raise InvalidPin(f'"{alternative}" would find nearly every word; write at least {SHORTEST_PREFIX} letters.')


def _plain(key: str, kind: TokenKind, language: str) -> PinWord:
    if kind is TokenKind.WORD:
        return PinWord(frozenset(word_keys(key, language)), (), frozenset({key}))
    return PinWord(frozenset(), (), frozenset({key}))
