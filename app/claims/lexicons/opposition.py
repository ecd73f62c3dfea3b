"""Whether two words are listed as opposites, in any of their forms."""

from collections import defaultdict
from functools import lru_cache

from app.claims.lexicons import lexicon_of
from app.claims.words import word_keys


def are_opposites(one: str, other: str, language: str) -> bool:
    """Whether one lower-case word put for the other turns a claim round."""
    sides = _sides(language)
    mine = {side for key in word_keys(one, language) for side in sides.get(key, ())}
    return any((line, not first) in mine for key in word_keys(other, language) for line, first in sides.get(key, ()))


@lru_cache(16)
def _sides(language: str) -> dict[str, set[tuple[int, bool]]]:
    """From word key to the lines in which it stands, and on which side of them."""
    sides: dict[str, set[tuple[int, bool]]] = defaultdict(set)
    for line, pair in enumerate(lexicon_of(language).opposites):
        for words, first in zip(pair, (True, False), strict=True):
            for key in (key for word in words for key in word_keys(word, language)):
                sides[key].add((line, first))
    return dict(sides)
