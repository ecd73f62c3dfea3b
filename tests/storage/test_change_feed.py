"""The feed of events: gapless, in the order of commits, so that a reader by cursor never misses a late one."""

import re
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.events import EventType
from app.domain.ids import EventId, StatementId
from app.storage import events
from app.storage.events import NewEvent
from app.storage.identity import new_id


@pytest.fixture
def told(clock):
    def make(name, kind=EventType.TEST):
        return NewEvent(EventId(new_id()), kind, clock(), {"type": kind, "name": name})

    return make


def read(database, after=0, **wishes):
    with database.read() as conn:
        return events.list_events(conn, after=after, **wishes)


def test_events_are_numbered_from_one_without_gaps(database, told):
    for number in range(3):
        with database.write() as conn:
            events.add_events(conn, [told(f"{number} a"), told(f"{number} b")])
    assert [event.position for event in read(database)] == [1, 2, 3, 4, 5, 6]
    with database.read() as conn:
        assert events.last_position(conn) == 6


def test_what_was_told_before_is_not_read_again_when_something_is_told(database, told):
    """Whether strangers may read an event is asked of its statement: the feed may hold millions that they may not."""
    asked: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda _c, _k, text, *_: asked.append(text))
    new = replace(told("edited", EventType.STATEMENT_EDITED), statement_id=StatementId(new_id()))
    with database.write() as conn:
        events.add_events(conn, [new])
    questions = [text for text in asked if text.lstrip().startswith("SELECT")]
    assert questions
    assert not [text for text in questions if re.search(r"\bFROM event\b", text)]


def test_a_transaction_that_is_undone_leaves_no_gap(database, told):
    with database.write() as conn:
        events.add_events(conn, [told("kept")])
    with pytest.raises(ZeroDivisionError), database.write() as conn:
        _add_and_stumble(conn, told("lost"))
    with database.write() as conn:
        events.add_events(conn, [told("kept too")])
    assert [(event.position, event.body["name"]) for event in read(database)] == [(1, "kept"), (2, "kept too")]


def _add_and_stumble(conn, event):
    events.add_events(conn, [event])
    raise ZeroDivisionError


def test_a_page_of_the_feed_begins_behind_the_cursor_and_may_be_of_some_types_only(database, told):
    with database.write() as conn:
        events.add_events(conn, [told("a"), told("b", EventType.STATEMENT_EDITED), told("c"), told("d")])
    assert [event.body["name"] for event in read(database, after=1, limit=2)] == ["b", "c"]
    assert [event.body["name"] for event in read(database, types=[EventType.STATEMENT_EDITED])] == ["b"]


def test_the_body_is_kept_to_the_letter(database, told):
    new = NewEvent(EventId(new_id()), EventType.TEST, told("x").at, {"text": "«Наступ» \u202e 🇺🇦 \\ \n", "n": 1.5})
    with database.write() as conn:
        events.add_events(conn, [new])
    with database.read() as conn:
        assert events.get_body(conn, new.id) == events.body_text(new.body)
        assert events.get_event(conn, new.id).body == new.body


def test_an_event_that_does_not_exist_is_not_found(database):
    with database.read() as conn:
        with pytest.raises(NotFound):
            events.get_event(conn, EventId(new_id()))
        with pytest.raises(NotFound):
            events.get_body(conn, EventId(new_id()))


def test_a_reader_by_cursor_never_misses_an_event_that_is_committed_late(database, told):
    """The slow writer begins first and commits last; the quick one has to wait for its place in the order."""
    slow_has_added, quick_has_begun, reader_has_read = threading.Event(), threading.Event(), threading.Event()
    committed: list[str] = []

    def slow():
        with database.write() as conn:
            events.add_events(conn, [told("slow")])
            slow_has_added.set()
            quick_has_begun.wait(10)
            reader_has_read.wait(10)
        committed.append("slow")

    def quick():
        slow_has_added.wait(10)
        quick_has_begun.set()
        with database.write() as conn:
            events.add_events(conn, [told("quick")])
        committed.append("quick")

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    for thread in threads:
        thread.start()
    quick_has_begun.wait(10)
    first = read(database)
    reader_has_read.set()
    for thread in threads:
        thread.join(30)
    cursor = first[-1].position if first else 0
    second = read(database, after=cursor)
    assert [event.body["name"] for event in (*first, *second)] == ["slow", "quick"]
    assert [event.position for event in (*first, *second)] == [1, 2]


def test_many_writers_and_a_reader_by_cursor(database, told):
    writers, each = 4, 25
    start = threading.Barrier(writers + 1)
    done = threading.Event()
    seen: list[tuple[int, str]] = []

    def write(name):
        start.wait(10)
        for number in range(each):
            with database.write() as conn:
                events.add_events(conn, [told(f"{name}-{number}")])

    def follow():
        start.wait(10)
        while True:
            was_done = done.is_set()
            page = read(database, after=seen[-1][0] if seen else 0, limit=7)
            seen.extend((event.position, event.body["name"]) for event in page)
            if was_done and not page:
                return

    threads = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(writers)]
    reader = threading.Thread(target=follow)
    for thread in (*threads, reader):
        thread.start()
    for thread in threads:
        thread.join(60)
    done.set()
    reader.join(60)
    assert [position for position, _ in seen] == list(range(1, writers * each + 1))
    assert len({name for _, name in seen}) == writers * each
    for number in range(writers):
        mine = [name for _, name in seen if name.startswith(f"w{number}-")]
        assert mine == [f"w{number}-{place}" for place in range(each)]
