"""Fills a database with claims as the program would have: statements, versions, claims, their forms and pairs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from app.claims.clean import match_key
from app.claims.quoting import key_hash, telling_stems
from app.domain.claims import Span
from app.domain.ids import StatementId, WatchId, claim_id
from app.domain.quotes import KeptWording, WordingStep
from app.storage import coverage, quotes, rules
from app.storage.claim_keys import left_out
from app.storage.claims import id_start
from app.storage.coverage import Growth
from app.storage.database import Database
from app.storage.dialect import insert_or_skip
from app.storage.identity import new_id
from app.storage.tables import capture, claim, statement, version, watch
from benchmarks.quote_text import written

T = TypeVar("T")
LANGUAGE = "uk"
CLAIMS_A_STATEMENT, STATEMENTS_AT_ONCE, WATCHES = 10, 500, 40
START = datetime(2025, 1, 7, tzinfo=UTC)
SHA = "0" * 64


class Said(NamedTuple):
    """A claim as it stands in a text, and the words it was made of."""

    text: str
    words: Sequence[str]


def fill(database: Database, claims: Iterable[Sequence[str]]) -> Iterator[int]:
    """Keep these claims; yields how many there are after each transaction."""
    watch_ids = _add_watches(database)
    kept = 0
    statements = chunks((Said(written(words), words) for words in claims), CLAIMS_A_STATEMENT)
    for place, group in enumerate(chunks(statements, STATEMENTS_AT_ONCE)):
        with database.write() as conn:
            _keep(conn, watch_ids[place % WATCHES], group, START + timedelta(minutes=place))
        kept += sum(map(len, group))
        yield kept


def chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to ``size``."""
    left = iter(things)
    while some := list(islice(left, size)):
        yield some


def kept_form(number: int, said: Said, start: int) -> KeptWording:
    """A claim as the program would keep it."""
    return KeptWording(
        number=number,
        text=said.text,
        language=LANGUAGE,
        spans=(Span(start, start + len(said.text)),),
        first_version=1,
        last_version=None,
        key_hash=key_hash(match_key(said.text)),
        words=telling_stems(said.text, LANGUAGE),
    )


def _keep(conn: sa.Connection, watch_id: WatchId, group: Sequence[Sequence[Said]], at: datetime) -> None:
    ids = [StatementId(new_id()) for _ in group]
    conn.execute(sa.insert(statement), [_statement(key, watch_id, at) for key in ids])
    conn.execute(sa.insert(version), [_version(key, said, at) for key, said in zip(ids, group, strict=True)])
    forms = [list(_forms(said)) for said in group]
    pairs = [(key, one) for key, of in zip(ids, forms, strict=True) for one in of]
    conn.execute(sa.insert(claim), [_claim(key, one) for key, one in pairs])
    for key, of in zip(ids, forms, strict=True):
        quotes.save_wordings(conn, key, WordingStep(tuple(of)))
        rules.add_rules(conn, key, "1+1")
    quotes.add_terms(conn, (one for _, one in pairs))
    coverage.extend(conn, [Growth(watch_id, len(ids), len(ids))])


def _forms(said: Sequence[Said]) -> Iterator[KeptWording]:
    start = 0
    for number, one in enumerate(said, start=1):
        yield kept_form(number, one, start)
        start += len(one.text) + 1


def _add_watches(database: Database) -> list[WatchId]:
    ids = [WatchId(new_id()) for _ in range(WATCHES)]
    with database.write() as conn:
        conn.execute(sa.insert(watch), [_watch(key, number) for number, key in enumerate(ids)])
        row = {"sha256": SHA, "body": b"", "size": 0, "content_type": "text/html", "first_fetched_at": START}
        conn.execute(insert_or_skip(conn, capture), [row])
    return ids


def _watch(key: WatchId, number: int) -> dict[str, Any]:
    url = f"https://{number}.example.org/"
    same = dict.fromkeys(("url", "target", "name", "publisher", "live_target"), url)
    times = dict.fromkeys(("created_at", "updated_at"), START)
    fixed = {"state": "active", "health": "healthy", "selectors": {"include": [], "exclude": []}, "revision": 1}
    return {"id": key, "kind": "web_page", "respect_robots": True, **same, **times, **fixed}


def _statement(key: StatementId, watch_id: WatchId, at: datetime) -> dict[str, Any]:
    named = {"id": key, "watch_id": watch_id, "external_id": str(key), "url": f"https://example.org/{key}"}
    read = {"read_from": "own", "read_by": "web_page-1 text-1", "state": "present", "language": LANGUAGE}
    times = dict.fromkeys(("first_seen_at", "last_seen_at", "last_checked_at"), at)
    return {**named, **read, **times, "version_count": 1, "edit_count": 0, "text_sha256": SHA}


def _version(key: StatementId, said: Sequence[Said], at: datetime) -> dict[str, Any]:
    text = " ".join(one.text for one in said)
    hashes = dict.fromkeys(("text_sha256", "record_sha256", "capture_sha256"), SHA)
    times = dict.fromkeys(("first_seen_at", "last_seen_at"), at)
    read = {"fetched_url": "", "headers": {}, "redirects": [], "extractor_version": "1", "normaliser_version": "1"}
    flags = {"marked_edited": False, "is_technical": False, "details": {}}
    return {"statement_id": key, "number": 1, "text": text, "language": LANGUAGE, **hashes, **times, **read, **flags}


def _claim(key: StatementId, one: KeptWording) -> dict[str, Any]:
    return {
        "statement_id": key,
        "number": one.number,
        "id_start": id_start(claim_id(key, one.number)),
        "left_out": left_out(one.text, match_key(one.text)),
        "earlier_keys": [],
        "text": one.text,
        "spans": [list(span) for span in one.spans],
        "standing": True,
        "first_version": 1,
        "last_version": 1,
    }
