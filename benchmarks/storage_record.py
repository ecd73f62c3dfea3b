"""Chains of versions and unchanged checks in a database, as the program keeps them, and what they take there."""

import hashlib
import math
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.domain.ids import ObservationId, StatementId, VisitId, WatchId
from app.domain.observations import Observation, Outcome, Visit, VisitOutcome
from app.domain.old_checks import RESTING
from app.domain.records import sha256_hex
from app.domain.statements import Capture, Statement, StatementState, Version, Wording
from app.domain.watches import Selectors, SourceKind, Watch, WatchHealth, WatchState
from app.storage import beginnings, captures, observations, statements, versions, watches
from app.storage.check_packing import PAUSE, pack_some
from app.storage.database import Database
from app.storage.identity import new_id
from app.storage.latest_texts import Beside
from app.storage.migrating import migrate
from app.storage.standing import load_standing
from evaluation.corpora import read_rows

START = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
URL = "https://ministry.example.org/releases/2025/01/statement"
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "last-modified": "Tue, 07 Jan 2025 09:00:00 GMT",
    "etag": '"5d8c"',
}
TYPE = "text/html; charset=utf-8"
EXTERNAL_ID = "page"
AT_ONCE = 500
EVERY, JITTER_SECONDS = timedelta(minutes=5), 2.0
MOST_WATCHED = 20
LOOSE, PACKS = ("visit", "observation"), ("visit_pack", "observation_pack")


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of one row, and how many of them are in indexes; no numbers where there is no row."""

    whole: float
    indexes: float


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored, and what each part of it takes."""

    chains: int
    versions: int
    pages: int
    """Different ones: versions of the same bytes share theirs."""
    text_bytes: int
    capture: Size
    version: Size
    check: Size
    """In its first day, with a row of its own."""
    old_check: Size
    """In a pack."""


def read_chains(folder: Path, name: str) -> list[list[str]]:
    """The texts of each chain of one corpus, oldest first."""
    chains: dict[str, list[tuple[int, str]]] = {}
    for row in read_rows(folder, name):
        chains.setdefault(f"{row['source']}/{row['doc_id']}", []).append((row["version"], row["text"]))
    return [[text for _, text in sorted(chain)] for chain in chains.values()]


