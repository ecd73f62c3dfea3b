"""What stands beside the record: flags, events, alerts, gaps, pins, keys; as many as a busy newsroom would have."""

from collections.abc import Mapping
from typing import Final

LEVEL: Final = "CASE level WHEN 3 THEN 'major' WHEN 2 THEN 'substantive' ELSE 'minor' END"
HEADLINE: Final = "'Видавець ' || watch || ' edited “' || (number - 1) || ' машин” to “' || number || ' машин”'"
SUBJECT: Final = (
    """'{{"type":"statement.edited","watch_id":null,"tags":[],"pin_ids":[],"level":"' || """
    + LEVEL
    + """ || '","is_worth_telling":true,"claims":[["edited"]],"state":"present","language":"uk"}}'"""
)
BODY: Final = (
    """'{{"type":"statement.edited","headline":"' || """
    + HEADLINE
    + """ || '","padding":"' || hex(zeroblob(150)) || '"}}'"""
)
NOTHING_NAMED: Final = ",".join(
    f'"{name}":[]'
    for name in ("event_types", "watch_ids", "tags", "pin_ids", "actions", "facets", "states", "languages")
)
WISH: Final = f"""'{{{{"min_level":"minor",{NOTHING_NAMED}}}}}'"""
ALERTED: Final = (
    "(SELECT e.*, CASE WHEN i % 2 = 0 THEN 0 WHEN i % 8 = 1 THEN 1 ELSE 2 END AS destination FROM e) "
    "WHERE destination < 2"
)
PINNED: Final = "CASE WHEN i % 20 = 0 THEN 0 WHEN i < 20 THEN 39 END AS pin FROM e"
FLAGGED: Final = "i % 2 = 0"
REVIEWED: Final = "CASE i % 7 WHEN 0 THEN 'confirmed' WHEN 1 THEN 'dismissed' ELSE 'open' END"
OPEN_RANK: Final = "CASE WHEN i % 7 > 1 THEN level END"
"""Every second edit is flagged. Half of all alerts go to one destination, an eighth to another."""

