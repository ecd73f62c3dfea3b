"""Pins from the command line: phrases to follow, with what should make their author think twice."""

from app.cli.acts.paging import gather, show_page, tell_of_more
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.rooms import with_newsroom
from app.cli.screen import remark, short, show, show_facts, show_json, show_table
from app.cli.wire import told
from app.domain.claims import PinVariant
from app.domain.errors import InvalidInput
from app.domain.ids import PinId, WatchId
from app.domain.pins import Pin
from app.pipeline.newsroom import Newsroom
from app.pipeline.pins import PinDraft, WarnedPin, create_pin, read_variants, remove_pin, warned
from app.pipeline.watch_fields import line_of
from app.storage import pins
from app.storage.short_ids import find_id


def add(variants: list[str], *, name: str | None, watches: list[str], as_json: bool) -> None:
    """Follow a phrase, in one or more languages, from now on.

    Raises:
        InvalidPin: a phrase cannot be read; NotFound: there is no such watch.
    """

    def act(newsroom: Newsroom) -> WarnedPin:
        with newsroom.database.read() as conn:
            bound = tuple(WatchId(find_id(conn, "watch", one)) for one in watches)
        return create_pin(newsroom, PinDraft(tuple(variants), name=called, watch_ids=bound))

    called = None if name is None else line_of(name, "name")
    made = with_newsroom(act)
    if as_json:
        show_json(_told(made.pin))
    else:
        _show(made.pin)
    for warning in made.warnings:
        remark(f"Think twice: {warning}")


def show_list(*, limit: int, as_json: bool) -> None:
    """Every pin, newest first."""
    with open_record() as database, database.read() as conn:
        found, is_more = gather(lambda after, most: pins.list_pins(conn, after=after, limit=most), limit)
    if as_json:
        show_page([_told(pin) for pin in found], is_more=is_more)
        return
    rows = [(short(pin.id), one_line(pin.name), _watched(pin), _phrases(pin)) for pin in found]
    show_table(
        ("id", "name", "followed", "phrases"),
        rows,
        empty='No phrase is pinned. Pin one: walkback pin add "en: new offensive"',
    )
    tell_of_more(is_more=is_more)


def remove(written: str, *, as_json: bool) -> None:
    """Follow a phrase no longer; what was found stays."""

    def act(newsroom: Newsroom) -> Pin:
        with newsroom.database.read() as conn:
            pin = pins.get_pin(conn, PinId(find_id(conn, "pin", written)))
        remove_pin(newsroom, pin.id)
        return pin

    pin = with_newsroom(act)
    if as_json:
        show_json(_told(pin))
    else:
        show(one_line(f"{short(pin.id)} “{pin.name}” is followed no longer; what was found stays."))


def variants_of(written: list[str]) -> tuple[PinVariant, ...]:
    """Phrases to look for, without a pin."""
    return read_variants(written) if written else ()


def _told(pin: Pin) -> dict[str, object]:
    try:
        warnings = warned(pin).warnings
    except InvalidInput:
        warnings = ()
    return {**told(pin), "warnings": list(warnings)}


def _show(pin: Pin) -> None:
    show_facts(
        [
            ("pin", short(pin.id)),
            ("name", one_line(pin.name)),
            ("phrases", _phrases(pin)),
            ("followed", _watched(pin)),
        ]
    )


def _phrases(pin: Pin) -> str:
    return "\n".join(one_line(str(variant)) for variant in pin.variants)


def _watched(pin: Pin) -> str:
    return ", ".join(map(short, pin.watch_ids)) or "everywhere"
