"""What a look found of each statement, before anything is stored: new, unchanged, edited, back, or not there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from app.domain.claims import Analysis, Ledger
from app.domain.ids import CheckId, StatementId, WatchId
from app.domain.pins import Pin
from app.domain.quotes import WordingStep
from app.domain.records import sha256_hex
from app.domain.transitions import Edited, FirstSeen, Found, Restored, what_was_found
from app.domain.watches import Selectors, Watch
from app.pipeline.analysts import Analysts, Owed
from app.pipeline.wordings import step_of
from app.sources.contract import FoundStatement, Source, Statements, Window
from app.sources.normalise import NORMALISER_VERSION
from app.storage import checks, claims, edits, pins, statements
from app.storage.awaited import Awaited, load_awaited
from app.storage.database import Database
from app.storage.standing import Standing, load_standing, load_standing_of_many

RECENT = 200
WIDEST_WINDOW = 500
OWN, ITEM = "own", "item"


class Technical(Enum):
    """Whether a wording differs because our own rules of reading changed, and not the publisher's words."""

    NO = "no"
    REREAD = "reread"
    """The bytes of the latest version, read again by the rules of today."""
    UNCLEAR = "unclear"
    """The rules changed, and the bytes of the latest version cannot be read by them: nobody can tell."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement in an answer. ``ledger`` is that before; ``analysis`` stands where the wording changed.

    ``wordings`` are the forms of claims that begin or end with it, where they are known.
    """

    found: FoundStatement
    read_from: str
    standing: Standing | None
    what: Found
    text_sha256: str
    language: str
    ledger: Ledger | None
    analysis: Analysis | Owed | None
    technical: Technical = Technical.NO
    wordings: WordingStep | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows of the statements in an answer, read in one view."""

    standing: Mapping[str, Standing]
    ledgers: Mapping[str, Ledger | None]
    items: Mapping[str, str]
    """External ids of links that have a statement → what its wordings are read from."""
    owed_items: frozenset[str]
    """External ids of links whose own check is owed already."""
    absent: Mapping[str, Standing]
    awaited: tuple[Awaited, ...]
    behind: frozenset[StatementId]
    """Statements of which an earlier edit is still to be compared: theirs are compared in order."""
    pins: tuple[Pin, ...]
    newest: str | None
    """External id of the statement seen first of late; None where the answer does not show a stretch of many."""


def load_known(database: Database, source: Source, watch: Watch, reading: Statements) -> Known:
    """Read all that the record knows of what an answer shows, and of what it should show and does not."""
    found = [one.external_id for one in reading.found]
    linked = [link.external_id for link in reading.links]
    with database.read() as conn:
        recent = statements.find_recent_external_ids(conn, watch.id, limit=RECENT) if reading.window else ()
        items = statements.find_known(conn, watch.id, linked) if linked else {}
        in_feed = [key for key, read_from in items.items() if read_from == ITEM]
        standing = load_standing(conn, watch.id, [*found, *in_feed])
        missing = absent_from(source, reading.window, recent, found) if reading.window else ()
        absent = load_standing(conn, watch.id, missing) if missing else {}
        ids = [one.statement.id for one in standing.values()]
        ledgers = claims.load_ledgers(conn, ids) if ids else {}
        return Known(
            standing=standing,
            ledgers={key: ledgers.get(one.statement.id) for key, one in standing.items()},
            items=items,
            owed_items=frozenset(checks.find_known_items(conn, watch.id, linked) if linked else ()),
            absent=absent,
            awaited=load_awaited(conn, ids) if ids else (),
            behind=edits.find_behind(conn, ids) if ids else frozenset(),
            pins=pins.find_pins_of_watch(conn, watch.id),
            newest=recent[0] if recent else None,
        )


def load_known_of_several(
    database: Database, answers: Sequence[tuple[CheckId, WatchId, Statements]]
) -> dict[CheckId, Known]:
    """The same for several answers that show no list, in one view, by the checks that brought them."""
    wanted = {(watch_id, one.external_id) for _, watch_id, reading in answers for one in reading.found}
    with database.read() as conn:
        standing = load_standing_of_many(conn, wanted)
        ids = [one.statement.id for one in standing.values()]
        ledgers = claims.load_ledgers(conn, ids) if ids else {}
        awaited = load_awaited(conn, ids) if ids else ()
        behind = edits.find_behind(conn, ids) if ids else frozenset()
        followed = pins.find_pins_of_watches(conn, {watch_id for _, watch_id, _ in answers})
    known = {}
    for check_id, watch_id, reading in answers:
        keys = dict.fromkeys(one.external_id for one in reading.found)
        mine = {key: standing[watch_id, key] for key in keys if (watch_id, key) in standing}
        own = {one.statement.id for one in mine.values()}
        known[check_id] = Known(
            standing=mine,
            ledgers={key: ledgers.get(one.statement.id) for key, one in mine.items()},
            items={},
            owed_items=frozenset(),
            absent={},
            awaited=tuple(one for one in awaited if one.edit.statement_id in own),
            behind=behind & own,
            pins=followed[watch_id],
            newest=None,
        )
    return known


def load_one(database: Database, watch: Watch, external_id: str | None, is_only_one: bool) -> Known:
    """The same for the one statement that a check is about: the only one of its watch, or the one named."""
    with database.read() as conn:
        key = statements.find_only_external_id(conn, watch.id) if is_only_one else external_id
        standing = load_standing(conn, watch.id, [key]) if key is not None else {}
        ids = [one.statement.id for one in standing.values()]
        return Known(
            standing=standing,
            ledgers={},
            items={},
            owed_items=frozenset(),
            absent={},
            awaited=load_awaited(conn, ids) if ids else (),
            behind=edits.find_behind(conn, ids) if ids else frozenset(),
            pins=pins.find_pins_of_watch(conn, watch.id) if ids else (),
            newest=None,
        )


def decide(
    analysts: Analysts,
    watch: Watch,
    known: Known,
    found: Iterable[tuple[FoundStatement, str]],
    *,
    unclear: Collection[str] = (),
) -> tuple[Finding, ...]:
    """What each wording means, with the claims compared where it is a new one. Stores nothing.

    ``unclear`` are the external ids of those that may differ only because our own rules changed.
    """
    findings = (_decide_one(analysts, watch, known, one, read_from) for one, read_from in found)
    return tuple(
        replace(one, technical=Technical.UNCLEAR) if one.found.external_id in unclear else one for one in findings
    )


def reading_rules(version: str, selectors: Selectors, read_from: str) -> str:
    """All rules by which a wording is read, of the source and of the form in which texts are compared."""
    return f"{extractor_stamp(version, selectors, read_from)} {NORMALISER_VERSION}"


def extractor_stamp(version: str, selectors: Selectors, read_from: str) -> str:
    """The rules by which a wording was read: those of its source, and the selectors of its watch where they count."""
    if read_from == ITEM or selectors == Selectors():
        return version
    written = "\n".join((*selectors.include, "", *selectors.exclude))
    return f"{version}+{sha256_hex(written.encode())[:8]}"


def is_new_wording(finding: Finding) -> bool:
    """True where a version has to be stored."""
    return isinstance(finding.what, FirstSeen | Edited | Restored)


def last_unchanged(finding: Finding, now: datetime) -> datetime:
    """When the old wording was last seen; ``now`` where there was none."""
    return finding.standing.last_seen_at if finding.standing else now


def _decide_one(analysts: Analysts, watch: Watch, known: Known, found: FoundStatement, read_from: str) -> Finding:
    standing = known.standing.get(found.external_id)
    text_sha256 = sha256_hex(found.wording.text.encode())
    what = what_was_found(
        text_sha256,
        latest_sha256=standing.text_sha256 if standing else None,
        earlier=standing.earlier if standing else {},
        state=standing.statement.state if standing else None,
    )
    ledger = known.ledgers.get(found.external_id)
    if not isinstance(what, FirstSeen | Edited | Restored):
        language = standing.statement.language if standing else None
        return Finding(found, read_from, standing, what, text_sha256, language or "und", ledger, None)
    asked = watch.language or found.wording.language
    language = analysts.language_of(found.wording.text, asked=asked)
    if standing is None:
        first = analysts.begin_ledger(found.wording.text, language=language)
        begun = step_of(analysts, None, first, language=language)
        return Finding(found, read_from, None, what, text_sha256, language, first, None, wordings=begun)
    if standing.statement.id in known.behind:
        return Finding(found, read_from, standing, what, text_sha256, language, ledger, Owed("in order"))
    analysis = analysts.compare(
        standing.text,
        found.wording.text,
        language=language,
        ledger=ledger,
        version=standing.statement.version_count + 1,
        pins=known.pins,
    )
    after = analysis.ledger if isinstance(analysis, Analysis) else None
    step = step_of(analysts, ledger, after, language=language)
    return Finding(found, read_from, standing, what, text_sha256, language, ledger, analysis, wordings=step)


def absent_from(source: Source, window: Window, recent: tuple[str, ...], found: list[str]) -> tuple[str, ...]:
    """The known statements that the answer should show and does not.

    Looked for are those seen first of late and all numbers around those on the page: older posts that were read in
    after the newest ones must not push these out of sight.
    """
    shown = [int(key) for key in found if key.isdigit()]
    top = max(shown, default=window.first) + WIDEST_WINDOW // 2 if window.last is None else window.last
    numbers = range(max(window.first, top - WIDEST_WINDOW), top + 1)
    return source.absent(window, dict.fromkeys((*recent, *map(str, numbers))), found)