def store(path: Path, chains: Sequence[Sequence[str]], *, checks: int) -> Stored:
    """Keep the chains, each text as its own page, and as many checks that found nothing new."""
    with Database(f"sqlite:///{path}") as database:
        migrate(database)
        statement_ids = []
        for place, chain in enumerate(chains):
            with database.write() as conn:
                statement_ids.append(_add_chain(conn, chain, START + timedelta(days=place)))
        _add_checks(database, statement_ids, checks)
        with database.read() as conn:
            found = _sizes(conn)
        packed = _pack_hourly(database, checks // min(len(statement_ids), MOST_WATCHED) + 1)
        with database.read() as conn:
            later = _sizes(conn)
            count, pages = (
                conn.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() for table in ("version", "capture")
            )
    return Stored(
        chains=len(chains),
        versions=count,
        pages=pages,
        text_bytes=sum(len(text.encode()) for chain in chains for text in chain),
        capture=_each(found, ("capture",), pages),
        version=_each(found, ("version", "latest_text"), count),
        check=_each(found, LOOSE, checks),
        old_check=_each(later, PACKS, packed),
    )


def _sizes(conn: sa.Connection) -> Mapping[tuple[str, bool], int]:
    """Bytes of each table, and of its indexes."""
    query = sa.text(
        "SELECT s.tbl_name AS name, s.type = 'index' AS is_index, sum(d.pgsize) AS size"
        " FROM dbstat d JOIN sqlite_schema s ON s.name = d.name WHERE d.aggregate = 1 GROUP BY 1, 2"
    )
    return {(row.name, bool(row.is_index)): row.size for row in conn.execute(query)}


def _each(found: Mapping[tuple[str, bool], int], tables: Sequence[str], count: int) -> Size:
    if not count:
        return Size(math.nan, math.nan)
    indexes = sum(found.get((table, True), 0) for table in tables)
    return Size((indexes + sum(found[table, False] for table in tables)) / count, indexes / count)


def _add_chain(conn: sa.Connection, chain: Sequence[str], at: datetime) -> StatementId:
    watch, key = _watch(at), StatementId(new_id())
    watches.add_watch(conn, watch)
    first = hashlib.sha256(chain[0].encode()).hexdigest()
    known = _statement(key, watch.id, at)
    beginnings.add_statement(conn, known, read_from="own", read_by="1", text_sha256=first)
    before: str | None = None
    beside = Beside()
    for number, text in enumerate(chain, start=1):
        seen_at = at + timedelta(hours=number)
        body = text.encode()
        sha256 = sha256_hex(body)
        page = Capture(sha256, body, TYPE, seen_at)
        captures.add_capture(conn, page, before=before)
        versions.add_version(conn, _version(key, number, text, sha256, seen_at), beside._replace(page=page))
        statements.mark_statement(conn, known, version_count=number, text_sha256=sha256)
        known = replace(known, version_count=number)
        before, beside = sha256, _beside(conn, watch.id)
    return key


def _beside(conn: sa.Connection, watch_id: WatchId) -> Beside:
    """What a check has at hand of the latest version when the next one comes."""
    standing = load_standing(conn, watch_id, [EXTERNAL_ID])[EXTERNAL_ID]
    return Beside(None, standing.kept, standing.page)


def _add_checks(database: Database, statement_ids: Sequence[StatementId], count: int) -> None:
    """Checks of a few pages, one every five minutes, which take as long, and bring as many bytes, as it happens."""
    watched, chance = statement_ids[:MOST_WATCHED], random.Random(7)
    with database.read() as conn:
        of = {one.id: one.watch_id for one in statements.get_statements(conn, watched).values()}
    for begin in range(0, count, AT_ONCE):
        with database.write() as conn:
            some = [
                _check(watched[place % len(watched)], of, place // len(watched), chance)
                for place in range(begin, min(begin + AT_ONCE, count))
            ]
            observations.add_visits(conn, [visit for visit, _ in some])
            observations.add_observations(conn, [seen for _, seen in some])


def _check(
    key: StatementId, of: Mapping[StatementId, WatchId], number: int, chance: random.Random
) -> tuple[Visit, Observation]:
    at = START + number * EVERY + timedelta(seconds=chance.uniform(0, JITTER_SECONDS))
    seconds, size = round(chance.lognormvariate(-1.5, 0.4), 6), 14_200 + chance.randrange(64)
    visit = Visit(VisitId(_id(at, chance)), of[key], at, URL, VisitOutcome.READ, None, 200, seconds, size, 1)
    return visit, Observation(ObservationId(_id(at, chance)), key, visit.id, at, Outcome.UNCHANGED, None, 1)


def _id(at: datetime, chance: random.Random) -> uuid.UUID:
    """As :func:`app.storage.identity.new_id` would have made it a moment later."""
    made = int(at.timestamp() * 1000) + chance.randrange(3)
    return uuid.UUID(int=made << 80 | 7 << 76 | chance.getrandbits(12) << 64 | 2 << 62 | chance.getrandbits(62))


def _pack_hourly(database: Database, each: int) -> int:
    """Walk over all checks once an hour, as workers do, as if each time were now; how many are in packs in the end.

    ``each`` is how often each page was looked at.
    """
    packed, until = 0, START + each * EVERY + RESTING
    now = START
    while now < until:
        now += PAUSE
        goes_on = True
        while goes_on:
            with database.write() as conn:
                step = pack_some(conn, now=now)
            packed, goes_on = packed + step.checks, step.goes_on
    return packed // len(LOOSE)


def _version(key: StatementId, number: int, text: str, sha256: str, at: datetime) -> Version:
    return Version(
        statement_id=key,
        number=number,
        wording=Wording(text=text, title="Statement", language="en"),
        first_seen_at=at,
        last_seen_at=at,
        text_sha256=sha256,
        record_sha256=sha256_hex(f"{key} {number}".encode()),
        capture_sha256=sha256,
        restores=None,
        is_technical=False,
        fetched_url=URL,
        headers=HEADERS,
        redirects=(),
        extractor_version="web_page/3",
        normaliser_version="1",
    )


def _statement(key: StatementId, watch_id: WatchId, at: datetime) -> Statement:
    return Statement(
        id=key,
        watch_id=watch_id,
        external_id=EXTERNAL_ID,
        url=URL,
        state=StatementState.PRESENT,
        published_at=None,
        first_seen_at=at,
        last_seen_at=at,
        last_checked_at=at,
        missing_since=None,
        withdrawn_at=None,
        version_count=1,
        edit_count=0,
        title=None,
        language="en",
    )


def _watch(at: datetime) -> Watch:
    key = WatchId(new_id())
    return Watch(
        id=key,
        kind=SourceKind.WEB_PAGE,
        url=f"{URL}/{key}",
        target=f"{URL}/{key}",
        name="page",
        publisher="ministry",
        language=None,
        tags=(),
        state=WatchState.ACTIVE,
        interval_seconds=None,
        selectors=Selectors(),
        respect_robots=True,
        identity=None,
        health=WatchHealth.UNKNOWN,
        last_checked_at=None,
        last_outcome=None,
        next_check_at=None,
        next_check_reason=None,
        created_at=at,
        updated_at=at,
        revision=1,
    )
