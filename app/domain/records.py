"""The canonical record of a version: the bytes that its hash, and every later proof, speaks of."""

import hashlib
import json
from datetime import UTC, datetime

from app.domain.ids import StatementId
from app.domain.statements import Wording


def sha256_hex(content: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical_record(
    *,
    statement_id: StatementId,
    number: int,
    url: str,
    wording: Wording,
    first_seen_at: datetime,
    text_sha256: str,
    capture_sha256: str,
    extractor_version: str,
    normaliser_version: str,
) -> bytes:
    """JSON with sorted keys and no spaces, UTF-8, times in UTC: the same facts give the same bytes on every machine.

    ``url`` is the address that answered; with what is kept of a version the record can be made again at any time.
    """
    facts = {
        "statement": str(statement_id),
        "version": number,
        "url": url,
        "title": wording.title,
        "author": wording.author,
        "published_at": _in_utc(wording.published_at) if wording.published_at else None,
        "marked_edited": wording.marked_edited,
        "first_seen_at": _in_utc(first_seen_at),
        "text_sha256": text_sha256,
        "capture_sha256": capture_sha256,
        "extractor_version": extractor_version,
        "normaliser_version": normaliser_version,
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
