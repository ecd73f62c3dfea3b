"""The first line of everything: who did what to which words, and between which looks."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogues.choosing import catalogue_of, languages
from app.domain.claims import Action, ClaimChange, Level, PinEventKind, PinVariant, Span, StatementAction
from app.domain.edits import PinChange
from app.domain.gists import Deed, Gist, gist_facts, read_gist
from app.domain.headlines import SENTENCES, gist_of_change, gist_of_statement, headline_of, shorten
from app.domain.ids import PinId
from app.domain.watches import SourceKind
from app.domain.words import ENGLISH

POSTED = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
SEEN = (datetime(2025, 1, 7, 9, 40, 5, tzinfo=UTC), datetime(2025, 1, 7, 9, 43, tzinfo=UTC))
BETWEEN = "seen between 7 January 2025, 09:40:05 and 09:43 UTC"
OFFENSIVE = "Our forces have launched new offensive operations in the region."
COMBAT = "Our forces have launched combat operations in the region."


def headline_of_change(*args, words=ENGLISH, **facts):
    return headline_of(gist_of_change(*args, **facts), words)


def headline_of_statement(*args, words=ENGLISH, **facts):
    return headline_of(gist_of_statement(*args, **facts), words)


BLANK = ClaimChange(
    number=1,
    action=Action.EDITED,
    before="",
    after="",
    before_spans=(),
    after_spans=(),
    facets=(),
    score=0.9,
    level=Level.MAJOR,
    similarity=0.5,
)
PIN = PinChange(
    pin_id=PinId(uuid.UUID(int=1)),
    name="new offensive",
    variant=PinVariant("en", "new offensive"),
    event=PinEventKind.REMOVED,
    before=(Span(25, 38),),
    after=(),
    claim_numbers=(1,),
)
POST, PAGE, ARTICLE = SourceKind.TELEGRAM_CHANNEL, SourceKind.WEB_PAGE, SourceKind.FEED

CHANGES = {
    "words exchanged": (
        (Action.EDITED, OFFENSIVE, COMBAT, (), POST),
        "changed “new offensive” to “combat” in a post",
    ),
    "a pinned phrase gone": ((Action.EDITED, OFFENSIVE, COMBAT, (PIN,), POST), "removed “new offensive” from a post"),
    "a pinned phrase that came": (
        (Action.EDITED, COMBAT, OFFENSIVE, (replace(PIN, event=PinEventKind.ADDED, before=()),), POST),
        "changed “combat” to “new offensive” in a post",
    ),
    "words taken out": (
        (Action.EDITED, OFFENSIVE, OFFENSIVE.replace("new ", ""), (), PAGE),
        "removed “new” from a page",
    ),
    "words put in": ((Action.EDITED, COMBAT, COMBAT.replace("have", "have not"), (), PAGE), "added “not” to a page"),
    "a whole claim gone": ((Action.REMOVED, COMBAT, "", (), ARTICLE), f"removed “{COMBAT}” from an article"),
    "a whole claim new": ((Action.ADDED, "", COMBAT, (), ARTICLE), f"added “{COMBAT}” to an article"),
    "a claim back": ((Action.RESTORED, "", COMBAT, (), POST), f"put “{COMBAT}” back into a post"),
    "a claim elsewhere": ((Action.MOVED, COMBAT, COMBAT, (), POST), f"moved “{COMBAT}” within a post"),
    "only line breaks": (
        (Action.EDITED, "One\ntwo", "One two", (), POST),
        "changed only the line breaks of “One two” in a post",
    ),
    "a repeated word": ((Action.EDITED, "no no no", "no no", (), POST), "removed “no” from a post"),
    "one claim made two": (
        (Action.SPLIT, "He came and he saw.", "He came. He saw.", (), POST),
        "changed “came and he” to “came. He” in a post",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_done_to_a_claim(name):
    (action, before, after, pins, kind), words = CHANGES[name]
    line = headline_of_change(
        replace(BLANK, action=action, before=before, after=after),
        pins,
        publisher="General Staff",
        kind=kind,
        published_at=POSTED,
        seen=SEEN,
        before_text=before,
    )
    assert line == f"General Staff {words} of 7 January 2025, 09:12 UTC; {BETWEEN}"


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (
            StatementAction.WITHDRAWN,
            (
                "Ministry’s page: “It is so.” is not seen since 7 January 2025, 09:40:05 UTC; "
                "looked for until 7 January 2025, 09:43 UTC"
            ),
        ),
        (StatementAction.REPUBLISHED, f"Ministry shows again the page: “It is so.”; {BETWEEN}"),
        (StatementAction.REPLACED, f"Ministry replaced the page: “It is so.”; {BETWEEN}"),
    ],
)
def test_what_was_done_to_a_statement(action, line):
    assert line == headline_of_statement(
        action, publisher="Ministry", kind=PAGE, published_at=None, seen=SEEN, text="It is so."
    )


def test_nobody_is_told_that_something_was_deleted_then():
    """What was seen is said, never what is presumed."""
    line = headline_of_statement(
        StatementAction.WITHDRAWN, publisher="Ministry", kind=PAGE, published_at=None, seen=SEEN, text="It is so."
    )
    assert "delete" not in line


def test_times_are_in_utc_whatever_zone_they_came_in():
    kyiv = timezone(timedelta(hours=2))
    line = headline_of_statement(
        StatementAction.REPLACED,
        publisher="Ministry",
        kind=PAGE,
        published_at=POSTED.astimezone(kyiv),
        seen=(SEEN[0].astimezone(kyiv), SEEN[1].astimezone(timezone(timedelta(hours=-10)))),
        text="It is so.",
    )
    assert line == f"Ministry replaced the page of 7 January 2025, 09:12 UTC: “It is so.”; {BETWEEN}"


def test_two_looks_on_different_days_are_both_dated():
    line = headline_of_statement(
        StatementAction.REPLACED,
        publisher="Ministry",
        kind=PAGE,
        published_at=None,
        seen=(SEEN[0], SEEN[1] + timedelta(days=1)),
        text="It is so.",
    )
    assert line.endswith("seen between 7 January 2025, 09:40:05 UTC and 8 January 2025, 09:43 UTC")


@given(text=st.text(), longest=st.integers(2, 200))
def test_a_shortened_text_is_one_line_and_short(text, longest):
    line = shorten(text, longest)
    assert len(line) <= longest
    assert len(line.splitlines()) <= 1
    if len(" ".join(text.split())) <= longest:
        assert line == " ".join(text.split())
    else:
        assert line.endswith("…")


@given(before=st.text(), after=st.text(), action=st.sampled_from(Action))
def test_every_change_has_a_headline_of_one_line(before, after, action):
    line = headline_of_change(
        replace(BLANK, action=action, before=before, after=after),
        (),
        publisher="Ministry",
        kind=PAGE,
        published_at=None,
        seen=SEEN,
        before_text=before,
    )
    assert line.startswith("Ministry ")
    assert "\n" not in line
    assert len(line) < 400


UKRAINIAN = {
    "words exchanged": "«new offensive» замінено на «combat»",
    "a pinned phrase gone": "прибрано «new offensive»",
    "words put in": "додано «not»",
    "a claim back": f"повернуто «{COMBAT}»",
    "a claim elsewhere": f"переставлено «{COMBAT}»",
    "only line breaks": "змінено лише розриви рядків у «One two»",
}


@pytest.mark.parametrize("name", UKRAINIAN)
def test_the_same_in_ukrainian_is_right_for_any_publisher(name):
    (action, before, after, pins, kind), _ = CHANGES[name]
    line = headline_of_change(
        replace(BLANK, action=action, before=before, after=after),
        pins,
        publisher="Генеральний штаб України",
        kind=kind,
        published_at=POSTED,
        seen=SEEN,
        before_text=before,
        words=catalogue_of("uk"),
    )
    place = "допис" if kind is POST else "сторінка"
    day = "7 січня 2025\u202fр."
    assert line == (
        f"Генеральний штаб України, {place} від {day}, 09:12 UTC: {UKRAINIAN[name]}; "
        f"помічено між {day}, 09:40:05 та 09:43 UTC"
    )


GISTS = st.builds(
    Gist,
    st.sampled_from(Deed),
    who=st.text(),
    kind=st.none() | st.sampled_from(SourceKind),
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    old=st.text(),
    new=st.text(),
    since=st.none() | st.datetimes(timezones=st.just(UTC)),
    until=st.none() | st.datetimes(timezones=st.just(UTC)),
    count=st.integers(0, 10**6),
    turns=st.integers(0, 1000),
    state=st.sampled_from(["", "open", "confirmed", "of a later program"]),
    large_loss=st.booleans(),
)


@given(gist=GISTS | GISTS.flatmap(lambda gist: st.builds(replace, st.just(gist), about=GISTS)))
def test_whatever_is_told_can_be_kept_and_said_in_every_language(gist):
    kept = read_gist(json.loads(json.dumps(gist_facts(gist))))
    assert kept == gist
    for language in languages():
        assert headline_of(kept, catalogue_of(language)).strip()


@pytest.mark.parametrize("facts", [None, "text", {}, {"did": "something new"}, {"did": "removed", "since": "noon"}, []])
def test_a_gist_that_this_program_does_not_know_is_none(facts):
    assert read_gist(facts) is None


def test_every_deed_has_its_sentence_in_ukrainian():
    words = catalogue_of("uk")
    assert [deed for deed in Deed if words.gettext(SENTENCES[deed]) == SENTENCES[deed]] == []
