"""What an archive hands out for one capture: the page as it stood then, or why these bytes do not show it.

An archive answers with the publisher's own bytes and says in ``Memento-Datetime`` of which moment they are (RFC 7089).
What names no moment, or another one, or comes from elsewhere, is not the capture that was asked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

from app.domain.archives import CaptureOutcome, ListedCapture, Lookup
from app.domain.observations import Outcome
from app.domain.pages import Page
from app.domain.watches import SourceKind
from app.sources.contract import Gone, Reading, Source, Statements, Target, Unread

TELEGRAM = "https://t.me"
ORIGINAL = "x-archive-orig-"
FRAMING = frozenset({"content-length", "transfer-encoding", "content-encoding", "connection"})
LENGTH = re.compile(r"\d{1,15}", re.ASCII)
OWN_HEADERS = ("content-type", "content-length", "transfer-encoding")
OUTCOMES = {
    Outcome.BLOCKED: CaptureOutcome.BLOCKED,
    Outcome.TRUNCATED: CaptureOutcome.TRUNCATED,
    Outcome.TOO_LARGE: CaptureOutcome.TOO_LARGE,
    Outcome.SERVER_ERROR: CaptureOutcome.SERVER_ERROR,
}


@dataclass(frozen=True, slots=True)
class Unusable:
    """A capture that shows nothing of the statement; ``detail`` says why in words."""

    outcome: CaptureOutcome
    detail: str


def capture_url(base: str, listed: ListedCapture) -> str:
    """Where the bytes of a capture are to be had as they were: ``<base>/20240105093000id_/<address>``."""
    address = quote(listed.original_url, safe="!#$%&'()*+,/:;=?@[]~-._")
    return f"{base}/{listed.timestamp:014d}id_/{address}"


def page_of(answer: Page, listed: ListedCapture, base: str) -> Page | Unusable:
    """The publisher's page out of the archive's answer, as if it had been fetched at the moment of the capture."""
    if urlsplit(answer.url)[:2] != urlsplit(base)[:2]:
        return Unusable(CaptureOutcome.ELSEWHERE, f"the archive led away to {urlsplit(answer.url).hostname}")
    moment = _moment(answer.headers.get("memento-datetime"))
    if moment is None:
        detail = f"the archive answered {answer.status} and does not say of which moment"
        return Unusable(CaptureOutcome.NOT_KEPT, detail)
    if moment != listed.captured_at:
        detail = f"the archive gave another moment than {listed.timestamp}: {moment:%Y%m%d%H%M%S}"
        return Unusable(CaptureOutcome.ELSEWHERE, detail)
    if (cut := _cut(answer)) is not None:
        return cut
    return replayed(listed, status=answer.status, headers=_publishers(answer.headers), body=answer.body)


def replayed(listed: ListedCapture, *, status: int, headers: Mapping[str, str], body: bytes) -> Page:
    """The page that was captured, from what is kept of it."""
    url = listed.original_url
    return Page(url, url, status, dict(headers), body, (), listed.captured_at)


def read_capture(source: Source, page: Page, target: Target, *, external_id: str | None) -> Statements | Unusable:
    """What a captured page says, read by the rules of today. ``external_id`` names the one statement wanted.

    A single statement is looked for on its own page and on the list that showed it, whichever was captured.
    """
    if 300 <= page.status < 400:
        return Unusable(CaptureOutcome.REDIRECT, f"the capture is a redirect ({page.status})")
    first: Reading | None = None
    for asked in dict.fromkeys((external_id, None)):
        reading = source.read(page, target, external_id=asked, now=page.fetched_at)
        first = first or reading
        if isinstance(reading, Statements):
            found = tuple(one for one in reading.found if external_id in (None, one.external_id))
            if found:
                return Statements(found=found, identity=reading.identity)
    assert first is not None
    return _unusable(first)


def lookups_of(kind: SourceKind, target: str, url: str, external_id: str | None) -> tuple[Lookup, ...]:
    """What to ask an archive for: the pages on which a statement stood, or (None) the list of a whole watch.

    Archives know Telegram's preview by its own address, also where we read it through a mirror.
    """
    channel, _, number = target.partition("/")
    match kind:
        case SourceKind.TELEGRAM_CHANNEL if external_id is None:
            return (Lookup(f"{TELEGRAM}/s/{channel}", None),)
        case SourceKind.TELEGRAM_CHANNEL | SourceKind.TELEGRAM_POST:
            post = f"{channel}/{external_id or number}"
            places = (f"s/{post}", f"{post}?embed=1&mode=tme", f"{post}?embed=1")
            return tuple(Lookup(f"{TELEGRAM}/{place}", external_id or number) for place in places)
        case SourceKind.WEB_PAGE | SourceKind.FEED:
            return (Lookup(url, external_id),)


def _unusable(reading: Reading) -> Unusable:
    match reading:
        case Gone(detail=detail):
            return Unusable(CaptureOutcome.ABSENT, detail)
        case Unread(outcome=outcome, detail=detail):
            return Unusable(OUTCOMES.get(outcome, CaptureOutcome.UNREADABLE), detail)
        case Statements():
            return Unusable(CaptureOutcome.ABSENT, "the captured page does not show it")


def _publishers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of the publisher's server: archives hand them on under names of their own."""
    original = {name.removeprefix(ORIGINAL): value for name, value in headers.items() if name.startswith(ORIGINAL)}
    kept = {name: value for name, value in original.items() if name not in FRAMING}
    return {**kept, **{name: headers[name] for name in OWN_HEADERS if name in headers}}


def _cut(answer: Page) -> Unusable | None:
    """Whether the archive has less of a page than its publisher announced; of a compressed one that cannot be told."""
    announced = answer.headers.get(f"{ORIGINAL}content-length", "")
    if f"{ORIGINAL}content-encoding" in answer.headers or not LENGTH.fullmatch(announced):
        return None
    if len(answer.body) >= int(announced):
        return None
    return Unusable(CaptureOutcome.TRUNCATED, f"the archive has {len(answer.body):,} of {int(announced):,} bytes")


def _moment(written: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(written or "")
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
