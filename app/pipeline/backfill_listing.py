"""Reading the index of an archive, page by page: which captures there are, each to be read afterwards."""

import asyncio
from collections import Counter
from dataclasses import replace
from hashlib import sha256

from app.domain.archives import Backfill, BackfillState, KnownCapture, ListedCapture
from app.domain.pages import Page
from app.pipeline.archive_asking import Later, ask, put_off, release
from app.pipeline.newsroom import Newsroom
from app.sources.archived import Unusable, capture_url
from app.sources.cdx import IndexPage, NoIndex, index_url, read_index
from app.storage import archives, backfills

MOST_PAGES = 1000
ROUND_IN_CIRCLES = "pages that lead round in a circle"


async def list_page(newsroom: Newsroom, job: Backfill) -> None:
    """Ask the index for one page, and keep what it lists.

    Raises:
        LeaseLost: another worker has this import now; nothing was written.
    """
    lookup = job.lookups[job.place]
    url = index_url(newsroom.rules.archive_index_url, lookup, job.wanted, resume_key=job.resume_key)
    answer = await ask(newsroom, url)
    if isinstance(answer, Unusable):
        answer = Later(answer.detail)
    if isinstance(answer, Later):
        await asyncio.to_thread(put_off, newsroom, job, answer)
        return
    read = await asyncio.to_thread(read_index, answer, lookup, job.wanted, now=newsroom.clock())
    match read:
        case NoIndex(detail=detail):
            await asyncio.to_thread(put_off, newsroom, job, Later(detail, answer=answer))
        case IndexPage():
            await asyncio.to_thread(_keep_page, newsroom, job, read, answer)


def _keep_page(newsroom: Newsroom, job: Backfill, read: IndexPage, answer: Page) -> None:
    """Keep what a page of the index lists, and how far we are in it."""
    now = newsroom.clock()
    lookup = job.lookups[job.place]
    with newsroom.database.write() as conn:
        backfills.save_backfill(conn, job, replace(job, due_at=now))  # the fence: whoever lost it writes nothing
        found = [_known(newsroom, job, lookup.external_id, one) for one in read.captures]
        fresh = archives.not_read_yet(conn, job.watch_id, found)
        room = job.wanted.most - archives.count_captures(conn, job.id) if job.wanted.most else len(fresh)
        archives.add_captures(conn, job.id, fresh[:room])
        after = _after_page(job, read, is_full=bool(job.wanted.most) and len(fresh) >= room, is_cut=len(fresh) > room)
        release(conn, newsroom, job, answer)
        backfills.save_backfill(conn, replace(job), replace(after, due_at=now, updated_at=now, lease=None))


def _after_page(job: Backfill, read: IndexPage, *, is_full: bool, is_cut: bool) -> Backfill:
    """Where the reading of the index goes on: at the next page, the next address, or no more."""
    refused = Counter(job.refused)
    refused.update(read.refused)
    key = read.resume_key
    seen = (*job.seen_keys, _short(key)) if key is not None else job.seen_keys
    if key is not None and (_short(key) in job.seen_keys or len(seen) > MOST_PAGES):
        refused[ROUND_IN_CIRCLES] += 1
        key = None
    has_more = key is not None or job.place + 1 < len(job.lookups)
    job = replace(job, refused=dict(refused), failures=0, detail=None)
    if is_full:
        cut = job.is_cut or is_cut or has_more
        return _listed(replace(job, is_cut=cut))
    if key is not None:
        return replace(job, resume_key=key, seen_keys=seen)
    if job.place + 1 < len(job.lookups):
        return replace(job, place=job.place + 1, resume_key=None, seen_keys=())
    return _listed(job)


def _listed(job: Backfill) -> Backfill:
    """The import when the index needs not be asked any more."""
    return replace(job, place=len(job.lookups), resume_key=None, seen_keys=(), state=BackfillState.READING)


def _known(newsroom: Newsroom, job: Backfill, external_id: str | None, listed: ListedCapture) -> KnownCapture:
    return KnownCapture(
        watch_id=job.watch_id,
        key=capture_key(job.archive, listed, external_id),
        listed=listed,
        external_id=external_id,
        archive=job.archive,
        capture_url=capture_url(newsroom.rules.archive_capture_url, listed),
        headers={},
        http_status=0,
        capture_sha256=None,
    )


def capture_key(archive: str, listed: ListedCapture, external_id: str | None) -> str:
    """By what a capture is known again, also where another import lists it."""
    named = "\n".join((archive, str(listed.timestamp), listed.original_url, external_id or ""))
    return sha256(named.encode()).hexdigest()[:32]


def _short(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:12]
