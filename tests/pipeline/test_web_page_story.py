"""A press release over its life: seen, edited, put back, moved, gone and there again."""

from datetime import timedelta

import pytest

from app.domain.claims import Action, Level, StatementAction
from app.domain.edits import Confirmation, EditKind
from app.domain.observations import Outcome
from app.domain.records import canonical_record, sha256_hex
from app.domain.statements import StatementState
from app.domain.watches import Selectors, WatchDraft, WatchHealth
from app.pipeline.watchlist import WatchChange, add_watch, change_watch, check_now
from app.storage import captures

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
SECOND = "Payments do not depend on income, and nobody has to apply for them at any office of the ministry."
THIRD = "The money comes from the reserve of the budget, which parliament approved in the autumn of last year."
SOFTER = FIRST.replace("will pay every family 500 euros", "may pay some families 200 euros")


@pytest.fixture
async def watch(newsroom, site, release, later):
    site.pages["/release"] = release(FIRST, SECOND, THIRD)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release", publisher="Ministry of Finance"))
    await later(1)
    return made


async def test_the_text_of_the_page_is_kept_with_its_bytes_and_what_proves_them(newsroom, watch, record, site):
    version = record.versions()[0]
    with newsroom.database.read() as conn:
        capture = captures.get_capture(conn, version.capture_sha256)
    assert capture.body.decode() == site.pages["/release"]
    assert sha256_hex(capture.body) == version.capture_sha256
    assert sha256_hex(version.wording.text.encode()) == version.text_sha256
    assert [FIRST in version.wording.text, "Seen 1 times" in version.wording.text] == [True, False]
    assert version.wording.title == "Statement of the ministry"


async def test_the_record_of_a_version_can_be_made_again_from_what_is_kept(watch, record):
    version = record.versions()[0]
    again = canonical_record(
        statement_id=version.statement_id,
        number=version.number,
        url=version.fetched_url,
        wording=version.wording,
        first_seen_at=version.first_seen_at,
        text_sha256=version.text_sha256,
        capture_sha256=version.capture_sha256,
        extractor_version=version.extractor_version,
        normaliser_version=version.normaliser_version,
    )
    assert sha256_hex(again) == version.record_sha256


async def test_a_page_that_differs_only_around_its_text_is_unchanged(watch, record, site, release, later):
    site.pages["/release"] = release(FIRST, SECOND, THIRD, views=4_711)
    seen_at = await later(301)
    assert record.outcomes() == [Outcome.FIRST_SEEN, Outcome.UNCHANGED]
    assert record.statement.version_count == 1
    assert record.versions()[0].last_seen_at >= seen_at
    assert record.told() == []


async def test_a_server_that_says_not_modified_is_believed(watch, record, site, release, later):
    page = release(FIRST, SECOND, THIRD).encode()
    site.pages["/release"] = (200, {"content-type": "text/html", "etag": '"one"'}, page)
    await later(301)
    seen_at = await later(301)
    assert record.outcomes()[-2:] == [Outcome.UNCHANGED, Outcome.NOT_MODIFIED]
    assert record.versions()[0].last_seen_at >= seen_at
    site.pages["/release"] = (200, {"content-type": "text/html", "etag": '"two"'}, release(SOFTER, SECOND).encode())
    await later(301)
    assert record.outcomes()[-1] is Outcome.EDITED


async def test_a_server_that_says_not_modified_for_ever_is_asked_for_all_of_the_page_once_a_day(
    watch, record, site, release, later
):
    tagged = {"content-type": "text/html", "etag": '"one"'}
    site.pages["/release"] = (200, tagged, release(FIRST, SECOND, THIRD).encode())
    await later(301)
    site.pages["/release"] = (200, tagged, release(SOFTER, SECOND, THIRD).encode())
    await later(301)
    assert record.outcomes()[-1] is Outcome.NOT_MODIFIED
    await later(24 * 3600)
    assert record.outcomes()[-1] is Outcome.EDITED


async def test_not_modified_without_anything_seen_before_says_nothing(newsroom, site, record, later):
    site.pages["/odd"] = (304, {}, b"")
    odd = add_watch(newsroom, WatchDraft(f"{site.url}/odd"))
    await later(1)
    assert record.statements() == ()
    assert [outcome for outcome, _ in record.visits(odd)] == [Outcome.UNREADABLE]


