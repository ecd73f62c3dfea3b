"""Every entry of every lexicon does what it is there for."""

from collections.abc import Iterator

import pytest

from app.claims.disclosure import discloses, says_it_is_taken_back
from app.claims.facets.classify import classify
from app.claims.facets.sounds import sound_alike
from app.claims.facts.moments import MomentKind
from app.claims.facts.reading import read
from app.claims.lexicons import LEXICONS, NEEDS_CUES, facets_supported, lexicon_of
from app.claims.lexicons.lexicon import CueKind, Lexicon, forms, opposed, valued
from app.claims.lexicons.opposition import are_opposites
from app.claims.segment import sentences
from app.domain.claims import FacetKind

LANGUAGES = sorted(LEXICONS)


def cue_entries() -> Iterator[tuple[str, CueKind, str, str]]:
    for language, lexicon in LEXICONS.items():
        for kind, senses in lexicon.cues.items():
            for sense, written in senses.items():
                yield from ((language, kind, sense, form) for form in written)


def named(values: list[tuple[str, CueKind, str, str]]) -> list[str]:
    return [f"{language}-{kind.value}-{form}" for language, kind, _, form in values]


CUES = list(cue_entries())


@pytest.mark.parametrize(("language", "kind", "sense", "form"), CUES, ids=named(CUES))
def test_every_cue_is_found_with_its_sense(language: str, kind: CueKind, sense: str, form: str):
    text = " ".join({"#": "5", "*": "xyz"}.get(word, word.replace("*", "а")) for word in form.split())
    found = {(cue.kind, cue.sense) for cue in read(text, language).cues}
    assert (kind, sense) in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_word_has_its_value(language: str):
    lexicon = LEXICONS[language]
    for word, value in lexicon.number_words.items():
        assert [item.value for item in read(f"x {word} x", language).quantities] == [value], word
    for word, factor in lexicon.multipliers.items():
        written = f"2{word}" if len(word) == 1 else f"2 {word}"
        expected = 2 * factor
        assert [item.value for item in read(written, language).quantities][:1] == [expected], word


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ordinal_and_unit_is_read_as_one(language: str):
    lexicon = LEXICONS[language]
    for word, value in lexicon.ordinals.items():
        assert [(item.value, item.unit) for item in read(f"x {word} x", language).quantities] == [(value, "ordinal")], (
            word
        )
    for word, unit in lexicon.units.items():
        assert [(item.value, item.unit) for item in read(f"x 44 {word}", language).quantities] == [(44, unit)], word
    for word in lexicon.percent_words:
        assert [(item.value, item.unit) for item in read(f"44 {word}", language).quantities] == [(44, "%")], word


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_time_is_read_as_a_moment(language: str):
    lexicon = LEXICONS[language]

    def parts(text: str, kind: MomentKind) -> list[tuple[int | None, ...]]:
        return [moment.parts for moment in read(text, language).moments if moment.kind is kind]

    for word, weekday in lexicon.weekdays.items():
        assert parts(f"x {word}", MomentKind.WEEKDAY) == [(weekday,)], word
    for word, days in lexicon.relative_days.items():
        assert parts(f"x {word}", MomentKind.RELATIVE) == [(days,)], word
    for word, part in lexicon.parts_of_time.items():
        assert parts(f"x {word}", MomentKind.PART) == [(part,)], word
    for word, clock in lexicon.clock_words.items():
        assert parts(f"x {word}", MomentKind.CLOCK) == [tuple(int(digits) for digits in clock.split(":"))], word
    for phrase, minutes in lexicon.clock_phrases.items():
        for word, hour in lexicon.hour_ordinals.items():
            expected = divmod(hour * 60 + minutes, 60)
            assert parts(f"x {phrase} {word}", MomentKind.CLOCK) == [expected], (phrase, word)
    for word in lexicon.year_words:
        assert parts(f"2024 {word}", MomentKind.DATE) == [(2024, None, None)], word


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_note_of_correction_is_noticed(language: str):
    for note in LEXICONS[language].correction_notes:
        assert discloses("x", f"{note.capitalize()}: x"), note


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_by_which_a_text_is_taken_back_is_noticed(language: str):
    assert LEXICONS[language].taken_back
    for beginning in LEXICONS[language].taken_back:
        assert says_it_is_taken_back(f"x. {beginning.capitalize()}x"), beginning


