"""The shape of what Walkback knows of one language: plain word lists that a linguist can read and change.

Lists are written with ``forms``: entries are separated by ``;``, braces hold endings (``сказа{в,ла,ли}``), a star
stands for up to four further letters (``жодн*``), ``#`` for a number that must follow (``до #``) and is not consumed.
Letters are lower case; apostrophes are ``'``; ``ё`` is written ``е``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

BRACES = re.compile(r"\{([^{}]*)\}")


class CueKind(StrEnum):
    """What a cue word tells of the claim it stands in."""

    NEGATION = "negation"
    HEDGE = "hedge"
    BOOSTER = "booster"
    SPEECH = "speech"
    """A verb that reports what somebody said."""
    CITING = "citing"
    """A phrase before the name of a source: according to."""
    APPROXIMATION = "approximation"
    QUANTIFIER = "quantifier"


def forms(written: str) -> tuple[str, ...]:
    """The entries of a list written in the notation of this module, in order, without repetitions."""
    entries = (" ".join(entry.split()) for entry in written.split(";"))
    return tuple(dict.fromkeys(form for entry in entries if entry for form in _expanded(entry)))


def opposed(written: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Pairs of opposites out of lines ``one; two | other``: every word before the stroke against every one behind."""
    pairs = (line.partition("|") for line in written.splitlines() if line.strip())
    return tuple((forms(one), forms(other)) for one, _, other in pairs)


def spaced(written: str) -> frozenset[str]:
    """The words of a plain list, separated by white space."""
    return frozenset(written.split())


def _expanded(entry: str) -> tuple[str, ...]:
    match = BRACES.search(entry)
    if match is None:
        return (entry,)
    endings = match[1].split(",")
    return tuple(
        form for ending in endings for form in _expanded(entry[: match.start()] + ending.strip() + entry[match.end() :])
    )


def named(values: Mapping[str, str]) -> dict[str, str]:
    """A table from word to name out of one from name to ``forms``."""
    return {word: name for name, written in values.items() for word in forms(written)}


def valued(values: Mapping[int, str]) -> dict[str, int]:
    """A table from word to number out of one from number to ``forms``."""
    return {word: value for value, written in values.items() for word in forms(written)}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of one language. What is empty stays silent: no facet is guessed without its list.

    ``variants`` maps a short word to the one that it is a mere variant of by sound ("у", "в").
    ``cues`` maps a kind of cue to senses, and each sense to its forms: two forms of one sense are the same cue.
    ``opposites`` are words that, put for one another in any form, turn a claim round; ``negative_prefixes`` make an
    opposite of a word.
    ``sounds`` turns spellings of one sound into one of them, as patterns in their order, and ``blurred`` vowels that
    are told apart only under stress; names keep theirs ("Олена", "Алена"). ``colloquial`` maps forms of chat to those
    of the standard. Of negations, those of the sense ``none`` ("ніхто", "никогда") need a "not" beside them and do not
    undo it; what those of the sense ``absent`` ("немає") deny may stand before them.
    ``clock_phrases`` maps a phrase before an hour to the minutes it adds ("пів на" десяту: -30).
    ``taken_back`` are beginnings of the words by which a publisher says that a whole text no longer holds.
    ``never_final`` abbreviations never end a sentence, ``maybe_final`` ones only before a capital letter.
    """

    language: str
    function_words: frozenset[str] = frozenset()
    variants: Mapping[str, str] = field(default_factory=dict)
    cues: Mapping[CueKind, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    negation_endings: tuple[str, ...] = ()
    negative_prefixes: tuple[str, ...] = ()
    sounds: Mapping[str, str] = field(default_factory=dict)
    blurred: Mapping[str, str] = field(default_factory=dict)
    colloquial: Mapping[str, str] = field(default_factory=dict)
    opposites: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    number_words: Mapping[str, int] = field(default_factory=dict)
    multipliers: Mapping[str, int] = field(default_factory=dict)
    joins_number_words: frozenset[str] = frozenset()
    ordinals: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    percent_words: frozenset[str] = frozenset()
    weekdays: Mapping[str, int] = field(default_factory=dict)
    relative_days: Mapping[str, int] = field(default_factory=dict)
    parts_of_time: Mapping[str, int] = field(default_factory=dict)
    clock_words: Mapping[str, str] = field(default_factory=dict)
    before_clock: frozenset[str] = frozenset()
    clock_hour_words: frozenset[str] = frozenset()
    clock_phrases: Mapping[str, int] = field(default_factory=dict)
    hour_ordinals: Mapping[str, int] = field(default_factory=dict)
    day_halves: Mapping[str, str] = field(default_factory=dict)
    year_words: frozenset[str] = frozenset()
    before_date: frozenset[str] = frozenset()
    before_year: frozenset[str] = frozenset()
    ambiguous_months: frozenset[str] = frozenset()
    correction_notes: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()
    never_final: frozenset[str] = frozenset()
    maybe_final: frozenset[str] = frozenset()
    sentence_starters: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    month_before_day: bool = False
    decimal_point: bool = False
