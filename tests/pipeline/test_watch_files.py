"""A watchlist comes as a file and goes as a file: nothing is lost, a bad row is named, and nothing in it can act."""

import csv
import io
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidInput
from app.domain.ids import WatchId
from app.domain.watches import Selectors, SourceKind, Visibility, Watch, WatchDraft, WatchHealth, WatchState
from app.pipeline.watch_files import MOST_ROWS, Media, parse_watch_file, write_watch_file

NOW = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
MEDIA: tuple[Media, ...] = get_args(Media)

PLAIN = Watch(
    id=WatchId(uuid.UUID(int=1)),
    kind=SourceKind.WEB_PAGE,
    url="https://example.org/news?id=1",
    target="https://example.org/news?id=1",
    name="Example",
    publisher="Example",
    language=None,
    tags=(),
    state=WatchState.ACTIVE,
    interval_seconds=None,
    selectors=Selectors(),
    respect_robots=True,
    identity=None,
    health=WatchHealth.UNKNOWN,
    last_checked_at=None,
    last_outcome=None,
    next_check_at=None,
    next_check_reason=None,
    created_at=NOW,
    updated_at=NOW,
    revision=1,
)
FULL = replace(
    PLAIN,
    name='Міністерство "оборони" & Co',
    publisher="=Ministry, of; Defence",
    language="uk",
    tags=("military", "ukraine war"),
    interval_seconds=120,
    selectors=Selectors(("article, .post", "#main > p"), ("aside",)),
    respect_robots=False,
    visibility=Visibility.PUBLIC,
)


def drafts(text: str, media: Media) -> list[WatchDraft]:
    rows = parse_watch_file(text, media)
    assert not [row for row in rows if isinstance(row, InvalidInput)]
    return [row for row in rows if isinstance(row, WatchDraft)]


def problem(text: str, media: Media) -> str:
    """The message of the one bad row of a file."""
    (found,) = [row for row in parse_watch_file(text, media) if isinstance(row, InvalidInput)]
    return found.message


@pytest.mark.parametrize("media", ["json", "csv"])
def test_all_that_a_watch_says_goes_out_and_comes_back(media: Media) -> None:
    plain, full = drafts(write_watch_file([PLAIN, FULL], media), media)
    assert plain == WatchDraft(url=PLAIN.url, kind=SourceKind.WEB_PAGE, name="Example", publisher="Example")
    assert full == WatchDraft(
        url=FULL.url,
        kind=SourceKind.WEB_PAGE,
        name=FULL.name,
        publisher=FULL.publisher,
        language="uk",
        tags=FULL.tags,
        interval_seconds=120,
        selectors=FULL.selectors,
        respect_robots=False,
        visibility=Visibility.PUBLIC,
    )


def test_outlines_keep_address_name_language_and_tags() -> None:
    feed = replace(FULL, kind=SourceKind.FEED, url="https://example.org/feed?a=1&b=2")
    first, second = drafts(write_watch_file([PLAIN, feed], "opml"), "opml")
    assert first == WatchDraft(url=PLAIN.url, name="Example")
    assert second == WatchDraft(
        url=feed.url, kind=SourceKind.FEED, name=FULL.name, language="uk", tags=("military", "ukraine war")
    )


def test_outlines_of_a_feed_reader_are_read_through_their_folders() -> None:
    text = """<?xml version="1.0" encoding="windows-1251"?>
    <opml version="1.0"><head><title>Мої стрічки</title></head><body>
      <outline text="Війна"><outline text="Новини" type="rss" xmlUrl="https://example.org/rss"
        htmlUrl="https://example.org/"/></outline>
      <outline text="Без адреси"/>
    </body></opml>"""
    assert drafts(text, "opml") == [WatchDraft(url="https://example.org/rss", kind=SourceKind.FEED, name="Новини")]


def test_addresses_one_a_line_with_remarks() -> None:
    text = "\ufeff# channels\nhttps://t.me/GeneralStaffZSU\n\n  https://example.org/#part   # the ministry\r\n"
    assert [draft.url for draft in drafts(text, "text")] == [
        "https://t.me/GeneralStaffZSU",
        "https://example.org/#part",
    ]
    assert write_watch_file([PLAIN], "text") == "https://example.org/news?id=1\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_may_part_its_cells_as_its_country_does(delimiter: str) -> None:
    text = delimiter.join(["URL", "tags", "name"]) + "\r\n" + delimiter.join(["https://t.me/x", '"a;b,c"', "X"])
    assert drafts(text, "csv") == [WatchDraft(url="https://t.me/x", tags=("a", "b", "c"), name="X")]


def test_json_takes_bare_addresses_and_a_page_of_the_interface() -> None:
    assert drafts('["https://t.me/x"]', "json") == [WatchDraft(url="https://t.me/x")]
    assert drafts('{"items": [{"url": "https://t.me/x", "tags": null}]}', "json") == [WatchDraft(url="https://t.me/x")]


FORMULAS = ["=1+1", "+49", "-x", "@SUM(A1)", "\t=x", "'=x", "''+1", "＝1"]


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_of_an_export_begins_as_a_formula(name: str) -> None:
    text = write_watch_file([replace(PLAIN, name=name)], "csv")
    cells = next(iter(list(csv.reader(io.StringIO(text)))[1:]))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in cells)
    assert drafts(text, "csv")[0].name == name.strip()


