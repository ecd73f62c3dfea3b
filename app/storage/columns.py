"""Many rows as a few bytes: column by column, each value as its step from the one before it, then compressed.

    length of what is compressed (4 bytes) │ format, rows, columns: zstandard │ the random parts of ids, as they are

Whole numbers are written as steps, eight bytes each, sorted by place: the first byte of all, then the second; places
that are zero in all of them are left out. What is written once is read for ever: another format gets another number.
"""

import json
import struct
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

from app.storage.dialect import EPOCH
from app.storage.packing import Damaged, pack, unpack

FORMAT = 1
HEAD, LENGTH = struct.Struct("<BI"), struct.Struct("<I")
WORD = 1 << 64
RANDOM_BYTES = 10
"""Of the sixteen of an id; the six before them are the time when it was made."""
MICROSECOND = timedelta(microseconds=1)
PER_SECOND = 1e6
MOST_ROWS, MOST_BYTES = 2**16, 2**28
LOST = (struct.error, IndexError, KeyError, ValueError, TypeError, OverflowError)


class ColumnsWriter:
    """Takes one column after another, each with as many values."""

    def __init__(self, rows: int) -> None:
        self._plain = bytearray(HEAD.pack(FORMAT, rows))
        self._random = bytearray()

    def whole(self, values: Sequence[int]) -> None:
        """Whole numbers of at most 64 bits with their sign."""
        steps = [b - a for a, b in pairwise((0, *values))]
        packed = struct.pack(f"<{len(steps)}Q", *(_unsigned(step) for step in steps))
        places = [packed[place::8] for place in range(8)]
        while places and not any(places[-1]):
            places.pop()
        self._plain.append(len(places))
        self._plain += b"".join(places)

    def optional(self, values: Sequence[int | None]) -> None:
        """The same, where some may be missing."""
        self._mask(values)
        self.whole([value for value in values if value is not None])

    def texts(self, values: Sequence[str | None]) -> None:
        """Texts, of which most are alike."""
        known = list(dict.fromkeys(values))
        written = json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        self._plain += LENGTH.pack(len(written)) + written
        numbers = {value: number for number, value in enumerate(known)}
        self.whole([numbers[value] for value in values])

    def instants(self, values: Sequence[datetime]) -> None:
        """Instants, to the microsecond."""
        self.whole([_microseconds(value) for value in values])

    def seconds(self, values: Sequence[float | None]) -> None:
        """Durations: as whole microseconds where all are, else bit by bit."""
        self._mask(values)
        there = [value for value in values if value is not None]
        bits = struct.pack(f"<{len(there)}d", *there)
        rounded = _rounded(there)
        is_round = rounded is not None and bits == struct.pack(
            f"<{len(there)}d", *(number / PER_SECOND for number in rounded)
        )
        self._plain.append(is_round)
        if is_round and rounded is not None:
            self.whole(rounded)
        else:
            self._plain += bits

    def ids(self, values: Sequence[uuid.UUID], *, near: Sequence[datetime]) -> None:
        """Ids, which were made at about these instants."""
        made = [value.int >> 8 * RANDOM_BYTES for value in values]
        self.whole([one - _milliseconds(at) for one, at in zip(made, near, strict=True)])
        self._random += b"".join(value.bytes[-RANDOM_BYTES:] for value in values)

    def finish(self) -> bytes:
        """All of it."""
        plain = pack(bytes(self._plain))
        return LENGTH.pack(len(plain)) + plain + bytes(self._random)

    def _mask(self, values: Iterable[object]) -> None:
        self._plain += bytes(value is not None for value in values)


