"""The watchlist, typed: looked at before, added, listed, checked, paused, removed, brought along and taken away."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.api.watch_files import Imported, PreviewTold
from app.api.watches import Watches, WatchTold
from app.demo.telegram import TelegramStandIn

PUBLISHED = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
PAGE = """<html><head><title>Заява</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>
<body><nav>Меню</nav><article><h1>Заява міністерства</h1><p>{text}</p></article></body></html>"""
TEXT = "Міністерство повідомляє, що сьогодні вранці було знищено 47 безпілотників над трьома областями країни."


@pytest.fixture
def page(pages: Any) -> str:
    url, there = pages
    there["/news/1"] = PAGE.format(text=TEXT)
    return f"{url}/news/1"


def added(run: Any, *words: str) -> str:
    """Add a watch without looking; the last characters of its id."""
    return str(run("watch", "add", *words, "--no-preview", "--json").json["id"])[-8:]


def test_what_would_be_read_is_shown_before_a_watch_is_added(on_each: Any, telegram: TelegramStandIn) -> None:
    telegram.publish("Нові наступальні операції на Курщині.", PUBLISHED)
    done = on_each("watch", "add", "@generalstaff", "--tag", "kursk", "--tag", "military", "--interval", "2m")
    assert done.code == 0
    assert "Нові наступальні операції" in done.out
    assert "telegram_channel" in done.out
    assert "kursk, military" in done.out
    (watch,) = on_each("watch", "list", "--json").json["items"]
    assert (watch["tags"], watch["interval_seconds"]) == (["kursk", "military"], 120)


def test_json_has_the_shape_of_the_interface(has_shape: Any, run: Any, page: str) -> None:
    made = run("watch", "add", page, "--json", "--include", "article", "--name", "Ministry").json
    has_shape(WatchTold, made)
    listed = run("watch", "list", "--json").json
    has_shape(Watches, listed)
    seen = run("watch", "preview", page, "--json").json
    has_shape(PreviewTold, seen)


def test_a_feed_that_a_page_names_is_mentioned(run: Any, page: str) -> None:
    done = run("watch", "preview", page)
    assert done.code == 0
    assert "47 безпілотників" in done.out
    assert "/feed.xml" in done.err
    assert run("watch", "list", "--json").json["items"] == []


BAD = {
    "nothing there": (["watch", "add", "{site}/none"], 1, "There is nothing at"),
    "no address": (["watch", "add", "ftp://example.org/"], 2, "Only http and https"),
    "no selector": (["watch", "add", "{site}/x", "--include", "p[["], 2, "p[["),
    "no interval": (["watch", "add", "{site}/x", "--interval", "often"], 2, "no length of time"),
    "an interval of nothing": (["watch", "add", "{site}/x", "--interval", "0"], 2, "interval_seconds"),
    "no language": (["watch", "add", "{site}/x", "--language", "Ukrainian"], 2, "no language"),
    "no tag": (["watch", "add", "{site}/x", "--tag", "a\x01b"], 2, "no tag"),
    "not public": (["watch", "add", "http://10.0.0.1/"], 4, "not public"),
    "no pin": (["watch", "add", "{site}/x", "--pin", "abcdef12", "--no-preview"], 3, "There is no pin"),
    "no kind": (["watch", "add", "{site}/x", "--kind", "radio"], 2, "radio"),
    "no watch": (["watch", "check", "abcdef12"], 3, "There is no watch"),
    "no id": (["watch", "pause", "abc"], 2, "at least its last 6"),
    "no file": (["watch", "import", "none.csv"], 3, "There is no file"),
    "no format": (["watch", "import", "-"], 2, "--format"),
}


@pytest.mark.parametrize(("words", "code", "message"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_done_is_said_in_one_line_and_loses_nothing(
    run: Any, pages: Any, words: Any, code: Any, message: Any
) -> None:
    run("migrate")
    done = run(*(word.format(site=pages[0]) for word in words))
    assert done.code == code
    assert message in done.err
    assert "Traceback" not in done.err
    assert run("watch", "list", "--json").json["items"] == []


def test_an_address_that_is_watched_already_is_refused(on_each: Any, page: str) -> None:
    added(on_each, page)
    done = on_each("watch", "add", page, "--no-preview")
    assert (done.code, done.out) == (4, "")
    assert "already watched" in done.err


def test_a_check_in_this_process_shows_what_it_brought(on_each: Any, telegram: TelegramStandIn) -> None:
    telegram.publish("Нові наступальні операції на Курщині розпочато сьогодні.", PUBLISHED)
    watch = added(on_each, "@generalstaff")
    done = on_each("watch", "check", watch, "--here")
    assert done.code == 0
    assert "General Staff" in done.out
    assert "outcome     read" in done.out
    again = on_each("watch", "check", watch, "--here", "--json").json
    assert again["visit"]["found"] == 1
    assert again["events"] == []
    assert WatchTold.model_validate(again["watch"]).last_outcome == "read"


def test_a_check_that_could_not_read_ends_with_one(run: Any, pages: Any) -> None:
    watch = added(run, f"{pages[0]}/none")
    done = run("watch", "check", watch, "--here")
    assert done.code == 1
    assert "unreadable" in done.out


def test_a_check_can_be_left_to_the_workers(run: Any, page: str) -> None:
    watch = added(run, page)
    done = run("watch", "check", watch)
    assert done.code == 0
    assert "asked for" in done.out


def test_a_paused_watch_waits_and_is_resumed(run: Any, page: str) -> None:
    watch = added(run, page)
    assert run("watch", "pause", watch, "--json").json["state"] == "paused"
    assert run("watch", "check", watch, "--here").code == 2
    assert [one["state"] for one in run("watch", "list", "--state", "paused", "--json").json["items"]] == ["paused"]
    assert run("watch", "resume", watch, "--json").json["state"] == "active"


def test_what_is_known_of_a_watch_is_changed_and_taken_away(on_each: Any) -> None:
    watch = added(on_each, "https://example.org/news", "--language", "uk", "--tag", "old", "--exclude", "aside")
    words = ["--name", "Ministry", "--tag", "a", "--tag", "b", "--interval", "1m", "--include", "article"]
    changed = on_each("watch", "change", watch, *words, "--ignore-robots", "--json").json
    assert (changed["name"], changed["tags"], changed["interval_seconds"]) == ("Ministry", ["a", "b"], 60)
    assert changed["selectors"] == {"include": ["article"], "exclude": ["aside"]}
    assert (changed["language"], changed["respect_robots"], changed["revision"]) == ("uk", False, 2)
    taken = ["--forget", "language", "--forget", "interval", "--forget", "include", "--forget", "tags"]
    bare = on_each("watch", "change", watch, *taken, "--ask-robots", "--json").json
    assert (bare["language"], bare["interval_seconds"], bare["tags"], bare["respect_robots"]) == (None, None, [], True)
    assert bare["selectors"] == {"include": [], "exclude": ["aside"]}
    assert "Ministry" in on_each("watch", "show", watch).out
    assert on_each("watch", "change", watch, "--name", " ").code == 2
    assert on_each("watch", "show", watch, "--json").json["name"] == "Ministry"


def test_a_watch_is_public_only_where_that_is_said(on_each: Any) -> None:
    hidden = added(on_each, "https://example.org/a")
    shown = added(on_each, "https://example.org/b", "--public")
    listed = {kind: on_each("watch", "list", f"--{kind}", "--json").json["items"] for kind in ("private", "public")}
    assert {kind: [one["url"] for one in found] for kind, found in listed.items()} == {
        "private": ["https://example.org/a"],
        "public": ["https://example.org/b"],
    }
    assert "anybody" in on_each("watch", "show", shown).out
    assert on_each("watch", "change", shown, "--tag", "a", "--json").json["visibility"] == "public"
    assert on_each("watch", "change", shown, "--private", "--json").json["visibility"] == "private"
    assert on_each("watch", "change", hidden, "--public", "--json").json["visibility"] == "public"
    audit = on_each("audit", "--json").json["items"][0]
    assert audit["changes"] == {"visibility": {"before": "private", "after": "public"}}


def test_a_removed_watch_keeps_its_history_unless_that_is_said_twice(on_each: Any, telegram: TelegramStandIn) -> None:
    telegram.publish("Нові наступальні операції на Курщині розпочато сьогодні.", PUBLISHED)
    watch = added(on_each, "@generalstaff")
    on_each("watch", "check", watch, "--here")
    refused = on_each("watch", "remove", watch, "--forget-history")
    assert refused.code == 2
    assert "--yes" in refused.err
    done = on_each("watch", "remove", watch)
    assert "its history stays" in done.out
    assert len(on_each("statement", "list", "--json").json["items"]) == 1
    assert on_each("watch", "list", "--json").json["items"] == []
    gone = on_each("watch", "remove", watch, "--forget-history", "--yes", "--json").json
    assert gone["state"] == "removed"
    assert on_each("statement", "list", "--json").json["items"] == []


def test_a_list_comes_and_goes_as_a_file(on_each: Any, desk: Path) -> None:
    (desk / "list.csv").write_text(
        "url,name,tags,interval_seconds\nhttps://t.me/a_channel,=Evil,kursk;military,120\nhttps://example.org/,,,\n",
        "utf-8",
    )
    done = on_each("watch", "import", "list.csv")
    assert done.code == 0
    assert "2 added, 0 not." in done.out
    assert on_each("watch", "export", "--format", "csv", "--output", "out.csv").code == 0
    assert "'=Evil" in (desk / "out.csv").read_text("utf-8")
    (exported, _) = json.loads(on_each("watch", "export").out)
    assert (exported["name"], exported["tags"]) == ("=Evil", ["kursk", "military"])
    assert on_each("watch", "export", "--format", "text", "--tag", "kursk").out == "https://t.me/a_channel\n"


def test_every_row_of_a_file_is_told_of(has_shape: Any, run: Any) -> None:
    rows = "https://t.me/a_channel\nftp://x\nhttps://t.me/a_channel\n"
    done = run("watch", "import", "-", "--format", "text", "--json", stdin=rows)
    assert done.code == 1
    assert (done.json["added"], done.json["refused"]) == (1, 2)
    problems = [row["problem"] and row["problem"]["type"] for row in done.json["rows"]]
    assert problems == [None, "urn:walkback:problem:invalid-address", "urn:walkback:problem:duplicate-watch"]
    has_shape(Imported, done.json)
    shown = run("watch", "import", "-", "--format", "text", stdin=rows)
    assert shown.code == 1
    assert "0 added, 3 not." in shown.out


def test_a_list_is_cut_and_says_so(run: Any) -> None:
    rows = "".join(f"https://t.me/channel_{number}\n" for number in range(3))
    run("watch", "import", "-", "--format", "text", stdin=rows)
    cut = run("watch", "list", "--limit", "2")
    assert cut.out.count("telegram_channel") == 2
    assert "--limit 0 shows all" in cut.err
    assert run("watch", "list", "--limit", "0").out.count("telegram_channel") == 3
