"""Whole numbers as a few bytes: where the claims of a statement stand is three numbers for each, and there are many.

    width (one byte: 2 or 8) │ the numbers, as wide as that

Two bytes each where all are between 0 and 65,535. It is written and read in one step, faster than JSON.
"""

import struct
from collections.abc import Iterable, Sequence

from app.domain.claims import Span
from app.domain.errors import StorageError

NARROW, WIDE = b"\x02", b"\x08"
_FORMS = {NARROW: "H", WIDE: "q"}


def pack_numbers(numbers: Sequence[int]) -> bytes:
    """Numbers of at most 64 bits with their sign; the same ones are always the same bytes, and none are no bytes."""
    if not numbers:
        return b""
    try:
        return NARROW + struct.pack(f"<{len(numbers)}H", *numbers)
    except struct.error:
        return WIDE + struct.pack(f"<{len(numbers)}q", *numbers)


def numbers_in(packed: bytes) -> tuple[int, ...]:
    """The numbers.

    Raises:
        StorageError: these are no such bytes.
    """
    if not packed:
        return ()
    width = packed[0]
    try:
        return struct.unpack(f"<{(len(packed) - 1) // width}{_FORMS[packed[:1]]}", packed[1:])
    except (struct.error, KeyError, ZeroDivisionError) as error:
        raise StorageError("Places of claims are damaged.") from error


def pack_spans(spans: Iterable[Span]) -> bytes:
    """Start and end of each."""
    return pack_numbers([place for span in spans for place in span])


def spans_in(packed: bytes) -> tuple[Span, ...]:
    """Back from :func:`pack_spans`.

    Raises:
        StorageError: these are no such bytes.
    """
    places = iter(numbers_in(packed))
    return tuple(map(Span, places, places))
