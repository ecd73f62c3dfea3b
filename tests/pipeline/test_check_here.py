"""A check at once, in this process: it takes its turn with the workers, and shows what it brought."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.demo.telegram import TelegramStandIn
from app.domain.errors import InvalidInput, NotFound
from app.domain.events import EventType
from app.domain.ids import WatchId
from app.domain.watches import Watch, WatchDraft
from app.pipeline import check_here as room
from app.pipeline.check_here import check_here
from app.pipeline.newsroom import Newsroom
from app.pipeline.poll import give_back, poll_once, take_duties
from app.pipeline.watchlist import add_watch, pause_watch
from app.storage.identity import new_id

pytestmark = pytest.mark.anyio

PUBLISHED = datetime(2025, 1, 7, 9, 0, tzinfo=UTC)
TEXT = "Сили оборони розпочали нові наступальні операції на Курщині. За добу відбито 47 атак противника."


@pytest.fixture
def watch(newsroom: Newsroom, telegram: TelegramStandIn) -> Watch:
    telegram.publish(TEXT, PUBLISHED)
    return add_watch(newsroom, WatchDraft("@generalstaff"))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a host in a test."""
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr(room, "PAUSE_SECONDS", 0.01)


async def test_a_check_out_of_turn_stores_what_it_sees(newsroom: Newsroom, watch: Watch) -> None:
    checked = await check_here(newsroom, watch.id)
    assert checked is not None
    assert (checked.visit.outcome, checked.visit.found) == ("read", 1)
    assert [event.type for event in checked.events] == [EventType.STATEMENT_FIRST_SEEN]
    assert checked.watch.last_outcome == "read"


async def test_afterwards_the_schedule_goes_on_as_after_any_check(
    newsroom: Newsroom, watch: Watch, clock: Any, telegram: TelegramStandIn
) -> None:
    await check_here(newsroom, watch.id)
    assert await poll_once(newsroom) == 0
    clock.move(600)
    assert await poll_once(newsroom) == 1


async def test_an_edit_is_shown_with_its_flag_before_a_second_look_tells_of_it(
    newsroom: Newsroom, watch: Watch, clock: Any, telegram: TelegramStandIn
) -> None:
    await check_here(newsroom, watch.id)
    telegram.edit(1, TEXT.replace("розпочали нові наступальні операції", "ведуть бойові дії"))
    clock.move(60)
    checked = await check_here(newsroom, watch.id)
    assert checked is not None
    assert len(checked.flags) == 1
    assert "бойові дії" in checked.flags[0].after


async def test_a_check_that_a_worker_is_making_is_left_to_it(newsroom: Newsroom, watch: Watch, impatient: None) -> None:
    duties = take_duties(newsroom, limit=8)
    assert len(duties) == 1
    assert await check_here(newsroom, watch.id) is None
    give_back(newsroom, duties)
    assert await check_here(newsroom, watch.id) is not None


async def test_a_check_whose_worker_died_is_taken_over(newsroom: Newsroom, watch: Watch, clock: Any) -> None:
    assert len(take_duties(newsroom, limit=8)) == 1
    clock.move(newsroom.rules.lease_seconds + 1)
    assert await check_here(newsroom, watch.id) is not None


async def test_a_watch_that_is_not_checked_is_not_checked_here(newsroom: Newsroom, watch: Watch) -> None:
    pause_watch(newsroom, watch.id)
    with pytest.raises(InvalidInput, match="resume"):
        await check_here(newsroom, watch.id)
    with pytest.raises(NotFound):
        await check_here(newsroom, WatchId(new_id()))
