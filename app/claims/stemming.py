"""The unchanging part of a word, so that "наступ" and "наступу" are one word to the comparison.

Snowball knows many languages and not Ukrainian; for that there is a small stemmer here. It cuts more than a careful
one would: its result is only ever a second key beside the dictionary's, never shown to anybody.
"""

import re
from collections.abc import Callable

import snowballstemmer

SNOWBALL = {
    "ar": "arabic", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "lt": "lithuanian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

FOLDED = str.maketrans({"ґ": "г", "є": "е", "'": None, "ʼ": None, "’": None, "`": None})
ENDING = re.compile(
    r"(?:ові|еві|єві|ами|ями|ах|ях|ам|ям|ом|ем|єм|ою|ею|єю|ів|їв|ей|ій|их|іх|їх|ими|іми|їми|им|ім|їм|ого|ього|его"
    r"|ому|ьому|ої|ьої|їй|ий|ую|юю|ться|тись|тися|вся|всь|лася|лась|лося|лось|лися|лись|[ауеюяиії]ть|[аяиіїу]в"
    r"|[аяиіїу]ла|[аяиіїу]ло|[аяиіїу]ли|ємо|емо|ете|єте|ите|иш|еш|єш|а|я|у|ю|и|і|ї|е|є|о|ь|й)$"
)
EUPHONY = (
    (re.compile("^у(?=[бвгджзклмнпрстфхцчшщ])"), "в"),
    (re.compile("^й(?=[бвгджзклмнпрстфхцчшщ])"), "і"),
)
"""Beginnings that change with the sound before them: "усі", "всі"; "йти", "іти"."""
VOWEL = re.compile("[аеєиіїоуюя]")
CLOSED_SYLLABLE = re.compile(r"і([бвгджзклмнпрстфхцчшщ]+)$")
FLEETING_VOWEL = re.compile(r"[оеі]([кцнлрв])$")
DOUBLED = re.compile(r"(.)\1$")


def ukrainian_stem(word: str) -> str:
    """A lower-case Ukrainian word without its ending; alternating vowels (ніч, ночі; сіл, село) are folded."""
    for beginning, instead in EUPHONY:
        word = beginning.sub(instead, word)
    word = word.translate(FOLDED)
    if len(word) < 5:
        return word
    ending = ENDING.search(word)
    if ending and ending.start() >= 3 and VOWEL.search(word, 0, ending.start()):
        word = word[: ending.start()]
    if len(word) > 4:
        word = CLOSED_SYLLABLE.sub(r"о\1", word)
        word = FLEETING_VOWEL.sub(r"\1", word)
        word = DOUBLED.sub(r"\1", word)
    return word.rstrip("ь")


def _unchanged(word: str) -> str:
    return word


STEMMERS: dict[str, Callable[[str], str]] = {
    **{language: snowballstemmer.stemmer(name).stemWord for language, name in SNOWBALL.items()},
    "uk": ukrainian_stem,
}


def stem(word: str, language: str) -> str:
    """The stem of a lower-case word; the word itself where the language has no stemmer."""
    return STEMMERS.get(language, _unchanged)(word)
