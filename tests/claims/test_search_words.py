"""Reading what somebody searches for, and finding the words in a sentence: any text by its own words, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.clean import clean
from app.claims.quoting import telling_stems
from app.claims.search_words import FULL_SCORE, LONGEST_SEARCH, MOST_WORDS, SearchWord, read_search
from app.claims.words import TokenKind, tokenize
from app.domain.errors import InvalidInput

KURSK = "Сили оборони України розпочали нові наступальні дії в Курській області."
LANGUAGES = ("uk", "ru", "en", "de", "und")
ALPHABETS = ("абвгдеєжзиіїйклмнопрстуфхцчшщьюя ,.’", "abcdefghij 0123456789-,.", 'ЄСEUзаon «»"-“ 5%')
few_words = st.lists(
    st.sampled_from(("дії", "дій", "нові", "нова", "в", "ЄС", "-дії", '"нові дії"', '-"нова дія"', "5", "...")),
    max_size=8,
).map(" ".join)
sentences = st.one_of(st.text(alphabet=letters, max_size=120) for letters in ALPHABETS) | st.text(max_size=120)


def holds(words, text, language="uk"):
    found = read_search(words)
    return found.may_hold(telling_stems(text, language), language) and found.places(text, language) is not None


def shape(words):
    read = read_search(words)
    return [[" ".join(word.key for word in phrase) for phrase in some] for some in (read.wanted, read.unwanted)] + [
        list(read.ignored)
    ]


READ = {
    "words": ("нові дії", [["нові", "дії"], [], []]),
    "the same word twice": ("дії дії", [["дії"], [], []]),
    "a phrase": ('дії "в області" нові', [["дії", "в області", "нові"], [], []]),
    "marks of other languages": ("«нові дії» „старі дії“", [["нові дії", "старі дії"], [], []]),
    "a word that is not wanted": ("дії -нові", [["дії"], ["нові"], []]),
    "a phrase that is not wanted": ('дії -"нові області"', [["дії"], ["нові області"], []]),
    "a hyphen within a word": ("івано-франківськ", [["івано-франківськ"], [], []]),
    "a dash by itself": ("дії - нові", [["дії", "нові"], [], []]),
    "a mark that is not closed": ('дії "нові області', [["дії", "нові", "області"], [], []]),
    "a number with a space in it": ("1 000 танків", [["1 000", "танків"], [], []]),
    "a short word": ("на фронті", [["фронті"], [], ["на"]]),
    "only short words": ("на по", [["на", "по"], [], []]),
    "an abbreviation": ("санкції ЄС", [["санкції", "єс"], [], []]),
    "marks and words": ("дії, нові!", [["дії", "нові"], [], []]),
}


@pytest.mark.parametrize(("words", "read"), READ.values(), ids=READ.keys())
def test_a_search_is_read(words, read):
    assert shape(words) == read


@pytest.mark.parametrize("words", ["", " ", "…", "-дії", '""', '"на по"', "-", "x\x07", "\x85", "ї" * 301])
def test_what_is_no_search_is_refused(words):
    with pytest.raises(InvalidInput):
        read_search(words)


@given(text=st.text(max_size=LONGEST_SEARCH + 20))
def test_any_text_is_a_search_or_refused(text):
    try:
        found = read_search(text)
    except InvalidInput:
        return
    assert 0 < sum(map(len, (*found.wanted, *found.unwanted))) <= MOST_WORDS
    assert found.words


@given(text=sentences, language=st.sampled_from(LANGUAGES), data=st.data())
def test_a_text_is_found_by_its_own_words(text, language, data):
    text += " наступальні operations"
    words = [one.text for one in tokenize(clean(text).text) if one.kind is TokenKind.WORD and len(one.key) > 2]
    some = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=5))
    assert holds(" ".join(some), text, language)
    assert holds(" ".join(f'"{word}"' for word in some).upper(), text, language) or not is_plain(some)


def is_plain(words):
    """A few letters have no capital that leads back to them ("ß")."""
    return all(word.upper().lower() == word.lower() for word in words)


@given(text=few_words, words=few_words, language=st.sampled_from(LANGUAGES))
def test_found_is_what_holds_every_phrase_and_none_that_is_not_wanted(text, words, language):
    try:
        found = read_search(words)
    except InvalidInput:
        return
    row = tuple(SearchWord.of(token).stem(language) for token in tokenize(clean(text).text))

    def stands(phrase):
        stems, length = tuple(word.stem(language) for word in phrase), len(phrase)
        return any(row[start : start + length] == stems for start in range(len(row)))

    expected = all(map(stands, found.wanted)) and not any(map(stands, found.unwanted))
    places = found.places(text, language)
    assert (places is not None) is expected
    if places is not None:
        assert found.may_hold(telling_stems(text, language), language)
    assert found.places(text, language, telling_stems(text, language)) == places
    if places is not None:
        assert all(0 <= place.start < place.end <= len(text) for place in places)


def test_marks_are_places_in_the_text_as_it_was_published():
    text = "Нові наступа\u0301льні\u200b дії."
    places = read_search('"наступальні дії"').places(text, "uk")
    assert [text[place.start : place.end].rstrip("\u200b") for place in places] == ["наступа\u0301льні", "дії"]


def test_the_score_is_higher_the_closer_the_words_stand_and_the_shorter_the_sentence():
    def score(words, text):
        return read_search(words).score(telling_stems(text, "uk"), "uk")

    near, far = "нові дії", "нові області"
    assert score(near, KURSK) > 0
    assert score(near, "Нові дії.") > score(near, KURSK) > 0
    assert score("розпочали нові", KURSK) > score(far, KURSK)
    assert score(near, "Нові дії.") == FULL_SCORE
    assert score("перемир'я", KURSK) < score(far, KURSK)
