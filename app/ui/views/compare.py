"""Any two wordings of a statement: word by word, sentence by sentence, side by side or in one, all or what changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.claims.compare import compare
from app.claims.languages import detect_language
from app.claims.pins import PinSet
from app.domain.archives import is_archived
from app.domain.claims import Action, ClaimChange, FacetKind, Level
from app.domain.edits import Edit, KeptChange
from app.domain.ids import StatementId
from app.domain.pins import Pin
from app.domain.statements import Version
from app.domain.words import msgid
from app.messages.message import Mark, Marked
from app.pipeline.compare import within_seconds
from app.storage import edits, pins, statements, versions
from app.storage.statement_history import find_step, list_version_marks
from app.ui.asking import number_in, word_in
from app.ui.marking import marked_words, shortened
from app.ui.views.history import History, history_of
from app.ui.views.moved import Stretch, near, words_with_moves
from app.ui.views.statement import Part, VersionRow, name_of_version, part_of, rows_of, title_of
from app.ui.visit import Visit

LONGEST_SECONDS: Final = 2.0
AROUND: Final = 200
FIRST: Final = 1


class Layout(StrEnum):
    """How two wordings are shown."""

    WORDS = "words"
    SENTENCES = "sentences"
    SIDE = "side"


class Extent(StrEnum):
    """How much of them."""

    ALL = "all"
    CHANGES = "changes"


LAYOUTS: Final[Mapping[Layout, str]] = {
    Layout.SENTENCES: msgid("Sentences"),
    Layout.SIDE: msgid("Side by side"),
    Layout.WORDS: msgid("Words"),
}
EXTENTS: Final[Mapping[Extent, str]] = {Extent.ALL: msgid("All"), Extent.CHANGES: msgid("Only changes")}
QUIET: Final = {Action.UNCHANGED}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One claim in both wordings, wherever it stands in each: what moved is one sentence, not two."""

    action: Action
    level: Level
    facets: tuple[FacetKind, ...]
    words: Marked
    is_moved: bool

    @property
    def is_changed(self) -> bool:
        """True where anything was done to it."""
        return self.action not in QUIET or bool(self.facets)

    @property
    def before(self) -> Marked:
        """The old words, with those that went marked."""
        return tuple(piece for piece in self.words if piece.mark is not Mark.COME)

    @property
    def after(self) -> Marked:
        """The new words, with those that came marked."""
        return tuple(piece for piece in self.words if piece.mark is not Mark.GONE)


@dataclass(frozen=True, slots=True)
class Option:
    """One way to look, as a link."""

    label: str
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A way to another comparison; ``key`` takes it too, where there is one."""

    label: str
    address: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that the page shows."""

    history: History
    title: str
    old: Version
    new: Version
    old_name: str
    new_name: str
    edit: Edit | None
    layout: Layout
    extent: Extent
    layouts: tuple[Option, ...]
    extents: tuple[Option, ...]
    words: tuple[Stretch, ...]
    sentences: tuple[Sentence, ...]
    left_out: int
    truncated: bool
    rows: tuple[VersionRow, ...]
    part: Part
    swapped: str
    lasting: str
    """The whole address of this comparison; it stays this one when there are newer wordings."""
    others: tuple[Way, ...]
    """The way to the edit before, to the one behind, and to the first wording."""


