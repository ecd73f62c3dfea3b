"""Edits that leave the meaning alone: format, spelling, words joined or split, other forms of a word."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from app.claims.facets.pair import Finding, Pair, Run, Side
from app.claims.facets.quotation import quotation
from app.claims.facets.sounds import sound, sound_alike
from app.claims.facts.marks import Mark
from app.claims.words import TokenKind, is_known
from app.domain.claims import FacetKind

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


class Respelled(NamedTuple):
    """Words (by position) that are written differently on both sides, and otherwise the same."""

    before: tuple[int, ...]
    after: tuple[int, ...]


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
    found += _run_together(pair)
    found += _misspelled(pair)
    found += _unrecognised(pair)
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
    old, new = _letters(pair.before, before), _letters(pair.after, after)
    language = pair.language
    if _same_letters("".join(old), "".join(new), language, exact=len(before) == len(after)):
        yield Respelled(tuple(before), tuple(after))
        return
    taken: set[int] = set()
    for place in range(len(before)):
        for size_before, size_after in SIZES:
            mine = before[place : place + size_before]
            if len(mine) < size_before or taken.intersection(mine):
                continue
            written = "".join(old[place : place + size_before])
            for start in range(len(after) - size_after + 1):
                if not _same_letters(written, "".join(new[start : start + size_after]), language):
                    continue
                theirs = after[start : start + size_after]
                if all(-1 - position not in taken for position in theirs):
                    taken.update(mine, (-1 - position for position in theirs))
                    yield Respelled(tuple(mine), tuple(theirs))
                    break


def _same_letters(old: str, new: str, language: str, *, exact: bool = False) -> bool:
    if old == new or exact:
        return old == new
    longest = max(len(old), len(new))
    if longest - min(len(old), len(new)) > longest // 2:
        return False
    distance = OSA.distance(old, new, score_cutoff=longest // 2)
    if distance <= longest // LETTERS_PER_TYPO_JOINED:
        return True
    return distance <= longest // 2 and sound_alike(old, new, language, names=False)


def _letters(side: Side, positions: Sequence[int]) -> list[str]:
    """The letters and digits of each word."""
    tokens = side.tokens
    keys = (tokens[position].key for position in positions)
    return [key if key.isalnum() else "".join(filter(str.isalnum, key)) for key in keys]


def _run_together(pair: Pair) -> Iterator[Respelled]:
    """A word that is two neighbours of the other wording without the space, wherever they stand: "удару немає"."""
    for side, other in ((pair.before, pair.after), (pair.after, pair.before)):
        own = {side.tokens[place].key: place for place in _words_not_in(side, {token.key for token in other.tokens})}
        for place in range(len(other.tokens) - 1 if own else 0):
            mine = own.get(other.tokens[place].key + other.tokens[place + 1].key)
            if mine is not None and Mark.SAME not in (*other.marks[place : place + 2], side.marks[mine]):
                parts = (place, place + 1)
                item = Respelled((mine,), parts) if side is pair.before else Respelled(parts, (mine,))
                _mark(pair, item)
                yield item


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


def _unrecognised(pair: Pair) -> Iterator[Respelled]:
    """A cue, date or number word whose misspelt form has its family on the other side, and is no cue there."""
    keys = [{token.key for token in side.tokens} for side in (pair.before, pair.after)]
    theirs = {pair.after.families[j]: j for j in _words_not_in(pair.after, keys[0])}
    for i in _words_not_in(pair.before, keys[1]):
        j = theirs.get(pair.before.families[i])
        if j is None or (pair.before.marks[i] is Mark.PLAIN) == (pair.after.marks[j] is Mark.PLAIN):
            continue
        if _is_misspelling(pair, i, j, in_place=True):
            yield _as_spelling(pair, i, j)


def _words_not_in(side: Side, keys: set[str]) -> Iterator[int]:
    return (place for place, token in enumerate(side.tokens) if side.is_word(place) and token.key not in keys)


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
    """Whether one word is the other mistyped: alike in sound or a few letters apart, and not both in the dictionary."""
    old, new = pair.before.tokens[mine].key, pair.after.tokens[theirs].key
    names = pair.before.is_capital_inside(mine) and pair.after.is_capital_inside(theirs)
    alike = sound_alike(old, new, pair.language, names=names)
    if _is_colloquial(pair, old, new) or (alike and in_place and _is_of_closed_class(pair, mine, theirs)):
        return True
    known = is_known(old, pair.language), is_known(new, pair.language)
    prefixes = pair.after.reading.lexicon.negative_prefixes
    if all(known) or any(new == prefix + old or old == prefix + new for prefix in prefixes):
        return False
    longest, shortest = max(len(old), len(new)), min(len(old), len(new))
    if Mark.SAME in (pair.before.marks[mine], pair.after.marks[theirs]):
        return False
    if alike or shortest < SHORTEST_SPELLED:
        return alike
    if names and (longest < SHORTEST_NAME + any(known) or old[0] != new[0]):
        return False
    in_place = in_place and any(known) and not names
    limit = min(MOST_TYPOS, longest // (LETTERS_PER_TYPO_IN_PLACE if in_place else LETTERS_PER_TYPO))
    if names:
        limit = 1 + (any(known) and longest > 2 * SHORTEST_NAME)
    elif not any(known):
        limit = min(2, longest // (LETTERS_PER_TYPO + 1))
    heard = sound(old, pair.language, name=True), sound(new, pair.language, name=True)
    written = old.replace("'", ""), new.replace("'", "")
    return any(OSA.distance(*words, score_cutoff=limit) <= limit for words in (written, heard))


def _is_colloquial(pair: Pair, old: str, new: str) -> bool:
    standard = pair.after.reading.lexicon.colloquial
    return standard.get(old) == new or standard.get(new) == old


def _is_of_closed_class(pair: Pair, mine: int, theirs: int) -> bool:
    """Whether one of two words is a pronoun, particle or the like: no noun is put for one but by mishearing."""
    return any(
        side.reading.is_function_word(place) or side.marks[place] in (Mark.CUE, Mark.QUANTIFIER)
        for side, place in ((pair.before, mine), (pair.after, theirs))
    )


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