DESK: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "flag": (
        f"e WHERE {FLAGGED}",
        {
            "id": "uuid(i)", "edit_id": "uuid(i)", "statement_id": "uuid(s)", "watch_id": "uuid(watch)",
            "claim_id": "claim_of(s, 5)", "action": "'edited'", "facets": "'[]'", "level": LEVEL, "level_rank": "level",
            "score": "level / 4.0", "headline": HEADLINE, "before": "'Втрати: ' || (number - 1) || ' машин.'",
            "after": "'Втрати: ' || number || ' машин.'", "created_at": "at",
            "review_state": REVIEWED,
            "revision": "1",
        },
    ),
    "pin": (
        "number WHERE i < 40",
        {
            "id": "uuid(i)", "name": "'pin ' || i",
            "variants": """'[{{"language":"uk","phrase":"втрати"}},{{"language":"uk","phrase":"№ ' || i || '"}}]'""",
            "created_at": "{now} - i * {minute}", "revision": "1",
        },
    ),
    "pin_watch": ("number WHERE i BETWEEN 20 AND 39", {"pin_id": "uuid(i)", "watch_id": "uuid(i % {watches})"}),
    "flag_pin": (
        f"(SELECT i, level, {PINNED} WHERE {FLAGGED}) WHERE pin IS NOT NULL",
        {"flag_id": "uuid(i)", "pin_id": "uuid(pin)", "open_rank": OPEN_RANK},
    ),
    "edit_pin": (
        f"(SELECT i, s, {PINNED}) WHERE pin IS NOT NULL",
        {"statement_id": "uuid(s)", "edit_id": "uuid(i)", "pin_id": "uuid(pin)"},
    ),
    "event": (
        "e",
        {
            "position": "i + 1", "id": "uuid(i)", "type": "'statement.edited'", "at": "at", "statement_id": "uuid(s)",
            "edit_id": "uuid(i)", "body": BODY, "subject": SUBJECT,
        },
    ),
    "feed_position": ("e", {"id": "1", "last": "count(*)"}),
    "destination": (
        "number WHERE i < 5",
        {
            "id": "uuid(i)", "kind": "'webhook'", "name": "'desk ' || i", "url": "'https://desk.example.org/'",
            "wish": WISH, "secrets": "'[]'", "state": "'active'", "created_at": "{now} - {span}", "revision": "1",
        },
    ),
    "alert": (
        ALERTED,
        {
            "id": "uuid(i)", "event_id": "uuid(i)", "edit_id": "uuid(i)", "destination_id": "uuid(destination)",
            "type": "'statement.edited'", "tries": "1", "round": "1", "created_at": "at", "severity": "level",
            "state": "CASE WHEN i % 1000 = 0 THEN 'failed' WHEN at > {now} - {minute} THEN 'pending' "
            "ELSE 'delivered' END",
            "next_try_at": "CASE WHEN at > {now} - {minute} THEN {now} END", "delivered_at": "at + 1000",
            "began_at": "at",
        },
    ),
    "delivery": (
        ALERTED,
        {
            "alert_id": "uuid(i)", "number": "1", "at": "at + 1000", "http_status": "200", "answer": "'ok'",
            "elapsed_seconds": "0.1",
        },
    ),
    "gap": (
        "number AS w JOIN number AS n ON n.i < 10 WHERE w.i < {watches}",
        {
            "watch_id": "uuid(w.i)", "opened_at": "{now} - {span} + {span} / 10 * n.i + w.i", "outcome": "'blocked'",
            "closed_at": "CASE WHEN n.i < 9 OR w.i % 50 "
            "THEN {now} - {span} + {span} / 10 * n.i + w.i + 60 * {minute} END",
        },
    ),
    "service_gap": (
        "number WHERE i < 20",
        {"opened_at": "{now} - {span} + {span} / 20 * i", "closed_at": "{now} - {span} + {span} / 20 * i + {minute}"},
    ),
    "host": (
        "number WHERE i < {watches}",
        {
            "name": "i || '.example.org'", "next_at": "{now}", "ready_at": "{now}", "gap_seconds": "2",
            "refusals": "i % 100 = 0",
        },
    ),
    "check_due": (
        "number LEFT JOIN s USING (i) WHERE i < {statements}",
        {
            "id": "uuid(i)", "watch_id": "uuid(CASE WHEN i < {watches} THEN i ELSE watch END)",
            "statement_id": "CASE WHEN i >= {watches} THEN uuid(i) END",
            "purpose": "CASE WHEN i < {watches} THEN 'list' ELSE 'statement' END",
            "host": "(i % {watches}) || '.example.org'", "due_at": "{now} - {minute} + i * 1000",
            "reason": "'every five minutes'", "failures": "0", "is_paused": "0", "is_counted": "1",
        },
    ),
    "worker": (
        "number WHERE i = 0",
        {
            "id": "'w'", "host_name": "'here'", "pid": "1", "version": "'1'", "started_at": "{now} - {span}",
            "seen_at": "{now}", "concurrency": "8", "in_hand": "0", "checks_per_minute": "100",
        },
    ),
    "api_key": (
        "number WHERE i BETWEEN 1 AND 200",
        {
            "id": "uuid(i)", "name": "'key ' || i", "prefix": "'wb_' || i", "sha256": "printf('%064x', i)",
            "scope": "'read'", "created_at": "{now} - i * {minute}",
        },
    ),
    "page_session": (
        "number WHERE i < 1000",
        {
            "id": "uuid(i)", "key_id": "uuid(1 + i % 200)", "sha256": "printf('%064x', i)",
            "started_at": "{now} - i * {minute}", "ends_at": "{now} + i * {minute}",
        },
    ),
    "share_link": (
        "number WHERE i < 1000",
        {
            "id": "uuid(i)", "sha256": "printf('%064x', i)", "kind": "'statement'", "name": "'Заява ' || i",
            "statement_id": "uuid(i % {statements})", "made_by": "'key 1'", "created_at": "{now} - i * {minute}",
            "expires_at": "{now} + i * {minute}",
        },
    ),
    "audit_entry": (
        "e WHERE i % 8 = 0",
        {
            "id": "uuid(i)", "at": "at", "actor_kind": "'key'", "actor_name": "'key 1'", "act": "'flag.reviewed'",
            "subject_id": "uuid(i)", "subject_name": "'a flag'", "changes": "'{{}}'",
        },
    ),
}  # fmt: skip
"""Table → where its rows come from, and what stands in each column; for benchmarks.page_record."""
