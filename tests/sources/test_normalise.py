import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sources.normalise import NORMALISER_VERSION, normalise, one_line

ALIKE = {
    "composed and decomposed": ("Київ, Йосип", unicodedata.normalize("NFD", "Київ, Йосип")),
    "no-break spaces": ("1 000 soldiers", "1\u00a0000\u202fsoldiers"),
    "line ends": ("a\nb", "a\r\nb"),
    "old line ends": ("a\nb\nc", "a\rb\u2028c"),
    "spaces at line ends": ("a\nb", "  a \t \n b  "),
    "many empty lines": ("a\n\nb", "a\n \n\n\nb\n\n"),
    "zero-width spaces": ("offensive", "off\u200ben\ufeffsive"),
    "soft hyphens": ("operations", "opera\u00adtions"),
    "tabs": ("a b", "a\t\tb"),
    "control characters": ("ab", "a\x00\x07b"),
    "lone surrogates": ("a\ufffdb", "a\ud800b"),
}
KEPT = {
    "joined emoji": "👩\u200d🚒 arrived",
    "emoji and text form": "‼️",
    "flags": "🇺🇦 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "right-to-left marks": "\u200fשלום\u200e 5",
    "hebrew": "צה״ל הודיע",
    "arabic": "أعلن الجيش",
    "persian joiner": "می\u200cخواهم",
    "one word": "new offensive operations",
    "digits": "5 not 500",
    "quotation marks": "„a“ «b» “c” 'd'",
    "dashes": "1–2 — 3 - 4",
    "full-width digits are other characters": "５",
}


@pytest.mark.parametrize(("wanted", "given_text"), ALIKE.values(), ids=ALIKE)
def test_what_nobody_sees_makes_no_difference(wanted, given_text):
    assert normalise(given_text) == wanted


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_people_see_stays(text):
    assert normalise(text) == text


@given(st.text(alphabet=st.characters(codec=None)) | st.text(alphabet=" \n\r\t\u00a0\u200b\u2028a\u0301é", max_size=30))
def test_normalising_twice_changes_nothing_and_the_result_can_be_stored(text):
    once = normalise(text)
    assert normalise(once) == once
    assert once.encode("utf-8").decode("utf-8") == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert "\n\n\n" not in once


def test_a_label_is_one_line_or_nothing():
    assert one_line("  General \n Staff ") == "General Staff"
    assert one_line(" \u200b ") is None
    assert one_line(None) is None
    assert NORMALISER_VERSION == "text-1"


def test_of_white_space_only_plain_spaces_and_line_ends_are_left():
    every = "".join(map(chr, range(0x11000)))
    left = normalise(" a ".join(every))
    assert {character for character in left if character.isspace()} == {" ", "\n"}
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in left.replace("\n", ""))
