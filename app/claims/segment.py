"""Text cut into sentences, each of which is taken for one claim.

An unsure boundary is not cut: a wrongly cut sentence harms the comparison more than a long one. The rules know the
official style of English, Ukrainian and Russian ("м. Суми", "ген.", "1,5 тис. осіб", "2025 р. о 14:30") through the
abbreviations of app.claims.lexicons; emoji bullets open a sentence.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.claims.lexicons import LEXICONS, abbreviations_of
from app.claims.lexicons.lexicon import spaced
from app.domain.claims import Span

# Short words that are abbreviations after a number, and may end a sentence there: "2025 р.", "2025 г.", "5 м.".
AFTER_NUMBER = spaced("р г с м т о п д ч ст")
BULLET = "[•▪▫◾◽■□●○◦‣⁃➡➢➤✅☑❗‼⚡🔹🔸🔻🔺🟢🔴🟡⚪⚫📌📍👉🔥💥🇦-🇿]"
STOP = r"(?P<stop>[.!?…](?<![.!?…]{2})[.!?…]*+)(?P<close>[\"»”’'\)\]*_]*)\s+(?=(?P<next>\S+))"
PLAIN_CANDIDATE = re.compile(STOP)
CANDIDATE = re.compile(
    rf"{STOP}|(?P<wide>[。！？｡][”’」』）]*\s*)|(?P<other>[।॥؟۔።]\s+)|(?<!\s)(?P<bullet>\s++)(?={BULLET})"
)
MAY_BE_RARE = re.compile("[\u0589-\u1fff\u2022\u2023\u2043-\u206f\u2190-\U0010ffff]")
"""A paragraph without any of these has no bullets and no full stops of other scripts, and is searched faster."""
LINE_BREAK = re.compile(r"\n\s*")
UP_TO_WORD = re.compile(r".*[\s\(\[«\"“‘/–—]", re.DOTALL)
INITIAL = re.compile(r"^(?:[A-ZА-ЯІЇЄҐЁ]|Дж|[A-ZА-ЯІЇЄҐЁ]\.-?[A-ZА-ЯІЇЄҐЁ])$")
DOTTED = re.compile(r"^(?:[^\W\d_]\.)+[^\W\d_]$")
FIRST_LETTER = re.compile(r"\s*\S*\s*([^\W_])")
FIRST_WORD = re.compile(r"\w+")
OPENING = "\"«“‘'([—–-„"
PLAIN_ORDINALS = frozenset({"en", "uk", "ru", "fr", "es", "ar"})
"""Languages that never write an ordinal as a number with a full stop (German and Polish do: "7. Januar")."""
ENDS_LINE = frozenset(".!?…:;")
WINDOW = 40
"""Characters looked back for the word before a full stop; no abbreviation is longer."""


def sentences(text: str, language: str) -> list[Span]:
    """The sentences of a clean text, without the white space around them, in order."""
    return [span for paragraph in paragraphs(text) for span in paragraph_sentences(text, paragraph, language)]


def paragraphs(text: str) -> list[Span]:
    """Lines are paragraphs, except a hard-wrapped line: one without an end whose next line starts in lower case."""
    found: list[Span] = []
    start = place = 0
    for match in LINE_BREAK.finditer(text):
        end = place + len(text[place : match.start()].rstrip())
        place = match.end()
        following = text[place : place + 1]
        wrapped = following.islower() and text[end - 1 : end] not in ENDS_LINE and match.group().count("\n") == 1
        if wrapped:
            continue
        if end > start:
            found.append(Span(start, end))
        start = place
    if text[start:].strip():
        found.append(Span(start, len(text)))
    return found


def may_have_rare_marks(text: str) -> bool:
    """Whether a text may hold bullets, or full stops of other scripts than the Latin and the Cyrillic."""
    return not text.isascii() and MAY_BE_RARE.search(text) is not None


def paragraph_sentences(text: str, paragraph: Span, language: str, *, may_be_rare: bool = True) -> list[Span]:
    """The sentences of one paragraph of a clean text.

    With ``may_be_rare`` False the caller knows that :func:`may_have_rare_marks` is, which saves looking for them.
    """
    spans = []
    start = paragraph.start
    may_be_rare = may_be_rare and MAY_BE_RARE.search(text, *paragraph) is not None
    for end in (*_boundaries(text, paragraph, language, CANDIDATE if may_be_rare else PLAIN_CANDIDATE), paragraph.end):
        piece = text[start:end].rstrip()
        if body := piece.lstrip():
            last = start + len(piece)
            spans.append(Span(last - len(body), last))
        start = end
    return spans


def _boundaries(text: str, paragraph: Span, language: str, candidate: re.Pattern[str]) -> Iterator[int]:
    start = paragraph.start
    for match in candidate.finditer(text, *paragraph):
        end, sort = match.end(), match.lastgroup
        if end >= paragraph.end or (sort == "bullet" and match.start() == start):
            continue
        if (
            sort != "next"
            or _is_plain_end(text, match, start, language)
            or _is_boundary(text, match, start, paragraph.end, language)
        ):
            yield end
            start = end


def _is_plain_end(text: str, match: re.Match[str], start: int, language: str) -> bool:
    """Whether a usual word, a full stop, a space and a capital letter follow each other: most ends, found at once."""
    place, end = match.span()
    if text[place] != "." or text[place + 1] != " " or not text[end].isupper():
        return False
    word = text[max(start, place - WINDOW) : place].rpartition(" ")[2]
    return word.isalpha() and _is_no_abbreviation(word, language)


def _is_boundary(text: str, match: re.Match[str], start: int, stop: int, language: str) -> bool:
    first = match["next"].lstrip(OPENING)[:1]
    if not first:  # a lone dash or quotation mark: the letter after it decides
        found = FIRST_LETTER.match(text, match.end(), stop)
        first = found[1] if found else ""
        if match["close"] or first.islower():
            return False
    if first.islower() and not "\u10d0" <= first <= "\u10ff":
        return False
    marks = match["stop"]
    if marks[0] == "…" or marks.startswith(".."):
        return first.isupper() or match["next"][0] in OPENING
    return marks != "." or not _is_abbreviation(text, match, start, first, language)


def _is_abbreviation(text: str, match: re.Match[str], start: int, first: str, language: str) -> bool:
    """Whether the full stop belongs to the word before it and ends no sentence."""
    near = max(start, match.start() - WINDOW)
    piece = text[near : match.start()].removesuffix("\n")
    word = piece.rpartition(" ")[2]
    if word.isalpha():
        if _is_no_abbreviation(word, language):
            return match["next"][0] == "№"
        begin = len(piece) - len(word)
    else:
        up_to_word = UP_TO_WORD.match(piece)
        begin = up_to_word.end() if up_to_word else 0
        word = piece[begin:]
        if not word:
            return False
    low = word.lower().strip(".")
    if low in AFTER_NUMBER and len(word) <= 2 and text[start : near + begin].rstrip()[-1:].isdigit():
        return first.isdigit()
    if word.isdigit():
        return _is_ordinal(word, text[start : near + begin], language)
    return match["next"][0] == "№" or _is_listed(word, low, first, match["next"], language)


@lru_cache(8192)
def _is_no_abbreviation(word: str, language: str) -> bool:
    """Whether a word of letters is none, whatever stands around it: what most words before a full stop are."""
    low = word.lower()
    never, maybe = _abbreviations(language)
    return not (low in AFTER_NUMBER or low in never or low in maybe or word == "No" or INITIAL.match(word))


def _is_listed(word: str, low: str, first: str, following: str, language: str) -> bool:
    if word[1:] != word[1:].lower() and "." not in word:
        return False  # "110 кВ." is no "кв."
    never, maybe = _abbreviations(language)
    low = low.rpartition("-")[2] if low.rpartition("-")[2] in never else low
    if low in maybe or (DOTTED.match(word) and low not in never and not INITIAL.match(word)):
        return first.isdigit() or _continues_dotted(word, first, following)
    return low in never or word in {"№", "No"} or INITIAL.match(word) is not None


def _is_ordinal(digits: str, before: str, language: str) -> bool:
    """The number of a list entry ("1. The first point"), or an ordinal of a language that writes them so."""
    heads_line = len(digits) <= 3 and not before.strip()
    return heads_line or (len(digits) <= 2 and language != "und" and language not in PLAIN_ORDINALS)


def _continues_dotted(word: str, first: str, following: str) -> bool:
    """“U.S. President” goes on; “in the U.S. The …” does not."""
    if not (DOTTED.match(word) and first.isupper() and word[0].isupper()):
        return False
    opening = FIRST_WORD.match(following.lstrip(OPENING))
    return opening is not None and opening.group() not in LEXICONS["en"].sentence_starters


@lru_cache(64)
def _abbreviations(language: str) -> tuple[frozenset[str], frozenset[str]]:
    return abbreviations_of(language)
