"""Text taken apart into words, numbers, links and codes, and words that belong together.

A family is every form of one word: "наступ", "наступу", "наступом". Two words are of one family if they share a
dictionary form (simplemma, in its low-memory form) or a stem.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import simplemma
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

from app.claims.clean import fold
from app.claims.lexicons import lexicon_of
from app.claims.stemming import STEMMERS, adjective_stem, closed_form, nominatives, stem

MANY_SCRIPTS = "\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Scripts without spaces between words: each character is taken for a word."""


class TokenKind(StrEnum):
    """What kind of thing one token is."""

    LINK = "link"
    ISO_DATE = "iso_date"
    DOTTED_DATE = "dotted_date"
    CLOCK = "clock"
    TAG = "tag"
    CODE = "code"
    NUMBER = "number"
    PERCENT = "percent"
    CURRENCY = "currency"
    WORD = "word"


class Token(NamedTuple):
    """One word or value, with its half-open place in the text. ``key`` is its lower-case, folded form."""

    text: str
    key: str
    start: int
    end: int
    kind: TokenKind


ORDINAL_ENDINGS = "х|й|я|а|е|і|ї|го|му|ті|ть|ій|их|ма|ми|тих|та|ту|те|ої|ий|ая|ые|ых|ую|ого|ому|го|ти|мя"
PATTERN = re.compile(
    rf"""(?![\s,;!?()«»"“”…—])(?:
    (?P<plain>[^\W\d_{MANY_SCRIPTS}]++(?=[\s,;!?()«»"“”…—]|\.\s|\.?\Z))
    |(?P<link>\]\([^\s()]+\)|(?:https?://|www\.|t\.me/)[^\s<>"»]*[^\s<>"».,;:!?)\]])
    |(?P<iso_date>\b\d{{4}}-\d{{2}}-\d{{2}}\b)
    |(?P<dotted_date>\b\d{{1,2}}(?P<separator>[./])\d{{1,2}}(?P=separator)(?:\d{{4}}|\d{{2}})\b)
    |(?P<clock>\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b)
    |(?P<tag>[@\#]\w+)
    |(?P<code>\b[^\W\d_]{{1,6}}[-–]\d+[^\W\d_]{{0,3}}\b|\b\d+(?:st|nd|rd|th)\b
        |\b\d+[-–]?(?:{ORDINAL_ENDINGS})\b|№\s?\d+|\b[^\W\d_]{{1,20}}\d+\w*)
    |(?P<number>(?<![\w.,])[-−](?=\d)\d+(?:[.,]\d+)?|\d{{1,3}}(?:[\u00a0\u202f\u2009 ]\d{{3}})+(?!\d)(?:,\d+)?
        |\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?)
    |(?P<percent>[%‰])
    |(?P<currency>[$€£₴₽])
    |(?P<word>[{MANY_SCRIPTS}]
        |[^\W\d_{MANY_SCRIPTS}]+(?:['’ʼ`\-‑][^\W\d_]+)*)
    )""",
    re.VERBOSE,
)
"""The first two lines only save time: most places are a space or a word of letters with nothing tied to it."""
LONGEST_REMEMBERED = 1_000
KINDS = {kind.value: kind for kind in TokenKind} | {"plain": TokenKind.WORD}


def tokenize(text: str) -> Sequence[Token]:
    """The words and values of a clean text, in order. Punctuation is between them and not among them."""
    return _tokens_again(text) if len(text) <= LONGEST_REMEMBERED else _tokens(text)


@lru_cache(256)
def _tokens_again(text: str) -> Sequence[Token]:
    """One claim is looked at several times in a comparison: to align it, to read it, and to weigh it."""
    return _tokens(text)


def _tokens(text: str) -> Sequence[Token]:
    folded = fold(text.lower())
    if len(folded) != len(text):  # a few letters have a longer lower-case form
        folded = fold("".join(letter.lower()[:1] for letter in text))
    tokens = []
    for match in PATTERN.finditer(text):
        start, end = match.span()
        tokens.append(Token(text[start:end], folded[start:end], start, end, KINDS[match.lastgroup or "word"]))
    return tuple(tokens)


@lru_cache(16384)
def word_keys(word: str, language: str) -> tuple[str, ...]:
    """What a lower-case word shares with the other forms of it: dictionary form and stem."""
    word = lexicon_of(language).variants.get(word, word)
    keys = []
    if language in SUPPORTED_LANGUAGES:
        lemma = fold(simplemma.lemmatize(word, lang=language, low_memory=True).lower())
        keys.append("lemma " + lemma)
    if language in STEMMERS:
        keys.append("stem " + stem(word, language))
    if language == "uk":
        keys += _alternating(word, keys[0].removeprefix("lemma "))
    return tuple(keys) or ("word " + word,)


def _alternating(word: str, lemma: str) -> Iterator[str]:
    """Further keys of a Ukrainian word whose vowel changes with its ending, or whose ending has two readings."""
    if adjective := adjective_stem(word):
        yield "stem " + adjective
    closed = closed_form(word)
    if closed and is_known(closed, "uk") and simplemma.lemmatize(closed, lang="uk", low_memory=True) == closed:
        yield "lemma " + closed
    yield from ("lemma " + form for form in nominatives(word, lemma) if is_known(form, "uk"))


@lru_cache(16384)
def is_known(word: str, language: str) -> bool:
    """Whether the dictionary of the language has this form; False where there is no dictionary."""
    return language in SUPPORTED_LANGUAGES and simplemma.is_known(word, lang=language, low_memory=True)


class Families:
    """Which words belong to one family, over the two texts of one comparison (union of sets, joined as found)."""

    __slots__ = ("_ids", "_of", "_parents", "joins")

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}
        self._ids: dict[str, int] = {}
        self._of: dict[str, str] = {}
        self.joins = 0
        """How often two words were taken for one against the dictionary."""

    def add(self, words: Iterable[tuple[str, str]]) -> None:
        """Make families of ``(word, language)`` pairs."""
        for word, language in words:
            node = "word " + word
            if node not in self._parents:
                self._of.clear()
                root = self._root(node)
                for key in word_keys(word, language):
                    self._parents[self._root(key)] = root

    def join(self, word: str, other: str) -> None:
        """Take two words for forms of one, whatever the dictionary says."""
        self.joins += 1
        self._of.clear()
        self._parents[self._root("word " + word)] = self._root("word " + other)

    def of(self, token: Token) -> str:
        """The name of the family of a token; a token that is no word is its own family."""
        if token.kind is not TokenKind.WORD:
            return token.key
        name = self._of.get(token.key)
        if name is None:
            name = self._of[token.key] = self._root("word " + token.key)
        return name

    def number_of(self, token: Token) -> int:
        """A number for the family of a token, the same for all its members while nothing is joined."""
        return self._ids.setdefault(self.of(token), len(self._ids))

    def _root(self, node: str) -> str:
        parents = self._parents
        if node not in parents:
            parents[node] = node
            return node
        root = node
        while parents[root] != root:
            root = parents[root]
        while parents[node] != root:
            parents[node], node = root, parents[node]
        return root
