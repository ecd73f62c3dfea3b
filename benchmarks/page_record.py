"""A record with as many versions as wanted, a million of them in a few minutes: made by SQLite itself, row by row.

One watch in five hundred versions; the first has a tenth of all statements. Most statements have few versions, some a
thousand. Every edit changes one claim and adds or removes another. Everything happened in the hundred days before NOW.
"""

import sqlite3
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from app.claims.clean import match_key
from app.claims.quoting import key_hash, telling_stems
from app.domain.ids import StatementId, claim_id
from app.domain.word_pairs import kept_terms
from app.storage.claims import id_start
from app.storage.database import Database
from app.storage.dialect import EPOCH
from app.storage.migrating import migrate
from benchmarks.page_desk import DESK
from benchmarks.page_search import SEARCHED, WORDINGS, add_runs, add_terms_to
from benchmarks.quote_text import Newsroom, written

NOW: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
SPAN: Final = timedelta(days=100)
MICROSECOND: Final = timedelta(microseconds=1)
LANGUAGE: Final = "uk"
MOST_PHRASES: Final = 4_000
PHRASE_LENGTH: Final = 90
FIXED_CLAIMS: Final = 4
LONG_VERSIONS: Final = 1_000
SHA: Final = f"x'{'0' * 64}'"
MEMORY_KIB: Final = 800_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of each thing a record of so many versions has."""

    versions: int

    @property
    def long(self) -> int:
        """Statements with very many versions."""
        return max(1, self.versions // 50_000)

    @property
    def long_versions(self) -> int:
        return min(LONG_VERSIONS, self.versions // 2)

    @property
    def statements(self) -> int:
        """Of the others, ten have fifty versions."""
        return self.long + (self.versions - self.long * self.long_versions) // 5

    @property
    def watches(self) -> int:
        return max(3, self.versions // 500)

    @property
    def phrases(self) -> int:
        """Different sentences."""
        return min(MOST_PHRASES, self.versions)

    @property
    def numbers(self) -> Mapping[str, int]:
        """What the statements of SQL are given."""
        return {
            "long": self.long,
            "long_versions": self.long_versions,
            "statements": self.statements,
            "watches": self.watches,
            "now": (NOW - EPOCH) // MICROSECOND,
            "span": SPAN // MICROSECOND,
            "phrases": self.phrases,
            "minute": 60_000_000,
        }


SCAFFOLD: Final = """
CREATE TEMP TABLE number (i INTEGER PRIMARY KEY);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < max({statements}, {watches}, 1000))
INSERT INTO number SELECT i FROM n;
CREATE TEMP TABLE s (i INTEGER PRIMARY KEY, watch INTEGER, versions INTEGER, began INTEGER);
INSERT INTO s SELECT i,
  CASE WHEN i % 10 = 0 THEN 0 ELSE 1 + i % ({watches} - 1) END,
  CASE WHEN i < {long} THEN {long_versions}
       ELSE (1 + (i % 10 = 3) + (i % 10 = 4) + 2 * (i % 10 = 5) + 4 * (i % 10 = 6) + 7 * (i % 10 = 7)
             + 11 * (i % 10 = 8) + 14 * (i % 10 = 9)) END,
  {now} - {span} + {span} * i / {statements}
FROM number WHERE i < {statements};
CREATE TEMP TABLE v (s INTEGER, number INTEGER, at INTEGER, until INTEGER, PRIMARY KEY (s, number)) WITHOUT ROWID;
INSERT INTO v SELECT s.i, n.i, began + ({now} - began) * (n.i - 1) / versions,
  began + ({now} - began) * n.i / versions - {minute}
FROM s JOIN number AS n ON n.i BETWEEN 1 AND s.versions;
CREATE TEMP TABLE e (i INTEGER PRIMARY KEY, s INTEGER, watch INTEGER, number INTEGER, at INTEGER, level INTEGER);
INSERT INTO e SELECT place, s, watch, number, at,
  CASE WHEN place % 10 = 0 THEN 3 WHEN place % 10 < 4 THEN 2 ELSE 1 END
FROM (SELECT row_number() OVER (ORDER BY v.at, v.s) - 1 AS place, v.s, s.watch, v.number, v.at
      FROM v JOIN s ON s.i = v.s WHERE v.number > 1);
