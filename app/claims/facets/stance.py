"""How sure, how far and whether at all: polarity, certainty and scope, told by cue words.

A cue counts only if a content word beside it stands in the other wording too: deleting a clause that contained "not"
is a deletion and does not turn the claim round.
"""

from collections import Counter
from collections.abc import Iterator

from app.claims.facets.pair import Finding, Pair, Side, both_ways
from app.claims.facets.surface import differing_runs
from app.claims.facts.cues import Cue
from app.claims.facts.marks import Mark
from app.claims.lexicons.lexicon import CueKind
from app.claims.lexicons.opposition import are_opposites
from app.claims.words import TokenKind, word_keys
from app.domain.claims import FacetKind, Span

FIRM = frozenset({"probable", "expected"})
"""Senses of doubt that leave less of it than the others."""
WITHOUT = "without"
ABSENT = "absent"
WITH_NOT = "none"
"""The sense of words that a negation stands beside in Slavic languages: "ніхто не прийшов", nobody came."""
LONG_ENOUGH_FOR_PREFIX = 6


def stance(pair: Pair) -> Iterator[Finding]:
    """The facets that cue words prove: polarity, certainty, scope."""
    if found := _polarity(pair):
        yield found
    if found := _certainty(pair):
        yield found
    if found := _scope(pair):
        yield found


def _polarity(pair: Pair) -> Finding | None:
    changes: dict[str, tuple[list[Span], list[Span]]] = {}
    negated_before, negated_after = _negated(pair.before), _negated(pair.after)
    count_before, count_after = _negations(pair.before), _negations(pair.after)
    turned = bool(count_before) != bool(count_after) or (count_before - count_after) % 2 == 1
    if turned:
        removed = [
            cue for family, cue in negated_before if pair.after.counts[family] and family not in dict(negated_after)
        ]
        added = [
            cue for family, cue in negated_after if pair.before.counts[family] and family not in dict(negated_before)
        ]
        _judge(pair, removed, added)
        if removed:
            changes["negation_removed"] = ([pair.before.span(cue.first, cue.end) for cue in removed], [])
        if added:
            changes["negation_added"] = ([], [pair.after.span(cue.first, cue.end) for cue in added])
    if turned_words := list(_opposites(pair)):
        spans = (
            [pair.before.span(i, i + 1) for i, _ in turned_words],
            [pair.after.span(j, j + 1) for _, j in turned_words],
        )
        changes["opposite"] = spans
        for i, j in turned_words:
            pair.before.marks[i] = pair.after.marks[j] = Mark.JUDGED
    if not changes:
        return None
    before, after = both_ways(
        (span for old, _ in changes.values() for span in old), (span for _, new in changes.values() for span in new)
    )
    return Finding(FacetKind.POLARITY, before, after, {"how": sorted(changes)})


def _negations(side: Side) -> int:
    """How often a claim is negated; "nobody" that needs a "not" beside it and has one does not count again."""
    senses = [cue.sense for cue in side.reading.cues_of(CueKind.NEGATION)]
    return (len(senses) - senses.count(WITH_NOT)) or bool(senses)


def _negated(side: Side) -> list[tuple[str, Cue]]:
    """The families of what is negated, with the cue: the first two content words behind it.

    Only the first behind "without"; and behind "there is none" also the one before, "загрози немає".
    """
    return [
        (side.families[position], cue)
        for cue in side.reading.cues_of(CueKind.NEGATION)
        for position in _neighbours(
            side, cue, before=1 if cue.sense == ABSENT else 0, behind=1 if cue.sense == WITHOUT else 2
        )
    ]


def _opposites(pair: Pair) -> Iterator[tuple[int, int]]:
    """Words turned into their opposite: by a prefix ("відомо", "невідомо") or as a pair of the lexicon."""
    only_before = list(_only_here(pair.before, pair.after))
    only_after = list(_only_here(pair.after, pair.before))
    for i in only_before:
        for j in only_after:
            if (
                _is_prefixed(pair, i, j)
                or _is_prefixed(pair, i, j, turned=True)
                or are_opposites(pair.before.tokens[i].key, pair.after.tokens[j].key, pair.language)
            ):
                yield i, j


def _only_here(side: Side, other: Side) -> Iterator[int]:
    for position, token in enumerate(side.tokens):
        is_own_word = token.kind is TokenKind.WORD and side.marks[position] is not Mark.SAME
        if is_own_word and not other.counts[side.families[position]]:
            yield position


