"""A glance says "the same" only where a reading would; and it does say so where only noise differs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.watches import Selectors, SourceKind
from app.sources.contract import Other, Same, Statements, Target
from app.sources.glance import MOST_GLANCES, PROVED_FOR_SECONDS
from app.sources.page_marks import LONG_ENOUGH, read_mark
from app.sources.registry import sources

PAGE = sources("https://t.me")[SourceKind.WEB_PAGE]
URL = "https://ministry.example/releases/7"
SENTENCES = (
    "The General Staff has launched new offensive operations in the border region, it said on Tuesday.",
    "Five soldiers were wounded and 12 vehicles were lost, according to the statement of the press office.",
    "The operation goes on as planned, and further reports will follow in the evening of the same day.",
    "Residents of 14 villages were asked to leave their homes until the 21st of January at the latest.",
    "The minister thanked the crews of the rescue service for their work in the past 48 hours.",
)
LONG = tuple(f"{sentence} Report number {number}." for number in range(4) for sentence in SENTENCES)
SHAPE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="csrf" content="{token}">
<title>Statement</title><script nonce="{token}">var t = "{token}";</script></head><body class="page">
<header><a href="/">Ministry</a></header><nav><ul><li><a href="/a?s={token}">Home</a></li></ul></nav>
<main>{above}<article data-id="{token}"><h1>Statement of the ministry</h1>
<div class="story">{body}</div>{below}</article>
<p class="seen">Read {views} times</p><aside>{aside}</aside></main>
<footer>Served at {views}</footer></body></html>"""


def page(*paragraphs, token="a1", views=17, above="", below="", aside="Also of interest: a report"):
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return SHAPE.format(token=token, views=views, above=above, below=below, aside=aside, body=body)


@pytest.fixture(scope="session")
def look(answer, now):
    """Reads one body, glances at another: the mark, the reading of both, and what the glance said.

    Whoever begins with what the glance made of it reads the same, and leaves a mark that misses nothing either.
    """

    def build(before, after, *, selectors=None, seconds=60, mark=None, **fields):
        target = Target(SourceKind.WEB_PAGE, URL, URL, selectors=selectors or Selectors())
        read = [PAGE.read(answer(body, url=URL), target, external_id=None, now=now) for body in (before, after)]
        mark = mark or read[0].mark
        later = type(now).fromtimestamp(now.timestamp() + seconds, now.tzinfo)
        seen = PAGE.glance(answer(after, **({"url": URL} | fields)), target, mark, external_id=None, now=later)
        if isinstance(seen, Other) and not fields:
            again = PAGE.read(answer(after, url=URL), target, external_id=None, now=now, other=seen)
            assert texts_of([again]) == texts_of(read[1:])
            if isinstance(again, Statements):
                back = PAGE.glance(answer(before, url=URL), target, again.mark, external_id=None, now=now)
                assert not isinstance(back, Same) or texts_of(read[:1]) == texts_of([again])
        return mark, read, seen

    return build


def texts_of(readings):
    return [one.found[0].wording.text if isinstance(one, Statements) else one for one in readings]


@pytest.mark.parametrize("paragraphs", [LONG, SENTENCES[:2]], ids=["long", "short"])
def test_what_differs_only_outside_all_words_is_the_same(look, paragraphs):
    _, read, seen = look(page(*paragraphs), page(*paragraphs, token="b2"))
    assert isinstance(seen, Same)
    assert not seen.is_proof_due
    assert texts_of(read)[0] == texts_of(read)[1]


NOISE = {
    "a counter in the text's neighbourhood": {"views": 18_204},
    "another aside": {"aside": "<h3>Related</h3><p>Something else was said.</p>"},
    "all of it": {"views": 4, "token": "ffff", "aside": ""},
}


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE.keys())
def test_counters_and_asides_of_a_long_statement_are_not_read_again(look, noise):
    _, _, seen = look(page(*LONG), page(*LONG, **noise))
    assert isinstance(seen, Same)


CHANGES = {
    "a figure": page(*(text.replace("12 vehicles", "2 vehicles") for text in LONG)),
    "one letter": page(*(text.replace("wounded", "Wounded") for text in LONG)),
    "a paragraph less": page(*LONG[:-1]),
    "a correction above": page(*LONG, above="<p>Correction: an earlier report gave a wrong number of soldiers.</p>"),
    "a correction below": page(*LONG, below="<p>Correction: an earlier report gave a wrong number of soldiers.</p>"),
    "words in the counter": page(*LONG).replace("Read 17 times", "Withdrawn 17 times"),
    "another shape": page(*LONG).replace('class="story"', 'class="comments"'),
    "a wall": "<html><title>Just a moment...</title><body>Checking your browser</body></html>",
    "nothing": "",
}


def test_the_mark_of_a_changed_page_is_the_same_whether_a_glance_went_before_or_not(answer, now):
    target = Target(SourceKind.WEB_PAGE, URL, URL)
    asked = {"external_id": None, "now": now}
    mark = PAGE.read(answer(page(*LONG), url=URL), target, **asked).mark
    changed = answer(page(*LONG[1:], token="b2"), url=URL)
    seen = PAGE.glance(changed, target, mark, **asked)
    assert isinstance(seen, Other)
    assert PAGE.read(changed, target, **asked, other=seen) == PAGE.read(changed, target, **asked)


