"""Looks at several pages that are written down in one transaction, and all that is kept of them."""

import contextlib
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.domain.watches import WatchDraft
from app.pipeline.keeper import Verdict, write_group
from app.pipeline.looking import look
from app.pipeline.poll import take_duties
from app.pipeline.watchlist import add_watch, check_now
from app.storage.tables import check, host, metadata

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
SECOND = "Payments do not depend on income, and nobody has to apply for them at any office of the ministry."
LONG = [f"{SECOND} This is paragraph {number} of the release." for number in range(12)]
NAMES = ("a", "b", "c")
OF_ONE_RUN = {"id", "lease", "elapsed_seconds", "wire_bytes", "capture_sha256", "record_sha256", "sha256", "body"}
"""Columns that are not the same twice: ids made at random, what holds such, and what a stopwatch measured."""
OF_ONE_PROCESS = {"worker", "pulse"}


@pytest.fixture
async def three_watches(newsroom, site, release, later):
    """Three pages on one site, each looked at once."""
    made = []
    for name in NAMES:
        site.pages[f"/{name}"] = release(FIRST, *LONG, title=f"Statement {name}")
        made.append(add_watch(newsroom, WatchDraft(f"{site.url}/{name}")))
    await later(1)
    return made


@pytest.fixture
def look_at(newsroom, three_watches, clock):
    """Looks at all three pages without writing anything down, as if they were on hosts of their own."""

    async def build():
        clock.move(301)
        looks = []
        for one in three_watches:
            check_now(newsroom, one.id)
            with newsroom.database.write() as conn:
                conn.execute(sa.update(host).values(lease=None, next_at=clock(), ready_at=clock()))
                conn.execute(sa.update(check).where(check.c.watch_id != one.id).values(is_paused=True))
            (duty,) = take_duties(newsroom, limit=1)
            with newsroom.database.write() as conn:
                conn.execute(sa.update(check).values(is_paused=False))
            looks.append(await look(newsroom, duty.check, duty.watch))
        with newsroom.database.write() as conn:
            for number, seen in enumerate(looks):
                alone = f"host-{number}.example"
                row = {"next_at": clock(), "gap_seconds": 0.0, "refusals": 0, "lease": seen.check.lease}
                conn.execute(sa.delete(host).where(host.c.name == alone))
                conn.execute(sa.insert(host).values(name=alone, ready_at=clock(), **row))
                conn.execute(sa.update(check).where(check.c.id == seen.check.id).values(host=alone))
        return [
            replace(seen, check=replace(seen.check, host=f"host-{number}.example")) for number, seen in enumerate(looks)
        ]

    return build


def rows(newsroom):
    """All that is kept, but ids and what a stopwatch measured."""
    found = {}
    with newsroom.database.read() as conn:
        for table in metadata.sorted_tables:
            if table.name not in OF_ONE_PROCESS:
                columns = [one for one in table.c if one.name not in OF_ONE_RUN and not one.name.endswith("_id")]
                found[table.name] = sorted(map(repr, conn.execute(sa.select(*columns)).all())) if columns else []
    return found


def written_by(newsroom, pieces_of):
    """What would be kept after these pieces were written; nothing of it is."""
    found = {}
    with contextlib.suppress(UndoneError), newsroom.database.write() as conn:
        inside = replace(newsroom, database=newsroom.database.within(conn), random=lambda: 0.5)
        assert {result for pieces in pieces_of(inside) for result in write_group(inside, pieces)} == {Verdict.KEPT}
        found = rows(inside)
        raise UndoneError
    return found


class UndoneError(Exception):
    """Ends a transaction that only was to be looked at."""
