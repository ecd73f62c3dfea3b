"""Whether the publisher says that the text was corrected: "UPD", "оновлено", "editor's note"."""

import re

from app.claims.lexicons import LEXICONS

NOTES = "|".join(
    re.escape(note).replace("'", "['’ʼ]")
    for note in sorted({note for lexicon in LEXICONS.values() for note in lexicon.correction_notes}, key=len)[::-1]
)
NOTE = re.compile(rf"(?:^|[\n\[(*•❗⚡—–]|[.!?…]\s)\s{{0,3}}(?:{NOTES})(?![\w'’-])", re.IGNORECASE)


def discloses(before: str, after: str) -> bool:
    """Whether the new clean text has gained a note of correction, in whichever language."""
    return _notes(after) > _notes(before)


def _notes(text: str) -> int:
    return len(NOTE.findall(text))
