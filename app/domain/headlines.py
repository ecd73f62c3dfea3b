"""The first line of everything: who changed what, and between which two looks it was seen."""

import re
from datetime import UTC, datetime

from app.domain.claims import Action, ClaimChange, PinEventKind, StatementAction
from app.domain.edits import PinChange
from app.domain.watches import SourceKind

NOUNS = {
    SourceKind.TELEGRAM_CHANNEL: "post",
    SourceKind.TELEGRAM_POST: "post",
    SourceKind.WEB_PAGE: "page",
    SourceKind.FEED: "article",
}
LONGEST_QUOTE = 80
WORDS = re.compile(r"\S+")


def headline_of_change(
    change: ClaimChange,
    pins: tuple[PinChange, ...],
    *,
    publisher: str,
    kind: SourceKind,
    published_at: datetime | None,
    seen: tuple[datetime, datetime],
    before_text: str,
) -> str:
    """``General Staff removed “new offensive operations” from a post of 7 January, 09:12; seen between …``.

    ``before_text`` is the whole old text, into which the spans of the pins point.
    """
    did = _what_was_done(change, pins, before_text)
    return f"{publisher} {did} {_where(kind, published_at)}; {_when(*seen)}"


def headline_of_statement(
    action: StatementAction,
    *,
    publisher: str,
    kind: SourceKind,
    published_at: datetime | None,
    seen: tuple[datetime, datetime],
    text: str,
) -> str:
    """The same for a statement as a whole: withdrawn, published again, or replaced."""
    noun = f"{_noun(kind)}{_of(published_at)}: “{shorten(text)}”"
    match action:
        case StatementAction.WITHDRAWN:
            return f"{publisher}’s {noun} is not seen since {_clock(seen[0])}; looked for until {_clock(seen[1])}"
        case StatementAction.REPUBLISHED:
            return f"{publisher} shows again the {noun}; {_when(*seen)}"
        case StatementAction.REPLACED:
            return f"{publisher} replaced the {noun}; {_when(*seen)}"


def headline_of_flapping(
    *, publisher: str, kind: SourceKind, published_at: datetime | None, wordings: int, flips: int, since: datetime
) -> str:
    """For a statement that goes back and forth; it names the usual cause, for this is rarely a publisher's decision."""
    return (
        f"{publisher}’s {_noun(kind)}{_of(published_at)} goes back and forth between {wordings} wordings, "
        f"{flips} times since {_clock(since)}; often two servers show different copies. "
        "Further turns are kept, not told"
    )


def headline_of_settling(
    *, publisher: str, kind: SourceKind, published_at: datetime | None, version: int, flips: int, stood_since: datetime
) -> str:
    """For a statement that has stopped going back and forth."""
    return (
        f"{publisher}’s {_noun(kind)}{_of(published_at)} has settled on version {version} after {flips} turns; "
        f"it has read so since {_clock(stood_since)}"
    )


def shorten(text: str, longest: int = LONGEST_QUOTE) -> str:
    """One line of at most ``longest`` characters, cut between words where it can be."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"


def _what_was_done(change: ClaimChange, pins: tuple[PinChange, ...], before_text: str) -> str:
    for pin in pins:
        if pin.event is PinEventKind.REMOVED and pin.before:
            return f"removed “{shorten(before_text[pin.before[0].start : pin.before[0].end])}” from"
    match change.action:
        case Action.REMOVED:
            return f"removed “{shorten(change.before)}” from"
        case Action.ADDED:
            return f"added “{shorten(change.after)}” to"
        case Action.RESTORED:
            return f"put “{shorten(change.after)}” back into"
        case Action.MOVED | Action.UNCHANGED:
            return f"moved “{shorten(change.after)}” within"
        case Action.EDITED | Action.SPLIT | Action.MERGED:
            return _exchange(change.before, change.after)


def _exchange(before: str, after: str) -> str:
    """What was exchanged between two wordings, without the words that they share at both ends."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    gone = " ".join(old[start : len(old) - end])
    come = " ".join(new[start : len(new) - end])
    if not gone and not come:
        return f"changed only the line breaks of “{shorten(after)}” in"
    if not come:
        return f"removed “{shorten(gone)}” from"
    if not gone:
        return f"added “{shorten(come)}” to"
    return f"changed “{shorten(gone)}” to “{shorten(come)}” in"


def _where(kind: SourceKind, published_at: datetime | None) -> str:
    noun = _noun(kind)
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}{_of(published_at)}"


def _noun(kind: SourceKind) -> str:
    return NOUNS[kind]


def _of(published_at: datetime | None) -> str:
    return "" if published_at is None else f" of {_clock(published_at)}"


def _when(last_unchanged: datetime, first_changed: datetime) -> str:
    if last_unchanged.astimezone(UTC).date() != first_changed.astimezone(UTC).date():
        return f"seen between {_clock(last_unchanged)} and {_clock(first_changed)}"
    start = _clock(last_unchanged).removesuffix(" UTC")
    return f"seen between {start} and {_clock(first_changed).rpartition(', ')[2]}"


def _clock(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M:%S} UTC" if at.second else f"{at.day} {at:%B %Y, %H:%M} UTC"
