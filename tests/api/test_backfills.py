"""Imports of the past over HTTP: asked for once, followed, and shown in the history of the statement."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa

from app.domain.pages import Page
from app.pipeline.backfilling import do_backfill, take_backfills
from app.sources.web_page import THE_PAGE
from app.storage.tables import statement

URL = "https://www.example.org/statement"
OLD = "Our forces began new defensive operations in the Kursk region. Four villages are under control now."


class Shelf:
    """What an archive hands out, without a network: an index of one capture, and the capture."""

    def __init__(self, timestamp, text):
        self.timestamp = timestamp
        self.text = text

    async def fetch(self, request, *, now):
        if "/cdx" in request.url:
            rows = [["timestamp", "original", "statuscode"], [self.timestamp, URL, "200"], ["2024", URL, "200"]]
            return self._page(request, {}, json.dumps(rows))
        headers = {"memento-datetime": "Wed, 01 Jan 2025 08:00:00 GMT", "content-type": "text/plain; charset=utf-8"}
        return self._page(request, headers, self.text)

    @staticmethod
    def _page(request, headers, text):
        return Page(request.url, request.url, 200, headers, text.encode(), (), datetime(2025, 1, 8).astimezone())


@pytest.fixture
def work_off(newsroom, clock, story):
    """Make every step that a worker would. The one statement of a page is called so by its real reader."""
    with newsroom.database.write() as conn:
        conn.execute(sa.update(statement).values(external_id=THE_PAGE))
    room = replace(newsroom, polite=Shelf("20250101080000", OLD))

    def go():
        for _ in range(20):
            for job in take_backfills(room, limit=5):
                asyncio.run(do_backfill(room, job))
            clock.move(3)

    return go


def test_an_import_is_asked_for_once_and_followed(client, story, work_off):
    asked = client.post(f"/v1/watches/{story.watch_id}/backfills", json={"limit": 10}, headers={"Idempotency-Key": "1"})
    assert asked.status_code == 201
    address = asked.headers["location"]
    assert (asked.json()["state"], asked.json()["addresses"]) == ("listing", [URL])
    again = client.post(f"/v1/watches/{story.watch_id}/backfills", json={"limit": 10})
    assert again.json()["id"] == asked.json()["id"]
    work_off()
    done = client.get(address).json()
    assert (done["state"], done["versions"], done["edits"]) == ("done", 1, 1)
    assert done["captures"] == {"listed": 1, "unread": 0, "outcomes": {"read": 1}}
    assert done["refused"] == {"without a possible time": 1}
    assert done["heaviest"][0]["headline"].startswith("General Staff changed “defensive” to “offensive”")
    listed = client.get(f"/v1/watches/{story.watch_id}/backfills").json()["items"]
    assert [one["id"] for one in listed] == [done["id"]]


def test_the_history_shows_who_saw_what(client, story, work_off):
    client.post(f"/v1/watches/{story.watch_id}/backfills", json={})
    work_off()
    versions = f"/v1/statements/{story.statement_id}/versions"
    listed = client.get(versions).json()["items"]
    assert [(one["number"], one["provenance"]) for one in listed] == [
        (20250101080000, "archive"),
        (1, "own"),
        (2, "own"),
    ]
    first = client.get(versions, params={"limit": 1})
    assert [one["number"] for one in client.get(first.links["next"]["url"]).json()["items"]] == [1]
    archived = client.get(f"{versions}/20250101080000").json()
    assert archived["origin"]["capture_url"] == f"https://web.archive.org/web/20250101080000id_/{URL}"
    assert client.get(f"{versions}/20250101080000/capture").content == OLD.encode()
    diff = client.get(f"/v1/statements/{story.statement_id}/diff", params={"from": "previous", "to": "1"}).json()
    assert (diff["before"]["number"], diff["after"]["number"]) == (20250101080000, 1)
    edits = client.get("/v1/edits", params={"statement_id": story.statement_id}).json()["items"]
    assert [(one["from_version"], one["to_version"], one["provenance"]) for one in edits] == [
        (1, 2, "own"),
        (20250101080000, 1, "archive"),
    ]
    at = client.get(f"/v1/statements/{story.statement_id}/at", params={"time": "2025-01-02T00:00:00Z"}).json()
    assert (at["wording"]["number"], at["seen_at_or_after"]) == (20250101080000, False)
    timeline = client.get(f"/v1/statements/{story.statement_id}/timeline").json()["items"]
    assert [one["version"] for one in timeline if one["what"] == "archived"] == [20250101080000]
    quote = client.get("/v1/quotes", params={"text": "Four villages are under control now.", "language": "en"}).json()
    assert quote["sentences"][0]["hits"][0]["first_seen_by"] == "archive"


def test_what_is_not_there_is_not_found(client, story):
    nobody = "01944004-7d00-7000-8000-00000000dead"
    assert client.post(f"/v1/watches/{nobody}/backfills", json={}).status_code == 404
    assert client.get(f"/v1/watches/{nobody}/backfills").status_code == 404
    assert client.get(f"/v1/watches/{story.watch_id}/backfills/{nobody}").status_code == 404
    sent = {"statement_id": nobody}
    assert client.post(f"/v1/watches/{story.watch_id}/backfills", json=sent).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"limit": -1},
        {"limit": "all"},
        {"since": "yesterday"},
        {"since": "2025-01-02T00:00:00Z", "until": "2025-01-01T00:00:00Z"},
    ],
)
def test_what_cannot_be_wanted_is_refused(client, story, sent):
    assert client.post(f"/v1/watches/{story.watch_id}/backfills", json=sent).status_code == 422
