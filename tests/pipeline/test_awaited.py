"""An edit that waits for a second look is settled once, and as it was read."""

import pytest
import sqlalchemy as sa

from app.domain.claims import Action
from app.domain.edits import Confirmation
from app.domain.errors import LeaseLost
from app.domain.watches import WatchDraft
from app.pipeline.watchlist import add_watch
from app.storage import awaited
from app.storage.tables import edit

pytestmark = pytest.mark.anyio
GOES = "The ministry will pay 500 euros to each family in March, the minister said on Tuesday in the capital."
STAYS = "Nothing else was announced by the ministry on that day, and no questions were taken from the press there."


@pytest.fixture
async def waiting(newsroom, site, release, later):
    """An edit by which a sentence went, read as it waits."""
    site.pages["/release"] = release(STAYS, GOES, STAYS.replace("day", "week"))
    add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    site.pages["/release"] = release(STAYS, STAYS.replace("day", "week"))
    await later(600)
    with newsroom.database.read() as conn:
        ids = conn.execute(sa.select(edit.c.statement_id)).scalars().all()
        (found,) = awaited.load_awaited(conn, ids)
    return found


async def test_it_is_loaded_with_all_that_it_takes_to_tell_it(newsroom, waiting):
    assert Action.REMOVED in {one.change.action for one in waiting.changes}
    assert [one.edit_id for one in waiting.flags] == [waiting.edit.id] * len(waiting.flags)
    assert waiting.flags
    assert list(waiting.flags) == sorted(waiting.flags, key=lambda one: -one.score)
    with newsroom.database.read() as conn:
        assert awaited.load_awaited(conn, []) == ()


async def test_it_is_settled_once(newsroom, waiting, clock):
    with newsroom.database.write() as conn:
        awaited.settle(conn, waiting.edit, confirmation=Confirmation.CONFIRMED, confirmed_at=clock())
    with pytest.raises(LeaseLost), newsroom.database.write() as conn:
        awaited.settle(conn, waiting.edit, confirmation=Confirmation.OVERTAKEN, confirmed_at=clock())


async def test_it_is_not_settled_by_results_that_were_found_anew_meanwhile(newsroom, waiting, clock):
    with newsroom.database.write() as conn:
        conn.execute(sa.update(edit).values(analyzer_version="of tomorrow"))
    with pytest.raises(LeaseLost), newsroom.database.write() as conn:
        awaited.settle(conn, waiting.edit, confirmation=Confirmation.CONFIRMED, confirmed_at=clock())
    with newsroom.database.read() as conn:
        assert conn.execute(sa.select(edit.c.confirmation)).scalars().all() == [Confirmation.AWAITED]
