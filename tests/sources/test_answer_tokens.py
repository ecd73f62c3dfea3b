"""An answer is known by its bytes but for its tokens, and only where a glance and a reading find the same."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.watches import Selectors, SourceKind
from app.sources.answer_tokens import MOST_CHANGING, answer_of, has_sketch, is_answer, placed, sketched
from app.sources.contract import Same, Statements, Target
from app.sources.page_marks import read_mark
from app.sources.registry import sources

PAGE = sources("https://t.me")[SourceKind.WEB_PAGE]
URL = "https://ministry.example/releases/7"
TARGET = Target(SourceKind.WEB_PAGE, URL, URL)
SENTENCES = tuple(
    f"In report number {number} the General Staff counts {number + 3} vehicles and the losses of the border region."
    for number in range(20)
)
SHAPE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Statement{in_title}</title>
<meta name="csrf" content="{token}"><script nonce="{token}" src="/app-0123456789abcdef.js"></script></head><body>
<nav><a href="/?s={session}">Home</a>{in_menu}</nav><main><article><h1>Statement</h1>{body}</article>
<p>Read {views} times</p>{below}</main><script>var key = "{token}";</script></body></html>"""


def page(*, token="", session="", views=7, body=SENTENCES, in_title="", in_menu="", below=""):
    """A page; of what its parts are called the tests exchange one or the other."""
    text = "".join(f"<p>{sentence}</p>" for sentence in body)
    parts = {"token": token, "session": session, "in_title": in_title, "in_menu": in_menu, "below": below}
    return SHAPE.format(**parts, views=views, body=text)


def a_token(number, length=24):
    """As unlike one another as they are in the world."""
    chance = random.Random(number)
    return "7" + "".join(chance.choices("0123456789abcdefghijKLMNOP", k=length - 1))


@pytest.fixture(scope="module")
def taught(answer, now):
    """The mark of a page after a reading and two glances that found it unchanged, in turn at these bodies."""

    def teach(bodies, target=TARGET):
        first, *others = (answer(body, url=URL) for body in bodies)
        mark = PAGE.read(first, target, external_id=None, now=now).mark
        for one in others:
            seen = PAGE.glance(one, target, mark, external_id=None, now=now)
            assert isinstance(seen, Same)
            mark = seen.mark
        return mark

    return teach


@pytest.fixture(scope="module")
def glanced(answer, now):
    """What a glance says with a mark, and what it says with the same mark that knows nothing of the bytes."""

    def look(body, mark, target=TARGET, **fields):
        known = answer(body, **({"url": URL} | fields))
        slow = replace(read_mark(mark), answer="0" * 32).written()
        return [PAGE.glance(known, target, one, external_id=None, now=now) for one in (mark, slow)]

    return look


def noisy(number):
    return page(token=a_token(number), session=a_token(number + 1000, 30))


def test_after_two_looks_a_page_with_other_tokens_is_known_by_its_bytes(answer, taught):
    mark = taught([noisy(1), noisy(2), noisy(3)])
    remembered = read_mark(mark).answer
    assert is_answer(answer(noisy(3)), remembered)
    assert is_answer(answer(noisy(4)), remembered)
    assert remembered.count("+") == 4  # the key three times and the session once, and not the name of the script


def test_the_page_that_is_known_by_its_bytes_is_not_parsed(answer, now, taught, monkeypatch):
    mark = taught([noisy(1), noisy(2), noisy(3)])
    monkeypatch.setattr("app.sources.glance.parse", None)
    seen = PAGE.glance(answer(noisy(4), url=URL), TARGET, mark, external_id=None, now=now)
    assert isinstance(seen, Same)
    assert read_mark(seen.mark) == replace(read_mark(mark), glances=3)


OTHERS = {
    "a letter of the text": page(token=a_token(4), session=a_token(9, 30), body=(*SENTENCES[:-1], "An end.")),
    "a token that is longer": page(token=a_token(4, 25), session=a_token(9, 30)),
    "a token without a figure": page(token="x" * 24, session=a_token(9, 30)),
    "words in the place of a token": page(token="one two 3 four five six.", session=a_token(9, 30)),
    "one of three tokens that were one": noisy(4).replace(a_token(4), a_token(5), 1),
    "the name of a script": noisy(4).replace("0123456789abcdef", "0123456789abcde0"),
    "cut off": noisy(4)[:300],
}


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS.keys())
def test_whatever_else_differs_is_another_answer(answer, taught, body):
    mark = taught([noisy(1), noisy(2), noisy(3)])
    assert not is_answer(answer(body), read_mark(mark).answer)


def test_another_kind_of_content_is_another_answer(answer, taught):
    remembered = read_mark(taught([noisy(1), noisy(2), noisy(3)])).answer
    assert not is_answer(answer(noisy(4), content_type="text/plain"), remembered)


def test_a_status_or_a_challenge_is_seen_whatever_the_bytes_are(glanced, taught):
    mark = taught([noisy(1), noisy(2), noisy(3)])
    for fields in ({"status": 403}, {"headers": {"cf-mitigated": "challenge"}}, {"went_to": "https://a.example/"}):
        assert glanced(noisy(4), mark, **fields) == [None, None]