class ColumnsReader:
    """Gives the columns back, in the order in which they were written.

    Raises:
        Damaged: these are no such bytes.
    """

    def __init__(self, packed: bytes, *, name: str) -> None:
        self._name = name
        try:
            (length,) = LENGTH.unpack_from(packed)
            end = LENGTH.size + length
            self._plain = unpack(packed[LENGTH.size : end], size=MOST_BYTES, name=name)
            kind, self.rows = HEAD.unpack_from(self._plain)
        except struct.error as error:
            raise self._damaged() from error
        if kind != FORMAT:
            raise Damaged(f"{name} is written in format {kind}, and only {FORMAT} is known here")
        if self.rows > MOST_ROWS:
            raise self._damaged()
        self._random, self._at, self._random_at = packed[end:], HEAD.size, 0

    def whole(self, count: int | None = None) -> list[int]:
        """Whole numbers."""
        count = self.rows if count is None else count
        places = self._take(1)[0]
        if places > 8:
            raise self._damaged()
        steps = bytearray(8 * count)
        for place in range(places):
            steps[place::8] = self._take(count)
        return [_in_range(value) for value in accumulate(map(_signed, struct.unpack(f"<{count}Q", steps)))]

    def optional(self) -> list[int | None]:
        """Whole numbers, or nothing."""
        mask = self._take(self.rows)
        there = iter(self.whole(sum(mask)))
        return [next(there) if one else None for one in mask]

    def texts(self) -> list[str | None]:
        """Texts, or nothing."""
        try:
            (length,) = LENGTH.unpack(self._take(LENGTH.size))
            known: list[str | None] = json.loads(self._take(length).decode("utf-8", "surrogatepass"))
            return [known[number] for number in self.whole()]
        except LOST as error:
            raise self._damaged() from error

    def instants(self) -> list[datetime]:
        """Instants."""
        try:
            return [EPOCH + value * MICROSECOND for value in self.whole()]
        except LOST as error:
            raise self._damaged() from error

    def seconds(self) -> list[float | None]:
        """Durations, or nothing."""
        mask = self._take(self.rows)
        count = sum(mask)
        if self._take(1)[0]:
            there = iter([number / PER_SECOND for number in self.whole(count)])
        else:
            there = iter(struct.unpack(f"<{count}d", self._take(8 * count)))
        return [next(there) if one else None for one in mask]

    def ids(self, *, near: Sequence[datetime]) -> list[uuid.UUID]:
        """Ids, made at about these instants."""
        begin = self._random_at
        self._random_at += RANDOM_BYTES * self.rows
        parts = (self._random[place : place + RANDOM_BYTES] for place in range(begin, self._random_at, RANDOM_BYTES))
        try:
            return [
                uuid.UUID(bytes=(step + _milliseconds(at)).to_bytes(16 - RANDOM_BYTES) + random)
                for step, at, random in zip(self.whole(), near, parts, strict=True)
            ]
        except LOST as error:
            raise self._damaged() from error

    def finish(self) -> None:
        """Nothing may be left."""
        if (self._at, self._random_at) != (len(self._plain), len(self._random)):
            raise self._damaged()

    def _take(self, count: int) -> bytes:
        taken = self._plain[self._at : self._at + count]
        if len(taken) != count:
            raise self._damaged()
        self._at += count
        return taken

    def _damaged(self) -> Damaged:
        return Damaged(f"{self._name} cannot be unpacked")


def _unsigned(step: int) -> int:
    """Small for small steps of either sign. A step of more than 64 bits goes round."""
    step = _in_range(step)
    return 2 * step if step >= 0 else -2 * step - 1


def _signed(word: int) -> int:
    return word >> 1 if word % 2 == 0 else -(word >> 1) - 1


def _in_range(value: int) -> int:
    """A sum of steps, some of which went round."""
    return (value + WORD // 2) % WORD - WORD // 2


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _milliseconds(at: datetime) -> int:
    return _microseconds(at) // 1_000


def _rounded(values: Sequence[float]) -> list[int] | None:
    """In whole microseconds; None where one is no number, or too large for one."""
    if not all(-1e12 < value < 1e12 for value in values):
        return None
    return [round(value * PER_SECOND) for value in values]
