"""The pairs of words by which a wording is found again: which of them are kept, and which a quote is looked up by.

Of every two neighbouring pairs the one with the smaller digest is kept ("winnowing", Schleimer, Wilkerson & Aiken,
2003), so whatever shares any three telling words in a row with a quote is found by one look at an index.
"""

import struct
from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise

ALL_PAIRS = 8
"""Of so few pairs all are kept."""
MOST_ASKED = 96
"""So many pairs of one sentence of a quote are looked up."""


def kept_terms(words: Sequence[int]) -> tuple[int, ...]:
    """The pairs under which a wording is kept: sorted digests of 32 bits (signed). Words are given as digests too."""
    pairs = _pairs(words)
    if len(pairs) <= ALL_PAIRS:
        return tuple(sorted(set(pairs)))
    return tuple(sorted({min(two) for two in pairwise(pairs)}))


def asked_terms(words: Sequence[int]) -> tuple[int, ...]:
    """The pairs by which a quote is looked up: all of them, of very long sentences those that would be kept."""
    pairs = set(_pairs(words))
    asked = pairs if len(pairs) <= MOST_ASKED else kept_terms(words)
    return tuple(sorted(asked)[:MOST_ASKED])


def _pairs(words: Sequence[int]) -> list[int]:
    return [
        int.from_bytes(blake2b(struct.pack(">ii", *two), digest_size=4).digest(), "big", signed=True)
        for two in pairwise(words)
    ]
