"""Sentences: cut where a reader would, never inside the abbreviations of official style."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.segment import sentences

CASES = {
    "uk city abbreviation": ("uk", ["У м. Суми тихо.", "У смт. Глухів теж."]),
    "uk rank and initials": ("uk", ["Ген. Олександр С. Сирський доповів.", "Полк. І. В. Коваль підтвердив."]),
    "uk year and time": ("uk", ["Удар завдано 7 січня 2025 р. о 14:30.", "Втрат немає."]),
    "uk year at the end": ("uk", ["Це було у 2024 р.", "Тепер інакше."]),
    "uk thousands": ("uk", ["Знищено 1,5 тис. осіб.", "Ще 2 млн. грн. передано."]),
    "uk etc": ("uk", ["Передано дрони, РЕБ і т.д. Більше не скажемо."]),
    "ru city and year": ("ru", ["В г. Курске 5 марта 2025 г. в 10:00 объявлена тревога.", "Отбой дан."]),
    "ru number sign": ("ru", ["Приказ № 45 подписан.", "Он вступил в силу."]),
    "en rank and country": ("en", ["Gen. Smith left the U.S. Army in Jan. 20.", "He lives in the U.S. It is big."]),
    "en quotation": ("en", ['He said: "We will win."', "Nobody answered."]),
    "en decimal": ("en", ["It rose 2.5 percent.", "It fell 3.1."]),
    "emoji bullets": ("uk", ["🔹 Харківський напрямок: 5 атак", "🔹 Покровський напрямок: 20 атак"]),
    "lines": ("uk", ["Заголовок без крапки", "Перше речення.", "Друге речення."]),
    "numbered list": ("en", ["1. The first point is long.", "2. The second one."]),
    "ellipsis": ("uk", ["І тоді… нічого.", "Кінець."]),
    "arabic": ("ar", ["هل انتهت الحرب؟", "لا."]),
    "chinese": ("zh", ["战争结束了。", "是吗？"]),
    "german ordinal": ("de", ["Am 7. Januar begann es.", "Es endete bald."]),
}  # fmt: skip
JOINERS = {"lines": "\n", "chinese": ""}


@pytest.mark.parametrize("name", CASES)
def test_text_is_cut_into(name: str):
    language, expected = CASES[name]
    if name == "en rank and country":
        expected = [expected[0], "He lives in the U.S.", "It is big."]
    if name == "uk etc":
        expected = ["Передано дрони, РЕБ і т.д.", "Більше не скажемо."]
    text = JOINERS.get(name, " ").join(CASES[name][1])
    assert [text[start:end] for start, end in sentences(text, language)] == expected


def test_a_hard_wrapped_line_goes_on():
    text = "The ministry said on Monday that\nit would not comment."
    assert len(sentences(text, "en")) == 1


@given(st.text(), st.sampled_from(["en", "uk", "ru", "de", "und"]))
def test_sentences_of_any_text_are_in_order_and_leave_out_only_space(text: str, language: str):
    found = sentences(text, language)
    position = 0
    for start, end in found:
        assert position <= start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()