SHOWN = {
    "in the title": lambda number: page(in_title=f" {a_token(number)}"),
    "in the text": lambda number: page(below=f"<p>Docket {a_token(number)} of the court.</p>"),
    "in an address of the text": lambda number: page(below=f'<a class="x" href="/?{a_token(number)}">More</a>'),
    "in a class": lambda number: page(below=f'<div class="menu {a_token(number)}">More</div>'),
}


@pytest.mark.parametrize("shape", SHOWN.values(), ids=SHOWN.keys())
def test_a_token_that_was_looked_at_is_never_left_out(answer, shape):
    first, second, third = (shape(number) for number in range(3))
    before, compared = sketched(answer(first)), second.partition("<main>")[2] + second.partition("</title>")[0]
    remembered = placed(answer(second), second, before, compared=compared)
    assert remembered == answer_of(answer(second))
    assert not is_answer(answer(third), remembered)


def test_with_selectors_no_token_is_left_out(answer, taught):
    target = replace(TARGET, selectors=Selectors(("article",), ()))
    remembered = read_mark(taught([noisy(1), noisy(2), noisy(3)], target)).answer
    assert remembered == answer_of(answer(noisy(3)))


def test_letters_that_are_no_utf_8_are_not_taken_for_tokens(answer):
    wide = [f"<p>{''.join(chr(0x3100 + ord(one)) for one in a_token(number))}</p>" for number in range(2)]
    bodies = [answer(text.encode("utf-16-be"), content_type="text/html; charset=utf-16-be") for text in wide]
    looks_like_one = [answer(body.body + a_token(number).encode()) for number, body in enumerate(bodies)]
    before = sketched(looks_like_one[0])
    assert has_sketch(before)
    html = looks_like_one[1].body.decode("utf-16-be", "replace")
    assert placed(looks_like_one[1], html, before, compared="") == answer_of(looks_like_one[1])


@pytest.mark.parametrize("before", ["&", "&#", "<", "</"])
def test_a_run_that_names_an_element_or_a_character_is_no_token(answer, before):
    first, second = (answer(f"<p>{before}{a_token(number)}</p>") for number in range(2))
    assert sketched(first) == answer_of(first)
    assert not is_answer(second, sketched(first))


def test_where_too_many_tokens_change_none_is_left_out(answer):
    def body(number, count):
        return "<p>x</p>" + "".join(f'<script nonce="{a_token(number + 7 * one)}"></script>' for one in range(count))

    for count in (MOST_CHANGING, MOST_CHANGING + 1):
        first, second = (body(number, count) for number in (1, 2))
        remembered = placed(answer(second), second, sketched(answer(first)), compared="")
        assert is_answer(answer(body(3, count)), remembered) is (count == MOST_CHANGING)
    many = answer(body(1, 1000))
    assert sketched(many) == answer_of(many)


def test_pages_whose_tokens_do_not_tell_are_compared_as_before(glanced, taught):
    mark = taught([page(views=number) for number in range(10, 30)])
    assert "+" not in read_mark(mark).answer
    assert all(isinstance(seen, Same) for seen in glanced(page(views=99), mark))


PLACES = ("in_title", "in_menu", "below")
AROUND = (
    "<{}>x", "</{}>", "<b {}>", "<x-{}>y</x-{}>", '<a href="/{}">z</a>', "<i {}={}>", "<!--{}-->", "&{};", "&#{};",
    "<font color={}>", "<script>/*{}*/</script>", "<style>.{}{{}}</style>", "<input value='{}'>", "<p>{}</p>", "<!{}>",
    '<a x="{}', "<textarea>{}", "<table>{}<tr>", "<time>{}</time>", "<svg id={}></svg>", '<meta content="{}">', " {} ",
    "&#x{};", "<h1>{}", "<font color={}><font color={}><font color={}><font color={}>",
)  # fmt: skip
CHANGES = st.sampled_from(["", "x", "7", "<p>Correction.</p>", "</nav>", "<script>", a_token(77), " "])


@given(
    parts=st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(AROUND)), min_size=1, max_size=4),
    at=st.integers(0, 10_000),
    change=CHANGES,
)
def test_an_answer_that_is_known_by_its_bytes_is_one_that_a_glance_and_a_reading_find_the_same(
    answer, now, parts, at, change
):
    """Tokens stand in whatever place a page has for them, and something is put in anywhere."""

    def body(number):
        fields = dict.fromkeys(PLACES, "")
        for order, (place, around) in enumerate(parts):
            fields[place] += around.replace("{}", a_token(100 * number + order))
        return page(token=a_token(number), session=a_token(number + 1000, 30), **fields)

    first = answer(body(1), url=URL)
    read = PAGE.read(first, TARGET, external_id=None, now=now)
    if not isinstance(read, Statements) or read.mark is None:
        return
    mark = read.mark
    for number in (2, 3):
        seen = PAGE.glance(answer(body(number), url=URL), TARGET, mark, external_id=None, now=now)
        if not isinstance(seen, Same):
            return
        mark = seen.mark
    after = body(4)
    after = after[: at % len(after)] + change + after[at % len(after) :]
    if is_answer(answer(after), read_mark(mark).answer):
        bare = replace(read_mark(mark), answer="0" * 32).written()
        assert isinstance(PAGE.glance(answer(after, url=URL), TARGET, bare, external_id=None, now=now), Same)
        again = PAGE.read(answer(after, url=URL), TARGET, external_id=None, now=now)
        assert isinstance(again, Statements)
        assert again.found[0].wording.text == read.found[0].wording.text