def test_figures_of_the_text_that_stand_around_it_too_are_looked_at_after_a_glance(answer, now):
    target = Target(SourceKind.WEB_PAGE, URL, URL)
    asked = {"external_id": None, "now": now}
    mark = PAGE.read(answer(page(*LONG, views=12), url=URL), target, **asked).mark
    changed = answer(page(*LONG, "Read 12 times.", views=12), url=URL)
    seen = PAGE.glance(changed, target, mark, **asked)
    assert isinstance(seen, Other)
    left = PAGE.read(changed, target, **asked, other=seen).mark
    later = answer(page(*LONG, "Read 12 times.", views=21), url=URL)
    assert not isinstance(PAGE.glance(later, target, left, **asked), Same)


@pytest.mark.parametrize("after", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_may_hold_words_sends_us_to_read(look, after):
    _, _, seen = look(page(*LONG), after)
    assert not isinstance(seen, Same)


REFUSALS = {
    "a status": {"status": 403},
    "a challenge": {"headers": {"cf-mitigated": "challenge"}},
    "a redirect": {"went_to": "https://ministry.example/login"},
    "plain text": {"content_type": "text/plain"},
    "a cut answer": {"headers": {"content-length": "", "transfer-encoding": ""}},
}


@pytest.mark.parametrize("fields", REFUSALS.values(), ids=REFUSALS.keys())
def test_a_glance_says_nothing_of_an_answer_that_a_reading_refuses(look, fields):
    cut = fields is REFUSALS["a cut answer"]
    _, _, seen = look(page(*LONG), page(*LONG, token="b")[: -200 if cut else None] + ("<" if cut else ""), **fields)
    assert seen is None


def test_a_wall_in_front_of_a_short_statement_is_seen(look):
    wall = page(*SENTENCES[:2], token='";</script><script src="https://challenges.cloudflare.com/turnstile/v0/api.js">')
    _, read, seen = look(page(*SENTENCES[:2]), wall)
    assert seen is None or isinstance(read[1], Statements)


def test_the_same_bytes_are_the_same_whatever_they_are(look):
    for body in (page(*LONG), "Only words, and no markup at all.", f"<xmp>{LONG[0]}</xmp><p>{LONG[1]}</p>"):
        mark, _, seen = look(body, body)
        assert isinstance(seen, Same), body
        assert read_mark(mark).text_sha256 == seen.text_sha256


def test_once_a_day_and_once_in_many_looks_a_page_is_read_as_a_proof(look):
    mark, _, fresh = look(page(*LONG), page(*LONG, token="b"))
    assert not fresh.is_proof_due
    for seconds, used in ((PROVED_FOR_SECONDS, mark), (-5, mark), (60, mark.replace(" 0 ", f" {MOST_GLANCES} ", 1))):
        _, _, seen = look(page(*LONG), page(*LONG, token="c"), seconds=seconds, mark=used)
        assert seen.is_proof_due, seconds


def test_a_mark_left_by_other_rules_or_damaged_says_nothing(look):
    mark, _, _ = look(page(*LONG), page(*LONG))
    for other in ("", "x", mark.replace(mark.split()[0], "0" * 32), mark + " more"):
        _, _, seen = look(page(*LONG), page(*LONG), mark=other or "?")
        assert seen is None
    _, _, chosen = look(page(*LONG), page(*LONG), mark=mark, selectors=Selectors(("article",), ()))
    assert chosen is None


SELECTED = {
    "noise outside": (("div.story",), (), {"above": "<p>Something new above.</p>"}, True),
    "noise that is left out": (("main",), ("p.seen",), {"views": 99}, True),
    "noise inside": (("main",), (), {"views": 99}, False),
    "left out around what is read": (("div.story",), ("main",), {"views": 99}, False),
}


@pytest.mark.parametrize(("include", "exclude", "noise", "is_same"), SELECTED.values(), ids=SELECTED.keys())
def test_with_selectors_only_what_they_point_to_counts(look, include, exclude, noise, is_same):
    _, read, seen = look(page(*LONG), page(*LONG, **noise), selectors=Selectors(include, exclude))
    assert isinstance(seen, Same) is is_same
    assert not is_same or texts_of(read)[0] == texts_of(read)[1]


TAGS = re.compile(r"<(?:p|div|h1|aside|article|main)[^>]*>")
PIECES = st.sampled_from(
    ["<p>Correction: five were wounded.</p>", "<aside>ad</aside>", "<div class='menu'>x</div>", "7", " 31 ", "word ",
     "<nav>", "</div>", "<time>now</time>", "<script>1</script>", '<p hidden id="q">hidden</p>', "<ul><li>One</ul>"]
)  # fmt: skip


@given(
    count=st.integers(1, len(LONG)),
    edits=st.lists(st.tuples(st.integers(0, 10_000), PIECES), min_size=1, max_size=4),
    repeat=st.booleans(),
)
def test_a_glance_never_says_the_same_where_a_reading_finds_other_words(look, count, edits, repeat):
    """Pieces of any kind are put anywhere between the tags of a page."""
    aside = LONG[1] if repeat else "nothing"
    before = page(*LONG[:count], aside=aside, below=f"<p>{LONG[1]}</p>" if repeat else "")
    after = before
    for place, piece in edits:
        gaps = [match.end() for match in TAGS.finditer(after)]
        at = gaps[place % len(gaps)]
        after = after[:at] + piece + after[at:]
    _, read, seen = look(before, after)
    if isinstance(seen, Same):
        assert texts_of(read)[0] == texts_of(read)[1]


def test_the_length_that_counts_as_long_is_what_the_tests_use():
    assert sum(map(len, SENTENCES[:2])) < LONG_ENOUGH < sum(map(len, LONG))
