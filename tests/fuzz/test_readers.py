"""Whatever a stranger sends is read or refused in our own words: no reader fails on it, and none swells."""

import gzip
import io
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api.paging import List, Mark
from app.delivery.signature import Doubtful, new_secret, new_signing_key, public_key_of, sign, verify
from app.domain.archives import Lookup, Range
from app.domain.errors import InvalidAddress, InvalidCursor, InvalidInput, WalkbackError
from app.domain.pages import Page
from app.domain.watches import SourceKind
from app.fetching.robots import rules_of
from app.pipeline.watch_files import parse_watch_file
from app.sources.cdx import IndexPage, read_index
from app.sources.contract import Gone, Source, Statements, Target, Unread
from app.sources.registry import detect, sources
from app.sources.warc import BrokenRecord, WarcCapture, read_warc
from tests.trials import REFUSED, Limits, Parts, Trials

NOW = datetime(2025, 1, 8, tzinfo=UTC)
KNOWN = sources("https://t.me")
PAGE = "https://ministry.example/releases/7"
LIMITS = Limits(seconds=20, growth_bytes=400 * 1024**2)
"""For each reader: what one input may take, and all examples together."""
MOST_BYTES = 100_000
TEXT = "The Defence Forces have launched new offensive operations in the region. Five villages were taken."

POST = (
    '<html><div class="tgme_channel_info_header_title"><span dir="auto">General Staff</span></div><main><section '
    'class="tgme_channel_history"><a href="/s/x?before=5" class="tme_messages_more" data-before="5"></a>'
    '<div class="tgme_widget_message_wrap"><div class="tgme_widget_message js-widget_message" data-post="staff_ua/7" '
    'data-view="eyJjIjotMTAwMSwicCI6NywidCI6MSwiaCI6ImEifQ"><div class="tgme_widget_message_bubble">'
    '<a class="tgme_widget_message_photo_wrap" style="background-image:url(\'https://cdn.example/1.jpg\')"></a>'
    '<div class="tgme_widget_message_poll_question">Will it hold?</div>'
    f'<div class="tgme_widget_message_text js-message_text">{TEXT}<br>🔹 Second.</div>'
    '<span class="tgme_widget_message_meta">edited <a class="tgme_widget_message_date" href="https://t.me/staff_ua/7">'
    '<time datetime="2025-01-07T09:30:00+00:00">09:30</time></a></span></div></div></div></section></main></html>'
)
ARTICLE = (
    '<!doctype html><html lang="en"><head><title>Release</title><link rel="canonical" href="/releases/7">'
    '<meta property="article:published_time" content="2025-01-07T09:12:00Z"><script type="application/ld+json">'
    '{"@type":"NewsArticle","headline":"Release","datePublished":"2025-01-07"}</script></head><body><nav>Home</nav>'
    f"<article><h1>Release</h1><p>{TEXT}</p><p>{TEXT[::-1]}</p></article><footer>Imprint</footer></body></html>"
)
RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Releases</title><item><title>One</title>'
    f"<link>{PAGE}</link><guid>7</guid><pubDate>Tue, 07 Jan 2025 09:12:00 GMT</pubDate>"
    f"<description><![CDATA[<p>{TEXT}</p>]]></description></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title><entry><id>tag:ministry.example,2025:7</id>'
    f'<title>One</title><link href="{PAGE}"/><updated>2025-01-07T09:12:00Z</updated><content>{TEXT}</content></entry>'
    "</feed>"
)
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Releases",
        "items": [{"id": "7", "url": PAGE, "content_html": f"<p>{TEXT}</p>", "date_published": "2025-01-07T09:12:00Z"}],
    }
)
INDEX = json.dumps(
    [
        ["timestamp", "original", "mimetype", "statuscode", "digest"],
        ["20241224080000", PAGE, "text/html", "200", "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH"],
        [],
        ["example,ministry)/releases/7 20241224080000"],
    ]
)
BLOCK = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{ARTICLE}".encode()
RECORD = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:01944004-7d00-7000-8000-000000000001>\r\n"
    f"WARC-Target-URI: {PAGE}\r\nWARC-Date: 2024-12-24T08:00:00Z\r\n"
    f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(BLOCK)}\r\n\r\n"
).encode() + BLOCK
OUTLINES = (
    '<?xml version="1.0"?><opml version="2.0"><head><title>List</title></head><body><outline text="Ministries">'
    f'<outline text="Ministry" type="rss" xmlUrl="{PAGE}" walkbackTags="war"/></outline></body></opml>'
)
ROBOTS = "User-agent: *\nDisallow: /private/*?x=$\nAllow: /\nCrawl-delay: 2\nSitemap: https://ministry.example/s.xml\n"
CURSORS = List("fuz")
CURSOR = CURSORS.encode(Mark(1_736_241_120_000_000_000, uuid.UUID(int=7)))
SECRET, SIGNING_KEY = new_secret(), new_signing_key()
BODY = b'{"type":"edit.flagged"}'


def source_reads(kind: SourceKind, url: str, external_id: str | None = None) -> Callable[[bytes], str]:
    """Reads bytes as an answer for a source; what it found is the class."""
    source: Source = KNOWN[kind]
    target = Target(kind, url, source.target_of(url))

    def read(body: bytes) -> str:
        page = Page(url, url, 200, {"content-type": "text/html"}, body, (), NOW)
        reading = source.read(page, target, external_id=external_id, now=NOW)
        match reading:
            case Statements():
                assert all(one.wording.text.strip() for one in reading.found)
                if reading.mark is not None and reading.found:
                    source.glance(page, target, reading.mark, external_id=reading.found[0].external_id, now=NOW)
                return "read" if reading.found or reading.links else "empty"
            case Unread():
                assert reading.detail
                return f"{REFUSED}{reading.outcome}"
            case Gone():
                return "gone"

    return read


