"""The first line of everything: who changed what, and between which two looks it was seen; in any language.

what was found ──▶ gist (facts, kept with the flag and the event) ──▶ headline (a sentence in the reader's language)
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from app.domain.claims import Action, ClaimChange, PinEventKind, StatementAction
from app.domain.edits import PinChange
from app.domain.flags import Flag, ReviewState
from app.domain.gists import Deed, Gist
from app.domain.terms import term_of
from app.domain.watches import SourceKind
from app.domain.words import Words, msgid

LONGEST_QUOTE = 80
WORDS = re.compile(r"\S+")

PLACES: Final[Mapping[SourceKind, tuple[str, str, str, str]]] = {
    SourceKind.TELEGRAM_CHANNEL: (
        msgid("a post"), msgid("a post of {moment}"), msgid("post"), msgid("post of {moment}"),
    ),
    SourceKind.TELEGRAM_POST: (
        msgid("a post"), msgid("a post of {moment}"), msgid("post"), msgid("post of {moment}"),
    ),
    SourceKind.WEB_PAGE: (
        msgid("a page"), msgid("a page of {moment}"), msgid("page"), msgid("page of {moment}"),
    ),
    SourceKind.FEED: (
        msgid("an article"), msgid("an article of {moment}"), msgid("article"), msgid("article of {moment}"),
    ),
}  # fmt: skip
"""What a statement of each kind is called: with an article in front, and without; of an unknown time, of a known."""

SENTENCES: Final[Mapping[Deed, str]] = {
    Deed.PUBLISHED: msgid("{who} published: “{new}”"),
    Deed.EDITED: msgid("{who} edited {old}"),
    Deed.REMOVED: msgid("{who} removed “{old}” from {a_place}; {seen}"),
    Deed.ADDED: msgid("{who} added “{new}” to {a_place}; {seen}"),
    Deed.RESTORED: msgid("{who} put “{new}” back into {a_place}; {seen}"),
    Deed.MOVED: msgid("{who} moved “{new}” within {a_place}; {seen}"),
    Deed.EXCHANGED: msgid("{who} changed “{old}” to “{new}” in {a_place}; {seen}"),
    Deed.REWRAPPED: msgid("{who} changed only the line breaks of “{new}” in {a_place}; {seen}"),
    Deed.WITHDRAWN: msgid("{who}’s {place}: “{old}” is not seen since {since}; looked for until {until}"),
    Deed.REPUBLISHED: msgid("{who} shows again the {place}: “{old}”; {seen}"),
    Deed.REPLACED: msgid("{who} replaced the {place}: “{old}”; {seen}"),
    Deed.FLAPPING: msgid(
        "{who}’s {place} goes back and forth between {count} wordings, {turns} times since {since}; "
        "often two servers show different copies. Further turns are kept, not told"
    ),
    Deed.SETTLED: msgid(
        "{who}’s {place} has settled on version {count} after {turns} turns; it has read so since {since}"
    ),
    Deed.WATCH_FAILING: msgid("{who} cannot be read: {new}"),
    Deed.WATCH_RECOVERED: msgid("{who} can be read again"),
    Deed.STALLED: msgid("Nothing has been checked since {since}, and {count} checks are due; is a worker running?"),
    Deed.RESUMED: msgid("Checks are made again; from {since} to {until} there were none"),
    Deed.REVIEWED: msgid("{who} marked as {state}: {about}"),
    Deed.DESTINATION_PAUSED: msgid("Nothing more is sent to “{who}”: {new}"),
    Deed.TESTED: msgid("A test of “{who}”: alerts arrive here"),
}


def headline_of(gist: Gist, words: Words, *, zone: tzinfo = UTC) -> str:
    """The sentence: ``General Staff removed “new offensive” from a post of 7 January 2025, 09:12 UTC; seen …``."""
    told: dict[str, Callable[[], str]] = {
        "a_place": lambda: _place(gist, words, zone, is_one_of_many=True),
        "place": lambda: _place(gist, words, zone, is_one_of_many=False),
        "seen": lambda: _seen(gist, words, zone),
        "since": lambda: words.moment(gist.since, zone=zone) if gist.since else "…",
        "until": lambda: words.moment(gist.until, zone=zone) if gist.until else "…",
        "state": lambda: _state(gist, words),
        "about": lambda: headline_of(gist.about, words, zone=zone) if gist.about else gist.new,
    }
    message = SENTENCES[gist.did]
    needed = {name: say() for name, say in told.items() if f"{{{name}}}" in message}
    plain = {"who": gist.who, "old": gist.old, "new": gist.new, "count": gist.count, "turns": gist.turns}
    doubt = words.text("; its claims could not be compared") if gist.not_compared else ""
    return words.text(message, **plain, **needed) + doubt + _loss(gist, words)


def _loss(gist: Gist, words: Words) -> str:
    if not gist.large_loss:
        return ""
    is_notice = gist.did is Deed.REMOVED and gist.new
    return words.text("; it reads only “{new}” now", new=gist.new) if is_notice else words.text("; large loss of text")


def headline_of_flag(flag: Flag, words: Words) -> str:
    """The same for a flag; in English where it is older than its other languages."""
    return headline_of(flag.gist, words) if flag.gist else flag.headline


def gist_of_change(
    change: ClaimChange,
    pins: tuple[PinChange, ...],
    *,
    publisher: str,
    kind: SourceKind,
    published_at: datetime | None,
    seen: tuple[datetime, datetime],
    before_text: str,
) -> Gist:
    """What an edit did to one claim. ``before_text`` is the whole old text, into which the spans of the pins point."""
    deed, old, new = _what_was_done(change, pins, before_text)
    return Gist(
        deed,
        who=publisher,
        kind=kind,
        published_at=published_at,
        old=shorten(old),
        new=shorten(new),
        since=seen[0],
        until=seen[1],
    )


def gist_of_statement(
    action: StatementAction,
    *,
    publisher: str,
    kind: SourceKind,
    published_at: datetime | None,
    seen: tuple[datetime, datetime],
    text: str,
) -> Gist:
    """The same for a statement as a whole: withdrawn, published again, or replaced."""
    return Gist(
        DEED_OF_STATEMENT[action],
        who=publisher,
        kind=kind,
        published_at=published_at,
        old=shorten(text),
        since=seen[0],
        until=seen[1],
    )


DEED_OF_STATEMENT: Final = {
    StatementAction.WITHDRAWN: Deed.WITHDRAWN,
    StatementAction.REPUBLISHED: Deed.REPUBLISHED,
    StatementAction.REPLACED: Deed.REPLACED,
}


def shorten(text: str, longest: int = LONGEST_QUOTE) -> str:
    """One line of at most ``longest`` characters, cut between words where it can be."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"


