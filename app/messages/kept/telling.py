"""What stands in the record in English (why a check is due, why nothing was read), said in the reader's language.

The record and the interface have one language; a page has the reader's. Each sentence is known here by its English
text, in which ``{name}`` stands for what was put in, and is found again in what was kept; one that is not known here
stays as it is. A test holds this list to what the program says.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from app.domain.words import ENGLISH, Words
from app.messages.kept.checks import CHECKS
from app.messages.kept.deliveries import DELIVERIES
from app.messages.kept.refusals import FIELDS, REFUSALS
from app.messages.kept.walls import WALLS

SENTENCES: Final = (*CHECKS, *WALLS, *DELIVERIES, *REFUSALS)
TOLD_TOO: Final = frozenset({"why", "what", "time", "every", "habit"})
"""Places that hold a sentence of ours again; every other one holds an address, a number, or somebody else's words."""
FIELD: Final = "field"
"""A place that holds the name of a field, or several with “and” between them."""
LONGEST: Final = 1_500
DEEPEST: Final = 6
COUNTED: Final = frozenset({"count", "most", "status"})
NUMBER: Final = "-?[0-9][0-9,.]*"
ANYTHING: Final = ".+?"
PLACE: Final = re.compile(r"\{(\w+)\}")


def retold(text: str, words: Words, *, deep: int = 0) -> str:
    """A text that was kept in English, in the reader's language; as it is where it is none of our sentences."""
    if words.language == ENGLISH.language or len(text) > LONGEST or deep > DEEPEST:
        return text
    if text in _plain():
        return words.text(text)
    for shape, sentence in _shaped():
        found = shape.fullmatch(text)
        if found is not None:
            return words.text(sentence, **_facts(found.groupdict(), words, deep + 1))
    return text


def is_known(text: str) -> bool:
    """True where a text is one of our sentences."""
    return text in _plain() or any(shape.fullmatch(text) for shape, _ in _shaped())


def _facts(found: Mapping[str, str], words: Words, deep: int) -> dict[str, str]:
    return {name: _fact(name, value, words, deep) for name, value in found.items()}


def _fact(name: str, value: str, words: Words, deep: int) -> str:
    if name == FIELD:
        return words.listed(words.text(FIELDS[one]) if one in FIELDS else one for one in value.split(" and "))
    return retold(value, words, deep=deep) if name in TOLD_TOO else value


@cache
def _plain() -> frozenset[str]:
    return frozenset(one for one in SENTENCES if not PLACE.search(one))


@cache
def _shaped() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_shape(one), one) for one in SENTENCES if PLACE.search(one))


def _shape(sentence: str) -> re.Pattern[str]:
    """A sentence as what finds it again; numbers are numbers, so that “5 s” is no “{text} s”."""
    parts = PLACE.split(sentence)
    return re.compile("".join(_parts(parts)), re.DOTALL)


def _parts(parts: list[str]) -> Iterable[str]:
    for place, part in enumerate(parts):
        if place % 2 == 0:
            yield re.escape(part)
        else:
            yield rf"(?P<{part}>{NUMBER if part in COUNTED else ANYTHING})"
