"""The words that are left when every other facet has been told: names, details added or removed, wording."""

from collections.abc import Iterator

from app.claims.facets.pair import Finding, Pair, Side
from app.claims.facts.marks import Mark
from app.claims.words import TokenKind, is_known
from app.domain.claims import FacetKind

MUCH_MORE = 4
"""So many more words on one side are a detail beside the new wording."""
ALL_NOUNS_CAPITAL = frozenset({"de", "lb"})


def remainder(pair: Pair) -> Iterator[Finding]:
    """The facets of the words that stand on one side only."""
    before, after = _left(pair.before, pair.after), _left(pair.after, pair.before)
    names_before = [place for place in before if _is_name(pair, pair.before, place)]
    names_after = [place for place in after if _is_name(pair, pair.after, place)]
    if names_before and names_after and pair.language not in ALL_NOUNS_CAPITAL:
        yield _words(FacetKind.ENTITY, pair, names_before, names_after)
        before = [place for place in before if place not in names_before]
        after = [place for place in after if place not in names_after]
    before = [place for place in before if not pair.before.reading.is_function_word(place)]
    after = [place for place in after if not pair.after.reading.is_function_word(place)]
    if before and after:
        yield _words(FacetKind.WORDING, pair, before, after)
    if before and len(before) >= len(after) + (MUCH_MORE if after else 0):
        yield _words(FacetKind.DETAIL_REMOVED, pair, before, [])
    if after and len(after) >= len(before) + (MUCH_MORE if before else 0):
        yield _words(FacetKind.DETAIL_ADDED, pair, [], after)


def _left(side: Side, other: Side) -> list[int]:
    kinds = (TokenKind.WORD, TokenKind.TAG)
    return [
        place
        for place, token in enumerate(side.tokens)
        if token.kind in kinds and side.marks[place] is Mark.PLAIN and not other.counts[side.families[place]]
    ]


def _is_name(pair: Pair, side: Side, place: int) -> bool:
    """A capital letter inside the sentence; at its beginning only for a word that no dictionary knows."""
    token = side.tokens[place]
    if not token.text[:1].isupper():
        return False
    return place > 0 or token.key in pair.capitals or not is_known(token.key, side.reading.language)


def _words(kind: FacetKind, pair: Pair, before: list[int], after: list[int]) -> Finding:
    data = {"before": pair.before.texts(before), "after": pair.after.texts(after)}
    return Finding(kind, pair.before.spans(before), pair.after.spans(after), data)
