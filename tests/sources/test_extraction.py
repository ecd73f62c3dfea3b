"""The steps that leave out what does nothing on a page give the text that the extractor gives, letter for letter."""

from copy import copy

from hypothesis import given, settings
from hypothesis import strategies as st
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from app.sources.extraction import extracted

SETTINGS = Extractor(output_format="python", fast=True, comments=False, tables=True)
CUT_OFF = [
    "//nav",
    '//*[@role="navigation"]',
    "//header[not(ancestor::article or ancestor::main)]",
    "//footer[not(ancestor::article or ancestor::main)]",
    '//*[@role="banner" or @role="contentinfo"]',
]
SENTENCE = "The ministry said that its forces had taken five villages in the north of the region. "
FORUM = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'
ARTICLE = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{SENTENCE * 5}"}}</script>'
NAMES = st.sampled_from(
    [
        "comments",
        "comment-list",
        "Comments",
        "commentary",
        "comol",
        "disqus_thread",
        "dsq-comments",
        "infinite-scroll",
        "mvp-post-add-box",
        "elementor-share-buttons",
        "article__content",
        "post-body",
        "share-box",
        "sidebar",
        "teaser",
        "caption",
        "related",
        "author",
        "hidden",
        "x",
    ]
)
TAGS = st.sampled_from(
    [
        "div",
        "section",
        "aside",
        "p",
        "span",
        "ul",
        "ol",
        "li",
        "article",
        "main",
        "header",
        "footer",
        "nav",
        "table",
        "tr",
        "td",
        "h1",
        "h2",
        "blockquote",
        "pre",
        "figure",
        "form",
        "details",
        "dl",
        "dd",
        "a",
        "b",
        "em",
        "br",
        "strong",
    ]
)
ROLES = st.sampled_from(["navigation", "banner", "contentinfo", "main", "presentation", "none"])


def as_the_extractor_gives_it(html: str, *, cuts_menus_off: bool) -> str:
    document = bare_extraction(html, prune_xpath=CUT_OFF if cuts_menus_off else [], options=copy(SETTINGS))
    return (document.text or "") if isinstance(document, Document) else ""


def element(tag: str, names: tuple[str | None, str | None, str | None], inside: list[str]) -> str:
    given_names = zip(("class", "id", "role"), names, strict=True)
    attributes = "".join(f' {key}="{value}"' for key, value in given_names if value)
    return f"<{tag}{attributes}>{' '.join(inside)}</{tag}> and on"


WORDS = st.sampled_from([SENTENCE, SENTENCE * 4, "Read more", "&#8212; 12 &amp; more", "\n"])
ATTRIBUTES = st.tuples(st.none() | NAMES, st.none() | NAMES, st.none() | ROLES)
BODIES = st.lists(
    st.recursive(
        WORDS,
        lambda inner: st.builds(element, TAGS, ATTRIBUTES, st.lists(inner, min_size=1, max_size=5)),
        max_leaves=25,
    ),
    max_size=6,
).map(" ".join)
HEADS = st.sampled_from(["", FORUM, ARTICLE, "<title>A title</title>"])


@settings(max_examples=150)
@given(HEADS, BODIES)
def test_every_page_gives_the_text_that_the_extractor_gives(head, body):
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    for cuts_menus_off in (True, False):
        wanted = as_the_extractor_gives_it(html, cuts_menus_off=cuts_menus_off)
        assert extracted(html, cuts_menus_off=cuts_menus_off) == wanted


def test_comments_and_articles_that_follow_are_left_out_as_the_extractor_leaves_them_out():
    said = "Nobody asked the readers what they thought of it. " * 9
    html = f"""<html><head><title>t</title></head><body><nav>Menu</nav><article><h1>A title</h1><p>{SENTENCE * 9}</p>
    <div class="infinite-scroll"><p>{said}</p></div><div id="comments"><p>{said}</p></div></article>
    <div role="contentinfo"><p>{said}</p></div></body></html>"""
    text = extracted(html, cuts_menus_off=True)
    assert text == as_the_extractor_gives_it(html, cuts_menus_off=True)
    assert "five villages" in text
    assert "Nobody asked" not in text


def test_what_is_no_page_gives_no_text():
    assert extracted("", cuts_menus_off=True) == ""
    assert extracted("<p>", cuts_menus_off=True) == ""
