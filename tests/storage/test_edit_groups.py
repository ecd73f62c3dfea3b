"""The same edit in many statements is one row, by index, page by page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.claims.compare import compare
from app.domain.claims import Level
from app.domain.edits import AnalysisState, Confirmation, Edit, EditKind
from app.domain.ids import EditId, StatementId
from app.domain.statements import Statement, StatementState
from app.storage import beginnings, edit_groups, edits
from app.storage.edit_groups import list_edit_groups
from app.storage.identity import new_id

BEFORE = "Мер відкрив новий міст. Роботи тривали три роки."
AFTER = "Мер відкрив новий міст."


@pytest.fixture
def add_edit(database, clock):
    """A statement of a watch that was edited once, now."""

    def add(watch, before=BEFORE, after=AFTER, **changes):
        now = clock.move(1)
        statement = Statement(
            StatementId(new_id()), watch.id, str(new_id()), watch.url, StatementState.PRESENT, None, now, now, now,
            None, None, 2, 1, None, "uk",
        )  # fmt: skip
        found = compare(before, after, language="uk")
        edit = Edit(
            id=EditId(new_id()),
            statement_id=statement.id,
            watch_id=watch.id,
            kind=EditKind.WORDING,
            from_version=1,
            to_version=2,
            restores=None,
            last_seen_unchanged_at=now,
            first_seen_changed_at=now,
            stood_seconds=60.0,
            seconds_since_publication=None,
            earlier_edits=0,
            confirmation=Confirmation.NOT_NEEDED,
            confirmed_at=None,
            analysis_state=AnalysisState.DONE,
            analysis_attempts=0,
            analyzer_version=found.analyzer_version,
            statement_action=None,
            score=found.score,
            level=found.level,
            disclosed=False,
            marked_edited=False,
            language="uk",
            facets_supported=(),
            truncated=False,
            change_hash=found.change_hash,
            pins=(),
            is_technical=False,
        )
        edit = replace(edit, **changes)
        with database.write() as conn:
            beginnings.add_statement(conn, statement, read_from="own", read_by="x", text_sha256="0" * 64)
            edits.add_edit(conn, edit, found.changes)
        return edit

    return add


@pytest.fixture
def groups(database, clock):
    def read(since=timedelta(days=1), **options):
        with database.read() as conn:
            return list_edit_groups(conn, since=clock() - since, **options)

    return read


def test_seven_ministries_are_one_row(add_watch, add_edit, groups):
    made = [add_edit(add_watch(f"https://{n}.example.org/", publisher=f"Ministry {n}")) for n in range(7)]
    add_edit(add_watch("https://other.example.org/"), after="Мер відкрив старий міст. Роботи тривали три роки.")
    (group,) = groups().items
    assert (group.edits, group.statements, group.watches) == (7, 7, 7)
    assert group.publishers == tuple(f"Ministry {n}" for n in range(7))
    assert group.latest == made[-1]
    assert (group.first_at, group.last_at) == (made[0].first_seen_changed_at, made[-1].first_seen_changed_at)
    assert (group.before, group.after) == ("Роботи тривали три роки.", "")
    assert group.change_hash == made[0].change_hash


def test_the_rest_of_the_statement_does_not_count(add_watch, add_edit, groups):
    watch = add_watch()
    add_edit(watch, before=f"Вранці дощ. {BEFORE}", after=f"Вранці дощ. {AFTER}")
    add_edit(watch, before=f"Увечері сніг. {BEFORE}", after=f"Увечері сніг. {AFTER}")
    (group,) = groups().items
    assert (group.statements, group.watches, group.publishers) == (2, 1, (watch.publisher,))


def test_one_statement_alone_is_no_group_and_neither_is_what_we_did_ourselves(add_watch, add_edit, groups):
    watch = add_watch()
    add_edit(watch)
    assert groups().items == ()
    add_edit(watch, is_technical=True)
    assert groups().items == ()
    add_edit(watch, score=0.0, level=Level.COSMETIC)
    assert groups().items == ()
    add_edit(watch)
    assert groups().items[0].edits == 2


def test_only_what_is_recent_enough_counts(add_watch, add_edit, groups, clock):
    watch = add_watch()
    add_edit(watch)
    clock.move(7200)
    add_edit(watch)
    assert groups(since=timedelta(hours=1)).items == ()
    assert groups(since=timedelta(hours=3)).items[0].edits == 2


def test_pages_show_each_group_once_newest_first(add_watch, add_edit, groups, monkeypatch):
    monkeypatch.setattr(edit_groups, "AT_ONCE", 4)
    monkeypatch.setattr(edit_groups, "MOST_WALKED", 8)
    watch = add_watch()
    for number in [*range(6), *range(6), *range(3)]:
        add_edit(watch, after=f"Мер відкрив міст {number}. Роботи тривали три роки.")
    whole = groups()
    seen = list(whole.items)
    while whole.next is not None:
        whole = groups(after=whole.next)
        seen += whole.items
    assert len({group.change_hash for group in seen}) == len(seen) == 6
    assert [group.last_at for group in seen] == sorted((group.last_at for group in seen), reverse=True)
    assert [group.edits for group in seen] == [3, 3, 3, 2, 2, 2]
    one_by_one, place = [], None
    while len(one_by_one) < 6:
        page = groups(after=place, limit=1)
        one_by_one += page.items
        place = page.next
    assert one_by_one == seen


def test_edits_of_one_moment_are_told_once(add_watch, add_edit, groups, clock):
    at = clock()
    made = [add_edit(add_watch(f"https://{n}.example.org/"), first_seen_changed_at=at) for n in range(3)]
    (group,) = groups().items
    assert group.latest.id == max(edit.id for edit in made)


def test_edits_of_a_statement_come_in_the_order_of_the_one_clock_and_not_of_their_ids(database, add_watch, add_edit):
    watch = add_watch()
    made_late, made_early = EditId(new_id()), EditId(new_id())
    first = add_edit(watch, id=max(made_late, made_early), restores=1)
    second = add_edit(watch, id=min(made_late, made_early), restores=1, statement_id=first.statement_id)
    with database.read() as conn:
        assert [one.id for one in edits.list_edits_of_statement(conn, first.statement_id)] == [first.id, second.id]
        assert edits.find_last_return(conn, first.statement_id).id == second.id
