"""Examples of answers about quotes, searches, groups of edits and earlier results, for the document."""

from typing import Any

from app.api import examples

EXTENT: dict[str, Any] = {
    "watches": 1,
    "statements": 812,
    "versions": 1033,
    "watched_since": "2025-01-07T09:00:00Z",
}
REMOVAL: dict[str, Any] = {
    "edit_id": examples.EDIT_ID,
    "kind": "wording",
    "from_version": 1,
    "to_version": 2,
    "interval": {
        "last_seen_unchanged_at": examples.UNCHANGED,
        "first_seen_changed_at": examples.CHANGED,
    },
    "second_look": "confirmed",
    "is_technical": False,
}
QUOTE_ANSWER: dict[str, Any] = {
    "text": examples.BEFORE,
    "match": "exact",
    "sentences": [
        {
            "text": examples.BEFORE,
            "language": "en",
            "match": "exact",
            "hits": [
                {
                    "match": "exact",
                    "similarity": 1.0,
                    "publisher": "General Staff",
                    "statement": examples.STATEMENT,
                    "claim_id": examples.CLAIM_ID,
                    "text": examples.BEFORE,
                    "spans": [[0, len(examples.BEFORE)]],
                    "versions": [[1, 1]],
                    "first_seen_at": examples.PUBLISHED,
                    "first_seen_by": "own",
                    "last_seen_at": examples.UNCHANGED,
                    "stands": False,
                    "removed_by": REMOVAL,
                    "present_text": examples.AFTER,
                }
            ],
            "more": False,
            "is_near_searched": True,
        }
    ],
    "together": [],
    "coverage": {
        "asked_at": "2025-01-07T12:00:00Z",
        "searched": EXTENT,
        "not_compared": 0,
        "not_indexed": 0,
        "open_gaps": 0,
        "watches": [
            {
                "watch_id": examples.WATCH_ID,
                "name": "General Staff",
                "watched_since": "2025-01-07T09:00:00Z",
                "statements": 812,
                "versions": 1033,
                "gaps": [examples.GAP],
            }
        ],
    },
}
SEARCH_ANSWER: dict[str, Any] = {
    "items": [
        {
            "publisher": "General Staff",
            "statement": examples.STATEMENT,
            "claim_id": examples.CLAIM_ID,
            "text": examples.BEFORE,
            "language": "en",
            "marks": [[10, 16], [27, 36], [37, 47]],
            "spans": [[0, len(examples.BEFORE)]],
            "versions": [1, 1],
            "first_seen_at": examples.PUBLISHED,
            "first_seen_by": "own",
            "last_seen_at": examples.UNCHANGED,
            "stands": False,
            "removed_by": REMOVAL,
            "present_text": examples.AFTER,
            "still_holds": False,
        }
    ],
    "next": None,
    "ignored": [],
    "is_all_ranked": True,
    "searched": EXTENT,
    "not_searched": {"wordings": 0, "versions": 0, "statements": 0},
}
EDIT_GROUP: dict[str, Any] = {
    "id": "0f343b0931126a20f133d67c2b018a3b",
    "edits": 7,
    "statements": 7,
    "watches": 7,
    "publishers": ["General Staff", "Ministry of Defence"],
    "first_at": examples.CHANGED,
    "last_at": "2025-01-07T11:30:00Z",
    "level": "major",
    "score": 0.9,
    "before": examples.BEFORE,
    "after": examples.AFTER,
    "latest": examples.EDIT,
}
EARLIER_ANALYSIS: dict[str, Any] = {
    "edit_id": examples.EDIT_ID,
    "analyzer_version": "1",
    "replaced_at": "2025-03-01T00:00:00Z",
    "level": "minor",
    "results": {"score": 0.31, "level": "minor", "claims": []},
}
