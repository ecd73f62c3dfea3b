"""What strangers may read: a watch that is marked public, and what was found there. All else is not there for them.

Where reading is public, a request without a key is answered over connections on which every table is hidden behind an
expression of its own name that holds only what strangers may read:

    SELECT … FROM statement …   ─▶   WITH statement AS (SELECT … WHERE its watch is public) SELECT … FROM statement …

So nothing that reads the record has to think of strangers: no list, count, search or lookup by id can forget them. A
table that is not named here is empty for them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from app.storage.tables import metadata

NOWHERE: Final = "1 = 0"
OF_WATCH: Final = "EXISTS (SELECT 1 FROM {at}watch AS w WHERE w.id = here.watch_id AND w.visibility = 'public')"
AMONG_WATCHES: Final = "here.watch_id IN (SELECT w.id FROM {at}watch AS w WHERE w.visibility = 'public')"
"""The same for what is counted, where few of very many may be public: SQLite can go from the watches then."""
OF_STATEMENT: Final = (
    "EXISTS (SELECT 1 FROM {at}statement AS s JOIN {at}watch AS w ON w.id = s.watch_id "
    "WHERE s.id = here.statement_id AND w.visibility = 'public')"
)

SEEN: Final[Mapping[str, str]] = {
    "capture": (
        "EXISTS (SELECT 1 FROM {at}version AS v JOIN {at}statement AS s ON s.id = v.statement_id "
        "JOIN {at}watch AS w ON w.id = s.watch_id "
        "WHERE v.capture_sha256 = here.sha256 AND w.visibility = 'public')"
    ),
    "quote_term": (
        "EXISTS (SELECT 1 FROM {at}claim_wording AS c JOIN {at}statement AS s ON s.id = c.statement_id "
        "JOIN {at}watch AS w ON w.id = s.watch_id "
        "WHERE c.key_hash BETWEEN CAST(here.key_start AS BIGINT) << 32 AND (CAST(here.key_start AS BIGINT) << 32) "
        "+ 4294967295 AND c.is_public AND w.visibility = 'public')"
    ),
    "pin": (
        "(EXISTS (SELECT 1 FROM {at}pin_watch AS p JOIN {at}watch AS w ON w.id = p.watch_id "
        "WHERE p.pin_id = here.id AND w.visibility = 'public') OR "
        "EXISTS (SELECT 1 FROM {at}flag_pin AS p JOIN {at}flag AS f ON f.id = p.flag_id "
        "JOIN {at}watch AS w ON w.id = f.watch_id WHERE p.pin_id = here.id AND w.visibility = 'public'))"
    ),
    "pin_watch": OF_WATCH,
    "flag_pin": (
        "EXISTS (SELECT 1 FROM {at}flag AS f JOIN {at}watch AS w ON w.id = f.watch_id "
        "WHERE f.id = here.flag_id AND w.visibility = 'public')"
    ),
    "flag": AMONG_WATCHES,
    "edit": OF_WATCH,
    "edit_pin": OF_STATEMENT,
    "claim_change": OF_STATEMENT,
    "earlier_analysis": OF_STATEMENT,
    "claim_wording": "here.is_public AND " + OF_STATEMENT,
    "claim": OF_STATEMENT,
    "ledger": OF_STATEMENT,
    "statement_rules": OF_STATEMENT,
    "feed_position": "here.id = 1",
    "event": "here.public_position IS NOT NULL AND " + OF_STATEMENT,
    "observation": OF_STATEMENT,
    "observation_pack": OF_STATEMENT,
    "flapping": OF_STATEMENT,
    "statement_gap": OF_STATEMENT,
    "version": OF_STATEMENT,
    "latest_text": OF_STATEMENT,
    "archived_reading": OF_WATCH,
    "archived_history": OF_WATCH,
    "archive_capture": OF_WATCH,
    "backfill": OF_WATCH,
    "statement": OF_WATCH,
    "check_due": OF_WATCH,
    "visit": OF_WATCH,
    "visit_pack": OF_WATCH,
    "gap": OF_WATCH,
    "search_term": "1 = 1",
    "service_gap": "1 = 1",
    "watch_extent": OF_WATCH,
    "watch_tag": OF_WATCH,
    "watch": "here.visibility = 'public'",
}
"""Table → which of its rows strangers may read. One that refers to another stands before it: behind its own name an
expression would mean what strangers see of it, and be judged twice."""

INSTEAD: Final[Mapping[str, str]] = {"search_term": "public_term"}
"""What strangers are given in the place of a table: it holds of the same kind only what was found in public watches."""

PRIVATE: Final = frozenset({
    "api_key", "page_session", "share_link", "audit_entry", "idempotency_key", "destination", "digest", "alert",
    "delivery", "budget", "host", "worker", "packing", "pulse",
    "public_term",
})  # fmt: skip
"""Tables of which strangers see nothing."""

SHOWN_AS: Final[Mapping[tuple[str, str], str]] = {
    ("event", "position"): "here.public_position",
    ("feed_position", "last"): "(SELECT coalesce(max(e.public_position), 0) FROM {at}event AS e)",
    ("flag", "note"): "CAST(NULL AS TEXT)",
    ("flag", "reviewed_by"): "CAST(NULL AS TEXT)",
}
"""What stands in a column for strangers: their own numbers in the feed, and not what colleagues wrote to each other."""

EXPRESSION: Final = '"{name}" AS NOT MATERIALIZED (SELECT {columns} FROM {at}"{source}" AS here WHERE {rows})'
NAMES = re.compile(rf"\b(?:{'|'.join(sorted(metadata.tables, key=len, reverse=True))})\b")
AROUND = re.compile(r"\b(?:main|temp|public|information_schema)\s*\.|\b(?:sqlite|pg)_\w+|\bRECURSIVE\b", re.IGNORECASE)
WITH = re.compile(r"\s*WITH\s", re.IGNORECASE)
READS = re.compile(r"[\s(]*SELECT\b", re.IGNORECASE)
BEGINS = re.compile(r"\s*BEGIN\s*", re.IGNORECASE)


@lru_cache(maxsize=2_000)
def hidden(statement: str, *, is_sqlite: bool) -> str:
    """The statement as it reads when strangers ask.

    Raises:
        RuntimeError: it does more than read, or could reach a table by another name.
    """
    if BEGINS.fullmatch(statement):
        return statement
    has_own = WITH.match(statement)
    if not (has_own or READS.match(statement)) or AROUND.search(statement):
        raise RuntimeError(f"Strangers may not ask this: {statement[:200]}")
    mentioned = set(NAMES.findall(statement))
    ordered = [name for name in (*SEEN, *sorted(metadata.tables.keys() - SEEN.keys())) if name in mentioned]
    if not ordered:
        return statement
    expressions = ", ".join(expression_of(name, is_sqlite=is_sqlite) for name in ordered)
    return f"WITH {expressions}, {statement[has_own.end() :]}" if has_own else f"WITH {expressions} {statement}"


def expression_of(name: str, *, is_sqlite: bool) -> str:
    """What a table is for strangers, as an expression under its own name."""
    columns = ", ".join(
        f'{SHOWN_AS[name, column.name]} AS "{column.name}"'
        if (name, column.name) in SHOWN_AS
        else f'here."{column.name}"'
        for column in metadata.tables[name].columns
    )
    rows = SEEN.get(name, NOWHERE)
    at = "main." if is_sqlite else ""
    source = INSTEAD.get(name, name)
    return EXPRESSION.format(name=name, source=source, columns=columns.format(at=at), at=at, rows=rows.format(at=at))
