"""Places of one term in a row, in few bytes: the first as it is, the others as how far they are behind it.

What is searched in is made of such runs. All distances in a run have the same width, as few bytes as the last one
needs: so a place is put behind the others without looking at them, and a whole run is read in a few steps.
"""

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

MOST_PLACES: Final = 64
WIDEST: Final = 8
FEW: Final = 8


class Run(NamedTuple):
    """``size`` places in order, each once: ``first``, and in ``others`` the distances of the rest from it."""

    first: int
    size: int
    others: bytes

    @property
    def last(self) -> int:
        """The last of its places."""
        width = _width(self)
        return self.first + (int.from_bytes(self.others[-width:]) if width else 0)


def run_of(places: Sequence[int]) -> Run:
    """The run of places that are in order, each once; one at least."""
    first, count = places[0], len(places) - 1
    width = _width_for(places[-1] - first)
    if count <= FEW:
        return Run(first, count + 1, b"".join([(place - first).to_bytes(width) for place in places[1:]]))
    wide = struct.pack(f">{count}q", *[place - first for place in places[1:]])
    others = bytearray(width * count)
    for place in range(width):
        others[place::width] = wide[WIDEST - width + place :: WIDEST]
    return Run(first, count + 1, bytes(others))


def places_in(run: Run) -> list[int]:
    """All places of a run, in order."""
    first, count, width = run.first, run.size - 1, _width(run)
    wide = bytearray(WIDEST * count)
    for place in range(width):
        wide[WIDEST - width + place :: WIDEST] = run.others[place::width]
    return [first, *[first + distance for distance in struct.unpack(f">{count}q", wide)]]


def with_places(run: Run, new: Sequence[int]) -> list[Run]:
    """The run with more places, which are in order, each once; several runs where they are too many for one.

    Where all of them are behind its last, it is filled up before another one begins. Else there is room left in each.
    """
    room = MOST_PLACES - run.size
    if len(new) <= min(room, FEW) and new[0] > run.first and _width_for(new[-1] - run.first) <= _width(run):
        return [_with_few(run, new)]
    if new[0] > run.last:
        filled = run_of([*places_in(run), *new[:room]]) if room else run
        return [filled, *runs_of(new[room:])]
    places = sorted({*places_in(run), *new})
    parts = -(-len(places) // MOST_PLACES)
    length = -(-len(places) // parts)
    return [run_of(places[start : start + length]) for start in range(0, len(places), length)]


def runs_of(places: Sequence[int]) -> list[Run]:
    """As few runs as will do for places that are in order, each once."""
    return [run_of(places[start : start + MOST_PLACES]) for start in range(0, len(places), MOST_PLACES)]


def _with_few(run: Run, new: Sequence[int]) -> Run:
    """The run with places for which there is room, and whose distances are no wider than those that are there."""
    first, size, others = run
    width = _width(run)
    for place in new:
        distance = (place - first).to_bytes(width)
        low, high = 0, size - 1
        if others[-width:] < distance:
            low = high
        while low < high:
            middle = (low + high) // 2
            if others[middle * width : (middle + 1) * width] < distance:
                low = middle + 1
            else:
                high = middle
        at = low * width
        if others[at : at + width] != distance:
            others, size = others[:at] + distance + others[at:], size + 1
    return Run(first, size, others)


def _width(run: Run) -> int:
    return len(run.others) // (run.size - 1) if run.size > 1 else 0


def _width_for(distance: int) -> int:
    return (distance.bit_length() + 7) // 8
