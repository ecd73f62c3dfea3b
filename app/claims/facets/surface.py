"""Edits that leave the meaning alone: format, spelling, words joined or split, other forms of a word."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from app.claims.clean import QUOTE_MARKS
from app.claims.facets.pair import Finding, Pair, Run, Side
from app.claims.facts.marks import Mark
from app.claims.words import TokenKind, is_known
from app.domain.claims import FacetKind, Span

LETTERS_PER_TYPO = 3
"""A word may have one wrong letter in so many (and at most three), if one of the spellings is in no dictionary."""
LETTERS_PER_TYPO_IN_PLACE = 2
"""The same for a lower-case word of no dictionary that gave way to a single known one in its place."""
MOST_TYPOS = 3
LETTERS_PER_TYPO_JOINED = 7
SHORTEST_SPELLED = 3
SHORTEST_NAME = 5
LONGEST_ENDING = 3
MOST_JOINED = 4
SIZES = tuple((one, other) for many in range(2, MOST_JOINED + 1) for one, other in ((1, many), (many, 1)))
QUOTED_WORDS = 3
"""Quotation marks around fewer words set off a name; around more they make somebody's own words."""
WHOLLY_QUOTED = 0.8
DASHES = ("—", "–", "-")
PUNCTUATION, NOT_QUOTES = re.compile(r"[^\w\s]"), re.compile(f"[{QUOTE_MARKS}]")
PAIRED = {"«": "»", "“": "”„“", "„": "“”", "”": "”", '"': '"', "‟": "”", "″": "″"}


class Respelled(NamedTuple):
    """Words (by position) that are written differently on both sides, and otherwise the same."""

    before: tuple[int, ...]
    after: tuple[int, ...]


def quotation(before: str, after: str) -> Finding | None:
    """Quotation marks around several words came or went: they are now, or no longer, given as somebody's own.

    Marks around nearly the whole claim, or a dash before it, are only another way to write direct speech.
    """
    quoted = [_quoted(text) for text in (before, after)]
    with_marks, without = (before, after) if quoted[0] else (after, before)
    if bool(quoted[0]) == bool(quoted[1]) or any(mark in without for mark in QUOTE_MARKS):
        return None
    if PUNCTUATION.findall(NOT_QUOTES.sub("", with_marks)) != PUNCTUATION.findall(NOT_QUOTES.sub("", without)):
        return None  # the whole punctuation was worked over
    words = sum(len(with_marks[span.start : span.end].split()) for span in (*quoted[0], *quoted[1]))
    if words >= WHOLLY_QUOTED * len(with_marks.split()) or without.startswith(DASHES):
        return None
    change = "removed" if quoted[0] else "added"
    return Finding(FacetKind.QUOTATION, tuple(quoted[0]), tuple(quoted[1]), {"change": change})


def same_words(before: str, after: str) -> Finding:
    """What a change is that leaves every word in place: quotation, or else format."""
    return quotation(before, after) or Finding(FacetKind.FORMAT)


def respelled(pair: Pair) -> list[Respelled]:
    """Words that differ in writing only. They are marked SAME on both sides, or made one family."""
    found = []
    for before, after in differing_runs(pair):
        for item in _joined_or_split(pair, before, after):
            _mark(pair, item)
            found.append(item)
    found += _misspelled(pair)
    pair.count()
    return found


def spelling(pair: Pair, found: Sequence[Respelled]) -> Finding | None:
    """The facet of the words that are only spelled differently."""
    if not found:
        return None
    pairs = [[" ".join(pair.before.texts(item.before)), " ".join(pair.after.texts(item.after))] for item in found]
    before = [span for item in found for span in pair.before.spans(item.before)]
    after = [span for item in found for span in pair.after.spans(item.after)]
    return Finding(FacetKind.SPELLING, tuple(sorted(before)), tuple(sorted(after)), {"pairs": pairs})


def inflection(pair: Pair) -> Finding | None:
    """Every word kept its place and some their other form: "наступ", "наступу"."""
    if pair.before.families != pair.after.families:
        return None
    changed = [
        position
        for position, (old, new) in enumerate(zip(pair.before.tokens, pair.after.tokens, strict=True))
        if old.key != new.key
    ]
    if not changed:
        return None
    return Finding(FacetKind.INFLECTION, pair.before.spans(changed), pair.after.spans(changed))


def _quoted(text: str) -> list[Span]:
    """The stretches of several words between a pair of quotation marks."""
    spans = []
    start: int | None = None
    for place, letter in enumerate(text):
        if letter not in QUOTE_MARKS:
            continue
        if start is not None and letter in PAIRED.get(text[start], ""):
            if len(text[start + 1 : place].split()) >= QUOTED_WORDS:
                spans.append(Span(start, place + 1))
            start = None
        else:
            start = place
    return spans


def differing_runs(pair: Pair) -> Sequence[Run]:
    """Runs of words between words that both sides share in order."""
    if pair.runs is None:
        pair.runs = tuple(_runs(pair))
    return pair.runs


def _runs(pair: Pair) -> Iterator[Run]:
    before, after = _spellable(pair.before), _spellable(pair.after)
    old = [pair.before.families[position] for position in before]
    new = [pair.after.families[position] for position in after]
    codes = Levenshtein.opcodes(old, new)
    for differs, run in groupby(codes, key=lambda code: code.tag != "equal"):
        steps = list(run)
        if differs:
            yield (
                before[steps[0].src_start : steps[-1].src_end],
                after[steps[0].dest_start : steps[-1].dest_end],
            )


def _spellable(side: Side) -> list[int]:
    kinds = (TokenKind.WORD, TokenKind.CODE)
    return [position for position, token in enumerate(side.tokens) if token.kind in kinds]