def refusal(error: WalkbackError) -> str:
    """The class of an answer that refuses."""
    return f"{REFUSED}{error.slug}"


def index_is_read(body: bytes) -> str:
    found = read_index(Page(PAGE, PAGE, 200, {}, body, (), NOW), Lookup(PAGE, None), Range(), now=NOW)
    return "read" if isinstance(found, IndexPage) else f"{REFUSED}no index"


def warc_is_read(content: bytes) -> str:
    found = list(read_warc(io.BytesIO(content), now=NOW, most_bytes=MOST_BYTES))
    assert all(isinstance(one, WarcCapture | BrokenRecord) for one in found)
    if any(isinstance(one, BrokenRecord) for one in found):
        return f"{REFUSED}broken record"
    return "read" if found else "nothing in it"


def watch_file_is_read(media: str) -> Callable[[bytes], str]:
    def read(content: bytes) -> str:
        try:
            rows = parse_watch_file(content.decode("utf-8", "surrogateescape"), media)  # type: ignore[arg-type]
        except InvalidInput as error:
            return refusal(error)
        return next((f"{refusal(row)} (a row)" for row in rows if isinstance(row, InvalidInput)), "read")

    return read


def address_is_read(written: bytes) -> str:
    try:
        detect(written.decode("utf-8", "surrogateescape"), KNOWN)
    except InvalidAddress as error:
        return refusal(error)
    return "an address"


def robots_are_read(body: bytes) -> str:
    rules = rules_of(Page(PAGE, PAGE, 200, {}, body, (), NOW))
    assert rules is not None
    assert rules.crawl_delay_seconds >= 0
    return "allows" if rules.allow(PAGE) else "forbids"


def cursor_is_read(cursor: bytes) -> str:
    try:
        CURSORS.decode(cursor.decode("latin-1"))
    except InvalidCursor as error:
        return refusal(error)
    return "a cursor"


def signature_is_checked(signature: bytes) -> str:
    """Only the signature of this message may be taken for genuine, among whatever else stands beside it."""
    true = sign("msg_1", int(NOW.timestamp()), BODY, [SECRET, SIGNING_KEY])
    headers = true | {"webhook-signature": signature.decode("latin-1")}
    judged = verify(headers, BODY, [SECRET, public_key_of(SIGNING_KEY)], now=NOW)
    if isinstance(judged, Doubtful):
        return f"{REFUSED}{judged.flaw}"
    assert {*headers["webhook-signature"].split()} & {*true["webhook-signature"].split()}
    return "genuine"


@dataclass(frozen=True)
class Case:
    """A reader, and an input that it reads."""

    good: bytes
    read: Callable[[bytes], str]
    expected: str = "read"


READERS = {
    "a Telegram list": Case(POST.encode(), source_reads(SourceKind.TELEGRAM_CHANNEL, "https://t.me/staff_ua")),
    "a Telegram post": Case(POST.encode(), source_reads(SourceKind.TELEGRAM_POST, "https://t.me/staff_ua/7")),
    "a web page": Case(ARTICLE.encode(), source_reads(SourceKind.WEB_PAGE, PAGE)),
    "RSS": Case(RSS.encode(), source_reads(SourceKind.FEED, "https://ministry.example/feed")),
    "Atom": Case(ATOM.encode(), source_reads(SourceKind.FEED, "https://ministry.example/feed")),
    "JSON Feed": Case(JSON_FEED.encode(), source_reads(SourceKind.FEED, "https://ministry.example/feed")),
    "a CDX index": Case(INDEX.encode(), index_is_read),
    "a WARC": Case(RECORD + b"\r\n\r\n" + RECORD, warc_is_read),
    "a zipped WARC": Case(gzip.compress(RECORD + b"\r\n\r\n", mtime=0), warc_is_read),
    "a list in JSON": Case(
        json.dumps([{"url": PAGE, "name": "x", "tags": ["war"]}]).encode(), watch_file_is_read("json")
    ),
    "a list in CSV": Case(f"url,name,tags\n{PAGE},Ministry,war\n".encode(), watch_file_is_read("csv")),
    "a list in OPML": Case(OUTLINES.encode(), watch_file_is_read("opml")),
    "a list in text": Case(f"{PAGE}\nhttps://t.me/staff_ua\n".encode(), watch_file_is_read("text")),
    "an address": Case(b"https://user@ministry.example:8443/a/../b?c=d#e", address_is_read, "refused: invalid-address"),
    "robots.txt": Case(ROBOTS.encode(), robots_are_read, "allows"),
    "a cursor": Case(CURSOR.encode(), cursor_is_read, "a cursor"),
    "a signature": Case(
        sign("msg_1", int(NOW.timestamp()), BODY, [SECRET])["webhook-signature"].encode(),
        signature_is_checked,
        "genuine",
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_the_undamaged_input_is_read(name: str) -> None:
    assert READERS[name].read(READERS[name].good) == READERS[name].expected


@pytest.mark.parametrize("name", READERS)
def test_damaged_input_is_read_or_refused(
    name: str, damaged: Callable[[bytes], st.SearchStrategy[bytes]], trying: settings, parts: Parts
) -> None:
    case = READERS[name]

    def part(trials: Trials) -> None:
        @trying
        @given(damaged(case.good))
        def read(content: bytes) -> None:
            trials.attempt(name, LIMITS, lambda: case.read(content), str)

        read()

    parts.do(name, part)
