"""From the body of an event to what people read of it, in their language: the one place where messages are made."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any, Final, TypeVar

from app.domain.claims import Action, FacetKind, Level, PinEventKind
from app.domain.events import EventType
from app.domain.gists import read_gist
from app.domain.headlines import headline_of, shorten
from app.domain.terms import term_of
from app.domain.words import ENGLISH, Words, msgid
from app.messages.facets import facet_told
from app.messages.marking import marked
from app.messages.message import ClaimTold, Link, Message

Word = TypeVar("Word", bound=StrEnum)
Body = Mapping[str, Any]
MOST_CLAIMS = 20
"""Of one edit; the body counts the rest too."""

LINKS: Final[Mapping[str, str]] = {
    "page": msgid("Look at it"),
    "source": msgid("Where it was published"),
    "diff": msgid("The difference"),
    "edit": msgid("The record of the edit"),
    "flag": msgid("The flag"),
    "alerts": msgid("All alerts"),
}
PINS: Final[Mapping[PinEventKind, str]] = {
    PinEventKind.REMOVED: msgid("pinned phrase removed: {name}"),
    PinEventKind.ADDED: msgid("pinned phrase added: {name}"),
    PinEventKind.RESTORED: msgid("pinned phrase is back: {name}"),
    PinEventKind.COUNT_CHANGED: msgid("pinned phrase is there more or less often: {name}"),
    PinEventKind.CONTEXT_CHANGED: msgid("text around a pinned phrase changed: {name}"),
}


def message_of(body: Body, words: Words, *, zone: tzinfo = UTC) -> Message:
    """The message of any event. What a body lacks, or a later program added to it, is not said; nothing is refused."""
    edit = _mapping(body.get("edit"))
    claims = [one for one in _several(body.get("claims")) if isinstance(one, Mapping)]
    return Message(
        language=words.language,
        headline=headline_in(body, words, zone=zone),
        level=_level(edit.get("level")),
        claims=tuple(_claim(one, words) for one in claims[:MOST_CLAIMS]),
        items=tuple(headline_in(_mapping(one), words, zone=zone) for one in _several(body.get("items"))),
        facts=tuple(_facts(body, edit, len(claims), words, zone)),
        links=tuple(_links(_mapping(body.get("links")), words)),
    )


def headline_in(body: Body, words: Words, *, zone: tzinfo = UTC) -> str:
    """The first line; in English where the body is older than its other languages."""
    if body.get("type") == EventType.DIGEST and words.language != ENGLISH.language:
        return _digest(body, words, zone)
    gist = read_gist(body.get("gist"))
    return headline_of(gist, words, zone=zone) if gist else str(body.get("headline") or body.get("type") or "")


def _digest(body: Body, words: Words, zone: tzinfo) -> str:
    """How many alerts of which time, and of which levels."""
    since, until = _moment(body.get("since")), _moment(body.get("until"))
    levels = [(_level(name), _count(count)) for name, count in _mapping(body.get("by_level")).items()]
    told = ", ".join(f"{term_of(level, words)}: {count}" for level, count in levels if level and count)
    return words.plural(
        "{count} alert from {since} to {until} by level: {levels}",
        "{count} alerts from {since} to {until} by level: {levels}",
        _count(body.get("count")),
        since=words.moment(since, zone=zone) if since else "…",
        until=words.moment(until, zone=zone) if until else "…",
        levels=told,
    )


def _claim(claim: Body, words: Words) -> ClaimTold:
    action, level = _word(Action, claim.get("action"), Action.EDITED), _level(claim.get("level")) or Level.COSMETIC
    facets = [_mapping(facet) for facet in _several(claim.get("facets"))]
    known = [(facet["kind"], _mapping(facet.get("data"))) for facet in facets if facet.get("kind") in set(FacetKind)]
    points = [facet_told(FacetKind(kind), found, words) for kind, found in known]
    points += [words.text("moved to another place")] if claim.get("moved") and action is not Action.MOVED else []
    points += [_pin(_mapping(pin), words) for pin in _several(claim.get("pins"))]
    return ClaimTold(
        what=words.text("{action}, level: {level}", action=term_of(action, words), level=term_of(level, words)),
        level=level,
        words=marked(str(claim.get("before") or ""), str(claim.get("after") or "")),
        points=tuple(dict.fromkeys(points)),
    )


def _pin(pin: Body, words: Words) -> str:
    event = _word(PinEventKind, pin.get("event"), PinEventKind.CONTEXT_CHANGED)
    return words.text(PINS[event], name=shorten(str(pin.get("name") or "")))


def _facts(body: Body, edit: Body, claims: int, words: Words, zone: tzinfo) -> Iterator[str]:
    if edit:
        yield from _facts_of_edit(edit, words, zone)
    in_claims = {
        pin.get("id") for claim in _several(body.get("claims")) for pin in _several(_mapping(claim).get("pins"))
    }
    yield from (_pin(pin, words) for pin in map(_mapping, _several(body.get("pins"))) if pin.get("id") not in in_claims)
    left_out = _count(body.get("claims_left_out")) + max(claims - MOST_CLAIMS, 0)
    if left_out:
        yield words.plural("{count} more claim changed", "{count} more claims changed", left_out)
    if not_shown := _count(body.get("left_out")):
        yield words.plural("{count} more alert is not shown here", "{count} more alerts are not shown here", not_shown)


def _facts_of_edit(edit: Body, words: Words, zone: tzinfo) -> Iterator[str]:
    if level := _level(edit.get("level")):
        yield words.text("Level: {level}", level=term_of(level, words))
    stood = edit.get("stood_seconds")
    if isinstance(stood, int | float) and edit.get("kind") != "republished":
        if stood >= 1:
            yield words.text("The words before stood for at least: {duration}", duration=words.duration(stood))
        else:
            yield words.text("The words before were seen once")
    if edit.get("kind") == "wording":
        yield _disclosure(edit, words)
    if at := _moment(edit.get("second_look_at")):
        yield words.text("A second look showed the same: {moment}", moment=words.moment(at, zone=zone))
    if edit.get("truncated"):
        yield words.text("The texts were too long to be compared finely")


def _disclosure(edit: Body, words: Words) -> str:
    if edit.get("disclosed"):
        return words.text("Disclosed: the new text has a note of the correction")
    if edit.get("marked_edited"):
        return words.text("Not disclosed: it is marked as edited, but not what was changed")
    return words.text("Silent: nothing there says that it was changed")


def _links(links: Body, words: Words) -> Iterator[Link]:
    for name, label in LINKS.items():
        address = str(links.get(name) or "")
        if address.startswith(("https://", "http://")):
            yield Link(words.text(label), address)


def _mapping(value: object) -> Body:
    return value if isinstance(value, Mapping) else {}


def _several(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _count(value: object) -> int:
    return int(value) if isinstance(value, int) else 0


def _word(kind: type[Word], value: object, otherwise: Word) -> Word:
    return kind(str(value)) if value in set(kind) else otherwise


def _level(value: object) -> Level | None:
    return Level(str(value)) if value in set(Level) else None


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
