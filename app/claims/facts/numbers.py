"""The quantities a claim states: digits and number words, with thousands and millions, per cent and currency."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.claims.facts.marks import Mark, gap
from app.claims.lexicons import lexicon_of
from app.claims.lexicons.lexicon import Lexicon
from app.claims.words import Token, TokenKind

THIN_SPACES = re.compile("[\u00a0\u202f\u2009 ]")
COMMA_GROUPS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
POINT_GROUPS = re.compile(r"\d{1,3}(\.\d{3})+")
LIST_NUMBER = re.compile(r"\d{1,3}[.)]\s")
"""The number of an entry of a list, which counts nothing."""
ORDINAL = "ordinal"
LEADING_DIGITS = re.compile(r"\d{1,15}")
ENDS_NUMBER = re.compile(r"[.,;:!?()\n]")
POINT_GROUP_LANGUAGES = frozenset({"de", "es", "it", "pt", "nl", "tr", "id", "el", "da", "pl"})
SHORT_MULTIPLIERS = frozenset({"m", "k"})


class Quantity(NamedTuple):
    """A number as a claim states it, in the tokens [first, end).

    The unit is "%", a currency sign, "km" and the like, "ordinal", or "" where there is none.
    """

    value: float
    unit: str
    first: int
    end: int
    in_words: bool


def parse_number(written: str, *, decimal_point: bool, point_groups: bool) -> float | None:
    """The value of digits as written: "1 500", "1,5", "2,500" (with ``decimal_point``), "2.500" (``point_groups``)."""
    digits = THIN_SPACES.sub("", written).replace("−", "-")
    if COMMA_GROUPS.fullmatch(digits) and (decimal_point or "." in digits or digits.count(",") > 1):
        digits = digits.replace(",", "")
    elif point_groups and POINT_GROUPS.fullmatch(digits):
        digits = digits.replace(".", "")
    try:
        return float(digits.replace(",", "."))
    except ValueError:
        return None


def find_quantities(text: str, tokens: Sequence[Token], marks: list[Mark], lexicon: Lexicon) -> list[Quantity]:
    """The quantities among the tokens that are still plain, which are marked as numbers."""
    return list(_Numbers(text, tokens, marks, lexicon).found())


def word_value(word: str, lexicon: Lexicon) -> float | None:
    """The value of a lower-case number word ("five", "twenty-five"); None for another word."""
    words = lexicon.number_words
    if word in words:
        return float(words[word])
    parts = word.split("-")
    if len(parts) > 1 and all(part in words for part in parts):
        return float(sum(words[part] for part in parts))
    return None


@lru_cache(16384)
def may_begin(word: str, language: str) -> bool:
    """Whether a quantity may begin with this lower-case word, which of most words is not so."""
    lexicon = lexicon_of(language)
    return word in lexicon.ordinals or word_value(word, lexicon) is not None


class _Numbers:
    """Reads runs of number tokens, number words and multipliers from left to right."""

    def __init__(self, text: str, tokens: Sequence[Token], marks: list[Mark], lexicon: Lexicon) -> None:
        self._text, self._tokens, self._marks, self._lexicon = text, tokens, marks, lexicon

    def found(self) -> Iterator[Quantity]:
        end = 1 if LIST_NUMBER.match(self._text) else 0
        for position, token in enumerate(self._tokens):
            if position < end or (token.kind is TokenKind.WORD and not may_begin(token.key, self._lexicon.language)):
                continue
            quantity = self._ordinal(position) or self._at(position)
            if quantity is not None:
                end = quantity.end
                yield quantity

    def _ordinal(self, position: int) -> Quantity | None:
        """Third, 3rd, третій, 3-й."""
        token, mark = self._tokens[position], self._marks[position]
        if mark is Mark.CODE and token.text[0].isdigit():
            digits = LEADING_DIGITS.match(token.text)
            value: int | None = int(digits[0]) if digits else None
        else:
            value = self._lexicon.ordinals.get(token.key) if mark is Mark.PLAIN else None
        if value is None:
            return None
        self._marks[position] = Mark.NUMBER
        return Quantity(float(value), ORDINAL, position, position + 1, token.kind is TokenKind.WORD)

    def _at(self, first: int) -> Quantity | None:
        if self._marks[first] is not Mark.PLAIN:
            return None
        start = self._tokens[first]
        in_words = self._word_value(start) is not None
        if start.kind is not TokenKind.NUMBER and not in_words:
            return None
        value, end = self._run(first, in_words=in_words)
        if value is None:
            return None
        unit, end = self._unit(end)
        begin = first
        if first and self._tokens[first - 1].kind is TokenKind.CURRENCY:
            begin, unit = first - 1, unit or self._tokens[first - 1].text
        for position in range(begin, end):
            self._marks[position] = Mark.NUMBER
        return Quantity(value, unit, begin, end, in_words)

    def _run(self, first: int, *, in_words: bool) -> tuple[float | None, int]:
        total, current, end, begun = 0.0, 0.0, first, False
        while end < len(self._tokens) and self._marks[end] is Mark.PLAIN:
            token = self._tokens[end]
            if end > first and self._is_cut(end):
                break
            word_value = self._word_value(token)
            if token.kind is TokenKind.NUMBER and not begun:
                value = parse_number(
                    token.text,
                    decimal_point=self._lexicon.decimal_point,
                    point_groups=self._lexicon.language in POINT_GROUP_LANGUAGES,
                )
                if value is None:
                    return None, end
                current, begun = value, True
            elif word_value is not None and in_words:
                current, begun = current + word_value, True
            elif begun and self._is_multiplier(end):
                multiplier = self._lexicon.multipliers[token.key]
                if multiplier == 100:
                    current = (current or 1.0) * 100
                else:
                    total, current = total + (current or 1.0) * multiplier, 0.0
            elif not (begun and in_words and self._joins(end)):
                break
            end += 1
        return (total + current if begun else None), end

    def _word_value(self, token: Token) -> float | None:
        if token.kind is not TokenKind.WORD:
            return None
        return word_value(token.key, self._lexicon)

    def _is_cut(self, position: int) -> bool:
        between = gap(self._text, self._tokens, position - 1)
        if self._tokens[position - 1].key in self._lexicon.multipliers:
            between = between.replace(".", "", 1)
        return ENDS_NUMBER.search(between) is not None

    def _is_multiplier(self, position: int) -> bool:
        token = self._tokens[position]
        if token.key not in self._lexicon.multipliers:
            return False
        spaced = bool(gap(self._text, self._tokens, position - 1))
        return not (token.key in SHORT_MULTIPLIERS and spaced and not token.text.isupper())

    def _joins(self, position: int) -> bool:
        """Whether an "and" goes on with the number: two hundred and five."""
        following = position + 1
        return (
            self._tokens[position].key in self._lexicon.joins_number_words
            and following < len(self._tokens)
            and self._tokens[position - 1].key in self._lexicon.multipliers
            and self._word_value(self._tokens[following]) is not None
        )

    def _unit(self, end: int) -> tuple[str, int]:
        if end >= len(self._tokens):
            return "", end
        token = self._tokens[end]
        if token.kind is TokenKind.PERCENT or token.key in self._lexicon.percent_words:
            return "%", end + 1
        if token.key == "per" and end + 1 < len(self._tokens) and self._tokens[end + 1].key == "cent":
            return "%", end + 2
        if token.kind is TokenKind.CURRENCY:
            return token.text, end + 1
        if token.key in self._lexicon.units and not gap(self._text, self._tokens, end - 1).strip(" .\u00a0\u202f-"):
            return self._lexicon.units[token.key], end + 1
        return "", end
