"""The examples of the OpenAPI document: the case of 7 January 2025, in our own words around the quoted phrases."""

from typing import Any

from app.claims.compare import ANALYZER_VERSION

WATCH_ID = "01944004-7d00-7000-8000-000000000001"
STATEMENT_ID = "01944004-7d00-7000-8000-000000000002"
EDIT_ID = "01944004-7d00-7000-8000-000000000003"
PIN_ID = "01944004-7d00-7000-8000-000000000004"
FLAG_ID = "01944004-7d00-7000-8000-000000000005"
VISIT_ID = "01944004-7d00-7000-8000-00000000000a"
OBSERVATION_ID = "01944004-7d00-7000-8000-00000000000b"
CLAIM_ID = "5f0c9f0e-7a1d-5c34-9d6e-0a3c6f1b2d4e"

PUBLISHED = "2025-01-07T09:12:00Z"
UNCHANGED = "2025-01-07T10:01:00Z"
CHANGED = "2025-01-07T10:03:00Z"
BEFORE = "Today our forces began new offensive operations in the Kursk region."
AFTER = "Today our forces began combat operations in the Kursk region."
SEARCH = 'forces "offensive operations" -rumours'
POST = "https://t.me/generalstaff/21415"
HEADLINE = (
    "General Staff removed “new offensive” from a post of 7 January 2025, 09:12 UTC; seen between 7 January 2025, "
    "10:01 and 10:03 UTC"
)
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

