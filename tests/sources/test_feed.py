import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.observations import FAILURES, Outcome
from app.domain.watches import Selectors, SourceKind
from app.sources.contract import FoundStatement, Gone, Statements, Target, Unread, Window
from app.sources.registry import sources

FEED = sources("https://t.me")[SourceKind.FEED]
URL = "https://ministry.example/feed"
WHEN = datetime(2025, 1, 7, 9, 30, tzinfo=UTC)
RSS = """<?xml version="1.0" encoding="windows-1251"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Ministry</title><language>uk-UA</language>
<item><title>Нова операція</title><link>/releases/7?utm_source=rss</link><guid isPermaLink="false">rel-7</guid>
<pubDate>Tue, 07 Jan 2025 11:30:00 +0200</pubDate><dc:creator>Press office</dc:creator>
<description>Short.</description>
<content:encoded><![CDATA[<p>First &amp; second.</p><p>Third.</p>]]></content:encoded></item>
<item><title>Without a page</title><guid isPermaLink="false">note-1</guid>
<description>Only here &lt;b&gt;said&lt;/b&gt;.</description></item>
<item><title>Without a guid</title><link>https://ministry.example/releases/8?utm_medium=x&amp;id=8</link></item>
<item><title>Again</title><guid isPermaLink="false">rel-7</guid></item>
<item></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Ministry</title>
<entry><id>tag:ministry.example,2025:7</id><title type="html">A &lt;i&gt;title&lt;/i&gt;</title>
<link rel="alternate" href="https://ministry.example/releases/7"/><author><name>Press office</name></author>
<published>2025-01-07T09:30:00Z</published><updated>2025-01-08T00:00:00Z</updated>
<content type="html">&lt;p&gt;We deny it.&lt;/p&gt;&lt;p&gt;All of it.&lt;/p&gt;</content></entry></feed>"""
JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Ministry",
    "language": "en",
    "items": [
        {
            "id": 7,
            "url": "/releases/7",
            "title": "A title",
            "content_html": "<p>We deny it.</p><p>All of it.</p>",
            "date_published": "2025-01-07T11:30:00+02:00",
            "authors": [{"name": "Press office"}, {}],
        },
        {"id": "note", "content_text": "Only here."},
        {"id": "empty"},
        "not an item",
    ],
}
PAGE = (
    "<html><head><title>Release</title></head><body><article><p>The whole release, with all that the ministry said "
    "about the operation and its ends on that day.</p></article></body></html>"
)


@pytest.fixture(scope="session")
def read(answer, feed_target, now):
    """What the feed source makes of an answer to the feed's own address."""

    def build(body, *, target=feed_target, external_id=None, **fields):
        text = json.dumps(body) if isinstance(body, dict) else body
        return FEED.read(answer(text, **({"url": URL} | fields)), target, external_id=external_id, now=now)

    return build


def test_an_rss_feed_says_which_statements_there_are(read):
    reading = read(RSS.encode("cp1251"), content_type="application/rss+xml")
    assert reading.name == "Ministry"
    assert [(link.external_id, link.url) for link in reading.links] == [
        ("rel-7", "https://ministry.example/releases/7?utm_source=rss"),
        ("https://ministry.example/releases/8?id=8", "https://ministry.example/releases/8?utm_medium=x&id=8"),
    ]
    wording = reading.links[0].fallback
    assert wording.text == "First & second.\nThird."
    assert (wording.title, wording.author, wording.published_at) == ("Нова операція", "Press office", WHEN)
    assert wording.language == "uk"
    assert reading.links[1].fallback.text == "Without a guid"


def test_an_item_without_a_link_is_a_statement_of_its_own_while_it_is_in_the_feed(read, feed_target):
    reading = read(RSS.encode("cp1251"))
    assert [(found.external_id, found.url, found.wording.text) for found in reading.found] == [
        ("note-1", URL, "Only here said.")
    ]
    again = read(RSS.encode("cp1251"), external_id="note-1")
    assert again.found == reading.found
    assert again.links == ()
    assert FEED.statement_request(feed_target, "note-1", URL).url == URL
    left = read(ATOM, external_id="note-1")
    assert isinstance(left, Unread), "having left the feed says nothing"


def test_an_atom_feed_is_read(read):
    (link,) = read(ATOM, content_type="application/atom+xml").links
    assert (link.external_id, link.url) == ("tag:ministry.example,2025:7", "https://ministry.example/releases/7")
    assert link.fallback.text == "We deny it.\nAll of it."
    assert (link.fallback.title, link.fallback.author) == ("A title", "Press office")
    assert link.fallback.published_at == WHEN


def test_a_json_feed_is_read(read):
    reading = read(JSON, content_type="application/feed+json")
    (link,) = reading.links
    assert (link.external_id, link.url) == ("7", "https://ministry.example/releases/7")
    assert link.fallback.text == "We deny it.\nAll of it."
    assert (link.fallback.author, link.fallback.published_at) == ("Press office", WHEN)
    assert link.fallback.language == "en"
    assert [(found.external_id, found.wording.text) for found in reading.found] == [("note", "Only here.")]


