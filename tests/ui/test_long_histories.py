"""A statement of a thousand versions: every page of it is light, says what it shows, and leads to all the rest."""

import re
import shutil
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.domain.ids import StatementId
from app.pipeline.newsroom import Newsroom
from app.pipeline.shares import share_statement
from app.storage import claims, edits
from benchmarks.page_cases import key
from benchmarks.page_record import Shape, fill

SHAPE = Shape(2_000)
STATEMENT = f"/statements/{key(0)}"
VERSIONS = 1_000
MOST_BYTES = 73_000
"""Of a page by itself; styles and scripts add some 26,000, and 100,000 is the limit in all."""


@pytest.fixture(scope="module")
def long_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "record.db"
    fill(path, SHAPE)
    return path


@pytest.fixture
def database_url(long_record: Path, tmp_path: Path) -> str:
    path = tmp_path / "walkback.db"
    shutil.copy(long_record, path)
    return f"sqlite:///{path}"


def stretches(reader: Any, address: str) -> list[str]:
    """The page at an address, and all that its link to older ones leads to."""
    found = [reader.get(address).text]
    while link := re.search(r'<a [^>]*rel="next" href="([^"]+)">Older ones</a>', found[-1]):
        found.append(reader.get(link[1].replace("&amp;", "&")).text)
        assert len(found) <= VERSIONS
    return found


def versions_in(page: str) -> list[int]:
    """The versions that can be picked on a page, newest first."""
    return [int(number) for number in re.findall(r'name="from" value="(\d+)"', page)]


def test_the_links_to_older_ones_lead_through_every_version(reader: Any):
    pages = stretches(reader, STATEMENT)
    shown = [versions_in(page) for page in pages]
    assert shown[0][0] == VERSIONS
    assert shown[-1][-1] == 1
    assert sorted({number for some in shown for number in some}) == list(range(1, VERSIONS + 1))
    for newer, older in pairwise(shown):
        assert newer[-1] == older[0], "the version between two stretches is in both"
    assert max(len(page.encode()) for page in pages) < MOST_BYTES


def test_a_stretch_says_what_it_shows_and_how_many_there_are(reader: Any):
    newest, older, *_ = stretches(reader, STATEMENT)
    assert "Shown is a part of the history: version 980 to version 1000." in newest
    assert "<dd>1,000</dd>" in newest
    assert ">The newest</a>" not in newest
    assert "Shown is a part of the history: version 960 to version 980." in older
    assert f'<a href="{STATEMENT}">The newest</a>' in older
    assert "The wording: version 980" in older
    assert f'href="{STATEMENT}/claims.svg?until=980"' in older


def test_the_claims_of_an_old_stretch_are_those_that_stood_in_it(reader: Any):
    page = reader.get(f"{STATEMENT}?until=500").text
    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert ">v500<" in drawn
    assert ">v1000<" not in drawn
    assert "500 машин" in drawn
    assert "1000 машин" not in page


def test_how_much_is_asked_does_not_depend_on_the_stretch(reader: Any, count_statements: Any):
    newest = count_statements(lambda: reader.get(STATEMENT))
    assert count_statements(lambda: reader.get(f"{STATEMENT}?until=1")) <= newest + 2
    assert newest < 25


def test_an_earlier_wording_stands_among_its_neighbours(reader: Any):
    page = reader.get(f"{STATEMENT}?version=300").text
    assert "This is an earlier wording." in page
    assert versions_in(page)[0] == 300
    assert reader.get(f"{STATEMENT}?version=990").text.count('name="from"') == 21


@pytest.mark.parametrize("number", ["1001", "0", "99999999999999"])
def test_a_stretch_that_ends_nowhere_is_not_there(reader: Any, number: str):
    assert reader.get(f"{STATEMENT}?until={number}").status_code == 404
    assert reader.get(f"{STATEMENT}/claims.svg?until={number}").status_code == 404


def test_what_is_no_number_is_refused(reader: Any):
    assert reader.get(f"{STATEMENT}?until=<b>").status_code == 422


def test_two_old_wordings_are_compared_with_the_edit_between_them(reader: Any):
    page = reader.get(f"{STATEMENT}/compare?from=99&to=100").text
    assert re.search(r"<dt>Level</dt><dd><span class=\"tag \w+\">", page)
    assert {99, 100} <= set(versions_in(page))
    far = reader.get(f"{STATEMENT}/compare?from=3&to=900")
    assert far.status_code == 200
    assert {3, 900} <= set(versions_in(far.text))
    assert re.search(r'name="from" value="3"[^>]* checked', far.text)
    assert len(far.content) < MOST_BYTES


def test_a_shared_statement_is_as_light_as_others_and_says_that_it_is_a_part(reader: Any, newsroom: Newsroom):
    made = share_statement(newsroom, StatementId(UUID(STATEMENT.rpartition("/")[2])), lasts=timedelta(days=1))
    page = reader.get(f"/shared/{made.token}").text
    assert "The newest are told here." in page
    around = sum(len(reader.get(one).content) for one in set(re.findall(r'"(/static/[^"]+)"', page)))
    assert len(page.encode()) + around < 99_000


def test_the_picture_of_an_old_stretch_says_that_it_is_a_part(reader: Any):
    svg = reader.get(f"{STATEMENT}/claims.svg?until=500").text
    assert ">v500<" in svg
    assert "only a part of it is here" in svg


def test_the_life_of_a_claim_leads_through_all_that_happened_to_it(reader: Any, newsroom: Newsroom):
    with newsroom.database.read() as conn:
        (claim,) = [one for one in claims.list_claims(conn, limit=9).items if one.number == 5]
        turns = edits.list_changes_of_claim(conn, claim.statement_id, 5, limit=2_000)
    pages = stretches(reader, f"/claims/{claim.id}")
    told = [re.findall(r"/compare\?from=(\d+)&amp;to=(\d+)", page) for page in pages]
    found = {(int(old), int(new)) for some in told for old, new in some}
    assert found == {(edit.from_version, edit.to_version) for edit, _ in turns}
    assert len(found) == VERSIONS - 1
    assert max(len(page.encode()) for page in pages) < MOST_BYTES
    assert "Shown is a part of what happened to it." in pages[0]
    assert all(page.count("<svg") == 1 for page in pages)
    begins = [re.findall(r">(v\d+)</text>", page)[0] for page in pages]
    assert begins[-1] == f"v{claim.first_version}"
    ring = 'class="d-fill-first"'
    assert [ring in page for page in pages] == [*([False] * (len(pages) - 1)), True], (
        "seen first where it was first seen"
    )


def test_a_claim_that_was_gone_long_ago_has_its_life_drawn(reader: Any, newsroom: Newsroom):
    with newsroom.database.read() as conn:
        (claim,) = [one for one in claims.list_claims(conn, limit=9).items if one.number == 7]
    page = reader.get(f"/claims/{claim.id}").text
    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert ">v4<" in drawn
    assert ">v5<" in drawn
    assert ">gone<" in drawn


def test_keys_and_sessions_are_told_so_many_at_a_time(administrator: Any):
    first = administrator.get("/keys")
    assert len(first.content) < MOST_BYTES
    pages = stretches(administrator, "/keys")
    named = [name for page in pages for name in re.findall(r'<span dir="auto">(key \d+)</span><p', page)]
    assert len(named) == len(set(named)) == 200
    assert "More browsers are signed in than are told here." in first.text
