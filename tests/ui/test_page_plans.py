"""No page reads a big table from one end to the other, whoever asks for it, in whatever shape."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from app.pipeline.newsroom import Newsroom
from app.ui.table import PAGES
from tests.storage.test_query_plans import BIG, scans

SEEN_BY_STRANGERS = {"here", "w", "s", "v", "c", "f", "e"}
"""By which names app.storage.strangers speaks of tables."""
PLACE = "1736241120000000.00000000000000000000000000000000"
WORK = "3_2025-01-07T09:12:00%2B00:00_00000000-0000-0000-0000-000000000000"
SHAPES = (
    *(page.path for page in PAGES if page.method == "GET"),
    *(f"/?state={state}&after={WORK}" for state in ("open", "confirmed", "dismissed", "any")),
    *(f"/?state={state}&min_level=major" for state in ("open", "dismissed", "any")),
    *(f"/?state={state}&watch={{watch_id}}" for state in ("open", "dismissed", "any")),
    *(f"/?state={state}&pin={{pin_id}}" for state in ("open", "dismissed", "any")),
    f"/?watch={{watch_id}}&after={WORK}",
    f"/watches?after={PLACE}",
    "/watches?tag=military",
    "/watches?kind=feed&state=paused",
    f"/watches/{{watch_id}}?after={PLACE}",
    "/ask?text=Our+forces+began+new+offensive+operations+in+the+Kursk+region.",
    "/ask?text=new+offensive+operations+in+the+region",
    "/ask?text=operations",
    "/ask?text=operations+region&as=words&standing=gone&order=best&tag=press&publisher=General+Staff",
    f"/pins?after={PLACE}",
    f"/destinations?after={PLACE}",
    *(f"/destinations/{{destination_id}}/alerts?state={state}" for state in ("pending", "failed", "delivered")),
    f"/destinations/{{destination_id}}/alerts?after={PLACE}",
    f"/keys?after={PLACE}",
    f"/shares?after={PLACE}&statement={{statement_id}}",
    "/statements/{statement_id}?version=1",
    "/statements/{statement_id}?until=1",
    "/statements/{statement_id}/compare?from=1&to=2&view=words&show=changes",
    f"/claims/{{claim_id}}?before={PLACE}",
)


@contextmanager
def noted(newsroom: Newsroom) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile, as it reads when it gets there."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    sa.event.listen(newsroom.database.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(newsroom.database.engine, "before_cursor_execute", note)


def plans_of(newsroom: Newsroom, asked: list[tuple[str, Any]]) -> Iterator[str]:
    with newsroom.database.engine.connect() as conn:
        for statement, parameters in asked:
            if re.match(r"\s*(WITH|SELECT)\b", statement):
                rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                yield "\n".join(row.detail for row in rows)


@pytest.fixture
def look(newsroom: Newsroom, story: Any) -> Callable[[Any, str], set[str]]:
    """The tables that a page reads whole."""

    def at(browser: Any, shape: str) -> set[str]:
        path = re.sub(r"{(\w+)(?::\w+)?}", lambda found: str(getattr(story, found[1], 1)), shape)
        with noted(newsroom) as asked:
            answer = browser.get(path)
        assert answer.status_code in (200, 303, 404), answer.text
        return {table for plan in plans_of(newsroom, asked) for table in scans(plan)}

    return at


def test_no_page_reads_a_big_table_whole(look: Any, administrator: Any):
    found = {shape: look(administrator, shape) & BIG for shape in SHAPES}
    assert {shape: tables for shape, tables in found.items() if tables} == {}


def test_no_page_that_strangers_see_reads_a_big_table_whole(look: Any, browser: Any):
    public = {page.path for page in PAGES if page.is_public}
    stranger = browser(public_read=True)
    shapes = [shape for shape in SHAPES if shape in public or shape.partition("?")[0] in {"/", "/watches", "/ask"}]
    assert len(shapes) > 20
    found = {shape: look(stranger, shape) & (BIG | SEEN_BY_STRANGERS) for shape in shapes}
    assert {shape: tables for shape, tables in found.items() if tables} == {}


def test_a_page_that_did_would_be_found(newsroom: Newsroom):
    with noted(newsroom) as asked, newsroom.database.for_strangers().read() as conn:
        conn.execute(sa.text("SELECT count(*) FROM version WHERE text = 'x'")).all()
    assert {table for plan in plans_of(newsroom, asked) for table in scans(plan)} & SEEN_BY_STRANGERS


def test_every_page_is_looked_at():
    assert {page.path for page in PAGES if page.method == "GET"} <= set(SHAPES)
