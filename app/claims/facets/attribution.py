"""Who is said to have said it: a source that came, went or was exchanged."""

from collections.abc import Iterator
from typing import NamedTuple

from app.claims.facets.pair import Finding, Pair, Side
from app.claims.facts.cues import Cue
from app.claims.facts.marks import Mark, gap
from app.claims.lexicons.lexicon import CueKind
from app.claims.words import TokenKind
from app.domain.claims import FacetKind, Span

LONGEST_CITED = 5
LONGEST_SPEAKER = 6
LONGEST_NAME = 4
MOST_SEGMENTS = 3
"""A title and a name between commas ("its head, Maria Lopez, said"), and what was said before them."""
NAMELESS = 6
"""More words without any name are a clause and no source."""
KEPT = 0.5
"""Least share of what was reported that must stand in the other wording."""


class Source(NamedTuple):
    """One attribution: its cue, and the content words that name who spoke."""

    cue: Cue
    names: tuple[int, ...]


def attribution(pair: Pair) -> Finding | None:
    """The facet of a source added, removed or changed; the words of the sources are marked."""
    before, after = list(sources(pair.before)), list(sources(pair.after))
    if bool(before) != bool(after):
        return _appeared(pair, before, after)
    old = {pair.before.families[place] for source in before for place in source.names}
    new = {pair.after.families[place] for source in after for place in source.names}
    if not old or not new:
        return None
    gone = [family for family in old - new if not pair.after.counts[family]]
    came = [family for family in new - old if not pair.before.counts[family]]
    if not (gone or came) or not _is_another(pair, before, after, {*gone, *came}):
        return None
    _mark(pair.before, before)
    _mark(pair.after, after)
    data = {"change": "changed", "before": _named(pair.before, before), "after": _named(pair.after, after)}
    return Finding(FacetKind.ATTRIBUTION, _spans(pair.before, before), _spans(pair.after, after), data)


def _appeared(pair: Pair, before: list[Source], after: list[Source]) -> Finding | None:
    side, other, found, change = (
        (pair.before, pair.after, before, "removed") if before else (pair.after, pair.before, after, "added")
    )
    own = {place for source in found for place in (*source.names, *range(source.cue.first, source.cue.end))}
    body = [place for place in range(len(side.tokens)) if side.reading.is_content(place) and place not in own]
    kept = sum(bool(other.counts[side.families[place]]) for place in body)
    names = [place for source in found for place in source.names]
    if not body or kept < KEPT * len(body):
        return None  # what was reported went with its source: a deletion
    kept_names = [place for place in names if other.counts[side.families[place]]]
    if names and 2 * len(kept_names) >= len(names):
        return None  # the same people are named, with another verb
    if any(_told_by_colon(side, source.cue, other) for source in found):
        return None
    _mark(side, found)
    spans = _spans(side, found)
    data = {"change": change, "source": _named(side, found)}
    return Finding(FacetKind.ATTRIBUTION, spans if before else (), () if before else spans, data)


def _told_by_colon(side: Side, cue: Cue, other: Side) -> bool:
    """Whether the other wording has a colon for the verb of saying: "The mayor, Maria Lopez: the bridge fell"."""
    text = other.reading.text
    colon = next((n for n in range(len(other.tokens) - 1) if ":" in gap(text, other.tokens, n)), None)
    if colon is None or cue.kind is not CueKind.SPEECH:
        return False
    speakers = {other.families[place] for place in range(colon + 1) if other.is_capital_inside(place) or place == 0}
    return bool(speakers) and speakers <= {side.families[place] for place in range(cue.first)}


def sources(side: Side) -> Iterator[Source]:
    """The attributions of one side. A verb of saying without anybody who says is none."""
    for cue in side.reading.cues_of(CueKind.CITING):
        if cited := tuple(_cited(side, cue)):
            yield Source(cue, cited)
    for cue in side.reading.cues_of(CueKind.SPEECH):
        names, reported_before = _speaker(side, cue)
        if names or reported_before:
            yield Source(cue, tuple(names))


