"""What was counted, dated, linked or designated otherwise: quantity, time, notation, link, and codes as names."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from app.claims.facets.pair import Finding, Pair, Side
from app.claims.facts.marks import Mark
from app.claims.facts.moments import Moment, MomentKind
from app.claims.facts.numbers import ORDINAL, Quantity
from app.claims.words import TokenKind
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
    precision = _precision(pair) if not (moments_before or moments_after) else None
    if precision is not None:
        yield precision
    if moments_before or moments_after:
        yield Finding(
            FacetKind.TIME,
            tuple(pair.before.span(moment.first, moment.end) for moment in moments_before),
            tuple(pair.after.span(moment.first, moment.end) for moment in moments_after),
            {"before": _texts(pair.before, moments_before), "after": _texts(pair.after, moments_after)},
        )
    if quantities_before or quantities_after:
        yield _quantity(pair, quantities_before, quantities_after)
    unequal = precision or moments_before or moments_after or quantities_before or quantities_after
    if (rewritten or rewritten_moments) and not unequal:
        yield Finding(FacetKind.NOTATION)
    if link := _links(pair):
        yield link
    if codes_before and codes_after:
        for side, places in ((pair.before, codes_before), (pair.after, codes_after)):
            for place in places:
                side.marks[place] = Mark.JUDGED
        yield Finding(
            FacetKind.ENTITY,
            pair.before.spans(codes_before),
            pair.after.spans(codes_after),
            {"before": pair.before.texts(codes_before), "after": pair.after.texts(codes_after)},
        )


def _texts(side: Side, found: list[Moment] | list[Quantity]) -> list[str]:
    return [side.reading.words(item.first, item.end) for item in found]


def _unspelled(side: Side, found: list[Value]) -> list[Value]:
    """Without those that the other side only spells differently ("седня", "сегодня"); digits are never misspelt."""
    return [item for item in found if Mark.SAME not in side.marks[item.first : _end_of_value(side, item)]]


def _end_of_value(side: Side, item: Moment | Quantity) -> int:
    return item.end if side.tokens[item.first].kind is TokenKind.WORD else item.first + 1


def _unequal_moments(pair: Pair) -> tuple[list[Moment], list[Moment], bool]:
    before = _unspelled(pair.before, pair.before.reading.moments)
    after = _unspelled(pair.after, pair.after.reading.moments)
    rewritten = False
    for mine, theirs in list(_agreeing(before, after)):
        before.remove(mine)
        after.remove(theirs)
        old, new = _texts(pair.before, [mine])[0], _texts(pair.after, [theirs])[0]
        rewritten |= old.lower() != new.lower()
    if not before or not after:  # "night" that came or went alone is a word like others
        for side, found in ((pair.before, before), (pair.after, after)):
            parts = [moment for moment in found if moment.kind is MomentKind.PART]
            _make_plain(side, parts)
            found[:] = [moment for moment in found if moment not in parts]
    return before, after, rewritten


def _precision(pair: Pair) -> Finding | None:
    """A date that says more, or less, than the one it agrees with: "in August", "on 14 August"."""
    before = _unspelled(pair.before, pair.before.reading.moments)
    after = _unspelled(pair.after, pair.after.reading.moments)
    for mine, theirs in _agreeing(before, after):
        said, says = [sum(part is not None for part in moment.parts) for moment in (mine, theirs)]
        only_year = mine.parts[1:] == theirs.parts[1:]
        if said != says and not only_year:
            data = {
                "before": _texts(pair.before, [mine]),
                "after": _texts(pair.after, [theirs]),
                "precision": "finer" if says > said else "coarser",
            }
            spans = (pair.before.span(mine.first, mine.end),), (pair.after.span(theirs.first, theirs.end),)
            return Finding(FacetKind.TIME, *spans, data)
    return None


def _agreeing(before: list[Moment], after: list[Moment]) -> Iterator[tuple[Moment, Moment]]:
    free = list(after)
    for mine in before:
        theirs = max(
            (moment for moment in free if mine.agrees_with(moment)),
            key=lambda moment: sum(one == other for one, other in zip(mine.parts, moment.parts, strict=True)),
            default=None,
        )
        if theirs is not None:
            free.remove(theirs)
            yield mine, theirs


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
    if not after:
        before = _counted(pair.before, before)
    if not before:
        after = _counted(pair.after, after)
    return before, after, rewritten


def _counted(side: Side, found: list[Quantity]) -> list[Quantity]:
    """Without words that are quantities only in comparison: a lone "one" may be a pronoun, a lone "first" an adverb.

    They are plain words again, and so a detail.
    """
    uncounted = [item for item in found if item.in_words and (item.value == 1 or item.unit == ORDINAL)]
    _make_plain(side, uncounted)
    return [item for item in found if item not in uncounted]


def _make_plain(side: Side, found: list[Value]) -> None:
    for item in found:
        side.marks[item.first : item.end] = [Mark.PLAIN] * (item.end - item.first)


def _equal(mine: Quantity, theirs: Quantity) -> bool:
    """The same number, in the same unit or with a unit left out; per cent is never left out."""
    units = {mine.unit, theirs.unit}
    return mine.value == theirs.value and (len(units) == 1 or ("" in units and "%" not in units))


def _quantity(pair: Pair, before: list[Quantity], after: list[Quantity]) -> Finding:
    data: dict[str, object] = {"before": _texts(pair.before, before), "after": _texts(pair.after, after)}
    if [item.unit for item in before] == [item.unit for item in after]:
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