def test_an_items_page_is_read_as_a_web_page_with_the_selectors_of_the_watch(answer, now):
    item_url = "https://ministry.example/releases/7"
    target = Target(SourceKind.FEED, URL, URL, Selectors(include=("article",)), language="en")
    reading = FEED.read(answer(PAGE, url=item_url), target, external_id="rel-7", now=now)
    assert [(found.external_id, found.url) for found in reading.found] == [("rel-7", item_url)]
    assert reading.found[0].wording.text.startswith("The whole release")
    assert isinstance(FEED.read(answer("", url=item_url, status=410), target, external_id="rel-7", now=now), Gone)
    assert isinstance(FEED.read(answer("", url=item_url), target, external_id="rel-7", now=now), Unread)
    assert FEED.statement_request(target, "rel-7", item_url).url == item_url


def test_items_leave_a_feed_without_being_missing(feed_target):
    assert FEED.absent(Window(1, None), ["rel-7"], []) == ()
    assert FEED.older_request(feed_target, "rel-7") is None
    assert FEED.list_request(feed_target).url == URL


def test_a_date_that_nobody_can_read_is_no_date(read):
    item = ATOM.replace("2025-01-07T09:30:00Z", "the day before").replace("<updated>2025-01-08T00:00:00Z</updated>", "")
    assert read(item).links[0].fallback.published_at is None


def test_an_empty_feed_is_a_feed(read):
    assert read("<rss version='2.0'><channel><title>Quiet</title></channel></rss>") == Statements(name="Quiet")


def test_a_very_long_identity_is_kept_as_its_digest(read):
    long = read({**JSON, "items": [{"id": "x" * 5_000, "content_text": "Words."}]}).found[0].external_id
    assert long.startswith("sha256:")
    assert len(long) < 100
    nameless = {**JSON, "items": [{"content_text": "One."}, {"content_text": "Two."}]}
    first, second = read(nameless).found
    assert first.external_id != second.external_id
    assert read(nameless).found == (first, second)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
NO_FEEDS = {
    "a page": (PAGE, "unreadable", "not a feed"),
    "empty": ("", "unreadable", "empty"),
    "json": ('{"items": []}', "unreadable", "not a feed"),
    "broken json": ('{"version": "https://jsonfeed.org/version/1", "items": [', "unreadable", "well-formed"),
    "json without items": ('{"version": "https://jsonfeed.org/version/1"}', "unreadable", "no list of items"),
    "cut short": (RSS[: RSS.index("Without a guid")], "truncated", "before its end"),
    "an entity bomb": (RSS.replace("<rss", BOMB + "<rss", 1), "unreadable", "entities"),
    "an outside entity": (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><title>&a;</title></channel></rss>',
        "unreadable",
        "entities",
    ),
    "an impossible character": ("<rss><channel><item>&#99999999;<title>x</title></item></channel></rss>", None, ""),
    "too long": ("<rss version='2.0'><channel>" + " " * 9_000_000 + "</channel></rss>", "too_large", "longer"),
}


@pytest.mark.parametrize(("body", "outcome", "reason"), NO_FEEDS.values(), ids=NO_FEEDS)
def test_what_is_no_feed_is_a_failure_with_its_reason(read, body, outcome, reason):
    reading = read(body)
    assert isinstance(reading, Unread)
    assert outcome is None or reading.outcome == outcome
    assert reason in reading.detail


@pytest.mark.parametrize(("status", "outcome"), [(404, "unreadable"), (403, "blocked"), (500, "server_error")])
def test_a_feed_that_does_not_answer_says_nothing_of_its_items(read, status, outcome):
    reading = read(RSS, status=status)
    assert isinstance(reading, Unread)
    assert reading.outcome is Outcome(outcome)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://x.example/", "http://[::1", "https://u:p@x.example/", ""]
)
def test_a_link_that_cannot_be_fetched_is_no_link(read, link):
    (found,) = read({**JSON, "items": [{"id": "1", "url": link, "content_text": "Words."}]}).found
    assert found == FoundStatement("1", URL, found.wording)


PIECES = st.lists(
    st.sampled_from(
        [
            "<channel>", "</channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<guid>",
            "<description>", "</description>", "<![CDATA[", "]]>", "<content type='xhtml'>", "</content>", "&nbsp;",
            "</guid>", "text",
            "<entry>", "</entry>", "<id>", "</id>", "&#99999999;", "&", "\x00", "<textInput>", "<pubDate>Mon, 99 Foo",
            "<updated>2025-13-45T99:99:99Z</updated>", "<image>", "<link href='http://[::1'/>", "<where>", "<cloud/>",
        ]
    ),
    max_size=40,
).map("".join)  # fmt: skip
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "url", "title", "content_text", "content_html", "authors", "name", "items"]), inner
        )
    ),
    max_leaves=12,
)
SHAPES = (
    st.binary(max_size=300)
    | PIECES.map(lambda inside: f"<rss version='2.0'>{inside}</rss>".encode())
    | PIECES.map(lambda inside: f"<feed xmlns='http://www.w3.org/2005/Atom'>{inside}</feed>".encode())
    | JSON_VALUES.map(
        lambda value: json.dumps({"version": "https://jsonfeed.org/version/1", "items": [value]}).encode()
    )
)


@given(body=SHAPES, content_type=st.sampled_from([None, "text/xml", "application/json"]))
def test_whatever_the_bytes_the_answer_is_a_reading(read, body, content_type):
    match read(body, content_type=content_type):
        case Statements(found=found, links=links):
            assert all(one.wording.text and one.external_id for one in found)
            assert all(one.fallback.text and one.url.startswith("http") for one in links)
        case Unread(outcome=outcome, detail=detail):
            assert outcome in FAILURES
            assert detail
        case Gone():
            pytest.fail("a list is never gone")
