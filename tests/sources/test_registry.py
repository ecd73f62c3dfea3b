import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidAddress
from app.domain.watches import SourceKind
from app.sources.registry import address_to_keep, advertised_feeds, detect, refine, sources

KNOWN = sources("https://t.me")
MIRROR = sources("http://127.0.0.1:4500")


def test_every_kind_has_one_source_that_says_so():
    assert set(KNOWN) == set(SourceKind)
    assert all(source.kind is kind for kind, source in KNOWN.items())
    assert all(source.extractor_version for source in KNOWN.values())


@pytest.mark.parametrize(
    ("typed", "kind", "target", "kept"),
    [
        ("t.me/GeneralStaff", "telegram_channel", "generalstaff", "https://t.me/generalstaff"),
        ("https://t.me/s/generalstaff", "telegram_channel", "generalstaff", "https://t.me/generalstaff"),
        ("http://telegram.me/generalstaff/", "telegram_channel", "generalstaff", "https://t.me/generalstaff"),
        ("@GeneralStaff", "telegram_channel", "generalstaff", "https://t.me/generalstaff"),
        ("generalstaff.t.me", "telegram_channel", "generalstaff", "https://t.me/generalstaff"),
        ("t.me/generalstaff?before=50", "telegram_channel", "generalstaff", "https://t.me/generalstaff"),
        ("t.me/generalstaff/123", "telegram_post", "generalstaff/123", "https://t.me/generalstaff/123"),
        ("t.me/generalstaff/123?single", "telegram_post", "generalstaff/123", "https://t.me/generalstaff/123"),
        ("https://t.me/s/generalstaff/123", "telegram_post", "generalstaff/123", "https://t.me/generalstaff/123"),
        ("HTTPS://Example.ORG:443/Feed#top", "feed", "https://example.org/Feed", "https://example.org/Feed"),
        ("example.org/news.rss", "feed", "https://example.org/news.rss", "https://example.org/news.rss"),
        ("example.org/a/feed.json", "feed", "https://example.org/a/feed.json", "https://example.org/a/feed.json"),
        ("example.org/?feed=rss2", "feed", "https://example.org/?feed=rss2", "https://example.org/?feed=rss2"),
        ("example.org/sitemap.xml", "web_page", "https://example.org/sitemap.xml", "https://example.org/sitemap.xml"),
        ("http://example.org:80", "web_page", "http://example.org/", "http://example.org/"),
        ("example.org:8080/x", "web_page", "https://example.org:8080/x", "https://example.org:8080/x"),
        ("https://пошта.укр/", "web_page", "https://xn--80a1acn3a.xn--j1amh/", "https://xn--80a1acn3a.xn--j1amh/"),
        ("http://[::1]/x", "web_page", "http://[::1]/x", "http://[::1]/x"),
    ],
)
def test_an_address_is_recognised_by_its_form(typed, kind, target, kept):
    found = detect(typed, KNOWN)
    assert found == (SourceKind(kind), target)
    assert address_to_keep(typed, found[0], KNOWN) == kept
    assert detect(kept, KNOWN) == found, "the kept form means the same"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("https://t.me/+AbCdEf", "private"),
        ("https://t.me/joinchat/AbCdEf", "private"),
        ("https://t.me/c/1234567/89", "private"),
        ("https://t.me/", "names no channel"),
        ("https://t.me/share", "names no channel"),
        ("https://t.me/staff/abc", "not the number of a post"),
        ("https://t.me/staff/0", "not the number of a post"),
        ("https://t.me/staff/5?comment=7", "comment"),
        ("https://web.telegram.org/k/#@staff", "web app"),
        ("ftp://example.org/x", "ftp:"),
        ("javascript:alert(1)", "javascript:"),
        ("file:///etc/passwd", "file:"),
        ("data:text/html,hello", "data:"),
        ("mailto:press@example.org", "mailto:"),
        ("https://user:secret@example.org/", "password"),
        ("http://", "no host"),
        ("https:///path", "no host"),
        ("http://[::1", "well-formed"),
        ("http://example.org:99999/", "port"),
        ("http://example.org:0/", "port"),
        ("http://exa mple.org/", "characters"),
        ("http://example.org\\@evil.example/", "characters"),
        ("http://ex..ample.org/", "host name"),
        ("example", "whole address"),
        ("", "empty"),
        (" \n ", "empty"),
        ("https://example.org/" + "a" * 3000, "longer"),
    ],
)
def test_an_address_that_cannot_be_watched_is_refused_with_the_reason(typed, reason):
    with pytest.raises(InvalidAddress, match=reason):
        detect(typed, KNOWN)


