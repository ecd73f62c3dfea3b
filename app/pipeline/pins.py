"""Pins: the phrases that somebody wants followed, checked and warned about before they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.claims.pins import parse_variant, warnings_of
from app.domain.audit import Act, Changed, changes_between
from app.domain.claims import PinVariant
from app.domain.errors import InvalidInput, InvalidPin, NotFound, StaleRevision
from app.domain.ids import PinId, WatchId
from app.domain.pins import Pin
from app.pipeline.audit import note
from app.pipeline.newsroom import Newsroom
from app.pipeline.watchlist import UNSET, Unset
from app.storage import pins, watches
from app.storage.database import Connection
from app.storage.identity import new_id

MOST_VARIANTS = 50


@dataclass(frozen=True, slots=True)
class PinDraft:
    """A pin as somebody asks for it. ``variants`` are phrases as they are written: ``uk: нов* наступальн*``.

    Without a name it is called by its first phrase; without watches it is followed everywhere.
    """

    variants: tuple[str, ...]
    name: str | None = None
    watch_ids: tuple[WatchId, ...] = ()


@dataclass(frozen=True, slots=True)
class PinChange:
    """What somebody wants changed of a pin; fields left ``UNSET`` stay as they are."""

    name: str | Unset = UNSET
    variants: tuple[str, ...] | Unset = UNSET
    watch_ids: tuple[WatchId, ...] | Unset = UNSET


@dataclass(frozen=True, slots=True)
class WarnedPin:
    """A pin, and why it may find more than its author wants."""

    pin: Pin
    warnings: tuple[str, ...]


def create_pin(newsroom: Newsroom, draft: PinDraft) -> WarnedPin:
    """Follow a phrase from now on.

    Raises:
        InvalidPin: a phrase cannot be read.
        NotFound: one of the watches does not exist.
    """
    variants = read_variants(draft.variants)
    pin = Pin(
        id=PinId(new_id()),
        name=draft.name or variants[0].phrase,
        variants=variants,
        watch_ids=tuple(dict.fromkeys(draft.watch_ids)),
        created_at=newsroom.clock(),
        revision=1,
    )
    with newsroom.database.write() as conn:
        _require_watches(conn, pin.watch_ids)
        pins.add_pin(conn, pin)
        note(conn, newsroom, Act.PIN_ADDED, pin, _changes(None, pin))
    return warned(pin)


def change_pin(newsroom: Newsroom, pin_id: PinId, change: PinChange, *, revision: int | None) -> WarnedPin:
    """Change a pin; what was found before stays as it was found. ``revision`` None changes whatever stands there.

    Raises:
        NotFound, InvalidPin, StaleRevision: it is not there, cannot be so, or was changed meanwhile.
    """
    variants = UNSET if isinstance(change.variants, Unset) else read_variants(change.variants)
    with newsroom.database.write() as conn:
        old = _current(conn, pin_id, revision)
        new = replace(
            old,
            name=old.name if isinstance(change.name, Unset) else change.name,
            variants=old.variants if isinstance(variants, Unset) else variants,
            watch_ids=old.watch_ids if isinstance(change.watch_ids, Unset) else tuple(dict.fromkeys(change.watch_ids)),
            revision=old.revision + 1,
        )
        _require_watches(conn, new.watch_ids)
        pins.change_pin(conn, old, new)
        note(conn, newsroom, Act.PIN_CHANGED, new, _changes(old, new))
    return warned(new)


def remove_pin(newsroom: Newsroom, pin_id: PinId, *, revision: int | None = None) -> None:
    """Follow a phrase no longer; what was found stays.

    Raises:
        NotFound, StaleRevision: it is not there, or was changed meanwhile.
    """
    with newsroom.database.write() as conn:
        old = _current(conn, pin_id, revision)
        pins.remove_pin(conn, pin_id)
        note(conn, newsroom, Act.PIN_REMOVED, old, _changes(old, None))


def read_variants(written: Sequence[str], *, pointer: str = "/variants") -> tuple[PinVariant, ...]:
    """The phrases of a pin, each once; ``pointer`` is where in the request they stand.

    Raises:
        InvalidPin: one cannot be read; its pointer says which.
    """
    if not 1 <= len(written) <= MOST_VARIANTS:
        raise InvalidPin(f"A pin has one to {MOST_VARIANTS} phrases.", pointer=pointer)
    return tuple(dict.fromkeys(_read(text, f"{pointer}/{place}") for place, text in enumerate(written)))


def warned(pin: Pin) -> WarnedPin:
    """The pin with what should make its author think twice."""
    found = (f"{variant}: {text}" for variant in pin.variants for text in warnings_of(variant))
    return WarnedPin(pin, tuple(found))


def _changes(old: Pin | None, new: Pin | None) -> dict[str, Changed]:
    """What differs, with the phrases as they are written."""
    found = changes_between(old, new, ("name", "watch_ids"))
    written = [None if pin is None else [str(one) for one in pin.variants] for pin in (old, new)]
    return found if written[0] == written[1] else {**found, "variants": Changed(*written)}


def _read(text: str, pointer: str) -> PinVariant:
    try:
        return parse_variant(text)
    except InvalidInput as error:
        raise InvalidPin(error.message, pointer=pointer) from error


def _current(conn: Connection, pin_id: PinId, revision: int | None) -> Pin:
    pin = pins.get_pin(conn, pin_id)
    if revision is not None and revision != pin.revision:
        raise StaleRevision(f"Pin {pin_id} is at revision {pin.revision}, not {revision}.")
    return pin


def _require_watches(conn: Connection, wanted: Sequence[WatchId]) -> None:
    there = watches.get_watches(conn, wanted)
    for watch_id in wanted:
        if watch_id not in there:
            raise NotFound("watch", watch_id)
