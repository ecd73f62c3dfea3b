"""Telling by its bytes alone that an answer is the one before but for its tokens: nonces, keys against forgery, stamps.

A *token* is a run of ten letters and figures of ASCII or more, a figure among them. Nothing that HTML or the rules of
reading know by name looks like that. So a page in which tokens are exchanged for others of their lengths, equal ones
for equal ones, has the same elements in the same places; and where none of them stands in what a glance compares, a
glance finds the same. Two looks find out which tokens change: the first leaves a sketch of them all, the second the
places of those that differ from it. Every further look compares the bytes between these places, and no page is parsed.
"""

import zlib
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

from app.domain.pages import Page

MOST_CHANGING = 32
MOST_SKETCHED = 250
"""Where a page has more tokens, they are not told apart: they would take more room than all else of the mark."""
SHORTEST = 10
_LETTER = b"a"
_LONG_ENOUGH = _LETTER * SHORTEST
_FLAT = bytes(_LETTER[0] if place < 128 and chr(place).isalnum() else 32 for place in range(256))
_NAMED_BEHIND = (b"&", b"#", b"<", b"</")
"""Behind these a run names an element or a character, or is the number of one: it means something."""
_PLACES, _SKETCH = "+", "~"


class Token(NamedTuple):
    """Where one stands in the bytes of an answer."""

    start: int
    length: int


def answer_of(page: Page, changing: Iterable[Token] = ()) -> str:
    """What to remember of an answer, whatever these tokens are: its digest, and their places.

    The digest is of the bytes, of what the server says that they are, and of which of the tokens are equal.
    """
    kind = page.headers.get("content-type", "").encode("utf-8", "replace")
    digest = blake2b(digest_size=16, key=blake2b(kind, digest_size=16).digest())
    numbers: dict[bytes, int] = {}
    places, end = [""], 0
    for start, length in changing:
        digest.update(memoryview(page.body)[end:start])
        end = start + length
        digest.update(b"\0%d\0" % numbers.setdefault(page.body[start:end].lower(), len(numbers)))
        places.append(f"{start}.{length}")
    digest.update(memoryview(page.body)[end:])
    return digest.hexdigest() + _PLACES.join(places)


def is_answer(page: Page, remembered: str) -> bool:
    """True where an answer is the one that was remembered, but for tokens in the places of tokens."""
    bare = remembered.partition(_SKETCH)[0]
    tokens = tuple(_places(bare))
    are_there = all(_is_token(page.body[start : start + length], length) for start, length in tokens)
    return are_there and answer_of(page, tokens) == bare


def has_sketch(remembered: str) -> bool:
    """True where the tokens of an answer were sketched, so that :func:`placed` can find those that change."""
    return _SKETCH in remembered


def sketched(page: Page) -> str:
    """What to remember of an answer, and a sketch of its tokens, where it has some and not too many."""
    sketch = _sketch_of(_tokens(page.body))
    is_of_use = 0 < len(sketch) <= 2 * MOST_SKETCHED
    return f"{answer_of(page)}{_SKETCH}{sketch}" if is_of_use else answer_of(page)


def placed(page: Page, html: str, before: str, *, compared: str) -> str:
    """What to remember of an answer, whatever those of its tokens are that differ from a sketch.

    ``html`` are its letters, ``compared`` all that a glance looked at; where one of them stands in it, all count. Only
    in UTF-8 are the bytes of a token its letters, whatever they are exchanged for.
    """
    tokens = _tokens(page.body)
    old, new = before.partition(_SKETCH)[2], _sketch_of(tokens)
    changing = [one for place, one in enumerate(tokens) if old[2 * place :][:2] != new[2 * place :][:2]]
    is_sure = len(old) == len(new) and html.encode("utf-8", "surrogatepass") == page.body
    folded = compared.lower()
    if len(changing) > MOST_CHANGING or not is_sure or any(name.decode().lower() in folded for _, name in changing):
        return answer_of(page)
    return answer_of(page, (token for token, _ in changing))


def _sketch_of(tokens: Iterable[tuple[Token, bytes]]) -> str:
    return "".join(f"{zlib.crc32(name) & 0xFF:02x}" for _, name in tokens)


def _tokens(body: bytes) -> list[tuple[Token, bytes]]:
    """Every token of an answer and where it stands. Looking for a long row of one letter is what takes no time."""
    flat, found, end = body.translate(_FLAT), [], 0
    while (start := flat.find(_LONG_ENOUGH, end)) >= 0:
        end = flat.find(b" ", start)
        name = body[start : end if end > 0 else None]
        if not name.isalpha() and not body[max(start - 2, 0) : start].endswith(_NAMED_BEHIND):
            found.append((Token(start, len(name)), name))
        if end < 0:
            break
    return found


def _is_token(found: bytes, length: int) -> bool:
    return len(found) == length and found.isalnum() and not found.isalpha()


def _places(bare: str) -> Iterator[Token]:
    for place in bare.split(_PLACES)[1:]:
        start, _, length = place.partition(".")
        yield Token(int(start), int(length))