"""

URL: Final = "'https://' || i || '.example.org/'"
TEXT: Final = """a.text || ' ' || b.text || ' ' || c.text || ' ' || d.text
  || ' Втрати дня ' || v.s || ': ' || v.number || ' машин.'
  || CASE WHEN v.number % 2 = 0 THEN ' ' || extra.text ELSE '' END"""
PARTS: Final = " ".join(
    f"JOIN phrase {name} ON {name}.i = (v.s * 3 + {place}) % {{phrases}}" for place, name in enumerate("abcd")
)
EXTRA: Final = "JOIN phrase extra ON extra.i = (v.s + v.number) % {phrases}"
LOSSES: Final = "'Втрати дня ' || {s} || ': ' || {number} || ' машин.'"
LEVEL: Final = "CASE level WHEN 3 THEN 'major' WHEN 2 THEN 'substantive' ELSE 'minor' END"

CLAIMED: Final = """
(SELECT s.i AS s, n.i AS number, s.versions FROM s JOIN number AS n ON n.i BETWEEN 1 AND 5 + s.versions / 2)
JOIN phrase p ON p.i = (CASE WHEN number <= 4 THEN s * 3 + number - 1 ELSE s + 2 * (number - 5) END) % {phrases}"""

RECORD: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "watch": (
        "number WHERE i < {watches}",
        {
            "id": "uuid(i)", "kind": "CASE i % 20 WHEN 0 THEN 'telegram_channel' ELSE 'web_page' END", "url": URL,
            "target": URL, "live_target": URL, "name": "'Сторінка ' || i", "publisher": "'Видавець ' || i",
            "state": "'active'",
            "health": "CASE i % 50 WHEN 0 THEN 'failing' ELSE 'healthy' END",
            "selectors": "'{{\"include\":[],\"exclude\":[]}}'",
            "respect_robots": "1", "visibility": "CASE i % 100 WHEN 1 THEN 'public' ELSE 'private' END",
            "last_checked_at": "{now} - {minute}", "last_outcome": "'read'", "language": "'uk'",
            "created_at": "{now} - {span} - i * {minute}", "updated_at": "{now} - {span}", "revision": "1",
        },
    ),
    "watch_tag": ("number WHERE i < {watches}", {"watch_id": "uuid(i)", "tag": "'tag' || (i % 40)"}),
    "statement": (
        "s",
        {
            "id": "uuid(i)", "watch_id": "uuid(watch)", "external_id": "i", "url": "'https://example.org/' || i",
            "read_from": "'own'", "read_by": "'web_page-1 text-1'", "state": "'present'", "title": "'Заява ' || i",
            "language": "'uk'", "published_at": "began", "first_seen_at": "began", "last_seen_at": "{now} - {minute}",
            "last_checked_at": "{now} - {minute}", "version_count": "versions", "edit_count": "versions - 1",
            "text_sha256": SHA,
        },
    ),
    "capture": (
        "number WHERE i = 0",
        {"sha256": SHA, "body": "x''", "size": "0", "content_type": "'text/html'", "first_fetched_at": "{now}"},
    ),
    "version": (
        f"v {PARTS} {EXTRA} ORDER BY v.s, v.number",
        {
            "statement_id": "uuid(v.s)", "number": "v.number", "text": TEXT, "language": "'uk'", "marked_edited": "0",
            "details": "'{{}}'", "first_seen_at": "v.at", "last_seen_at": "v.until", "text_sha256": SHA,
            "record_sha256": SHA, "capture_sha256": SHA, "is_technical": "0",
            "fetched_url": "'https://example.org/' || v.s", "headers": "'{{}}'", "redirects": "'[]'",
            "restores": "CASE WHEN v.number % 90 = 0 THEN v.number - 2 END",
            "extractor_version": "'1'", "normaliser_version": "'1'",
        },
    ),
    "edit": (
        "e",
        {
            "statement_id": "uuid(s)", "id": "uuid(i)", "watch_id": "uuid(watch)", "kind": "'wording'",
            "from_version": "number - 1", "to_version": "number", "last_seen_unchanged_at": "at - {minute}",
            "first_seen_changed_at": "at", "stood_seconds": "3600", "earlier_edits": "number - 2",
            "confirmation": "'not_needed'", "analysis_state": "'done'", "analysis_attempts": "1",
            "analyzer_version": "'1'", "score": "level / 4.0", "level": LEVEL, "disclosed": "i % 5 = 0",
            "marked_edited": "0", "language": "'uk'", "facets_supported": "'[]'", "truncated": "0",
            "change_hash": "printf('%064x', i % 100000)", "pins": "'[]'", "is_technical": "0",
        },
    ),
    "claim": (
        CLAIMED,
        {
            "statement_id": "uuid(s)", "number": "number", "id_start": "claim_start(s, number)", "key": "p.key",
            "earlier_keys": "'[]'",
            "text": f"CASE WHEN number = 5 THEN {LOSSES.format(s='s', number='versions')} ELSE p.text END",
            "spans": "CASE WHEN number <= 4 THEN printf('[[%d,%d]]', (number - 1) * 91, number * 91 - 1) "
            "WHEN number = 5 THEN '[[364,390]]' ELSE '[]' END",
            "standing": "number <= 5 OR 2 * (number - 5) = versions",
            "first_version": "CASE WHEN number <= 5 THEN 1 ELSE 2 * (number - 5) END",
            "last_version": "CASE WHEN number <= 5 THEN versions ELSE 2 * (number - 5) END",
            "removed_in": "CASE WHEN number > 5 AND 2 * (number - 5) < versions THEN 2 * (number - 5) + 1 END",
        },
    ),
    "claim_change": (
        "e JOIN number AS place ON place.i < 2 JOIN phrase p ON p.i = (s + e.number - e.number % 2) % {phrases}",
        {
            "statement_id": "uuid(s)", "edit_id": "uuid(e.i)", "place": "place.i",
            "number": "CASE place.i WHEN 0 THEN 5 ELSE 5 + e.number / 2 END",
            "action": "CASE WHEN place.i = 0 THEN 'edited' WHEN e.number % 2 = 0 THEN 'added' ELSE 'removed' END",
            "before": f"CASE WHEN place.i = 0 THEN {LOSSES.format(s='s', number='(e.number - 1)')} "
            "WHEN e.number % 2 = 0 THEN '' ELSE p.text END",
            "after": f"CASE WHEN place.i = 0 THEN {LOSSES.format(s='s', number='e.number')} "
            "WHEN e.number % 2 = 0 THEN p.text ELSE '' END",
            "before_spans": "'[]'", "after_spans": "'[]'", "facets": "'[]'", "score": "level / 4.0", "level": LEVEL,
            "similarity": "0.8", "moved": "0", "other_numbers": "'[]'",
        },
    ),
    "statement_rules": ("s", {"statement_id": "uuid(i)", "rules": "'1+1'"}),
    "watch_extent": (
        "s GROUP BY watch",
        {"watch_id": "uuid(watch)", "statements": "count(*)", "versions": "sum(versions)"},
    ),
}  # fmt: skip
"""Table → where its rows come from, and what stands in each column."""


def fill(path: Path, shape: Shape) -> None:
    """Make the record in a new file; one that was not finished has no name."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with Database(f"sqlite:///{unfinished}") as database:
        migrate(database)
    conn = sqlite3.connect(unfinished, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{MEMORY_KIB}", "temp_store=MEMORY"):
        conn.execute(f"PRAGMA {pragma}")
    conn.create_function("uuid", 1, lambda number: number.to_bytes(16), deterministic=True)
    conn.create_function("claim_of", 2, _claim_of, deterministic=True)
    conn.create_function("claim_start", 2, _claim_start, deterministic=True)
    add_terms_to(conn, LANGUAGE)
    conn.execute("BEGIN")
    _add_phrases(conn, shape.phrases)
    numbers = shape.numbers
    for one in SCAFFOLD.format(**numbers).split(";"):
        conn.execute(one)
    conn.execute(WORDINGS.format(**numbers))
    for table, (source, columns) in {**RECORD, **SEARCHED, **DESK}.items():
        values = ", ".join(columns.values()).format(**numbers)
        names = ", ".join(f'"{name}"' for name in columns)
        conn.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {source.format(**numbers)}")
    add_runs(conn)
    conn.execute("COMMIT")
    conn.execute("PRAGMA journal_mode=WAL")
    conn.close()
    unfinished.rename(path)


def _claim_of(statement: int, number: int) -> bytes:
    return claim_id(StatementId(UUID(int=statement)), number).bytes


def _claim_start(statement: int, number: int) -> int:
    return id_start(claim_id(StatementId(UUID(int=statement)), number))


def _add_phrases(conn: sqlite3.Connection, count: int) -> None:
    """Sentences of one length, so that their places are known, and what a quote is looked up by."""
    conn.execute("CREATE TEMP TABLE phrase (i INTEGER PRIMARY KEY, text, key, key_hash, words)")
    for place, words in enumerate(Newsroom().claims(count)):
        text = f"{written(words)[:-1]:.<{PHRASE_LENGTH}}"[: PHRASE_LENGTH - 1] + "."
        stems, key = telling_stems(text, LANGUAGE), match_key(text)
        row = (place, text, key, key_hash(key), struct.pack(f">{len(stems)}i", *stems))
        conn.execute("INSERT INTO phrase VALUES (?, ?, ?, ?, ?)", row)
        conn.executemany("INSERT INTO phrase_term VALUES (?, ?)", [(place, term) for term in set(stems)])
        pairs = [(term, row[3]) for term in kept_terms(stems)]
        conn.executemany("INSERT OR IGNORE INTO quote_term VALUES (?, ?)", pairs)
