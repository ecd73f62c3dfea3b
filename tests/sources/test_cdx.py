"""The index of an archive: what can be used of it, and what every kind of nonsense in its place is called."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.archives import FIRST_ARCHIVED, LAST_NUMBER, ListedCapture, Lookup, Range, moment_of, timestamp_of
from app.domain.pages import Page
from app.sources.archived import capture_url
from app.sources.cdx import PAGE_ROWS, IndexPage, NoIndex, index_url, read_index, same_place, usable_timestamp

NOW = datetime(2025, 1, 8, tzinfo=UTC)
URL = "https://www.example.org/statement"
LOOKUP = Lookup(URL, None)
HEAD = ["timestamp", "original", "mimetype", "statuscode", "digest"]
GOOD = ["20241224080000", URL, "text/html", "200", "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH"]


def page(body, status=200):
    content = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Page("https://archive.example/cdx", "https://archive.example/cdx", status, {}, content, (), NOW)


def read(body, wanted=Range(), status=200):  # noqa: B008  # a frozen value
    return read_index(page(body, status), LOOKUP, wanted, now=NOW)


def test_a_page_lists_captures_and_says_how_to_go_on():
    found = read([HEAD, GOOD, [], ["org,example)/statement 20241224080000"]])
    assert found == IndexPage(
        (ListedCapture(20241224080000, URL, GOOD[4], "text/html"),), {}, 1, "org,example)/statement 20241224080000"
    )


def test_columns_may_come_in_any_order_and_under_the_names_of_pywb():
    found = read([["url", "digest", "status", "timestamp"], [URL, GOOD[4], "200", GOOD[0]]])
    assert found.captures == (ListedCapture(20241224080000, URL, GOOD[4], None),)
    line = json.dumps({"url": URL, "timestamp": GOOD[0], "status": "200", "mime": "text/html", "digest": GOOD[4]})
    assert read(f"{line}\n{line}\n").captures[0] == ListedCapture(20241224080000, URL, GOOD[4], "text/html")


@pytest.mark.parametrize("body", ["", "[]", [], [HEAD]])
def test_an_archive_without_captures_is_no_error(body):
    assert read(body) == IndexPage((), {}, 0, None)


NO_INDEX = {
    "a page for people": ("<html><body>Temporarily offline</body></html>", "HTML"),
    "a list that is cut short": (json.dumps([HEAD, GOOD])[:-9], "cut short"),
    "an object that is cut short": ('{"url": "https://ex', "cut short"),
    "an object in the place of rows": ('{"message": "error"}\n["x"]', "cut short"),
    "a list of numbers": ([1, 2, 3], "another form"),
    "columns without a time": ([["original", "digest"], [URL, "x"]], "no column “timestamp”"),
    "columns without an address": ([["timestamp"], ["20241224080000"]], "no column “original”"),
    "bytes": (b"\xff\xfe\x00\x01", "no text"),
    "brackets without end": ("[" * 100_000, "deeply"),
    "words": ("org.archive.util.io.RuntimeIOException: blocked", "cut short"),
}


@pytest.mark.parametrize(("body", "detail"), NO_INDEX.values(), ids=NO_INDEX)
def test_what_is_no_index_is_named(body, detail):
    found = read(body)
    assert isinstance(found, NoIndex)
    assert detail in found.detail


def test_an_error_of_the_index_is_named():
    assert read([HEAD, GOOD], status=403) == NoIndex("the index answered 403")


REFUSED = {
    "a time in the future": (["20991224080000", URL, "text/html", "200", ""], "without a possible time"),
    "a month that is none": (["20241324080000", URL, "text/html", "200", ""], "without a possible time"),
    "a time that is cut": (["202412", URL, "text/html", "200", ""], "without a possible time"),
    "no digits": (["20241224٠٨0000", URL, "text/html", "200", ""], "without a possible time"),
    "before the web": (["19700101000000", URL, "text/html", "200", ""], "without a possible time"),
    "nothing at all": (["", "", "", "", ""], "without a possible time"),
    "another address": (["20241224080000", "https://evil.example/", "text/html", "200", ""], "of another address"),
    "no address": (["20241224080000", "javascript:alert(1)", "text/html", "200", ""], "of another address"),
    "a redirect": (["20241224080000", URL, "text/html", "302", ""], "redirects"),
    "an error": (["20241224080000", URL, "text/html", "404", ""], "of errors"),
    "too few columns": (["20241224080000"], "of another address"),
    "other types": ([20241224080000, None, 1, 200, {}], "of another address"),
}


@pytest.mark.parametrize(("row", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_row_that_cannot_be_used_is_counted_with_the_reason(row, reason):
    found = read([HEAD, row, GOOD])
    assert (found.refused, len(found.captures), found.rows) == ({reason: 1}, 1, 2)


def test_a_row_outside_the_range_is_not_taken():
    found = read([HEAD, GOOD], Range(datetime(2025, 1, 1, tzinfo=UTC)))
    assert found.refused == {"outside the time asked for": 1}


def test_a_full_page_without_a_key_is_gone_on_with_from_its_last_row():
    rows = [
        json.dumps({"url": URL, "timestamp": f"{20200101000000 + second}", "status": "200"}) for second in range(59)
    ]
    full = read("\n".join(rows * 17))
    assert full.rows == 59 * 17 > PAGE_ROWS
    wanted = Range(datetime(2019, 1, 1, tzinfo=UTC))
    asked = parse_qs(urlsplit(index_url("https://a.example/cdx", LOOKUP, wanted, resume_key=full.resume_key)).query)
    assert (asked["from"], asked.get("resumeKey")) == (["20200101000058"], None)
    assert read("\n".join(rows)).resume_key is None


def test_the_same_bytes_as_before_are_a_capture_though_the_index_names_no_status():
    revisit = ["20241225080000", URL, "warc/revisit", "-", GOOD[4]]
    assert [one.timestamp for one in read([HEAD, revisit]).captures] == [20241225080000]


def test_the_request_asks_for_pages_that_answered_and_for_runs_of_bytes_once():
    wanted = Range(datetime(2022, 2, 24, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC))
    url = index_url("https://archive.example/cdx", Lookup("https://t.me/s/x?a=1&b=2", None), wanted, resume_key="k e&y")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert asked == {
        "url": "https://t.me/s/x?a=1&b=2",
        "output": "json",
        "fl": "timestamp,original,mimetype,statuscode,digest",
        "filter": "!statuscode:[345]..",
        "collapse": "digest",
        "limit": "1000",
        "showResumeKey": "true",
        "from": "20220224000000",
        "to": "20230101000000",
        "resumeKey": "k e&y",
    }


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (URL, "http://example.org/statement/", True),
        ("https://t.me/x/1?embed=1&mode=tme", "https://t.me/x/1?mode=tme&embed=1", True),
        (URL, "https://example.org/statement?page=2", False),
        (URL, "https://example.org.evil.example/statement", False),
        (URL, "https://example.org:8443/statement", False),
        (URL, "not an address", False),
    ],
)
def test_the_same_place_is_known_in_the_forms_of_archives(one, other, is_same):
    assert same_place(one, other) is is_same


def test_the_address_of_a_capture_stays_at_the_archive():
    listed = ListedCapture(20241224080000, "https://example.org/a b?q=ü#x", None, None)
    assert capture_url("https://archive.example/web", listed) == (
        "https://archive.example/web/20241224080000id_/https://example.org/a%20b?q=%C3%BC#x"
    )


@given(st.integers(0, 35 * 365 * 86_400))
def test_a_moment_survives_its_fourteen_digits(seconds):
    at = datetime(1990, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)
    number = timestamp_of(at)
    assert FIRST_ARCHIVED <= number <= LAST_NUMBER
    assert moment_of(number) == at.replace(microsecond=0)
    assert usable_timestamp(str(number), now=NOW) == number


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_no_bytes_make_the_reader_fail(body):
    assert isinstance(read(body), IndexPage | NoIndex)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*HEAD, *GOOD, ""]),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=30,
)


@given(st.lists(JSON, max_size=8), st.booleans())
def test_no_json_makes_the_reader_fail_or_lists_what_was_not_asked_for(rows, with_head):
    found = read([HEAD, *rows] if with_head else rows)
    for one in found.captures if isinstance(found, IndexPage) else ():
        assert same_place(one.original_url, URL)
        assert one.captured_at <= NOW
