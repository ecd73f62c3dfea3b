"""What a page says after a form was sent: a closed list, so that nobody can make a page say anything else."""

from collections.abc import Mapping
from typing import Final

from app.domain.words import Words, msgid

SAID: Final[Mapping[str, str]] = {
    "signed-in": msgid("You are signed in."),
    "signed-out": msgid("You are signed out."),
    "signed-out-everywhere": msgid("You are signed out on every browser."),
    "confirmed": msgid("The flag is confirmed."),
    "dismissed": msgid("The flag is dismissed."),
    "reopened": msgid("The flag is open again."),
    "watch-added": msgid("It is on the watchlist; its first check is due now."),
    "watch-changed": msgid("The watch is changed."),
    "watch-removed": msgid("The watch is off the list."),
    "paused": msgid("It is checked no more until it is resumed."),
    "resumed": msgid("It is checked again."),
    "check-asked": msgid("Its next check is due now."),
    "pin-added": msgid("The phrase is followed from now on."),
    "pin-changed": msgid("The pin is changed."),
    "pin-removed": msgid("The phrase is followed no longer."),
    "destination-changed": msgid("The destination is changed."),
    "destination-removed": msgid("The destination is gone."),
    "destination-paused": msgid("Nothing is sent there until it is resumed."),
    "destination-resumed": msgid("It is told again, first what waited."),
    "destination-tested": msgid("A test alert is on its way."),
    "replayed": msgid("It is on its way again."),
    "nothing-replayed": msgid("It was told nothing in that time: nothing is sent again."),
    "key-revoked": msgid("The key opens nothing any more."),
    "session-ended": msgid("That browser is signed out."),
    "share-closed": msgid("The link opens nothing any more."),
}
"""The word in the address → what is said."""


def said_of(word: str | None, words: Words) -> str | None:
    """What a word in the address says; None where it is none of ours."""
    message = SAID.get(word or "")
    return words.text(message) if message else None
