"""One claim: its whole life, and citations that programs and people can read."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogues.choosing import catalogue_of
from app.domain.words import ENGLISH
from app.pipeline.newsroom import Newsroom
from app.storage import claims, statements
from app.ui.citing import Citation, as_bibtex, as_claim_review, as_csl_json, as_markdown, as_text

AT = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
CITED = Citation(
    key="walkback-1",
    quote="Five villages\nare under control.",
    publisher="General Staff",
    title="On the operation",
    url="https://www.example.org/statement",
    record_url="https://walkback.example/claims/1",
    published_at=AT,
    first_seen_at=AT,
    last_seen_at=AT + timedelta(hours=1),
    gone=(AT + timedelta(hours=1), AT + timedelta(hours=2)),
    accessed_at=AT + timedelta(days=1),
    language="en",
)


def citations(page: str) -> dict[str, str]:
    found = re.findall(r'<pre id="cite-(\w+)"[^>]*>(.*?)</pre>', page, re.DOTALL)
    return {code: html.unescape(text) for code, text in found}


def test_the_life_of_a_claim_is_drawn_and_told_turn_by_turn(reader: Any, story: Any):
    page = reader.get(f"/claims/{story.claim_id}").text
    assert "<svg" in page
    assert ">stands<" in page
    assert f'href="/statements/{story.statement_id}/compare?from=1&amp;to=2"' in page
    assert "<del>" in page
    assert "Old words last seen" in page


def test_each_wording_can_be_cited(reader: Any, story: Any):
    page = reader.get(f"/claims/{story.claim_id}").text
    assert "combat operations" in citations(page)["text"]
    first = reader.get(f"/claims/{story.claim_id}?wording=1").text
    cited = citations(first)
    assert set(cited) == {"text", "markdown", "bibtex", "csl", "claimreview"}
    assert "General Staff: “Our forces began new offensive operations in the Kursk region.”" in cited["text"]
    assert "no longer at 7 January 2025" in cited["text"]
    (item,) = json.loads(cited["csl"])
    assert item["author"] == [{"literal": "General Staff"}]
    assert json.loads(cited["claimreview"])["claimReviewed"].startswith("Our forces began new offensive")


def test_a_claim_that_is_gone_is_said_to_be_gone(reader: Any, press: Any, newsroom: Newsroom):
    press.says("Five villages are under control. The bridge was destroyed on Monday.")
    press.says("Five villages are under control.")
    with newsroom.database.read() as conn:
        (statement,) = statements.list_statements(conn).items
        gone, *_ = claims.list_claims(conn, statement_id=statement.id, standing=False).items
    page = reader.get(f"/claims/{gone.id}").text
    assert "<del>The bridge was destroyed on Monday.</del>" in page
    assert ">no longer there<" in page
    assert "Not seen in" in page
    assert "no longer at" in citations(page)["text"]


def test_a_claim_to_which_nothing_happened_has_a_page_too(reader: Any, story: Any, newsroom: Newsroom):
    with newsroom.database.read() as conn:
        still = next(one for one in claims.list_claims(conn).items if str(one.id) != story.claim_id)
    page = reader.get(f"/claims/{still.id}").text
    assert "Nothing has happened to it." in page
    assert "Seen from" in citations(page)["text"]


@pytest.mark.parametrize(("query", "status"), [("wording=9", 200), ("wording=x", 422), ("wording=0", 200)])
def test_a_wording_that_is_not_there_is_the_latest(reader: Any, story: Any, query: str, status: int):
    assert reader.get(f"/claims/{story.claim_id}?{query}").status_code == status


def test_a_citation_says_what_was_seen_in_each_form():
    told = "Seen from 7 January 2025, 09:12 UTC to 7 January 2025, 10:12 UTC, no longer at 7 January 2025, 11:12 UTC"
    assert as_text(CITED, ENGLISH) == (
        "General Staff: “Five villages are under control.” On the operation. https://www.example.org/statement. "
        f"{told}. Record: https://walkback.example/claims/1. Accessed 8 January 2025."
    )
    assert as_markdown(CITED, ENGLISH).startswith("> Five villages\n> are under control.\n>\n> — [General Staff")
    assert "  urldate = {2025-01-08},\n" in as_bibtex(CITED, ENGLISH)
    assert json.loads(as_csl_json(CITED, ENGLISH))[0]["issued"] == {"date-parts": [[2025, 1, 7]]}
    review = json.loads(as_claim_review(CITED))
    assert review["itemReviewed"]["appearance"]["archivedAt"] == CITED.record_url
    assert "Переглянуто" in as_text(CITED, catalogue_of("uk"))


@given(st.text(), st.text(), st.text())
def test_whatever_is_cited_breaks_out_of_no_form(quote: str, publisher: str, title: str):
    cited = Citation(
        **{name: getattr(CITED, name) for name in Citation.__dataclass_fields__}
        | {"quote": quote, "publisher": publisher, "title": title}
    )
    tex = re.sub(r"\\[{}]", "", as_bibtex(cited, ENGLISH))
    depth = 0
    for sign in tex:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert json.loads(as_csl_json(cited, ENGLISH))[0]["author"] == [{"literal": publisher}]
    assert json.loads(as_claim_review(cited))["itemReviewed"]["author"]["name"] == publisher
    assert not re.search(r"(?<!\\)<(?!https)", as_markdown(cited, ENGLISH))
    assert "\n" not in as_text(cited, ENGLISH).replace(title, "").replace(publisher, "")
