"""Clean text: what nobody sees is dropped, and every offset leads back to what was published."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.claims.clean import DROPPED, MAY_BE_DROPPED, KeyMaker, clean, match_key
from app.domain.errors import InvalidInput

UNICODE = st.text(st.characters(exclude_categories=["Cs"]))
TRICKY = st.text(st.sampled_from("aе\u0301\u0306и\u200b\u00ad\ufe0f❗🇺🇦\u1100\u1161\u11a8\u0327\n .שلا\u064b\x00"))


def test_text_without_surprises_is_left_alone():
    cleaned = clean("Сили оборони.")
    assert (cleaned.text, cleaned.starts) == ("Сили оборони.", None)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("за\u0301мок", "замок"),
        ("cafe\u0301", "café"),
        ("су\u00adми", "суми"),
        ("и\u0306", "й"),
        ("❗\ufe0fУвага", "❗Увага"),
        ("a\u200bb", "ab"),
    ],
)
def test_invisible_characters_go_and_letters_are_composed(raw: str, text: str):
    assert clean(raw).text == text


def test_a_span_of_the_clean_text_quotes_the_raw_one():
    raw = "❗\ufe0fЗа\u0301мок зруйновано"
    cleaned = clean(raw)
    start = cleaned.text.index("Замок")
    span = cleaned.raw_span(start, start + len("Замок"))
    assert raw[span.start : span.end] == "За\u0301мок"


@given(UNICODE | TRICKY)
@example("e\u200b\u0301")
@example("\u0301\u0301e\u0301")
def test_cleaning_any_text_is_normal_visible_and_maps_back_in_order(raw: str):
    cleaned = clean(raw)
    assert unicodedata.is_normalized("NFC", cleaned.text)
    assert not DROPPED.search(cleaned.text)
    assert clean(cleaned.text).text == cleaned.text
    offsets = [cleaned.raw_span(n, n).start for n in range(len(cleaned.text) + 1)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(raw) for offset in offsets)
    whole = cleaned.raw_span(0, len(cleaned.text))
    assert clean(raw[whole.start : whole.end]).text == cleaned.text


def test_an_unpaired_surrogate_is_refused_in_words():
    with pytest.raises(InvalidInput, match="unpaired surrogate"):
        clean("a\ud800b")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("«Слава Україні!»", "слава україні"),
        ("м’яч", "м'яч"),
        ("Ещё  раз.", "еще раз"),
        ("п.1", "П 1"),
    ],
)
def test_case_spacing_and_punctuation_make_no_other_key(one: str, other: str):
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 солдатів", "500 солдатів"),
        ("1,5 км", "15 км"),
        ("о 14:30", "о 14.03"),
        ("-5 градусів", "5 градусів"),
        ("5%", "5"),
    ],
)
def test_values_make_another_key(one: str, other: str):
    assert match_key(one) != match_key(other)


MARKED = st.text(st.sampled_from("aб1٣½ ß\u00a0.,:;/+-–_$€%#(«»'’№→"), max_size=20).map(str.strip).filter(bool)


@given(st.one_of(MARKED, UNICODE.map(str.strip).filter(bool)), MARKED)
@example("-5 $-5 a-5 .+5", "1,5 12:30 3/4 a.5")
@example("İstanbul, ß", "1. 2")
def test_the_keys_of_one_paragraph_are_those_of_its_sentences_alone(first: str, second: str):
    made = KeyMaker(f"{first} {second}")
    assert made.key(0, len(first)) == match_key(first)
    assert made.key(len(first) + 1, len(first) + 1 + len(second)) == match_key(second)


def test_the_fast_look_for_what_nobody_sees_overlooks_nothing():
    characters = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert set("".join(DROPPED.findall(characters))) <= set(MAY_BE_DROPPED.findall(characters))
