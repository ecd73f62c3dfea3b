"""The same words in another order: numbers or names that changed places, or a name only turned round."""

from app.claims.facets.pair import Finding, Pair, Side
from app.claims.facts.marks import Mark
from app.domain.claims import FacetKind

FIXED_ORDER = frozenset({"en", "fr", "es", "it", "pt", "nl", "sv", "da", "no"})
"""Languages in which the order of words, and not their endings, says who did it to whom."""
NAME, NUMBER = "\0name", "\0number"


def exchanged(pair: Pair) -> Finding | None:
    """What changed places between two claims that are otherwise word by word the same; None if nothing did."""
    before, after = _places(pair, pair.before), _places(pair, pair.after)
    if _with_gaps(pair.before, before) != _with_gaps(pair.after, after):
        return None
    for sort, kind in ((NUMBER, FacetKind.QUANTITY), (NAME, FacetKind.ENTITY)):
        old = [place for place, found in before.items() if found == sort]
        new = [place for place, found in after.items() if found == sort]
        families_old = [pair.before.families[place] for place in old]
        families_new = [pair.after.families[place] for place in new]
        if families_old == families_new or sorted(families_old) != sorted(families_new):
            continue
        moved = [n for n, (one, other) in enumerate(zip(families_old, families_new, strict=True)) if one != other]
        return _judged(kind, pair, [old[n] for n in moved], [new[n] for n in moved])
    return None


def _judged(kind: FacetKind, pair: Pair, old: list[int], new: list[int]) -> Finding | None:
    spans = pair.before.spans(old), pair.after.spans(new)
    data = {"before": pair.before.texts(old), "after": pair.after.texts(new), "exchanged": True}
    if kind is FacetKind.ENTITY:
        if old[-1] - old[0] == len(old) - 1:  # neighbours: first name and surname
            return Finding(FacetKind.NOTATION, *spans, {"before": data["before"], "after": data["after"]})
        forms_kept = sorted(pair.before.tokens[place].key for place in old) == sorted(
            pair.after.tokens[place].key for place in new
        )
        if pair.language not in FIXED_ORDER and forms_kept:
            return None  # the endings still say who did it to whom
    return Finding(kind, *spans, data)


def _places(pair: Pair, side: Side) -> dict[int, str]:
    """The places of numbers and names, in order."""
    found = {}
    for place, token in enumerate(side.tokens):
        if side.marks[place] is Mark.NUMBER:
            found[place] = NUMBER
        elif side.is_capital_inside(place) or (token.text[:1].isupper() and _is_capital_elsewhere(pair, place, side)):
            found[place] = NAME
    return found


def _is_capital_elsewhere(pair: Pair, place: int, side: Side) -> bool:
    """Whether the word that opens a claim has its capital also inside the other one."""
    other = pair.after if side is pair.before else pair.before
    return any(
        other.families[position] == side.families[place] and other.is_capital_inside(position)
        for position in range(len(other.tokens))
    )


def _with_gaps(side: Side, places: dict[int, str]) -> list[str]:
    return [places.get(place, family) for place, family in enumerate(side.families)]
