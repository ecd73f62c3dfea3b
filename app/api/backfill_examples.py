"""Examples of imports of the past, for the document of the interface."""

from typing import Any

from app.api import examples

BACKFILL_ID = "01944004-7d00-7000-8000-0000000000c1"
BACKFILL_SENT: dict[str, Any] = {"since": "2022-02-24T00:00:00Z", "limit": 500}
BACKFILL: dict[str, Any] = {
    "id": BACKFILL_ID,
    "watch_id": examples.WATCH_ID,
    "statement_id": None,
    "source": "index",
    "archive": "web.archive.org",
    "addresses": ["https://www.example.org/statement"],
    "since": "2022-02-24T00:00:00Z",
    "until": None,
    "limit": 500,
    "state": "done",
    "detail": None,
    "is_cut": False,
    "refused": {"of another address": 1},
    "captures": {"listed": 42, "unread": 0, "outcomes": {"read": 39, "blocked": 2, "absent": 1}},
    "versions": 7,
    "repeated": 32,
    "edits": 7,
    "rejected": [
        {"capture": 20230114083000, "outcome": "blocked", "detail": "Cloudflare wants proof that we are human (403)"}
    ],
    "heaviest": [{"edit_id": examples.EDIT_ID, "level": "major", "score": 0.83, "headline": examples.HEADLINE}],
    "created_at": "2025-01-07T12:00:00Z",
    "updated_at": "2025-01-07T12:03:10Z",
    "finished_at": "2025-01-07T12:03:10Z",
}
