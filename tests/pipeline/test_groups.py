"""Looks are written down in groups: each as if it were alone, and none at the expense of another."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.domain.errors import LeaseLost, StorageError
from app.domain.observations import Outcome
from app.domain.watches import SourceKind
from app.pipeline import keeper as keepers
from app.pipeline.keeper import (
    MOST_NEW_TOGETHER,
    MOST_TOGETHER,
    Changed,
    Keeper,
    Verdict,
    end_of_group,
    write_group,
)
from app.pipeline.keeping import prepare
from app.pipeline.keeping_quiet import may_be_quiet
from app.pipeline.looking import NotModified
from app.pipeline.poll import poll_once
from app.pipeline.writing import Writing
from app.sources.contract import Same
from app.sources.registry import sources
from app.storage import checks
from app.storage.tables import check, host
from tests.looks import FIRST, LONG, NAMES, rows, written_by

pytestmark = pytest.mark.anyio

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)
PAGE = sources("https://t.me")[SourceKind.WEB_PAGE]


async def test_an_unchanged_page_is_glanced_at_and_not_read(newsroom, look_at, record, site, release):
    looks = await look_at()
    assert all(isinstance(seen.reading, Same) for seen in looks)
    assert write_group(newsroom, looks) == [Verdict.KEPT] * 3
    assert {tuple(record.outcomes(of)) for of in record.statements()} == {(Outcome.FIRST_SEEN, Outcome.UNCHANGED)}


READINGS = {
    "a glance": lambda seen: seen,
    "a reading": lambda seen: replace(seen, reading=PAGE.read(seen.page, seen.target, external_id=None, now=NOW)),
    "304": lambda seen: replace(seen, page=replace(seen.page, status=304), reading=NotModified()),
    "too many requests at the last look": lambda seen: replace(seen, page=replace(seen.page, headers={"etag": "1"})),
}


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS.keys())
async def test_what_is_written_for_a_group_is_what_is_written_for_each_alone(newsroom, look_at, reading):
    looks = [reading(seen) for seen in await look_at()]
    before = rows(newsroom)
    assert all(map(may_be_quiet, looks))
    together = written_by(newsroom, lambda _: [looks])
    alone = written_by(newsroom, lambda inside: ([prepare(inside, seen)] for seen in looks))
    assert together == alone
    assert together != before
    assert rows(newsroom) == before


async def test_a_group_ends_before_too_many_looks_that_bring_something_new_are_in_memory(look_at):
    (quiet, *_) = await look_at()
    new, most = Changed(quiet), MOST_NEW_TOGETHER
    assert end_of_group([quiet] * 99) == MOST_TOGETHER
    assert end_of_group([new] * 99) == most
    assert end_of_group([new] * most + [quiet] * 9) == most + 9
    assert end_of_group([quiet] * 9 + [new] * (most + 1) + [quiet]) == most + 9
    assert end_of_group([new]) == 1


async def test_a_look_that_lost_its_lease_fails_alone(newsroom, look_at, record):
    looks = await look_at()
    with newsroom.database.write() as conn:
        conn.execute(sa.update(check).where(check.c.id == looks[1].check.id).values(lease="another worker's"))
        conn.execute(sa.update(host).where(host.c.name == looks[2].check.host).values(lease="another worker's"))
    results = write_group(newsroom, looks)
    assert results[0] is Verdict.KEPT
    assert [type(result) for result in results[1:]] == [LeaseLost, LeaseLost]
    assert sorted(len(record.outcomes(of)) for of in record.statements()) == [1, 1, 2]
    with newsroom.database.read() as conn:
        leases = {row.id: row.lease for row in conn.execute(sa.select(check.c.id, check.c.lease))}
    assert [leases[seen.check.id] is None for seen in looks] == [True, False, False]


async def test_a_changed_page_in_a_group_gets_its_version_and_the_others_their_line(
    newsroom, look_at, record, site, release
):
    site.pages["/b"] = release(FIRST.replace("500", "200"), *LONG, title="Statement b")
    looks = await look_at()
    keeper = Keeper(newsroom)
    assert sorted(await asyncio.gather(*(keeper.keep(seen) for seen in looks))) == [False, True, True]
    assert sorted(of.version_count for of in record.statements()) == [1, 1, 2]
    assert record.told() == ["statement.edited"]


async def test_of_changed_pages_in_one_transaction_the_one_that_lost_its_lease_fails_alone(
    newsroom, look_at, record, site, release
):
    for name in NAMES:
        site.pages[f"/{name}"] = release(FIRST.replace("500", "200"), *LONG, title=f"Statement {name}")
    looks = await look_at()
    with newsroom.database.write() as conn:
        conn.execute(sa.update(check).where(check.c.id == looks[1].check.id).values(lease="another worker's"))
    results = write_group(newsroom, [prepare(newsroom, seen) for seen in looks])
    assert results[::2] == [Verdict.KEPT] * 2
    assert isinstance(results[1], LeaseLost)
    assert sorted(of.version_count for of in record.statements()) == [1, 2, 2]
    assert record.told() == ["statement.edited"] * 2
    assert [event.position for event in record.events()] == list(range(1, len(record.events()) + 1))


async def test_a_mistake_in_one_piece_costs_the_others_nothing(newsroom, look_at, record):
    looks = await look_at()

    def mistaken(*_):
        raise ZeroDivisionError

    keeper = Keeper(newsroom)
    tried = await asyncio.gather(
        keeper.keep(looks[0]),
        keeper._write(Writing(looks[1].check, mistaken)),
        keeper.keep(looks[2]),
        return_exceptions=True,
    )
    assert [tried[0], type(tried[1]), tried[2]] == [True, ZeroDivisionError, True]
    assert sorted(len(record.outcomes(of)) for of in record.statements()) == [1, 2, 2]


async def test_where_the_database_fails_every_look_of_the_group_says_so(newsroom, look_at, monkeypatch):
    looks = await look_at()

    def gone(*_):
        raise StorageError("the disk is full")

    monkeypatch.setattr(keepers, "keep_quiet", gone)
    keeper = Keeper(newsroom)
    tried = await asyncio.gather(*(keeper.keep(seen) for seen in looks), return_exceptions=True)
    assert [type(one) for one in tried] == [StorageError] * 3


async def test_a_glance_at_a_text_that_is_not_the_latest_wording_is_followed_by_a_reading(
    newsroom, look_at, record, monkeypatch
):
    """The mark of one look says another text than the record has by now: the answer is read."""
    seen = (await look_at())[0]
    assert isinstance(seen.reading, Same)
    wrong = replace(seen, reading=replace(seen.reading, text_sha256="0" * 64))
    (result,) = write_group(newsroom, [wrong])
    assert result is Verdict.NOT_QUIET
    assert await Keeper(newsroom).keep(wrong) is False
    assert Outcome.UNCHANGED in record.outcomes(_of(record, seen))


def _of(record, seen):
    return next(of for of in record.statements() if of.watch_id == seen.watch.id)


async def test_a_change_of_selectors_makes_the_marks_void(newsroom, three_watches, record, site, release, later):
    with newsroom.database.write() as conn:
        checks.begin_anew(conn, three_watches[0].id, now=newsroom.clock(), reason="other selectors")
    with newsroom.database.read() as conn:
        marks = conn.execute(sa.select(check.c.mark).where(check.c.watch_id == three_watches[0].id)).scalars().all()
    assert marks == [None]


async def test_a_page_that_is_read_as_a_proof_is_as_unchanged_as_before(newsroom, three_watches, record, later):
    await later(2 * 86_400)
    await poll_once(newsroom)
    assert {record.outcomes(of)[-1] for of in record.statements()} == {Outcome.UNCHANGED}
