"""A digest shows the gravest first, stays under 20 kB, and counts what it does not show."""

import json
import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.claims import Level
from app.domain.digests import Contents, Member, digest_body
from app.domain.events import EventType
from app.domain.ids import DestinationId, EventId

NOW = datetime(2025, 1, 8, 5, tzinfo=UTC)
DIGEST, DESK = uuid.UUID(int=1), DestinationId(uuid.UUID(int=2))
EDITED, WITHDRAWN = EventType.STATEMENT_EDITED, EventType.STATEMENT_WITHDRAWN


def member(number=3, headline="General Staff removed “new offensive operations” from a post", level=Level.MAJOR):
    links = {"edit": f"/v1/edits/{uuid.UUID(int=number)}"}
    return Member(EventId(uuid.UUID(int=number)), EDITED, NOW, level, headline, links)


def body_of(contents, public_url=None):
    return digest_body(DIGEST, DESK, contents, now=NOW, public_url=public_url)


def test_a_digest_says_how_many_of_what_and_where_each_can_be_read():
    counts = {(EDITED, Level.MAJOR): 1, (WITHDRAWN, Level.MINOR): 2}
    body = body_of(Contents(counts, NOW - timedelta(hours=9), NOW, [member()]), "https://walkback.example.org")
    assert body["headline"] == "3 alerts from 7 January 2025, 20:00 UTC to 8 January 2025, 05:00 UTC: 1 major, 2 minor"
    assert (body["type"], body["id"], body["count"], body["left_out"]) == ("digest", str(DIGEST), 3, 2)
    assert body["by_level"] == {"major": 1, "substantive": 0, "minor": 2, "cosmetic": 0}
    assert body["by_type"] == {"statement.edited": 1, "statement.withdrawn": 2}
    assert body["items"] == [
        {
            "type": "statement.edited",
            "id": str(uuid.UUID(int=3)),
            "time": "2025-01-08T05:00:00+00:00",
            "level": "major",
            "headline": "General Staff removed “new offensive operations” from a post",
            "links": {
                "event": f"https://walkback.example.org/v1/events/{uuid.UUID(int=3)}",
                "edit": f"/v1/edits/{uuid.UUID(int=3)}",
            },
        }
    ]


@given(
    headlines=st.lists(st.text(max_size=3) | st.text('є🇺🇦\x00\u202e\\"', max_size=400), max_size=60),
    more=st.integers(0, 10**6),
)
def test_a_digest_stays_under_20_kb_and_counts_what_it_leaves_out(headlines, more):
    shown = [member(number, headline) for number, headline in enumerate(headlines)]
    total = len(shown) + more
    body = body_of(Contents({(EDITED, Level.MAJOR): total}, NOW, NOW, shown))
    assert len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()) < 20_000
    assert len(body["items"]) + body["left_out"] == body["count"] == total
    assert [item["id"] for item in body["items"]] == [str(one.event_id) for one in shown[: len(body["items"])]]


def test_a_long_digest_shows_some_dozens():
    shown = [member(number, "П" * 300) for number in range(100)]
    assert len(body_of(Contents({(EDITED, Level.MAJOR): 5_000}, NOW, NOW, shown))["items"]) >= 19
