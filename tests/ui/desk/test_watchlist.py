"""The watchlist in a browser: added after a look, paused, checked, changed, removed; in lists, and away as a file."""

import json
import re
from typing import Any

from app.domain.watches import WatchDraft, WatchState
from app.pipeline.newsroom import Newsroom
from app.pipeline.watchlist import add_watch
from app.storage import watches


def listed(newsroom: Newsroom) -> list[Any]:
    with newsroom.database.read() as conn:
        return list(watches.list_watches(conn).items)


def test_an_address_is_added_with_what_was_written_beside_it(editor: Any, newsroom: Newsroom):
    sent = {"url": "https://t.me/generalstaff", "name": "Staff", "tags": "front, military", "step": "add"}
    answer = editor.sends("/watches/add", **sent)
    (watch,) = listed(newsroom)
    assert answer.headers["location"] == f"/watches/{watch.id}?said=watch-added"
    assert (watch.name, watch.tags, watch.respect_robots) == ("Staff", ("front", "military"), False)
    page = editor.get(answer.headers["location"]).text
    assert "It is on the watchlist" in page
    assert "new on the watchlist" in page


def test_what_cannot_be_watched_is_said_and_the_form_keeps_what_was_written(editor: Any, newsroom: Newsroom):
    answer = editor.sends("/watches/add", url="nonsense here", name="Mine <b>", step="add")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Mine &lt;b&gt;" in answer.text
    assert listed(newsroom) == []


def test_the_same_address_twice_leads_to_the_watch_that_is_there(editor: Any, press: Any):
    answer = editor.sends("/watches/add", url=press.url, step="add")
    assert answer.status_code == 409
    assert f'href="/watches/{press.watch_id}"' in answer.text


def test_a_watch_is_paused_resumed_checked_and_removed(editor: Any, press: Any, newsroom: Newsroom):
    one = f"/watches/{press.watch_id}"
    for act, state in (("pause", WatchState.PAUSED), ("resume", WatchState.ACTIVE), ("check", WatchState.ACTIVE)):
        assert editor.sends(f"{one}/{act}").headers["location"].startswith("/watches?said=")
        assert listed(newsroom)[0].state is state
    assert editor.sends(f"{one}/check", **{"from": "watch"}).headers["location"].startswith(one)
    assert editor.sends(f"{one}/remove").status_code == 303
    assert listed(newsroom) == []
    assert editor.get(one).status_code == 404


def test_a_change_that_somebody_else_was_faster_with_is_refused(editor: Any, press: Any, newsroom: Newsroom):
    (watch,) = listed(newsroom)
    sent = {"name": "New name", "tags": "a;b", "revision": str(watch.revision), "visibility": "public"}
    assert editor.sends(f"/watches/{watch.id}", **sent).status_code == 303
    changed = listed(newsroom)[0]
    assert (changed.name, changed.tags, changed.publisher) == ("New name", ("a", "b"), watch.publisher)
    again = editor.sends(f"/watches/{watch.id}", **sent)
    assert again.status_code == 422
    assert "revision" in again.text


def test_the_list_shows_health_next_check_tags_and_edits(reader: Any, story: Any):
    page = reader.get("/watches").text
    assert "General Staff" in page
    assert "healthy" in page
    assert 'href="/watches?tag=military"' in page
    assert "1 edit in 30 days" in page
    assert "<button>Check now" not in page  # readers change nothing
    assert "No watch is like that" in reader.get("/watches?tag=other").text


def test_the_list_goes_on_where_it_ended(reader: Any, newsroom: Newsroom):
    for number in range(27):
        add_watch(newsroom, WatchDraft(f"https://t.me/channel{number:03}", name=f"Channel {number:03}"))
    first = reader.get("/watches").text
    onward = first.partition('rel="next" href="')[2].partition('"')[0]
    second = reader.get(onward).text
    shown = [f"Channel {number:03}</a>" for number in range(27)]
    assert sum(name in first for name in shown) == 25
    assert [name for name in shown if name in second] == shown[:2]


def test_a_list_is_imported_row_by_row(editor: Any, newsroom: Newsroom):
    text = "https://t.me/generalstaff\nnot an address\nhttps://t.me/other_channel\n"
    page = editor.sends("/watches/import", media="text", list=text).text
    assert "3 of 3 rows are done" in page
    assert "2 watches were added" in page
    assert "1 row was not" in page
    assert page.count("not added") == 1
    assert len(listed(newsroom)) == 2


def test_a_long_list_is_imported_in_steps(editor: Any, newsroom: Newsroom):
    text = "\n".join(f"https://t.me/channel{number:03}" for number in range(203))
    page = editor.sends("/watches/import", media="text", list=text).text
    assert "200 of 203 rows are done" in page
    assert "Go on with the next 3 rows" in page
    page = editor.sends("/watches/import", media="text", list=text, start="200", added="200", refused="0").text
    assert "203 of 203 rows are done" in page
    assert "203 watches were added" in page
    assert len(newsroom_rows(newsroom)) == 203


def newsroom_rows(newsroom: Newsroom) -> list[Any]:
    with newsroom.database.read() as conn:
        return list(watches.list_watches(conn, limit=500).items)


def test_a_file_that_is_none_is_refused_as_a_whole(editor: Any):
    answer = editor.sends("/watches/import", media="json", list="{")
    assert answer.status_code == 422
    assert "The file is not JSON" in answer.text


def test_the_watchlist_can_be_taken_away_and_brought_back(reader: Any, editor: Any, press: Any, newsroom: Newsroom):
    answer = reader.get("/watches/export.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="watchlist.json"'
    assert json.loads(answer.text)[0]["url"] == press.url
    for suffix in ("csv", "opml", "txt"):
        assert press.url in reader.get(f"/watches/export.{suffix}").text
    editor.sends(f"/watches/{press.watch_id}/remove")
    editor.sends("/watches/import", media="json", list=answer.text)
    assert [watch.url for watch in listed(newsroom)] == [press.url]


def test_hostile_names_stay_words(reader: Any, newsroom: Newsroom):
    name = "</svg><script>alert(1)</script>\u202e"
    add_watch(newsroom, WatchDraft("https://t.me/generalstaff", name=name, tags=("<b>", '"x"')))
    for path in ("/watches", f"/watches/{listed(newsroom)[0].id}"):
        page = reader.get(path).text
        assert "<script>alert" not in page
        assert "<b>" not in page


def test_the_statements_of_a_watch_can_all_be_reached(reader: Any, press_at: Any, clock: Any):
    place = "https://www.example.net/one"
    press = press_at(place)
    for number in range(12):
        press.url = f"https://www.example.net/{number}"
        press.says(f"Statement number {number} says this and that.")
    first = reader.get(f"/watches/{press.watch_id}").text
    onward = first.partition('rel="next" href="')[2].partition('"')[0].partition("#")[0]
    shown = set(re.findall(r"/statements/[0-9a-f-]{36}", first))
    assert len(shown) == 10
    assert len(shown | set(re.findall(r"/statements/[0-9a-f-]{36}", reader.get(onward).text))) == 12
