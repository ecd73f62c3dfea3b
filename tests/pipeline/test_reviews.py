"""Reviews: a flag is confirmed or dismissed with a name, opened again, and told only to those who ask for it."""

import uuid
from typing import Any

import pytest

from app.domain.destinations import AlertFilter
from app.domain.errors import NotFound, StaleRevision
from app.domain.events import EventType
from app.domain.flags import ReviewState
from app.domain.ids import FlagId
from app.domain.watches import WatchDraft
from app.pipeline.destinations import DestinationDraft, create_destination
from app.pipeline.reviews import review_flag
from app.pipeline.watchlist import add_watch
from app.storage import alerts, events, flags

pytestmark = pytest.mark.anyio

PAGE = "<html><body><article><h1>News</h1><p>{}</p><p>{}</p></article></body></html>"
REST = "The ministry said on Tuesday that the talks in the capital would go on for another week. " * 4


@pytest.fixture
async def flag(newsroom: Any, site: Any, later: Any) -> Any:
    """A page says five hundred, and then five."""
    site.pages["/statement"] = PAGE.format("The attack left 500 soldiers wounded near the border.", REST)
    add_watch(newsroom, WatchDraft(f"{site.url}/statement", language="en"))
    await later(1)
    site.pages["/statement"] = PAGE.format("The attack left 5 soldiers wounded near the border.", REST)
    await later(301)
    with newsroom.database.read() as conn:
        (made,) = flags.list_flags(conn).items
    return made


def review(newsroom: Any, flag: Any, state: ReviewState, revision: int | None = None) -> Any:
    return review_flag(newsroom, flag.id, state=state, note="Seen.", reviewer="night desk", revision=revision)


async def test_a_review_has_a_name_a_note_and_a_time(newsroom: Any, flag: Any, clock: Any):
    confirmed = review(newsroom, flag, ReviewState.CONFIRMED, revision=1)
    assert (confirmed.reviewed_by, confirmed.note, confirmed.reviewed_at) == ("night desk", "Seen.", clock.now)
    with newsroom.database.read() as conn:
        assert flags.get_flag(conn, flag.id) == confirmed


async def test_a_flag_opened_again_is_nobodys(newsroom: Any, flag: Any):
    review(newsroom, flag, ReviewState.DISMISSED)
    opened = review(newsroom, flag, ReviewState.OPEN)
    assert (opened.reviewed_by, opened.reviewed_at, opened.revision) == (None, None, 3)


async def test_the_second_of_two_reviewers_is_told(newsroom: Any, flag: Any):
    review(newsroom, flag, ReviewState.CONFIRMED, revision=1)
    with pytest.raises(StaleRevision):
        review(newsroom, flag, ReviewState.DISMISSED, revision=1)
    with pytest.raises(NotFound):
        review_flag(newsroom, FlagId(uuid.UUID(int=1)), state=ReviewState.OPEN, note=None, reviewer="x", revision=None)


async def test_a_review_is_an_event_and_an_alert_only_where_it_is_wanted(newsroom: Any, flag: Any):
    plain = create_destination(newsroom, DestinationDraft("https://a.example.org/", "plain")).destination
    wish = AlertFilter(event_types=(EventType.FLAG_REVIEWED,))
    asking = create_destination(newsroom, DestinationDraft("https://b.example.org/", "asking", wish=wish)).destination
    review(newsroom, flag, ReviewState.CONFIRMED)
    with newsroom.database.read() as conn:
        (told,) = events.list_events(conn, types=[EventType.FLAG_REVIEWED])
        assert alerts.list_alerts(conn, destination_id=plain.id).items == ()
        assert len(alerts.list_alerts(conn, destination_id=asking.id).items) == 1
    assert told.body["flag"]["review_state"] == "confirmed"
    assert told.body["headline"].startswith("night desk marked as confirmed: ")
