"""Edits that leave the meaning alone: format, spelling, words joined or split, other forms of a word."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from app.claims.clean import QUOTE_MARKS
from app.claims.facets.pair import Finding, Pair, Side
from app.claims.facts.marks import Mark
from app.claims.words import Token, TokenKind, is_known
from app.domain.claims import FacetKind, Span

LONG_WORD = 8
"""From this length two letters may differ, below it one."""
SHORTEST_SPELLED = 4
SHORTEST_NAME = 5
ENDING_OF_NAME = 3


class Respelled(NamedTuple):
    """A word (or several, joined) written differently on both sides."""

    before: tuple[int, ...]
    after: tuple[int, ...]


def quotation(before: str, after: str) -> Finding | None:
    """Quotation marks that came or went: kept words are now, or no longer, given as somebody's own."""
    places = [
        tuple(Span(n, n + 1) for n, letter in enumerate(text) if letter in QUOTE_MARKS) for text in (before, after)
    ]
    if bool(places[0]) == bool(places[1]):
        return None
    return Finding(FacetKind.QUOTATION, places[0], places[1], {"change": "removed" if places[0] else "added"})


def same_words(before: str, after: str) -> Finding:
    """What a change is that leaves every word in place: quotation, or else format."""
    return quotation(before, after) or Finding(FacetKind.FORMAT)


def respelled(pair: Pair) -> Iterator[Respelled]:
    """Words that differ in writing only. Their families are joined, and those joined or split are marked SAME."""
    yield from _joined_or_split(pair)
    pair.count()
    yield from _misspelled(pair)
    pair.count()


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


def _spellable(side: Side) -> list[int]:
    kinds = (TokenKind.WORD, TokenKind.CODE)
    return [position for position, token in enumerate(side.tokens) if token.kind in kinds]


def _joined_or_split(pair: Pair) -> Iterator[Respelled]:
    """ "кто бы", "ктобы"; "пів-року", "пів року"."""
    before, after = _spellable(pair.before), _spellable(pair.after)
    old = [pair.before.families[position] for position in before]
    new = [pair.after.families[position] for position in after]
    for step in Levenshtein.opcodes(old, new):
        if step.tag == "equal":
            continue
        mine, theirs = before[step.src_start : step.src_end], after[step.dest_start : step.dest_end]
        if mine and theirs and _letters(pair.before, mine) == _letters(pair.after, theirs):
            for side, positions in ((pair.before, mine), (pair.after, theirs)):
                for position in positions:
                    side.marks[position] = Mark.SAME
            yield Respelled(tuple(mine), tuple(theirs))


def _letters(side: Side, positions: Sequence[int]) -> str:
    return "".join(letter for position in positions for letter in side.tokens[position].key if letter.isalnum())


def _misspelled(pair: Pair) -> Iterator[Respelled]:
    before, after = list(_only_here(pair.before, pair.after)), list(_only_here(pair.after, pair.before))
    taken = set()
    for mine in before:
        for theirs in after:
            if theirs in taken:
                continue
            old, new = pair.before.tokens[mine], pair.after.tokens[theirs]
            if is_misspelling(old, new, pair.language, pair.after.reading.lexicon.negative_prefixes):
                pair.families.join(old.key, new.key)
                taken.add(theirs)
                yield Respelled((mine,), (theirs,))
                break
            if _is_other_form_of_name(old, new, pair.language):
                pair.families.join(old.key, new.key)
                taken.add(theirs)
                break


def _only_here(side: Side, other: Side) -> Iterator[int]:
    unjudged = (Mark.SAME, Mark.NUMBER, Mark.TIME)
    for position, token in enumerate(side.tokens):
        is_unjudged_word = token.kind is TokenKind.WORD and side.marks[position] not in unjudged
        if is_unjudged_word and not other.counts[side.families[position]]:
            yield position


def is_misspelling(old: Token, new: Token, language: str, negative_prefixes: Sequence[str]) -> bool:
    """Whether one word is the other mistyped: a letter or two apart, and not both in the dictionary."""
    longest, shortest = max(len(old.key), len(new.key)), min(len(old.key), len(new.key))
    if longest < SHORTEST_SPELLED or shortest < SHORTEST_SPELLED - 1:
        return False
    limit = 2 if longest >= LONG_WORD else 1
    distance = OSA.distance(old.key.replace("'", ""), new.key.replace("'", ""), score_cutoff=limit)
    if distance > limit:
        return False
    known = (is_known(old.key, language), is_known(new.key, language))
    if all(known) or any(new.key == prefix + old.key or old.key == prefix + new.key for prefix in negative_prefixes):
        return False
    return not (_both_capital(old, new) and not any(known) and distance > 1)


def _is_other_form_of_name(old: Token, new: Token, language: str) -> bool:
    """Два відмінки одного прізвища: a long common beginning, and only the ending differs."""
    longest = max(len(old.key), len(new.key))
    if not _both_capital(old, new) or longest < SHORTEST_NAME:
        return False
    if is_known(old.key, language) or is_known(new.key, language):
        return False
    common = next((n for n, (a, b) in enumerate(zip(old.key, new.key, strict=False)) if a != b), longest)
    common = min(common, len(old.key), len(new.key))
    return common >= SHORTEST_SPELLED and longest - common <= ENDING_OF_NAME


def _both_capital(old: Token, new: Token) -> bool:
    return old.text[:1].isupper() and new.text[:1].isupper()
