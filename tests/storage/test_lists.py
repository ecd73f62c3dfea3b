"""Lists that stay fast: what no index has is looked for in pieces, and nothing is left out or told twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.domain.claims import Level
from app.domain.destinations import AlertState
from app.domain.flags import ReviewState
from app.domain.ids import FlagId
from app.domain.service import Amount, Precision
from app.pipeline.pins import PinDraft, create_pin
from app.pipeline.reviews import review_flag
from app.storage import alerts, flags, paging, work_list
from app.storage.dialect import EPOCH, date_of_day
from app.storage.flags import list_flags
from app.storage.identity import new_id
from app.storage.tables import alert, flag
from tests.newsrooms import FIRST, SECOND


def pages_of(ask, *, limit):
    """Every page of a list, to its end."""
    found, after = [], None
    while True:
        page = ask(after=after, limit=limit)
        assert len(page.items) <= limit
        found.append(page.items)
        after = page.next
        if after is None:
            return found


@pytest.fixture
def few_at_a_time(monkeypatch):
    monkeypatch.setattr(paging, "MOST_WALKED", 4)


@pytest.mark.usefixtures("few_at_a_time")
@pytest.mark.parametrize("failed", [(), (0,), (9,), (0, 1, 2, 3, 4), (2, 3, 7, 9), tuple(range(10))])
def test_what_no_index_has_is_found_in_pieces_and_all_of_it(database, add_destination, add_alerts, failed):
    made = add_alerts(add_destination(), 10)
    wanted = [made[place].id for place in failed]
    with database.write() as conn:
        conn.execute(sa.update(alert).where(alert.c.id.in_(wanted)).values(state=AlertState.GATHERED))
    with database.read() as conn:
        pages = pages_of(lambda **place: alerts.list_alerts(conn, state=AlertState.GATHERED, **place), limit=2)
        by_itself = pages_of(lambda **place: alerts.list_alerts(conn, **place), limit=2)
    order = [one.id for page in by_itself for one in page]
    assert [one.id for page in pages for one in page] == [key for key in order if key in set(wanted)]
    assert len(pages) <= 10 // 4 + 1 + len(wanted)


@pytest.mark.parametrize("state", [AlertState.FAILED, AlertState.PENDING])
def test_alerts_that_have_an_index_of_their_own_are_found_by_it(database, add_destination, add_alerts, state):
    desk = add_destination()
    made = add_alerts(desk, 7)
    others = [one.id for one in made[::2]]
    with database.write() as conn:
        conn.execute(sa.update(alert).values(state=state))
        conn.execute(sa.update(alert).where(alert.c.id.in_(others)).values(state=AlertState.DELIVERED))
    with database.read() as conn:
        pages = pages_of(
            lambda **place: alerts.list_alerts(conn, destination_id=desk.id, state=state, **place), limit=2
        )
    assert {one.id for page in pages for one in page} == {one.id for one in made} - set(others)
    assert [len(page) for page in pages] == [2, 1]


@pytest.fixture
def five_flags(newsroom, press, clock):
    """A pinned phrase comes and goes, and each time it is flagged."""
    pin = create_pin(newsroom, PinDraft(("en: new offensive",))).pin
    other = create_pin(newsroom, PinDraft(("en: old retreat",))).pin
    for text in (FIRST, SECOND, SECOND, FIRST, FIRST, SECOND, SECOND):
        press.says(text)
    return pin, other


def test_the_flags_of_a_pin_are_found_by_the_pin_newest_first(newsroom, five_flags):
    pin, other = five_flags
    with newsroom.database.read() as conn:
        pages = pages_of(lambda **place: list_flags(conn, pin_id=pin.id, **place), limit=1)
        every = list_flags(conn).items
        assert list_flags(conn, pin_id=other.id).items == ()
        wish = work_list.WorkWish(pin_id=pin.id, review_state=None)
        first = work_list.list_work(conn, wish, limit=1)
        second = work_list.list_work(conn, wish, limit=1, after=first.next)
    mine = [one for page in pages for one in page]
    assert [one.id for one in mine] == [one.id for one in every if pin.id in one.pin_ids]
    assert len(mine) > 1
    assert not wish.is_severe_first
    assert (*first.flags, *second.flags) == tuple(mine[:2])


def test_the_open_flags_of_a_pin_come_most_severe_first_and_reviewed_ones_leave(newsroom, five_flags):
    pin, _ = five_flags
    wish = work_list.WorkWish(pin_id=pin.id)
    assert wish.is_severe_first
    with newsroom.database.read() as conn:
        mine = [one for one in list_flags(conn).items if pin.id in one.pin_ids]
    levels = [Level.MINOR, Level.MAJOR, Level.SUBSTANTIVE, Level.MAJOR][: len(mine)]
    others = [
        replace(old, id=FlagId(new_id()), level=level, review_state=ReviewState.OPEN)
        for old, level in zip(mine, levels, strict=True)
    ]
    with newsroom.database.write() as conn:
        flags.add_flags(conn, others)
    newest_first = sorted([*mine, *others], key=lambda one: one.id, reverse=True)
    expected = sorted(newest_first, key=lambda one: -one.level.rank)

    def shown(wish: work_list.WorkWish, limit: int = 2) -> list[FlagId]:
        found, after = list[FlagId](), None
        while True:
            with newsroom.database.read() as conn:
                page = work_list.list_work(conn, wish, after=after, limit=limit)
            found += [one.id for one in page.flags]
            after = page.next
            if after is None:
                return found

    assert shown(wish) == [one.id for one in expected]
    watch_id = mine[0].watch_id
    assert shown(replace(wish, watch_id=watch_id, min_level=Level.MAJOR)) == [
        one.id for one in expected if one.level is Level.MAJOR
    ]
    first = expected[0]
    review_flag(newsroom, first.id, state=ReviewState.CONFIRMED, reviewer="desk")
    assert shown(wish) == [one.id for one in expected[1:]]
    review_flag(newsroom, first.id, state=ReviewState.OPEN, reviewer="desk")
    assert shown(wish) == [one.id for one in expected]


def test_flags_are_counted_up_to_a_number_and_no_further(newsroom, five_flags):
    with newsroom.database.read() as conn:
        exact = flags.count_flags(conn)[ReviewState.OPEN]
        assert exact > 1
        assert flags.count_some_flags(conn, most=exact)[ReviewState.OPEN] == Amount(exact)
        cut = flags.count_some_flags(conn, most=exact - 1)[ReviewState.OPEN]
    assert cut == Amount(exact - 1, Precision.AT_LEAST)


def test_days_are_told_from_the_first_of_which_all_flags_are_counted(newsroom, five_flags, clock):
    with newsroom.database.write() as conn:
        ids = list(conn.execute(sa.select(flag.c.id).order_by(flag.c.created_at)).scalars())
        for back, key in enumerate(reversed(ids)):
            at = clock() - timedelta(days=back)
            conn.execute(sa.update(flag).where(flag.c.id == key).values(created_at=at))
    since = clock() - timedelta(days=29)
    with newsroom.database.read() as conn:
        whole = work_list.count_days(conn, since=since)
        cut = work_list.count_days(conn, since=since, most=len(ids) - 1)
        exact = work_list.count_days(conn, since=since, most=len(ids))
    assert whole.first == since.date()
    assert sum(sum(levels.values()) for levels in whole.counts.values()) == len(ids)
    assert exact == whole
    assert cut.first == min(whole.counts) + timedelta(days=1)
    assert dict(cut.counts) == {day: counts for day, counts in whole.counts.items() if day >= cut.first}
    assert cut.counts


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_day_is_that_of_utc(at):
    assert date_of_day((at - EPOCH) // timedelta(days=1)) == at.date()
