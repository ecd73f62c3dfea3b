"""What makes two wordings the same, near, or different to somebody who looks for a quote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.compare import first_ledger
from app.claims.quoting import (
    INDEX_VERSION,
    Likeness,
    family_likeness,
    key_hash,
    likely_languages,
    stands_in,
    stem_likeness,
    telling_stems,
    text_key,
    wording_step,
)
from app.domain.word_pairs import kept_terms

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)

ALIKE = {
    "inflected, uk": ("uk", "розпочали нові наступальні дії в області", "розпочинають нову наступальну дію в областях"),
    "inflected, ru": (
        "ru",
        "начали новое наступление в Курской области",
        "начинают новое наступление в Курских областях",
    ),
    "a word changed": (
        "en",
        "launched new offensive operations in the region",
        "launched new combat operations in the region",
    ),
    "a word left out": (
        "en",
        "launched offensive operations in the region",
        "launched new offensive operations in the region",
    ),
    "a number changed": (
        "en",
        "the enemy lost 5 tanks near the old bridge",
        "the enemy lost 500 tanks near the old bridge",
    ),
    "a part with a change": (
        "en",
        "started new offensive operations in the Kursk region",
        "On Tuesday morning the Defence Forces launched new offensive operations in the Kursk region, officials said",
    ),
}


@pytest.mark.parametrize(("language", "quote", "wording"), ALIKE.values(), ids=ALIKE.keys())
def test_what_is_nearly_so_is_near(language, quote, wording):
    assert stem_likeness(telling_stems(quote, language), telling_stems(wording, language)).is_near
    assert family_likeness(quote, wording, language).is_near


UNLIKE = {
    "another subject": ("en", "the mayor opened a bridge near the market", "the enemy lost tanks near the border town"),
    "one common name": (
        "uk",
        "У Курській області пройшов сильний дощ",
        "Мер Курської громади відкрив новий міст вранці",
    ),
    "other order": (
        "en",
        "region Kursk the in operations offensive new launched",
        "launched new offensive operations in the Kursk region",
    ),
    "a part of the quote only": ("en", "the mayor opened a bridge near the old market hall today", "the mayor opened"),
    "too few words": ("en", "new offensive", "they launched a new offensive"),
}


@pytest.mark.parametrize(("language", "quote", "wording"), UNLIKE.values(), ids=UNLIKE.keys())
def test_what_only_shares_words_is_not(language, quote, wording):
    assert not family_likeness(quote, wording, language).is_near


KEPT = {
    "Ukrainian": (
        "uk",
        "Сили оборони розпочали нові наступальні дії в Курській області.",
        -6360710595180688108,
        (-1997165076, -1029196787, -633733890, -140724713, 947495394, 1834482867, 1844500239),
    ),
    "English": (
        "en",
        "The Defence Forces launched 5 new offensive operations.",
        -5492356278516216483,
        (-1922160508, -1595353067, -1422614349, -943812023, 204187279, 1180058764, 1399226327),
    ),
}


@pytest.mark.parametrize(("language", "text", "key", "terms"), KEPT.values(), ids=KEPT.keys())
def test_the_same_wording_is_kept_as_before_or_the_version_of_the_index_grows(language, text, key, terms):
    """Where this fails on purpose: raise INDEX_VERSION, so that “walkback reanalyse” takes everything in again."""
    assert INDEX_VERSION == 1
    assert key_hash(text_key(text)) == key
    assert kept_terms(telling_stems(text, language)) == terms


LANGUAGES = {
    "a short quote may be of either neighbour": ("Бої тривають на сході", {"uk", "ru"}),
    "English": ("The fighting goes on in the east", {"en"}),
    "letters that nobody can tell": ("OK 5", {"en", "und"}),
}


@pytest.mark.parametrize(("text", "languages"), LANGUAGES.values(), ids=LANGUAGES.keys())
def test_a_quote_is_read_in_every_likely_language(text, languages):
    assert languages <= set(likely_languages(text, None)) | {"und"}
    assert likely_languages(text, "pl") == ("pl",)


def test_a_key_stands_in_another_at_the_edges_of_words_only():
    assert stands_in("нові дії", "почали нові дії тут")
    assert stands_in("нові дії", "нові дії")
    assert not stands_in("нові дії", "оновлені нові діївання")


@given(TEXTS, TEXTS)
def test_likeness_of_any_texts_is_a_share_and_like_itself(one, other):
    stems, others = telling_stems(one, "uk"), telling_stems(other, "uk")
    assert 0 <= stem_likeness(stems, others).similarity <= 1
    assert 0 <= family_likeness(one, other, "uk").similarity <= 1
    assert stem_likeness(stems, stems) == (Likeness(1.0, True) if len(stems) > 2 else Likeness(0.0, False))


@given(TEXTS.filter(str.strip))
def test_any_text_is_kept_under_keys_that_a_database_can_hold(text):
    step = wording_step(None, first_ledger(text, language="uk"), "uk")
    for one in step.gained:
        assert -(2**63) <= one.key_hash < 2**63
        assert all(-(2**31) <= number < 2**31 for number in (*one.words, *one.terms))
        assert one.last_version is None
    assert step.ended == ()


@given(TEXTS)
def test_what_nobody_sees_is_no_part_of_the_key(text):
    assert text_key(text) == text_key(text.replace("", "\u200b"))
