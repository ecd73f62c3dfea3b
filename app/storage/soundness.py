"""Whether the record is whole: every promise that must hold after any crash or restore, asked of the database itself.

damage of the file ─▶ references ─▶ numbers and edits ─▶ feed and alerts ─▶ work that is owed ─▶ every hash

Nothing is written. All of it is read in one view, so it may run beside the service.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.storage.database import Connection, Database
from app.storage.soundness_of_checks import count_packs, false_packs
from app.storage.soundness_of_hashes import false_captures, false_versions
from app.storage.soundness_of_story import (
    alerts_without_event,
    edits_told_wrongly,
    events_without_alert,
    flags_without_edit,
    forms_without_text,
    gaps_in_feed,
    gaps_in_numbers,
    miscounted_tries,
    steps_without_edit,
    stuck_alerts,
)
from app.storage.soundness_of_work import flags_ranked_wrongly, forgotten_watches, leases_without_end, sleeping_hosts
from app.storage.tables import alert, capture, edit, event, metadata, statement, version

MOST_NAMED = 20
"""So many examples of one kind of fault are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the answers to a rule depend on: the moment, the longest lease, and how old a destination has to be."""

    now: datetime
    lease: timedelta
    settling: timedelta


Rule = Callable[[Connection, Question], Iterator[str]]
Told = Callable[[str, int, int | None], None]
"""Told of a rule, of how much of it is done, and of how much there is (None: not known)."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that does not hold, how often, and the first places where."""

    rule: str
    count: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was looked at, and what is wrong."""

    rules: int
    counts: Mapping[str, int]
    broken: tuple[Broken, ...]

    @property
    def is_sound(self) -> bool:
        """True where every promise holds."""
        return not self.broken


def check_record(
    database: Database,
    *,
    now: datetime,
    lease_seconds: float,
    settling_seconds: float = 60.0,
    told: Told = lambda _rule, _done, _all: None,
) -> Soundness:
    """Ask every promise of the record, in one view.

    ``lease_seconds`` is the longest that a worker may hold work. A destination has to be ``settling_seconds`` older
    than an event for its alert to be missed: of one made in the same moment nobody knows which was first.

    Raises:
        StorageError: the database could not be read to the end.
    """
    asked = Question(now, timedelta(seconds=lease_seconds), timedelta(seconds=settling_seconds))
    broken: list[Broken] = []
    with database.read() as conn:
        counts = _count(conn)
        for rule, find in RULES.items():
            told(rule, 0, None)
            broken += _broken(rule, find(conn, asked))
        for rule, total, look in _long_rules(conn, counts):
            broken += _broken(rule, _stepping(look, rule, total, told))
    return Soundness(len(RULES) + len(LONG_RULES), counts, tuple(broken))


def _broken(rule: str, places: Iterator[str]) -> list[Broken]:
    named: list[str] = []
    count = 0
    for place in places:
        count += 1
        if count <= MOST_NAMED:
            named.append(place)
    return [Broken(rule, count, tuple(named))] if count else []


def _stepping(look: Iterator[str | None], rule: str, total: int, told: Told) -> Iterator[str]:
    """The faults among what a long rule looked at, one by one; None is something without fault."""
    for done, place in enumerate(look, start=1):
        told(rule, done, total)
        if place is not None:
            yield place


def _count(conn: Connection) -> dict[str, int]:
    tables = (statement, version, capture, edit, event, alert)
    counts = {f"{one.name}s": conn.execute(sa.select(sa.func.count()).select_from(one)).scalar_one() for one in tables}
    return counts | {"packs of checks": count_packs(conn)}


def damage_of_file(conn: Connection, _: Question) -> Iterator[str]:
    """What SQLite itself finds wrong with its file."""
    if conn.dialect.name == "sqlite":
        found = conn.execute(sa.text("PRAGMA integrity_check")).scalars().all()
        yield from (line for line in found if line != "ok")


def loose_ends(conn: Connection, _: Question) -> Iterator[str]:
    """Rows that refer to a row which is not there."""
    for table in metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            yield from _loose_ends_of(conn, table, key)


def _loose_ends_of(conn: Connection, table: sa.Table, key: sa.ForeignKeyConstraint) -> Iterator[str]:
    there = key.referred_table.alias("there")
    pairs = [(one.parent, there.c[one.column.name]) for one in key.elements]
    meets = sa.select(sa.literal(1)).select_from(there).where(*(mine == other for mine, other in pairs))
    set_ = [mine.is_not(None) for mine, _ in pairs]
    for row in conn.execute(sa.select(*(mine for mine, _ in pairs)).where(*set_, sa.not_(meets.exists()))):
        yield f"{table.name}: {key.referred_table.name} {', '.join(map(str, row))} is not there"


def _asked(find: Callable[[Connection], Iterator[str]]) -> Rule:
    return lambda conn, _: find(conn)


RULES: Mapping[str, Rule] = {
    "The file is undamaged": damage_of_file,
    "What is referred to is there": loose_ends,
    "The numbers of versions have no gap": _asked(gaps_in_numbers),
    "Every version after the first has its edit": _asked(steps_without_edit),
    "Every form of a claim has its text": _asked(forms_without_text),
    "Every flag has its edit": _asked(flags_without_edit),
    "Every edit was told as often as it should be": _asked(edits_told_wrongly),
    "The feed has no gap": _asked(gaps_in_feed),
    "Every event has the alerts that were wanted": lambda conn, asked: events_without_alert(conn, asked.settling),
    "Every alert has its event": _asked(alerts_without_event),
    "Every alert is delivered, given up or owed": _asked(stuck_alerts),
    "Every try of an alert is noted": _asked(miscounted_tries),
    "Every active watch is owed its next look": _asked(forgotten_watches),
    "No host sleeps longer than its work": _asked(sleeping_hosts),
    "Every flag of a pin is ranked as it is": _asked(flags_ranked_wrongly),
    "No lease is longer than a worker may hold": lambda conn, asked: leases_without_end(conn, asked.now, asked.lease),
}

LONG_RULES: Mapping[str, tuple[str, Callable[[Connection], Iterator[str | None]]]] = {
    "Every text and record has its hash": ("versions", false_versions),
    "Every capture has its hash": ("captures", false_captures),
    "Every pack of old checks has its hash": ("packs of checks", false_packs),
}
"""Rules that read everything: by what they count, and how they look at one after the other."""


def _long_rules(conn: Connection, counts: Mapping[str, int]) -> Iterator[tuple[str, int, Iterator[Any]]]:
    for rule, (what, look) in LONG_RULES.items():
        yield rule, counts[what], look(conn)