@pytest.mark.parametrize(
    "notice",
    [
        "Your request was blocked by mistake? Contact us.",
        "Сервер не відповідає. Спробуйте пізніше.",
        "Произошла ошибка. Попробуйте ещё раз.",
        "Une erreur est survenue.",
        "Ungültige Anfrage.",
        "حدث خطأ",
    ],
)
def test_a_notice_of_a_failure_takes_nothing_back(notice: str):
    assert not says_it_is_taken_back(notice)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_opposite_is_one_both_ways(language: str):
    for one_side, other_side in LEXICONS[language].opposites:
        for one in one_side:
            for other in other_side:
                assert are_opposites(one, other, language), (one, other)
                assert are_opposites(other, one, language), (other, one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_chat_is_only_another_spelling(language: str):
    for form, standard in LEXICONS[language].colloquial.items():
        found = classify(read(f"x {form} y", language), read(f"x {standard} y", language), frozenset())
        assert [finding.kind for finding in found] in ([FacetKind.SPELLING], [FacetKind.NOTATION]), form


@pytest.mark.parametrize(
    ("language", "one", "other", "alike_in_names"),
    [
        ("uk", "маяк", "майак", True),
        ("uk", "сю", "сью", True),
        ("uk", "моє", "мойе", True),
        ("uk", "її", "йійі", True),
        ("uk", "щука", "шчука", True),
        ("uk", "п'ять", "пять", True),
        ("uk", "минає", "менає", False),
        ("ru", "бояться", "бояца", True),
        ("ru", "боится", "боица", True),
        ("ru", "его", "ево", True),
        ("ru", "что", "што", True),
        ("ru", "счет", "щет", True),
        ("ru", "жизнь", "жызнь", True),
        ("ru", "маяк", "майак", True),
        ("ru", "союз", "сойуз", True),
        ("ru", "мэр", "мер", True),
        ("ru", "подъезд", "подезд", True),
        ("ru", "молоко", "малако", False),
        ("ru", "весна", "висна", False),
        ("ru", "неее", "не", True),
    ],
)
def test_every_sound_is_heard_whichever_way_it_is_written(language: str, one: str, other: str, alike_in_names: bool):
    assert sound_alike(one, other, language, names=False)
    assert sound_alike(one, other, language, names=True) is alike_in_names


def test_words_of_other_sounds_and_of_languages_without_a_list_are_told_apart():
    assert not sound_alike("міст", "місто", "uk", names=False)
    assert not sound_alike("мост", "мыс", "ru", names=False)
    assert not sound_alike("nooo", "no", "en", names=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_abbreviation_ends_a_sentence_before_a_small_or_unsure_word(language: str):
    lexicon = LEXICONS[language]
    for abbreviation in lexicon.never_final:
        assert len(sentences(f"Xx yy {abbreviation}. Zz", language)) == 1, abbreviation
    for abbreviation in lexicon.maybe_final:
        assert len(sentences(f"Xx yy {abbreviation}. 5 zz", language)) == 1, abbreviation


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lexicon_is_written_in_lower_case_and_folded(language: str):
    lexicon = LEXICONS[language]
    words = [
        *lexicon.function_words,
        *lexicon.number_words,
        *lexicon.multipliers,
        *(form for senses in lexicon.cues.values() for written in senses.values() for form in written),
    ]
    for word in words:
        assert word == word.lower()
        assert not set(word) & set("’ʼёґ"), word


@pytest.mark.parametrize("language", LANGUAGES)
def test_facets_without_their_word_lists_are_not_claimed(language: str):
    supported = facets_supported(language)
    for facet, kind in NEEDS_CUES.items():
        assert (facet in supported) == (kind in LEXICONS[language].cues)
    assert FacetKind.QUANTITY in supported


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_the_three_main_languages_know_every_facet(language: str):
    assert facets_supported(language) == tuple(FacetKind)


def test_a_language_without_a_lexicon_has_an_empty_one():
    assert lexicon_of("eo") == Lexicon("eo")


def test_the_notation_of_lists_is_expanded():
    assert forms("сказа{в,ла}; не; сказа{в,ли}") == ("сказав", "сказала", "не", "сказали")
    assert forms("a {b,c}  {d,e}") == ("a b d", "a b e", "a c d", "a c e")
    assert valued({2: "два; дв{і,ох}"}) == {"два": 2, "дві": 2, "двох": 2}
    assert opposed("a; b | c\n\n d | e") == ((("a", "b"), ("c",)), (("d",), ("e",)))
