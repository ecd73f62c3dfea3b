"""Feeds of flags: what a reader of feeds subscribes to, and keeps finding under the same ids."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from starlette.testclient import TestClient

from app.pipeline.pins import PinDraft, create_pin

HOSTILE = "\x1b[31m</p><script>alert(1)</script>\x0b & ]]> \ufffe"
FORMS = ("/v1/feeds/flags.atom", "/v1/feeds/flags.json")


def entries(client: TestClient, path: str, **wish: Any) -> list[Any]:
    answer = client.get(path, params=wish)
    assert answer.status_code == 200, answer.text
    if path.endswith("json"):
        return list(answer.json()["items"])
    ET.fromstring(answer.content)
    read = feedparser.parse(answer.content)
    assert not read.bozo, read.get("bozo_exception")
    return list(read.entries)


def test_an_atom_reader_sees_who_changed_what(client: TestClient, story: Any) -> None:
    (entry,) = entries(client, "/v1/feeds/flags.atom")
    assert "removed “new offensive”" in entry.title
    assert entry.author == "General Staff"
    assert entry.link == "https://www.example.org/statement"
    assert re.fullmatch(r"tag:localhost,2025:flag:[0-9a-f-]{36}", entry.id)
    assert entry.published == entry.updated
    assert "<del>" in entry.content[0].value
    assert "new offensive" in entry.content[0].value
    assert {"major", "substantive"} & {tag.term for tag in entry.tags}


def test_a_json_feed_tells_the_same(client: TestClient, story: Any) -> None:
    (entry,) = entries(client, "/v1/feeds/flags.json")
    (other,) = entries(client, "/v1/feeds/flags.atom")
    assert (entry["id"], entry["title"], entry["url"]) == (other.id, other.title, other.link)
    feed = client.get("/v1/feeds/flags.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith("/v1/feeds/flags.json")


@pytest.mark.parametrize("path", FORMS)
def test_a_feed_is_of_what_was_subscribed_to(client: TestClient, newsroom: Any, story: Any, path: str) -> None:
    other = create_pin(newsroom, PinDraft(("en: something else",))).pin.id
    for wish, count in (
        ({"watch_id": story.watch_id}, 1),
        ({"pin_id": story.pin_id}, 1),
        ({"pin_id": str(other)}, 0),
        ({"tag": "military"}, 1),
        ({"tag": "sport"}, 0),
        ({"min_level": "minor"}, 1),
    ):
        assert len(entries(client, path, **wish)) == count, wish


@pytest.mark.parametrize("path", FORMS)
def test_what_was_dismissed_leaves_the_feed(client: TestClient, story: Any, path: str) -> None:
    client.patch(f"/v1/flags/{story.flag_id}", json={"review_state": "dismissed"})
    assert entries(client, path) == []


@pytest.mark.parametrize("path", FORMS)
def test_a_reader_that_has_it_is_told_so(client: TestClient, press: Any, story: Any, path: str) -> None:
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": first.headers["last-modified"]}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": "Mon, 06 Jan 2025 00:00:00 GMT"}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": "yesterday"}).status_code == 200
    press.says("Our forces began combat operations in the Kursk region. Nine villages are under control.")
    press.says("Our forces began combat operations in the Kursk region. Nine villages are under control.")
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert len(entries(client, path)) == 2


@pytest.mark.parametrize("path", FORMS)
def test_hostile_words_stay_words(client: TestClient, press: Any, story: Any, path: str) -> None:
    press.says(f"{HOSTILE} Our forces began combat operations. Five villages are under control.")
    press.says("Our forces began combat operations. Nine hundred soldiers left.")
    press.says("Our forces began combat operations. Nine hundred soldiers left.")
    found = entries(client, path)
    assert len(found) > 1
    for one in found:
        words = one["content_html"] if path.endswith("json") else one.content[0].value
        assert "<script" not in words


@pytest.mark.parametrize("path", FORMS)
def test_an_empty_feed_is_a_feed(client: TestClient, path: str) -> None:
    assert entries(client, path) == []
    assert client.get(path).headers["last-modified"].startswith("Thu, 01 Jan 1970")


@pytest.mark.parametrize("path", FORMS)
def test_a_feed_of_a_watch_that_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path, params={"watch_id": "01944004-7d00-7000-8000-000000000999"})
    assert answer.status_code == 404
    assert client.get(path, params={"min_level": "loud"}).status_code == 422
