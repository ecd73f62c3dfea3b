"""What a page says after a form was sent: a closed list, so that nobody can make a page say anything else."""

from collections.abc import Mapping
from typing import Final

from app.domain.words import Words, msgid

SAID: Final[Mapping[str, str]] = {
    "signed-in": msgid("You are signed in."),
    "signed-out": msgid("You are signed out."),
    "confirmed": msgid("The flag is confirmed."),
    "dismissed": msgid("The flag is dismissed."),
    "reopened": msgid("The flag is open again."),
}
"""The word in the address → what is said."""


def said_of(word: str | None, words: Words) -> str | None:
    """What a word in the address says; None where it is none of ours."""
    message = SAID.get(word or "")
    return words.text(message) if message else None
