"""The index of a web archive: which captures of an address there are, page by page, as Wayback's CDX server says it.

An answer is a JSON list of rows, the first of which names the columns, and at its end (after an empty row) a key that
asks for the next page; or, as pywb answers, one JSON object a line, and no key: then the next page begins with the time
of the last row. Whatever else comes is named, and never guessed at.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.domain.archives import FIRST_ARCHIVED, ListedCapture, Lookup, Range, moment_of, timestamp_of
from app.domain.errors import InvalidAddress
from app.domain.pages import Page
from app.sources.addresses import Address, canonical

PAGE_ROWS = 1000
COLUMNS = ("timestamp", "original", "mimetype", "statuscode", "digest")
OTHER_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
LONGEST_KEY = 4096
NO_ERRORS = "!statuscode:[345].."
"""All but redirects and errors: “the same bytes as before” (a revisit) has no status of its own, and is wanted."""
FROM_THERE = "from "
TIMESTAMP = re.compile(r"\d{14}", re.ASCII)
DIGEST = re.compile(r"[A-Za-z0-9:+/=_-]{8,100}", re.ASCII)
UNCERTAIN_CLOCKS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class IndexPage:
    """What one page of an index lists. ``refused`` counts rows that cannot be used, by what is wrong with them."""

    captures: tuple[ListedCapture, ...]
    refused: Mapping[str, int]
    rows: int
    resume_key: str | None


@dataclass(frozen=True, slots=True)
class NoIndex:
    """The answer is no index; ``detail`` says what it is instead."""

    detail: str


def index_url(base: str, lookup: Lookup, wanted: Range, *, resume_key: str | None, rows: int = PAGE_ROWS) -> str:
    """Where to ask for one page: no redirects and errors, runs of the same bytes once, oldest first."""
    since = None if wanted.since is None else str(timestamp_of(wanted.since))
    if resume_key is not None and resume_key.startswith(FROM_THERE):
        since, resume_key = resume_key.removeprefix(FROM_THERE), None
    query = [
        ("url", lookup.url),
        ("output", "json"),
        ("fl", ",".join(COLUMNS)),
        ("filter", NO_ERRORS),
        ("collapse", "digest"),
        ("limit", str(rows)),
        ("showResumeKey", "true"),
    ]
    if since is not None:
        query.append(("from", since))
    if wanted.until is not None:
        query.append(("to", str(timestamp_of(wanted.until))))
    if resume_key is not None:
        query.append(("resumeKey", resume_key))
    return f"{base}{'&' if urlsplit(base).query else '?'}{urlencode(query)}"


def read_index(page: Page, lookup: Lookup, wanted: Range, *, now: datetime) -> IndexPage | NoIndex:
    """What one answer of an index lists of the address that was asked for."""
    if page.status != 200:
        return NoIndex(f"the index answered {page.status}")
    try:
        text = page.body.decode("utf-8")
    except UnicodeDecodeError:
        return NoIndex("the index answered with bytes that are no text in UTF-8")
    read = _rows(text.strip())
    if isinstance(read, NoIndex):
        return read
    rows, resume_key = read
    if resume_key is None and len(rows) >= PAGE_ROWS:
        resume_key = _from_the_last(rows, now)
    captures, refused = [], Counter[str]()
    for row in rows:
        found = _capture(row, lookup, wanted, now)
        if isinstance(found, str):
            refused[found] += 1
        else:
            captures.append(found)
    return IndexPage(tuple(captures), dict(refused), len(rows), resume_key)


def same_place(one: str, other: str) -> bool:
    """Whether an archive takes two addresses for the same: scheme, "www.", the order of a query do not count."""
    try:
        return _place(canonical(one)) == _place(canonical(other))
    except InvalidAddress:
        return False


def place_key(url: str) -> str:
    """The form of an address by which the same place is found again.

    Raises:
        InvalidAddress: it is none that could be captured.
    """
    return _place(canonical(url))


def usable_timestamp(written: str, *, now: datetime) -> int | None:
    """The 14 digits of a moment that a capture can be of; None for any other text, and for the future."""
    if not TIMESTAMP.fullmatch(written) or int(written) < FIRST_ARCHIVED:
        return None
    try:
        return int(written) if moment_of(int(written)) <= now + UNCERTAIN_CLOCKS else None
    except (ValueError, OverflowError):
        return None


def _place(address: Address) -> str:
    host = address.host.removeprefix("www.")
    query = urlencode(sorted(parse_qsl(address.query, keep_blank_values=True)))
    port = f":{address.port}" if address.port is not None else ""
    return f"{host}{port}{address.path.rstrip('/')}?{query}".lower()


def _from_the_last(rows: list[Mapping[str, str]], now: datetime) -> str | None:
    """How to go on where the index gave as much as it was asked for, and no key: with the time of its last row."""
    times = [time for row in rows if (time := usable_timestamp(row.get("timestamp", ""), now=now)) is not None]
    return f"{FROM_THERE}{times[-1]:014d}" if times else None


def _rows(text: str) -> tuple[list[Mapping[str, str]], str | None] | NoIndex:
    if not text:
        return [], None
    if text.startswith("<"):
        return NoIndex("the index answered with a page for people (HTML), not with JSON")
    try:
        return _table(json.loads(text)) if text.startswith("[") else (list(_objects(text)), None)
    except RecursionError:
        return NoIndex("the index answered with JSON nested too deeply")
    except ValueError:
        return NoIndex("the index answered with JSON that is cut short or damaged")


def _table(found: object) -> tuple[list[Mapping[str, str]], str | None] | NoIndex:
    if not isinstance(found, list) or not all(isinstance(row, list) for row in found):
        return NoIndex("the index answered with JSON of another form")
    if not found:
        return [], None
    named = [OTHER_NAMES.get(str(name), str(name)) for name in found[0]]
    missing = [name for name in ("timestamp", "original") if name not in named]
    if missing:
        return NoIndex(f"the index has no column “{missing[0]}”")
    rows, resume_key = found[1:], None
    if len(rows) >= 2 and not rows[-2] and len(rows[-1]) == 1:
        resume_key = str(rows[-1][0])[:LONGEST_KEY]
        rows = rows[:-2]
    return [dict(zip(named, map(_text, row), strict=False)) for row in rows if row], resume_key


def _objects(text: str) -> Iterator[Mapping[str, str]]:
    for line in text.splitlines():
        if line.strip():
            found = json.loads(line)
            if not isinstance(found, dict):
                raise ValueError(line[:80])
            yield {OTHER_NAMES.get(str(name), str(name)): _text(value) for name, value in found.items()}


def _capture(row: Mapping[str, str], lookup: Lookup, wanted: Range, now: datetime) -> ListedCapture | str:
    """The capture of one row, or what is wrong with it."""
    timestamp = usable_timestamp(row.get("timestamp", ""), now=now)
    if timestamp is None:
        return "without a possible time"
    if not same_place(row.get("original", ""), lookup.url):
        return "of another address"
    status = row.get("statuscode", "-")
    if status not in ("200", "-", ""):
        return "redirects" if status.startswith("3") else "of errors"
    at = moment_of(timestamp)
    if (wanted.since and at < wanted.since) or (wanted.until and at > wanted.until):
        return "outside the time asked for"
    digest = row.get("digest", "")
    return ListedCapture(
        timestamp=timestamp,
        original_url=str(canonical(row["original"])),
        digest=digest if DIGEST.fullmatch(digest) else None,
        media_type=row.get("mimetype", "")[:100] or None,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)[:LONGEST_KEY]
