"""What is told stays under 20 kB, whatever an edit did, and never loses what it is about."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.claims import Action, ClaimChange, Facet, FacetKind, Level, PinEventKind, PinVariant, Span
from app.domain.edits import AnalysisState, Confirmation, Edit, EditKind, PinChange
from app.domain.events import EventType
from app.domain.gists import Deed, Gist
from app.domain.ids import EditId, EventId, PinId, StatementId, WatchId
from app.domain.observations import Outcome
from app.domain.statements import Statement, StatementState
from app.domain.watches import Selectors, SourceKind, Watch, WatchHealth, WatchState
from app.pipeline.messages import Telling, edit_message, statement_message, watch_message
from app.storage.events import body_text

AT = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
LIMIT = 20_000
KEY = uuid.UUID("01a00000-0000-7000-8000-000000000000")

WATCH = Watch(
    id=WatchId(KEY),
    kind=SourceKind.TELEGRAM_CHANNEL,
    url="https://t.me/generalstaff",
    target="generalstaff",
    name="General Staff",
    publisher="General Staff",
    language=None,
    tags=("army",),
    state=WatchState.ACTIVE,
    interval_seconds=None,
    selectors=Selectors(),
    respect_robots=True,
    identity=None,
    health=WatchHealth.HEALTHY,
    last_checked_at=None,
    last_outcome=None,
    next_check_at=None,
    next_check_reason=None,
    created_at=AT,
    updated_at=AT,
    revision=1,
)
STATEMENT = Statement(
    id=StatementId(KEY),
    watch_id=WATCH.id,
    external_id="17",
    url="https://t.me/generalstaff/17",
    state=StatementState.PRESENT,
    published_at=AT,
    first_seen_at=AT,
    last_seen_at=AT,
    last_checked_at=AT,
    missing_since=None,
    withdrawn_at=None,
    version_count=2,
    edit_count=1,
    title=None,
    language="uk",
)
EDIT = Edit(
    id=EditId(KEY),
    statement_id=STATEMENT.id,
    watch_id=WATCH.id,
    kind=EditKind.WORDING,
    from_version=1,
    to_version=2,
    restores=None,
    last_seen_unchanged_at=AT,
    first_seen_changed_at=AT + timedelta(minutes=3),
    stood_seconds=60.0,
    seconds_since_publication=180.0,
    earlier_edits=0,
    confirmation=Confirmation.CONFIRMED,
    confirmed_at=AT + timedelta(minutes=4),
    analysis_state=AnalysisState.DONE,
    analysis_attempts=0,
    analyzer_version="1",
    statement_action=None,
    score=0.9,
    level=Level.MAJOR,
    disclosed=False,
    marked_edited=True,
    language="uk",
    facets_supported=(),
    truncated=False,
    change_hash=None,
    pins=(),
    is_technical=False,
)

texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
long_texts = st.builds(lambda text, times: text * times, texts, st.sampled_from([1, 1, 50, 5_000]))
spans = st.lists(st.builds(Span, st.integers(0, 10**6), st.integers(0, 10**6)), max_size=3).flatmap(
    lambda some: st.sampled_from([1, 1, 400]).map(lambda times: tuple(some * times))
)
facets = st.builds(
    Facet,
    kind=st.sampled_from(FacetKind),
    before=spans,
    after=spans,
    data=st.dictionaries(texts, long_texts, max_size=3),
)


@st.composite
def claim_changes(draw):
    return ClaimChange(
        number=draw(st.integers(1, 5)),
        action=draw(st.sampled_from(Action)),
        before=draw(long_texts),
        after=draw(long_texts),
        before_spans=(),
        after_spans=(),
        facets=tuple(draw(st.lists(facets, max_size=3))),
        score=draw(st.floats(0, 1)),
        level=draw(st.sampled_from(Level)),
        similarity=0.5,
    )


@st.composite
def pin_changes(draw):
    variant = PinVariant("uk", draw(long_texts))
    numbers = tuple(draw(st.lists(st.integers(1, 5), max_size=3)))
    kind = draw(st.sampled_from(PinEventKind))
    return PinChange(PinId(KEY), draw(long_texts), variant, kind, draw(spans), draw(spans), numbers)


def many(strategy):
    return st.lists(strategy, max_size=3).flatmap(lambda some: st.sampled_from([1, 40]).map(lambda times: some * times))


@settings(max_examples=60, deadline=None)
@given(
    changes=many(claim_changes()),
    pins=many(pin_changes()),
    names=st.tuples(long_texts, long_texts, long_texts, long_texts, long_texts),
    tags=st.lists(st.text(min_size=64, max_size=64), max_size=50),
)
def test_the_body_for_an_edit_is_always_under_20_kb(changes, pins, names, tags):
    name, publisher, title, headline, address = names
    watch = replace(WATCH, name=name, publisher=publisher, tags=tuple(tags), url=f"https://example.org/{address}")
    statement = replace(STATEMENT, title=title, url=f"https://example.org/{address}")
    edit = replace(EDIT, pins=tuple(pins))
    gist = Gist(Deed.EXCHANGED, who=publisher, old=headline, new=headline, since=AT, until=AT)
    told = Telling(EventType.STATEMENT_EDITED, EventId(KEY), AT, gist, watch, statement, edit, changes, ())
    body = edit_message(told, public_url="https://walkback.example.org")
    assert len(body_text(body).encode()) < LIMIT
    assert json.loads(body_text(body))["id"] == str(KEY)
    told_of = len(body["claims"]) + body["claims_left_out"]
    assert told_of == sum(1 for one in changes if one.action is not Action.UNCHANGED or one.facets)
    assert len(body["pins"]) + body["pins_left_out"] == len(pins)
    assert [one["score"] for one in body["claims"]] == sorted((one["score"] for one in body["claims"]), reverse=True)


@settings(max_examples=60, deadline=None)
@given(name=long_texts, title=long_texts, detail=long_texts)
def test_the_other_bodies_are_always_under_20_kb(name, title, detail):
    watch = replace(WATCH, name=name, publisher=name)
    statement = replace(STATEMENT, title=title)
    seen = statement_message(
        EventType.STATEMENT_FIRST_SEEN, EventId(KEY), AT, statement, watch, public_url="https://walkback.example.org"
    )
    failing = watch_message(
        EventType.WATCH_FAILING, EventId(KEY), AT, watch, outcome=Outcome.BLOCKED, detail=detail or None
    )
    assert len(body_text(seen).encode()) < LIMIT
    assert len(body_text(failing).encode()) < LIMIT


def test_an_edit_of_usual_size_is_told_whole():
    change = ClaimChange(
        number=1,
        action=Action.REMOVED,
        before="Сили оборони розпочали нові наступальні дії.",
        after="",
        before_spans=(Span(0, 44),),
        after_spans=(),
        facets=(),
        score=0.7,
        level=Level.MAJOR,
        similarity=0.0,
    )
    told = Telling(
        EventType.STATEMENT_EDITED, EventId(KEY), AT, Gist(Deed.EDITED), WATCH, STATEMENT, EDIT, [change], ()
    )
    body = edit_message(told, public_url=None)
    (claim,) = body["claims"]
    assert claim["before"] == change.before
    assert body["claims_left_out"] == body["pins_left_out"] == body["flags_left_out"] == 0
    assert body["links"]["diff"].endswith("/diff?from=1&to=2")
    assert body["links"]["page"] == f"/statements/{STATEMENT.id}/compare?from=1&to=2"


def test_a_message_leads_people_to_the_page_of_the_statement_where_there_is_nothing_to_compare():
    gone = replace(EDIT, kind=EditKind.WITHDRAWN, to_version=1)
    told = Telling(
        EventType.STATEMENT_WITHDRAWN, EventId(KEY), AT, Gist(Deed.WITHDRAWN), WATCH, STATEMENT, gone, (), ()
    )
    body = edit_message(told, public_url="https://walkback.example")
    assert body["links"]["page"] == f"https://walkback.example/statements/{STATEMENT.id}"


@pytest.mark.parametrize("letter", ["a", "я", "🇺🇦", '"', "\\", "\n", "\x01"])
def test_a_long_text_is_cut_by_what_it_weighs(letter):
    told = Telling(
        EventType.STATEMENT_EDITED,
        EventId(KEY),
        AT,
        Gist(Deed.EDITED, old=letter * 10_000),
        WATCH,
        STATEMENT,
        EDIT,
        (),
        (),
    )
    headline = edit_message(told, public_url=None)["headline"]
    assert headline.endswith("…")
    assert 300 < len(json.dumps(headline, ensure_ascii=False).encode()) <= 600