WATCH_SENT: dict[str, Any] = {
    "url": "https://t.me/generalstaff",
    "publisher": "General Staff",
    "language": "uk",
    "tags": ["military"],
}
WATCH: dict[str, Any] = {
    "id": WATCH_ID,
    "kind": "telegram_channel",
    "url": "https://t.me/generalstaff",
    "target": "generalstaff",
    "name": "General Staff",
    "publisher": "General Staff",
    "language": "uk",
    "tags": ["military"],
    "state": "active",
    "interval_seconds": None,
    "selectors": {"include": [], "exclude": []},
    "respect_robots": True,
    "visibility": "private",
    "identity": "1390000000",
    "health": "healthy",
    "last_checked_at": CHANGED,
    "last_outcome": "read",
    "next_check_at": "2025-01-07T10:08:00Z",
    "next_check_reason": "every 5 min, the usual interval",
    "created_at": "2025-01-07T09:00:00Z",
    "updated_at": "2025-01-07T09:00:00Z",
    "revision": 1,
}
VISIT: dict[str, Any] = {
    "id": VISIT_ID,
    "at": CHANGED,
    "url": "https://t.me/s/generalstaff",
    "outcome": "read",
    "detail": None,
    "http_status": 200,
    "elapsed_seconds": 0.412,
    "wire_bytes": 18211,
    "found": 20,
}
GAP: dict[str, Any] = {
    "of": "watch",
    "opened_at": "2025-01-07T11:00:00Z",
    "closed_at": "2025-01-07T11:40:00Z",
    "outcome": "unreachable",
    "detail": "The connection timed out.",
    "statement_id": None,
}
NEXT_CHECK: dict[str, Any] = {
    "at": "2025-01-07T09:43:26Z",
    "reason": "edited 0 s ago; this channel edits again within 2 h in 80 % of cases (9 seen): with its list",
}
STATEMENT: dict[str, Any] = {
    "id": STATEMENT_ID,
    "watch_id": WATCH_ID,
    "external_id": "21415",
    "url": POST,
    "state": "present",
    "title": None,
    "language": "en",
    "published_at": PUBLISHED,
    "first_seen_at": "2025-01-07T09:13:00Z",
    "last_seen_at": CHANGED,
    "last_checked_at": CHANGED,
    "missing_since": None,
    "withdrawn_at": None,
    "version_count": 2,
    "edit_count": 1,
    "flapping_since": None,
    "unread_since": None,
}
VERSION: dict[str, Any] = {
    "statement_id": STATEMENT_ID,
    "number": 2,
    "text": AFTER,
    "title": None,
    "author": None,
    "published_at": PUBLISHED,
    "language": "en",
    "marked_edited": True,
    "details": {},
    "first_seen_at": CHANGED,
    "last_seen_at": CHANGED,
    "restores": None,
    "is_technical": False,
    "text_sha256": SHA256,
    "record_sha256": SHA256,
    "capture_sha256": SHA256,
    "fetched_url": "https://t.me/s/generalstaff",
    "headers": {"content-type": "text/html; charset=utf-8"},
    "redirects": [],
    "extractor_version": "telegram-1",
    "normaliser_version": "text-1",
    "provenance": "own",
    "origin": None,
}
OBSERVATION: dict[str, Any] = {
    "id": OBSERVATION_ID,
    "visit_id": VISIT_ID,
    "at": CHANGED,
    "outcome": "edited",
    "detail": None,
    "version_number": 2,
}
TIMELINE_ENTRY: dict[str, Any] = {
    "at": CHANGED,
    "not_before": UNCHANGED,
    "what": "edited",
    "version": 2,
    "edit_id": EDIT_ID,
    "level": "major",
    "detail": None,
}
DIFF: dict[str, Any] = {
    "statement_id": STATEMENT_ID,
    "before": {"number": 1, "first_seen_at": "2025-01-07T09:13:00Z", "last_seen_at": UNCHANGED, "text_sha256": SHA256},
    "after": {"number": 2, "first_seen_at": CHANGED, "last_seen_at": CHANGED, "text_sha256": SHA256},
    "format": "spans",
    "truncated": False,
    "spans": [
        {"kind": "equal", "text": "Today our forces began ", "before": [0, 23], "after": [0, 23]},
        {"kind": "delete", "text": "new offensive", "before": [23, 36], "after": [23, 23]},
        {"kind": "insert", "text": "combat", "before": [36, 36], "after": [23, 29]},
        {"kind": "equal", "text": " operations in the Kursk region.", "before": [36, 68], "after": [29, 61]},
    ],
    "text": None,
}
PIN_SENT: dict[str, Any] = {
    "name": "new offensive",
    "variants": ["en: new offensive", "uk: нов* наступальн*", "ru: нов* наступательн*"],
}
PIN: dict[str, Any] = {
    "id": PIN_ID,
    "name": "new offensive",
    "variants": [{"language": "en", "phrase": "new offensive"}],
    "watch_ids": [],
    "warnings": [],
    "created_at": "2025-01-07T08:55:00Z",
    "revision": 1,
}
PIN_CHANGE: dict[str, Any] = {
    "pin_id": PIN_ID,
    "name": "new offensive",
    "variant": "en: new offensive",
    "event": "phrase_removed",
    "before": [[23, 36]],
    "after": [],
    "claim_numbers": [1],
}
FLAG: dict[str, Any] = {
    "id": FLAG_ID,
    "edit_id": EDIT_ID,
    "statement_id": STATEMENT_ID,
    "watch_id": WATCH_ID,
    "claim_id": CLAIM_ID,
    "action": "edited",
    "facets": ["wording"],
    "level": "major",
    "score": 0.83,
    "pin_ids": [PIN_ID],
    "headline": HEADLINE,
    "before": BEFORE,
    "after": AFTER,
    "created_at": CHANGED,
    "review_state": "open",
    "note": None,
    "reviewed_at": None,
    "reviewed_by": None,
    "revision": 1,
}
EDIT: dict[str, Any] = {
    "id": EDIT_ID,
    "statement_id": STATEMENT_ID,
    "watch_id": WATCH_ID,
    "kind": "wording",
    "from_version": 1,
    "to_version": 2,
    "restores": None,
    "interval": {"last_seen_unchanged_at": UNCHANGED, "first_seen_changed_at": CHANGED},
    "stood_seconds": 2880.0,
    "seconds_since_publication": 3060.0,
    "earlier_edits": 0,
    "second_look": "confirmed",
    "second_look_at": "2025-01-07T10:03:05Z",
    "analysis": "done",
    "analyzer_version": ANALYZER_VERSION,
    "statement_action": None,
    "score": 0.83,
    "level": "major",
    "disclosed": False,
    "marked_edited": True,
    "language": "en",
    "facets_supported": ["quantity", "time", "wording"],
    "truncated": False,
    "change_hash": "0f343b0931126a20f133d67c2b018a3b",
    "is_technical": False,
    "analysis_is_technical": False,
    "is_flap": False,
    "large_loss": False,
    "provenance": "own",
    "pins": [PIN_CHANGE],
}
FACETS: dict[str, Any] = {"wording": {"before": [[23, 36]], "after": [[23, 29]], "data": {}}}
COMPARED: dict[str, Any] = {
    "number": 1,
    "action": "edited",
    "moved": False,
    "level": "major",
    "score": 0.83,
    "similarity": 0.81,
    "before": BEFORE,
    "after": AFTER,
    "before_spans": [[0, 68]],
    "after_spans": [[0, 61]],
    "facets": FACETS,
    "other_numbers": [],
    "removed_in": None,
}
CHANGE: dict[str, Any] = {**COMPARED, "claim_id": CLAIM_ID, "pins": [PIN_ID]}
EDIT_IN_FULL: dict[str, Any] = {**EDIT, "claims": [CHANGE], "flags": [FLAG]}
CLAIM: dict[str, Any] = {
    "id": CLAIM_ID,
    "statement_id": STATEMENT_ID,
    "number": 1,
    "text": AFTER,
    "standing": True,
    "first_version": 1,
    "last_version": 2,
    "removed_in": None,
    "first_seen_at": "2025-01-07T09:13:00Z",
    "first_seen_by": "own",
    "last_seen_at": CHANGED,
}
CLAIM_STEP: dict[str, Any] = {
    "edit_id": EDIT_ID,
    "from_version": 1,
    "to_version": 2,
    "interval": EDIT["interval"],
    "change": CHANGE,
}
COMPARE_SENT: dict[str, Any] = {"texts": [BEFORE, AFTER], "language": "en", "pins": ["en: new offensive"]}
COMPARISON: dict[str, Any] = {
    "claims": [COMPARED],
    "pins": [
        {
            "variant": "en: new offensive",
            "event": "phrase_removed",
            "before": [[23, 36]],
            "after": [],
            "claim_numbers": [1],
        }
    ],
    "statement_action": None,
    "score": 0.83,
    "level": "major",
    "disclosed": False,
    "language": "en",
    "facets_supported": ["quantity", "time", "wording"],
    "truncated": False,
    "change_hash": "0f343b0931126a20f133d67c2b018a3b",
    "analyzer_version": ANALYZER_VERSION,
}