def _what_was_done(change: ClaimChange, pins: tuple[PinChange, ...], before_text: str) -> tuple[Deed, str, str]:
    """What was done, the words that went, and those that came."""
    for pin in pins:
        if pin.event is PinEventKind.REMOVED and pin.before:
            return Deed.REMOVED, before_text[pin.before[0].start : pin.before[0].end], ""
    match change.action:
        case Action.REMOVED:
            return Deed.REMOVED, change.before, ""
        case Action.ADDED:
            return Deed.ADDED, "", change.after
        case Action.RESTORED:
            return Deed.RESTORED, "", change.after
        case Action.MOVED | Action.UNCHANGED:
            return Deed.MOVED, "", change.after
        case Action.EDITED | Action.SPLIT | Action.MERGED:
            return _exchange(change.before, change.after)


def _exchange(before: str, after: str) -> tuple[Deed, str, str]:
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
        return Deed.REWRAPPED, "", after
    if not come:
        return Deed.REMOVED, gone, ""
    if not gone:
        return Deed.ADDED, "", come
    return Deed.EXCHANGED, gone, come


def _place(gist: Gist, words: Words, zone: tzinfo, *, is_one_of_many: bool) -> str:
    names = PLACES[gist.kind or SourceKind.WEB_PAGE][0 if is_one_of_many else 2 :]
    if gist.published_at is None:
        return words.text(names[0])
    return words.text(names[1], moment=words.moment(gist.published_at, zone=zone))


def _seen(gist: Gist, words: Words, zone: tzinfo) -> str:
    if gist.since is None or gist.until is None:
        return ""
    same_day = gist.since.astimezone(zone).date() == gist.until.astimezone(zone).date()
    return words.text(
        "seen between {start} and {end}",
        start=words.moment(gist.since, zone=zone, names_zone=not same_day),
        end=words.clock(gist.until, zone=zone) if same_day else words.moment(gist.until, zone=zone),
    )


def _state(gist: Gist, words: Words) -> str:
    return term_of(ReviewState(gist.state), words) if gist.state in set(ReviewState) else gist.state