def comparison_of(visit: Visit, statement_id: StatementId) -> Comparison:
    """Two wordings that somebody picked; without a choice the last two.

    Raises:
        NotFound: there is no such statement or version; InvalidInput: the choice cannot be understood.
    """
    layout = word_in(visit.query, "view", Layout) or Layout.SENTENCES
    extent = word_in(visit.query, "show", Extent) or Extent.ALL
    with visit.newsroom.database.read() as conn:
        latest = versions.find_latest(conn, statements.get_statement(conn, statement_id))
        to = number_in(visit.query, "to") or latest.number
        since = number_in(visit.query, "from") or versions.find_previous(conn, statement_id, to) or to
        edit = find_step(conn, statement_id, since, to)
        kept = edits.list_changes(conn, edit) if edit else ()
        history = history_of(conn, statement_id, showing=to)
        if all(mark.number != since for mark in history.marks):
            history = replace(
                history, marks=(*list_version_marks(conn, statement_id, until=since, limit=1), *history.marks)
            )
        old, new = (versions.get_version(conn, statement_id, number) for number in (since, to))
        followed = pins.find_pins_of_watch(conn, history.watch.id)
        earlier = versions.find_previous(conn, statement_id, since)
    changes = _changes(old, new, history, followed)
    found = tuple(_sentence(change, level) for change, level in _levelled(changes, kept))
    shown = tuple(one for one in found if extent is Extent.ALL or one.is_changed)
    words, truncated = words_with_moves(
        old.wording.text, new.wording.text, changes, out_of_time=within_seconds(LONGEST_SECONDS)
    )
    return Comparison(
        history=history,
        title=title_of(history, latest),
        old=old,
        new=new,
        old_name=name_of_version(old.number, visit.words),
        new_name=name_of_version(new.number, visit.words),
        edit=edit,
        layout=layout,
        extent=extent,
        layouts=tuple(_layouts(visit, layout)),
        extents=tuple(_extents(visit, extent)),
        words=words if extent is Extent.ALL else near(words, lambda pieces: shortened(pieces, AROUND)),
        sentences=shown,
        left_out=len(found) - len(shown),
        truncated=truncated,
        rows=rows_of(history, to, visit.words),
        part=part_of(visit, history),
        swapped=visit.here(**{"from": str(to), "to": str(since)}),
        lasting=visit.whole(visit.here(**{"from": str(since), "to": str(to)})),
        others=tuple(_others(visit, since, to, earlier, _later(history, to, latest))),
    )


def _later(history: History, number: int, latest: Version) -> int | None:
    """The wording behind another one."""
    if not is_archived(number):
        return number + 1 if number < latest.number else None
    numbers = [mark.number for mark in history.marks]
    return next(iter(numbers[numbers.index(number) + 1 :]), None) if number in numbers else None


def _others(visit: Visit, since: int, to: int, earlier: int | None, later: int | None) -> Iterator[Way]:
    ways = [(msgid("Earlier edit"), "k", earlier, since), (msgid("Later edit"), "j", to, later)]
    if not is_archived(to) and FIRST not in (since, to):
        ways.append((msgid("From the first wording"), "", FIRST, to))
    for label, pressed, old, new in ways:
        if old is not None and new is not None and old != new:
            address = visit.here(**{"from": str(old), "to": str(new)})
            yield Way(visit.words.text(label), address, pressed or None)


def _changes(old: Version, new: Version, history: History, followed: Sequence[Pin]) -> tuple[ClaimChange, ...]:
    """What became of every claim of both wordings, in reading order; removed ones stand where they stood."""
    before, after = old.wording.text, new.wording.text
    phrases = PinSet.of({str(pin.id): pin.variants for pin in followed}) if followed else None
    language = history.watch.language or detect_language(after)
    deadline = within_seconds(LONGEST_SECONDS)
    return compare(before, after, language=language, pins=phrases, out_of_time=deadline).changes


def _levelled(changes: Iterable[ClaimChange], kept: Iterable[KeptChange]) -> Iterator[tuple[ClaimChange, Level]]:
    """Each change with its level: as it was kept and told, where these two wordings are those of an edit."""
    told = {(one.change.before, one.change.after): one.change.level for one in kept}
    for change in changes:
        yield change, told.get((change.before, change.after), change.level)


def _sentence(change: ClaimChange, level: Level) -> Sentence:
    return Sentence(
        action=change.action,
        level=level,
        facets=tuple(facet.kind for facet in change.facets),
        words=marked_words(change.before, change.after),
        is_moved=change.moved or change.action is Action.MOVED,
    )


def _layouts(visit: Visit, chosen: Layout) -> Iterator[Option]:
    for layout, label in LAYOUTS.items():
        address = visit.here(view=None if layout is Layout.SENTENCES else layout)
        yield Option(visit.words.text(label), address, layout is chosen)


def _extents(visit: Visit, chosen: Extent) -> Iterator[Option]:
    for extent, label in EXTENTS.items():
        yield Option(
            visit.words.text(label), visit.here(show=None if extent is Extent.ALL else extent), extent is chosen
        )
