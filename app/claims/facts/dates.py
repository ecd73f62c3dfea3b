"""The dates and times a claim names, however they are written: "7 January", "07.01", "at 14:30", "yesterday"."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from app.claims.facts.clocks import clock_at
from app.claims.facts.clocks import may_begin as may_begin_clock
from app.claims.facts.marks import Mark, gap
from app.claims.facts.moments import Moment, MomentKind
from app.claims.lexicons import lexicon_of
from app.claims.lexicons.calendar import month_names
from app.claims.lexicons.lexicon import Lexicon
from app.claims.words import Token, TokenKind, word_keys

INFLECTED_MONTHS = frozenset({"be", "bg", "cs", "hr", "mk", "pl", "ru", "sk", "sl", "sr", "uk"})
"""Languages whose month names have more forms than CLDR lists."""
SEPARATORS = re.compile(r"[./-]")
SHORT_DATE = re.compile(r"(0[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])")
ORDINAL = re.compile(r"\d{1,2}")
LEADING_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
RANGE = re.compile(r"\s*[-–—]\s*")
ENDS_SENTENCE = re.compile(r"[.!?]\s")
DAYS_IN_MONTH = 31


def find_moments(text: str, tokens: Sequence[Token], marks: list[Mark], lexicon: Lexicon) -> list[Moment]:
    """The moments among the tokens, which are marked as time."""
    return list(_Dates(text, tokens, marks, lexicon).found())


def month_of(word: str, language: str) -> int | None:
    """The number of the month that a lower-case word names in any of its forms, or None."""
    names = month_names(language)
    number = names.months.get(word) or names.short_months.get(word)
    if number is None and language in INFLECTED_MONTHS and len(word) > 3 and word[:3] in _month_beginnings(language):
        lemma = word_keys(word, language)[0].removeprefix("lemma ")
        return names.months.get(lemma)
    return number


@lru_cache(16384)
def may_begin(word: str, language: str) -> bool:
    """Whether an expression of time may begin with this lower-case word, which of most words is not so."""
    lexicon, names = lexicon_of(language), month_names(language)
    tables = (lexicon.weekdays, names.weekdays, lexicon.relative_days, lexicon.parts_of_time, lexicon.ordinals)
    return (
        any(word in table for table in tables)
        or may_begin_clock(word, language)
        or month_of(word, language) is not None
    )


@lru_cache(64)
def _month_beginnings(language: str) -> frozenset[str]:
    return frozenset(name[:3] for name in month_names(language).months)


class _Dates:
    """Reads time expressions from left to right."""

    def __init__(self, text: str, tokens: Sequence[Token], marks: list[Mark], lexicon: Lexicon) -> None:
        self._text, self._tokens, self._marks, self._lexicon = text, tokens, marks, lexicon
        self._names = month_names(lexicon.language)

    def found(self) -> Iterator[Moment]:
        end = 0
        for position, token in enumerate(self._tokens):
            if position < end or (token.kind is TokenKind.WORD and not may_begin(token.key, self._lexicon.language)):
                continue
            moment = self._at(position)
            if moment is not None:
                end = moment.end
                self._marks[moment.first : end] = [Mark.TIME] * (end - moment.first)
                yield moment

    def _at(self, position: int) -> Moment | None:
        token = self._tokens[position]
        match token.kind:
            case TokenKind.ISO_DATE:
                year, month, day = (int(part) for part in token.text.split("-"))
                return Moment(MomentKind.DATE, (year, month, day), position, position + 1)
            case TokenKind.DOTTED_DATE:
                return self._dotted(position)
            case TokenKind.NUMBER | TokenKind.CODE:
                return self._from_number(position)
            case TokenKind.CLOCK:
                return clock_at(position, self._text, self._tokens, self._lexicon)
            case TokenKind.WORD:
                return self._from_word(position)
            case _:
                return None

    def _dotted(self, position: int) -> Moment:
        token = self._tokens[position]
        day, month, year = (int(part) for part in SEPARATORS.split(token.text))
        if self._lexicon.month_before_day and "/" in token.text and day <= 12 < month:
            day, month = month, day
        year = year + 2000 if year < 100 else year
        return Moment(MomentKind.DATE, (year, month, day), position, self._behind_year_word(position + 1))

    def _from_number(self, position: int) -> Moment | None:
        token = self._tokens[position]
        days = ORDINAL.match(token.text)
        is_day = days is not None and 1 <= int(days[0]) <= DAYS_IN_MONTH and self._is_day(token)
        if days and is_day and (moment := self._day_and_month(position, int(days[0]))):
            return moment
        if clock := clock_at(position, self._text, self._tokens, self._lexicon):
            return clock
        if token.kind is not TokenKind.NUMBER:
            return self._ordinal_year(position)
        return self._short_date(position) or self._year(position)

    def _short_date(self, position: int) -> Moment | None:
        """07.01, and 12.10 behind a word that goes before dates."""
        short = SHORT_DATE.fullmatch(self._tokens[position].text)
        if short is None:
            return None
        has_zero = short[1][0] == "0" or short[2][0] == "0"
        if not has_zero and self._key(position - 1) not in self._lexicon.before_date:
            return None
        parts = (None, int(short[2]), int(short[1]))
        return Moment(MomentKind.DATE, parts, position, self._behind_year_word(position + 1))

    @staticmethod
    def _is_day(token: Token) -> bool:
        return token.text.isdigit() or (token.kind is TokenKind.CODE and token.text[0].isdigit())

    def _day_and_month(self, position: int, day: int) -> Moment | None:
        """7 January 2025 · 7th of January · 7-го січня · 7–9 January (the day that is read is the one asked for)."""
        place = position + 1
        if self._key(place) == "of" or self._is_range(position):
            place += 1
        month = self._month(place)
        if month is None or ENDS_SENTENCE.search(gap(self._text, self._tokens, place - 1)):
            return None
        if place > position + 1 and self._key(place - 1) != "of":
            return Moment(MomentKind.DATE, (None, month, day), position, position + 1)
        year, end = self._year_after(place + 1)
        return Moment(MomentKind.DATE, (year, month, day), position, end)

    def _is_range(self, position: int) -> bool:
        following = position + 1
        return (
            following < len(self._tokens)
            and self._tokens[following].kind is TokenKind.NUMBER
            and RANGE.fullmatch(gap(self._text, self._tokens, position)) is not None
        )

    def _from_word(self, position: int) -> Moment | None:
        token = self._tokens[position]
        if month := self._month(position):
            return self._month_first(position, month)
        weekday = self._lexicon.weekdays.get(token.key, self._names.weekdays.get(token.key))
        if weekday is not None:
            return Moment(MomentKind.WEEKDAY, (weekday,), position, position + 1)
        if moment := self._ordinal_day(position):
            return moment
        if token.key in self._lexicon.relative_days:
            return Moment(MomentKind.RELATIVE, (self._lexicon.relative_days[token.key],), position, position + 1)
        if clock := clock_at(position, self._text, self._tokens, self._lexicon):
            return clock
        part = self._lexicon.parts_of_time.get(token.key)
        return None if part is None else Moment(MomentKind.PART, (part,), position, position + 1)

    def _ordinal_day(self, position: int) -> Moment | None:
        """Першого вересня · the first of September."""
        day = self._lexicon.ordinals.get(self._tokens[position].key)
        return None if day is None else self._day_and_month(position, day)

    def _month_first(self, position: int, month: int) -> Moment | None:
        """January 7, 2025 · January 2025 · January."""
        following = position + 1
        if day := self._day_behind_month(following):
            year, end = self._year_after(following + 1)
            return Moment(MomentKind.DATE, (year, month, day), position, end)
        if following < len(self._tokens) and not gap(self._text, self._tokens, position).strip(" "):
            year, end = self._year_after(following)
            if year is not None:
                return Moment(MomentKind.DATE, (year, month, None), position, end)
        if self._key(position) in self._names.short_months or self._is_another_word(position):
            return None
        return Moment(MomentKind.DATE, (None, month, None), position, following)

    def _day_behind_month(self, position: int) -> int | None:
        if position >= len(self._tokens) or not self._lexicon.month_before_day:
            return None
        token = self._tokens[position]
        days = ORDINAL.match(token.text)
        if days is None or not self._is_day(token) or len(token.text) > 4 or self._is_year(position):
            return None
        return int(days[0]) if 1 <= int(days[0]) <= DAYS_IN_MONTH else None

    def _is_another_word(self, position: int) -> bool:
        """English "may" and "march" are months only in the company of "in", "since" …"""
        ambiguous = self._key(position) in self._lexicon.ambiguous_months
        return ambiguous and self._key(position - 1) not in self._lexicon.before_year | {"last", "this", "next"}

    def _month(self, position: int) -> int | None:
        if position >= len(self._tokens) or self._tokens[position].kind is not TokenKind.WORD:
            return None
        token = self._tokens[position]
        if self._lexicon.month_before_day and not token.text[:1].isupper():
            return None
        return month_of(token.key, self._lexicon.language)

    def _year(self, position: int) -> Moment | None:
        """2025 року · in 2025."""
        if not self._is_year(position):
            return None
        end = self._behind_year_word(position + 1)
        introduced = self._key(position - 1) in self._lexicon.before_year or self._ends_range_of_years(position)
        if end == position + 1 and not introduced:
            return None
        return Moment(MomentKind.DATE, (int(self._tokens[position].text[:4]), None, None), position, end)

    def _ends_range_of_years(self, position: int) -> bool:
        """2005–2007, where the first was read as a year."""
        first = position - 1
        return first >= 0 and self._marks[first] is Mark.TIME and self._is_year(first) and self._is_range(first)

    def _ordinal_year(self, position: int) -> Moment | None:
        """2010-му році · 2010-го."""
        year, end = self._year_after(position)
        if year is None or end == position + 1:
            return None
        return Moment(MomentKind.DATE, (year, None, None), position, end)

    def _year_after(self, position: int) -> tuple[int | None, int]:
        if position < len(self._tokens) and LEADING_YEAR.match(self._tokens[position].text):
            return int(self._tokens[position].text[:4]), self._behind_year_word(position + 1)
        return None, position

    def _is_year(self, position: int) -> bool:
        text = self._tokens[position].text
        return len(text) == 4 and text.isdigit() and 1800 <= int(text) <= 2100

    def _behind_year_word(self, position: int) -> int:
        return position + 1 if self._key(position) in self._lexicon.year_words else position

    def _key(self, position: int) -> str:
        return self._tokens[position].key if 0 <= position < len(self._tokens) else ""
