"""The n-th statement or commit of longer work fails: looks kept together, pages read again, imports, whole copies.

After it nothing is half done that should not be, and when the work is done again it ends as if nothing had happened.
The short form lets a few of them fail, evenly spread; ``make faults`` each.
"""

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from app.demo.serving import serving
from app.domain.archives import BackfillState, Range
from app.domain.errors import StorageError
from app.domain.watches import SourceKind, WatchDraft
from app.pipeline.backfill import Place, begin_backfill
from app.pipeline.backfilling import do_backfill, take_backfills
from app.pipeline.keeper import Keeper
from app.pipeline.looking import look
from app.pipeline.poll import poll_once, take_duties
from app.pipeline.reread_all import count_read_otherwise, reread_all
from app.pipeline.watchlist import add_watch, remove_watch
from app.sources.contract import Statements
from app.sources.web_page import WebPage
from app.storage.backfills import get_backfill
from app.storage.copying import compare, copy_rows, finish, prepare
from app.storage.database import Database
from app.storage.identity import new_id
from app.storage.schema import COPY_MARK
from app.storage.soundness import check_record
from app.storage.tables import edit, statement, version
from app.storage.versions import build_versions
from app.wiring.newsroom import open_newsroom

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(1_800)]

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
EDITED = FIRST.replace("500", "50")
OLDER = FIRST.replace("500", "900")
SAMPLE = 3
"""So many of the statements fail in the short form, evenly spread, and always the first and the last."""
WAYS = pytest.mark.parametrize(("of", "when"), [("statement", "before"), ("commit", "before"), ("commit", "after")])