def test_a_mirror_of_the_preview_is_telegram_too():
    assert detect("http://127.0.0.1:4500/s/staff", MIRROR) == (SourceKind.TELEGRAM_CHANNEL, "staff")
    assert detect("http://127.0.0.1:4500/staff/12", MIRROR) == (SourceKind.TELEGRAM_POST, "staff/12")
    assert detect("https://t.me/staff", MIRROR) == (SourceKind.TELEGRAM_CHANNEL, "staff")
    assert address_to_keep("t.me/staff", SourceKind.TELEGRAM_CHANNEL, MIRROR) == "http://127.0.0.1:4500/staff"
    assert detect("http://127.0.0.1:4500/s/staff", KNOWN)[0] is SourceKind.WEB_PAGE


def test_a_watch_may_name_its_kind_whatever_its_host():
    channel, post = KNOWN[SourceKind.TELEGRAM_CHANNEL], KNOWN[SourceKind.TELEGRAM_POST]
    assert channel.target_of("http://localhost:9000/s/Staff") == "staff"
    assert post.target_of("http://localhost:9000/staff/3") == "staff/3"
    assert KNOWN[SourceKind.FEED].target_of("example.org/press") == "https://example.org/press"
    with pytest.raises(InvalidAddress, match="names no post"):
        post.target_of("t.me/staff")


def test_what_looked_like_a_page_may_answer_with_a_feed(answer):
    feed = '<?xml version="1.0"?><!-- made by hand --><rss version="2.0"><channel></channel></rss>'
    html = "<!doctype html><html><body>hello</body></html>"
    json_feed = '{"version": "https:\\/\\/jsonfeed.org/version/1.1", "items": []}'
    assert refine(SourceKind.WEB_PAGE, answer(feed)) is SourceKind.FEED
    assert refine(SourceKind.WEB_PAGE, answer(json_feed)) is SourceKind.FEED
    assert refine(SourceKind.WEB_PAGE, answer(html)) is SourceKind.WEB_PAGE
    assert refine(SourceKind.FEED, answer(html)) is SourceKind.WEB_PAGE
    assert refine(SourceKind.WEB_PAGE, answer(feed, status=404)) is SourceKind.WEB_PAGE
    assert refine(SourceKind.TELEGRAM_CHANNEL, answer(feed)) is SourceKind.TELEGRAM_CHANNEL


def test_a_page_names_its_feeds(answer):
    page = answer(
        '<html><head><link rel="alternate" type="application/rss+xml" href="/feed">'
        '<link rel="alternate" type="application/atom+xml" href="https://other.example/atom">'
        '<link rel="alternate" type="application/rss+xml" href="/feed">'
        '<link rel="alternate" hreflang="uk" href="/uk"><link rel="alternate" type="application/rss+xml" href="ftp://x/">'
        "</head></html>"
    )
    assert advertised_feeds(page) == ("https://ministry.example/feed", "https://other.example/atom")


@given(st.text() | st.from_regex(r"(https?:)?/?/?[\w@.:\[\]%+\\-]{0,20}(/[^\s]{0,20}){0,3}"))
def test_any_text_is_an_address_or_is_refused_and_its_kept_form_is_stable(typed):
    try:
        kind, target = detect(typed, KNOWN)
        kept = address_to_keep(typed, kind, KNOWN)
    except InvalidAddress:
        return
    assert kept.startswith(("http://", "https://"))
    assert detect(kept, KNOWN) == (kind, target)
    assert address_to_keep(kept, kind, KNOWN) == kept
