"""The examples of what goes out and comes in: destinations, alerts, events, keys, previews and lists."""

from typing import Any

from app.api.examples import BEFORE, EDIT_ID, HEADLINE, POST, PUBLISHED, STATEMENT_ID, WATCH_ID

EVENT_ID = "01944004-7d00-7000-8000-000000000006"
DESTINATION_ID = "01944004-7d00-7000-8000-000000000007"
ALERT_ID = "01944004-7d00-7000-8000-000000000008"
KEY_ID = "01944004-7d00-7000-8000-000000000009"
KEY_ITSELF = "wbk_0123456789ABCDEFGHIJKLMNOPQRSTUV0aBcDe"
SECRET = "whsec_c2VjcmV0IHNob3duIG9uY2UsIG5vdCBhIHJlYWwgb25lIQ=="  # noqa: S105  # an example, and it says so

WISH: dict[str, Any] = {
    "event_types": [],
    "watch_ids": [],
    "tags": ["military"],
    "pin_ids": [],
    "min_level": "major",
    "actions": [],
    "facets": [],
    "states": [],
    "languages": [],
}
TIMING: dict[str, Any] = {
    "digest_minutes": None,
    "daily_at": None,
    "zone": "Europe/Kyiv",
    "quiet_hours": {"begins": "22:00", "ends": "07:00", "lets_major_through": True},
    "most_an_hour": 10,
}
DRY_RUN_SENT: dict[str, Any] = {
    "filter": {"actions": ["removed"], "min_level": "substantive"},
    "timing": {"daily_at": "08:00", "zone": "Europe/Kyiv"},
    "days": 30,
}
DRY_RUN: dict[str, Any] = {
    "since": "2024-12-08T10:05:00Z",
    "until": "2025-01-07T10:05:00Z",
    "examined": 412,
    "wanted": 1,
    "by_day": [{"day": "2025-01-07", "wanted": 1}],
    "newest": [{"event_id": EVENT_ID, "type": "statement.edited", "at": "2025-01-07T10:03:05Z", "headline": HEADLINE}],
    "messages": 1,
    "digests": 0,
    "newest_messages": [{"at": "2025-01-07T10:03:05Z", "alerts": 1, "headline": HEADLINE}],
}
DESTINATION_SENT: dict[str, Any] = {
    "url": "https://hooks.newsroom.example/walkback",
    "name": "night desk",
    "filter": {"tags": ["military"], "min_level": "major"},
    "timing": {"zone": "Europe/Kyiv", "quiet_hours": {"begins": "22:00", "ends": "07:00"}, "most_an_hour": 10},
}
DESTINATIONS_SENT: list[dict[str, Any]] = [
    DESTINATION_SENT,
    *(
        {"kind": kind, "name": "desk", "url": f"https://{host}/hooks/x"}
        for kind, host in (
            ("slack", "hooks.slack.example"),
            ("discord", "discord.example"),
            ("mattermost", "chat.newsroom.example"),
            ("teams", "workflows.teams.example"),
        )
    ),
    {
        "kind": "telegram",
        "name": "desk",
        "token": "1234567:an-example-and-no-token-of-any-bot",
        "chat_id": "-1001234567890",
    },
    {"kind": "apprise", "name": "desk", "url": "ntfys://ntfy.example/walkback"},
    {"kind": "email", "name": "desk", "recipients": ["desk@newsroom.example"]},
]
DESTINATION: dict[str, Any] = {
    "id": DESTINATION_ID,
    "kind": "webhook",
    "name": "night desk",
    "url": "https://hooks.newsroom.example/walkback",
    "language": "en",
    "filter": WISH,
    "timing": TIMING,
    "state": "active",
    "state_reason": None,
    "failing_since": None,
    "created_at": "2025-01-07T08:50:00Z",
    "revision": 1,
}
ALERT: dict[str, Any] = {
    "id": ALERT_ID,
    "event_id": EVENT_ID,
    "destination_id": DESTINATION_ID,
    "type": "statement.edited",
    "level": "major",
    "digest_id": None,
    "state": "delivered",
    "tries": 1,
    "next_try_at": None,
    "created_at": "2025-01-07T10:03:05Z",
    "delivered_at": "2025-01-07T10:03:06Z",
}
DELIVERY: dict[str, Any] = {
    "number": 1,
    "at": "2025-01-07T10:03:06Z",
    "http_status": 204,
    "answer": "",
    "error": None,
    "elapsed_seconds": 0.084,
}
EVENT_BODY: dict[str, Any] = {
    "type": "statement.edited",
    "id": EVENT_ID,
    "time": "2025-01-07T10:03:05+00:00",
    "headline": HEADLINE,
    "gist": {
        "did": "removed",
        "who": "General Staff",
        "kind": "telegram_channel",
        "published_at": "2025-01-07T09:12:00+00:00",
        "old": "new offensive",
        "since": "2025-01-07T10:01:00+00:00",
        "until": "2025-01-07T10:03:00+00:00",
    },
    "statement": {"id": STATEMENT_ID, "publisher": "General Staff", "url": POST},
    "links": {"edit": f"/v1/edits/{EDIT_ID}", "statement": f"/v1/statements/{STATEMENT_ID}"},
}
EVENT: dict[str, Any] = {
    "id": EVENT_ID,
    "position": 42,
    "type": "statement.edited",
    "at": "2025-01-07T10:03:05Z",
    "body": EVENT_BODY,
}
KEY: dict[str, Any] = {
    "id": KEY_ID,
    "name": "night desk",
    "prefix": "wbk_01234567",
    "scope": "write",
    "state": "valid",
    "created_at": "2025-01-07T08:45:00Z",
    "expires_at": None,
    "last_used_at": "2025-01-07T10:00:00Z",
    "revoked_at": None,
}
SHARE: dict[str, Any] = {
    "id": "01944004-7d00-7000-8000-00000000000d",
    "kind": "statement",
    "statement_id": STATEMENT_ID,
    "edit_id": None,
    "name": "General Staff of Ukraine: The situation in the Kursk direction",
    "made_by": "night desk",
    "state": "open",
    "created_at": "2025-01-07T10:12:00Z",
    "expires_at": "2025-01-14T10:12:00Z",
    "revoked_at": None,
}
SHARED_URL = "https://walkback.example.org/shared/bm90IGEgcmVhbCB0b2tlbiBhdCBhbGwh"
AUDIT_ENTRY: dict[str, Any] = {
    "id": "01944004-7d00-7000-8000-00000000000c",
    "at": "2025-01-07T08:46:00Z",
    "actor": {"kind": "key", "name": "night desk", "key_id": KEY_ID},
    "act": "watch.changed",
    "subject_id": WATCH_ID,
    "subject_name": "General Staff",
    "changes": {"interval_seconds": {"before": None, "after": 120}},
}
PREVIEW: dict[str, Any] = {
    "kind": "telegram_channel",
    "target": "generalstaff",
    "url": "https://t.me/generalstaff",
    "name": "General Staff",
    "statements": [
        {
            "external_id": "21415",
            "url": POST,
            "title": None,
            "text": BEFORE,
            "published_at": PUBLISHED,
            "marked_edited": False,
        }
    ],
    "feeds": [],
    "redirects": [],
}
IMPORTED: dict[str, Any] = {
    "added": 1,
    "refused": 1,
    "rows": [
        {"line": 1, "url": "https://t.me/generalstaff", "watch_id": WATCH_ID, "problem": None},
        {
            "line": 2,
            "url": "ftp://example.org",
            "watch_id": None,
            "problem": {
                "type": "urn:walkback:problem:invalid-address",
                "title": "The address cannot be watched",
                "status": 422,
                "detail": "Only http and https addresses can be watched.",
                "retryable": False,
            },
        },
    ],
}
