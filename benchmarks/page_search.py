"""What words are searched in, for the record of the benchmark of pages: wordings with their places, and their terms."""

import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from app.domain.ids import StatementId, WatchId
from app.domain.runs import runs_of
from app.domain.search_terms import gone_term, language_term, place_of, watch_term
from app.storage.dialect import EPOCH
from app.storage.packed_numbers import pack_numbers

IS_PUBLIC: Final = "watch % 100 = 1"

WORDINGS: Final = """
CREATE TEMP TABLE w AS
SELECT s, watch, number, phrase, first, last,
  place_of(s, number, began + ({now} - began) * (first - 1) / versions) AS place
FROM (SELECT s.i AS s, watch, n.i AS number, began, versions,
        (CASE WHEN n.i <= 4 THEN s.i * 3 + n.i - 1 ELSE s.i + 2 * (n.i - 5) END) % {phrases} AS phrase,
        CASE WHEN n.i <= 4 THEN 1 ELSE 2 * (n.i - 5) END AS first,
        CASE WHEN n.i > 5 AND 2 * (n.i - 5) < versions THEN 2 * (n.i - 5) END AS last
      FROM s JOIN number AS n ON n.i <> 5 AND n.i BETWEEN 1 AND 5 + versions / 2)
"""
"""Four claims that stand from the first version on, and one in each second version that goes with the next."""

TERMS: Final = """
SELECT DISTINCT term, place FROM (
  SELECT term, place, watch FROM w JOIN phrase_term AS t ON t.i = w.phrase
  UNION ALL SELECT language_term(), place, watch FROM w
  UNION ALL SELECT watch_term(watch), place, watch FROM w
  UNION ALL SELECT gone_term(), place, watch FROM w WHERE last IS NOT NULL)
 WHERE {which} ORDER BY term, place"""

SEARCHED: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "claim_wording": (
        "w JOIN phrase p ON p.i = w.phrase",
        {
            "statement_id": "uuid(s)", "number": "number", "first_version": "first", "last_version": "last",
            "language": "'uk'", "key_hash": "p.key_hash", "text": "p.text", "words": "p.words", "place": "place",
            "spans": "span_of((number - 1) * 91, number * 91 - 1)",
            "is_searchable": "1", "is_public": IS_PUBLIC,
        },
    ),
}  # fmt: skip
"""Table → where its rows come from, and what stands in each column."""


def add_terms_to(conn: sqlite3.Connection, language: str) -> None:
    """Let SQL make places and terms as the program does, and keep room for those of each phrase."""
    conn.create_function("place_of", 3, _place, deterministic=True)
    conn.create_function("watch_term", 1, lambda number: watch_term(WatchId(UUID(int=number))), deterministic=True)
    conn.create_function("language_term", 0, lambda: language_term(language), deterministic=True)
    conn.create_function("gone_term", 0, gone_term, deterministic=True)
    conn.create_function("span_of", 2, lambda start, end: pack_numbers((start, end)), deterministic=True)
    conn.execute("CREATE TEMP TABLE phrase_term (i INTEGER, term INTEGER, PRIMARY KEY (i, term)) WITHOUT ROWID")


def add_runs(conn: sqlite3.Connection) -> None:
    """Put the places of every term many in a row, as the program keeps them."""
    for table, which in (("search_term", "1"), ("public_term", IS_PUBLIC)):
        found = conn.execute(TERMS.format(which=which))
        rows = (
            (term, *run)
            for term, pairs in groupby(found, key=itemgetter(0))
            for run in runs_of([place for _, place in pairs])
        )
        conn.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", rows)


def _place(statement: int, number: int, microseconds: int) -> int:
    return place_of(EPOCH + timedelta(microseconds=microseconds), StatementId(UUID(int=statement)), number)
