"""Selectors find what any engine finds, on every page in bounded time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from app.domain.errors import InvalidSelector
from app.domain.observations import Outcome
from app.domain.watches import Selectors
from app.sources.contract import Unread
from app.sources.main_text import check_selectors, text_by_selectors
from app.sources.selecting import NotUnderstood, TooCostly, parts_of, select

PAGE = """<main id="m"><article class="a b"><p lang="uk">one</p>text<p class="c">two <b>three</b></p>
<div><p>four</p></div></article><aside title="x, y > z"><p>five</p></aside></main>"""
SELECTORS = """p|main p|main > p|main > article > p|p + p|p ~ div p|article.a.b p.c b|p, b|aside p , .c b
[title="x, y > z"] p|p:not(.c)|p:not(.c, [lang])|article:has(b)|p:nth-child(2)|p:nth-child( 2n + 1 )|#m>article p+p
div:first-child p|\\6d ain p|p:first-of-type|main *|b b""".replace("\n", "|").split("|")
TAGS = st.sampled_from(["a", "b", "i", "u"])
TREES = st.recursive(
    TAGS.map(lambda tag: f"<{tag}></{tag}>"),
    lambda inner: st.builds(lambda tag, parts: f"<{tag}>{'x'.join(parts)}</{tag}>", TAGS, st.lists(inner, max_size=4)),
    max_leaves=25,
)
CHAINS = st.builds(
    lambda first, rest: first + "".join(join + tag for join, tag in rest),
    TAGS,
    st.lists(st.tuples(st.sampled_from([" ", ">", " + ", "~", "  "]), TAGS), max_size=3),
)


def found(nodes: list) -> set[int]:
    return {node.mem_id for node in nodes}


@pytest.mark.parametrize("selector", SELECTORS)
def test_what_is_found_is_what_the_engine_finds(selector: str) -> None:
    tree = LexborHTMLParser(PAGE)
    assert found(select(tree, selector)) == found(tree.css(selector))


def test_a_choice_of_elements_is_followed_whichever_it_was() -> None:
    """The engine by itself finds none of those in the second."""
    texts = [node.text() for node in select(LexborHTMLParser(PAGE), ":is(article, aside) p")]
    assert texts == ["one", "two three", "four", "five"]


@given(TREES, st.lists(CHAINS, min_size=1, max_size=2).map(", ".join))
def test_on_any_small_page_too(page: str, selector: str) -> None:
    tree = LexborHTMLParser(f"<div>{page}</div>")
    assert found(select(tree, selector)) == found(tree.css(selector))


NESTED = "<div>" * 400 + "x" + "</div>" * 400
MANY = f"<div>{'<p>x</p>' * 3_000}</div>"
SLOW = {
    "ancestors that are missing": (NESTED, "b " + "div " * 12 + "div"),
    "ancestors that are there": (NESTED, "div " * 30 + "div"),
    "siblings that are missing": (MANY, "b ~ p ~ p ~ p"),
}


@pytest.mark.parametrize(("page", "selector"), SLOW.values(), ids=SLOW.keys())
def test_no_chain_of_parts_takes_the_powers_of_a_page(page: str, selector: str) -> None:
    try:
        assert len(select(LexborHTMLParser(page), selector)) < 400
    except TooCostly:
        assert page is MANY


def test_a_page_of_a_bad_shape_is_given_up_on() -> None:
    with pytest.raises(TooCostly):
        select(LexborHTMLParser(f"<div>{'<p>x</p>' * 20_000}</div>"), "p:nth-child(2n+1)")
    with pytest.raises(TooCostly):
        select(LexborHTMLParser("<div>" * 3_000), "div:has(b)")


def test_a_watch_on_such_a_page_says_that_it_is_too_large() -> None:
    tree = LexborHTMLParser("<div>" * 3_000)
    unread = text_by_selectors(tree, Selectors(include=("div:has(b)",)))
    assert isinstance(unread, Unread)
    assert unread.outcome is Outcome.TOO_LARGE


def test_a_selector_that_cannot_be_followed_is_refused_when_it_is_given() -> None:
    with pytest.raises(InvalidSelector) as refused:
        check_selectors(Selectors(include=("p",), exclude=("aside", "p:not(a b)")))
    assert refused.value.pointer == "/selectors/exclude/1"


WRONG = (
    "",
    " ",
    "p >",
    "> p",
    "p,,b",
    "p(",
    "p[",
    "p)",
    "::",
    "p:not(a b)",
    "p:has(a:has(b))",
    "a " * 33 + "a",
    ":is(a > b)",
)


@pytest.mark.parametrize("selector", WRONG)
def test_what_is_no_selector_or_cannot_be_followed_is_refused(selector: str) -> None:
    with pytest.raises(NotUnderstood):
        select(LexborHTMLParser(PAGE), selector)


@given(st.text(alphabet="ab .#>+~,()[]:=\"'\\*|^$\x00é", max_size=30))
def test_any_text_is_followed_or_refused(selector: str) -> None:
    try:
        select(LexborHTMLParser("<a><b></b></a>"), selector)
    except NotUnderstood:
        return
    assert parts_of(selector)