async def test_an_edit_says_how_long_each_wording_is_known_to_have_stood(watch, record, site, release, later, clock):
    await later(301)
    site.pages["/release"] = release(SOFTER, SECOND, THIRD)
    await later(301)
    await later(301)
    site.pages["/release"] = release(SOFTER.replace("200", "100"), SECOND, THIRD)
    await later(301)
    first, second = record.edits()
    old, middle, _ = record.versions()
    assert first.last_seen_unchanged_at == old.last_seen_at < first.first_seen_changed_at == middle.first_seen_at
    assert first.stood_seconds == (old.last_seen_at - old.first_seen_at).total_seconds() > 0
    assert second.stood_seconds == (middle.last_seen_at - middle.first_seen_at).total_seconds()
    assert second.stood_seconds < (middle.last_seen_at - old.first_seen_at).total_seconds()
    assert [first.earlier_edits, second.earlier_edits] == [0, 1]


async def test_an_edited_number_is_flagged_and_told_at_once(watch, desk, record, site, release, later):
    site.pages["/release"] = release(FIRST.replace("500", "50"), SECOND, THIRD)
    await later(301)
    (edit,) = record.edits()
    (flag,) = record.flags()
    (alert,) = record.alerts()
    assert edit.confirmation is Confirmation.NOT_NEEDED
    assert flag.action is Action.EDITED
    assert flag.level.rank >= Level.SUBSTANTIVE.rank
    assert alert.destination_id == desk.id
    assert record.told() == ["statement.edited"]
    assert "500" in record.events()[-1].body["headline"]


async def test_an_earlier_wording_is_recognised_whenever_it_comes_back(watch, record, site, release, later):
    for page in (release(SOFTER, SECOND, THIRD), release(FIRST, THIRD), release(FIRST, SECOND, THIRD)):
        site.pages["/release"] = page
        await later(301)
        await later(10)
    assert [version.restores for version in record.versions()] == [None, None, None, 1]
    assert record.outcomes()[-2] is Outcome.RESTORED or record.outcomes()[-1] is Outcome.RESTORED
    assert record.told()[-1] == "statement.restored"


async def test_a_page_that_moved_for_good_is_followed_and_noted_once(watch, record, site, later):
    site.pages["/new/place"] = site.pages["/release"]
    site.pages["/release"] = (301, {"location": "/new/place"}, b"")
    await later(301)
    await later(301)
    assert record.outcomes() == [Outcome.FIRST_SEEN, Outcome.MOVED, Outcome.UNCHANGED]
    assert record.statement.url == f"{site.url}/new/place"
    assert record.statement.version_count == 1


async def test_an_edit_at_the_new_place_keeps_the_new_address(watch, record, site, release, later):
    site.pages["/new/place"] = release(SOFTER, SECOND, THIRD)
    site.pages["/release"] = (308, {"location": "/new/place"}, b"")
    await later(301)
    assert record.outcomes()[-1] is Outcome.EDITED
    assert record.statement.url == f"{site.url}/new/place"


async def test_a_page_that_moved_for_a_while_keeps_its_address(watch, record, site, later):
    site.pages["/new/place"] = site.pages["/release"]
    site.pages["/release"] = (302, {"location": "/new/place"}, b"")
    await later(301)
    assert record.outcomes()[-1] is Outcome.UNCHANGED
    assert record.statement.url == f"{site.url}/release"


async def test_a_page_that_is_gone_is_missing_then_withdrawn_then_republished(watch, desk, record, site, later):
    kept = site.pages.pop("/release")
    gone_at = await later(301)
    assert record.statement.state is StatementState.MISSING
    assert (record.flags(), record.told()) == ((), [])

    await later(61)
    (edit,) = record.edits()
    assert record.statement.state is StatementState.WITHDRAWN
    assert edit.statement_action is StatementAction.WITHDRAWN
    assert edit.last_seen_unchanged_at == record.versions()[0].last_seen_at < gone_at
    assert [flag.action for flag in record.flags()] == [StatementAction.WITHDRAWN]
    assert len(record.alerts()) == 1

    last_gone_at = await later(3_000)
    site.pages["/release"] = kept
    back_at = await later(301)
    assert record.statement.state is StatementState.PRESENT
    assert record.outcomes()[-1] is Outcome.RETURNED
    assert record.told() == ["statement.withdrawn", "statement.republished"]
    back = record.edits()[-1]
    assert back.kind is EditKind.REPUBLISHED
    assert last_gone_at - timedelta(seconds=1) <= back.last_seen_unchanged_at < back_at <= back.first_seen_changed_at
    assert record.statement.version_count == 1


async def test_a_page_that_is_back_with_other_words_is_republished_and_edited(watch, record, site, release, later):
    site.pages.pop("/release")
    await later(301)
    await later(61)
    site.pages["/release"] = release(FIRST.replace("500", "50"), SECOND, THIRD)
    await later(301)
    assert record.told() == ["statement.withdrawn", "statement.republished", "statement.edited"]
    assert [version.number for version in record.versions()] == [1, 2]


