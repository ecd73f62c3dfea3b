"""Importing the past from the command line: what is said at the end, and what is typed wrongly."""

import pytest

from app.api.backfills import BackfillTold
from app.cli.exits import Exit

OPENING = "The General Staff reports on the situation along the border with its neighbours this week."


def page(sentence):
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Statement</title></head><body>'
        f"<main><article><h1>Statement</h1><p>{OPENING}</p><p>{sentence} Five villages are under control.</p>"
        "</article></main></body></html>"
    )


def record(url, date, written):
    """One record of a WARC file that is not compressed."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + written.encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"Content-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


@pytest.fixture
def url(run, pages, archive):
    """A page that is watched and was seen once, and two captures of what stood there before."""
    site, there = pages
    there["/statement"] = page("Our forces began combat operations in the Kursk region.")
    address = f"{site}/statement"
    added = run("watch", "add", address, "--publisher", "General Staff", "--language", "en", "--no-preview", "--json")
    assert run("watch", "check", added.json["id"], "--here").code == Exit.DONE
    archive[20241224080000, address] = page("Our forces began new offensive operations in the Kursk region.")
    archive[20241225080000, address] = "<html><head><title>Just a moment...</title></head><body></body></html>"
    archive[20241230080000, address] = page("Our forces began offensive operations in the Kursk region.")
    return address


def test_the_account_says_what_was_brought_and_what_weighs_most(run, url):
    answer = run("backfill", url)
    assert answer.code == Exit.DONE
    assert "3 of 3 captures" in answer.out
    assert "2 new versions" in answer.out
    assert "2 new steps between wordings" in answer.out
    assert "captures of block pages: 1" in answer.out
    assert "The weightiest steps:" in answer.out
    assert "offensive" in answer.out.partition("The weightiest steps:")[2]
    assert "no capture that was not read before" in run("backfill", url).out


def test_programs_get_what_the_interface_tells(run, url, has_shape):
    answer = run("backfill", url, "--from", "2024-12-24", "--to", "2024-12-30", "--limit", "10", "--json")
    has_shape(BackfillTold, answer.json)
    assert (answer.json["state"], answer.json["versions"], answer.json["edits"]) == ("done", 2, 2)
    statement = run("statement", "list", "--json").json["items"][0]["id"]
    shown = run("statement", "versions", statement)
    assert "20241224080000" in shown.out
    assert "seen by 127.0.0.1" in shown.out
    quote = run("quote", "Our forces began new offensive operations in the Kursk region.", "--lang", "en")
    assert "in an archive capture of 2024-12-24 08:00:00 UTC" in quote.out


def test_in_a_file_a_long_import_says_now_and_then_how_far_it_is(run, url, archive):
    for day in range(1, 25):
        archive[20240100080000 + day * 1_000_000, url] = page(f"Our forces hold {day} villages in the Kursk region.")
    said = run("backfill", url, "--to", "2024-01-31").err.splitlines()
    told = [line for line in said if line.startswith("Reading captures: ")]
    assert told[0] == "Reading captures: 0 of 24"
    assert told[-1] == "Reading captures: 24 of 24"
    assert 5 < len(told) < 15


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("backfill",), Exit.USAGE, "--warc"),
        (("backfill", "https://www.example.org/elsewhere"), Exit.NOT_FOUND, "walkback watch add"),
        (("backfill", "abcdef12"), Exit.NOT_FOUND, "There is no watch"),
        (("backfill", "not an address"), Exit.USAGE, ""),
        (("backfill", "https://t.me/x", "--from", "yesterday"), Exit.USAGE, "no instant"),
        (("backfill", "--warc", "nowhere.warc"), Exit.NOT_FOUND, "There is no file nowhere.warc"),
    ],
)
def test_what_is_typed_wrongly_is_said(run, words, code, said):
    answer = run(*words)
    assert (answer.code, said in answer.err) == (code, True)


def test_two_files_of_one_name_are_both_read(run, url, desk):
    for year, amount in ((2023, "Six"), (2024, "Seven")):
        (desk / str(year)).mkdir()
        (desk / str(year) / "crawl.warc").write_bytes(
            record(url, f"{year}-12-20T08:00:00Z", page(f"{amount} villages."))
        )
    answer = run("backfill", "--warc", "2023/crawl.warc", "--warc", "2024/crawl.warc", "--json")
    assert [done["versions"] for done in answer.json["backfills"]] == [2]


def test_files_are_read_and_broken_records_named(run, url, desk):
    whole = record(url, "2024-12-20T08:00:00Z", page("Our forces began new defensive operations in the Kursk region."))
    (desk / "crawl.warc").write_bytes(b"garbage\r\n" + whole)
    answer = run("backfill", "--warc", "crawl.warc", "--json")
    assert answer.code == Exit.FAILED
    assert "Records that could not be read: 1; the first in crawl.warc at byte 0" in answer.err
    (done,) = answer.json["backfills"]
    assert (done["source"], done["state"], done["versions"], done["edits"]) == ("warc", "done", 1, 1)
