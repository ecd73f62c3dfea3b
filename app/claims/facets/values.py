"""What was counted, dated, linked or designated otherwise: quantity, time, notation, link, and codes as names."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from app.claims.facets.pair import Finding, Pair, Side
from app.claims.facts.marks import Mark
from app.claims.facts.moments import Moment
from app.claims.facts.numbers import Quantity
from app.domain.claims import FacetKind

Value = TypeVar("Value", Moment, Quantity)
SPACES = re.compile(r"\s")
NOT_DIGIT = re.compile(r"\D")
LETTERS = re.compile(r"[^\W\d_]+")


def values(pair: Pair) -> Iterator[Finding]:
    """The facets of values, in the order: time, quantity, notation, link, entity."""
    moments_before, moments_after, rewritten_moments = _unequal_moments(pair)
    quantities_before, quantities_after, rewritten = _unequal_quantities(pair)
    codes_before, codes_after = _unequal_codes(pair)
    _without_twins(quantities_before, codes_after, pair.after)
    _without_twins(quantities_after, codes_before, pair.before)
    if moments_before or moments_after:
        yield Finding(
            FacetKind.TIME,
            tuple(pair.before.span(moment.first, moment.end) for moment in moments_before),
            tuple(pair.after.span(moment.first, moment.end) for moment in moments_after),
            {"before": _texts(pair.before, moments_before), "after": _texts(pair.after, moments_after)},
        )
    if quantities_before or quantities_after:
        yield _quantity(pair, quantities_before, quantities_after)
    unequal = moments_before or moments_after or quantities_before or quantities_after
    if (rewritten or rewritten_moments) and not unequal:
        yield Finding(FacetKind.NOTATION)
    if link := _links(pair):
        yield link
    if codes_before and codes_after:
        yield Finding(
            FacetKind.ENTITY,
            pair.before.spans(codes_before),
            pair.after.spans(codes_after),
            {"before": pair.before.texts(codes_before), "after": pair.after.texts(codes_after)},
        )


def _texts(side: Side, found: list[Moment] | list[Quantity]) -> list[str]:
    return [side.reading.words(item.first, item.end) for item in found]


def _unspelled(side: Side, found: list[Value]) -> list[Value]:
    """Without those that the other side only spells differently ("седня", "сегодня")."""
    return [item for item in found if Mark.SAME not in side.marks[item.first : item.end]]


def _unequal_moments(pair: Pair) -> tuple[list[Moment], list[Moment], bool]:
    before, after = (
        _unspelled(pair.before, pair.before.reading.moments),
        _unspelled(pair.after, pair.after.reading.moments),
    )
    rewritten = False
    for mine in tuple(before):
        theirs = next((moment for moment in after if mine.agrees_with(moment)), None)
        if theirs is not None:
            before.remove(mine)
            after.remove(theirs)
            written = (
                pair.before.reading.words(mine.first, mine.end),
                pair.after.reading.words(theirs.first, theirs.end),
            )
            rewritten |= written[0].lower() != written[1].lower()
    return before, after, rewritten


def _unequal_quantities(pair: Pair) -> tuple[list[Quantity], list[Quantity], bool]:
    before = _unspelled(pair.before, pair.before.reading.quantities)
    after = _unspelled(pair.after, pair.after.reading.quantities)
    rewritten = False
    for mine in tuple(before):
        theirs = next((item for item in after if _equal(mine, item)), None)
        if theirs is not None:
            before.remove(mine)
            after.remove(theirs)
            old, new = (
                pair.before.reading.words(mine.first, mine.end),
                pair.after.reading.words(theirs.first, theirs.end),
            )
            rewritten |= SPACES.sub("", old.lower()) != SPACES.sub("", new.lower())
    # "one" is often an article or a pronoun: alone it is no quantity
    if not after:
        before = [item for item in before if not (item.in_words and item.value == 1)]
    if not before:
        after = [item for item in after if not (item.in_words and item.value == 1)]
    return before, after, rewritten


def _equal(mine: Quantity, theirs: Quantity) -> bool:
    """The same number, in the same unit or with a unit left out; per cent is never left out."""
    units = {mine.unit, theirs.unit}
    return mine.value == theirs.value and (len(units) == 1 or ("" in units and "%" not in units))


def _quantity(pair: Pair, before: list[Quantity], after: list[Quantity]) -> Finding:
    data: dict[str, object] = {"before": _texts(pair.before, before), "after": _texts(pair.after, after)}
    if len(before) == len(after):
        steps = list(zip(before, after, strict=True))
        data["ratio"] = [round(new.value / old.value, 4) if old.value else None for old, new in steps]
        data["direction"] = ["up" if new.value > old.value else "down" for old, new in steps]
    return Finding(
        FacetKind.QUANTITY,
        tuple(pair.before.span(item.first, item.end) for item in before),
        tuple(pair.after.span(item.first, item.end) for item in after),
        data,
    )


def _links(pair: Pair) -> Finding | None:
    before, after = _marked(pair.before, Mark.LINK), _marked(pair.after, Mark.LINK)
    gone = Counter(pair.before.texts(before)) - Counter(pair.after.texts(after))
    new = Counter(pair.after.texts(after)) - Counter(pair.before.texts(before))
    if not gone and not new:
        return None
    return Finding(
        FacetKind.LINK,
        pair.before.spans(position for position in before if pair.before.tokens[position].text in gone),
        pair.after.spans(position for position in after if pair.after.tokens[position].text in new),
        {"before": sorted(gone.elements()), "after": sorted(new.elements())},
    )


def _marked(side: Side, mark: Mark) -> list[int]:
    return [position for position, found in enumerate(side.marks) if found is mark]


def _unequal_codes(pair: Pair) -> tuple[list[int], list[int]]:
    before, after = _marked(pair.before, Mark.CODE), _marked(pair.after, Mark.CODE)
    old = Counter(_designation(pair.before, position) for position in before)
    new = Counter(_designation(pair.after, position) for position in after)
    gone, came = old - new, new - old
    return (
        [position for position in before if gone[_designation(pair.before, position)]],
        [position for position in after if came[_designation(pair.after, position)]],
    )


def _designation(side: Side, position: int) -> str:
    """What makes a code the same code: its digits, and its letters unless they are only the ending of an ordinal."""
    key = side.tokens[position].key
    letters = "" if key[:1].isdigit() else "".join(LETTERS.findall(key))
    return NOT_DIGIT.sub("", key) + letters


def _without_twins(quantities: list[Quantity], codes: list[int], side: Side) -> None:
    """Drop a number on one side and an ordinal on the other that say the same: "3", "3-й"."""
    for position in tuple(codes):
        digits = NOT_DIGIT.sub("", side.tokens[position].key)
        twin = next((item for item in quantities if str(int(item.value)) == digits), None)
        if twin is not None:
            quantities.remove(twin)
            codes.remove(position)
