"""From what is kept of a statement to the lives of its claims: every step applied in turn, oldest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import assert_never

from app.domain.archives import in_time, is_archived
from app.domain.claims import Action, ClaimChange, Level
from app.domain.edits import Claim, Edit, EditKind
from app.domain.ids import EditId
from app.domain.observations import Lapse
from app.ui.drawings.lettering import Run
from app.ui.drawings.lives import Act, Cell, ClaimsChart, Column, Lane, Life, Step

MOST_WORDS = 300
Changes = Mapping[EditId, Sequence[ClaimChange]]


@dataclass(slots=True)
class _Track:
    """One claim while the steps are applied: how it stands, and its words first and last."""

    first: str
    latest: str
    lane: Lane
    level: Level | None = None
    before_withdrawal: Lane | None = None
    cells: list[Cell] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        return self.lane in (Lane.AS_SAID, Lane.ALTERED)

    def still(self) -> Cell:
        """A step that did nothing to it."""
        return Cell(Act.UNCHANGED if self.stands else Act.ABSENT, self.lane, self.level)


def trace(
    first: Column, edits: Sequence[Edit], changes: Changes, claims: Sequence[Claim], gaps: Sequence[Lapse]
) -> ClaimsChart:
    """The chart of a statement whose first wording is ``first``, and whose edits (oldest first) are these.

    Where ``first`` is not its first version, the claims are traced from there.
    """
    tracks: dict[int, _Track] = {}
    words = {claim.number: claim.text for claim in claims}
    _begin(tracks, first, edits, changes, claims)
    columns = [first]
    for edit in edits:
        columns.append(_column(edit, gaps))
        _apply(tracks, edit, changes.get(edit.id, ()), words, len(columns) - 1)
    lives = tuple(Life(number, _runs(track), tuple(track.cells)) for number, track in sorted(tracks.items()))
    return ClaimsChart(tuple(columns), lives)


def _begin(
    tracks: dict[int, _Track], first: Column, edits: Sequence[Edit], changes: Changes, claims: Sequence[Claim]
) -> None:
    """Enter the claims that stand in the first wording, with their words as they were then.

    Where that is not the first one of all, those that were there before it are not first seen in it.
    """
    earliest: dict[int, str] = {}
    for edit in reversed(edits):
        earliest |= {change.number: change.before for change in changes.get(edit.id, ())}
    place = in_time(first.version)
    for claim in claims:
        if in_time(claim.first_version) <= place and (claim.standing or in_time(claim.last_version) >= place):
            said = earliest.get(claim.number) or claim.text
            act = Act.FIRST_SEEN if in_time(claim.first_version) == place else Act.UNCHANGED
            tracks[claim.number] = _Track(said, said, Lane.AS_SAID, cells=[Cell(act, Lane.AS_SAID)])


def _column(edit: Edit, gaps: Sequence[Lapse]) -> Column:
    return Column(
        step=_step(edit),
        version=edit.to_version,
        at=edit.first_seen_changed_at,
        not_before=edit.last_seen_unchanged_at,
        gap_before=any(_overlaps(gap, edit.last_seen_unchanged_at, edit.first_seen_changed_at) for gap in gaps),
    )


def _step(edit: Edit) -> Step:
    match edit.kind:
        case EditKind.WORDING:
            return Step.ARCHIVED if is_archived(edit.to_version) else Step.VERSION
        case EditKind.WITHDRAWN:
            return Step.WITHDRAWN
        case EditKind.REPUBLISHED:
            return Step.REPUBLISHED
        case _:
            assert_never(edit.kind)


def _overlaps(gap: Lapse, since: datetime, until: datetime) -> bool:
    return gap.opened_at < until and (gap.closed_at is None or gap.closed_at > since)


def _apply(
    tracks: dict[int, _Track], edit: Edit, changes: Iterable[ClaimChange], words: Mapping[int, str], place: int
) -> None:
    """One step: what it did to the claims that it names, and that the others stayed as they were."""
    done: dict[int, Cell] = {}
    if edit.kind is not EditKind.WORDING:
        done = {number: cell for number, track in tracks.items() if (cell := _whole(track, edit.kind))}
    for change in changes:
        track = tracks.setdefault(change.number, _blank(change.after or change.before, place))
        cell = _changed(track, change)
        done[change.number] = replace(cell, act=Act.REGROUPED) if edit.is_technical else cell
        for other in change.other_numbers:
            text = words.get(other, "")
            done[other] = _regrouped(tracks.setdefault(other, _blank(text, place)), change.action)
    for number, track in tracks.items():
        track.cells.append(done.get(number) or track.still())


def _blank(text: str, place: int) -> _Track:
    return _Track(text, text, Lane.NONE, cells=[Cell(Act.ABSENT, Lane.NONE)] * place)


def _whole(track: _Track, kind: EditKind) -> Cell | None:
    """What the statement as a whole does to a claim in it: gone with it, or back with it."""
    if kind is EditKind.WITHDRAWN and track.stands:
        track.before_withdrawal, track.lane = track.lane, Lane.GONE
        return Cell(Act.REMOVED, Lane.GONE, track.level)
    if kind is EditKind.REPUBLISHED and track.before_withdrawal is not None:
        track.lane, track.before_withdrawal = track.before_withdrawal, None
        return Cell(Act.RESTORED, track.lane, track.level)
    return None


def _changed(track: _Track, change: ClaimChange) -> Cell:
    act = _act(change)
    match act:
        case Act.REMOVED:
            track.lane = Lane.GONE
        case Act.FIRST_SEEN:
            track.lane = Lane.AS_SAID
        case Act.RESTORED | Act.EDITED | Act.REGROUPED | Act.MOVED | Act.UNCHANGED | Act.ABSENT:
            track.lane, track.level = _stands_after(track, change)
        case _:
            assert_never(act)
    track.latest = change.after or track.latest
    return Cell(
        act, track.lane, change.level if act is Act.EDITED else track.level, change.moved, change.before, change.after
    )


ACTS: Mapping[Action, Act] = {
    Action.ADDED: Act.FIRST_SEEN,
    Action.REMOVED: Act.REMOVED,
    Action.RESTORED: Act.RESTORED,
    Action.MOVED: Act.MOVED,
    Action.EDITED: Act.EDITED,
    Action.SPLIT: Act.REGROUPED,
    Action.MERGED: Act.REGROUPED,
    Action.UNCHANGED: Act.UNCHANGED,
}


def _act(change: ClaimChange) -> Act:
    """What a drawing makes of an action: sentences cut otherwise are edited where their words changed too."""
    act = ACTS[change.action]
    return Act.EDITED if act is Act.REGROUPED and change.facets else act


def _stands_after(track: _Track, change: ClaimChange) -> tuple[Lane, Level | None]:
    """As said where its words are those first seen or differ in looks only; else altered, by its heaviest edit."""
    if change.after.split() == track.first.split():
        return Lane.AS_SAID, None
    if change.action in (Action.SPLIT, Action.MERGED, Action.MOVED) and not change.facets:
        return track.lane if track.stands else Lane.AS_SAID, track.level
    if change.level is Level.COSMETIC:
        return track.lane if track.stands else Lane.AS_SAID, track.level
    level = change.level if change.action is not Action.RESTORED else Level.MINOR
    heaviest = max(filter(None, (level, track.level)), key=lambda one: one.rank)
    return Lane.ALTERED, heaviest


def _regrouped(track: _Track, action: Action) -> Cell:
    """A claim that went into another one, or came off it."""
    track.lane = Lane.NONE if action is Action.MERGED else Lane.AS_SAID
    return Cell(Act.REGROUPED, track.lane, track.level)


def _runs(track: _Track) -> tuple[Run, ...]:
    """The words as first said; struck what is gone of them, marked what came in their place."""
    if track.lane is Lane.GONE:
        return (Run(track.first, "text-out"),)
    before, after = track.first.split()[:MOST_WORDS], track.latest.split()[:MOST_WORDS]
    if before == after or track.lane is not Lane.ALTERED:
        return (Run(track.first, "text"),)
    runs = []
    for code, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if code == "equal":
            runs.append(Run(" ".join(before[i:j]), "text"))
            continue
        runs += [Run(" ".join(before[i:j]), "text-out")] if j > i else []
        runs += [Run(" ".join(after[k:m]), "text-in")] if m > k else []
    return tuple(runs)
