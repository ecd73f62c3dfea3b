"""Text made comparable: invisible characters dropped, and a map back to the text as it was published.

Every offset that leaves app.claims is an offset into the raw text, so that a quotation is what people saw.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import starmap

from app.domain.claims import Span
from app.domain.errors import InvalidInput

# Zero-width space, joiners, marks of direction, byte order mark, soft hyphen, stress mark, variation selectors.
DROPPED = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\u0301\ufe0e\ufe0f]+")
MAY_BE_DROPPED = re.compile("[\u00ad\u0301\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0e-\ufeff]")
"""The same and a few neighbours, as few ranges: looked for faster."""
FOLDED = {"’": "'", "ʼ": "'", "`": "'", "‘": "'", "‑": "-", "ё": "е", "ґ": "г", "−": "-"}
# Words and values; the marks inside 1,5 and 14:30 and the sign of -5 are part of them.
SIGNS = "%$€£₴₽"
IN_WORDS = rf"[\w{SIGNS}]"
WORDS = re.compile(rf"(?:(?<![\w.])[+-](?=\d))?{IN_WORDS}+(?:(?<=\d)[.,:/](?=\d){IN_WORDS}+)*")
WORDS_WITHOUT_DIGITS, DIGIT = re.compile(rf"{IN_WORDS}+"), re.compile(r"\d")
"""The same words, found faster, in a text that has no digit."""
USUAL_MARKS = ".,:;!?+-–—…()[]'\"«»“”/*#•"
WORDS_AND_SPACES = re.compile(rf"[\w\s{SIGNS}]*+")
MARK_BEFORE_DIGIT = re.compile(r"[.,:/+-](?=\d)")
QUOTE_MARKS = '"«»“”„‟″'


@dataclass(frozen=True, slots=True)
class CleanText:
    """A raw text and its clean form. ``starts[i]`` is the raw offset of clean character ``i``; None: they are equal."""

    raw: str
    text: str
    starts: Sequence[int] | None

    def raw_span(self, start: int, end: int) -> Span:
        """Where the clean half-open span ``[start, end)`` stands in the raw text."""
        if self.starts is None:
            return Span(start, end)
        return Span(self._raw(start), self._raw(end))

    def raw_spans(self, places: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        """Where many clean spans stand in the raw text."""
        if self.starts is None:
            return tuple(starmap(Span, places))
        return tuple(Span(self._raw(start), self._raw(end)) for start, end in places)

    def clean_offset(self, raw_offset: int) -> int:
        """The first clean offset at or after a raw one."""
        return raw_offset if self.starts is None else bisect_left(self.starts, raw_offset)

    def _raw(self, offset: int) -> int:
        assert self.starts is not None
        return self.starts[offset] if offset < len(self.starts) else len(self.raw)


def clean(raw: str) -> CleanText:
    """The clean form of ``raw``: NFC, without characters that nobody sees.

    Raises:
        app.domain.errors.InvalidInput: the text holds an unpaired surrogate and is no Unicode text.
    """
    if raw.isascii():
        return CleanText(raw, raw, None)
    try:
        raw.encode()
    except UnicodeEncodeError:
        raise InvalidInput("The text holds an unpaired surrogate, which no Unicode text may.") from None
    text, starts = raw, None
    while True:
        if not unicodedata.is_normalized("NFC", text):
            text, starts = _composed(text, starts)
        if not (MAY_BE_DROPPED.search(text) and DROPPED.search(text)):
            return CleanText(raw, text, starts)
        text, starts = _without_invisible(text, starts)


def match_key(text: str) -> str:
    """What is equal for two wordings that differ in case, spacing and punctuation only."""
    return _key(fold(text.casefold())) or text.strip()


class KeyMaker:
    """The match keys of the sentences of one paragraph, or of many joined by line ends, freed of punctuation once."""

    __slots__ = ("_spaced", "_text")

    def __init__(self, text: str) -> None:
        folded = fold(text.casefold())
        self._text = text
        self._spaced = _spaced(folded) if len(folded) == len(text) else None

    @property
    def is_quick(self) -> bool:
        """Whether the text has only the usual marks, so that its keys are cut out of one copy of it."""
        return self._spaced is not None

    def key(self, start: int, end: int) -> str:
        """The match key of the sentence [start, end), as :func:`match_key` gives it."""
        if self._spaced is None:
            return match_key(self._text[start:end])
        return " ".join(self._spaced[start:end].split()) or self._text[start:end].strip()


def fold(text: str) -> str:
    """Text with variants of one letter or mark made one (apostrophes, dashes inside words, ё, ґ); as long as before."""
    for variant, letter in FOLDED.items():
        text = text.replace(variant, letter)
    return text


def _key(folded: str) -> str:
    words = WORDS if DIGIT.search(folded) else WORDS_WITHOUT_DIGITS
    return " ".join(words.findall(folded))


def _spaced(folded: str) -> str | None:
    """A text with spaces for all that is in no word and no value; None where it has more than the usual marks."""
    spaced = folded
    for mark in USUAL_MARKS:
        spaced = spaced.replace(mark, " ")
    if not WORDS_AND_SPACES.fullmatch(spaced):
        return None
    pieces: list[str] = []
    done = 0
    for match in MARK_BEFORE_DIGIT.finditer(folded):
        place = match.start()
        before = folded[place - 1 : place]
        if match[0] in "+-":
            if before and before in SIGNS:
                return None
            keeps = not before or (before not in "._" and not before.isalnum())
        else:
            keeps = before.isdecimal()
        if keeps:
            pieces += (spaced[done:place], match[0])
            done = place + 1
    return "".join((*pieces, spaced[done:]))


def _without_invisible(text: str, starts: Sequence[int] | None) -> tuple[str, list[int]]:
    kept: list[int] = []
    position = 0
    for match in DROPPED.finditer(text):
        kept.extend(range(position, match.start()))
        position = match.end()
    kept.extend(range(position, len(text)))
    return DROPPED.sub("", text), kept if starts is None else [starts[i] for i in kept]


def _composed(text: str, starts: Sequence[int] | None) -> tuple[str, list[int]]:
    """NFC cluster by cluster: a cluster ends where the next character cannot join what is before it."""
    pieces: list[str] = []
    origins: list[int] = []
    begin = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and _joins(text, begin, end):
            continue
        piece = (
            text[begin:end]
            if end - begin == 1 and text[begin] < "\u0300"
            else unicodedata.normalize("NFC", text[begin:end])
        )
        pieces.append(piece)
        origins.extend([begin if starts is None else starts[begin]] * len(piece))
        begin = end
    return "".join(pieces), origins


def _joins(text: str, begin: int, end: int) -> bool:
    following = text[end]
    if following < "\u0300":
        return False
    if unicodedata.combining(following):
        return True
    pair = text[max(begin, end - 30) : end]
    joined = unicodedata.normalize("NFC", pair + following)
    return joined != unicodedata.normalize("NFC", pair) + unicodedata.normalize("NFC", following)
