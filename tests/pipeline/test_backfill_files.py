"""The past of a page out of WARC files: the same words, the same steps, and every broken record named."""

import gzip
import io
from base64 import b32encode
from datetime import UTC, datetime
from hashlib import sha1

import pytest

from app.domain.archives import BackfillState, CaptureOutcome, Provenance, Range
from app.domain.watches import WatchDraft
from app.pipeline.backfill import Place, progress_of
from app.pipeline.backfill_files import OF_OTHERS, OUTSIDE, read_files
from app.pipeline.backfilling import do_backfill, take_backfills
from app.pipeline.watchlist import add_watch
from app.storage import versions
from app.storage.backfills import get_backfill

pytestmark = pytest.mark.anyio

OPENING = "The General Staff reports on the situation along the border with its neighbours this week. "
NEW = OPENING + "Our forces began new offensive operations in the Kursk region. Five villages are under control."
COMBAT = OPENING + "Our forces began combat operations in the Kursk region. Five villages are under control."
ANY = Range()


def digest(content):
    return "sha1:" + b32encode(sha1(content, usedforsecurity=False).digest()).decode()


def warc(url, date, page, *, kind="response", named=None):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"WARC-Record-ID: <urn:uuid:01944004-7d00-7000-8000-000000000001>\r\n"
        f"WARC-Payload-Digest: {named or digest(page.encode())}\r\nContent-Type: application/http\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


@pytest.fixture
async def watched(room, site, release, later):
    site.pages["/statement"] = release(COMBAT)
    watch = add_watch(room, WatchDraft(f"{site.url}/statement", publisher="General Staff", language="en"))
    await later(1)
    return watch


@pytest.fixture
def read(room):
    """Read files, and work off what they hold."""

    async def go(*contents, place=None, wanted=ANY):
        files = [("crawl.warc.gz", io.BytesIO(content)) for content in contents]
        account = read_files(room, files, place, wanted, most_bytes=1_000_000)
        told = []
        for job in account.jobs:
            for _ in range(100):
                for taken in take_backfills(room, limit=1, only=job.id):
                    await do_backfill(room, taken)
            with room.database.read() as conn:
                told.append(progress_of(conn, get_backfill(conn, job.watch_id, job.id), in_full=True))
        return account, told

    return go


async def test_files_in_any_order_give_the_history_in_order(room, watched, read, release, record):
    page = release(NEW)
    later_one = warc(watched.url, "2025-01-05T09:30:00Z", release(COMBAT))
    first = warc(watched.url, "2024-12-24T08:00:00Z", page)
    again = warc(watched.url, "2024-12-30T10:15:00Z", "", kind="revisit", named=digest(page.encode()))
    account, (done,) = await read(later_one + again, first)
    assert (account.listed, account.broken, done.backfill.state) == (3, [], BackfillState.DONE)
    assert (done.outcomes, done.versions, done.repeated) == ({CaptureOutcome.READ: 3}, 2, 1)
    with room.database.read() as conn:
        found = versions.list_history(conn, record.statement.id)
    assert [(one.number, one.provenance) for one in found] == [
        (20241224080000, Provenance.ARCHIVE),
        (20250105093000, Provenance.ARCHIVE),
        (1, Provenance.OWN),
    ]
    assert found[0].last_seen_at == datetime(2024, 12, 30, 10, 15, tzinfo=UTC)
    assert [(one.from_version, one.to_version) for one in record.edits()] == [(20241224080000, 20250105093000)]
    assert (found[0].origin.archive, found[0].origin.capture_url) == ("WARC", "crawl.warc.gz")


async def test_asking_again_lists_nothing_twice(room, watched, read, release):
    content = warc(watched.url, "2024-12-24T08:00:00Z", release(NEW))
    await read(content)
    account, (done,) = await read(content)
    assert (account.listed, done.versions, done.backfill.edits) == (0, 0, 0)


async def test_only_what_is_watched_and_wanted_is_taken(room, watched, read, release):
    content = warc("https://www.example.org/other", "2024-12-24T08:00:00Z", release(NEW))
    early = warc(watched.url, "2020-01-01T00:00:00Z", release(NEW))
    account, told = await read(content + early, wanted=Range(datetime(2024, 1, 1, tzinfo=UTC)))
    assert (account.refused, told) == ({OF_OTHERS: 1, OUTSIDE: 1}, [])


async def test_a_place_can_be_named(room, watched, read, release):
    content = warc(watched.url, "2024-12-24T08:00:00Z", release(NEW))
    account, (done,) = await read(content, place=Place(watched))
    assert (account.listed, done.versions) == (1, 1)


async def test_damaged_records_are_counted_and_never_versions(room, watched, read, release):
    forged = warc(watched.url, "2024-12-24T08:00:00Z", release(NEW), named=digest(b"something else"))
    missing = warc(watched.url, "2024-12-25T08:00:00Z", "", kind="revisit", named=digest(b"never seen"))
    account, (done,) = await read(forged + b"garbage between" + missing)
    assert done.outcomes == {CaptureOutcome.DAMAGED: 1, CaptureOutcome.NOT_KEPT: 1}
    assert [(name, broken.offset) for name, broken in account.broken] == [("crawl.warc.gz", len(forged))]
    assert done.versions == 0


async def test_the_limit_is_kept_and_said(room, watched, read, release):
    content = b"".join(warc(watched.url, f"2024-12-2{day}T08:00:00Z", release(NEW)) for day in range(4))
    account, (done,) = await read(content, wanted=Range(None, None, 2))
    assert (account.listed, done.backfill.is_cut) == (2, True)
