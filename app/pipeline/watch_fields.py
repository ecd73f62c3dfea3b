"""One row of a list of addresses, as somebody wrote it: each field read, checked, and made part of a watch."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from app.domain.errors import InvalidInput
from app.domain.watches import Selectors, SourceKind, Visibility, WatchDraft

T = TypeVar("T")

FIELDS = (
    "url",
    "kind",
    "name",
    "publisher",
    "language",
    "tags",
    "interval_seconds",
    "include",
    "exclude",
    "respect_robots",
    "visibility",
)
"""The fields that a file can give, in the order of an export."""

LONGEST_INTERVAL_SECONDS = 365 * 24 * 3600
LONGEST_NAME, LONGEST_SELECTOR, MOST_LISTED = 200, 500, 50
UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
TAG = re.compile(r"[^\x00-\x20,;\ud800-\udfff](?:[^\x00-\x1f,;\ud800-\udfff]{0,62}[^\x00-\x20,;\ud800-\udfff])?")
LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def draft_of(fields: Mapping[str, object], *, split: Callable[[str], Iterable[str]] = str.split) -> WatchDraft:
    """The watch that a row asks for. ``fields`` are texts, or what JSON has in their place; empty ones are left out.

    ``split`` parts a selector field that is one text; tags in one text are parted by commas or semicolons.

    Raises:
        InvalidInput: the address is missing, a field is unknown or its value cannot be used; the message names it.
    """
    given = {name: value for name, value in fields.items() if value not in (None, "", [], ())}
    unknown = sorted(set(given) - set(FIELDS))
    if unknown:
        raise InvalidInput(f"There is no field {_quoted(unknown[0])}; there are {', '.join(FIELDS)}.")
    if "url" not in given:
        raise InvalidInput("The address is missing.", pointer="/url")
    return WatchDraft(
        url=line_of(given["url"], "url"),
        kind=_read(given, "kind", _kind),
        name=_line(given, "name"),
        publisher=_line(given, "publisher"),
        language=_read(given, "language", language_of),
        tags=_read(given, "tags", tags_of) or (),
        interval_seconds=_read(given, "interval_seconds", _interval),
        selectors=Selectors(_selectors(given, "include", split), _selectors(given, "exclude", split)),
        respect_robots=_read(given, "respect_robots", _truth, otherwise=True) is not False,
        visibility=_read(given, "visibility", _visibility) or Visibility.PRIVATE,
    )


def tags_of(value: object) -> tuple[str, ...]:
    """Tags out of a list, or out of one text with commas or semicolons between them; each once.

    Raises:
        ValueError: one of them is none; the message says why.
    """
    written = re.split("[,;]", value) if isinstance(value, str) else _texts(value)
    tags = tuple(dict.fromkeys(tag.strip() for tag in written if tag.strip()))
    for tag in tags:
        if not TAG.fullmatch(tag):
            raise ValueError(f"{_quoted(tag)} is no tag: a tag has 1 to 64 characters, without comma or semicolon")
    if len(tags) > MOST_LISTED:
        raise ValueError(f"there are {len(tags)} tags; {MOST_LISTED} are the most")
    return tags


def line_of(value: object, name: str) -> str:
    """One line of text for the field ``name``; an address may be longer than a name.

    Raises:
        InvalidInput: it is none.
    """
    line = value.strip() if isinstance(value, str) else ""
    if not line:
        raise InvalidInput(f"{name}: must be a text that is not empty.", pointer=f"/{name}")
    if UNFIT.search(line):
        raise InvalidInput(f"{name}: holds characters that do not belong into a line of text.", pointer=f"/{name}")
    if name != "url" and len(line) > LONGEST_NAME:
        raise InvalidInput(f"{name}: has {len(line)} characters; {LONGEST_NAME} are the most.", pointer=f"/{name}")
    return line


def _read(
    given: Mapping[str, object], name: str, read: Callable[[object], T], *, otherwise: T | None = None
) -> T | None:
    if name not in given:
        return otherwise
    try:
        return read(given[name])
    except ValueError as error:
        raise InvalidInput(f"{name}: {error}.", pointer=f"/{name}") from error


def _line(given: Mapping[str, object], name: str) -> str | None:
    return line_of(given[name], name) if name in given else None


def _kind(value: object) -> SourceKind:
    try:
        return SourceKind(str(value).strip())
    except ValueError:
        raise ValueError(f"{_quoted(str(value))} is none of {', '.join(SourceKind)}") from None


def _visibility(value: object) -> Visibility:
    try:
        return Visibility(str(value).strip().lower())
    except ValueError:
        raise ValueError(f"{_quoted(str(value))} is none of {', '.join(Visibility)}") from None


def language_of(value: object) -> str:
    """A language by its letters, in lower case.

    Raises:
        ValueError: it is none.
    """
    written = str(value).strip().lower()
    if not LANGUAGE.fullmatch(written):
        raise ValueError(f'{_quoted(written)} is no language; write two letters, like "uk"')
    return written


def _interval(value: object) -> int:
    is_number = (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 12
    )
    seconds = int(str(value)) if is_number else 0
    if not 1 <= seconds <= LONGEST_INTERVAL_SECONDS:
        raise ValueError(f"must be a whole number of seconds from 1 to {LONGEST_INTERVAL_SECONDS}")
    return seconds


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    known = WORDS.get(str(value).strip().lower())
    if known is None:
        raise ValueError("must be true or false")
    return known


def _selectors(given: Mapping[str, object], name: str, split: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    def read(value: object) -> tuple[str, ...]:
        written = split(value) if isinstance(value, str) else _texts(value)
        selectors = tuple(one.strip() for one in written if one.strip())
        for selector in selectors:
            if len(selector) > LONGEST_SELECTOR or UNFIT.search(selector):
                raise ValueError(f"{_quoted(selector)} is no selector")
        if len(selectors) > MOST_LISTED:
            raise ValueError(f"there are {len(selectors)} selectors; {MOST_LISTED} are the most")
        return selectors

    return _read(given, name, read) or ()


def _texts(value: object) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ValueError("must be a list of texts")
    return list(value)


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
