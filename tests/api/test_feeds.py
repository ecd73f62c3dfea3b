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
def test_a_feed_speaks_the_language_of_its_reader(client: TestClient, story: Any, path: str) -> None:
    (english,) = entries(client, path)
    (ukrainian,) = entries(client, path, lang="uk")
    (negotiated,) = [
        entry["title"] for entry in client.get(FORMS[1], headers={"Accept-Language": "uk-UA"}).json()["items"]
    ]
    assert english["id"] == ukrainian["id"]
    assert "прибрано «new offensive»" in ukrainian["title"]
    assert negotiated == ukrainian["title"]
    answer = client.get(path, params={"lang": "uk"})
    assert "дуже суттєвий" in answer.text or "суттєвий" in answer.text
    assert answer.headers["vary"] == "Accept-Language"
    assert client.get(path, params={"lang": "tlh"}).status_code == 422


RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ATOM_NAME = "{http://www.w3.org/2005/Atom}"


def faults_of_atom(feed: ET.Element) -> list[str]:
    """What RFC 4287 wants of a feed and its entries (4.1.1, 4.1.2), and is not so."""
    wrong = []
    for thing in (feed, *feed.findall(f"{ATOM_NAME}entry")):
        for name in ("id", "title", "updated"):
            found = thing.findall(ATOM_NAME + name)
            if len(found) != 1 or not (found[0].text or "").strip():
                wrong.append(f"exactly one {name}")
        times = thing.findall(f"{ATOM_NAME}updated") + thing.findall(f"{ATOM_NAME}published")
        wrong += [f"a time: {one.text}" for one in times if not RFC3339.fullmatch(one.text or "")]
        wrong += ["an IRI as id" for one in thing.findall(f"{ATOM_NAME}id") if ":" not in (one.text or "")]
        if not all(
            (author.findtext(f"{ATOM_NAME}name") or "").strip() for author in thing.findall(f"{ATOM_NAME}author")
        ):
            wrong.append("an author with a name")
        links = [
            (one.get("rel", "alternate"), one.get("hreflang"), one.get("type"))
            for one in thing.findall(f"{ATOM_NAME}link")
        ]
        if len([one for one in links if one[0] == "alternate"]) > len({one for one in links if one[0] == "alternate"}):
            wrong.append("one alternate link of a kind")
        if not all(one.get("href") for one in thing.findall(f"{ATOM_NAME}link")):
            wrong.append("a link with an address")
        if not all(one.get("term") for one in thing.findall(f"{ATOM_NAME}category")):
            wrong.append("a category with a term")
    if not feed.findall(f"{ATOM_NAME}link[@rel='self']"):
        wrong.append("a link to itself")
    if not feed.findall(f"{ATOM_NAME}author"):
        wrong.append("an author of the feed")
    ids = [one.findtext(f"{ATOM_NAME}id") for one in feed.findall(f"{ATOM_NAME}entry")]
    return wrong + (["ids of their own"] if len(ids) != len(set(ids)) else [])


def faults_of_json_feed(feed: dict[str, Any]) -> list[str]:
    """What JSON Feed 1.1 wants, and is not so."""
    wrong = [name for name in ("version", "title", "items") if not isinstance(feed.get(name), str | list)]
    wrong += ["the version"] * (feed.get("version") != "https://jsonfeed.org/version/1.1")
    wrong += ["what is not of the format"] * bool(set(feed) - {"version", "title", "language", "feed_url", "items"})
    for item in feed.get("items", []):
        wrong += ["an id that is a text"] * (not isinstance(item.get("id"), str) or not item["id"])
        wrong += ["words"] * ("content_html" not in item and "content_text" not in item)
        wrong += ["a time"] * (not RFC3339.fullmatch(item.get("date_published", "")))
        wrong += ["authors"] * (not all(author.get("name") for author in item.get("authors", [])))
        wrong += ["tags"] * (not all(isinstance(tag, str) for tag in item.get("tags", [])))
        wrong += ["an address"] * (not item.get("url", "").startswith(("http://", "https://")))
    return wrong


def test_the_feeds_keep_to_their_formats_also_with_hostile_words_and_without_any(
    client: TestClient, press: Any, story: Any
) -> None:
    press.says(f"{HOSTILE} Our forces began combat operations. Nine hundred soldiers left.")
    press.says(f"{HOSTILE} Our forces began combat operations. Nine hundred soldiers left.")
    for wish in ({}, {"lang": "uk"}, {"tag": "sport"}):
        atom = client.get(FORMS[0], params=wish)
        assert atom.headers["content-type"] == "application/atom+xml; charset=utf-8"
        assert faults_of_atom(ET.fromstring(atom.content)) == []
        told = client.get(FORMS[1], params=wish)
        assert told.headers["content-type"] == "application/feed+json"
        assert faults_of_json_feed(told.json()) == []


def test_a_feed_that_breaks_the_rules_is_found_out() -> None:
    bare = ET.fromstring(f'<feed xmlns="{ATOM_NAME[1:-1]}"><entry><updated>noon</updated></entry></feed>')
    assert {"exactly one id", "a time: noon", "a link to itself", "an author of the feed"} <= set(faults_of_atom(bare))
    assert "an id that is a text" in faults_of_json_feed({"version": "1", "title": "", "items": [{"id": 5}]})


@pytest.mark.parametrize("path", FORMS)
def test_an_empty_feed_is_a_feed(client: TestClient, path: str) -> None:
    assert entries(client, path) == []
    assert client.get(path).headers["last-modified"].startswith("Thu, 01 Jan 1970")


@pytest.mark.parametrize("path", FORMS)
def test_a_feed_of_a_watch_that_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path, params={"watch_id": "01944004-7d00-7000-8000-000000000999"})
    assert answer.status_code == 404
    assert client.get(path, params={"min_level": "loud"}).status_code == 422
