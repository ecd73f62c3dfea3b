"""Pins: the phrases that people want followed, what is too broad about them, and what each finds now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from app.claims.pins import PinSet, warnings_of
from app.domain.claims import PinVariant
from app.domain.errors import InvalidInput, WalkbackError
from app.domain.headlines import headline_of_flag
from app.domain.ids import PinId, WatchId
from app.domain.keys import Scope
from app.domain.pins import Pin
from app.domain.statements import Statement
from app.domain.words import Words
from app.messages.kept.telling import retold
from app.pipeline.pins import PinChange, PinDraft, change_pin, create_pin, read_variants, remove_pin
from app.pipeline.watch_fields import line_of
from app.storage import claims, flags, pins, statements, watches
from app.storage.database import Connection
from app.ui.desk.marking import Piece, excerpt
from app.ui.desk.paging import place_of, place_to_text, uuid_of
from app.ui.naming import names_of
from app.ui.visit import Page, Visit

ON_ONE_PAGE: Final = 25
NEWEST: Final = 60
"""So many statements are looked through for what a pin finds now, the ones first seen last."""
MOST_CLAIMS: Final = 800
MOST_SHOWN: Final = 8
MOST_WATCHES: Final = 200
LONGEST_TEXT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Matches:
    """What the phrases find in the newest statements as they read now."""

    looked_through: int
    found_in: int
    shown: tuple[tuple[Statement, str, tuple[Piece, ...]], ...]


def list_pins(visit: Visit) -> Response:
    """Every pin with its phrases, its warnings and where it is followed."""
    with visit.newsroom.database.read() as conn:
        page = pins.list_pins(conn, after=place_of(visit.query.get("after")), limit=ON_ONE_PAGE)
        named = watches.get_watches(conn, {watch_id for pin in page.items for watch_id in pin.watch_ids})
    following = place_to_text(page.next)
    return visit.page(
        "desk/pins.html",
        pins=[
            (pin, _warnings(pin.variants, visit.words), [named[one] for one in pin.watch_ids if one in named])
            for pin in page.items
        ],
        following=visit.here(after=following) if following else None,
    )


def show_adding(visit: Visit) -> Response:
    """The empty form."""
    return _form(visit, visit.query)


def look_or_add(visit: Visit) -> Response:
    """Look what the phrases find now and whether they are too broad, or follow them."""
    try:
        draft = _draft(visit.form)
        variants = read_variants(draft.variants)
        if visit.form.get("step") == "add":
            return visit.redirect(f"/pins/{create_pin(visit.newsroom, draft).pin.id}", said="pin-added")
    except WalkbackError as problem:
        return _form(visit, visit.form, problem=problem)
    return _form(visit, visit.form, variants=variants)


def show_pin(visit: Visit) -> Response:
    """One pin, what it finds now, and what it found."""
    return _pin_page(visit)


def change(visit: Visit) -> Response:
    """Keep what somebody wrote, if nobody else was faster."""
    pin_id = PinId(visit.id_of("pin_id"))
    try:
        draft = _draft(visit.form)
        revision = visit.form.get("revision", "")
        asked = PinChange(
            name=draft.name or draft.variants[0][:200] if draft.variants else "",
            variants=draft.variants,
            watch_ids=draft.watch_ids,
        )
        change_pin(visit.newsroom, pin_id, asked, revision=int(revision) if revision.isdigit() else 0)
    except WalkbackError as problem:
        return _pin_page(visit, form=visit.form, problem=problem)
    return visit.redirect(f"/pins/{pin_id}", said="pin-changed")


def remove(visit: Visit) -> Response:
    """Follow it no longer; what was found stays."""
    remove_pin(visit.newsroom, PinId(visit.id_of("pin_id")))
    return visit.redirect("/pins", said="pin-removed")


def matches_now(conn: Connection, variants: Sequence[PinVariant], words: Words) -> Matches:
    """Where the phrases stand in the newest statements as they read now."""
    newest = {one.id: one for one in statements.list_statements(conn, limit=NEWEST).items}
    phrases = PinSet.of({"pin": tuple(variants)})
    found: dict[Statement, tuple[Piece, ...]] = {}
    for statement_id, text in claims.list_standing_texts(conn, newest, limit=MOST_CLAIMS):
        statement = newest[statement_id]
        places = phrases.find_in_sentence(text, statement.language or "und")
        if places and statement not in found:
            found[statement] = excerpt(text, [match.span for match in places])
    shown = list(found.items())[:MOST_SHOWN]
    names = names_of(conn, [one for one, _ in shown], words)
    return Matches(len(newest), len(found), tuple((one, names[one.id], pieces) for one, pieces in shown))


def _form(
    visit: Visit,
    form: Mapping[str, str],
    *,
    variants: Sequence[PinVariant] = (),
    problem: WalkbackError | None = None,
) -> Response:
    with visit.newsroom.database.read() as conn:
        found = matches_now(conn, variants, visit.words) if variants else None
        known = watches.list_watches(conn, limit=MOST_WATCHES).items
    asked = _warnings(variants, visit.words)
    return visit.page(
        "desk/pin_adding.html",
        status=422 if problem else 200,
        form={name: form.get(name, "")[:LONGEST_TEXT] for name in ("phrases", "name")},
        watches=[(one, f"watch-{one.id}" in form) for one in known],
        found=found,
        warnings=asked,
        problem=retold(problem.message, visit.words) if problem else None,
    )


def _pin_page(visit: Visit, *, form: Mapping[str, str] | None = None, problem: WalkbackError | None = None) -> Response:
    with visit.newsroom.database.read() as conn:
        pin = pins.get_pin(conn, PinId(visit.id_of("pin_id")))
        found = matches_now(conn, pin.variants, visit.words)
        flagged = flags.list_flags(conn, pin_id=pin.id, limit=MOST_SHOWN)
        bound = tuple(watches.get_watches(conn, pin.watch_ids).values())
        known = watches.list_watches(conn, limit=MOST_WATCHES).items if visit.may_write else ()
    others = [one for one in known if one.id not in pin.watch_ids]
    return visit.page(
        "desk/pin.html",
        status=422 if problem else 200,
        pin=pin,
        warnings=_warnings(pin.variants, visit.words),
        found=found,
        flags=[(flag, headline_of_flag(flag, visit.words)) for flag in flagged.items],
        bound=bound,
        watches=[(one, f"watch-{one.id}" in form if form else one.id in pin.watch_ids) for one in (*bound, *others)],
        form=_as_written(pin) if form is None else {name: form.get(name, "") for name in ("phrases", "name")},
        problem=retold(problem.message, visit.words) if problem else None,
    )


def _warnings(variants: Sequence[PinVariant], words: Words) -> list[str]:
    """What should make whoever follows these phrases think twice."""
    return [f"{one}: {retold(text, words)}" for one in variants for text in warnings_of(one)]


def _draft(form: Mapping[str, str]) -> PinDraft:
    """The pin that a form asks for: one phrase on each line.

    Raises:
        InvalidInput: there is no phrase, or the name cannot be used.
    """
    lines = [line.strip() for line in form.get("phrases", "")[:LONGEST_TEXT].splitlines() if line.strip()]
    if not lines:
        raise InvalidInput("There is no phrase to follow.", pointer="/phrases")
    name = form.get("name", "").strip()
    return PinDraft(tuple(lines), line_of(name, "name") if name else None, _watch_ids(form))


def _watch_ids(form: Mapping[str, str]) -> tuple[WatchId, ...]:
    ticked = (name.removeprefix("watch-") for name in form if name.startswith("watch-"))
    return tuple(WatchId(found) for text in ticked if (found := uuid_of(text)))


def _as_written(pin: Pin) -> dict[str, str]:
    return {"phrases": "\n".join(map(str, pin.variants)), "name": pin.name}


PAGES: Final = (
    Page("GET", "/pins", list_pins, needs=Scope.READ, is_public=True),
    Page("GET", "/pins/add", show_adding, needs=Scope.WRITE),
    Page("POST", "/pins/add", look_or_add, needs=Scope.WRITE),
    Page("GET", "/pins/{pin_id:uuid}", show_pin, needs=Scope.READ, is_public=True),
    Page("POST", "/pins/{pin_id:uuid}", change, needs=Scope.WRITE),
    Page("POST", "/pins/{pin_id:uuid}/remove", remove, needs=Scope.WRITE),
)
