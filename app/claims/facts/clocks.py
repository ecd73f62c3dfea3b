"""Times of day: "14:30", "2:30 p.m.", "2pm", "о 14 годині", "о пів на десяту", "опівночі"."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from app.claims.facts.marks import gap
from app.claims.facts.moments import Moment, MomentKind
from app.claims.lexicons import lexicon_of
from app.claims.lexicons.lexicon import Lexicon
from app.claims.words import Token, TokenKind

ORDINAL_ENDING = re.compile(r"\D+$")


def clock_at(position: int, text: str, tokens: Sequence[Token], lexicon: Lexicon) -> Moment | None:
    """The time of day that begins at the token ``position``, if one does."""
    token = tokens[position]
    match token.kind:
        case TokenKind.CLOCK:
            hour, minute = (int(part) for part in token.text.split(":")[:2])
            return _moment(hour * 60 + minute, position, position + 1, tokens, lexicon)
        case TokenKind.NUMBER | TokenKind.CODE:
            return _number_clock(position, text, tokens, lexicon)
        case TokenKind.WORD:
            if token.key in lexicon.clock_words:
                hour, minute = (int(part) for part in lexicon.clock_words[token.key].split(":"))
                return Moment(MomentKind.CLOCK, (hour, minute), position, position + 1)
            return _half_hour(position, tokens, lexicon)
        case _:
            return None


def may_begin(word: str, language: str) -> bool:
    """Whether a time of day may begin with this lower-case word."""
    lexicon = lexicon_of(language)
    return word in lexicon.clock_words or word in lexicon.hour_ordinals or word in _phrases(language)


def _number_clock(position: int, text: str, tokens: Sequence[Token], lexicon: Lexicon) -> Moment | None:
    """2 p.m. · 14.30 after a word that goes before times · 14 годині · 5-й годині."""
    token = tokens[position]
    written = ORDINAL_ENDING.sub("", token.text) if token.kind is TokenKind.CODE else token.text
    hour_text, _, minute_text = written.replace(",", ".").partition(".")
    if not hour_text.isdecimal() or int(hour_text) > 24 or (minute_text and not minute_text.isdecimal()):
        return None
    hour, minute = int(hour_text), int(minute_text or 0)
    end = position + 1
    is_ordinal = token.kind is TokenKind.CODE
    if hour <= 12 and minute < 60 and not is_ordinal and _half_of_day(end, tokens, lexicon)[0]:
        return _moment(hour * 60 + minute, position, end, tokens, lexicon)
    after_at = position > 0 and tokens[position - 1].key in lexicon.before_clock
    if after_at and len(minute_text) == 2 and minute < 60 and not gap(text, tokens, position - 1).strip():
        return _moment(hour * 60 + minute, position, end, tokens, lexicon)
    if end < len(tokens) and tokens[end].key in lexicon.clock_hour_words and after_at and not minute_text:
        return _moment(hour * 60, position, end + 1, tokens, lexicon)
    return None


def _half_hour(position: int, tokens: Sequence[Token], lexicon: Lexicon) -> Moment | None:
    """о пів на десяту · в половине десятого · half past nine · о десятій."""
    for words, minutes in _phrases(lexicon.language).get(tokens[position].key, ()):
        end = position + len(words)
        if end < len(tokens) and tuple(token.key for token in tokens[position:end]) == words:
            hour = lexicon.hour_ordinals.get(tokens[end].key)
            if hour is not None:
                return _moment(hour * 60 + minutes, position, end + 1, tokens, lexicon)
    hour = lexicon.hour_ordinals.get(tokens[position].key)
    if hour is None:
        return None
    before = tokens[position - 1].key if position else ""
    if before in lexicon.before_clock and lexicon.clock_hour_words:
        end = position + 1
        named = end < len(tokens) and tokens[end].key in lexicon.clock_hour_words
        if named or _half_of_day(end, tokens, lexicon)[0]:
            return _moment(hour * 60, position, end + named, tokens, lexicon)
    return None


@lru_cache(64)
def _phrases(language: str) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """The phrases before an hour by their first word, with the minutes they add."""
    by_first: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
    for phrase, minutes in lexicon_of(language).clock_phrases.items():
        words = tuple(phrase.split())
        by_first[words[0]].append((words, minutes))
    return dict(by_first)


def _moment(minutes: int, first: int, end: int, tokens: Sequence[Token], lexicon: Lexicon) -> Moment:
    hour, minute = divmod(minutes, 60)
    half, end = _half_of_day(end, tokens, lexicon)
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return Moment(MomentKind.CLOCK, (hour, minute), first, end)


def _half_of_day(position: int, tokens: Sequence[Token], lexicon: Lexicon) -> tuple[str, int]:
    """ "am", "pm" or "" at the token ``position``, and the position behind it."""
    if position >= len(tokens):
        return "", position
    key = tokens[position].key
    if key in ("am", "pm"):
        return key, position + 1
    if key in ("a", "p") and position + 1 < len(tokens) and tokens[position + 1].key == "m":
        return key + "m", position + 2
    if key in lexicon.day_halves:
        return lexicon.day_halves[key], position + 1
    return "", position