BAD_ROWS = {
    "no address": ("csv", "url,name\n,X\n", "Line 2: The address is missing."),
    "too many cells": ("csv", "url,name\na,b,c\n", "Line 2: The line has 3 cells, and there are 2 columns."),
    "no kind": ("csv", "url,kind\nhttps://t.me/x,radio\n", "Line 2: kind: “radio” is none of telegram_channel,"),
    "no interval": ("csv", "url,interval_seconds\nhttps://t.me/x,5m\n", "Line 2: interval_seconds: must be a whole"),
    "interval of nothing": ("csv", "url,interval_seconds\nhttps://t.me/x,0\n", "Line 2: interval_seconds: must be"),
    "no language": ("csv", "url,language\nhttps://t.me/x,ukrainian\n", "Line 2: language: “ukrainian” is no language"),
    "no visibility": (
        "csv",
        "url,visibility\nhttps://t.me/x,everybody\n",
        "Line 2: visibility: “everybody” is none of private, public.",
    ),
    "no truth": ("csv", "url,respect_robots\nhttps://t.me/x,maybe\n", "Line 2: respect_robots: must be true or false"),
    "a NUL": ("json", '[{"url": "https://t.me/x", "name": "a\\u0000b"}]', "Entry 1: name: holds characters"),
    "half a character": ("json", '[{"url": "https://t.me/x", "name": "\\ud800"}]', "Entry 1: name: holds characters"),
    "a misspelt field": ("json", '[{"url": "x", "lang": "uk"}]', "Entry 1: There is no field “lang”"),
    "no object": ("json", "[5]", "Entry 1: A watch is an object"),
    "an address that is a number": ("json", '[{"url": 5}]', "Entry 1: url: must be a text"),
    "an interval that is a truth": ("json", '[{"url": "x", "interval_seconds": true}]', "Entry 1: interval_seconds"),
    "tags of numbers": ("json", '[{"url": "x", "tags": [1]}]', "Entry 1: tags: must be a list of texts"),
    "selectors of nothing": ("json", '[{"url": "x", "selectors": {"only": []}}]', "Entry 1: selectors: must be"),
    "a long name": ("json", json.dumps([{"url": "x", "name": "n" * 201}]), "Entry 1: name: has 201 characters"),
}


@pytest.mark.parametrize(("media", "text", "message"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_bad_row_says_where_it_stands_and_what_is_wrong(media: Media, text: str, message: str) -> None:
    assert problem(text, media).startswith(message)


def test_a_bad_row_keeps_none_of_the_others_out() -> None:
    rows = parse_watch_file("url,language\nhttps://t.me/a,uk\nhttps://t.me/b,???\nhttps://t.me/c,\n", "csv")
    assert [isinstance(row, WatchDraft) for row in rows] == [True, False, True]


BAD_FILES = {
    "no JSON": ("json", "{"),
    "JSON too deep": ("json", "[" * 100_000),
    "no list": ("json", '{"url": "https://t.me/x"}'),
    "a number": ("json", "1" * 5000),
    "no lines": ("csv", ""),
    "unknown column": ("csv", "url,address\nx,y\n"),
    "no address column": ("csv", "name\nx\n"),
    "the same column twice": ("csv", "url,url\nx,y\n"),
    "an open quote": ("csv", 'url\n"https://t.me/x\n'),
    "no XML": ("opml", "hello"),
    "half an XML": ("opml", "<opml><body>"),
    "a document type": ("opml", '<!DOCTYPE opml [<!ENTITY a "b">]><opml/>'),
    "too many rows": ("text", "https://t.me/x\n" * (MOST_ROWS + 1)),
}


@pytest.mark.parametrize(("media", "text"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(media: Media, text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_watch_file(text, media)


@pytest.mark.parametrize("media", MEDIA)
@given(text=st.text(st.characters(exclude_categories=())) | st.text('<>"=&;,\n[]{}url:/#'))
def test_whatever_is_in_a_file_it_is_read_or_refused(media: Media, text: str) -> None:
    try:
        rows = parse_watch_file(text, media)
    except InvalidInput:
        return
    assert all(isinstance(row, WatchDraft | InvalidInput) for row in rows)


LINES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=60).filter(str.strip)


@pytest.mark.parametrize("media", ["json", "csv"])
@given(name=LINES, selectors=st.lists(LINES, max_size=3))
def test_whatever_a_watch_is_called_comes_back(media: Media, name: str, selectors: list[str]) -> None:
    watch = replace(PLAIN, name=name, selectors=Selectors(tuple(one.strip() for one in selectors)))
    (draft,) = drafts(write_watch_file([watch], media), media)
    assert draft.name == name.strip()
    assert draft.selectors == watch.selectors


@given(name=LINES)
def test_whatever_a_watch_is_called_the_outlines_are_whole(name: str) -> None:
    assert len(drafts(write_watch_file([replace(PLAIN, name=f"x{name}")], "opml"), "opml")) == 1
