"""By what a wording is found when somebody searches for words: its stems, abbreviations, language, watch.

All are terms, digests of 32 bits, and stand in one index: the term, and the place of the wording. Places go by time, so
that the newest wordings with a term are its last entries.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b

from app.domain.ids import StatementId, WatchId

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_SECOND = 2**32 - 1
CLAIM_BITS, STATEMENT_BITS = 11, 20
LAST_PLACE = 2**63 - 1
SHORT = re.compile(r"(?<!\w)(?<![^\W\d_][-‑'’])[^\W\d_]{1,2}(?!\w|[-‑'’][^\W\d_])")
"""Words of one or two letters that are not a part of another.

The stems of a wording are without them, for most tell nothing ("на", "of").
"""


def place_of(first_seen_at: datetime, statement_id: StatementId, number: int) -> int:
    """The place of a wording: 32 bits of seconds, then bits of its statement, then its claim, the first claim last.

    Two wordings may share a place, though they seldom do; what is found at one is always looked at.
    """
    seconds = first_second_of(first_seen_at)
    of_statement = statement_id.int >> (128 - STATEMENT_BITS) ^ statement_id.int % (1 << STATEMENT_BITS)
    of_claim = (1 << CLAIM_BITS) - 1 - number % (1 << CLAIM_BITS)
    return (seconds << STATEMENT_BITS | of_statement) << CLAIM_BITS | of_claim


def first_second_of(at: datetime) -> int:
    """The seconds of an instant since 1970, within the bounds of a place."""
    return min(max(int((at - EPOCH).total_seconds()), 0), LAST_SECOND)


def first_place_at(at: datetime) -> int:
    """The first place that a wording can have that was first seen in the second of this instant."""
    return first_second_of(at) << (STATEMENT_BITS + CLAIM_BITS)


def terms_of(stems: Iterable[int], text: str, language: str, watch_id: WatchId) -> frozenset[int]:
    """Everything under which a wording is found."""
    short = map(short_term, abbreviations(text))
    return frozenset((*stems, *short, language_term(language), watch_term(watch_id)))


@lru_cache
def gone_term() -> int:
    """The term of all wordings that stand no more."""
    return _digest("gone")


@lru_cache(maxsize=1_024)
def watch_term(watch_id: WatchId) -> int:
    """The term of all wordings of a watch."""
    return _digest(f"watch {watch_id}")


@lru_cache(maxsize=64)
def language_term(language: str) -> int:
    """The term of all wordings in a language."""
    return _digest(f"language {language}")


def short_term(word: str) -> int:
    """The term of a word of one or two letters that is written in capitals: "EU", "ЄС"."""
    return _digest(f"short {word.lower()}")


def abbreviations(text: str) -> Iterator[str]:
    """The short words of a text in capitals; not the first letter of it, which says nothing."""
    for found in SHORT.finditer(text):
        if found[0].isupper() and (len(found[0]) > 1 or found.start() > 0):
            yield found[0]


def _digest(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(errors="replace"), digest_size=4).digest(), "big", signed=True)
