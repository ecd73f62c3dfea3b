"""Words that sound alike: how people misspell what they write by ear, and how one foreign name is written two ways."""

import re
from functools import lru_cache

from app.claims.lexicons import lexicon_of

REPEATED = re.compile(r"(.)\1+")


def sound_alike(one: str, other: str, language: str, *, names: bool) -> bool:
    """Whether two lower-case words are pronounced alike; False for every pair where the lexicon has no sounds."""
    return bool(lexicon_of(language).sounds) and sound(one, language, name=names) == sound(other, language, name=names)


@lru_cache(4096)
def sound(word: str, language: str, *, name: bool) -> str:
    """A lower-case word with every sound written one way, and each letter once: "Сю", "Сью"; "штобы", "чтобы".

    Unstressed vowels that nobody hears apart are one as well, but not in a ``name``. Where the lexicon of the language
    has no sounds this is the word itself.
    """
    lexicon = lexicon_of(language)
    if not lexicon.sounds:
        return word
    for written, instead in (*lexicon.sounds.items(), *(() if name else lexicon.blurred.items())):
        word = re.sub(written, instead, word)
    return REPEATED.sub(r"\1", word)
