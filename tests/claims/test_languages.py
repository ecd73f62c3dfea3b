"""The language of a text, guessed by script, letters and everyday words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.languages import (
    MAY_BE_OF_ANOTHER_SCRIPT,
    NOT_OF_SCRIPT,
    detect_language,
    paragraph_language,
)

TEXTS = {
    "en": "The General Staff said that the operation in the region has begun and is going on.",
    "uk": "Генеральний штаб повідомив, що операція в області розпочалася і триває.",
    "ru": "Генеральный штаб сообщил, что операция в области началась и продолжается.",
    "de": "Der Generalstab teilte mit, dass die Operation in der Region begonnen hat und andauert.",
    "fr": "L'état-major a annoncé que l'opération dans la région avait commencé et se poursuivait.",
    "es": "El Estado Mayor comunicó que la operación en la región había comenzado y continúa.",
    "pl": "Sztab Generalny poinformował, że operacja w obwodzie rozpoczęła się i trwa.",
    "ar": "أعلنت هيئة الأركان أن العملية في المنطقة قد بدأت وهي مستمرة.",
    "it": "Lo stato maggiore ha annunciato che l'operazione nella regione è iniziata e che continua.",
    "he": "המטה הכללי הודיע כי המבצע באזור החל",
    "ja": "参謀本部は作戦が始まったと発表した。",
    "zh": "总参谋部宣布行动已经开始。",
    "und": "123 !!! 🔥",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_told_by_its_language(language: str):
    assert detect_language(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["Сили оборони розпочали нові наступальні дії", "Генштаб підтвердив удар", "Ситуація змінилась"]
)
def test_ukrainian_headlines_are_not_taken_for_russian(text: str):
    assert detect_language(text) == "uk"


def test_an_english_paragraph_of_a_ukrainian_post_is_read_as_english():
    assert paragraph_language(TEXTS["en"], "uk") == "en"
    assert paragraph_language("Kursk: new offensive", "uk") == "en"


def test_a_paragraph_in_the_script_of_the_statement_keeps_its_language():
    assert paragraph_language("Да", "uk") == "uk"
    assert paragraph_language("12:30", "uk") == "uk"


@given(st.text())
def test_any_text_gets_a_language(text: str):
    assert len(detect_language(text)) in (2, 3)


def test_the_fast_look_for_another_script_overlooks_no_letter():
    letters = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    for script, other in NOT_OF_SCRIPT.items():
        assert set(other.findall(letters)) <= set(MAY_BE_OF_ANOTHER_SCRIPT[script].findall(letters))
