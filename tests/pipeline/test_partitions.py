"""The main story on a PostgreSQL whose big tables are cut into parts: nothing is different but where the rows lie."""

import pytest
import sqlalchemy as sa

from app.domain.observations import Outcome
from app.domain.watches import WatchDraft
from app.pipeline.deliver import deliver_once
from app.pipeline.quotes import look_up
from app.pipeline.reanalyse import Wish, reanalyse
from app.pipeline.watchlist import add_watch, check_now, remove_watch
from app.storage import quotes
from app.storage.database import Database
from app.storage.partitions import count_parts, partition, partitioned_by
from app.storage.tables import edit, metadata

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."
SECOND = "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."
THIRD = "Payments do not depend on income, and nobody has to apply for them at any office of the ministry."


@pytest.fixture
def database_url(postgres_template):
    url = postgres_template()
    with Database(url) as database:
        partition(database, 3)
    yield url
    postgres_template.drop(url)


def filled(newsroom):
    """The tables in parts that have rows."""
    with newsroom.database.read() as conn:
        assert count_parts(conn) == 3
        big = [table for table in metadata.sorted_tables if partitioned_by(table)]
        return {table.name for table in big if conn.execute(sa.select(table).limit(1)).first()}


async def test_a_statement_is_watched_edited_told_of_asked_about_and_forgotten(
    newsroom, site, release, later, record, add_pin, receiver, add_destination
):
    got, url = receiver
    add_destination("desk", url=url)
    add_pin("en: every family")
    site.pages["/release"] = release(FIRST.format(500), SECOND, THIRD)
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    site.pages["/release"] = release(FIRST.format(50), SECOND, THIRD)
    await later(301)
    site.pages["/release"] = release(FIRST.format(50), THIRD)
    check_now(newsroom, watch.id)
    await later(1)
    await later(newsroom.rules.second_look_seconds + 1)
    assert [version.number for version in record.versions()] == [1, 2, 3]
    assert record.outcomes()[:2] == [Outcome.FIRST_SEEN, Outcome.EDITED]
    assert len(record.edits()) == 2
    assert {flag.action for flag in record.flags()} >= {"edited", "removed"}
    assert await deliver_once(newsroom) == len(record.alerts()) == 2
    assert len(got.received) == 2

    with newsroom.database.read() as conn:
        answer = look_up(conn, SECOND, now=newsroom.clock(), language="en", limit=5)
    assert [hit.text for sentence in answer.sentences for hit in sentence.hits] == [SECOND]
    with newsroom.database.write() as conn:
        conn.execute(sa.update(edit).values(analyzer_version="0"))
    assert reanalyse(newsroom, Wish(), done_one=lambda: None).failed == 0
    with newsroom.database.read() as conn:
        assert quotes.list_wordings(conn, record.statement.id)
    assert filled(newsroom) >= {"capture", "claim", "claim_change", "claim_wording", "edit", "edit_pin", "observation",
                                "quote_term", "statement_rules", "version", "visit"}  # fmt: skip

    remove_watch(newsroom, watch.id, forget_history=True)
    assert filled(newsroom) == set()


async def test_a_page_that_does_not_change_leaves_only_observations(newsroom, site, release, later, record):
    site.pages["/release"] = release(FIRST.format(500))
    add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    await later(301)
    await later(301)
    assert record.outcomes() == [Outcome.FIRST_SEEN, Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert len(record.versions()) == 1
