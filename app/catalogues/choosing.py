"""Which language somebody is spoken to in: the ones there are, what a browser asks for, and the catalogue of one."""

import re
from functools import cache
from importlib.resources import files

from app.domain.words import ENGLISH, Words

_ASKED = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
LONGEST_HEADER = 1_000


@cache
def languages() -> tuple[str, ...]:
    """The tags of every language with a folder here, and English, which needs none; English first."""
    folders = (entry for entry in files("app.catalogues").iterdir() if entry.is_dir())
    found = (folder.name for folder in folders if any(file.name.endswith(".po") for file in folder.iterdir()))
    return (ENGLISH.language, *sorted(name.replace("_", "-") for name in found))


def language_of(tag: str | None) -> str | None:
    """The language that answers for a tag: itself, or the one without its region (uk-UA: uk); None if there is none."""
    known = {name.lower(): name for name in languages()}
    tag = (tag or "").strip().replace("_", "-").lower()
    while tag:
        if tag in known:
            return known[tag]
        tag = tag.rpartition("-")[0]
    return None


def negotiated(accept_language: str | None, default: str = ENGLISH.language) -> str:
    """The language that an Accept-Language header (RFC 9110, 12.5.4) likes best among ours; the default if none.

    Equal wishes count in the order in which they are written. What does not read as a wish is passed over.
    """
    wishes = list[tuple[float, str]]()
    for part in (accept_language or "")[:LONGEST_HEADER].split(","):
        wish = _ASKED.fullmatch(part)
        if wish and (weight := float(wish[2] or 1)) > 0:
            wishes.append((min(weight, 1.0), wish[1]))
    for _, tag in sorted(wishes, key=lambda wish: -wish[0]):
        found = default if tag == "*" else language_of(tag)
        if found:
            return found
    return default


def catalogue_of(language: str | None) -> Words:
    """The words of a language (a tag or nothing); English where we do not speak it."""
    found = language_of(language)
    if found is None or found == ENGLISH.language:
        return ENGLISH
    return _read(found)


@cache
def _read(language: str) -> Words:
    from app.catalogues.catalogue import Catalogue  # who speaks English only does without Babel

    return Catalogue(language)
