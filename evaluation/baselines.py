"""The plain rivals: what anybody could do in an afternoon, measured on the same rows as the analysis."""

import difflib
import re
from collections import Counter

from rapidfuzz.distance import Levenshtein

WORD = re.compile(r"\w+|[^\w\s]")
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
NAME = re.compile(r"(?<![.!?…]\s)(?<!^)\b[^\W\d_a-zа-яіїєґё]\w+", re.MULTILINE)
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
BOUNDARY = re.compile(r"[.!?…]+[\"»”)]*\s+(?=[\"«“(]*[^\W\d_a-zа-яіїєґё])")


def word_distance(before: str, after: str) -> float:
    """Word edit distance between 0 (same words) and 1, as a share of the longer text."""
    return float(Levenshtein.normalized_distance(WORD.findall(before.lower()), WORD.findall(after.lower())))


def difflib_distance(before: str, after: str) -> float:
    """1 minus difflib's ratio over sentences cut at full stops and line ends: the usual page tracker."""
    return 1 - difflib.SequenceMatcher(None, SENTENCE_END.split(before), SENTENCE_END.split(after)).ratio()


def difflib_words(before: str, after: str) -> float:
    """1 minus difflib's ratio over words, every word counted."""
    return 1 - difflib.SequenceMatcher(None, WORD.findall(before), WORD.findall(after), autojunk=False).ratio()


def numbers_or_names_changed(before: str, after: str) -> bool:
    """Whether the digits, or the capitalised words inside sentences, are not the same in both."""
    return any(Counter(pattern.findall(before)) != Counter(pattern.findall(after)) for pattern in (NUMBER, NAME))


def plain_boundaries(text: str) -> frozenset[int]:
    """Where a plain rule (full stop, space, capital letter) would end a sentence: offsets of the next one's start."""
    return frozenset(match.end() for match in BOUNDARY.finditer(text))


def difflib_links(before: str, after: str) -> frozenset[tuple[int, int]]:
    """Equal words as difflib pairs them, by their places among the words separated by spaces."""
    matcher = difflib.SequenceMatcher(None, before.split(), after.split(), autojunk=False)
    return frozenset(
        (left + step, right + step) for left, right, size in matcher.get_matching_blocks() for step in range(size)
    )
