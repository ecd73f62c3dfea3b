"""Short and long forms of one name: "boundary conditions" and "BC", "Figure" and "Fig."."""

from collections.abc import Sequence

from app.claims.facets.pair import Finding, Pair, Side
from app.domain.claims import FacetKind

SHORTEST_INITIALS = 2
SHORTEST_ABBREVIATION = 2
EXTRA = 2


def take_short_forms(pair: Pair, before: list[int], after: list[int]) -> Finding | None:
    """Take short forms, and what they stand for, out of the places of words left on both sides; tell them if any."""
    taken: tuple[list[int], list[int]] = ([], [])
    for mine, theirs in ((0, 1), (1, 0)):
        sides, places = (pair.before, pair.after), (before, after)
        for place in tuple(places[mine]):
            told = _told_in_full(sides[mine], place, sides[theirs], places[theirs])
            if told or _is_told_beside(sides[mine], place):
                places[mine].remove(place)
                taken[mine].append(place)
                for position in told:
                    places[theirs].remove(position)
                taken[theirs].extend(told)
    if not taken[0] and not taken[1]:
        return None
    spans = pair.before.spans(sorted(taken[0])), pair.after.spans(sorted(taken[1]))
    data = {"before": pair.before.texts(sorted(taken[0])), "after": pair.after.texts(sorted(taken[1]))}
    return Finding(FacetKind.NOTATION, *spans, data)


def _is_told_beside(side: Side, place: int) -> bool:
    """Whether a short form stands behind the words it is short for: "semi-analytic model (SAM)"."""
    short = side.tokens[place].text
    words = [token.text for token in side.tokens[max(0, place - len(short) - EXTRA) : place]]
    initials = "".join(part[:1] for word in words for part in word.split("-")).upper()
    return _is_initials(short) and initials.endswith(short) and bool(initials)


def _is_initials(word: str) -> bool:
    return word.isupper() and word.isalpha() and len(word) >= SHORTEST_INITIALS


def _is_name_with(initial: str, word: str) -> bool:
    """Whether a word may be the name that an initial stands for: "Б. Хмельницького", "Богдана Хмельницького"."""
    return len(word) > 1 and word.startswith(initial) and not word.isupper()


def _told_in_full(side: Side, place: int, other_side: Side, other: Sequence[int]) -> list[int]:
    """The places of the words on the other side that the word at ``place`` is short for."""
    short = side.tokens[place]
    if _is_initials(short.text):
        for start in range(len(other) - len(short.text) + 1):
            run = list(other[start : start + len(short.text)])
            if "".join(other_side.tokens[position].text[:1] for position in run).upper() == short.text:
                return run
    is_initial = len(short.text) == 1 and short.text.isupper()
    if is_initial and side.reading.text[short.end : short.end + 1] == ".":
        return [position for position in other if _is_name_with(short.text, other_side.tokens[position].text)][:1]
    if len(short.text) >= SHORTEST_ABBREVIATION and side.reading.text[short.end : short.end + 1] == ".":
        return [position for position in other if other_side.tokens[position].key.startswith(short.key)][:1]
    return []