def chosen(count, is_long):
    """Which of so many are to fail."""
    if is_long or count <= SAMPLE:
        return range(1, count + 1)
    return sorted({1 + place * (count - 1) // (SAMPLE - 1) for place in range(SAMPLE)})


@pytest.fixture
async def newsroom(make_settings, add_destination, clock):
    async with open_newsroom(make_settings(), clock=clock) as made:
        add_destination(made, "desk")
        yield made


async def until_nothing_is_due(newsroom, clock):
    while await poll_once(newsroom):
        clock.move(0.001)


def is_sound(newsroom):
    lease = newsroom.rules.lease_seconds
    return check_record(newsroom.database, now=newsroom.clock(), lease_seconds=lease, settling_seconds=0).broken == ()


# Looks that are written down in one transaction


@pytest.fixture
async def hosts(make_pages):
    """Three sites, so that one worker looks at three pages at once."""
    async with AsyncExitStack() as stack:
        made = [make_pages() for _ in range(3)]
        for pages in made:
            pages.url = await stack.enter_async_context(serving(pages.application()))
        yield made


async def keep_together(newsroom, hosts, clock, snapshot, name, fault):
    """Three looks, kept in one group: an edit, a page that is gone, nothing new. Each before, then, and at last."""
    watches = []
    for pages in hosts:
        pages.texts[name] = FIRST
        watches.append(add_watch(newsroom, WatchDraft(f"{pages.url}{name}")))
    clock.move(1)
    await until_nothing_is_due(newsroom, clock)
    hosts[0].texts[name], hosts[1].texts[name] = EDITED, None
    clock.move(301)
    duties = take_duties(newsroom, limit=3)
    looks = [await look(newsroom, duty.check, duty.watch) for duty in duties]
    before = [snapshot(newsroom, watch) for watch in watches]
    keeper = Keeper(newsroom)
    with fault.watching():
        results = await asyncio.gather(*(keeper.keep(one) for one in looks), return_exceptions=True)
    assert all(isinstance(one, bool | StorageError) for one in results)
    then = [snapshot(newsroom, watch) for watch in watches]
    for _ in range(4):  # what was to be done again, and the second look at what is gone
        clock.move(newsroom.rules.lease_seconds + 1)
        await until_nothing_is_due(newsroom, clock)
    at_last = [snapshot(newsroom, watch) for watch in watches]
    for watch in watches:
        remove_watch(newsroom, watch.id, forget_history=False)
    assert len(duties) == len(hosts)
    return before, then, at_last


def lasting(states):
    """Without the number of looks: one more is no harm."""
    return [{name: value for name, value in state.items() if name != "observations"} for state in states]


@WAYS
async def test_looks_that_are_kept_together_are_each_kept_wholly_or_not_at_all(
    newsroom, hosts, clock, snapshot, make_fault, of, when, is_long, tell_counts
):
    counting = make_fault(newsroom.database.engine, of)
    before, after, at_last = await keep_together(newsroom, hosts, clock, snapshot, "/whole", counting)
    assert all(one != other for one, other in zip(before, after, strict=True))
    numbers = chosen(counting.count, is_long)
    for number in numbers:
        for _ in range(9):  # three that are kept in other groups than before take a statement more or less
            fault = make_fault(newsroom.database.engine, of, when, at=number)
            was, then, finally_so = await keep_together(newsroom, hosts, clock, snapshot, f"/{new_id()}", fault)
            if fault.has_struck:
                break
        assert fault.has_struck
        assert was == before
        for place, state in enumerate(then):
            assert state in (before[place], after[place]), f"{of} {number} of {counting.count} left something between"
        assert lasting(finally_so) == lasting(at_last)
        assert is_sound(newsroom)
    tell_counts(of=of, when=when, steps=counting.count, faults=len(numbers))


# Kept pages that are read again by newer rules


class NextReader(WebPage):
    """The next version of the reader of web pages: it leaves the last sentence out."""

    extractor_version = "web-page-next"

    def read(self, page, target, *, external_id, now):
        reading = super().read(page, target, external_id=external_id, now=now)
        if not isinstance(reading, Statements):
            return reading
        (found,) = reading.found
        text = found.wording.text.partition(", the minister")[0]
        return replace(reading, found=(replace(found, wording=replace(found.wording, text=text)),))


@WAYS
async def test_a_page_is_read_again_wholly_or_not_at_all(
    newsroom, pages, clock, snapshot, make_fault, of, when, is_long, tell_counts
):
    upgraded = replace(newsroom, sources={**newsroom.sources, SourceKind.WEB_PAGE: NextReader()})

    async def reread(name, fault):
        pages.texts[name] = FIRST
        watch = add_watch(newsroom, WatchDraft(f"{pages.url}{name}"))
        clock.move(1)
        await until_nothing_is_due(newsroom, clock)
        before = snapshot(newsroom, watch)
        with fault.watching(), suppress(StorageError):
            reread_all(upgraded, watch.id)
        then = snapshot(newsroom, watch)
        reread_all(upgraded, watch.id)
        assert count_read_otherwise(upgraded, watch.id) == 0
        return before, then, snapshot(newsroom, watch)

    counting = make_fault(newsroom.database.engine, of)
    before, after, at_last = await reread("/whole", counting)
    assert before != after == at_last
    numbers = chosen(counting.count, is_long)
    for number in numbers:
        fault = make_fault(newsroom.database.engine, of, when, at=number)
        was, then, finally_so = await reread(f"/{number}", fault)
        assert fault.has_struck
        assert was == before
        assert then in (before, after), f"{of} {number} of {counting.count} left something between"
        assert finally_so == after
    assert is_sound(newsroom)
    tell_counts(of=of, when=when, steps=counting.count, faults=len(numbers))


# The past, out of an archive


CAPTURES = {20241224080000: OLDER, 20250105093000: EDITED}


@pytest.fixture
async def archive():
    """Knows two older wordings of every page."""

    async def index(request):
        rows = [[str(time), request.query_params["url"], "text/html", "200", f"D{time}"] for time in CAPTURES]
        return JSONResponse([["timestamp", "original", "mimetype", "statuscode", "digest"], *rows])

    async def capture(request):
        time, url = request.path_params["time"], str(request.url).partition("id_/")[2]
        moment = datetime.strptime(time, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        body = f"<html><body><!-- {url} --><main><article><p>{CAPTURES[int(time)]}</p></article></main></body></html>"
        return HTMLResponse(body, headers={"memento-datetime": format_datetime(moment, usegmt=True)})

    async with serving(Starlette(routes=[Route("/cdx", index), Route("/web/{time}id_/{rest:path}", capture)])) as url:
        yield url


def past_of(newsroom, watch):
    """The wordings and steps that are kept of a page."""
    with newsroom.database.read() as conn:
        of = sa.select(statement.c.id).where(statement.c.watch_id == watch.id).scalar_subquery()
        wordings = build_versions(conn, conn.execute(sa.select(version).where(version.c.statement_id == of)))
        steps = sa.select(edit.c.from_version, edit.c.to_version, edit.c.analysis_state, edit.c.is_archived)
        return (
            sorted((one.number, one.wording.text) for one in wordings),
            sorted(tuple(row) for row in conn.execute(steps.where(edit.c.statement_id == of))),
        )


@WAYS
async def test_an_import_of_the_past_goes_on_where_it_was_and_brings_nothing_twice(
    newsroom, pages, archive, clock, make_fault, of, when, is_long, tell_counts
):
    rules = replace(newsroom.rules, archive_index_url=f"{archive}/cdx", archive_capture_url=f"{archive}/web")
    room = replace(newsroom, rules=rules)

    async def bring(name, fault):
        pages.texts[name] = FIRST
        watch = add_watch(room, WatchDraft(f"{pages.url}{name}", language="en"))
        clock.move(1)
        await until_nothing_is_due(room, clock)
        job = begin_backfill(room, Place(watch), Range())
        with fault.watching():
            for _ in range(200):
                with suppress(StorageError):
                    for one in take_backfills(room, limit=1, only=job.id):
                        await do_backfill(room, one)
                    with room.database.read() as conn:
                        job = get_backfill(conn, watch.id, job.id)
                if not job.is_open:
                    break
                clock.move(room.rules.lease_seconds + 1 if fault.count == fault.at else 5)
        assert job.state is BackfillState.DONE
        return past_of(room, watch)

    await bring("/first", make_fault(room.database.engine, of))  # asks for more than every later one
    counting = make_fault(room.database.engine, of)
    wordings, steps = await bring("/whole", counting)
    assert [text for _, text in wordings] == [FIRST, OLDER, EDITED]
    assert len(steps) == 2
    numbers = chosen(counting.count, is_long)
    for number in numbers:
        fault = make_fault(room.database.engine, of, when, at=number)
        assert await bring(f"/{number}", fault) == (wordings, steps), f"{of} {number} of {counting.count}"
        assert fault.has_struck
    assert is_sound(room)
    tell_counts(of=of, when=when, steps=counting.count, faults=len(numbers))


# A whole copy


@pytest.fixture
async def told(newsroom, pages, clock):
    """A record with an edit that was told."""
    pages.texts["/told"] = FIRST
    add_watch(newsroom, WatchDraft(f"{pages.url}/told"))
    for text in (FIRST, EDITED):
        pages.texts["/told"] = text
        clock.move(301)
        await until_nothing_is_due(newsroom, clock)
    return newsroom.database


def quiet(_table, _rows):
    """Nobody looks at the bar."""


def copy_all(source, target):
    """As ``walkback copy`` does it; what differs."""
    prepare(source, target)
    checks = compare(target, copy_rows(source, target, progress=quiet), progress=quiet)
    differing = [one.name for one in checks if not one.is_same]
    if not differing:
        finish(target)
    return differing


def is_marked(target):
    with target.read() as conn:
        return sa.inspect(conn).has_table(COPY_MARK.name)


@pytest.mark.parametrize(
    ("side", "of", "when"),
    [
        ("source", "statement", "before"),
        ("target", "statement", "before"),
        ("target", "commit", "before"),
        ("target", "commit", "after"),
    ],
)
async def test_a_copy_goes_on_after_any_failure_and_is_not_taken_for_whole_before(
    told, make_empty, make_fault, side, of, when, is_long, tell_counts
):
    def try_once(fault_at):
        with Database(make_empty()) as target:
            fault = make_fault((told if side == "source" else target).engine, of, when, at=fault_at)
            with fault.watching(), suppress(StorageError):
                assert copy_all(told, target) == []
                assert fault_at is None
            if fault_at is not None:
                assert fault.has_struck
                is_over = fault_at == fault.count and when == "after" and side == "target"
                with told.read() as conn:
                    wanted = conn.execute(sa.select(sa.func.count()).select_from(version)).scalar_one()
                with target.read() as conn:
                    there = conn.execute(sa.select(sa.func.count()).select_from(version)).scalar_one()
                assert is_marked(target) or not there or (is_over and there == wanted)
                if is_marked(target) or not there:
                    assert copy_all(told, target) == []
            assert not is_marked(target)
        return fault.count

    count = try_once(None)
    numbers = chosen(count, is_long)
    for number in numbers:
        try_once(number)
    tell_counts(side=side, of=of, when=when, steps=count, faults=len(numbers))