async def test_not_modified_brings_back_a_page_that_was_missing(newsroom, watch, record, site, release, later):
    page = release(FIRST, SECOND, THIRD).encode()
    with_tag = (200, {"content-type": "text/html", "etag": '"one"'}, page)
    del site.pages["/release"]
    await later(301)
    site.pages["/release"] = with_tag
    check_now(newsroom, watch.id)
    await later(30)
    del site.pages["/release"]
    await later(31)
    site.pages["/release"] = with_tag
    check_now(newsroom, watch.id)
    await later(10)
    assert record.outcomes() == [
        Outcome.FIRST_SEEN, Outcome.MISSING, Outcome.RETURNED, Outcome.MISSING, Outcome.RETURNED,
    ]  # fmt: skip
    assert record.visits(watch)[-1][0] == Outcome.NOT_MODIFIED
    assert record.statement.state is StatementState.PRESENT


async def test_a_second_look_that_found_other_words_does_not_leave_an_old_validator_behind(
    watch, record, site, release, later
):
    """The list check remembers the tag of the shortened text; the text comes back, and then is shortened again."""
    whole = (200, {"content-type": "text/html", "etag": '"whole"'}, release(FIRST, SECOND, THIRD).encode())
    short = (200, {"content-type": "text/html", "etag": '"short"'}, release(FIRST, THIRD).encode())
    site.pages["/release"] = short
    await later(301)
    site.pages["/release"] = whole
    await later(6)
    site.pages["/release"] = short
    await later(301)
    assert record.outcomes()[-3:] == [Outcome.EDITED, Outcome.RESTORED, Outcome.RESTORED]
    assert [version.restores for version in record.versions()] == [None, None, 1, 2]


async def test_other_selectors_are_a_change_of_our_rules_and_no_edit(newsroom, watch, desk, record, site, later):
    change_watch(
        newsroom, watch.id, WatchChange(selectors=Selectors(include=("article p:first-of-type",))), revision=None
    )
    await later(1)
    old, new = record.versions()
    assert [old.is_technical, new.is_technical] == [False, True]
    assert (new.first_seen_at, new.last_seen_at <= record.statement.last_seen_at) == (old.first_seen_at, True)
    assert new.wording.text == FIRST
    assert new.capture_sha256 == old.capture_sha256
    (edit,) = record.edits()
    assert edit.is_technical
    assert (record.flags(), record.told(), record.alerts()) == ((), [], ())
    assert record.statement.edit_count == 0


async def test_an_edit_made_together_with_other_selectors_is_told_apart(
    newsroom, watch, desk, record, site, release, later
):
    site.pages["/release"] = release(FIRST.replace("500", "50"), SECOND, THIRD)
    change_watch(
        newsroom, watch.id, WatchChange(selectors=Selectors(exclude=("article p:last-of-type",))), revision=None
    )
    await later(1)
    assert [version.is_technical for version in record.versions()] == [False, True, False]
    technical, real = record.edits()
    assert (technical.is_technical, real.is_technical) == (True, False)
    assert record.told() == ["statement.edited"]
    (flag,) = record.flags()
    assert ("500" in flag.before, "50 euros" in flag.after) == (True, True)


async def test_other_selectors_take_effect_although_the_server_says_not_modified(newsroom, watch, record, site, later):
    site.pages["/release"] = (200, {"content-type": "text/html", "etag": '"one"'}, site.pages["/release"].encode())
    await later(301)
    change_watch(
        newsroom, watch.id, WatchChange(selectors=Selectors(include=("article p:first-of-type",))), revision=None
    )
    await later(1)
    assert record.texts()[-1] == FIRST


async def test_where_the_kept_bytes_cannot_be_read_by_other_selectors_nobody_is_alarmed(
    newsroom, watch, desk, record, site, release, later
):
    site.pages["/release"] = release(FIRST, SECOND, THIRD).replace("<article>", '<article class="new">')
    change_watch(
        newsroom, watch.id, WatchChange(selectors=Selectors(include=("article.new p:first-of-type",))), revision=None
    )
    await later(1)
    assert [version.is_technical for version in record.versions()] == [False, True]
    assert (record.flags(), record.told()) == ((), [])


async def test_a_watch_takes_the_name_of_its_page_unless_somebody_named_it(newsroom, site, release, record, later):
    site.pages["/a"] = site.pages["/b"] = release(FIRST, SECOND, THIRD)
    unnamed = add_watch(newsroom, WatchDraft(f"{site.url}/a"))
    named = add_watch(newsroom, WatchDraft(f"{site.url}/b", name="My page"))
    await later(1)
    await later(1)
    assert record.watch(unnamed).name == record.watch(unnamed).publisher == "Statement of the ministry"
    assert (record.watch(named).name, record.watch(named).publisher) == ("My page", "My page")
    assert record.watch(named).health is WatchHealth.HEALTHY