def _cited(side: Side, cue: Cue) -> Iterator[int]:
    """According to WHOM: the words up to the next comma."""
    length = 0
    for place in range(cue.end, len(side.tokens)):
        ended = "," in gap(side.reading.text, side.tokens, place - 1)
        if ended or length >= LONGEST_CITED or side.marks[place] not in (Mark.PLAIN, Mark.CODE):
            return
        if not side.reading.is_function_word(place):
            length += 1
            yield place


def _speaker(side: Side, cue: Cue) -> tuple[list[int], bool]:
    """Who says, before or behind the verb, and whether what is said stands before it ("…, said the mayor")."""
    segments = _segments(side, cue.first)
    right = _right(side, cue)
    follows = cue.end < len(side.tokens)
    comma = cue.first > 0 and "," in gap(side.reading.text, side.tokens, cue.first - 1)
    nearest = segments[-1] if segments else []
    named = _is_name(side, nearest) and len(nearest) <= LONGEST_NAME
    has_title = named and len(segments) >= (2 if follows else 3)
    title = segments[-2][-LONGEST_SPEAKER:] if has_title else []
    if comma and not (named and len(segments) > 1):
        return _names(side, right)[: 2 if len(right) >= LONGEST_SPEAKER else None], True
    if nearest:
        return _names(side, [*title, *nearest[-LONGEST_SPEAKER:]]), False
    return _names(side, right)[: 2 if len(right) >= LONGEST_SPEAKER else None], False


def _segments(side: Side, end: int) -> list[list[int]]:
    """The places before ``end`` in stretches between commas, the nearest last; no more than three are looked at."""
    segments: list[list[int]] = []
    for place in range(end - 1, -1, -1):
        begins = not segments or "," in gap(side.reading.text, side.tokens, place)
        if begins and len(segments) == MOST_SEGMENTS:
            break
        if begins:
            segments.append([])
        segments[-1].append(place)
    return [segment[::-1] for segment in segments[::-1]]


def _right(side: Side, cue: Cue) -> list[int]:
    right: list[int] = []
    for place in range(cue.end, len(side.tokens)):
        if "," in gap(side.reading.text, side.tokens, place - 1) or len(right) >= LONGEST_SPEAKER:
            break
        right.append(place)
    return right


def _is_name(side: Side, run: list[int]) -> bool:
    """Whether some words are a name: capital words, and articles and the like between them."""
    content = [place for place in run if not side.reading.is_function_word(place)]
    return bool(content) and all(_is_capital(side, place) for place in content)


def _is_capital(side: Side, place: int) -> bool:
    return side.tokens[place].kind is TokenKind.WORD and side.tokens[place].text[:1].isupper()


def _names(side: Side, places: list[int]) -> list[int]:
    plain = (Mark.PLAIN, Mark.SPEECH)
    return [
        place
        for place in places
        if side.tokens[place].kind is TokenKind.WORD
        and not side.reading.is_function_word(place)
        and side.marks[place] in plain
    ]


def _is_another(pair: Pair, before: list[Source], after: list[Source], changed: set[str]) -> bool:
    """Whether somebody else is named: another name; or, where no source has a name, another word for who it is."""
    places = [
        (side, place)
        for side, found in ((pair.before, before), (pair.after, after))
        for source in found
        for place in source.names
    ]
    capitals = [(side, place) for side, place in places if _is_capital(side, place)]
    if capitals:
        return any(side.families[place] in changed for side, place in capitals)
    return len(places) <= NAMELESS


def _mark(side: Side, found: list[Source]) -> None:
    for source in found:
        for place in (*source.names, *range(source.cue.first, source.cue.end)):
            if side.marks[place] in (Mark.PLAIN, Mark.SPEECH, Mark.CUE):
                side.marks[place] = Mark.SOURCE


def _named(side: Side, found: list[Source]) -> str:
    return " ".join(side.tokens[place].text for source in found for place in source.names)


def _spans(side: Side, found: list[Source]) -> tuple[Span, ...]:
    places = {place for source in found for place in (*source.names, *range(source.cue.first, source.cue.end))}
    return side.spans(sorted(places))
