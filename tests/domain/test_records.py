"""The canonical record: the same facts give the same bytes, and any other fact gives others."""

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.domain.hosts import host_of
from app.domain.ids import StatementId
from app.domain.records import canonical_record, sha256_hex
from app.domain.statements import Wording

POSTED = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
FACTS = {
    "statement_id": StatementId(uuid.UUID(int=7)),
    "number": 1,
    "url": "https://t.me/generalstaff/1",
    "wording": Wording("Наступ триває.", title="Зведення", published_at=POSTED),
    "first_seen_at": POSTED + timedelta(minutes=1),
    "text_sha256": "0" * 64,
    "capture_sha256": "1" * 64,
    "extractor_version": "telegram-1",
    "normaliser_version": "text-1",
}


def test_the_record_is_json_that_anybody_can_make_again():
    record = canonical_record(**FACTS)
    facts = json.loads(record)
    assert json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == record
    assert facts["published_at"] == "2025-01-07T09:12:00+00:00"


def test_the_zone_in_which_a_time_was_written_does_not_matter():
    kyiv = POSTED.astimezone(timezone(timedelta(hours=2)))
    elsewhere = {**FACTS, "wording": Wording("Наступ триває.", title="Зведення", published_at=kyiv)}
    assert canonical_record(**elsewhere) == canonical_record(**FACTS)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("statement_id", StatementId(uuid.UUID(int=8))),
        ("number", 2),
        ("url", "https://t.me/generalstaff/2"),
        ("wording", Wording("Наступ триває.", title="Інше", published_at=POSTED)),
        ("first_seen_at", POSTED),
        ("text_sha256", "2" * 64),
        ("capture_sha256", "2" * 64),
        ("extractor_version", "telegram-2"),
        ("normaliser_version", "text-2"),
    ],
)
def test_any_other_fact_gives_another_record(name, other):
    assert sha256_hex(canonical_record(**{**FACTS, name: other})) != sha256_hex(canonical_record(**FACTS))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.org/a?b#c", "example.org"),
        ("https://example.org:443/", "example.org"),
        ("http://example.org:443/", "example.org:443"),
        ("http://127.0.0.1:8000/x", "127.0.0.1:8000"),
        ("http://[::1]:8080/", "::1:8080"),
        ("https://user:word@example.org/", "example.org"),
    ],
)
def test_the_host_by_which_requests_are_kept_apart(url, host):
    assert host_of(url) == host
