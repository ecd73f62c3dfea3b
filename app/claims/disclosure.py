"""Whether the publisher says that the text was corrected, or taken back: "UPD", "оновлено", "has been withdrawn"."""

import re

from app.claims.lexicons import LEXICONS

NOTES = "|".join(
    re.escape(note).replace("'", "['’ʼ]")
    for note in sorted({note for lexicon in LEXICONS.values() for note in lexicon.correction_notes}, key=len)[::-1]
)
NOTE = rf"\s{{0,3}}(?:{NOTES})(?![\w'’-])"
NOTE_AT_START = re.compile(NOTE, re.IGNORECASE)
FIRST_LETTERS = "".join(
    sorted({re.escape(note[0]) for lexicon in LEXICONS.values() for note in lexicon.correction_notes})
)
NOTE_INSIDE = re.compile(
    rf"[\n\[(*•❗⚡—–.!?…](?=\s{{0,4}}[{FIRST_LETTERS}])(?:(?<![.!?…])|(?<=[.!?…])\s){NOTE}", re.IGNORECASE
)
"""The look at the first letter only saves time."""


TAKEN_BACK = re.compile(
    rf"\b(?:{'|'.join(sorted({re.escape(one) for lexicon in LEXICONS.values() for one in lexicon.taken_back}))})",
    re.IGNORECASE,
)


def says_it_is_taken_back(notice: str) -> bool:
    """Whether a notice in the place of a text tells that the text no longer holds, in whichever language."""
    return TAKEN_BACK.search(notice) is not None


def discloses(before: str, after: str) -> bool:
    """Whether the new clean text has gained a note of correction, in whichever language."""
    notes = _notes(after)
    return notes > 0 and notes > _notes(before)


def _notes(text: str) -> int:
    opening = NOTE_AT_START.match(text)
    return bool(opening) + len(NOTE_INSIDE.findall(text, opening.end() if opening else 0))