def _is_prefixed(pair: Pair, i: int, j: int, *, turned: bool = False) -> bool:
    longer, shorter = (pair.before.tokens[i].key, pair.after.tokens[j].key)
    shorter_side, position = pair.after, j
    if turned:
        longer, shorter = shorter, longer
        shorter_side, position = pair.before, i
    if position and shorter_side.marks[position - 1] in (Mark.CUE, Mark.SAME):
        return False
    for prefix in pair.after.reading.lexicon.negative_prefixes:
        rest = longer.removeprefix(prefix)
        if rest == longer:
            continue
        if rest == shorter and len(shorter) > 3:
            return True
        long_enough = min(len(longer), len(shorter)) > LONG_ENOUGH_FOR_PREFIX
        if long_enough and set(word_keys(rest, pair.language)) & set(word_keys(shorter, pair.language)):
            return True
    return False


def _certainty(pair: Pair) -> Finding | None:
    hedges, boosters = _changed_cues(pair, CueKind.HEDGE, 3, 2), _changed_cues(pair, CueKind.BOOSTER, 3, 2)
    if _as_doubtful(hedges):
        hedges = []
    hedges = [(how, cue) for how, cue in hedges if not _gave_way(pair, how, cue)]
    if not hedges and not boosters:
        return None
    lowered = any(how == "added" for how, _ in hedges) or any(how == "removed" for how, _ in boosters)
    direction = "lowered" if lowered else "raised"
    return _cue_finding(FacetKind.CERTAINTY, pair, hedges + boosters, {"direction": direction})


def _as_doubtful(hedges: list[tuple[str, Cue]]) -> bool:
    """Whether one word of doubt was only put for another of the same strength: "may", "possibly"."""
    removed, added = ({cue.sense in FIRM for how, cue in hedges if how == way} for way in ("removed", "added"))
    return bool(removed) and removed == added


def _gave_way(pair: Pair, how: str, cue: Cue) -> bool:
    """Whether a cue stands where the other side has other content: what that says of certainty is not known."""
    for before, after in differing_runs(pair):
        own, other_side, other = (before, pair.after, after) if how == "removed" else (after, pair.before, before)
        if cue.first in own:
            return any(other_side.reading.is_content(place) for place in other)
    return False


def _scope(pair: Pair) -> Finding | None:
    found = _changed_cues(pair, CueKind.APPROXIMATION, 2, 1) + _changed_cues(pair, CueKind.QUANTIFIER, 2, 1)
    return _cue_finding(FacetKind.SCOPE, pair, found, {}) if found else None


def _cue_finding(kind: FacetKind, pair: Pair, found: list[tuple[str, Cue]], data: dict[str, object]) -> Finding:
    removed = [cue for how, cue in found if how == "removed"]
    added = [cue for how, cue in found if how == "added"]
    _judge(pair, removed, added)
    return Finding(
        kind,
        tuple(pair.before.span(cue.first, cue.end) for cue in removed),
        tuple(pair.after.span(cue.first, cue.end) for cue in added),
        {
            **data,
            "removed": [pair.before.reading.words(cue.first, cue.end) for cue in removed],
            "added": [pair.after.reading.words(cue.first, cue.end) for cue in added],
        },
    )


def _judge(pair: Pair, removed: list[Cue], added: list[Cue]) -> None:
    """Mark cues as told, so that no other facet counts their words."""
    for side, cues in ((pair.before, removed), (pair.after, added)):
        for cue in cues:
            side.marks[cue.first : cue.end] = [Mark.JUDGED] * (cue.end - cue.first)


def _changed_cues(pair: Pair, kind: CueKind, behind: int, before: int) -> list[tuple[str, Cue]]:
    """Cues of one kind that stand on one side only, while what they stood beside is on both sides."""
    found = []
    for side, other, how in pair.directions():
        there = Counter(cue.sense for cue in other.reading.cues if cue.kind is kind)
        for cue in side.reading.cues_of(kind):
            if there[cue.sense]:
                there[cue.sense] -= 1
            elif any(
                other.counts[side.families[place]] for place in _neighbours(side, cue, before=before, behind=behind)
            ):
                found.append((how, cue))
    return found


def _neighbours(side: Side, cue: Cue, *, before: int, behind: int) -> list[int]:
    """So many content words or numbers behind a cue, and before it."""
    carries = [
        place for place in range(len(side.tokens)) if side.reading.is_content(place) or side.marks[place] is Mark.NUMBER
    ]
    following = [place for place in carries if place >= cue.end][:behind]
    preceding = [place for place in carries if place < cue.first]
    return following + (preceding[-before:] if before else [])
