"""A time that a sentence speaks of is a word of the statement, also where the page marks it; a date line is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.watches import SourceKind
from app.sources.contract import Same, Statements, Target
from app.sources.registry import sources

PAGE = sources("https://t.me")[SourceKind.WEB_PAGE]
URL = "https://ministry.example/curfew"
TARGET = Target(SourceKind.WEB_PAGE, URL, URL)
MORE = "".join(
    f"<p>Order {word}: nobody may leave the houses of the border region without a pass of the command.</p>"
    for word in "abcdefghijklmnop"
)


def release(*paragraphs):
    article = f"<article><h1>Order</h1>{''.join(paragraphs)}{MORE}</article>"
    return f"<html><head><title>Order</title></head><body>{article}</body></html>"


@pytest.fixture(scope="module")
def read(answer, now):
    def build(body):
        return PAGE.read(answer(body, url=URL), TARGET, external_id=None, now=now)

    return build


def text_of(reading):
    assert isinstance(reading, Statements), reading
    return reading.found[0].wording.text


SPOKEN = {
    "an hour": "<p>Curfew from <time>22:00</time> to <time>05:00</time>.</p>",
    "a day with its machine form": '<p>It ends on <time datetime="2025-01-07">7 January</time>, the command said.</p>',
    "in a list": "<ul><li>Curfew from <time>22:00</time> on.</li><li>Passes from <time>07:00</time> on.</li></ul>",
    "with more markup": "<p>Curfew from <b><time><i>22:00</i></time></b>!</p>",
    "quoted": "<blockquote>“Curfew from <time>22:00</time> on.”</blockquote>",
    "in Ukrainian": "<p>Комендантська година з <time>22:00</time> до <time>05:00</time>.</p>",
}


@pytest.mark.parametrize("paragraph", SPOKEN.values(), ids=SPOKEN)
def test_a_time_in_a_sentence_is_read(read, paragraph):
    unmarked = paragraph.replace("<time", "<span").replace("</time", "</span")
    assert text_of(read(release(paragraph))) == text_of(read(release(unmarked)))


@pytest.mark.parametrize("paragraph", SPOKEN.values(), ids=SPOKEN)
def test_a_changed_time_in_a_sentence_is_never_the_same_at_a_glance(read, answer, now, paragraph):
    changed = paragraph.replace("22:00", "21:00").replace("7 January<", "9 January<")
    first = read(release(paragraph))
    seen = PAGE.glance(answer(release(changed), url=URL), TARGET, first.mark, external_id=None, now=now)
    assert not isinstance(seen, Same)
    assert text_of(first) != text_of(read(release(changed)))


ABOUT_THE_PAGE = {
    "a date line": ("<p>Published <time>7 January 2025</time></p>", "<p>Published <time>8 January 2025</time></p>"),
    "a sentence about it": ("<p>Last updated at <time>10:35</time>.</p>", "<p>Last updated at <time>10:55</time>.</p>"),
    "in Ukrainian": ("<p>Оновлено о <time>10:35</time>.</p>", "<p>Оновлено о <time>10:55</time>.</p>"),
    "since when": (
        "<p>The command said so <time>3 minutes ago</time>.</p>",
        "<p>The command said so <time>4 minutes ago</time>.</p>",
    ),
    "by itself": ("<div><time>10:35</time></div>", "<div><time>10:55</time></div>"),
}


@pytest.mark.parametrize(("before", "after"), ABOUT_THE_PAGE.values(), ids=ABOUT_THE_PAGE)
def test_a_time_about_the_page_changes_no_words(read, before, after):
    assert text_of(read(release(before))) == text_of(read(release(after)))


WORDS = st.lists(st.sampled_from(["Curfew", "from", "ago", "Updated", "тому", "22:00", "."]), max_size=5).map(" ".join)


@given(
    before=WORDS, inside=WORDS, changed=WORDS, after=WORDS, block=st.sampled_from(["p", "li", "td", "div", "dd", "h2"])
)
def test_whatever_stands_around_a_time_a_glance_says_the_same_only_where_a_reading_does(
    read, answer, now, before, inside, changed, after, block
):
    old, new = (release(f"<{block}>{before} <time>{words}</time> {after}</{block}>") for words in (inside, changed))
    first = read(old)
    seen = PAGE.glance(answer(new, url=URL), TARGET, first.mark, external_id=None, now=now)
    if text_of(first) != text_of(read(new)):
        assert not isinstance(seen, Same)
