"""Going through the versions of one statement again with the rules of today, as if each had just been seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.domain.archives import is_archived
from app.domain.claims import Action, Analysis, Ledger, StandingClaim
from app.domain.edits import AnalysisState, Edit, EditKind
from app.domain.ids import StatementId
from app.domain.pins import Pin
from app.domain.quotes import KeptWording, WordingStep
from app.domain.statements import Statement, Version
from app.pipeline.analysts import Analysts, Owed
from app.pipeline.renumbering import (
    lasting_numbers,
    places_as_kept,
    places_of_ledgers,
    renumbered_changes,
    renumbered_ledger,
    renumbered_touches,
)
from app.pipeline.wordings import step_of
from app.storage import claims, edits, pins, quotes, statements, versions
from app.storage.database import Connection

PAGE = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """One statement with everything that is kept of its claims. ``edits`` are those of wordings, by their version.

    All is of our own versions, but for ``archived_claims`` and ``archived_wordings``, which stood only before them.
    """

    statement: Statement
    versions: tuple[Version, ...]
    edits: dict[int, Edit]
    ledger: Ledger | None
    wordings: tuple[KeptWording, ...]
    archived_claims: tuple[StandingClaim, ...]
    archived_wordings: tuple[KeptWording, ...]
    pins: tuple[Pin, ...]

    @property
    def is_behind(self) -> bool:
        """Whether an edit of it is still to be compared, and told of: that comes first."""
        return any(edit.analysis_state is AnalysisState.OWED for edit in self.edits.values())


@dataclass(frozen=True, slots=True)
class Replay:
    """What the rules of today find: the analysis of each step by its version, the last ledger, every form."""

    analyses: dict[int, Analysis]
    ledger: Ledger
    wordings: tuple[KeptWording, ...]


def load_kept(conn: Connection, statement_id: StatementId) -> Kept:
    """Read it in one view.

    Raises:
        NotFound: there is no such statement (any more).
    """
    statement = statements.get_statement(conn, statement_id)
    stepped = edits.list_edits_of_statement(conn, statement_id)
    ledger = claims.load_ledger(conn, statement_id)
    wordings = quotes.list_wordings(conn, statement_id)
    return Kept(
        statement=statement,
        versions=tuple(_all_versions(conn, statement_id)),
        edits={edit.to_version: edit for edit in stepped if edit.kind is EditKind.WORDING and not edit.is_archived},
        ledger=None if ledger is None else own_part(ledger),
        wordings=tuple(one for one in wordings if not is_archived(one.first_version)),
        archived_claims=tuple(one for one in ledger.claims if is_archived(one.last_version)) if ledger else (),
        archived_wordings=tuple(one for one in wordings if is_archived(one.first_version)),
        pins=pins.find_pins_of_watch(conn, statement.watch_id),
    )


def own_part(ledger: Ledger) -> Ledger:
    """The claims that stood in versions of our own, as these alone show them."""
    own = (one for one in ledger.claims if not is_archived(one.last_version))
    return Ledger(tuple(one._replace(first_version=1) if is_archived(one.first_version) else one for one in own))


def replay(analysts: Analysts, kept: Kept) -> Replay | Owed:
    """Compare every version with the one before it, from the first on; claims keep the numbers that they had."""
    first = kept.versions[0]
    ledger = analysts.begin_ledger(first.wording.text, language=_language(first))
    if ledger is None:
        return Owed("first ledger")
    ledgers, analyses = {first.number: ledger}, {}
    for before, after in pairwise(kept.versions):
        found = analysts.compare(
            before.wording.text,
            after.wording.text,
            language=_language(after),
            ledger=ledger,
            version=after.number,
            pins=_pins_then(kept, after),
        )
        if isinstance(found, Owed):
            return found
        ledger = ledgers[after.number] = found.ledger
        touched = tuple(one for one in found.changes if one.action is not Action.UNCHANGED or one.facets)
        analyses[after.number] = replace(found, changes=touched, ledger=Ledger())
    return _numbered(analysts, kept, ledgers, analyses)


def _numbered(
    analysts: Analysts, kept: Kept, ledgers: dict[int, Ledger], analyses: dict[int, Analysis]
) -> Replay | Owed:
    old = places_as_kept(kept.ledger, kept.wordings, kept.statement.version_count)
    taken = [claim.number for claim in (*(kept.ledger.claims if kept.ledger else ()), *kept.archived_claims)]
    numbers = lasting_numbers(places_of_ledgers(ledgers), old, taken=taken)
    wordings = Forms()
    before: Ledger | None = None
    for version in kept.versions:
        after = renumbered_ledger(ledgers[version.number], numbers)
        step = step_of(analysts, before, after, language=_language(version))
        if step is None:
            return Owed("wordings")
        wordings.enter(step)
        before = after
    assert before is not None
    renumbered = {
        number: replace(
            found,
            changes=renumbered_changes(found.changes, numbers),
            pins=renumbered_touches(found.pins, numbers),
        )
        for number, found in analyses.items()
    }
    return Replay(renumbered, before, wordings.all())


class Forms:
    """All forms of all claims, while versions are entered one after the other."""

    def __init__(self) -> None:
        self._closed: list[KeptWording] = []
        self._open: dict[int, KeptWording] = {}

    def enter(self, step: WordingStep) -> None:
        """What one version did to the forms."""
        for number, last_version in step.ended:
            self._closed.append(replace(self._open.pop(number), last_version=last_version))
        for one in step.gained:
            if one.last_version is None:
                self._open[one.number] = one
            else:
                self._closed.append(one)

    def all(self) -> tuple[KeptWording, ...]:
        """Every form so far, by number and version."""
        forms = [*self._closed, *self._open.values()]
        return tuple(sorted(forms, key=lambda one: (one.number, one.first_version)))


def _pins_then(kept: Kept, version: Version) -> Sequence[Pin]:
    """The pins that were there when this version was first seen, as they are now."""
    return [pin for pin in kept.pins if pin.created_at <= version.first_seen_at]


def _language(version: Version) -> str:
    return version.wording.language or "und"


def _all_versions(conn: Connection, statement_id: StatementId) -> Iterable[Version]:
    after = 0
    while page := versions.list_versions(conn, statement_id, after=after, limit=PAGE):
        yield from page
        after = page[-1].number
