"""The words that are left when every other facet has been told: names, details added or removed, wording."""

import re
from collections.abc import Iterator

from app.claims.facets.pair import Finding, Pair, Side
from app.claims.facets.short_forms import take_short_forms
from app.claims.facets.surface import common_beginning, differing_runs
from app.claims.facts.marks import Mark
from app.claims.lexicons.lexicon import CueKind
from app.claims.words import TokenKind, is_known
from app.domain.claims import FacetKind

MUCH_MORE = 4
"""So many more words on one side are a detail beside the new wording."""
SHORTEST_ROOT = 4
PUNCTUATION = re.compile(r"[^\w\s]")
SHORTEST_CONTENT = 3
OPEN_MARKS = frozenset({Mark.PLAIN, Mark.CODE, Mark.SPEECH, Mark.QUANTIFIER, Mark.CUE})
"""Also cue words, as far as they told nothing: "reported" for "declared" is wording."""
OPEN_KINDS = (TokenKind.WORD, TokenKind.TAG, TokenKind.CODE)
SPEAKING = frozenset({CueKind.SPEECH, CueKind.CITING})
ALL_NOUNS_CAPITAL = frozenset({"de", "lb"})


def remainder(pair: Pair) -> Iterator[Finding]:
    """The facets of the words that stand on one side only."""
    runs = list(differing_runs(pair))
    before = _left(pair.before, pair.after, {place for run, _ in runs for place in run})
    after = _left(pair.after, pair.before, {place for _, run in runs for place in run})
    short_forms = take_short_forms(pair, before, after)
    if short_forms is not None:
        yield short_forms
    names_before = [place for place in before if _is_name(pair, pair.before, place)]
    names_after = [place for place in after if _is_name(pair, pair.after, place)]
    if names_before and names_after and pair.language not in ALL_NOUNS_CAPITAL:
        yield _words(FacetKind.ENTITY, pair, names_before, names_after)
        before = [place for place in before if place not in names_before]
        after = [place for place in after if place not in names_after]
    before, after = _contentful(pair.before, pair.after, before), _contentful(pair.after, pair.before, after)
    yield from _told(pair, before, after)


def _told(pair: Pair, before: list[int], after: list[int]) -> Iterator[Finding]:
    """Wording for words exchanged, details for words that came or went.

    A lone word that came or went among corrections of spelling and grammar is wording too.
    """
    corrected = len(before) <= 1 and len(after) <= 1 and _is_corrected(pair)
    lone_names = any(_is_designation(side, place) for side, places in _sides(pair, before, after) for place in places)
    if (before or after) and ((before and after) or (corrected and not lone_names)):
        wording = _words(FacetKind.WORDING, pair, before, after)
        roots = list(_of_one_root(wording.data["before"], wording.data["after"]))
        extra = ({"one_root": roots} if roots else {}) | ({"among_corrections": True} if corrected else {})
        yield wording._replace(data={**wording.data, **extra})
        if not (before and after):
            return
    if before and len(before) >= len(after) + (MUCH_MORE if after else 0):
        yield _words(FacetKind.DETAIL_REMOVED, pair, before, [])
    if after and len(after) >= len(before) + (MUCH_MORE if before else 0):
        yield _words(FacetKind.DETAIL_ADDED, pair, [], after)


def _sides(pair: Pair, before: list[int], after: list[int]) -> tuple[tuple[Side, list[int]], tuple[Side, list[int]]]:
    return (pair.before, before), (pair.after, after)


def _is_designation(side: Side, place: int) -> bool:
    """A name, a tag or a code: never a mere correction."""
    return side.is_capital_inside(place) or side.tokens[place].kind is not TokenKind.WORD


def _is_corrected(pair: Pair) -> bool:
    """Whether the rest of the claim was worked over too: spelling, forms of kept words, or punctuation."""
    if Mark.SAME in pair.before.marks:
        return True
    kept = pair.before.counts & pair.after.counts
    forms = [
        {token.key for token, family in zip(side.tokens, side.families, strict=True) if kept[family]}
        for side in (pair.before, pair.after)
    ]
    punctuation = [sorted(PUNCTUATION.findall(side.reading.text)) for side in (pair.before, pair.after)]
    return forms[0] != forms[1] or punctuation[0] != punctuation[1]


def _of_one_root(before: list[str], after: list[str]) -> Iterator[list[str]]:
    """Pairs of words that begin alike for half of their length: "описується", "описано"."""
    free = list(after)
    for old in before:
        for new in free:
            common = common_beginning(old.lower(), new.lower())
            if common >= SHORTEST_ROOT and 2 * common >= min(len(old), len(new)):
                free.remove(new)
                yield [old, new]
                break


def _left(side: Side, other: Side, runs: set[int]) -> list[int]:
    """The plain words that stand on this side oftener than on the other; of several equal ones those that differ."""
    surplus = side.counts - other.counts
    left = []
    for place, token in enumerate(side.tokens):
        open_kind = token.kind in OPEN_KINDS and side.marks[place] in OPEN_MARKS
        if not open_kind or not surplus[side.families[place]]:
            continue
        if _is_repeated(side, place):
            surplus[side.families[place]] -= 1
        elif place in runs or not other.counts[side.families[place]]:
            surplus[side.families[place]] -= 1
            left.append(place)
    return left


def _is_repeated(side: Side, place: int) -> bool:
    """Whether the word just before is the same: "on the the road"."""
    return place > 0 and side.tokens[place].key == side.tokens[place - 1].key


def _contentful(side: Side, other: Side, places: list[int]) -> list[int]:
    """Without words that carry no content.

    Nor do negations that turned nothing round, and cues of the same sense as one on the other side ("about", "circa").
    """
    senses = {(cue.kind, cue.sense) for cue in other.reading.cues if cue.kind not in SPEAKING}
    empty = {
        place
        for cue in side.reading.cues
        if cue.kind is CueKind.NEGATION or (cue.kind, cue.sense) in senses
        for place in range(cue.first, cue.end)
    }
    return [place for place in places if place not in empty and _has_content(side, place)]


def _has_content(side: Side, place: int) -> bool:
    """No function word, and no bare letter or two."""
    text = side.tokens[place].text
    if text.isupper() and len(text) > 1 and not side.reading.text.isupper():
        return True  # the US, not us
    return not side.reading.is_function_word(place) and (len(text) >= SHORTEST_CONTENT or not text.islower())


def _is_name(pair: Pair, side: Side, place: int) -> bool:
    """A capital letter inside the sentence; at its beginning only for a word that no dictionary knows."""
    token = side.tokens[place]
    if not token.text[:1].isupper():
        return False
    return place > 0 or token.key in pair.capitals or not is_known(token.key, side.reading.language)


def _words(kind: FacetKind, pair: Pair, before: list[int], after: list[int]) -> Finding:
    data = {"before": pair.before.texts(before), "after": pair.after.texts(after)}
    return Finding(kind, pair.before.spans(before), pair.after.spans(after), data)
