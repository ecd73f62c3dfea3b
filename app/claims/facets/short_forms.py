"""Short and long forms of one name: "boundary conditions" and "BC", "Figure" and "Fig."."""

from collections.abc import Sequence

from app.claims.facets.pair import Pair, Side

SHORTEST_INITIALS = 2
SHORTEST_ABBREVIATION = 2


def without_short_forms(pair: Pair, before: list[int], after: list[int]) -> tuple[list[int], list[int]]:
    """The places of words that are left on both sides, without short forms and what they stand for."""
    for side, own, other_side, other in (
        (pair.before, before, pair.after, after),
        (pair.after, after, pair.before, before),
    ):
        for place in tuple(own):
            told = _told_in_full(side, place, other_side, other)
            if told:
                own.remove(place)
                for position in told:
                    other.remove(position)
    return before, after


def _told_in_full(side: Side, place: int, other_side: Side, other: Sequence[int]) -> list[int]:
    """The places of the words on the other side that the word at ``place`` is short for."""
    short = side.tokens[place]
    if short.text.isupper() and short.text.isalpha() and len(short.text) >= SHORTEST_INITIALS:
        for start in range(len(other) - len(short.text) + 1):
            run = list(other[start : start + len(short.text)])
            if "".join(other_side.tokens[position].text[0] for position in run).upper() == short.text:
                return run
    if len(short.text) >= SHORTEST_ABBREVIATION and side.reading.text[short.end : short.end + 1] == ".":
        return [position for position in other if other_side.tokens[position].key.startswith(short.key)][:1]
    return []
