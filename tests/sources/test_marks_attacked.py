"""Pages made to hide a change from a glance: each holds its words where marks and readings might look differently."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.watches import Selectors, SourceKind
from app.sources.contract import Same, Statements, Target
from app.sources.registry import sources

PAGE = sources("https://t.me")[SourceKind.WEB_PAGE]
URL = "https://ministry.example/releases/7"
SENTENCES = tuple(
    f"Report {name}: some vehicles and some houses of the border region were lost in the fighting of the day."
    for name in "abcdefghijklmn"
)
LONG = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
DEATHS = "The ministry said on Monday that {} people were killed and the search goes on in the region."


def page(body, head=""):
    head = f"<head><meta charset=utf-8><title>Statement</title>{head}</head>"
    return f"<!DOCTYPE html><html>{head}<body>{body}</body></html>"


def facts(number, key="articleBody", **more):
    held = json.dumps({"@type": "NewsArticle", key: " ".join([DEATHS.format(number)] * 3), **more})
    return f'<script type="application/ld+json">{held}</script>'


def forum(number):
    posts = json.dumps({"post_stream": {"posts": [{"cooked": f"<p>{DEATHS.format(number)}</p>" * 3}]}})
    return page(f"<div id='data-preloaded' data-preloaded='{json.dumps({'topic_1': posts})}'></div>")


def beside(around):
    """A long text, and a paragraph behind a piece of markup in which an attribute seems to begin."""
    return lambda number: page(f'<article>{LONG}{around}{DEATHS.format(number)} said the "press office".</article>')


def copied(pruned):
    """A text of which a copy for printing stands below; what is read of the first one leaves something out."""
    last = "<p>On Monday {}{} people were killed in the border region.</p>"
    copy = f'<div class="print">{LONG}{last.format("", 12)}</div>'
    return lambda number: page(f'<article class="post">{LONG}{last.format(pruned, number)}</article>{copy}')


HIDING = {
    "facts for programs in the head": lambda number: page("<div id=app></div>", facts(number)),
    "facts beside a long list of them": lambda number: page("<div id=app></div>", facts(number, datePublished="2025")),
    "facts in the body": lambda number: page("<div id=app></div>" + facts(number)),
    "an answer to a question": lambda number: page(
        "<div id=app></div>",
        facts(number, "x", mainEntity=[{"acceptedAnswer": {"text": DEATHS.format(number) * 3}}]),
    ),
    "a forum": forum,
    "a formula": lambda number: page(f'{LONG}<p>Lost: <math alttext="{number} tanks and vehicles"></math> today.</p>'),
    "a class that ends like an attribute": beside('<p class="lead z=">'),
    "a style that ends like an attribute": beside('<p style="color: red; z=">'),
    "a comment that ends like an attribute": beside('<!-- <a z=" --><p>'),
    "an attribute with a strange name": beside('<p a"b="v c=">'),
    "a frame with words": lambda number: page(f'<p>x</p><iframe><b z=" ></iframe><p>{DEATHS.format(number)} "x"</p>'),
    "a template with a frame": lambda number: page(
        f'<template><iframe><b z=" ></iframe><p>{DEATHS.format(number)} "x"</p></template><p>The ministry spoke.</p>'
    ),
    "a frame set before the text": lambda number: page(
        f"<p>{DEATHS.format(number)}</p>", "<section><frameset></section>"
    ),
    "a field in a formula": lambda number: page(
        f"<p>x</p><math><section><input>{DEATHS.format(number)}</input></math>"
    ),
    "a copy, and a label": copied("<label>see below</label>"),
    "a copy, and a hidden word": copied('<span style="display:none">not </span>'),
}


def glance_and_readings(answer, now, before, after, target):
    asked = {"external_id": None, "now": now}
    first, second = (PAGE.read(answer(body, url=URL), target, **asked) for body in (before, after))
    if not isinstance(first, Statements):
        return None, first, second
    return PAGE.glance(answer(after, url=URL), target, first.mark, **asked), first, second


def text_of(reading):
    return reading.found[0].wording.text if isinstance(reading, Statements) else reading


@pytest.mark.parametrize("shape", HIDING.values(), ids=HIDING.keys())
def test_a_figure_that_a_reading_finds_changed_is_never_the_same_at_a_glance(answer, now, shape):
    target = Target(SourceKind.WEB_PAGE, URL, URL)
    seen, first, second = glance_and_readings(answer, now, shape(12), shape(13), target)
    assert text_of(first) != text_of(second)
    assert not isinstance(seen, Same)


POINTED = {
    "by number": Selectors(("p:nth-child(2)",), ("p.ad",)),
    "by number from the end": Selectors(("p:nth-last-child(3)",), ("p.small",)),
    "as the second of its kind": Selectors(("p:nth-of-type(2)",), ("p.ad",)),
}


@pytest.mark.parametrize("selectors", POINTED.values(), ids=POINTED.keys())
def test_a_selector_that_counts_what_is_left_out_still_sees_its_own_words(answer, now, selectors):
    def shape(number):
        told = f"<p class=ad>Buy now</p><p>On Monday {number} were killed</p><p>Other</p><p class=small>More</p>"
        return page(f"<div class=story>{told}</div>")

    target = Target(SourceKind.WEB_PAGE, URL, URL, selectors=selectors)
    seen, first, second = glance_and_readings(answer, now, shape(12), shape(13), target)
    assert text_of(first) == "On Monday 12 were killed"
    assert text_of(first) != text_of(second)
    assert not isinstance(seen, Same)


TAGS = re.findall(
    r"\w+",
    "div p section article main span label form figure figcaption ins time aside footer nav table tr td ul li dl dt dd "
    "blockquote pre code details template noscript math svg text foreignObject object iframe button select option "
    "textarea output a em h1 h2 small ruby rt font canvas video picture noframes noembed style script frameset",
)
ATTRIBUTES = (
    "", ' class="comments"', ' class="story"', " hidden", ' style="display:none"', ' title="On Monday 12"', ' alt="12"',
    " data-x='<p>'", ' class="a z="', ' a"b="c d="', ' type="application/ld+json"', ' itemprop="articleBody"',
)  # fmt: skip
WORDS = st.sampled_from(
    (*SENTENCES[:3], "On Monday 12 people were killed.", "Read 17 times", '<!-- z=" -->', 'said the "ministry"', "12",
     f'{{"articleBody": "{DEATHS.format(12) * 2}"}}', "<br>", f"<p>{DEATHS.format(8)}</p>")
)  # fmt: skip
PIECES = st.recursive(
    WORDS,
    lambda inner: st.tuples(
        st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES), st.lists(inner, min_size=1, max_size=3), st.booleans()
    ).map(lambda made: f"<{made[0]}{made[1]}>{''.join(made[2])}" + (f"</{made[0]}>" if made[3] else "")),
    max_leaves=12,
)
CHANGING = re.compile(r"\d+|Monday|houses|killed")
UNCLOSED = re.compile(r"<(script|style)\b(?!.*</\1>)", re.DOTALL)


@given(pieces=st.lists(PIECES, min_size=1, max_size=4), is_long=st.booleans(), at=st.integers(0, 10_000))
def test_a_changed_figure_or_word_anywhere_in_any_markup_is_never_the_same_where_a_reading_finds_it(
    answer, now, pieces, is_long, at
):
    before = page("".join(pieces[:2]) + (f"<div class=story>{LONG}</div>" if is_long else "") + "".join(pieces[2:]))
    places = list(CHANGING.finditer(before))
    if not places or UNCLOSED.search(before):
        return
    place = places[at % len(places)]
    after = before[: place.start()] + ("7314" if place[0].isdigit() else "barns") + before[place.end() :]
    seen, first, second = glance_and_readings(answer, now, before, after, Target(SourceKind.WEB_PAGE, URL, URL))
    if isinstance(seen, Same):
        assert text_of(first) == text_of(second)
