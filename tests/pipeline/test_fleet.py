"""Workers whose machines do not agree on the time share the work all the same: they go by the database's clock."""

import ipaddress
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from app.domain.errors import LeaseLost
from app.domain.watches import WatchDraft
from app.pipeline import deliver
from app.pipeline.deliver import take_alerts
from app.pipeline.destinations import DestinationDraft, create_destination
from app.pipeline.keeper import Keeper
from app.pipeline.looking import look
from app.pipeline.poll import poll_once, take_duties
from app.pipeline.watchlist import add_watch, check_now
from app.settings import Settings
from app.storage.tables import alert, check, host, version, visit
from app.wiring import newsroom as wiring

pytestmark = pytest.mark.anyio

TEXT = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
AN_HOUR = timedelta(hours=1)
SOON = timedelta(seconds=60)


@pytest.fixture
async def fleet(postgres_template, monkeypatch):
    """Two workers on one PostgreSQL: the machine of the first is an hour ahead, that of the second an hour behind."""
    url = postgres_template()
    settings = Settings(
        _env_file=None,
        database_url=url,
        allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
        host_gap_seconds=0,
        secret_key=SecretStr("a key for tests"),
    )
    real = wiring.system_clock
    async with AsyncExitStack() as stack:
        workers = []
        for off in (AN_HOUR, -AN_HOUR):
            monkeypatch.setattr(wiring, "system_clock", lambda off=off: real() + off)
            workers.append(await stack.enter_async_context(wiring.open_newsroom(settings)))
        yield workers


def server_now(newsroom):
    with newsroom.database.read() as conn:
        return conn.execute(sa.text("SELECT clock_timestamp()")).scalar_one()


def end_leases(newsroom):
    """Let the leases that are given run out, as time would."""
    past = server_now(newsroom) - timedelta(seconds=1)
    with newsroom.database.write() as conn:
        conn.execute(sa.update(check).where(check.c.lease.is_not(None)).values(due_at=past))
        conn.execute(sa.update(host).where(host.c.lease.is_not(None)).values(next_at=past, ready_at=past))
        conn.execute(sa.update(alert).where(alert.c.lease.is_not(None)).values(next_try_at=past))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["the one ahead first", "the one behind first"])
async def test_a_lease_is_neither_taken_early_nor_held_too_long(fleet, order, site, release):
    first, second = fleet[order[0]], fleet[order[1]]
    site.pages["/release"] = release(TEXT)
    add_watch(first, WatchDraft(f"{site.url}/release"))
    (held,) = take_duties(first, limit=8)
    assert take_duties(second, limit=8) == ()
    end_leases(first)
    (taken,) = take_duties(second, limit=8)
    assert taken.check.id == held.check.id
    assert take_duties(first, limit=8) == ()
    await Keeper(second).keep(await look(second, taken.check, taken.watch))
    seen = await look(first, held.check, held.watch)
    with pytest.raises(LeaseLost):
        await Keeper(first).keep(seen)


@pytest.mark.parametrize("which", [0, 1], ids=["an hour ahead", "an hour behind"])
async def test_what_a_worker_with_a_wrong_clock_has_done_falls_due_when_it_should(fleet, which, site, release):
    wrong, other = fleet[which], fleet[1 - which]
    site.pages["/release"] = release(TEXT)
    watch = add_watch(wrong, WatchDraft(f"{site.url}/release", interval_seconds=600))
    assert await poll_once(wrong) == 1
    assert take_duties(other, limit=8) == ()
    now = server_now(wrong)
    with wrong.database.read() as conn:
        due = conn.execute(sa.select(check.c.due_at)).scalar_one() - now
        assert timedelta(seconds=540) < due <= timedelta(seconds=600)
        assert conn.execute(sa.select(host.c.next_at)).scalar_one() <= now
        written = [*conn.execute(sa.select(version.c.first_seen_at)).scalars()]
        written += conn.execute(sa.select(visit.c.at)).scalars()
    assert all(abs(at - now) < SOON for at in written)
    check_now(wrong, watch.id)
    assert await poll_once(other) == 1


@pytest.mark.parametrize("which", [0, 1], ids=["an hour ahead", "an hour behind"])
async def test_an_alert_that_one_worker_sends_is_not_sent_by_the_other(fleet, which, site, release, receiver):
    wrong, other = fleet[which], fleet[1 - which]
    create_destination(wrong, DestinationDraft(receiver[1], "desk"))
    site.pages["/release"] = release(TEXT)
    watch = add_watch(wrong, WatchDraft(f"{site.url}/release"))
    await poll_once(wrong)
    site.pages["/release"] = release(TEXT.replace("500", "50"))
    check_now(wrong, watch.id)
    await poll_once(wrong)
    (held,) = take_alerts(wrong, limit=8)
    assert take_alerts(other, limit=8) == ()
    end_leases(wrong)
    (taken,) = take_alerts(other, limit=8)
    assert taken.alert.id == held.alert.id
    await deliver.deliver(wrong, held)
    with other.database.read() as conn:
        row = conn.execute(sa.select(alert.c.tries, alert.c.lease)).one()
    assert (row.tries, row.lease) == (0, taken.lease)
