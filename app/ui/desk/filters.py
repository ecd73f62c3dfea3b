"""What a destination wants to hear, as a form asks for it: words that are ticked, and lists with commas."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from app.domain.claims import Action, FacetKind, Level
from app.domain.destinations import AlertFilter
from app.domain.errors import InvalidInput
from app.domain.events import EventType
from app.domain.ids import PinId, WatchId
from app.domain.statements import StatementState
from app.domain.terms import term_of
from app.domain.words import Words
from app.pipeline.watch_fields import language_of, tags_of
from app.ui.desk.paging import uuid_of

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

MOST_LANGUAGES: Final = 50

GROUPS: Final[Mapping[str, type[StrEnum]]] = {
    "event": EventType,
    "action": Action,
    "facet": FacetKind,
    "state": StatementState,
}
"""Beginning of the name of a box → the words that are ticked there."""


def wish_of_form(form: Mapping[str, str]) -> AlertFilter:
    """The filter that a form asks for; nothing ticked means anything.

    Raises:
        InvalidInput: a tag or a language is none.
    """
    tags = _read("tags", lambda: tags_of(form.get("tags", "")))
    asked = form.get("languages", "").replace(",", " ").split()[:MOST_LANGUAGES]
    languages = _read("languages", lambda: tuple(language_of(one) for one in asked))
    level = form.get("min_level", "")
    return AlertFilter(
        event_types=_ticked(form, "event", EventType),
        watch_ids=tuple(WatchId(one) for one in _ids(form, "watch-")),
        tags=tags,
        pin_ids=tuple(PinId(one) for one in _ids(form, "pin-")),
        min_level=Level(level) if level in set(Level) else Level.COSMETIC,
        actions=_ticked(form, "action", Action),
        facets=_ticked(form, "facet", FacetKind),
        states=_ticked(form, "state", StatementState),
        languages=languages,
    )


def as_written(wish: AlertFilter) -> dict[str, str]:
    """A filter as its form holds it."""
    ticked = {
        **{f"event-{one}": "yes" for one in wish.event_types},
        **{f"action-{one}": "yes" for one in wish.actions},
        **{f"facet-{one}": "yes" for one in wish.facets},
        **{f"state-{one}": "yes" for one in wish.states},
        **{f"watch-{one}": "yes" for one in wish.watch_ids},
        **{f"pin-{one}": "yes" for one in wish.pin_ids},
    }
    return {
        **ticked,
        "tags": ", ".join(wish.tags),
        "languages": ", ".join(wish.languages),
        "min_level": wish.min_level,
    }


def boxes(form: Mapping[str, str], words: Words) -> dict[str, list[tuple[str, str, bool]]]:
    """What can be ticked, by group: the name of the box, what stands beside it, and whether it is ticked."""
    return {
        group: [(f"{group}-{one}", term_of(one, words), f"{group}-{one}" in form) for one in known]
        for group, known in GROUPS.items()
    }


def told(wish: AlertFilter, words: Words) -> str:
    """A filter in one line."""
    parts: list[str] = []
    lists: tuple[tuple[Any, ...], ...] = (wish.event_types, wish.actions, wish.facets, wish.states)
    parts += [words.listed(term_of(one, words) for one in some) for some in lists if some]
    if wish.min_level is not Level.COSMETIC:
        parts.append(words.text("from level “{level}” on", level=term_of(wish.min_level, words)))
    if wish.tags:
        parts.append(words.text("tags: {tags}", tags=words.listed(wish.tags)))
    if wish.languages:
        parts.append(words.text("languages: {languages}", languages=words.listed(wish.languages)))
    if wish.watch_ids:
        parts.append(words.plural("{count} watch", "{count} watches", len(wish.watch_ids)))
    if wish.pin_ids:
        parts.append(words.plural("{count} pin", "{count} pins", len(wish.pin_ids)))
    return "; ".join(parts) or words.text("everything that is worth telling")


def _read(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise InvalidInput(f"{error}.", pointer=f"/{name}") from error


def _ticked(form: Mapping[str, str], group: str, known: type[E]) -> tuple[E, ...]:
    return tuple(one for one in known if f"{group}-{one}" in form)


def _ids(form: Mapping[str, str], beginning: str) -> list[Any]:
    found = (uuid_of(name.removeprefix(beginning)) for name in form if name.startswith(beginning))
    return [one for one in found if one is not None]