def _joined_or_split(pair: Pair, before: list[int], after: list[int]) -> Iterator[Respelled]:
    """ "кто бы", "ктобы"; "немає", "не має": neighbouring words of the same letters, cut otherwise."""
    if not before or not after:
        return
    if _same_letters(_letters(pair.before, before), _letters(pair.after, after), exact=len(before) == len(after)):
        yield Respelled(tuple(before), tuple(after))
        return
    taken: set[int] = set()
    for place in range(len(before)):
        for size_before, size_after in SIZES:
            mine = before[place : place + size_before]
            if len(mine) < size_before or taken.intersection(mine):
                continue
            for start in range(len(after) - size_after + 1):
                theirs = after[start : start + size_after]
                free = all(-1 - position not in taken for position in theirs)
                if free and _same_letters(_letters(pair.before, mine), _letters(pair.after, theirs)):
                    taken.update(mine, (-1 - position for position in theirs))
                    yield Respelled(tuple(mine), tuple(theirs))
                    break


def _same_letters(old: str, new: str, *, exact: bool = False) -> bool:
    if old == new:
        return True
    limit = 0 if exact else max(len(old), len(new)) // LETTERS_PER_TYPO_JOINED
    return limit > 0 and OSA.distance(old, new, score_cutoff=limit) <= limit


def _letters(side: Side, positions: Sequence[int]) -> str:
    keys = (side.tokens[position].key for position in positions)
    return "".join(key if key.isalnum() else "".join(filter(str.isalnum, key)) for key in keys)


def _mark(pair: Pair, item: Respelled) -> None:
    for side, positions in ((pair.before, item.before), (pair.after, item.after)):
        for position in positions:
            side.marks[position] = Mark.SAME


def _misspelled(pair: Pair) -> Iterator[Respelled]:
    in_place = {(old[0], new[0]) for old, new in differing_runs(pair) if len(old) == len(new) == 1}
    in_place = {(i, j) for i, j in in_place if pair.before.is_word(i) and pair.after.is_word(j)}
    for mine, theirs in sorted(in_place):
        if _is_misspelling(pair, mine, theirs, in_place=True):
            yield _as_spelling(pair, mine, theirs)
    pair.count()
    before, after = list(_only_here(pair.before, pair.after)), list(_only_here(pair.after, pair.before))
    taken = set()
    for mine in before:
        for theirs in after:
            if theirs in taken:
                continue
            if _is_misspelling(pair, mine, theirs, in_place=False):
                yield _as_spelling(pair, mine, theirs)
            elif _is_other_form_of_name(pair, mine, theirs):
                pair.families.join(pair.before.tokens[mine].key, pair.after.tokens[theirs].key)
            else:
                continue
            taken.add(theirs)
            break


def _as_spelling(pair: Pair, mine: int, theirs: int) -> Respelled:
    pair.families.join(pair.before.tokens[mine].key, pair.after.tokens[theirs].key)
    item = Respelled((mine,), (theirs,))
    _mark(pair, item)
    return item


def _only_here(side: Side, other: Side) -> Iterator[int]:
    for position, token in enumerate(side.tokens):
        is_open = token.kind is TokenKind.WORD and side.marks[position] is not Mark.SAME
        if is_open and not other.counts[side.families[position]]:
            yield position


def _is_misspelling(pair: Pair, mine: int, theirs: int, *, in_place: bool) -> bool:
    """Whether one word is the other mistyped: a few letters apart, and not both in the dictionary."""
    old, new = pair.before.tokens[mine].key, pair.after.tokens[theirs].key
    names = pair.before.is_capital_inside(mine) and pair.after.is_capital_inside(theirs)
    known = is_known(old, pair.language), is_known(new, pair.language)
    prefixes = pair.after.reading.lexicon.negative_prefixes
    if all(known) or any(new == prefix + old or old == prefix + new for prefix in prefixes):
        return False
    longest, shortest = max(len(old), len(new)), min(len(old), len(new))
    if shortest < SHORTEST_SPELLED or Mark.SAME in (pair.before.marks[mine], pair.after.marks[theirs]):
        return False
    if names and (longest < SHORTEST_NAME + any(known) or old[0] != new[0]):
        return False
    in_place = in_place and any(known) and not names
    limit = min(MOST_TYPOS, longest // (LETTERS_PER_TYPO_IN_PLACE if in_place else LETTERS_PER_TYPO))
    if names:
        limit = 1 + (any(known) and longest > 2 * SHORTEST_NAME)
    elif not any(known):
        limit = min(2, longest // (LETTERS_PER_TYPO + 1))
    return OSA.distance(old.replace("'", ""), new.replace("'", ""), score_cutoff=limit) <= limit


def _is_other_form_of_name(pair: Pair, mine: int, theirs: int) -> bool:
    """One name in two cases: a long common beginning, and only the ending differs."""
    old, new = pair.before.tokens[mine], pair.after.tokens[theirs]
    if not (old.text[:1].isupper() and new.text[:1].isupper()):
        return False
    if is_known(old.key, pair.language) or is_known(new.key, pair.language):
        return False
    longest, shortest = max(len(old.key), len(new.key)), min(len(old.key), len(new.key))
    common = common_beginning(old.key, new.key)
    if common == shortest and shortest >= SHORTEST_SPELLED:
        return longest - common < LONGEST_ENDING
    return longest >= SHORTEST_NAME and common > SHORTEST_SPELLED and longest - common <= LONGEST_ENDING


def common_beginning(one: str, other: str) -> int:
    """How many letters two words share from their beginning."""
    shortest = min(len(one), len(other))
    return next((n for n in range(shortest) if one[n] != other[n]), shortest)
